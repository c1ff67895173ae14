"""The engine's choice between promotions, held against trying everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

import largesse as lg
from tests.engine import reference_choice as reference
from tests.engine.cases import for_all
from tests.words import STEPS, cart, promotion, spec

SKUS = ("a", "b", "c", "d")
PRICES = st.integers(1, 30) | st.sampled_from([99, 100, 250, 333, 999, 1000])
RATES = st.sampled_from([100_000, 150_000, 200_000, 250_000, 333_333, 500_000, 750_000, 1_000_000])
SOME_SKUS = st.sets(st.sampled_from(SKUS), min_size=1).map(frozenset)
OFF = st.one_of(
    RATES.map(reference.PercentOff),
    st.integers(1, 300).map(reference.AmountOff),
    st.integers(0, 300).map(reference.FixedPrice),
)
ORDER = RATES.map(lambda rate: reference.WholeOrder(rate, None)) | st.integers(1, 900).map(
    lambda amount: reference.WholeOrder(None, amount)
)
ACTIONS = st.one_of(
    OFF.map(reference.EachLine),
    st.builds(reference.SomeUnits, OFF, st.integers(1, 4), st.sampled_from(["highest", "lowest"])),
    ORDER,
    st.builds(
        reference.Groups,
        st.integers(0, 3),
        st.integers(1, 2),
        RATES,
        st.sampled_from(["cheapest", "dearest"]),
        st.none() | st.integers(1, 2),
    ),
)


class Case(NamedTuple):
    lines: list[reference.Line]
    offers: list[reference.Offer]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    lines = draw(
        st.lists(
            st.builds(reference.Line, st.sampled_from(SKUS), st.integers(1, 4), PRICES),
            min_size=1,
            max_size=4,
        )
    )
    # Each offer takes from some products of the cart, so that the offers meet.
    offers = draw(st.lists(st.tuples(st.integers(0, 1), SOME_SKUS, ACTIONS), max_size=5))
    return Case(lines, [reference.Offer(f"P{n}", *each) for n, each in enumerate(offers)])


class Answer(NamedTuple):
    saving: int
    gap: int


Pricer = Callable[[Case, int], Answer]


def engine(case: Case, steps: int) -> Answer:
    """What the engine says: the saving, and how far from the best it may be."""
    products = {sku: lg.Product(sku, 0) for sku in SKUS}
    book = lg.OfferBook(lg.Catalog(products=products), map(promotion_of, case.offers))
    bought = (
        lg.CartLine(str(i), line.sku, line.units, unit_price=line.price)
        for i, line in enumerate(case.lines)
    )
    quote = lg.price(book, cart(*bought), steps=steps)
    assert quote.proven == (quote.gap == 0)
    return Answer(quote.discount, quote.gap)


def promotion_of(offer: reference.Offer) -> lg.Promotion:
    return promotion(
        action_of(offer.action, lg.ProductGroup(offer.code, offer.skus)),
        code=offer.code,
        priority=offer.priority,
    )


def action_of(
    action: reference.EachLine | reference.SomeUnits | reference.WholeOrder | reference.Groups,
    on: lg.ProductGroup,
) -> lg.Action:
    match action:
        case reference.EachLine(off):
            return lg.DiscountOrderLine(**fields_of(off), include=on)
        case reference.SomeUnits(off, units, first):
            apply_to = lg.ApplyTo(f"{first}_price_first")
            return lg.DiscountOrderLine(
                **fields_of(off), include=on, quantity=units, apply_to=apply_to
            )
        case reference.WholeOrder(rate, amount):
            return lg.DiscountOrder(percent=rate, amount=amount, include=on)
        case reference.Groups(buy, get, rate, discounted, at_most):
            return lg.BuyXGetY(
                buy=buy,
                get=get,
                percent=rate,
                products=on,
                discounted=discounted,
                max_times=at_most,
            )


def fields_of(off: reference.Off) -> dict[str, Any]:
    match off:
        case reference.PercentOff(rate):
            return {"percent": rate}
        case reference.AmountOff(each):
            return {"amount": each}
        case reference.FixedPrice(each):
            return {"price": each}


def check_best(case: Case, pricer: Pricer) -> None:
    """With steps enough no choice saves more, and the quote says that it is proven.

    An amount that is spread wider than it must be may save even more, but no more than that can.
    """
    found = pricer(case, STEPS)
    assert found.gap == 0
    assert found.saving >= reference.best_saving(case.lines, case.offers)
    assert found.saving <= reference.best_saving(case.lines, case.offers, wide=True)


def check_gap(case: Case, steps: int, pricer: Pricer) -> None:
    """With however few steps, no plan saves more than what was found and the gap beyond it."""
    found = pricer(case, steps)
    assert found.saving <= reference.best_saving(case.lines, case.offers, wide=True)
    assert found.saving + found.gap >= reference.best_saving(case.lines, case.offers)


@spec("CH-1", "CH-4", "QU-26")
@for_all(cases(), times=400, soak=20_000)
def test_the_choice_saves_as_much_as_the_best_of_all_plans(case: Case) -> None:
    check_best(case, engine)


@spec("CH-2")
@for_all(cases(), st.integers(0, 8), times=400, soak=20_000)
def test_the_gap_is_honest_however_few_the_steps(case: Case, steps: int) -> None:
    check_gap(case, steps, engine)


# --- controls: planted bugs that the checks must find ----------------------------------------------


def proud(case: Case, steps: int) -> Answer:
    """Planted: takes what it finds without looking, and calls it proven."""
    return Answer(engine(case, 0).saving, 0)


def short(case: Case, steps: int) -> Answer:
    """Planted: says half of the gap."""
    found = engine(case, steps)
    return Answer(found.saving, found.gap // 2)


def generous(case: Case, steps: int) -> Answer:
    """Planted: takes off one minor unit more than the best."""
    return Answer(engine(case, STEPS).saving + 1, 0)


@spec("QU-26")
@pytest.mark.parametrize("wrong", [proud, generous], ids=lambda wrong: wrong.__name__)
def test_the_check_of_the_choice_finds_a_planted_wrong_one(wrong: Pricer) -> None:
    @for_all(cases(), times=300)
    def check(case: Case) -> None:
        check_best(case, wrong)

    with pytest.raises(AssertionError):
        check(300)


@spec("CH-2")
def test_the_check_of_the_gap_finds_one_that_is_too_small() -> None:
    @for_all(cases(), st.integers(0, 2), times=300)
    def check(case: Case, steps: int) -> None:
        check_gap(case, steps, short)

    with pytest.raises(AssertionError):
        check(300)
