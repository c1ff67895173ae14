"""A bundle price: units of several product groups together cost a set price (AC-7)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import strategies as st

import largesse as lg
from tests.engine.cases import for_all
from tests.words import (
    bought,
    bundle,
    by_offer,
    cart,
    discounts,
    group,
    nets,
    off,
    priced,
    product,
    promotion,
    reason,
    refused,
    saved,
    shares,
    spec,
    usd,
)


@spec("AC-7")
def test_each_full_bundle_costs_the_set_price():
    breakfast = promotion(bundle("12.00", "mug", (2, "egg")))

    def total(mugs: int, eggs: int) -> str:
        quote = priced(cart(f"{mugs} mug @ 10.00", f"{eggs} egg @ 3.00"), breakfast)
        return quote.format(quote.net)

    assert total(1, 2) == "12.00"
    assert total(2, 4) == "24.00"
    assert total(2, 3) == "25.00"
    assert total(1, 1) == "13.00"


@spec("AC-7")
def test_the_dearest_units_that_match_make_the_bundles():
    any_mug = promotion(bundle("12.00", (1, ("red", "blue")), "hat"))
    quote = priced(cart("1 red @ 8.00", "1 blue @ 10.00", "1 hat @ 5.00"), any_mug)

    assert discounts(quote) == ["0.00", "2.00", "1.00"]


@spec("AC-7")
def test_a_bundle_that_costs_less_without_it_is_not_made():
    dear = promotion(bundle("12.00", "mug", "hat"))
    quote = priced(cart("1 mug @ 6.00", "1 hat @ 5.00"), dear)

    assert nets(quote) == ["6.00", "5.00"]
    assert reason(quote) == "nothing_to_give"


@spec("AC-7")
def test_only_so_many_bundles_are_made_as_save_something():
    pair = promotion(bundle("10.00", (2, ("red", "blue"))))

    # The two red ones save 2.00; two blue ones would cost 8.00 without the bundle.
    quote = priced(cart("2 red @ 6.00", "2 blue @ 4.00"), pair)

    assert nets(quote) == ["10.00", "8.00"]
    assert shares(quote, "PROMO") == [("1", 2, 200)]


@spec("AC-7", "MO-4")
def test_what_comes_off_is_spread_by_value_to_the_cent():
    three = promotion(bundle("10.00", "a", "b", "c"))
    quote = priced(cart("1 a @ 3.34", "1 b @ 3.33", "1 c @ 3.43"), three)

    assert sum(each.net for each in quote.lines) == usd("10.00")
    assert discounts(quote) == ["0.03", "0.03", "0.04"]


@spec("AC-7", "FL-1", "MO-5")
def test_a_floor_holds_and_what_it_keeps_goes_to_the_other_units():
    set_price = promotion(bundle("10.00", "mug", "hat"))
    sold = [product("mug", "10.00", floor="9.00"), product("hat", "10.00")]
    quote = priced(cart("1 mug", "1 hat"), set_price, products=sold)

    assert nets(quote) == ["9.00", "1.00"]
    assert [a.cut_from for a in quote.adjustments] == [500, None]


@spec("AC-7", "PR-4")
def test_the_number_of_bundles_may_be_limited_for_each_award():
    pair = bundle("14.00", (2, "mug"), max_times=1)
    six = cart("6 mug @ 10.00")

    assert saved(priced(six, promotion(pair))) == "6.00"
    # Two mugs meet the condition once, six three times.
    assert saved(priced(six, promotion(pair, bought(2), cumulative=True))) == "18.00"


@spec("AC-7")
def test_a_product_that_matches_several_parts_counts_for_one_of_them():
    any_and_red = promotion(bundle("12.00", (1, ("red", "blue")), (1, "red")))

    assert reason(priced(cart("1 red @ 10.00"), any_and_red)) == "too_few_units"
    # The blue one is no red one, so that the second red one, though cheaper, is left out.
    quote = priced(cart("2 red @ 8.00", "1 blue @ 9.00"), any_and_red)
    assert by_offer(quote) == {"PROMO": "5.00"}
    assert quote.net == usd("20.00")


@spec("AC-7", "EX-1")
def test_the_part_that_lacks_units_is_named():
    breakfast = promotion(bundle("12.00", "mug", (2, group("egg", code="EGGS", title="Eggs"))))
    refusal = refused(priced(cart("1 mug @ 10.00", "1 egg @ 3.00"), breakfast), "PROMO")

    assert (refusal.code.value, refusal.needed, refusal.found) == ("too_few_units", 2, 1)
    assert "Eggs" in refusal.sentence


@spec("AC-7", "EX-2")
def test_a_unit_that_completes_a_bundle_is_a_near_miss():
    breakfast = promotion(bundle("12.00", "mug", (2, "egg")), title="Breakfast")
    (miss,) = priced(cart("1 mug @ 10.00", "1 egg @ 3.00"), breakfast).near_misses

    assert (miss.sku, miss.units, miss.saving) == ("egg", 1, 400)


@spec("AC-7")
def test_a_rival_may_have_the_units_where_that_saves_more():
    pair = promotion(bundle("15.00", "mug", "hat"), code="PAIR")
    half = promotion(off("50%", "mug"), code="HALF")

    assert by_offer(priced(cart("1 mug @ 10.00", "1 hat @ 10.00"), pair, half)) == {"HALF": "5.00"}
    assert by_offer(priced(cart("1 mug @ 10.00", "1 hat @ 11.00"), pair, half)) == {"PAIR": "6.00"}


@spec("BI-1")
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"parts": ()}, "parts"),
        ({"parts": (lg.BundlePart(products=group("mug"), units=0),)}, "parts"),
        ({"parts": (lg.BundlePart(products=group("mug")),), "max_times": 0}, "max_times"),
    ],
)
def test_a_bundle_that_makes_no_sense_is_refused(fields, field):
    with pytest.raises(lg.Faults) as wrong:
        priced(cart("1 mug @ 1.00"), promotion(lg.BundlePrice(price=100, **fields)))

    assert [fault.place.rsplit(".", 1)[-1] for fault in wrong.value.faults] == [field]


# --- held against trying everything ----------------------------------------------------------------

SKUS = "abc"
PARTS = st.lists(
    st.tuples(st.sets(st.sampled_from(SKUS), min_size=1).map(sorted).map(tuple), st.integers(1, 2)),
    min_size=1,
    max_size=3,
)


def best_bundles(units: Sequence[tuple[str, int]], parts: list[tuple[str, ...]], price: int) -> int:
    """What the best bundles save: slow, and written apart from the engine."""
    best = 0
    for first in combinations(range(len(units)), len(parts)):
        if not _fits([units[i][0] for i in first], parts):
            continue
        here = sum(units[i][1] for i in first) - price
        rest = [unit for i, unit in enumerate(units) if i not in first]
        best = max(best, here + best_bundles(rest, parts, price))
    return best


def _fits(skus: Sequence[str], parts: Sequence[tuple[str, ...]]) -> bool:
    """Whether each part can have one of the units."""
    if not parts:
        return True
    return any(
        sku in parts[0] and _fits([*skus[:i], *skus[i + 1 :]], parts[1:])
        for i, sku in enumerate(skus)
    )


@spec("AC-7")
@for_all(
    PARTS,
    st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 900)), min_size=1, max_size=6),
    st.integers(1, 1500),
    times=150,
    soak=5000,
)
def test_no_other_bundles_save_more(parts, units, price) -> None:
    made = lg.BundlePrice(
        parts=tuple(lg.BundlePart(products=group(*on), units=count) for on, count in parts),
        price=price,
    )
    lines = [lg.CartLine(str(i), sku, 1, unit_price=each) for i, (sku, each) in enumerate(units)]
    sold = [product(sku, 0) for sku in SKUS]
    quote = priced(cart(*lines), promotion(made), products=sold)

    each_unit = [on for on, count in parts for _ in range(count)]
    assert quote.discount == best_bundles(units, each_unit, price)
