"""What orders and the journal make of deals (DE-3, DE-9 to DE-15)."""

from __future__ import annotations

import pytest
from django.db import transaction

from largesse.ledger.accounts import Kind
from largesse.orders.cancelling import cancel
from largesse.orders.checking import orders as checking
from largesse.orders.models import Order, OrderLine, Part
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.quoting import quote
from tests.orders.deals import CHOSEN, credit_of, given, on_deal, tier
from tests.orders.journal import amounts, booked
from tests.orders.offers import bought, buys, gives_back
from tests.orders.store import cart, deed, done, refused
from tests.words import money, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

TEN_FOR_ONE = tier("bonus_stock", every=10)
"""For every 10 ordered, the value of 1."""


def credited(order_id: object) -> tuple[int, int, int]:
    """Of an order's giveaway credit: granted, held, used."""
    found = credit_of(order_id)  # type: ignore[arg-type]
    return found.granted, found.held, found.posted


# --- the journal -----------------------------------------------------------------------------------


@spec("DE-3", "JO-2")
@pytest.mark.parametrize(
    ("benefit", "off"),
    [
        ({"kind": "percentage", "percent": 8}, "10.00"),
        ({"kind": "amount_off", "amount": "1.50"}, "15.00"),
        ({"kind": "fixed_price", "price": "10.00"}, "25.00"),
    ],
)
def test_what_a_deal_takes_off_is_booked_to_its_account(
    benefit: dict[str, object], off: str
) -> None:
    on_deal({"min_units": 10, "benefit": benefit})
    order_id = bought("10 MUG", location=None)
    assert booked(order_id) == {
        "sales": money("-125.00"),
        "deals DEAL": money(off),
        "receivables": money("125.00") - money(off),
    }


@spec("DE-3", "JO-2")
def test_a_rebate_is_credited_at_posting_from_the_deals_account() -> None:
    on_deal(tier("rebate", units=10, percent=10, account="store"))
    order_id = buys("10 MUG", location=None)
    assert booked(order_id) == {}
    done(post(order_id, deed()))
    assert booked(order_id) == {
        **amounts(receivables="125.00", sales="-125.00", deals__DEAL="12.50"),
        "customer-credit anna/store": -1250,
    }


@spec("DE-9", "DE-15", "JO-2")
def test_40_ordered_at_10_for_1_give_4_units_away() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    order_id = buys("40 MUG", location=None, giveaways=given("4 MUG"))
    assert credited(order_id) == (5000, 5000, 0)
    done(post(order_id, deed()))
    assert credited(order_id) == (5000, 0, 5000)
    # The four are sold at list price and given away: no money for them, and 50.00 of stock.
    assert booked(order_id) == amounts(
        **{"receivables": "500.00", "sales": "-550.00", "giveaway-stock__DEAL": "50.00"}
    )
    bonus = OrderLine.objects.get(order=order_id, bonus=True)
    assert (bonus.units, bonus.gross, bonus.net, bonus.tax, bonus.deal) == (4, 5000, 0, 0, "")
    (part,) = Part.objects.filter(order_line=bonus)
    assert (part.offer, part.kind, part.amount) == ("DEAL", "giveaway", 5000)


@spec("DE-15", "ST-5")
def test_giveaway_units_bear_no_tax() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    order = Order.objects.get(id=buys("40 MUG", giveaways=given("4 MUG")))
    assert (order.net, order.tax) == (money("500.00"), money("50.00"))


@spec("DE-11")
def test_a_minimum_of_10_units_gives_50_00_of_credit() -> None:
    on_deal(tier("free_stock", units=10, amount="50.00"), **CHOSEN)
    assert credited(buys("10 MUG", giveaways=given("4 MUG"))) == (5000, 5000, 0)
    assert quote(cart("9 MUG")).deals == ()


@spec("DE-12", "DE-15")
def test_a_giveaway_is_worth_its_list_price_whatever_it_is_sold_for() -> None:
    from largesse.catalog.models import Product

    Product.objects.filter(sku="MUG").update(list_price=2000)
    mug = Product.objects.get(sku="MUG")
    mug.save()
    on_deal(tier("free_stock", units=10, amount="50.00"), **CHOSEN)
    order_id = bought("10 MUG", location=None, giveaways=given("2 MUG"))
    assert booked(order_id)["giveaway-stock DEAL"] == money("40.00")


@spec("DE-3")
def test_the_rows_of_an_order_say_on_which_deal_each_line_is() -> None:
    on_deal(tier("percentage", units=10, percent=8))
    order_id = buys("10 MUG", "1 HAT")
    assert list(OrderLine.objects.filter(order=order_id).values_list("deal", "bonus")) == [
        ("DEAL", False),
        ("", False),
    ]


