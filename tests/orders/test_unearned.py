"""A return below a deal's trigger tells what it leaves unearned, and charges it back if set."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from largesse.business.configuration import CHARGE_BACK_UNEARNED, change
from largesse.engine.cart import CartLine
from largesse.orders.answers import Done, Unearned
from largesse.orders.checking import orders as checking
from largesse.orders.models import Order, OrderLine, Refund
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.referring import approve, place_pending, refer
from largesse.orders.refunding import refund
from largesse.orders.returning.giving_back import Returned
from largesse.orders.returning.sold import lines_of
from largesse.orders.returning.unearned import standings
from largesse.orders.rewards.promises import promises_of
from tests.orders import deals
from tests.orders.deals import CHOSEN, on_deal, tier
from tests.orders.journal import amounts, booked
from tests.orders.offers import bought, gives_back
from tests.orders.referrals import by, people
from tests.orders.store import cart, deed, done, id_of
from tests.words import money, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def charging() -> None:
    """What returns leave unearned is charged back."""
    change(CHARGE_BACK_UNEARNED, True)


def told(answer: Done) -> list[tuple[str, int, int]]:
    """Of each deal that isn't earned whole: what is reached, the discount and the stock unearned."""
    return [(each.reaches, each.discount, each.giveaways) for each in answer.unearned]


def bonus_of(order_id: UUID) -> str:
    """The line that gives stock away."""
    return OrderLine.objects.get(order=order_id, bonus=True).line


def standing(order_id: UUID) -> Unearned:
    order = Order.objects.get(id=order_id)
    found = lines_of(order)
    back = [line.record.units_refunded for line in found]
    (deal,) = standings(Returned(order, promises_of(order), found, back, False))
    return deal


# --- what is reported ------------------------------------------------------------------------------


@spec("DE-16")
def test_a_return_that_keeps_the_trigger_leaves_nothing_unearned() -> None:
    on_deal(tier("percentage", units=10, percent="3.33"))
    order_id = bought("13 MUG", location=None)
    assert told(gives_back(order_id, "1: 3")) == []
    assert standing(order_id).reaches == "same"


@spec("DE-16")
def test_a_return_below_the_trigger_leaves_what_the_kept_units_bear_unearned() -> None:
    on_deal(tier("percentage", units=10, percent=8))
    order_id = bought("10 MUG", location=None)
    # 8 % of 12.50 is 1.00 a mug, and nine are kept.
    assert told(gives_back(order_id, "1: 1")) == [("none", 900, 0)]
    assert standing(order_id).amount == 900


@spec("DE-16", "DE-2")
def test_a_lower_tier_takes_its_part_of_what_is_unearned() -> None:
    on_deal(tier("percentage", units=5, percent=4), tier("percentage", units=10, percent=8))
    order_id = bought("10 MUG", location=None)
    # Six are kept: they bear 6.00 and would get 4 % of 75.00, that is 3.00.
    assert told(gives_back(order_id, "1: 4")) == [("other", 300, 0)]
    assert told(gives_back(order_id, "1: 2")) == [("none", 400, 0)]
    assert told(gives_back(order_id)) == []


@spec("DE-16", "DE-2")
def test_a_lower_tier_that_gives_more_leaves_nothing_unearned() -> None:
    on_deal(tier("percentage", units=5, percent=12), tier("percentage", units=10, percent=8))
    assert told(gives_back(bought("10 MUG", location=None), "1: 4")) == []


@spec("DE-16")
def test_a_rebate_of_one_amount_is_unearned_as_far_as_the_kept_lines_bear_it() -> None:
    on_deal(tier("rebate", units=10, amount="5.00"))
    order_id = bought("10 MUG", "1 POT", location=None)
    assert told(gives_back(order_id, "1: 2")) == [("none", 400, 0)]
    assert told(gives_back(order_id, "1: 4")) == [("none", 200, 0)]


@spec("DE-16")
def test_a_deal_that_asks_each_line_looks_at_each_by_itself() -> None:
    on_deal(tier("amount_off", units=3, amount="2.00"), of="pots", assorted=False)
    order_id = bought("3 POT", "4 POT", location=None)
    assert told(gives_back(order_id, "2: 1")) == []
    assert told(gives_back(order_id, "1: 1")) == [("other", 400, 0)]


@spec("DE-16", "DE-2")
def test_a_required_product_that_goes_back_breaks_the_trigger() -> None:
    on_deal(tier("percentage", units=2, percent=8), required=["HAT"])
    order_id = bought("2 MUG", "1 HAT", location=None)
    assert told(gives_back(order_id, "2: 1")) == [("none", 200, 0)]


@spec("DE-16", "DE-9")
def test_giveaway_units_beyond_what_the_kept_units_earn_are_unearned_at_list_value() -> None:
    on_deal(tier("bonus_stock", every=10), **CHOSEN)
    order_id = bought("40 MUG", location=None, giveaways=deals.given("4 MUG"))
    (deal,) = gives_back(order_id, "1: 15").unearned
    (units,) = deal.units
    assert (units.line, units.sku, units.units, units.value) == (bonus_of(order_id), "MUG", 2, 2500)
    assert (deal.reaches, deal.discount, deal.giveaways) == ("same", 0, 2500)


