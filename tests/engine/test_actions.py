"""Actions say what a promotion takes off which units."""

import pytest

import largesse as lg
from tests.words import (
    bought,
    buy,
    by_offer,
    cart,
    customer,
    discounts,
    nets,
    new_item,
    off,
    order_off,
    order_tiers,
    post,
    priced,
    product,
    promotion,
    reason,
    refused,
    saved,
    shares,
    spec,
    taxes,
    tiers,
    usd,
    voucher,
    worth,
)  # fmt: skip

BOTH = lg.Stacking.BOTH
VAT = lg.Location("shop", tax={"standard": lg.percent("10")})


# --- AC-1: discount order line ---------------------------------------------------------------------


@spec("AC-1")
@pytest.mark.parametrize(
    ("said", "net"),
    [("10%", "27.00"), ("1.50", "25.50"), ("= 8.00", "24.00"), ("= 11.00", "30.00")],
)
def test_a_percentage_an_amount_a_unit_or_a_fixed_unit_price(said, net):
    assert nets(priced(cart("3 mug @ 10.00"), promotion(off(said)))) == [net]


@spec("AC-1")
def test_on_up_to_quantity_units():
    quote = priced(cart("3 mug @ 10.00"), promotion(off("4.00", units=2)))

    assert shares(quote, "PROMO") == [("1", 2, 800)]


@spec("AC-1")
@pytest.mark.parametrize(
    ("include", "exclude", "discounted"),
    [
        (None, None, ["a", "b", "c"]),
        (["a", "b"], None, ["a", "b"]),
        (None, ["b"], ["a", "c"]),
        (["a", "b"], ["b", "c"], ["a"]),
        (["a"], ["a"], []),
    ],
)
def test_of_the_include_group_and_not_of_the_exclude_group(include, exclude, discounted):
    quote = priced(
        cart("1 a @ 10.00", "1 b @ 10.00", "1 c @ 10.00"),
        promotion(off("10%", on=include, but=exclude), code="P"),
        # Something that is in force in any case.
        promotion(off("1%", on="z"), code="Z"),
    )

    assert [line.sku for line in quote.lines if line.net < line.gross] == discounted


@spec("AC-1", "BI-1")
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"percent": "10", "amount": "1.00"},
        {"percent": "0"},
        {"percent": "100.0001"},
        {"percent": "10", "quantity": 0},
        {"percent": "10", "apply_to": "new_item"},
    ],
    ids=str,
)
def test_an_action_that_makes_no_sense_is_refused(fields):
    from largesse.engine.formats.document import document_of

    action = {"kind": "discount_order_line", **fields}
    with pytest.raises(lg.Faults) as wrong:
        document_of({"format": 1, "promotions": [{"code": "P", "actions": [action]}]})
    assert "].actions[0]." in wrong.value.faults[0].place


# --- AC-2: which units -----------------------------------------------------------------------------

PRICES = ("1 a @ 10.00", "2 b @ 30.00", "1 c @ 20.00")


@spec("AC-2")
def test_lowest_price_first_takes_the_cheapest_units():
    quote = priced(cart(*PRICES), promotion(off("50%", units=3, lowest_first=True)))

    assert discounts(quote) == ["5.00", "15.00", "10.00"]


@spec("AC-2")
def test_highest_price_first_takes_the_dearest_units():
    quote = priced(cart(*PRICES), promotion(off("50%", units=3)))

    assert discounts(quote) == ["0.00", "30.00", "10.00"]


@spec("AC-2")
@pytest.mark.parametrize(
    ("option", "taken"), [("lowest_price_first", "a"), ("highest_price_first", "b")]
)
def test_which_units_come_first_goes_by_the_name_of_the_option_whatever_its_text_said(
    option, taken
):
    # The source's text describes each of the two options as the other.
    one = off("50%", units=1, apply_to=lg.ApplyTo(option))
    quote = priced(cart("1 a @ 10.00", "1 b @ 30.00"), promotion(one))

    assert [line.sku for line in quote.lines if line.net < line.gross] == [taken]


