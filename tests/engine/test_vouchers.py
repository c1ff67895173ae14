"""A percentage voucher comes off the order after all other discounts; a value voucher pays a part."""

import pytest

import largesse as lg
from tests.words import (
    NOW,
    cart,
    customer,
    discounts,
    nets,
    off,
    priced,
    product,
    promotion,
    reason,
    spec,
    taxes,
    usd,
    voucher,
)  # fmt: skip

ANNA = customer("anna")
VAT = lg.Location("shop", tax={"standard": lg.percent("10")})


# --- VO-10: the percentage voucher -----------------------------------------------------------------


@spec("VO-10")
def test_20_percent_of_two_items_at_50_make_80():
    quote = priced(cart("1 mug @ 50.00", "1 hat @ 50.00", customer=ANNA), voucher("20%"))

    assert quote.total == usd("80.00")


@spec("VO-10")
def test_an_order_voucher_counts_what_is_left_after_line_discounts():
    quote = priced(cart("1 mug @ 50.00 less 25.00", "1 hat @ 50.00", customer=ANNA), voucher("20%"))

    assert quote.total == usd("60.00")


@spec("VO-10")
def test_it_comes_after_promotions_too():
    quote = priced(
        cart("1 mug @ 50.00", "1 hat @ 50.00", customer=ANNA),
        promotion(off("25.00", on="mug")),
        voucher("20%"),
    )

    assert nets(quote) == ["20.00", "40.00"]
    assert quote.total == usd("60.00")


@spec("VO-10")
def test_it_applies_to_the_total_rounded_once():
    quote = priced(cart(*["1 pen @ 0.15"] * 3, customer=ANNA), voucher("10%"))

    assert quote.total == usd("0.40")
    assert discounts(quote) == ["0.02", "0.02", "0.01"]


@spec("VO-10")
def test_it_takes_units_that_promotions_do_not_share():
    quote = priced(
        cart("1 mug @ 100.00", customer=ANNA),
        promotion(off("10%", stacking=lg.Stacking.NONE)),
        voucher("10%"),
    )

    assert quote.total == usd("81.00")


# --- VO-3: one voucher -----------------------------------------------------------------------------


@spec("VO-5")
@pytest.mark.parametrize("worth", ["20%", "10.00"])
def test_a_voucher_works_in_every_location(worth):
    for code in (None, "graz", "portland"):
        here = None if code is None else lg.Location(code)
        quote = priced(cart("1 mug @ 50.00", customer=ANNA), voucher(worth), location=here)
        assert quote.due == usd("40.00")
        assert quote.refusals == ()


@spec("VO-3")
@pytest.mark.parametrize("second", ["20%", "30.00"])
@pytest.mark.parametrize("first", ["10%", "20.00"])
def test_one_voucher_of_either_kind_an_order(first, second):
    quote = priced(
        cart("1 mug @ 100.00", customer=ANNA), voucher(first, "V1"), voucher(second, "V2")
    )

    assert reason(quote, "V2") == "one_voucher_per_order"
    assert [c.code for c in quote.consumptions] == ["V1"]
    assert quote.due == usd("90.00" if first == "10%" else "80.00")


@spec("VO-3")
def test_a_voucher_entered_twice_is_one_voucher():
    quote = priced(
        cart("1 mug @ 100.00", customer=ANNA, codes=["V1", " v1 "]), voucher("10%", "V1")
    )

    assert quote.total == usd("90.00")
    assert quote.refusals == ()


@spec("VO-3")
def test_a_voucher_that_is_refused_leaves_the_place_to_the_next():
    quote = priced(
        cart("1 mug @ 100.00", customer=ANNA),
        voucher("10%", "V1", status=lg.VoucherStatus.REDEEMED),
        voucher("20%", "V2"),
    )

    assert reason(quote, "V1") == "voucher_redeemed"
    assert quote.total == usd("80.00")


# --- VO-12: the customer ---------------------------------------------------------------------------


@spec("VO-12")
def test_a_percentage_voucher_needs_the_customer():
    quote = priced(cart("1 mug @ 100.00"), voucher("10%"))

    assert quote.total == usd("100.00")
    assert reason(quote, "DV1") == "customer_needed"
    assert quote.consumptions == ()


@spec("VO-12")
def test_a_value_voucher_needs_none():
    assert priced(cart("1 mug @ 100.00"), voucher("10.00")).due == usd("90.00")


# --- BI-2: vouchers that are refused ---------------------------------------------------------------


