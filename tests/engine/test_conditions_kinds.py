"""Each kind of condition: when it is met, how often, and what it says when it is not (CO-4)."""

from __future__ import annotations

from datetime import date

import pytest

import largesse as lg
from largesse.engine.conditions import CONDITIONS
from tests.engine.judging import Judged, judged, past
from tests.words import (
    allotment,
    customer,
    distributor,
    group,
    money,
    off,
    product,
    promotion,
    spec,
)

MUGS = group("mug", code="MUGS", title="mugs")
ALL, CURRENT, BEFORE = lg.ApplicableOrders
USD = lg.Currency.of("USD")


# --- product value ---------------------------------------------------------------------------------


@spec("CO-4")
@pytest.mark.parametrize(
    ("price", "code"),
    [
        ("49.99", "subtotal_too_low"),
        ("50.00", None),
        ("80.00", None),
        ("80.01", "subtotal_too_high"),
    ],
)
def test_a_product_value_counts_its_products_alone_and_both_bounds_are_inclusive(price, code):
    value = lg.ProductValue(minimum=5000, maximum=8000, products=MUGS)

    assert judged(value, f"1 mug @ {price}", "1 hat @ 100.00").code == code


@spec("CO-4")
def test_a_product_value_leaves_out_what_it_excludes():
    value = lg.ProductValue(minimum=5000, exclude=MUGS)

    assert not judged(value, "9 mug @ 50.00", "1 hat @ 49.99")
    assert judged(value, "9 mug @ 50.00", "1 hat @ 50.00")


@spec("CO-4", "PR-4")
def test_a_product_value_is_met_once_for_each_full_minimum():
    value = lg.ProductValue(minimum=2000, products=MUGS)

    assert judged(value, "1 mug @ 59.99", "1 hat @ 90.00").times == 2


@spec("CO-4")
def test_a_product_value_of_no_products_is_the_order_subtotal_and_refused():
    assert dict(lg.ProductValue(minimum=1).faults()) == {
        "products": "is empty, as is exclude; for every product, use the order subtotal"
    }


@spec("CO-4", "CO-1")
def test_a_value_may_be_of_prior_orders_before_or_after_their_discounts():
    history = [past("2026-11-20", lg.PastLine("mug", 1, gross=6000, net=4500), ("hat", 1, 9000))]

    def told(original: bool) -> Judged:
        value = lg.ProductValue(minimum=5000, products=MUGS, orders=BEFORE, original=original)
        return judged(value, history=history)

    assert told(original=False).sentence == "Needs a subtotal of mugs of 50.00, found 45.00."
    assert told(original=True)


@spec("CO-4", "CO-1")
def test_a_subtotal_may_be_of_this_order_and_prior_ones_together():
    history = [past("2026-11-20", ("mug", 1, 3000)), past("2025-11-20", ("mug", 1, 3000))]

    assert judged(lg.Subtotal(minimum=5000, orders=ALL), "1 hat @ 20.00", history=history)
    assert not judged(lg.Subtotal(minimum=5001, orders=ALL), "1 hat @ 20.00", history=history)


# --- volume ----------------------------------------------------------------------------------------

HEAVY = product("mug", "10.00", measures=lg.Measures(volume_1=500, volume_3=70))


@spec("CO-4")
@pytest.mark.parametrize(
    ("volume", "minimum", "maximum", "code"),
    [
        (1, 1500, None, None),
        (1, 1501, None, "volume_too_low"),
        (1, 0, 1499, "volume_too_high"),
        (3, 210, 210, None),
        (2, 1, None, "volume_too_low"),
    ],
)
def test_one_of_the_four_volumes_is_between_two_amounts(volume, minimum, maximum, code):
    condition = lg.Volume(volume=volume, minimum=minimum, maximum=maximum)

    assert judged(condition, "3 mug", products=[HEAVY]).code == code


@spec("CO-4", "PR-4")
def test_a_volume_counts_its_products_and_each_full_minimum():
    condition = lg.Volume(minimum=400, products=MUGS)
    cup = product("cup", "5.00", measures=lg.Measures(volume_1=10_000))

    assert judged(condition, "3 mug", "1 cup", products=[HEAVY, cup]).times == 3