@spec("AC-2")
@pytest.mark.parametrize("lowest_first", [True, False])
def test_ties_of_price_go_by_line_order(lowest_first):
    quote = priced(
        cart("1 a @ 10.00", "1 b @ 10.00", "1 c @ 10.00"),
        promotion(off("50%", units=2, lowest_first=lowest_first)),
    )

    assert discounts(quote) == ["5.00", "5.00", "0.00"]


@spec("AC-2")
def test_a_new_item_is_added_as_a_line_of_its_own():
    pen = product("pen", "5.00")
    quote = priced(
        cart("1 mug @ 50.00", "1 pen @ 5.00"),
        promotion(new_item("60%", "pen"), worth("50.00"), code="GIFT"),
        products=[pen, product("mug", "50.00")],
    )

    added = quote.lines[-1]
    assert nets(quote) == ["50.00", "5.00", "2.00"]
    assert (added.sku, added.quantity, added.added_by) == ("pen", 1, "GIFT")
    assert by_offer(quote) == {"GIFT": "3.00"}


@spec("AC-2")
def test_a_new_item_comes_in_its_quantity_as_often_as_it_is_awarded():
    quote = priced(
        cart("1 mug @ 100.00"),
        promotion(new_item("100%", "pen", units=2), worth("50.00"), cumulative=True),
        products=[product("pen", "5.00"), product("mug", "100.00")],
    )

    assert quote.lines[-1].quantity == 4
    assert quote.total == usd("100.00")


@spec("AC-2")
def test_no_item_is_added_to_an_order_that_does_not_qualify():
    quote = priced(
        cart("1 mug @ 49.99"),
        promotion(new_item("60%", "pen"), worth("50.00")),
        products=[product("pen", "5.00"), product("mug", "49.99")],
    )

    assert [line.sku for line in quote.lines] == ["mug"]


# --- AC-4: stacking --------------------------------------------------------------------------------


@spec("AC-4")
@pytest.mark.parametrize(
    ("standard", "later", "net"),
    [
        ("none", "both", "50.00"),
        ("both", "none", "50.00"),
        ("post", "standard", "40.00"),
        ("standard", "standard", "50.00"),
        ("post", "post", "50.00"),
        ("both", "both", "40.00"),
    ],
)
def test_a_post_promotion_takes_discounted_items_only_if_both_sides_allow_it(standard, later, net):
    quote = priced(
        cart("1 mug @ 100.00"),
        promotion(off("50%", stacking=lg.Stacking(standard)), code="STANDARD"),
        post(off("10.00", stacking=lg.Stacking(later)), code="POST"),
    )

    assert nets(quote) == [net]


@spec("AC-4")
@pytest.mark.parametrize(
    ("one", "other", "net"),
    [
        ("none", "both", "50.00"),
        ("post", "both", "50.00"),
        ("standard", "post", "50.00"),
        ("standard", "standard", "45.00"),
        ("standard", "both", "45.00"),
    ],
)
def test_two_promotions_of_one_stage_stack_only_if_both_allow_it(one, other, net):
    quote = priced(
        cart("1 mug @ 100.00"),
        promotion(off("50%", stacking=lg.Stacking(one)), code="A"),
        promotion(off("10%", stacking=lg.Stacking(other)), code="B"),
    )

    assert nets(quote) == [net]


@spec("AC-4")
def test_items_of_a_promotion_that_stacks_with_nothing_carry_it_alone():
    quote = priced(
        cart("2 mug @ 100.00"),
        promotion(off("50%", units=1), code="ALONE"),
        post(off("10%", stacking=BOTH), code="POST"),
    )

    assert shares(quote, "ALONE") == [("1", 1, 5000)]
    assert shares(quote, "POST") == [("1", 1, 1000)]


@spec("AC-4")
def test_stacked_discounts_apply_on_the_running_price_standard_first_then_priority_then_code():
    quote = priced(
        cart("1 mug @ 100.00"),
        post(off("10%", stacking=BOTH), code="A-POST", priority=9),
        promotion(off("10.00", stacking=BOTH), code="C"),
        promotion(off("10%", stacking=BOTH), code="B"),
        promotion(off("50%", stacking=BOTH), code="D", priority=1),
    )

    assert by_offer(quote) == {"D": "50.00", "B": "5.00", "C": "10.00", "A-POST": "3.50"}


