"""The compiled book: changed, it is the book compiled afresh; what is over costs nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
import pytest

import largesse as lg
from largesse.engine.book import Changes
from largesse.engine.formats.document import document_of
from largesse.engine.refusals import RefusalCode, Shortfall
from tests.engine.cases import for_all
from tests.engine.worlds import Plain, documents, promotions
from tests.words import (
    book,
    bought,
    cart,
    exclusion,
    new_item,
    off,
    priced,
    product,
    promotion,
    reason,
    spec,
    window,
)

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


# --- other things changed --------------------------------------------------------------------------


def same(changed: lg.OfferBook, afresh: lg.Document) -> None:
    """The changed book is the other: by its hash, and by what it gives."""
    (basket,) = afresh.carts
    facts = afresh.facts(basket)
    assert changed.content_hash == afresh.book.content_hash
    assert changed.facts_needed(basket) == afresh.book.facts_needed(basket)
    assert (
        lg.price(changed, basket, facts, steps=500).to_json()
        == lg.price(afresh.book, basket, facts, steps=500).to_json()
    )


@spec("QU-6")
@for_all(documents(), times=60, soak=10_000)
def test_promotions_go_over_to_product_groups_that_change(data: Plain):
    before = document_of(data)
    members = [group["products"] for group in data["product_groups"]]
    turned = [
        {**group, "products": other}
        for group, other in zip(data["product_groups"], [*members[1:], members[0]], strict=True)
    ]
    afresh = document_of({**data, "product_groups": turned})
    hashed_before = before.book.content_hash

    changed = before.book.with_changes(Changes(groups=afresh.book.catalog.groups))

    same(changed, afresh)
    # The book before stays as it was.
    same(before.book, document_of(data))
    assert before.book.content_hash == hashed_before


@spec("QU-6")
@for_all(documents(), times=40, soak=10_000)
def test_promotions_that_are_taken_out_leave_nothing_behind(data: Plain):
    before = document_of(data)
    # The last is one that others name.
    gone = list(before.book.promotions)[:-1][::2]
    changed = before.book.with_changes(Changes(promotions=dict.fromkeys(gone)))

    kept = [each for each in data["promotions"] if each["code"] not in gone]
    same(changed, document_of({**data, "promotions": kept}))
    for index in changed.stages.values():
        held = [*index.by_sku.values(), *index.by_need.values(), *index.by_code.values()]
        assert all(postings.awards for postings in held)


@spec("QU-6")
@for_all(documents(), times=40, soak=10_000)
def test_deals_that_are_taken_out_leave_nothing_behind(data: Plain):
    before = document_of(data)
    gone = list(before.book.deals)[::2]
    assert before.book.content_hash
    changed = before.book.with_changes(Changes(deals=dict.fromkeys(gone)))

    kept = [each for each in data["deals"] if each["code"] not in gone]
    same(changed, document_of({**data, "deals": kept}))
    assert bool(changed.deal_index) == any(deal.skus for deal in changed.deals.values())


@spec("QU-6")
@for_all(documents(), documents(), times=60, soak=10_000)
def test_all_of_a_book_changed_is_the_other_book(data: Plain, other: Plain):
    names = ("currency", "rounding", "time_zone", "week_starts")
    head = {name: data[name] for name in names if name in data}
    before = document_of(data).book
    afresh = document_of({**{k: v for k, v in other.items() if k not in names}, **head})
    after = afresh.book
    assert before.content_hash

    def all_of(old: Any, new: Any) -> dict[str, Any]:
        return {**dict.fromkeys(old), **new}

    changed = before.with_changes(
        Changes(
            products=all_of(before.catalog.products, after.catalog.products),
            groups=all_of(before.catalog.groups, after.catalog.groups),
            locations=all_of(before.catalog.locations, after.catalog.locations),
            exclusion_groups=all_of(before.exclusion_groups, after.exclusion_groups),
            promotions=all_of(before.promotions, after.promotions),
            allotments=all_of(before.allotments, after.allotments),
            deals=all_of(before.deals, after.deals),
        )
    )

    same(changed, afresh)


@pytest.mark.parametrize(
    "taken_out",
    [Changes(products={"gift": None}), Changes(exclusion_groups={"one": None})],
    ids=["product", "exclusion group"],
)
def test_what_a_promotion_needs_cannot_be_taken_out_from_under_it(taken_out):
    gift = promotion(new_item("100%", "gift"), code="GIFT")
    grouped = promotion(off("10%"), code="GROUPED", exclusion_group="one")
    whole = book(gift, grouped, exclusion("one"), products=[MUG, product("gift", "5.00")])

    with pytest.raises(lg.Faults, match=r"no (product|exclusion group)"):
        whole.with_changes(taken_out)
    without = dict.fromkeys(("GIFT", "GROUPED"))
    assert whole.with_changes(msgspec.structs.replace(taken_out, promotions=without))


def test_a_book_that_does_not_change_shares_all_that_it_has():
    whole = book(promotion(off("10%")), products=[MUG])

    again = whole.with_changes(Changes())

    assert again.promotions is whole.promotions
    assert again.catalog.products is whole.catalog.products
    assert again.content_hash == whole.content_hash