@spec("CO-4", "AC-5")
def test_a_post_promotion_sees_the_volume_as_the_standard_ones_scaled_it():
    scaled = promotion(
        off("10%", stacking=lg.Stacking.BOTH, multipliers=lg.Multipliers(volume_1=500_000)),
        code="HALF",
    )
    condition = lg.Volume(minimum=1000)

    assert judged(condition, "3 mug", products=[HEAVY], others=[scaled])
    late = judged(condition, "3 mug", products=[HEAVY], others=[scaled], post=True)
    assert late.sentence == "Needs a volume 1 of 10.00, found 7.50."


@spec("CO-4")
def test_the_volume_of_prior_orders_counts_as_it_was_scaled_then():
    history = [
        past("2026-11-20", lg.PastLine("mug", 2, volume_1=300)),
        past("2026-11-19", ("mug", 1)),
    ]
    condition = lg.Volume(minimum=800, orders=BEFORE)

    assert judged(condition, "1 mug", products=[HEAVY], history=history)
    assert not judged(
        lg.Volume(minimum=801, orders=BEFORE), "1 mug", products=[HEAVY], history=history
    )


@spec("CO-4")
@pytest.mark.parametrize("volume", [0, 5])
def test_there_are_four_volumes(volume):
    assert list(lg.Volume(volume=volume).faults()) == [("volume", "is from 1 to 4")]


# --- distinct products -----------------------------------------------------------------------------


@spec("CO-4")
def test_a_product_on_two_lines_is_one_distinct_product():
    lines = ("2 mug @ 20.00", "1 mug @ 25.00", "1 hat @ 30.00")

    assert judged(lg.DistinctProducts(minimum=2), *lines)
    assert judged(lg.DistinctProducts(minimum=3), *lines).sentence == (
        "Needs 3 different products, found 2."
    )
    assert judged(lg.DistinctProducts(maximum=1), *lines).code == "too_many_products"
    assert judged(lg.DistinctProducts(minimum=1, maximum=1, products=MUGS), *lines)


@spec("CO-4", "CO-1")
def test_a_product_of_this_order_and_of_prior_ones_is_counted_once():
    history = [past("2026-11-20", ("mug", 1), ("hat", 1)), past("2026-11-19", ("hat", 2))]

    assert judged(lg.DistinctProducts(orders=BEFORE), "1 mug @ 9.00", history=history).times == 2
    assert judged(lg.DistinctProducts(orders=ALL), "1 mug @ 9.00", history=history).times == 2
    assert judged(lg.DistinctProducts(orders=ALL), "1 pen @ 9.00", history=history).times == 3


# --- the buyer -------------------------------------------------------------------------------------


@spec("CO-4")
@pytest.mark.parametrize(
    ("organizations", "any_of", "all_of"),
    [((), False, False), (("school",), True, False), (("school", "choir", "x"), True, True)],
)
def test_the_buyer_may_have_to_be_a_member_of_one_organization_or_of_all(
    organizations, any_of, all_of
):
    buyer = customer(organizations=frozenset(organizations))
    asked = frozenset({"school", "choir"})

    one = judged(lg.OrganizationMembership(organizations=asked), customer=buyer)
    every = judged(lg.OrganizationMembership(organizations=asked, match="all"), customer=buyer)
    assert (bool(one), bool(every)) == (any_of, all_of)
    assert (one.code or every.code) in (None, "members_only")


@spec("CO-4", "EX-1")
@pytest.mark.parametrize(
    "condition",
    [
        lg.OrganizationMembership(organizations=frozenset({"school"})),
        lg.FirstOrder(),
        lg.JoinDate(earliest=date(2026, 1, 1)),
        lg.TimeSinceJoining(minimum=1),
        lg.Birthday(),
        lg.ReferredCustomers(),
    ],
    ids=lambda condition: condition.kind,
)
def test_what_asks_of_the_buyer_is_not_met_where_no_customer_is_named(condition):
    told = judged(condition, customer=None)

    assert told.code == "customer_needed"
    assert told.sentence.endswith("; no customer is named.")


@spec("CO-4", "CO-3")
def test_a_first_order_has_no_order_before_it():
    assert judged(lg.FirstOrder())
    told = judged(lg.FirstOrder(), history=[past("2019-01-01", ("mug", 1))])
    assert told.code == "not_first_order"
    assert told.sentence == "For a customer's first order; the buyer has 1 order before this one."


@spec("CO-4", "CO-3")
def test_an_order_that_was_given_back_whole_leaves_the_next_one_the_first():
    assert judged(lg.FirstOrder(), history=[past("2019-01-01")])


