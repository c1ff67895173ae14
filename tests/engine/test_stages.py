"""A cart is priced stage by stage, each seeing what the ones before it left; the sums add up."""

from typing import Any

import pytest

import largesse as lg
from tests.words import (
    allotment,
    bought,
    cart,
    customer,
    line,
    nets,
    off,
    order_off,
    post,
    priced,
    product,
    promotion,
    reason,
    saved,
    spec,
    taxes,
    usd,
    voucher,
    worth,
)  # fmt: skip

STACKED: dict[str, Any] = {"stacking": lg.Stacking.BOTH}
VAT = lg.Location("shop", tax={"standard": lg.percent("10"), "food": lg.percent("5")})
VAT_WITHIN = lg.Location("shop", tax={"standard": lg.percent("25")}, prices_include_tax=True)


# --- ST-1: the order of the stages -----------------------------------------------------------------


@spec("ST-1")
def test_allotments_then_standard_then_post_promotions_then_the_voucher_then_payment():
    quote = priced(
        cart("2 mug @ 50.00 by CLUB", customer=customer(), shipping="5.00", codes=["DV1"]),
        voucher("10%"),
        post(off("10%", **STACKED), code="A-POST"),
        promotion(off("10.00", **STACKED), code="B-STANDARD"),
        allotment(1, "mug"),
    )

    assert [(a.stage.value, a.offer, a.amount) for a in quote.adjustments] == [
        ("allotment", "CLUB", 5000),
        ("standard", "B-STANDARD", 1000),
        ("post", "A-POST", 400),
        ("voucher", "DV1", 360),
    ]
    assert quote.total == usd("37.40")


@spec("ST-1")
def test_what_staff_took_off_by_hand_comes_before_any_offer():
    quote = priced(cart("1 mug @ 50.00 less 25.00"), promotion(off("10%")))

    assert [(a.stage.value, a.amount) for a in quote.adjustments] == [
        ("manual", 2500),
        ("standard", 250),
    ]


@spec("ST-1")
def test_conditions_of_the_standard_stage_look_at_the_cart_before_any_award():
    quote = priced(
        cart("1 mug @ 100.00", "1 hat @ 10.00"),
        promotion(off("50%", on="mug"), code="A", priority=9),
        promotion(off("1.00", on="hat"), worth("100.00"), code="B"),
    )

    assert nets(quote) == ["50.00", "9.00"]


@spec("ST-1")
def test_conditions_of_the_post_stage_look_at_what_the_standard_stage_left():
    half = promotion(off("50%", on="mug"), code="A")
    over_100 = post(off("1.00", on="hat"), worth("100.00"), code="B")
    basket = cart("1 mug @ 100.00", "1 hat @ 10.00")

    quote = priced(basket, half, over_100)

    assert nets(quote) == ["50.00", "10.00"]
    assert reason(quote, "B") == "subtotal_too_low"
    assert nets(priced(basket, over_100)) == ["100.00", "9.00"]


# --- ST-2: free units ------------------------------------------------------------------------------


@spec("ST-2")
def test_a_free_unit_is_no_target_for_a_later_stage():
    quote = priced(
        cart("3 mug @ 10.00 by CLUB"),
        allotment(2, "mug"),
        promotion(off("1.00")),
        post(off("1.00"), code="POST"),
    )

    assert nets(quote) == ["9.00"]
    assert [(a.offer, a.units, a.amount) for a in quote.adjustments] == [
        ("CLUB", 2, 2000),
        ("PROMO", 1, 100),
    ]


@spec("ST-2")
@pytest.mark.parametrize(("count_free", "net"), [(True, "9.00"), (False, "10.00")])
def test_whether_a_free_unit_counts_is_the_conditions_own_setting(count_free, net):
    quote = priced(
        cart("3 mug @ 10.00 by CLUB"),
        allotment(2, "mug"),
        promotion(off("1.00"), bought(3, of="mug", count_free=count_free)),
    )

    assert nets(quote) == [net]


# --- ST-4: what an adjustment says, and the identities ---------------------------------------------


@spec("ST-4")
def test_an_adjustment_names_stage_offer_revision_line_units_amount_and_scaled_measures():
    halved = lg.Multipliers(volume_1=lg.percent("50"))
    quote = priced(
        cart("3 mug @ 10.00"),
        promotion(off("1.00", units=2, multipliers=halved), code="SPRING", revision=7),
    )

    (adjustment,) = quote.adjustments
    assert adjustment.stage == "standard"
    assert (adjustment.offer, adjustment.revision) == ("SPRING", 7)
    assert (adjustment.line, adjustment.units, adjustment.amount) == ("1", 2, 200)
    assert adjustment.multipliers == halved


