"""What each kind of condition asks for, in words that follow "if" (PR-1, CO-4)."""

from __future__ import annotations

from datetime import date

import pytest

import largesse as lg
from largesse.engine.conditions import CONDITIONS
from tests.words import both, bought, either, group, no, spec, tagged, worth

MUGS = group("mug", code="MUGS", title="mugs")
SALE = group("hat", code="SALE")
ALL, CURRENT, BEFORE = lg.ApplicableOrders
USD = lg.Currency.of("USD")

SAID: list[tuple[lg.Condition, str]] = [
    (bought(2, of=MUGS), "the order has at least 2 units of mugs"),
    (bought(1), "the order has at least 1 unit"),
    (bought(2, 5, of=MUGS), "the order has from 2 to 5 units of mugs"),
    (bought(3, 3), "the order has exactly 3 units"),
    (bought(0, 5), "the order has at most 5 units"),
    (
        bought(2, of=MUGS, orders=BEFORE, period=lg.Period.CALENDAR_YEAR),
        "the buyer's earlier orders of this calendar year have at least 2 units of mugs",
    ),
    (
        bought(2, of=MUGS, orders=ALL, whose="everyone"),
        "the order and everyone's earlier orders of the last twelve months have together at least "
        "2 units of mugs",
    ),
    (worth("80.00"), "the order has a subtotal of at least 80.00"),
    (
        worth("80.00", original=True),
        "the order has a subtotal of at least 80.00, before all discounts",
    ),
    (
        worth("50.00", "90.00", of=MUGS, but=SALE),
        "the order has a subtotal of mugs without SALE of from 50.00 to 90.00",
    ),
    (lg.Volume(volume=2, minimum=1000), "the order has a volume 2 of at least 10.00"),
    (
        lg.DistinctProducts(minimum=3, products=MUGS),
        "the order has at least 3 different products of mugs",
    ),
    (tagged("vip", "gold"), "the buyer is tagged gold or vip"),
    (tagged("vip", "gold", match="all"), "the buyer is tagged gold and vip"),
    (lg.CustomerTypeIs(type=lg.CustomerType.DISTRIBUTOR), "the buyer is a distributor"),
    (
        lg.OrganizationMembership(organizations=frozenset({"school"})),
        "the buyer is a member of school",
    ),
    (lg.FirstOrder(), "it is the buyer's first order"),
    (lg.JoinDate(earliest=date(2026, 1, 1)), "the buyer joined on 1 January 2026 or later"),
    (
        lg.JoinDate(earliest=date(2026, 1, 1), latest=date(2026, 2, 1)),
        "the buyer joined from 1 January 2026 to 1 February 2026",
    ),
    (lg.TimeSinceJoining(minimum=2, unit="years"), "the buyer joined at least 2 years ago"),
    (lg.TimeSinceJoining(maximum=30), "the buyer joined at most 30 days ago"),
    (lg.Birthday(), "it is the buyer's birthday"),
    (lg.Birthday(within="month"), "it is the buyer's birthday month"),
    (lg.InCountry(countries=frozenset({"DE", "AT"})), "the order is to AT or DE"),
    (lg.InCurrency(currencies=frozenset({"EUR"})), "the order is in EUR"),
    (lg.AtLocation(locations=frozenset({"shop"})), "the order is at shop"),
    (lg.ThroughChannel(channels=frozenset({lg.Channel.TILL})), "the order is through till"),
    (lg.ByShippingMethod(methods=frozenset({"express"})), "the order is shipped by express"),
    (
        lg.TimeOfWeek(days=frozenset({"friday"}), opens="17:00", closes="19:00"),
        "the order is placed on Friday from 17:00 to 19:00",
    ),
    (lg.TimeOfWeek(opens="17:00"), "the order is placed every day from 17:00 to 24:00"),
    (lg.PromoCode(codes=("SPRING",)), "the code SPRING was entered"),
    (lg.PastPromotion(promotion="SPRING"), "the buyer earned SPRING on at least 1 order"),
    (
        lg.PastPromotion(promotion="SPRING", earned=False, minimum=2, period=lg.Period.WEEK),
        "the buyer earned SPRING on fewer than 2 orders of this week",
    ),
    (lg.ReferredCustomers(minimum=3), "the buyer referred at least 3 customers"),
    (lg.PartyTotal(minimum=30_000), "the party has a total of at least 300.00"),
    (lg.PartyOrderCount(minimum=3), "the party has at least 3 orders"),
    (lg.PartyBookings(minimum=2, maximum=4), "the party has from 2 to 4 bookings"),
    (
        lg.Expression(expression="cart.units > 3"),
        "the expression holds: cart.units > 3",
    ),
    (
        lg.Expression(expression="cart.units > 3", meaning="more than 3 units are bought"),
        "more than 3 units are bought",
    ),
    (
        both(bought(1), either(tagged("vip"), worth("5.00"))),
        "the order has at least 1 unit and (the buyer is tagged vip or the order has a subtotal of at "
        "least 5.00)",
    ),
    (no(tagged("vip")), "it is not so that the buyer is tagged vip"),
    (both(), "the order is any"),
]


@spec("CO-4", "PR-7")
@pytest.mark.parametrize(("condition", "said"), SAID, ids=[said[:40] for _, said in SAID])
def test_it_is_said_in_plain_words(condition, said):
    assert condition.said(USD) == said


@spec("CO-4")
def test_every_kind_is_said():
    kinds = {condition.kind for condition, _ in SAID} | {"any"}

    assert kinds == set(CONDITIONS)
