"""Units that an organization has free are free, as many as are left; the rest are charged."""

import pytest

import largesse as lg
from tests.words import (
    allotment,
    buy,
    cart,
    customer,
    nets,
    off,
    priced,
    promotion,
    reason,
    spec,
    taxes,
    usd,
    window,
)  # fmt: skip

VAT = lg.Location("shop", tax={"standard": lg.percent("10")})


@spec("AL-7")
def test_4_bought_3_left_1_is_charged():
    quote = priced(cart("4 mug @ 10.00 by CLUB"), allotment(3, "mug"))

    assert quote.total == usd("10.00")
    assert quote.consumptions == (lg.Consumption("allotment", "CLUB", 3),)


@spec("AL-7")
def test_a_purchase_uses_one_allotment_a_unit():
    quote = priced(cart("2 mug @ 10.00 by CLUB"), allotment(3, "mug"))

    assert quote.total == 0
    assert quote.consumptions == (lg.Consumption("allotment", "CLUB", 2),)


@spec("AL-7")
def test_after_the_last_one_the_next_buyer_is_charged_and_told_so_before_paying():
    quote = priced(cart("1 mug @ 10.00 by CLUB"), allotment(0, "mug"))

    assert quote.total == usd("10.00")
    assert reason(quote, "CLUB") == "used_up"
    assert quote.consumptions == ()


@spec("AL-7")
def test_who_gets_fewer_free_units_than_wanted_is_told_how_many():
    quote = priced(cart("4 mug @ 10.00 by CLUB"), allotment(3, "mug"))

    (refusal,) = quote.refusals
    assert (refusal.offer, refusal.code) == ("CLUB", "used_up")
    assert (refusal.needed, refusal.found) == (4, 3)
    assert refusal.sentence in quote.receipt()


@spec("AL-7")
def test_lines_of_one_allotment_share_what_is_left():
    quote = priced(cart("2 mug @ 10.00 by CLUB", "2 mug @ 10.00 by CLUB"), allotment(3, "mug"))

    assert nets(quote) == ["0.00", "10.00"]
    assert sum(c.units for c in quote.consumptions) == 3


@spec("AL-7")
def test_the_units_that_are_charged_may_be_discounted():
    quote = priced(cart("4 mug @ 10.00 by CLUB"), allotment(3, "mug"), promotion(off("10%")))

    assert quote.total == usd("9.00")


@spec("AL-12")
def test_the_allotment_covers_the_price_and_its_tax_and_shipping_is_charged():
    quote = priced(
        cart("4 mug @ 10.00 by CLUB", shipping="7.00"), allotment(3, "mug"), location=VAT
    )

    assert nets(quote) == ["10.00"]
    assert taxes(quote) == ["1.00"]
    assert quote.total == usd("18.00")


@spec("AL-12")
def test_all_units_free_leave_the_shipping_to_pay():
    quote = priced(
        cart("3 mug @ 10.00 by CLUB", shipping="7.00"), allotment(3, "mug"), location=VAT
    )

    assert (quote.net, quote.tax, quote.total) == (0, 0, usd("7.00"))


@spec("BI-2")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"window": window("2026-12-01")}, "not_started"),
        ({"window": window(None, "2026-11-21")}, "ended"),
        ({"members_only": True}, "members_only"),
    ],
)
def test_an_allotment_that_cannot_be_used_is_refused_and_the_units_charged(fields, code):
    quote = priced(cart("1 mug @ 10.00 by CLUB"), allotment(3, "mug", **fields))

    assert reason(quote, "CLUB") == code
    assert quote.total == usd("10.00")


@spec("BI-2")
def test_an_allotment_of_another_product_or_none_is_refused():
    quote = priced(
        cart("1 mug @ 10.00 by HATS", "1 mug @ 10.00 by NONE"), allotment(3, "hat", code="HATS")
    )

    assert [(r.offer, r.code) for r in quote.refusals] == [
        ("HATS", "no_units"),
        ("NONE", "unknown_code"),
    ]


@spec("AL-7")
def test_members_may_use_what_is_for_members():
    member = customer("anna", organizations=frozenset({"club"}))
    quote = priced(
        cart("1 mug @ 10.00 by CLUB", customer=member), allotment(3, "mug", members_only=True)
    )

    assert quote.total == 0


@spec("ST-2")
def test_a_free_unit_fills_no_group_of_buy_x_get_y():
    quote = priced(
        cart("2 mug @ 10.00 by CLUB"),
        allotment(1, "mug"),
        promotion(buy(1, discounted="dearest")),
    )

    assert quote.total == usd("10.00")


# --- options -----------------------------------------------------------------------------------------


@spec("AL-12")
def test_an_option_of_what_is_free_is_charged_with_its_tax():
    quote = priced(
        cart("2 mug @ 10.00 by CLUB", "2 wrap @ 4.00 with 1"), allotment(3, "mug"), location=VAT
    )

    assert nets(quote) == ["0.00", "8.00"]
    assert taxes(quote) == ["0.00", "0.80"]
    assert quote.consumptions == (lg.Consumption("allotment", "CLUB", 2),)


@spec("AL-12")
def test_an_option_is_priced_as_the_same_product_by_itself():
    offers = (allotment(3, "mug"), promotion(off("25%", "wrap")))
    by_itself = priced(cart("1 mug @ 10.00 by CLUB", "1 wrap @ 4.00"), *offers)
    option = priced(cart("1 mug @ 10.00 by CLUB", "1 wrap @ 4.00 with 1"), *offers)

    assert option.lines == by_itself.lines
    assert option.adjustments == by_itself.adjustments


@spec("AL-12")
def test_a_receipt_says_what_an_option_goes_with():
    quote = priced(cart("1 mug @ 10.00", "1 wrap @ 4.00 with 1"))

    assert "1 × mug" in quote.receipt()
    assert "1 × wrap (with mug)" in quote.receipt()


@spec("AL-12")
def test_an_option_that_comes_before_its_line_goes_with_it_all_the_same():
    quote = priced(cart("1 wrap @ 4.00 with 2", "1 mug @ 10.00"))

    assert quote.goes_with["1"].sku == "mug"


@spec("AL-12", "BI-1")
@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("7", "no line of the cart has the id '7'"),
        ("2", "'2' is an option itself"),
        ("3", "'3' is an option itself"),
        ("", "no line of the cart has the id ''"),
    ],
)
def test_an_option_names_another_line_that_is_none(named, told):
    wrap = lg.CartLine("2", "wrap", option_of="1")
    ribbon = lg.CartLine("3", "ribbon", option_of=named)
    with pytest.raises(lg.Faults) as raised:
        priced(cart("1 mug", wrap, ribbon))

    (fault,) = raised.value.faults
    assert (fault.place, fault.value) == ("lines[2].option_of", named)
    assert told in str(fault)
