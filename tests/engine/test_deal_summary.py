"""A deal in plain words, and the tiers of it that give less than a lower one."""

from __future__ import annotations

from typing import Any

from largesse.engine.deals.summary import summary
from largesse.engine.deals.weak_tiers import weak_tiers
from largesse.engine.formats.document import document_of
from tests.words import book, deal, priced, product, spec, tier, usd
from tests.words import cart as cart_of

BONUS = {"kind": "bonus_stock", "every": 10}
PERCENT = [{"min_units": 10, "benefit": {"kind": "percentage", "percent": "5"}}]


def words_of(**fields: Any) -> str:
    document = document_of(
        {
            "format": 1,
            "products": [{"sku": "UP", "price": "25.00"}, {"sku": "MUG", "price": "14.50"}],
            "product_groups": [
                {"code": "mugs", "title": "Mugs", "products": ["MUG"]},
                {"code": "up", "title": "Upgrades", "products": ["UP"]},
            ],
            "deals": [{"code": "D", "sets": [{"products": "mugs"}], "tiers": PERCENT, **fields}],
        }
    )
    found = document.book
    return summary(found.deals["D"], found.currency, found.catalog.calendar)


@spec("IF-30")
def test_it_says_what_is_given_from_which_quantity_on():
    assert words_of() == (
        "Every buyer gets 5 % off Mugs from 10 units on. All its lines count together."
    )


@spec("IF-30", "DE-1", "DE-2")
def test_it_says_for_whom_it_is_what_it_asks_for_and_how_lines_go_on_it():
    told = words_of(
        sets=[{"products": "mugs", "exclude": "up", "min_units": 4}, {"products": "up"}],
        tiers=[*PERCENT, {"min_units": 20, "min_value": "500.00", "benefit": BONUS}],
        tags=["trade", "wholesale"],
        customers=["anna"],
        not_bought_before="mugs",
        assorted=False,
        required=["UP", "MUG"],
        selection="mugs",
        high_priority=True,
        manual=True,
        referable=True,
        channels=["rep"],
        starts="2027-01-01",
        active=False,
    )

    assert told == (
        "A customer tagged trade or wholesale or customer anna who never bought Mugs gets 5 % off "
        "Mugs except Upgrades and Upgrades from 10 units on or the value of 1 unit for every 10 of "
        "Mugs except Upgrades and Upgrades, as bonus stock from 20 units and 500.00 at list price on. "
        "The highest of these that is reached holds. Each line must reach that by itself. It needs "
        "4 units of Mugs in any case. The order must have UP and MUG. What is given away is chosen "
        "from Mugs. It goes before the best choice of deals. Lines go on it only when it is picked. It "
        "may be referred, to be approved without its trigger. Through a rep only. It holds from "
        "1 January 2027. It is switched off."
    )


def test_without_a_trigger_it_says_so_by_saying_nothing():
    free = [{"benefit": {"kind": "fixed_price", "price": "9.00"}}]

    assert words_of(tiers=free, archived=True) == (
        "Every buyer gets Mugs at 9.00 a unit. It is archived."
    )


# --- tiers that give less --------------------------------------------------------------------------

MUG = product("mug", "10.00")
HAT = product("hat", "40.00")


def weak(*tiers: Any, **fields: Any) -> list[tuple[int, int, str, int, int, int]]:
    found = deal(tiers, ["mug", "hat"], **fields)
    products = {each.sku: each for each in (MUG, HAT)}
    return [
        (w.tier, w.lower, w.sku, w.units, w.brings, w.lower_brings)
        for w in weak_tiers(found, products, book().currency)
    ]


@spec("DE-2")
def test_tiers_that_give_more_and_more_are_not_weak():
    assert weak(tier("5%", units=10), tier("8%", units=20), tier("10%", units=40)) == []


@spec("DE-2")
def test_a_higher_tier_that_gives_less_is_told_with_the_product_where_it_loses_most():
    # 20 hats: 8 % is 64.00, the fixed amount off is 2.00 each, 40.00; of mugs it gives more.
    assert weak(tier("8%", units=10), tier("2.00", units=20)) == [
        (2, 1, "hat", 39, usd("78.00"), usd("124.80"))
    ]


@spec("DE-2", "DE-9")
def test_bonus_stock_is_weak_just_below_the_next_multiple():
    # At 20 units both give 10 %; 39 mugs earn the value of 3, which is less than 10 % of 390.00.
    assert weak(tier("10%", units=10), tier("10+1", units=20)) == [
        (2, 1, "hat", 39, usd("120.00"), usd("156.00"))
    ]


@spec("DE-2")
def test_a_trigger_by_value_is_reached_by_each_product_in_its_own_quantity():
    # 100.00 are 10 mugs or 3 hats.
    assert weak(tier("50%", units=1), tier("1%", value="100.00"), tier("60%", value="150.00")) == [
        (2, 1, "mug", 14, usd("1.40"), usd("70.00"))
    ]


@spec("DE-2")
def test_what_a_weak_tier_brings_is_what_a_cart_of_it_gets():
    tiers = (tier("8%", units=10), tier("2.00", units=20))
    ((_, _, sku, units, brings, lower_brings),) = weak(*tiers)

    def off(*held: Any) -> int:
        quote = priced(cart_of(f"{units} {sku}"), deal(held, ["mug", "hat"]), products=(MUG, HAT))
        return quote.discount

    assert off(*tiers) == brings
    assert off(tiers[0]) == lower_brings


@spec("DE-2")
def test_the_warning_names_the_tier_the_product_and_both_figures():
    found = deal([tier("8%", units=10), tier("2.00", units=20)], ["hat"])
    (told,) = weak_tiers(found, {"hat": product("hat", "40.00", name="Straw hat")}, book().currency)

    assert told.said(book().currency) == (
        "Tier 2 gives less than tier 1: on 39 units of Straw hat it brings 78.00, not 124.80."
    )