@spec("ST-4")
def test_net_total_and_due_are_sums_that_one_can_check():
    quote = priced(
        cart("1 mug @ 100.00", "1 hat @ 20.00", shipping="7.00", codes=["GIFT"]),
        promotion(off("25.00", on="mug")),
        voucher("30.00", "GIFT"),
        location=VAT,
    )

    assert nets(quote) == ["75.00", "20.00"]
    assert quote.net == usd("95.00")
    # 10 % of the taxable amounts, which no action scaled: 100.00 and 20.00.
    assert quote.tax == usd("12.00")
    assert quote.total == usd("114.00")
    assert quote.due == usd("84.00")


# --- ST-5: tax -------------------------------------------------------------------------------------


@spec("ST-5")
def test_a_locations_table_gives_the_rate_by_tax_class():
    quote = priced(
        cart("1 mug", "1 jam", "1 book"),
        location=VAT,
        products=[
            product("mug", "10.00"),
            product("jam", "10.00", tax_class="food"),
            product("book", "10.00", tax_class="untaxed"),
        ],
    )

    assert taxes(quote) == ["1.00", "0.50", "0.00"]
    assert quote.total == usd("31.50")


@spec("ST-5")
def test_tax_is_rounded_once_a_line():
    quote = priced(cart("3 pen @ 0.05", "1 pen @ 0.05"), location=VAT)

    # Tenths of 0.15 and of 0.05.
    assert taxes(quote) == ["0.02", "0.01"]


@spec("ST-5")
def test_prices_may_include_the_tax():
    quote = priced(cart("1 mug @ 125.00"), location=VAT_WITHIN)

    assert (quote.total, quote.tax, quote.tax_included) == (usd("125.00"), 0, usd("25.00"))


@spec("ST-5")
def test_without_a_location_there_is_no_tax():
    assert priced(cart("1 mug @ 10.00")).tax == 0


@spec("ST-5")
def test_the_taxable_amount_is_a_measure_that_a_product_may_set_apart_from_its_price():
    used_car = product("car", "100.00", measures=lg.Measures(taxable=usd("40.00")))
    quote = priced(cart("2 car"), location=VAT, products=[used_car])

    assert quote.lines[0].taxable == usd("80.00")
    assert taxes(quote) == ["8.00"]


@spec("ST-5")
def test_offers_scale_the_taxable_amount():
    halved = lg.Multipliers(taxable=lg.percent("50"))
    quote = priced(cart("1 mug @ 100.00"), promotion(off("10%", multipliers=halved)), location=VAT)

    assert quote.lines[0].taxable == usd("50.00")
    assert taxes(quote) == ["5.00"]


@spec("ST-5")
def test_a_percentage_voucher_lowers_the_tax_in_proportion():
    quote = priced(cart("1 mug @ 100.00", customer=customer()), voucher("20%"), location=VAT)

    assert quote.lines[0].taxable == usd("80.00")
    assert quote.total == usd("88.00")


@spec("ST-5")
def test_a_payment_lowers_no_tax():
    quote = priced(cart("1 mug @ 100.00"), voucher("20.00"), location=VAT)

    assert taxes(quote) == ["10.00"]
    assert (quote.total, quote.due) == (usd("110.00"), usd("90.00"))


@spec("ST-5")
def test_a_line_discount_by_hand_lowers_the_tax_in_proportion():
    quote = priced(cart("1 mug @ 100.00 less 30.00"), location=VAT)

    assert taxes(quote) == ["7.00"]


@spec("ST-1", "ST-5")
def test_tax_is_computed_after_every_discount_and_before_payment():
    quote = priced(
        cart("1 mug @ 100.00", customer=customer(), shipping="10.00"),
        promotion(order_off("10.00", multipliers=lg.Multipliers(taxable=lg.percent("90")))),
        voucher("10%"),
        location=VAT,
    )

    # 100.00, less 10.00, less 9.00; taxable 90.00, of which the voucher leaves nine tenths.
    assert (quote.net, quote.tax, quote.total) == (usd("81.00"), usd("8.10"), usd("99.10"))


@spec("ST-2")
def test_a_weighed_line_by_an_allotment_is_free_as_a_whole():
    ham = product("ham", "20.00", quantity_decimals=3)
    weighed = line("1.5 ham by CLUB", "1")
    quote = priced(cart(weighed), allotment(1, "ham"), promotion(off("10%")), products=[ham])

    assert saved(quote) == "30.00"
    assert reason(quote) == "nothing_to_give"