@spec("CO-4", "CO-1")
def test_a_reps_own_order_is_no_earlier_order_of_the_customer():
    history = [past("2026-11-20", ("mug", 1), customer_type=lg.CustomerType.DISTRIBUTOR)]

    assert judged(lg.FirstOrder(), history=history)
    assert not judged(lg.FirstOrder(), history=history, customer=distributor("anna"))


@spec("CO-4")
@pytest.mark.parametrize(
    ("joined", "code"),
    [
        ("2025-12-31", "joined_too_early"),
        ("2026-01-01", None),
        ("2026-06-30", None),
        ("2026-07-01", "joined_too_late"),
    ],
)
def test_a_join_date_lies_between_two_days_both_inclusive(joined, code):
    condition = lg.JoinDate(earliest=date(2026, 1, 1), latest=date(2026, 6, 30))

    assert judged(condition, customer=customer(joined=date.fromisoformat(joined))).code == code


@spec("CO-4")
def test_a_join_date_that_is_not_known_is_told():
    assert judged(lg.JoinDate(latest=date(2026, 1, 1))).sentence == (
        "For customers who joined on 1 January 2026 or earlier; when this one joined is not known."
    )


@spec("CO-4")
@pytest.mark.parametrize(
    ("unit", "joined", "full"),
    [
        ("days", "2026-11-21", 0),
        ("days", "2026-11-01", 20),
        ("months", "2026-10-22", 0),
        ("months", "2026-10-21", 1),
        ("months", "2025-11-21", 12),
        ("years", "2025-11-22", 0),
        ("years", "2025-11-21", 1),
    ],
)
def test_time_since_joining_is_counted_in_full_days_months_or_years(unit, joined, full):
    buyer = customer(joined=date.fromisoformat(joined))

    def told(minimum: int, maximum: int | None) -> str | None:
        condition = lg.TimeSinceJoining(minimum=minimum, maximum=maximum, unit=unit)
        return judged(condition, customer=buyer).code

    assert told(full, full) is None
    assert told(full + 1, None) == "joined_too_late"
    assert full == 0 or told(0, full - 1) == "joined_too_early"


@spec("CO-4")
def test_who_joined_on_the_31st_has_been_there_a_month_on_the_last_of_a_shorter_one():
    buyer = customer(joined=date(2026, 8, 31))
    month = lg.TimeSinceJoining(minimum=1, unit="months")

    assert not judged(month, customer=buyer, at="2026-09-29T12:00:00+00:00")
    assert judged(month, customer=buyer, at="2026-09-30T12:00:00+00:00")


@spec("CO-4")
@pytest.mark.parametrize(
    ("within", "first", "last"),
    [("day", 19, 19), ("week", 16, 22), ("month", 1, 30)],
)
def test_a_birthday_is_a_day_or_the_week_or_month_of_it(within, first, last):
    buyer = customer(birthday=date(1990, 11, 19))

    def told(day: int) -> bool:
        at = f"2026-11-{day:02}T12:00:00+00:00"
        return bool(judged(lg.Birthday(within=within), customer=buyer, at=at))

    assert [day for day in range(1, 31) if told(day)] == list(range(first, last + 1))


