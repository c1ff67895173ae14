"""The picker of a shopping spree: sums, reward list, what cards ask for, receipt (SP-6, SP-7)."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

import largesse as lg
from largesse.engine.cart import UNITS_MAX, SpreeChoice
from largesse.orders.rewards.choosing import Show
from largesse.pages.spree.looking import Look
from largesse.pages.spree.picker import Picker, picker
from largesse.pages.spree.reading import Picked, Wrong, first_of, picked
from largesse.pages.spree.receipt import receipt_of
from tests.engine.rewards import only, sold
from tests.words import cart, chosen, off, promotion, spec, spree


def no_icons(skus: Any) -> dict[str, str]:
    return {sku: "coffee" if sku == "mug" else "no-such-icon" for sku in skus}


def shown(quote: lg.Quote, look: Look | None = None, **more: Any) -> Picker:
    found = picker(quote, look or Look(), no_icons, **more)
    assert found is not None
    return found


def names(quote: lg.Quote, **look: Any) -> list[str]:
    return [card.sku for card in shown(quote, Look(**look)).cards]


def picking(*choices: str, award: str = "60.00", **fields: Any) -> lg.Quote:
    offer = promotion(spree(award, **fields), title="For you")
    return sold(cart(sprees=chosen(*choices)), offer)


# --- sums --------------------------------------------------------------------------------------------


@spec("SP-6")
def test_the_head_says_what_there_is_to_spend_what_is_spent_and_what_is_left():
    head = shown(picking("1 apron", carry_over="credit")).head
    assert (head.award, head.spent, head.left, head.due) == (6000, 5000, 1000, 0)
    assert head.spent_said == "1 item from the reward list"
    assert head.left_said == "becomes credit when posted"
    assert head.used_percent == "83.33"


@spec("SP-7", "SP-11")
def test_what_is_left_or_due_is_said_in_words():
    assert shown(picking("1 apron")).head.left_said == "lapses when placed"
    assert shown(picking("1 apron", award="50.00")).head.left_said == "all of it is spent"
    over = shown(picking("2 apron", over_purchase=True)).head
    assert (over.left, over.due, over.left_said) == (0, 4000, "40.00 beyond it is to pay")


def test_without_a_spree_there_is_no_picker():
    assert picker(sold(cart("1 mug"), promotion(off("5%"))), Look(), no_icons) is None


# --- the list ----------------------------------------------------------------------------------------


@spec("SP-6")
def test_what_is_chosen_stands_first_and_no_card_moves_while_one_picks():
    quote = picking("1 mug", "1 candle")
    assert names(quote)[:3] == ["mug", "candle", "apron"]
    kept = shown(quote, first=("towel",))
    assert [card.sku for card in kept.cards][:3] == ["towel", "apron", "candle"]


@spec("SP-6")
def test_the_list_is_searched_and_shown_in_three_ways():
    quote = picking("1 apron")
    assert names(quote, words="mug") == ["mug"]
    assert names(quote, show=Show.CHOSEN) == ["apron"]
    fitting = names(quote, show=Show.FITS)
    assert "penny" in fitting
    assert "mug" not in fitting
    ways = shown(quote, Look(show=Show.FITS, words="x")).ways
    assert [way.label for way in ways] == ["All 7", "Fits 10.00", "Chosen 1"]
    assert [way.query for way in ways] == ["?q=x", "?show=fits&q=x", "?show=chosen&q=x"]
    assert [way.here for way in ways] == [False, True, False]


@spec("SP-7")
def test_a_card_says_what_one_more_lacks_or_costs():
    cards = {card.sku: card for card in shown(picking("1 apron")).cards}
    assert (cards["mug"].missing, cards["mug"].due) == (450, 0)
    over = {card.sku: card for card in shown(picking("1 apron", over_purchase=True)).cards}
    assert (over["mug"].missing, over["mug"].due) == (0, 450)


@spec("SP-7")
def test_what_is_wanted_beyond_the_award_stays_typed_and_says_what_is_missing():
    cards = {card.sku: card for card in shown(picking("2 apron", "1 mug")).cards}
    assert (cards["apron"].typed, cards["apron"].units) == ("2", 1)
    assert cards["apron"].error == "40.00 missing for one more; remove 1."
    assert cards["mug"].error == "4.50 missing for one; remove 1."
    assert cards["mug"].chosen
    assert not cards["candle"].chosen


def test_an_icon_that_is_none_is_a_parcel():
    cards = {card.sku: card.icon for card in shown(picking()).cards}
    assert (cards["mug"], cards["apron"]) == ("coffee", "package")


@spec("SP-6")
def test_what_can_not_be_given_any_more_is_told_with_its_name():
    wanted = (*chosen("1 ham"), *chosen("2 mug", of="GONE"))
    found = shown(sold(cart(sprees=wanted), promotion(spree("50.00"))))
    assert [(each.promotion, each.sku, each.units) for each in found.strays] == [
        ("PROMO", "ham", 1),
        ("GONE", "mug", 2),
    ]


# --- what a card asks for ----------------------------------------------------------------------------


def asked(**post: str) -> Picked | Wrong:
    return picked({"promotion": "PROMO", "sku": "mug", **post})


@spec("SP-6")
@pytest.mark.parametrize(
    ("post", "units"),
    [
        ({"units": "4"}, 4),
        ({"units": "0"}, 0),
        # Nothing was typed: a step from what is kept, whatever the page showed.
        ({"units": "1", "was": "1", "step": "1"}, 3),
        ({"units": "1", "was": "1", "step": "-1"}, 1),
        # Typed, then stepped.
        ({"units": "5", "was": "1", "step": "1"}, 6),
    ],
)
def test_a_card_asks_for_units_or_for_a_step(post: dict[str, str], units: int):
    found = asked(**post)
    assert isinstance(found, Picked)
    other = SpreeChoice("PROMO", "hat", 2)
    kept = found.chosen_in((other, SpreeChoice("PROMO", "mug", 2)))
    assert {each.sku: each.units for each in kept}.get("mug", 0) == units
    assert other in kept


@pytest.mark.parametrize("typed", ["two", "", "-1", "1.5", "٣", str(UNITS_MAX + 1), "9" * 400])
def test_what_is_no_number_of_units_stays_in_its_field_with_what_is_wrong(typed: str):
    wrong = asked(units=typed)
    assert isinstance(wrong, Wrong)
    quote = picking("1 mug")
    card = next(c for c in shown(quote, wrong=wrong).cards if c.sku == "mug")
    assert (card.typed, card.error) == (typed, wrong.error)
    assert wrong.error.startswith("Enter ")


def test_the_first_cards_are_sent_and_read_back():
    assert first_of({"first": shown(picking("1 mug", "1 candle")).ahead}) == ("mug", "candle")


@pytest.mark.parametrize(
    ("query", "look"),
    [
        ({}, Look()),
        ({"show": "fits", "q": " mug ", "page": "2", "spree": "P"}, Look("P", Show.FITS, "mug", 2)),
        ({"show": "nonsense", "page": "x"}, Look()),
    ],
)
def test_an_address_says_what_is_looked_at(query: dict[str, str], look: Look):
    assert Look.of(query) == look


# --- the receipt -------------------------------------------------------------------------------------


@spec("SP-7", "SP-8")
def test_the_receipt_adds_up_to_what_is_due():
    quote = picking("1 apron", "2 mug", over_purchase=True)
    receipt = receipt_of(quote, "")
    assert [tuple(row) for row in receipt.lines] == [
        (1, "Linen apron, flax", 5000),
        (2, "Stoneware mug, chalk", 2900),
    ]
    given = sum(each.amount for each in receipt.given)
    assert receipt.selected - given + receipt.tax == receipt.due == quote.due
    assert only(quote).due == 1900


# --- the parts ---------------------------------------------------------------------------------------


def test_the_parts_show_it_without_a_script():
    quote = picking("1 apron", "2 mug")
    context = {
        "picker": shown(quote),
        "head": shown(quote).head,
        "receipt": receipt_of(quote, ""),
        "currency": "USD",
        "picker_url": "/list/",
        "pick_url": "/pick/",
        "title": "Host reward order",
        "state": "draft",
        "said": "10.00 is left.",
    }
    parts = {
        name: render_to_string(f"pages/parts/spree/{name}.html", context)
        for name in ("head", "grid", "order_card")
    }
    assert 'width="83.33"' in parts["head"]
    assert 'action="/pick/"' in parts["grid"]
    assert "4.50 missing for one; remove 2." in parts["grid"]
    assert "10.00 is left." in parts["order_card"]