@spec("AC-4")
def test_an_amount_on_the_order_stacks_by_what_the_lines_still_cost():
    quote = priced(
        cart("1 mug @ 100.00", "1 hat @ 50.00"),
        promotion(off("50%", on="mug", stacking=BOTH), code="HALF", priority=1),
        promotion(order_off("10.00", stacking=BOTH), code="TEN"),
    )

    assert nets(quote) == ["45.00", "45.00"]


# --- AC-5: multipliers -----------------------------------------------------------------------------


def with_taxable(rate: str) -> lg.Multipliers:
    return lg.Multipliers(taxable=lg.percent(rate))


@spec("AC-5")
@pytest.mark.parametrize("said", ["10%", "30.00", "= 1.00"])
def test_a_measure_is_its_original_times_the_multiplier_independent_of_the_price_discount(said):
    quote = priced(
        cart("1 mug @ 100.00"), promotion(off(said, multipliers=with_taxable("40"))), location=VAT
    )

    assert quote.lines[0].taxable == usd("40.00")


@spec("AC-5")
def test_the_multiplier_is_100_by_default():
    quote = priced(cart("1 mug @ 100.00"), promotion(off("10%")), location=VAT)

    assert quote.lines[0].taxable == usd("100.00")


@spec("AC-5")
def test_a_multiplier_scales_the_measure_of_the_units_discounted_only():
    quote = priced(
        cart("4 mug @ 100.00"),
        promotion(off("10%", units=1, multipliers=with_taxable("0"))),
        location=VAT,
    )

    assert quote.lines[0].taxable == usd("300.00")


@spec("AC-5")
def test_stacked_multipliers_compound():
    quote = priced(
        cart("1 mug @ 100.00"),
        promotion(off("1.00", stacking=BOTH, multipliers=with_taxable("50")), code="A"),
        post(off("1.00", stacking=BOTH, multipliers=with_taxable("80")), code="B"),
        location=VAT,
    )

    assert quote.lines[0].taxable == usd("40.00")


@spec("AC-5")
def test_each_measure_has_its_own_multiplier_and_the_adjustment_carries_them():
    halved = lg.Multipliers(volume_1=lg.percent("50"), other_3=lg.percent("0"))
    quote = priced(cart("1 mug @ 100.00"), promotion(off("10%", multipliers=halved)), location=VAT)

    (adjustment,) = quote.adjustments
    assert adjustment.multipliers.volume_1 == lg.percent("50")
    assert adjustment.multipliers.other_3 == 0
    assert adjustment.multipliers.taxable == lg.percent("100")
    assert quote.lines[0].taxable == usd("100.00")


# --- AC-6: recompute tax ---------------------------------------------------------------------------


@spec("AC-6")
@pytest.mark.parametrize(("recompute_tax", "tax"), [(True, "4.00"), (False, "10.00")])
def test_the_tax_is_computed_on_the_scaled_amount_or_stays_what_it_was(recompute_tax, tax):
    quote = priced(
        cart("1 mug @ 100.00"),
        promotion(off("10%", multipliers=with_taxable("40"), recompute_tax=recompute_tax)),
        location=VAT,
    )

    assert taxes(quote) == [tax]


# --- AC-7: further kinds ---------------------------------------------------------------------------


@spec("AC-7")
def test_discount_order_takes_a_percentage_of_all_lines_together():
    quote = priced(cart("1 mug @ 30.00", "1 hat @ 70.00"), promotion(order_off("15%")))

    assert discounts(quote) == ["4.50", "10.50"]


@spec("AC-7")
def test_discount_order_spreads_an_amount_by_value():
    quote = priced(cart("1 mug @ 30.00", "1 hat @ 70.00"), promotion(order_off("10.00")))

    assert discounts(quote) == ["3.00", "7.00"]


@spec("AC-7")
def test_discount_order_may_be_for_some_products():
    quote = priced(
        cart("1 mug @ 30.00", "1 hat @ 70.00", "1 pen @ 10.00"),
        promotion(order_off("10.00", but="pen")),
    )

    assert discounts(quote) == ["3.00", "7.00", "0.00"]