@spec("BI-2")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": lg.VoucherStatus.CREATED}, "voucher_not_assigned"),
        ({"status": lg.VoucherStatus.REDEEMED}, "voucher_redeemed"),
        ({"status": lg.VoucherStatus.VOID}, "voucher_void"),
        ({"status": lg.VoucherStatus.EXPIRED}, "voucher_expired"),
        ({"expires": NOW}, "voucher_expired"),
        ({"customer": "bert"}, "other_customer"),
    ],
)
@pytest.mark.parametrize("worth", ["10%", "10.00"])
def test_a_voucher_that_cannot_be_used_is_refused_with_its_own_reason(worth, fields, code):
    quote = priced(cart("1 mug @ 100.00", customer=ANNA), voucher(worth, **fields))

    assert reason(quote, "DV1") == code
    assert quote.due == usd("100.00")
    assert quote.consumptions == ()


# --- VO-30, VO-31: the value voucher ---------------------------------------------------------------


@spec("VO-30")
def test_a_value_voucher_reduces_what_is_due_and_changes_no_price_and_no_tax():
    basket = cart("1 mug @ 100.00", shipping="5.00")
    without = priced(basket, location=VAT)
    quote = priced(basket, voucher("30.00"), location=VAT)

    assert (nets(quote), taxes(quote)) == (nets(without), taxes(without)) == (["100.00"], ["10.00"])
    assert quote.adjustments == ()
    assert quote.total == without.total == usd("115.00")
    assert quote.due == usd("85.00")


@spec("VO-30")
@pytest.mark.parametrize(
    ("value", "used", "forfeited"),
    [("30.00", "30.00", "0.00"), ("100.00", "100.00", "0.00"), ("100.01", "100.00", "0.01")],
)
def test_what_is_over_is_forfeited_and_the_quote_says_so_before(value, used, forfeited):
    quote = priced(cart("1 mug @ 100.00"), voucher(value))

    (payment,) = quote.payments
    assert (payment.amount, payment.forfeited) == (usd(used), usd(forfeited))
    assert quote.due == usd("100.00") - usd(used)
    assert ("forfeited" in quote.receipt()) == (forfeited != "0.00")


@spec("VO-30")
def test_placing_would_use_it_up():
    quote = priced(cart("1 mug @ 100.00"), voucher("30.00", "GIFT"))

    assert quote.consumptions == (lg.Consumption("voucher", "GIFT"),)


@spec("VO-31")
@pytest.mark.parametrize(("minimum", "due"), [("110.00", "100.00"), ("110.01", "110.00")])
def test_the_minimum_is_compared_with_the_payable_total_tax_included(minimum, due):
    quote = priced(cart("1 mug @ 100.00"), voucher("10.00", minimum=minimum), location=VAT)

    assert quote.due == usd(due)


@spec("VO-31")
def test_the_minimum_is_compared_after_discounts():
    quote = priced(
        cart("1 mug @ 100.00"), promotion(off("0.01")), voucher("10.00", minimum="100.00")
    )

    refusal = quote.explain("DV1").refusal
    assert refusal is not None
    assert (refusal.code, refusal.needed, refusal.found) == ("minimum_not_reached", 10000, 9999)
    assert quote.consumptions == ()


@spec("VO-31")
def test_the_minimum_is_optional():
    assert priced(cart("1 mug @ 0.01"), voucher("10.00")).due == 0


@spec("VO-10")
def test_it_applies_to_products_and_services_alike():
    delivery = product("delivery", "20.00", tax_class="services")
    quote = priced(
        cart("1 mug @ 80.00", "1 delivery", customer=ANNA), voucher("10%"), products=[delivery]
    )

    assert nets(quote) == ["72.00", "18.00"]


# --- QU-41: numbers that run on from one another ----------------------------------------------------


@spec("QU-41")
@pytest.mark.parametrize("channel", [c for c in lg.Channel if c is not lg.Channel.TILL])
def test_a_number_of_a_run_is_refused_everywhere_but_at_the_till(channel):
    quote = priced(
        cart("1 mug @ 50.00", customer=ANNA, channel=channel), voucher("20%", till_only=True)
    )

    assert reason(quote, "DV1") == "till_only"
    assert quote.total == usd("50.00")


@spec("QU-41")
@pytest.mark.parametrize("worth", ["20%", "10.00"])
def test_at_the_till_a_number_of_a_run_needs_the_customer(worth):
    at_the_till = cart("1 mug @ 50.00", channel=lg.Channel.TILL)
    known = cart("1 mug @ 50.00", channel=lg.Channel.TILL, customer=ANNA)

    assert reason(priced(at_the_till, voucher(worth, till_only=True)), "DV1") == "customer_needed"
    assert priced(known, voucher(worth, till_only=True)).due == usd("40.00")


@spec("VO-14")
def test_a_voucher_without_a_percentage_is_not_assigned_yet():
    open_yet = lg.Voucher(number="DV1", status=lg.VoucherStatus.CREATED)
    quote = priced(cart("1 mug @ 50.00", customer=ANNA), open_yet)

    assert list(open_yet.faults()) == []
    assert reason(quote, "DV1") == "voucher_not_assigned"
    assert list(lg.Voucher(number="DV1").faults()) != []
