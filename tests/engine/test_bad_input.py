"""Bad input is told at once, each fault with its field and value; a bad code is only refused."""

from datetime import datetime
from decimal import Decimal

import pytest

import largesse as lg
from largesse.engine.formats.document import document_of
from tests.words import (
    NOW,
    bought,
    cart,
    customer,
    off,
    priced,
    product,
    promotion,
    saved,
    spec,
    voucher,
    window,
)  # fmt: skip

PRODUCTS = (product("mug", "10.00"), product("ham", "20.00", quantity_decimals=3))


def faults(basket: lg.Cart) -> dict[str, lg.Fault]:
    """The faults of a cart by their place."""
    with pytest.raises(lg.Faults) as wrong:
        lg.price(lg.OfferBook(lg.Catalog(products={p.sku: p for p in PRODUCTS})), basket)
    return {fault.place: fault for fault in wrong.value.faults}


# --- BI-1 ------------------------------------------------------------------------------------------


@spec("BI-1")
def test_an_unknown_sku_is_named_with_the_one_that_was_meant():
    fault = faults(cart("1 muk"))["lines[0].sku"]

    assert fault.value == "muk"
    assert fault.message == "no product 'muk'; did you mean 'mug'?"


@spec("BI-1")
@pytest.mark.parametrize("quantity", [0, -1, True, Decimal("-0.5"), Decimal("0.5")])
def test_a_quantity_is_a_positive_number_of_whole_units(quantity):
    fault = faults(cart(lg.CartLine("1", "mug", quantity)))["lines[0].quantity"]

    assert fault.value is quantity


@spec("BI-1", "MO-1")
@pytest.mark.parametrize(("quantity", "holds"), [("0.125", True), ("0.1255", False)])
def test_weighed_goods_have_up_to_three_decimals(quantity, holds):
    basket = cart(lg.CartLine("1", "ham", Decimal(quantity)))
    if holds:
        assert priced(basket, products=PRODUCTS).gross == 250
    else:
        assert "up to 3 decimals" in faults(basket)["lines[0].quantity"].message


@spec("BI-1")
def test_mixed_currencies_are_a_fault():
    fault = faults(cart("1 mug", currency="EUR"))["currency"]

    assert fault.value == "EUR"
    assert "USD" in fault.message


@spec("BI-1")
def test_a_line_id_is_used_once():
    twice = [lg.CartLine("a", "mug"), lg.CartLine("b", "mug"), lg.CartLine("a", "mug")]

    assert list(faults(cart(*twice))) == ["lines[2].id"]


@spec("BI-1")
@pytest.mark.parametrize("code", ["", " \t", "X" * 65])
def test_a_malformed_code_is_a_fault(code):
    assert faults(cart("1 mug", codes=["GOOD", code]))["codes[1]"].value == code


@spec("BI-1")
def test_an_instant_without_a_time_zone_is_a_fault():
    assert "time zone" in faults(cart("1 mug", at=datetime(2026, 11, 21)))["at"].message


@spec("BI-1")
def test_an_unknown_location_is_a_fault():
    assert "lines" not in faults(cart("1 mug", location="nowhere"))["location"].place


@spec("BI-1")
def test_no_more_comes_off_by_hand_than_the_line_costs():
    assert "lines[0].less" in faults(cart("1 mug less 10.01"))
    assert priced(cart("1 mug less 10.00"), products=PRODUCTS).total == 0


@spec("BI-1")
@pytest.mark.parametrize("shipping", [-1, 10**15 + 1])
def test_shipping_is_an_amount(shipping):
    assert faults(cart("1 mug", shipping=shipping))["shipping"].value == shipping


@spec("BI-1")
def test_a_line_has_a_unit_price_or_a_gross():
    assert "lines[0].gross" in faults(cart("1 mug @ 10.00 for 10.00"))


@spec("BI-1")
def test_several_faults_are_reported_at_once():
    basket = cart(
        lg.CartLine("1", "muk", -2),
        lg.CartLine("1", "mug", 1, gross=10**16),
        currency="EUR",
        location="nowhere",
        codes=[""],
        shipping=-1,
        at=datetime(2026, 11, 21),
    )

    assert list(faults(basket)) == [
        "lines[0].sku",
        "lines[0].quantity",
        "lines[1].id",
        "lines[1].gross",
        "currency",
        "at",
        "location",
        "shipping",
        "codes[0]",
    ]


@spec("BI-1")
def test_a_file_with_several_faults_gets_them_all_each_with_its_place():
    with pytest.raises(lg.Faults) as wrong:
        document_of(
            {
                "format": 1,
                "products": [{"sku": "mug", "price": "1.999"}, {"sku": "hat"}],
                "promotions": [
                    {
                        "code": "P",
                        "priority": "high",
                        "conditions": [{"kind": "product_cuont"}],
                        "actions": [{"kind": "discount_order", "percent": "101"}],
                    }
                ],
                "carts": [{"at": "noon", "lines": [{"sku": "mug", "quantity": 0.5}]}],
                "extra": 1,
            }
        )

    places = [fault.place for fault in wrong.value.faults]
    assert places[:1] == ["extra"]
    for place in (
        "products[0].price",
        "products[1].price",
        "promotions[0].priority",
        "promotions[0].conditions[0].kind",
        "promotions[0].actions[0].percent",
        "carts[0].at",
        "carts[0].lines[0].quantity",
    ):
        assert place in places


# --- BI-2 ------------------------------------------------------------------------------------------


@spec("BI-2")
def test_an_unknown_code_is_a_refusal_and_the_cart_is_priced_without_it():
    quote = priced(cart("1 mug @ 10.00", codes=["what?"]), promotion(off("10%")))

    assert [(r.offer, r.code) for r in quote.refusals] == [("WHAT?", "unknown_code")]
    assert saved(quote) == "1.00"


@spec("BI-2")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"window": window(None, "2026-11-21")}, "ended"),
        ({"window": window("2026-11-22")}, "not_started"),
        ({"active": False}, "inactive"),
        ({"channels": frozenset({lg.Channel.TILL})}, "other_channel"),
        ({"locations": frozenset({"vienna"})}, "other_location"),
        ({"target": "distributor"}, "other_customer_type"),
    ],
)
def test_a_code_that_does_not_hold_here_and_now_is_refused_with_its_own_reason(fields, code):
    quote = priced(
        cart("1 mug @ 10.00", codes=["spring"]),
        promotion(off("10%"), code="P", promo_code="SPRING", **fields),
    )

    assert [(r.offer, r.code) for r in quote.refusals] == [("P", code)]
    assert saved(quote) == "0.00"


@spec("BI-2")
def test_a_code_whose_conditions_are_not_met_is_told_what_is_missing():
    quote = priced(
        cart("1 mug @ 10.00", codes=["spring"]),
        promotion(off("10%"), bought(2), promo_code="SPRING"),
    )

    (refusal,) = quote.refusals
    assert (refusal.code, refusal.needed, refusal.found) == ("too_few_units", 2, 1)


@spec("BI-2")
def test_several_codes_are_answered_each_for_itself():
    quote = priced(
        cart("1 mug @ 10.00", codes=["nothing", "spring"], customer=customer()),
        promotion(off("10%"), promo_code="SPRING"),
        voucher("50%", "DV9", expires=NOW),
    )

    assert {r.offer: r.code.value for r in quote.refusals} == {
        "NOTHING": "unknown_code",
        "DV9": "voucher_expired",
    }
    assert saved(quote) == "1.00"