@spec("AC-7")
@pytest.mark.parametrize(
    ("price", "net"),
    [("49.99", "49.99"), ("50.00", "47.50"), ("99.99", "94.99"), ("100.00", "88.00")],
)
def test_of_the_tiers_by_subtotal_the_highest_that_is_met_applies(price, net):
    by_subtotal = promotion(order_tiers({"100.00": "12.00", "50.00": "5%"}))

    assert nets(priced(cart(f"1 mug @ {price}"), by_subtotal)) == [net]


@spec("AC-7", "CH-4")
def test_the_subtotal_of_tiers_is_that_of_their_products_before_any_award():
    by_subtotal = promotion(order_tiers({"50.00": "10%"}, on="mug", stacking=BOTH))
    half = promotion(off("50%", stacking=BOTH), code="HALF", priority=1)

    assert saved(priced(cart("1 mug @ 40.00", "1 hat @ 60.00"), by_subtotal)) == "0.00"
    quote = priced(cart("1 mug @ 60.00", "1 hat @ 60.00"), by_subtotal, half)
    assert by_offer(quote) == {"HALF": "60.00", "PROMO": "3.00"}


@spec("AC-7", "EX-1", "EX-2")
def test_below_the_lowest_tier_by_subtotal_the_gap_is_named():
    quote = priced(cart("2 mug @ 20.00"), promotion(order_tiers({"50.00": "10%", "90.00": "20%"})))

    refusal = refused(quote, "PROMO")
    assert (refusal.code.value, refusal.needed, refusal.found) == ("subtotal_too_low", 5000, 4000)
    (miss,) = quote.near_misses
    assert (miss.sku, miss.units, miss.saving) == ("mug", 1, 600)


@spec("AC-7", "MO-5")
def test_what_a_tier_gives_more_than_there_is_is_cut_from_that_tier():
    generous = promotion(order_tiers({"5.00": "20.00", "90.00": "50.00"}))
    quote = priced(cart("1 mug @ 10.00"), generous)

    assert [(a.amount, a.cut_from) for a in quote.adjustments] == [(1000, 2000)]


@spec("AC-7", "CH-4")
def test_an_amount_of_a_tier_asks_for_as_few_lines_as_carry_it():
    ten = promotion(order_tiers({"20.00": "10.00", "500.00": "100.00"}), code="TEN")
    third = promotion(off("30%", "hat"), code="THIRD")
    quote = priced(cart("1 mug @ 10.00", "1 hat @ 20.00"), ten, third)

    assert by_offer(quote) == {"TEN": "10.00", "THIRD": "6.00"}


@spec("BI-1")
@pytest.mark.parametrize(
    "fields",
    [
        {"percent": 1, "tiers": (lg.OrderTier(minimum=1, percent=1),)},
        {"tiers": (lg.OrderTier(minimum=1),)},
        {"tiers": (lg.OrderTier(minimum=1, percent=1, amount=1),)},
        {"tiers": (lg.OrderTier(minimum=1, percent=1), lg.OrderTier(minimum=1, percent=2))},
        {},
    ],
)
def test_tiers_by_subtotal_that_make_no_sense_are_refused(fields):
    with pytest.raises(lg.Faults):
        priced(cart("1 mug @ 1.00"), promotion(lg.DiscountOrder(**fields)))


@spec("BI-1", "MO-6")
def test_amounts_within_the_parts_of_an_action_are_checked_too():
    with pytest.raises(lg.Faults) as wrong:
        priced(cart("1 mug @ 1.00"), promotion(order_tiers({"-1.00": "5%"})))

    assert wrong.value.faults[0].place == "promotions[PROMO].actions[0].tiers[0].minimum"


@spec("AC-7")
@pytest.mark.parametrize(
    ("units", "saving"), [(2, "0.00"), (3, "10.00"), (5, "10.00"), (6, "20.00"), (9, "30.00")]
)
def test_three_for_two(units, saving):
    assert saved(priced(cart(f"{units} mug @ 10.00"), promotion(buy(2)))) == saving


@spec("AC-7")
def test_the_cheapest_of_each_group_is_free_and_groups_are_made_from_the_dearest_down():
    # (10.00, 9.00) and (2.00, 1.00), not (10.00, 1.00) and (9.00, 2.00).
    quote = priced(cart("1 a @ 10.00", "1 b @ 1.00", "1 c @ 9.00", "1 d @ 2.00"), promotion(buy(1)))

    assert discounts(quote) == ["0.00", "1.00", "9.00", "0.00"]


