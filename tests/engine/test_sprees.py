"""Shopping sprees: money to spend on a list of products (SP-2 to SP-11)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import largesse as lg
from largesse.engine.cart import UNITS_MAX
from tests.words import cart, priced, product, spec

APRON = product("apron", "50.00")
PRODUCTS = [APRON]


def chosen(*wanted: str, of: str = "SPREE") -> tuple[lg.SpreeChoice, ...]:
    """chosen("2 candle"): two candles against the spree of the promotion SPREE."""
    said = (each.split() for each in wanted)
    return tuple(lg.SpreeChoice(of, sku, int(units)) for units, sku in said)


def faults(cart: lg.Cart) -> list[tuple[str, object]]:
    with pytest.raises(lg.Faults) as caught:
        priced(cart, products=PRODUCTS)
    return [(fault.place, fault.value) for fault in caught.value.faults]


# --- what a cart says ------------------------------------------------------------------------------


@spec("SP-1", "SP-2")
@pytest.mark.parametrize(
    ("fields", "type"),
    [
        ({}, "order"),
        ({"party": "P-1"}, "party"),
        ({"party": "P-1", "host_reward": True}, "host_reward"),
    ],
)
def test_an_order_is_of_no_party_a_guest_order_or_the_host_reward_order(fields: Any, type: str):
    assert cart("1 apron", **fields).order_type == lg.OrderType(type)


@spec("BI-1", "SP-1")
def test_a_host_reward_order_names_its_party():
    assert faults(cart(host_reward=True)) == [("host_reward", True)]


@spec("BI-1", "MO-6")
@pytest.mark.parametrize("units", [0, -1, UNITS_MAX + 1, "2"])
def test_units_that_are_chosen_have_bounds(units: Any):
    choice = lg.SpreeChoice("SPREE", "apron", units)

    assert faults(cart(sprees=(choice,))) == [("sprees[0].units", units)]


@spec("BI-1", "MO-6")
def test_what_is_chosen_has_a_bound():
    dear = product("ring", 10**15)
    with pytest.raises(lg.Faults, match="what is chosen comes to more than"):
        priced(cart(sprees=chosen("2 ring")), products=[dear])


@spec("BI-1")
def test_a_product_is_chosen_once_for_a_promotion():
    twice = (*chosen("1 apron"), *chosen("1 apron", of="OTHER"), *chosen("2 apron"))

    assert faults(cart(sprees=twice)) == [("sprees[2].sku", "apron")]


@spec("EX-4")
def test_what_a_cart_says_of_parties_and_sprees_is_stored_where_it_says_anything():
    plain = msgspec.json.decode(priced(cart("1 apron"), products=PRODUCTS).to_json())
    assert not {"party", "host_reward", "sprees", "rep"} & plain["cart"].keys()

    whole = cart(party="P-1", host_reward=True, sprees=chosen("2 apron"), rep="dora")
    said = msgspec.json.decode(priced(whole, products=PRODUCTS).to_json())["cart"]
    assert (said["party"], said["host_reward"], said["rep"]) == ("P-1", True, "dora")
    assert said["sprees"] == [{"promotion": "SPREE", "sku": "apron", "units": 2}]