# --- a rebate lies on its own lines ----------------------------------------------------------------


def owed(order_id: object) -> int:
    return -booked(order_id).get("customer-credit anna/", 0)  # type: ignore[arg-type]


@spec("DE-3", "MO-4")
def test_a_refund_of_other_lines_takes_nothing_of_a_rebate_back() -> None:
    on_deal(tier("rebate", units=10, percent=10))
    order_id = bought("10 MUG", "1 POT", location=None)
    gives_back(order_id, "2: 1")
    assert owed(order_id) == 1250
    gives_back(order_id, "1: 2")
    assert owed(order_id) == 1000


@spec("DE-3", "MO-4")
@pytest.mark.parametrize("parts", [("1: 1", "1: 3", "1: 6"), ("1: 7", "1: 3")])
def test_a_rebate_comes_back_the_same_in_parts_as_at_once(parts: tuple[str, ...]) -> None:
    on_deal(tier("rebate", units=10, percent="3.33"))
    order_id = bought("10 MUG", "1 HAT", location=None)
    given_back = 0
    for part in parts:
        given_back += int(part.split(": ")[1])
        gives_back(order_id, part)
        other = bought("10 MUG", "1 HAT", location=None)
        gives_back(other, f"1: {given_back}")
        assert owed(order_id) == owed(other)
    assert owed(order_id) == 0


@spec("DE-3", "MO-4")
def test_each_line_of_a_deal_that_asks_lines_by_themselves_bears_its_own_rebate() -> None:
    on_deal(tier("rebate", units=2, amount="3.00"), of="pots", assorted=False)
    order_id = bought("2 POT", "4 POT", location=None)
    assert owed(order_id) == 600
    gives_back(order_id, "2: 4")
    assert owed(order_id) == 300


# --- giveaway credit -------------------------------------------------------------------------------


@spec("DE-13")
def test_credit_that_is_left_lapses_and_the_answer_says_how_much() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    answered = place(cart("40 MUG", giveaways=given("3 MUG")), deed())
    assert done(answered).lapsed_credit == 1250
    order_id = Order.objects.get().id
    assert credited(order_id) == (3750, 3750, 0)
    assert credit_of(order_id).left == 0


@spec("DE-13")
def test_credit_of_which_nothing_is_used_lapses_whole() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    order_id = buys("40 MUG")
    assert credited(order_id) == (0, 0, 0)


@spec("DE-12")
def test_what_a_deal_gives_by_itself_is_held_as_well() -> None:
    on_deal(TEN_FOR_ONE, gives=["HAT", "MUG"])
    order_id = buys("40 MUG")
    # 50.00 are a hat of 40.00, and 10.00 that no mug fits into.
    assert credited(order_id) == (4000, 4000, 0)


@spec("DE-13")
def test_more_than_the_credit_is_refused_with_what_to_remove() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    no = refused(place(cart("30 MUG", giveaways=given("2 MUG", "3 MUG")), deed()))
    assert no.code == "giveaway_over_credit"
    assert [(e.field, e.value) for e in no.errors] == [("giveaways[1]", "3")]
    assert no.errors[0].message == (
        "12.50 of credit is missing for the next unit of Mug; remove 2 units of it."
    )
    assert not Order.objects.exists()


@spec("DE-13")
def test_fewer_units_than_the_giveaways_need_are_refused_with_all_of_them() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    no = refused(place(cart("9 MUG", giveaways=given("1 MUG", "2 MUG")), deed()))
    assert no.code == "giveaway_over_credit"
    assert [e.message for e in no.errors] == [
        "DEAL gives no credit for MUG on this order; remove 1 unit of it.",
        "DEAL gives no credit for MUG on this order; remove 2 units of it.",
    ]


@spec("DE-13", "OR-3")
def test_the_same_request_is_refused_the_same_for_ever() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    asked = deed("once")
    first = place(cart("9 MUG", giveaways=given("1 MUG")), asked)
    on_deal(tier("bonus_stock", every=5), **CHOSEN)
    assert place(cart("9 MUG", giveaways=given("1 MUG")), asked).answer == first.answer


