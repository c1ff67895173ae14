"""No combination of offers takes a unit below its floor price."""

import pytest

import largesse as lg
from tests.words import (
    allotment,
    by_offer,
    cart,
    customer,
    discounts,
    nets,
    off,
    order_off,
    post,
    priced,
    product,
    promotion,
    reason,
    spec,
    voucher,
)  # fmt: skip

CAMERA = product("camera", "50.00", floor="45.00")
FILM = product("film", "20.00")
BOTH = lg.Stacking.BOTH


@spec("FL-1")
def test_what_a_floored_line_cannot_take_goes_to_the_others_in_proportion():
    quote = priced(
        cart("1 camera", "1 film", "1 film", "1 film"),
        promotion(order_off("25.00")),
        products=[CAMERA, FILM],
    )

    assert discounts(quote) == ["5.00", "6.67", "6.67", "6.66"]


@spec("FL-1")
@pytest.mark.parametrize(
    "action",
    [off("50%"), off("20.00"), off("= 1.00"), order_off("50%"), order_off("20.00")],
    ids=["percent", "amount", "price", "order percent", "order amount"],
)
def test_no_action_takes_a_unit_below_its_floor(action):
    quote = priced(cart("2 camera"), promotion(action), products=[CAMERA])

    assert nets(quote) == ["90.00"]


@spec("FL-1")
def test_no_combination_of_offers_takes_a_unit_below_its_floor():
    quote = priced(
        cart("1 camera", customer=customer()),
        promotion(off("3.00", stacking=BOTH), code="A"),
        promotion(off("1.00", stacking=BOTH), code="B"),
        post(off("3.00", stacking=BOTH), code="C"),
        voucher("20%"),
        products=[CAMERA],
    )

    assert nets(quote) == ["45.00"]
    assert by_offer(quote) == {"A": "3.00", "B": "1.00", "C": "1.00"}


@spec("FL-1")
def test_a_voucher_gives_to_other_lines_what_a_floored_one_cannot_take():
    quote = priced(
        cart("1 camera", "1 film", customer=customer()), voucher("20%"), products=[CAMERA, FILM]
    )

    # A fifth of 70.00 is 14.00.
    assert discounts(quote) == ["5.00", "9.00"]


@spec("FL-1")
def test_a_location_may_have_a_floor_margin():
    outlet = lg.Location("outlet", floor_margin=lg.percent("80"))
    quote = priced(
        cart("1 camera", "1 film"), promotion(off("50%")), products=[CAMERA, FILM], location=outlet
    )

    # The higher of the two floors of the camera; 80 % of the film's price.
    assert nets(quote) == ["45.00", "16.00"]


@spec("FL-1")
def test_an_offer_that_is_marked_to_may_go_below_the_floor():
    quote = priced(cart("1 camera"), promotion(off("100%", below_floor=True)), products=[CAMERA])

    assert nets(quote) == ["0.00"]


@spec("FL-1")
def test_an_allotment_goes_below_the_floor():
    quote = priced(cart("1 camera by CLUB"), allotment(1, "camera"), products=[CAMERA])

    assert nets(quote) == ["0.00"]


@spec("FL-1")
def test_the_floor_decides_between_offers():
    quote = priced(
        cart("1 camera"),
        promotion(off("50%"), code="A"),
        promotion(off("20%", below_floor=True), code="B"),
        products=[CAMERA],
    )

    assert by_offer(quote) == {"B": "10.00"}


@spec("FL-1", "EX-1")
def test_an_offer_that_finds_the_price_at_its_floor_says_so():
    at_its_floor = product("camera", "50.00", floor="50.00")
    quote = priced(cart("1 camera"), promotion(off("10%")), products=[at_its_floor])

    assert reason(quote) == "nothing_to_give"


@spec("FL-1")
def test_the_floor_of_weighed_goods_is_for_their_quantity():
    ham = product("ham", "20.00", floor="15.00", quantity_decimals=3)
    quote = priced(cart("1.5 ham"), promotion(off("50%")), products=[ham])

    assert nets(quote) == ["22.50"]
