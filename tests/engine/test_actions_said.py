"""Every kind of action says in words what it gives, and how a cart shows it (AC-3)."""

from __future__ import annotations

import pytest

import largesse as lg
from largesse.engine.actions import ACTIONS
from tests.words import (
    bundle,
    buy,
    cart,
    credit,
    gift,
    gift_of,
    group,
    later,
    new_item,
    off,
    order_off,
    order_tiers,
    priced,
    product,
    promotion,
    shipping_off,
    spec,
    spree,
    tiers,
)

MUGS = group("mug", code="MUGS", title="Mugs")
UPGRADES = group("upgrade", code="UPGRADES", title="Upgrades")
SAID = [
    (off("15%", but=UPGRADES), "15 % off every product but Upgrades"),
    (off("12.5%", MUGS), "12.5 % off Mugs"),
    (off("5.00", MUGS), "5.00 off each unit of Mugs"),
    (off("= 4.00", MUGS), "Mugs at 4.00 a unit"),
    (
        off("50%", MUGS, units=2, lowest_first=True),
        "50 % off Mugs, 2 units at most, the cheapest first",
    ),
    (off("50%", MUGS, units=1), "50 % off Mugs, 1 unit at most, the dearest first"),
    (new_item("60%", "pen", 2), "2 units more: 60 % off pen"),
    (order_off("10.00"), "10.00 off the order"),
    (order_off("10%", MUGS), "10 % off Mugs together"),
    (
        order_tiers({"100.00": "12.00", "50.00": "5%"}),
        "5 % off the order from 50.00, 12.00 off it from 100.00",
    ),
    (buy(2, on=MUGS), "the cheapest of every 3 units of Mugs free"),
    (
        buy(3, get=2, at="50%", discounted="dearest", max_times=1),
        "the 2 dearest of every 5 units of every product at 50 % off, once",
    ),
    (buy(1, max_times=3), "the cheapest of every 2 units of every product free, at most 3 times"),
    (
        tiers({3: "10%", 6: "= 2.00"}, MUGS),
        "10 % off Mugs from 3 units, these at 2.00 a unit from 6 units",
    ),
    (
        bundle("12.00", (1, MUGS), (2, UPGRADES)),
        "1 unit of Mugs and 2 units of Upgrades for 12.00",
    ),
    (bundle("12.00", (3, MUGS), max_times=2), "3 units of Mugs for 12.00, at most 2 times"),
    (shipping_off("100%"), "free shipping"),
    (shipping_off("= 0.00"), "free shipping"),
    (shipping_off("50%"), "50 % off shipping"),
    (shipping_off("2.00"), "2.00 off shipping"),
    (shipping_off("= 4.90"), "shipping for 4.90"),
    (gift("pen", 2), "2 units of pen as a gift"),
    (gift_of("pen"), "1 unit of pen as a gift"),
    (gift_of("pen", "hat", "cap"), "1 unit of pen, hat or cap as a gift"),
    (credit("5.00"), "5.00 of credit in POINTS"),
    (credit("10%", to="sponsor"), "10 % of the total as credit in POINTS, for the sponsor"),
    (credit("10%", of="volume_2"), "10 % of volume 2 as credit in POINTS"),
    (later("BACK"), "a right to BACK on a later order, for 30 days"),
    (
        later("BACK", after=1, days=7),
        "a right to BACK on a later order from 1 day later, for 7 days",
    ),
    (spree("50.00 up to 20.00"), "50.00 to spend on every product"),
    (spree("10%", MUGS, but=UPGRADES), "10 % of the subtotal to spend on Mugs but Upgrades"),
    (
        spree("12.5% of the party up to 150.00", MUGS),
        "12.5 % of the party total, at most 150.00, to spend on Mugs",
    ),
]


@spec("PR-1")
@pytest.mark.parametrize(("action", "said"), SAID, ids=[said for _, said in SAID])
def test_what_an_action_gives_in_words(action, said):
    assert action.said(lg.Currency.of("USD")) == said


@spec("AC-7")
def test_every_kind_of_action_says_what_it_gives():
    assert {action.kind for action, _ in SAID} == set(ACTIONS)
    assert all(kind.label and kind.shown for kind in ACTIONS.values())


# --- AC-3: display ---------------------------------------------------------------------------------


def shown(*offers: lg.Promotion) -> list[tuple[str, int, tuple[str, ...]]]:
    quote = priced(
        cart("1 mug", "1 hat", shipping="5.00"),
        *offers,
        products=[product("mug", "50.00"), product("hat", "20.00"), product("pen", "2.00")],
    )
    return [(each.title, each.amount, each.offers) for each in quote.discounts]


TENTH = promotion(off("10%", "mug"), code="TENTH", title="A tenth off")
HALF = promotion(off("50%", "hat"), code="HALF", title="Half off")


@spec("AC-3")
def test_rolled_up_the_cart_shows_one_sum_of_all_discounts_of_the_same_kind():
    assert shown(TENTH, HALF) == [("Item discounts", 1500, ("TENTH", "HALF"))]


@spec("AC-3")
def test_shown_separately_each_promotion_has_a_line_of_its_own():
    apart = lg.Display.SEPARATE
    tenth = promotion(off("10%", "mug", display=apart), code="TENTH", title="A tenth off")
    half = promotion(off("50%", "hat", display=apart), code="HALF", title="Half off")

    assert shown(tenth, half) == [
        ("A tenth off", 500, ("TENTH",)),
        ("Half off", 1000, ("HALF",)),
    ]
    assert shown(tenth, HALF) == [
        ("A tenth off", 500, ("TENTH",)),
        ("Half off", 1000, ("HALF",)),
    ]


@spec("AC-3")
def test_another_kind_has_a_sum_of_its_own_and_one_promotion_alone_its_title():
    several = promotion(gift("pen"), shipping_off("100%"), code="MORE", title="More")

    assert shown(TENTH, HALF, several) == [
        ("More", 200, ("MORE",)),
        ("Item discounts", 1500, ("TENTH", "HALF")),
        ("More", 500, ("MORE",)),
    ]