@spec("CO-4")
def test_the_week_of_a_birthday_begins_on_the_businesss_day_and_may_reach_into_another_year():
    buyer = customer(birthday=date(1990, 1, 1))
    sunday = lg.Calendar(week_starts="sunday")

    def told(at: str, calendar: lg.Calendar = sunday) -> bool:
        when = f"{at}T12:00:00+00:00"
        return bool(judged(lg.Birthday(within="week"), customer=buyer, at=when, calendar=calendar))

    # 1 January 2027 is a Friday.
    assert [told(day) for day in ("2026-12-26", "2026-12-27", "2027-01-02", "2027-01-03")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not told("2026-12-27", lg.Calendar(week_starts="monday"))


@spec("CO-4")
def test_who_was_born_on_29_february_has_a_birthday_every_year():
    buyer = customer(birthday=date(2000, 2, 29))

    def told(at: str, within: str = "day") -> bool:
        condition = lg.Birthday(within=within)  # type: ignore[arg-type]
        return bool(judged(condition, customer=buyer, at=f"{at}T12:00:00+00:00"))

    assert [told(f"2028-0{d}") for d in ("2-28", "2-29", "3-01")] == [False, True, False]
    assert [told(f"2027-0{d}") for d in ("2-27", "2-28", "3-01")] == [False, True, False]
    assert told("2027-02-01", "month")
    assert not told("2027-03-01", "month")


@spec("CO-4")
def test_a_birthday_is_on_the_businesss_day():
    buyer = customer(birthday=date(1990, 11, 20))
    new_york = lg.Calendar("America/New_York")

    assert judged(lg.Birthday(), customer=buyer, at="2026-11-21T02:00:00+00:00", calendar=new_york)


@spec("CO-4")
def test_a_birthday_that_is_not_known_is_told():
    assert judged(lg.Birthday()).code == "birthday_unknown"
    assert (
        judged(lg.Birthday(), customer=customer(birthday=date(1990, 1, 1))).code == "not_birthday"
    )


@spec("CO-4")
@pytest.mark.parametrize(
    ("referred", "code"), [(1, "too_few_referred"), (2, None), (4, None), (5, "too_many_referred")]
)
def test_the_buyer_may_have_to_have_referred_some_customers(referred, code):
    assert judged(lg.ReferredCustomers(minimum=2, maximum=4), referred=referred).code == code


@spec("CO-4", "PR-4")
def test_referred_customers_count_under_a_cumulative_promotion():
    assert judged(lg.ReferredCustomers(minimum=2), referred=7).times == 3


# --- the order -------------------------------------------------------------------------------------

SHOP = lg.Location("shop")


@spec("CO-4", "EX-1")
@pytest.mark.parametrize(
    ("condition", "fields", "code", "sentence"),
    [
        (
            lg.InCountry(countries=frozenset({"DE", "AT"})),
            {"country": "us"},
            "other_country",
            "For orders to AT or DE; the country of this one is US.",
        ),
        (
            lg.InCountry(countries=frozenset({"DE"})),
            {},
            "other_country",
            "For orders to DE; this one has no country.",
        ),
        (
            lg.InCurrency(currencies=frozenset({"EUR"})),
            {},
            "other_currency",
            "For orders in EUR; the currency of this one is USD.",
        ),
        (
            lg.AtLocation(locations=frozenset({"mall"})),
            {"location": None},
            "other_location",
            "For orders at mall; this one has no location.",
        ),
        (
            lg.ThroughChannel(channels=frozenset({lg.Channel.TILL})),
            {"channel": lg.Channel.SHOP},
            "other_channel",
            "For orders through till; the channel of this one is shop.",
        ),
        (
            lg.ByShippingMethod(methods=frozenset({"express"})),
            {"shipping_method": "post"},
            "other_shipping_method",
            "For orders shipped by express; the shipping method of this one is post.",
        ),
    ],
    ids=lambda each: getattr(each, "kind", None),
)
def test_the_order_may_have_to_be_of_one_of_some(condition, fields, code, sentence):
    told = judged(condition, **fields)

    assert (told.code, told.sentence) == (code, sentence)


@spec("CO-4")
@pytest.mark.parametrize(
    ("condition", "fields"),
    [
        (lg.InCountry(countries=frozenset({"DE", "AT"})), {"country": "at"}),
        (lg.InCurrency(currencies=frozenset({"USD"})), {}),
        (lg.ThroughChannel(channels=frozenset({lg.Channel.TILL})), {"channel": lg.Channel.TILL}),
        (lg.ByShippingMethod(methods=frozenset({"express"})), {"shipping_method": "express"}),
    ],
    ids=lambda each: getattr(each, "kind", None),
)
def test_an_order_of_one_of_them_meets_it(condition, fields):
    assert judged(condition, **fields)


@spec("CO-4")
def test_a_location_is_where_the_order_is_sold():
    from tests.words import cart, priced, saved

    offer = promotion(off("10%"), lg.AtLocation(locations=frozenset({"shop", "mall"})))

    assert saved(priced(cart("1 mug @ 10.00"), offer, location=SHOP)) == "1.00"
    assert saved(priced(cart("1 mug @ 10.00"), offer)) == "0.00"


@spec("CO-4")
@pytest.mark.parametrize(
    ("condition", "field"),
    [
        (lg.InCountry(countries=frozenset()), "countries"),
        (lg.InCountry(countries=frozenset({"at"})), "countries"),
        (lg.InCountry(countries=frozenset({"AUT"})), "countries"),
        (lg.InCurrency(currencies=frozenset({"eu"})), "currencies"),
        (lg.AtLocation(locations=frozenset()), "locations"),
        (lg.ThroughChannel(channels=frozenset()), "channels"),
        (lg.ByShippingMethod(methods=frozenset()), "methods"),
        (lg.OrganizationMembership(organizations=frozenset()), "organizations"),
        (lg.JoinDate(), "earliest"),
        (lg.JoinDate(earliest=date(2026, 2, 1), latest=date(2026, 1, 1)), "latest"),
        (lg.TimeSinceJoining(minimum=-1), "minimum"),
        (lg.TimeSinceJoining(minimum=3, maximum=2), "maximum"),
        (lg.TimeOfWeek(opens="9:00"), "opens"),
        (lg.TimeOfWeek(opens="24:00"), "opens"),
        (lg.TimeOfWeek(closes="24:01"), "closes"),
        (lg.PastPromotion(promotion=" "), "promotion"),
        (lg.PastPromotion(promotion="P", minimum=0), "minimum"),
        (lg.DistinctProducts(minimum=3, maximum=2), "maximum"),
        (lg.PartyBookings(minimum=-1), "minimum"),
    ],
    ids=lambda each: getattr(each, "kind", None),
)
def test_a_condition_that_makes_no_sense_is_refused(condition, field):
    assert [name for name, _ in condition.faults()] == [field]


# --- days and hours --------------------------------------------------------------------------------


@spec("CO-4")
@pytest.mark.parametrize(
    ("days", "opens", "closes", "at", "holds"),
    [
        # 21 November 2026 is a Saturday.
        ({"saturday"}, "00:00", "24:00", "2026-11-21T00:00:00", True),
        ({"saturday"}, "00:00", "24:00", "2026-11-21T23:59:59", True),
        ({"saturday"}, "00:00", "24:00", "2026-11-22T00:00:00", False),
        ((), "09:00", "17:30", "2026-11-23T09:00:00", True),
        ((), "09:00", "17:30", "2026-11-23T08:59:59", False),
        ((), "09:00", "17:30", "2026-11-23T17:29:59", True),
        ((), "09:00", "17:30", "2026-11-23T17:30:00", False),
        ({"friday"}, "22:00", "02:00", "2026-11-20T22:00:00", True),
        ({"friday"}, "22:00", "02:00", "2026-11-21T01:59:00", True),
        ({"friday"}, "22:00", "02:00", "2026-11-21T02:00:00", False),
        ({"friday"}, "22:00", "02:00", "2026-11-20T01:00:00", False),
        ({"friday"}, "22:00", "02:00", "2026-11-21T22:00:00", False),
        ({"friday"}, "10:00", "10:00", "2026-11-21T09:59:00", True),
    ],
)
def test_an_order_may_have_to_be_of_some_days_and_hours_also_past_midnight(
    days, opens, closes, at, holds
):
    condition = lg.TimeOfWeek(days=frozenset(days), opens=opens, closes=closes)

    told = judged(condition, at=f"{at}+00:00")
    assert bool(told) == holds
    assert holds or told.code == "outside_hours"


@spec("CO-4")
def test_days_and_hours_are_those_of_the_businesss_clock():
    happy_hour = lg.TimeOfWeek(days=frozenset({"friday"}), opens="17:00", closes="19:00")
    vienna = lg.Calendar("Europe/Vienna")

    def told(at: str) -> bool:
        return bool(judged(happy_hour, at=at, calendar=vienna))

    # Summer and winter: 17:00 in Vienna is 15:00 and 16:00 UTC.
    assert [told(f"2026-07-24T{at}:00+00:00") for at in ("14:59", "15:00")] == [False, True]
    assert [told(f"2026-11-20T{at}:00+00:00") for at in ("15:59", "16:00")] == [False, True]


@spec("CO-4", "EX-1")
def test_outside_the_hours_it_says_when_it_holds():
    condition = lg.TimeOfWeek(days=frozenset({"friday", "monday"}), opens="17:00", closes="19:00")

    assert judged(condition).sentence == (
        "Holds on Monday and Friday from 17:00 to 19:00; this order is of Saturday, 10:30."
    )


# --- past promotions -------------------------------------------------------------------------------

EARNED = [
    past("2026-11-20", ("mug", 1), promotions=frozenset({"SPRING"})),
    past("2026-11-19", ("mug", 1), promotions=frozenset({"AUTUMN"})),
    past("2025-01-01", ("mug", 1), promotions=frozenset({"SPRING", "AUTUMN"})),
    past("2026-11-18", ("mug", 1), buyer="bert", promotions=frozenset({"SPRING"})),
    past("2026-11-18", promotions=frozenset({"SPRING"})),
]


@spec("CO-4", "PR-4")
@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({}, 2),
        ({"period": lg.Period.YEAR}, 1),
        ({"period": lg.Period.DAY}, 0),
        ({"whose": "everyone"}, 3),
        ({"minimum": 2}, 1),
        ({"minimum": 3}, 0),
        ({"promotion": "WINTER"}, 0),
    ],
)
def test_a_promotion_may_have_to_be_earned_on_earlier_orders(fields, count):
    condition = lg.PastPromotion(**{"promotion": "SPRING", **fields})

    told = judged(condition, history=EARNED)
    assert told.times == count
    assert told.code == (None if count else "not_earned_before")


