"""The compiled book: changed, it is the book compiled afresh; what is over costs nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import msgspec
import pytest

import largesse as lg
from largesse.engine.formats.document import document_of
from largesse.engine.refusals import RefusalCode, Shortfall
from tests.engine.cases import for_all
from tests.engine.worlds import Plain, documents, promotions
from tests.words import book, bought, cart, off, priced, product, promotion, reason, spec, window

MUG = product("mug", "10.00")


class Tripwire(lg.Condition, frozen=True, kw_only=True, eq=False):
    """A condition that must not be looked at: as a whole, or for its reasons."""

    kind: ClassVar[str] = "tripwire"

    held: bool = False

    def times(self, scene: object) -> int:
        assert self.held, "the condition was looked at"
        return 0

    def shortfall(self, scene: object) -> Shortfall:
        raise AssertionError("a reason was looked for before it was asked for")


# --- QU-2: what is irrelevant costs nothing --------------------------------------------------------


@spec("QU-2")
@pytest.mark.parametrize(
    "fields",
    [
        {"window": window(None, "2026-11-21")},
        {"window": window("2026-11-22")},
        {"active": False},
        {"archived": True},
        {"promo_code": "SPRING"},
    ],
    ids=["ended", "not started", "inactive", "archived", "code not entered"],
)
def test_conditions_of_an_offer_that_does_not_hold_now_are_not_looked_at(fields):
    quote = priced(cart("1 mug @ 10.00"), promotion(off("10%"), Tripwire(), **fields))

    assert quote.discount == 0


@spec("QU-2")
def test_conditions_of_offers_for_products_that_are_not_in_the_cart_are_not_looked_at():
    quote = priced(cart("1 mug @ 10.00"), promotion(off("10%", on="hat"), Tripwire()))

    assert quote.discount == 0


@spec("QU-2")
def test_an_offer_that_needs_a_product_is_not_looked_at_without_it():
    needs_hat = promotion(off("10%"), bought(2, of="hat"), Tripwire())

    assert priced(cart("1 mug @ 10.00"), needs_hat).discount == 0


@spec("QU-2")
def test_reasons_are_looked_for_only_when_asked_for():
    quote = priced(cart("1 mug @ 10.00"), promotion(off("10%"), Tripwire(held=True)))

    with pytest.raises(AssertionError, match="before it was asked for"):
        quote.explain("PROMO")


@spec("QU-2")
def test_an_offer_comes_and_goes_at_its_hour_in_a_book_that_stays():
    november = promotion(off("10%"), window=window("2026-11-01", "2026-12-01"))
    stays = book(november, products=[MUG])

    def saving(month: int) -> int:
        return lg.price(stays, cart("1 mug", at=datetime(2026, month, 15, tzinfo=UTC))).discount

    assert [saving(month) for month in (10, 11, 12, 11, 10)] == [0, 100, 0, 100, 0]


@spec("QU-2", "CO-1")
def test_offers_that_are_over_ask_for_no_facts():
    loyal = bought(1, orders=lg.ApplicableOrders.ALL)
    running = promotion(off("10%"), loyal)
    over = promotion(off("10%"), loyal, window=window(None, "2026-11-21"))

    assert len(book(running).facts_needed(cart()).history) == 1
    assert book(over).facts_needed(cart()).history == ()


# --- one changed offer -----------------------------------------------------------------------------


@spec("QU-6")
@for_all(documents(), promotions("P1"), times=60, soak=10_000)
def test_a_book_with_one_promotion_changed_is_the_book_compiled_afresh(data: Plain, new: Plain):
    codes = [old["code"] for old in data["promotions"]]
    kept = [old for old in data["promotions"] if old["code"] != "P1"]
    before = document_of(data)
    afresh = document_of({**data, "promotions": [*kept, new]})
    # A promotion names the product groups of its own document, which are the same by their codes.
    changed = before.book.with_promotion(afresh.book.promotions["P1"])
    (basket,) = afresh.carts

    assert changed.content_hash == afresh.book.content_hash
    assert changed.facts_needed(basket) == afresh.book.facts_needed(basket)
    facts = afresh.facts(basket)
    assert (
        lg.price(changed, basket, facts, steps=500).to_json()
        == lg.price(afresh.book, basket, facts, steps=500).to_json()
    )
    # The book before stays as it was.
    assert list(before.book.promotions) == codes


@spec("QU-6")
def test_a_changed_promotion_takes_the_place_of_the_old_one():
    first = promotion(off("10%", on="mug"), code="P")
    one = book(first, products=[MUG])
    moved = promotion(off("20%", on="hat"), code="P", revision=2)
    two = one.with_promotion(moved)
    back = two.with_promotion(first)

    assert lg.price(one, cart("1 mug")).discount == 100
    assert lg.price(two, cart("1 mug")).discount == 0
    assert lg.price(back, cart("1 mug")).discount == 100
    assert back.content_hash == one.content_hash != two.content_hash


@spec("QU-6")
def test_a_promotion_that_is_switched_off_is_gone_and_can_be_switched_on_again():
    on = promotion(off("10%"))
    one = book(on, products=[MUG])
    off_now = one.with_promotion(msgspec.structs.replace(on, active=False))
    quote = lg.price(off_now, cart("1 mug"))

    assert quote.discount == 0
    assert reason(quote) == RefusalCode.INACTIVE
    assert lg.price(off_now.with_promotion(on), cart("1 mug")).discount == 100


@spec("QU-6", "PR-6")
def test_a_changed_code_is_known_at_once():
    one = book(promotion(off("10%"), promo_code="OLD"), products=[MUG])
    two = one.with_promotion(promotion(off("10%"), promo_code="NEW"))

    assert one.is_promo_code("OLD")
    assert not two.is_promo_code("OLD")
    assert lg.price(two, cart("1 mug", codes=["new"])).discount == 100
    assert lg.price(two, cart("1 mug", codes=["old"])).discount == 0


@spec("EX-4", "QU-6")
def test_a_changed_book_has_the_hash_of_its_new_content():
    before, after = promotion(off("10%"), code="P"), promotion(off("20%"), code="P")
    first = book(before, products=[MUG])
    asked_first = first.content_hash

    changed = first.with_promotion(after)

    assert changed.content_hash != asked_first
    assert changed.content_hash == book(after, products=[MUG]).content_hash