@spec("OR-6", "DE-13")
def test_the_database_refuses_giveaways_over_the_credit(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders import placing
    from largesse.orders.rewards import giveaways

    on_deal(TEN_FOR_ONE, **CHOSEN)
    monkeypatch.setattr(giveaways, "_used", lambda quote: {"DEAL": 5001})
    answered = placing.place(cart("40 MUG", giveaways=given("4 MUG")), deed())
    assert refused(answered).code == "busy"
    assert not Order.objects.exists()


@spec("OR-5", "DE-13")
def test_an_order_that_is_cancelled_uses_no_credit() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    order_id = buys("40 MUG", giveaways=given("4 MUG"))
    done(cancel(order_id, deed()))
    assert credited(order_id) == (5000, 0, 0)


@spec("OR-5", "DE-15")
def test_giveaway_units_that_come_back_give_their_list_value_back() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    order_id = bought("40 MUG", location=None, giveaways=given("4 MUG"))
    bonus = OrderLine.objects.get(order=order_id, bonus=True)
    assert gives_back(order_id, f"{bonus.line}: 1").refund_total == 0
    assert credited(order_id) == (5000, 0, 3750)
    assert booked(order_id)["giveaway-stock DEAL"] == money("37.50")
    gives_back(order_id)
    assert credited(order_id) == (5000, 0, 0)
    assert booked(order_id) == {}


@spec("DE-15", "DE-2")
def test_giveaway_units_were_not_bought_before() -> None:
    on_deal(tier("free_stock", units=1, amount="50.00"), of="pots", **CHOSEN)
    bought("1 POT", giveaways=given("4 MUG"))
    on_deal(tier("percentage", percent=10), of="hats", code="AGAIN", bought_before="mugs")
    assert quote(cart("1 HAT")).deals == ()
    bought("1 MUG")
    assert [deal.offer for deal in quote(cart("1 HAT")).deals] == ["AGAIN"]


# --- the check -------------------------------------------------------------------------------------


def found() -> list[str]:
    return [finding.message for finding in checking.check()]


@spec("QU-28", "DE-15")
@pytest.mark.parametrize(
    ("column", "value", "told"),
    [("deal", "OTHER", "deal is OTHER"), ("bonus", True, "bonus is True")],
)
def test_the_check_finds_a_line_that_was_put_on_another_deal(
    column: str, value: object, told: str
) -> None:
    on_deal(tier("percentage", units=10, percent=8))
    line = OrderLine.objects.filter(order=bought("10 MUG"))
    before = line.values_list(column, flat=True).get()
    line.update(**{column: value})
    assert any(told in message for message in found())
    line.update(**{column: before})


@spec("QU-28", "DE-13")
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"used": "50.00"', '"used": "37.50"', "it held 5000 of rights:giveaway-credit"),
        ('"kind": "giveaway"', '"kind": "spree"', "kind is giveaway, its quote says spree"),
        ('"bonus": true', '"bonus": false', "bonus is True"),
    ],
)
def test_the_check_finds_a_quote_whose_giveaways_were_changed(
    old: str, new: str, told: str
) -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    order_id = bought("40 MUG", giveaways=given("4 MUG"))
    order = Order.objects.get(id=order_id)
    assert old in order.quote
    Order.objects.filter(id=order_id).update(quote=order.quote.replace(old, new))
    assert any(told in message for message in found())
    Order.objects.filter(id=order_id).update(quote=order.quote)


@spec("QU-28", "DE-15")
def test_the_check_finds_giveaway_stock_that_is_booked_to_another_account() -> None:
    on_deal(TEN_FOR_ONE, **CHOSEN)
    order_id = bought("40 MUG", giveaways=given("4 MUG"))
    part = Part.objects.filter(order_line__order=order_id, kind="giveaway")
    part.update(account=Kind.SPREES.value)
    assert any("giveaway-stock" in message for message in found())
    part.update(account=Kind.GIVEAWAY_STOCK.value)


@spec("QU-28", "DE-13")
def test_the_check_finds_credit_that_did_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders import refunding

    on_deal(TEN_FOR_ONE, **CHOSEN)
    order_id = bought("40 MUG", giveaways=given("4 MUG"))
    with transaction.atomic():
        monkeypatch.setattr(refunding, "_claims_back", lambda *_: ())
        gives_back(order_id)
        assert any("nothing came back of what it used" in message for message in found())
        transaction.set_rollback(True)


@spec("QU-28", "DE-3")
def test_the_check_finds_a_rebate_that_was_promised_otherwise() -> None:
    on_deal(tier("rebate", units=10, percent=10))
    order_id = bought("10 MUG")
    order = Order.objects.get(id=order_id)
    for old, new in (('"amount": "12.50"', '"amount": "12.49"'), ('"by": "deal"', '"by": "x"')):
        assert old in order.quote
        Order.objects.filter(id=order_id).update(quote=order.quote.replace(old, new))
        assert found()
    Order.objects.filter(id=order_id).update(quote=order.quote)