@spec("CO-4")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"promotion": "WINTER"}, None),
        ({}, "earned_before"),
        ({"minimum": 3}, None),
        ({"period": lg.Period.WEEK}, "earned_before"),
        ({"period": lg.Period.DAY}, None),
    ],
)
def test_a_promotion_may_have_to_be_not_earned(fields, code):
    condition = lg.PastPromotion(**{"promotion": "SPRING", "earned": False, **fields})

    assert judged(condition, history=EARNED).code == code


# --- parties ---------------------------------------------------------------------------------------

PARTY = lg.PartyTotals(total=25_000, orders=4, bookings=2)


@spec("CO-4", "PR-4")
@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (lg.PartyTotal(minimum=10_000), 2),
        (lg.PartyTotal(minimum=25_000, maximum=25_000), 1),
        (lg.PartyTotal(minimum=25_001), 0),
        (lg.PartyTotal(minimum=1, maximum=24_999), 0),
        (lg.PartyOrderCount(minimum=2), 2),
        (lg.PartyOrderCount(minimum=5), 0),
        (lg.PartyBookings(minimum=1), 2),
        (lg.PartyBookings(minimum=3), 0),
    ],
    ids=repr,
)
def test_a_party_has_a_total_orders_and_bookings(condition, count):
    told = judged(condition, party=PARTY)

    assert told.times == count
    assert told.code in (None, "party_too_small", "party_too_large")
    assert judged(condition).code == "party_needed"


