"""Amounts are whole minor units; percentages are exact; every split adds up."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import strategies as st

import largesse as lg
from largesse.engine.money import AMOUNT_MAX, first_units, part_of, round_div, share_out
from tests.engine.cases import for_all
from tests.words import (
    cart,
    discounts,
    money,
    nets,
    off,
    order_off,
    post,
    priced,
    product,
    promotion,
    saved,
    spec,
    usd,
    voucher,
)  # fmt: skip

# --- MO-1: whole minor units of one currency --------------------------------------------------------


@spec("MO-1")
@pytest.mark.parametrize(
    ("currency", "price", "less", "net"),
    [
        ("JPY", "1250", "125", "1125"),
        ("USD", "12.50", "1.25", "11.25"),
        ("KWD", "1.250", "0.125", "1.125"),
    ],
)
def test_currencies_with_no_two_and_three_decimals_are_priced_in_minor_units(
    currency, price, less, net
):
    quote = priced(cart(f"1 mug @ {price}", currency=currency), promotion(off("10%")))

    assert saved(quote) == less
    assert nets(quote) == [net]
    assert quote.total == 1125


@spec("MO-1")
def test_a_yen_has_no_parts():
    quote = priced(cart("1 mug @ 15", currency="JPY"), promotion(off("10%")))

    assert nets(quote) == ["13"]


@spec("MO-1")
def test_an_amount_with_more_decimals_than_the_currency_has_is_refused():
    with pytest.raises(ValueError, match="more than 2 decimals of USD"):
        usd("1.234")
    with pytest.raises(ValueError, match="more than 0 decimals of JPY"):
        money("1.2", "JPY")


@spec("MO-1")
def test_weighed_goods_are_priced_for_up_to_three_decimals_of_a_unit():
    ham = product("ham", "19.99", quantity_decimals=3)
    quote = priced(cart("0.275 ham"), promotion(off("10%")), products=[ham])

    # 5.49725 and a tenth of 5.50
    assert quote.gross == usd("5.50")
    assert nets(quote) == ["4.95"]


@spec("MO-1")
def test_an_amount_off_each_unit_of_weighed_goods_is_for_its_whole_quantity():
    ham = product("ham", "20.00", quantity_decimals=3)
    quote = priced(cart("1.5 ham"), promotion(off("2.00")), products=[ham])

    assert nets(quote) == ["27.00"]


@spec("MO-1", "BI-1")
def test_quantities_are_exact_numbers_never_floats():
    floating = lg.CartLine("1", "ham", 1.5)  # type: ignore[arg-type]

    with pytest.raises(lg.Faults, match="not an exact number"):
        priced(cart(floating), products=[product("ham", "20.00", quantity_decimals=3)])


# --- MO-2, MO-3: exact percentages, one rounding ----------------------------------------------------


@spec("MO-2")
def test_a_percentage_has_four_exact_decimals():
    quote = priced(cart("1 car @ 10000.00"), promotion(off("12.3456%")))

    assert saved(quote) == "1234.56"


@spec("MO-2")
def test_a_percentage_with_a_fifth_decimal_is_refused():
    with pytest.raises(ValueError, match="more than 4 decimals"):
        lg.percent("12.34567")


@spec("MO-3")
def test_halves_are_rounded_away_from_zero():
    assert [round_div(n, 2) for n in (1, 3, 5, -1, -3)] == [1, 2, 3, -1, -2]
    assert saved(priced(cart("1 mug @ 0.25"), promotion(off("10%")))) == "0.03"


@spec("MO-3")
def test_a_currency_may_round_halves_to_even():
    dollars = lg.Currency.of("USD", half_even=True)

    def saving(price: str) -> str:
        return saved(priced(cart(f"1 mug @ {price}"), promotion(off("10%")), currency=dollars))

    assert [saving(price) for price in ("0.25", "0.35", "0.45")] == ["0.02", "0.04", "0.04"]


@spec("MO-3")
def test_a_percentage_of_several_units_is_taken_of_their_sum_and_rounded_once():
    quote = priced(cart("3 pen @ 0.15"), promotion(off("10%")))

    # A tenth of 0.45, not three times 0.02.
    assert saved(quote) == "0.05"


@spec("MO-3")
def test_a_percentage_of_the_order_is_taken_of_its_sum_and_rounded_once():
    lines = ["1 pen @ 0.15"] * 3
    quote = priced(cart(*lines), promotion(order_off("10%")))

    assert discounts(quote) == ["0.02", "0.02", "0.01"]


@spec("MO-2", "MO-3")
@for_all(st.integers(0, AMOUNT_MAX), st.integers(0, 1_000_000), st.booleans(), times=300)
def test_a_part_is_the_nearest_whole_amount(amount, rate, half_even):
    part = part_of(amount, rate, half_even=half_even)
    twice_the_error = 2 * (part * 1_000_000 - amount * rate)

    assert abs(twice_the_error) <= 1_000_000
    if abs(twice_the_error) == 1_000_000:
        assert part % 2 == 0 if half_even else twice_the_error > 0


# --- MO-4: sharing out -----------------------------------------------------------------------------


@spec("MO-4")
def test_ties_of_the_largest_remainder_go_to_the_earlier_line():
    lines = ["1 mug @ 10.00"] * 3
    quote = priced(cart(*lines), promotion(order_off("1.00")))

    assert discounts(quote) == ["0.34", "0.33", "0.33"]


@spec("MO-4")
def test_an_odd_unit_goes_to_the_earlier_line_though_a_later_one_costs_more():
    # Shares of 0.0333, 0.0333 and 0.0333: one of them gets the cent.
    quote = priced(cart("1 a @ 1.00", "2 b @ 0.50", "1 c @ 1.00"), promotion(order_off("0.01")))

    assert discounts(quote) == ["0.01", "0.00", "0.00"]


@spec("MO-4")
def test_no_part_exceeds_what_it_is_taken_from():
    quote = priced(cart("1 a @ 0.01", "1 b @ 0.01", "1 c @ 9.98"), promotion(order_off("9.99")))

    assert nets(quote) == ["0.00", "0.00", "0.01"]


@spec("MO-4")
def test_the_parts_of_a_spread_amount_are_kept_as_adjustments_of_the_lines():
    quote = priced(cart("1 a @ 10.00", "1 b @ 20.00"), promotion(order_off("10.00")))

    assert [(a.line, a.amount) for a in quote.adjustments] == [("1", 333), ("2", 667)]


@spec("MO-4")
def test_a_percentage_voucher_is_spread_to_the_cent():
    lines = ["1 mug @ 3.35"] * 3
    quote = priced(cart(*lines, customer=lg.Customer("anna")), voucher("10%"))

    # 10 % of 10.05 is 1.01, rounded once.
    assert discounts(quote) == ["0.34", "0.34", "0.33"]


AMOUNTS = st.integers(0, 10**6) | st.integers(0, 20)
PARTS = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=8)


@spec("MO-4", "FL-1")
@for_all(AMOUNTS, PARTS, times=500, soak=50_000)
def test_shares_sum_to_the_whole_or_to_what_the_caps_allow(total, parts):
    weights = [weight for weight, _ in parts]
    caps = [cap for _, cap in parts]
    shares = share_out(total, weights, caps)

    may_take = sum(cap for weight, cap in parts if weight)
    assert sum(shares) == min(total, may_take)
    assert all(
        0 <= share <= (cap if weight else 0)
        for share, weight, cap in zip(shares, weights, caps, strict=True)
    )


@spec("MO-4")
@for_all(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=8).filter(any), times=500, soak=50_000)
def test_a_share_is_its_exact_part_rounded_down_or_up(total, weights):
    shares = share_out(total, weights)

    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


@spec("MO-4")
@for_all(AMOUNTS, st.integers(1, 20), AMOUNTS, times=200)
def test_equal_weights_give_the_odd_units_to_the_earlier_parts(total, count, weight):
    shares = share_out(total, [weight + 1] * count)

    assert sorted(shares, reverse=True) == list(shares)
    assert max(shares) - min(shares) <= 1


@spec("MO-4")
@for_all(AMOUNTS, PARTS, times=300)
def test_caps_that_nothing_reaches_change_nothing(total, parts):
    weights = [weight for weight, _ in parts]
    if any(weights):
        assert share_out(total, weights, [total + 1] * len(weights)) == share_out(total, weights)


@spec("MO-4")
@for_all(AMOUNTS, PARTS, times=300)
def test_a_larger_weight_never_gets_less(total, parts):
    weights = [weight for weight, _ in parts]
    shares = share_out(total, weights)
    by_weight = sorted(zip(weights, shares, strict=True))

    for (lighter, less), (heavier, more) in pairwise(by_weight):
        assert less <= more + (lighter == heavier)


@spec("MO-4")
@for_all(AMOUNTS, st.integers(1, 30), times=200)
def test_units_share_their_sum_with_the_odd_minor_units_first(total, units):
    cumulated = [first_units(total, units, count) for count in range(units + 1)]
    each = [b - a for a, b in pairwise(cumulated)]

    assert (cumulated[0], cumulated[-1]) == (0, total)
    assert each == sorted(each, reverse=True)
    assert max(each) - min(each) <= 1


# --- MO-5: never below zero ------------------------------------------------------------------------


@spec("MO-5")
@pytest.mark.parametrize("action", [off("30.00"), order_off("30.00")], ids=["line", "order"])
def test_no_line_goes_below_zero(action):
    quote = priced(cart("1 mug @ 25.00"), promotion(action))

    assert nets(quote) == ["0.00"]
    assert saved(quote) == "25.00"


@spec("MO-5")
def test_what_a_later_offer_finds_is_what_the_earlier_ones_left():
    quote = priced(
        cart("1 mug @ 25.00"),
        promotion(off("20.00", stacking=lg.Stacking.BOTH), code="A"),
        post(off("10.00", stacking=lg.Stacking.BOTH), code="B"),
    )

    assert [(a.offer, a.amount) for a in quote.adjustments] == [("A", 2000), ("B", 500)]
    assert quote.total == 0


@spec("MO-5")
def test_a_voucher_that_is_cut_says_from_what():
    mug = product("mug", "50.00", floor="45.00")
    quote = priced(cart("1 mug", customer=lg.Customer("anna")), voucher("20%"), products=[mug])

    (adjustment,) = quote.adjustments
    assert (adjustment.amount, adjustment.cut_from) == (usd("5.00"), usd("10.00"))


# --- MO-6: bounds ----------------------------------------------------------------------------------


@spec("MO-6")
def test_a_line_has_up_to_a_million_units():
    assert priced(cart("1000000 mug @ 0.01")).total == usd("10000.00")
    with pytest.raises(lg.Faults, match="at most 1,000,000"):
        priced(cart("1000001 mug @ 0.01"))


@spec("MO-6")
def test_a_line_comes_to_at_most_the_largest_amount():
    largest = "10000000.00"
    assert priced(cart(f"1000000 mug @ {largest}")).total == AMOUNT_MAX
    with pytest.raises(lg.Faults, match="comes to more than") as wrong:
        priced(cart("1000000 mug @ 10000000.01"))
    (fault,) = wrong.value.faults
    assert fault.place == "lines[0].quantity"


@spec("MO-6")
@pytest.mark.parametrize("field", ["unit_price", "gross", "less"])
def test_an_amount_beyond_the_bound_is_a_fault_that_names_its_field(field):
    beyond: dict[str, Any] = {field: AMOUNT_MAX + 1}
    line = lg.CartLine("1", "mug", **beyond)

    with pytest.raises(lg.Faults) as wrong:
        priced(cart(line), products=[product("mug", "1.00")])
    assert f"lines[0].{field}" in [fault.place for fault in wrong.value.faults]


@spec("MO-6")
@pytest.mark.parametrize("text", ["10000000000000.01", "1e400", "NaN", "Infinity", "-inf", "x", ""])
def test_what_is_no_amount_within_bounds_is_refused_by_name(text):
    with pytest.raises(ValueError, match="amount"):
        usd(text)


@spec("MO-6")
def test_the_largest_order_line_is_discounted_exactly():
    quote = priced(cart("1000000 mug @ 10000000.00"), promotion(off("33.3333%")))

    assert quote.discount == AMOUNT_MAX * 333_333 // 1_000_000


@spec("MO-1")
def test_a_weighed_line_is_one_piece():
    ham = product("ham", "20.00", quantity_decimals=3)
    quote = priced(cart("1.5 ham", "0.5 ham"), promotion(off("50%", units=1)), products=[ham])

    assert nets(quote) == ["15.00", "10.00"]
    assert quote.lines[0].quantity == Decimal("1.5")