@spec("AC-7")
def test_the_dearest_may_be_the_ones_discounted():
    quote = priced(
        cart("1 a @ 10.00", "1 b @ 1.00", "1 c @ 9.00"), promotion(buy(2, discounted="dearest"))
    )

    assert discounts(quote) == ["10.00", "0.00", "0.00"]


@spec("AC-7")
def test_several_units_of_a_group_may_be_a_percentage_off():
    quote = priced(cart("5 mug @ 10.00"), promotion(buy(3, get=2, at="50%")))

    assert saved(quote) == "10.00"


@spec("AC-7")
def test_the_number_of_groups_may_be_limited():
    quote = priced(cart("9 mug @ 10.00"), promotion(buy(2, max_times=2)))

    assert shares(quote, "PROMO") == [("1", 6, 2000)]


@spec("AC-7", "PR-4")
def test_the_number_of_groups_is_limited_for_each_award():
    once = promotion(buy(1, max_times=1), bought(2), cumulative=True)

    assert saved(priced(cart("6 mug @ 10.00"), once)) == "30.00"


@spec("AC-7", "FL-1", "MO-5")
def test_what_a_floor_keeps_of_a_free_unit_is_told():
    sold = [product("mug", "10.00", floor="4.00")]
    quote = priced(cart("2 mug"), promotion(buy(1)), products=sold)

    assert [(a.amount, a.cut_from) for a in quote.adjustments] == [(600, 1000)]


@spec("AC-7")
def test_all_units_of_a_full_group_carry_the_promotion_and_the_rest_are_left():
    quote = priced(
        cart("4 mug @ 10.00"), promotion(buy(2)), post(off("10%", stacking=BOTH), code="POST")
    )

    assert shares(quote, "PROMO") == [("1", 3, 1000)]
    assert shares(quote, "POST") == [("1", 1, 100)]


@spec("AC-7", "EX-1")
def test_too_few_units_for_a_group_are_named():
    quote = priced(cart("2 mug @ 10.00", "9 hat @ 1.00"), promotion(buy(2, on="mug")))

    refusal = quote.explain("PROMO").refusal
    assert refusal is not None
    assert (refusal.code, refusal.needed, refusal.found) == ("too_few_units", 3, 2)


@spec("AC-7")
@pytest.mark.parametrize(
    ("units", "net"),
    [(1, "10.00"), (2, "20.00"), (3, "27.00"), (5, "45.00"), (6, "48.00"), (10, "60.00")],
)
def test_the_highest_quantity_tier_that_is_met_applies_to_all_units(units, net):
    scale = tiers({6: "20%", 3: "10%", 10: "= 6.00"})

    assert nets(priced(cart(f"{units} mug @ 10.00"), promotion(scale))) == [net]


@spec("AC-7")
def test_tiers_count_the_units_of_their_products_together():
    quote = priced(
        cart("2 mug @ 10.00", "1 cup @ 5.00", "9 hat @ 1.00"),
        promotion(tiers({3: "10%", 4: "50%"}, on=["mug", "cup"])),
    )

    assert discounts(quote) == ["2.00", "0.50", "0.00"]


@spec("AC-7", "EX-1")
def test_below_the_lowest_tier_the_gap_is_named():
    quote = priced(cart("2 mug @ 10.00"), promotion(tiers({3: "10%", 6: "20%"})))

    assert reason(quote) == "too_few_units"


@spec("AC-7")
def test_a_promotion_may_have_several_actions():
    quote = priced(
        cart("1 mug @ 10.00", "2 hat @ 20.00", customer=customer()),
        promotion(off("10%", on="mug"), order_off("5.00", on="hat")),
        voucher("50%"),
    )

    assert nets(quote) == ["4.50", "17.50"]


@spec("AC-1", "AC-2")
def test_units_that_get_nothing_off_do_not_use_up_the_quantity():
    quote = priced(
        cart("1 a @ 3.00", "2 b @ 10.00"), promotion(off("= 4.00", units=1, lowest_first=True))
    )

    assert shares(quote, "PROMO") == [("2", 1, 600)]