@spec("CO-4", "EX-1")
def test_a_party_that_is_too_small_is_told_in_its_own_unit():
    assert judged(lg.PartyTotal(minimum=30_000), party=PARTY).sentence == (
        "Needs a party with a total of 300.00, found 250.00."
    )
    assert judged(lg.PartyOrderCount(minimum=5), party=PARTY).sentence == (
        "Needs a party with a number of orders of 5, found 4."
    )


# --- free units ------------------------------------------------------------------------------------


@spec("CO-4", "ST-2")
def test_free_units_are_worth_nothing_in_a_product_value_but_count_at_their_original_price():
    from tests.words import cart, priced, reason

    def code(original: bool) -> str | None:
        value = lg.ProductValue(minimum=10_000, products=MUGS, original=original)
        offer = promotion(off("10%"), value)
        quote = priced(cart("2 mug @ 50.00 by CLUB"), allotment(1, "mug"), offer)
        return None if "PROMO" in quote.awarded else reason(quote)

    assert code(original=False) == "subtotal_too_low"
    assert code(original=True) is None


# --- all of them -----------------------------------------------------------------------------------


@spec("CO-4", "IF-2")
def test_every_kind_has_a_label_and_no_two_have_the_same():
    labels = [kind.label for kind in CONDITIONS.values()]

    assert all(labels)
    assert len(set(labels)) == len(labels)


@spec("CO-4")
def test_the_kinds_are_those_of_the_specification():
    assert set(CONDITIONS) == {
        "all", "any", "birthday", "channel", "country", "currency", "customer_tags", "customer_type",
        "distinct_products", "expression", "first_order", "join_date", "location", "not",
        "organization_membership", "party_bookings", "party_order_count", "party_total",
        "past_promotion", "product_count", "product_value", "promo_code", "referred_customers",
        "shipping_method", "subtotal", "time_of_week", "time_since_joining", "volume",
    }  # fmt: skip


@spec("CO-4", "MO-1")
def test_amounts_are_in_the_carts_own_currency():
    value = lg.ProductValue(minimum=money("1000", "JPY"), products=MUGS)

    assert judged(value, "1 mug @ 1000", currency="JPY")
    assert not judged(value, "1 mug @ 999", currency="JPY")