@spec("DE-16", "DE-15")
def test_giveaway_units_that_come_back_are_not_unearned() -> None:
    on_deal(tier("bonus_stock", every=10), **CHOSEN)
    order_id = bought("40 MUG", location=None, giveaways=deals.given("4 MUG"))
    answer = done(refund(order_id, deed(), {"1": 15, bonus_of(order_id): 2}))
    assert told(answer) == []


@spec("DE-16", "DE-11")
def test_free_stock_is_earned_whole_or_not_at_all() -> None:
    on_deal(tier("free_stock", units=10, amount="50.00"), **CHOSEN)
    order_id = bought("12 MUG", location=None, giveaways=deals.given("3 MUG"))
    assert told(gives_back(order_id, "1: 2")) == []
    assert told(gives_back(order_id, "1: 1")) == [("none", 0, 3750)]


@spec("DE-16")
def test_the_deal_is_asked_as_it_was_when_the_order_was_placed() -> None:
    on_deal(tier("percentage", units=10, percent=8))
    order_id = bought("10 MUG", location=None)
    on_deal(tier("percentage", units=2, percent=8))
    assert told(gives_back(order_id, "1: 1")) == [("none", 900, 0)]


@spec("DE-16", "DE-8")
def test_a_deal_that_was_approved_without_its_trigger_is_earned_without_it() -> None:
    on_deal(tier("percentage", units=10, percent=8), referable=True)
    people()
    asked = cart(CartLine("1", "MUG", 4, deal="DEAL"), referred={"DEAL": 0}, location=None)
    order_id = id_of(refer(asked, by("rita")))
    done(approve(order_id, by("dana")))
    done(place_pending(order_id, by("rita")))
    done(post(order_id, deed()))
    assert Order.objects.get(id=order_id).discount == 400
    assert told(gives_back(order_id, "1: 3")) == []


@spec("DE-16")
def test_without_the_setting_a_refund_pays_all_back() -> None:
    on_deal(tier("percentage", units=10, percent=8))
    order_id = bought("10 MUG", location=None)
    answer = gives_back(order_id, "1: 1")
    assert (answer.refund_total, answer.charged_back) == (1150, 0)


# --- what is charged back --------------------------------------------------------------------------


@spec("DE-16", "JO-2")
@pytest.mark.usefixtures("charging")
def test_what_is_unearned_is_charged_back_on_the_deals_account() -> None:
    on_deal(tier("percentage", units=10, percent=8))
    order_id = paid("10 MUG")
    answer = gives_back(order_id, "1: 5")
    # Five mugs at 11.50, less the 5.00 that the other five bear.
    assert (answer.refund_total, answer.charged_back) == (5250, 500)
    assert booked(order_id) == amounts(tenders__card="62.50", sales="-62.50")


@spec("DE-16", "JO-2")
@pytest.mark.usefixtures("charging")
def test_giveaway_stock_is_charged_back_on_its_own_account() -> None:
    on_deal(tier("bonus_stock", every=10), **CHOSEN)
    order_id = paid("40 MUG", giveaways=deals.given("4 MUG"))
    answer = gives_back(order_id, "1: 15")
    assert (answer.refund_total, answer.charged_back) == (money("162.50"), money("25.00"))
    # 25 mugs and two of the four were bought, two are given away.
    assert booked(order_id) == amounts(
        **{"tenders__card": "337.50", "giveaway-stock__DEAL": "25.00", "sales": "-362.50"}
    )


@spec("DE-16")
@pytest.mark.usefixtures("charging")
def test_a_rebate_that_is_unearned_is_charged_back_and_stays_credited() -> None:
    on_deal(tier("rebate", units=10, amount="5.00"))
    order_id = paid("10 MUG")
    assert gives_back(order_id, "1: 2").refund_total == money("25.00") - money("4.00")
    assert booked(order_id)["customer-credit anna/"] == -400


@spec("DE-16", "OR-5")
@pytest.mark.usefixtures("charging")
def test_once_all_is_returned_nothing_is_charged() -> None:
    on_deal(tier("percentage", units=10, percent=8))
    order_id = paid("10 MUG")
    first, second = gives_back(order_id, "1: 5"), gives_back(order_id)
    assert (first.charged_back, second.charged_back) == (500, 0)
    assert (second.refund_total, second.refunded) == (6250, 11500)
    assert booked(order_id) == {}


@spec("DE-16", "OR-5")
@pytest.mark.usefixtures("charging")
def test_giveaways_that_come_back_later_are_charged_no_more() -> None:
    on_deal(tier("bonus_stock", every=10), **CHOSEN)
    order_id = paid("40 MUG", giveaways=deals.given("4 MUG"))
    gives_back(order_id, "1: 15")
    answer = gives_back(order_id, f"{bonus_of(order_id)}: 2")
    assert (answer.refund_total, answer.charged_back) == (2500, 0)


@spec("DE-16")
@pytest.mark.usefixtures("charging")
def test_a_refund_never_pays_less_than_nothing() -> None:
    on_deal(tier("percentage", units=9, percent=50))
    order_id = paid("10 MUG")
    # The first return keeps the trigger; after the second, eight kept mugs bear 50.00.
    assert gives_back(order_id, "1: 1").refund_total == 625
    second = gives_back(order_id, "1: 1")
    assert (second.refund_total, second.charged_back) == (0, 1250)
    # It was paid 6.25 too much, and owes that.
    assert booked(order_id)["receivables"] == 625
    assert gives_back(order_id).refunded == 6250
    assert booked(order_id) == {}


@spec("DE-16")
def test_what_was_charged_is_given_back_though_the_setting_is_off_by_then() -> None:
    change(CHARGE_BACK_UNEARNED, True)
    on_deal(tier("percentage", units=10, percent=8))
    order_id = paid("10 MUG")
    gives_back(order_id, "1: 5")
    change(CHARGE_BACK_UNEARNED, False)
    assert gives_back(order_id, "1: 2").charged_back == 300
    assert gives_back(order_id).refunded == 11500


def paid(*asked: str, **fields: object) -> UUID:
    """A posted order that was paid by card, at no tax."""
    placed = place(
        cart(*asked, location=None, **fields),  # type: ignore[arg-type]
        deed(),
        payment={"method": "card"},
    )
    done(post(id_of(placed), deed()))
    return id_of(placed)


TIERS = (tier("percentage", units=5, percent="3.33"), tier("percentage", units=9, percent="7.77"))
STOCK = tier("bonus_stock", every=3)


@spec("DE-16", "MO-4")
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    tiers=st.sampled_from([TIERS, (STOCK,), (tier("rebate", units=8, percent="5.55"),)]),
    parts=st.lists(st.integers(1, 6), min_size=2, max_size=4),
    bonus=st.integers(0, 4),
)
def test_refunds_in_parts_charge_what_one_at_once_does(
    tiers: tuple[dict[str, object], ...], parts: list[int], bonus: int
) -> None:
    with transaction.atomic():
        change(CHARGE_BACK_UNEARNED, True)
        gives = tiers == (STOCK,)
        on_deal(*tiers, **(CHOSEN if gives else {}))
        asked = deals.given("4 MUG") if gives else ()
        in_parts, at_once = (paid("12 MUG", giveaways=asked) for _ in range(2))
        left, whole, answer = 12, {}, None
        for units in parts:
            back = min(units, left)
            left -= back
            if back:
                answer = gives_back(in_parts, f"1: {back}")
        whole["1"] = 12 - left
        if gives and bonus:
            answer = gives_back(in_parts, f"{bonus_of(in_parts)}: {bonus}")
            whole[bonus_of(at_once)] = bonus
        once = done(refund(at_once, deed(), whole))
        assert answer is not None
        assert answer.charged_back == once.charged_back
        assert answer.unearned == once.unearned
        assert answer.refunded >= once.refunded >= 0
        # What was paid too much on the way is owed.
        assert without_money(in_parts) == without_money(at_once)
        # And in the end all is as if there had been no deal.
        for order_id in (in_parts, at_once):
            if left or (gives and bonus < 4):
                end = gives_back(order_id)
                assert end.charged_back == 0
            assert booked(order_id) == {}
            assert Order.objects.get(id=order_id).refunded == Order.objects.get(id=order_id).total
        assert checking.check() == ()
        transaction.set_rollback(True)


def without_money(order_id: UUID) -> dict[str, int]:
    """What is booked, the money and what is owed of it taken together."""
    found = booked(order_id)
    owed = found.pop("receivables", 0) + found.pop("tenders card", 0)
    return {**found, "money": owed}


# --- the check -------------------------------------------------------------------------------------


def found() -> list[str]:
    return [finding.message for finding in checking.check()]


@spec("QU-28", "DE-16")
@pytest.mark.usefixtures("charging")
def test_the_check_finds_a_refund_that_paid_otherwise() -> None:
    on_deal(tier("percentage", units=10, percent=8))
    order_id = paid("10 MUG")
    gives_back(order_id, "1: 5")
    for column in ("net", "total"):
        row = Refund.objects.filter(order=order_id)
        before = row.values_list(column, flat=True).get()
        row.update(**{column: before + 1})
        assert any("paid back" in message for message in found()), column
        row.update(**{column: before})


@spec("QU-28", "DE-16")
@pytest.mark.parametrize("wrong", ["nothing", "too much"])
@pytest.mark.usefixtures("charging")
def test_the_check_finds_a_charge_that_is_none(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders.returning import charging_back, reckoning

    on_deal(tier("percentage", units=10, percent=8))
    order_id = paid("10 MUG")
    with transaction.atomic():
        if wrong == "nothing":
            monkeypatch.setattr(charging_back, "movements", lambda *_: ())
        else:
            monkeypatch.setattr(
                reckoning,
                "chargeable",
                lambda *a: {k: n + 1 for k, n in charging_back.chargeable(*a).items()},
            )
        gives_back(order_id, "1: 5")
        assert any("charged back" in message for message in found())
        transaction.set_rollback(True)
