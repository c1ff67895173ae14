"""What is on offer in a shop: products of brands and categories, and the deals over them.

Every draw is in an order that must not change. Amounts are minor units.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from bench.deal_terms import (
    Benefit,
    Deal,
    Line,
    ProductSet,
    Tier,
    amount_off,
    bonus_stock,
    credit,
    fixed_price,
    percentage,
)


class Shelf(NamedTuple):
    """The order's lines with the brand and the category of each."""

    lines: list[Line]
    brand: list[int]
    category: list[int]


def drawn_shelf(
    rng: random.Random, lines: int, brands: int, categories: int, units: Sequence[int]
) -> Shelf:
    """Brands of unequal size, categories each with a level of prices; one line in five is reduced."""
    level = [int(rng.lognormvariate(7.0, 0.7)) + 50 for _ in range(categories)]
    shelf = Shelf([], [], [])
    for _ in range(lines):
        shelf.brand.append(min(rng.randrange(brands), rng.randrange(brands)))
        shelf.category.append(rng.randrange(categories))
        price = max(10, int(level[shelf.category[-1]] * rng.uniform(0.5, 2.0)) // 5 * 5 - 1)
        ordered = rng.choice(units)
        net = price if rng.random() < 0.8 else price * rng.randint(80, 95) // 100
        shelf.lines.append(Line(ordered, price * ordered, net * ordered))
    return shelf


def drawn_deals(
    rng: random.Random, shelf: Shelf, deals: int, sizes: tuple[int, int], tiered: float
) -> list[Deal]:
    return [_deal(rng, f"D{j:04d}", shelf, sizes, tiered) for j in range(deals)]


def _deal(
    rng: random.Random, code: str, shelf: Shelf, sizes: tuple[int, int], tiered: float
) -> Deal:
    members = _members(rng, shelf, *sizes)
    units = sum(shelf.lines[i].units for i in members)
    value = sum(shelf.lines[i].value for i in members)
    per_product = rng.random() < 0.15
    if per_product:
        units, value = units // len(members) + 1, value // len(members) + 1
    by_units, both = rng.random() < 0.6, rng.random() < 0.1
    count = rng.choice((2, 3, 4)) if rng.random() < tiered else 1
    first = rng.uniform(0.10, 0.80 if count == 1 else 0.35)
    shares = [first * (1 + 0.7 * k) for k in range(count)]
    benefits = _benefits(rng, shelf, members, units, value, shares)
    minimums = _rising([(units * share, value * share) for share in shares])
    tiers = [
        Tier(asked[0] if by_units or both else 0, asked[1] if both or not by_units else 0, benefit)
        for asked, benefit in zip(minimums, benefits, strict=True)
    ]
    split = not per_product and len(members) >= 6 and rng.random() < 0.1
    sets = _halves(rng, shelf, members) if split else (ProductSet(members),)
    return Deal(code, sets, tuple(tiers), per_product)


def _members(rng: random.Random, shelf: Shelf, smallest: int, largest: int) -> tuple[int, ...]:
    """A brand, a category, two brands of a category, or a list by hand; cut or filled to a size."""
    everything = range(len(shelf.lines))
    brand, category = rng.choice(shelf.brand), rng.choice(shelf.category)
    draw = rng.random()
    found: list[int] = []
    if draw < 0.35:
        found = [i for i in everything if shelf.brand[i] == brand]
    elif draw < 0.60:
        found = [i for i in everything if shelf.category[i] == category]
    elif draw < 0.80:
        of = (brand, rng.choice(shelf.brand))
        found = [i for i in everything if shelf.brand[i] in of and shelf.category[i] == category]
    wanted = rng.randint(min(smallest, len(everything)), min(largest, len(everything)))
    if len(found) > largest:
        found = rng.sample(found, largest)
    if len(found) < smallest:
        rest = [i for i in everything if i not in found]
        found += rng.sample(rest, min(len(rest), max(0, wanted - len(found))))
    return tuple(sorted(found))


def _halves(rng: random.Random, shelf: Shelf, members: tuple[int, ...]) -> tuple[ProductSet, ...]:
    """Two product sets, of each of which a deal needs 10 to 40 % of the units."""
    cut = len(members) // 2
    sets = []
    for half in (members[:cut], members[cut:]):
        units = sum(shelf.lines[i].units for i in half)
        sets.append(ProductSet(half, max(1, units * rng.randint(10, 40) // 100)))
    return tuple(sets)


def _benefits(
    rng: random.Random,
    shelf: Shelf,
    members: Sequence[int],
    units: int,
    value: int,
    shares: Sequence[float],
) -> list[Benefit]:
    """One for each tier, none worse than the one below: of one kind, drawn for the deal."""
    tiers = range(len(shares))
    unit = max(1, value // units)
    draw = rng.random()
    if draw < 0.50:
        rate = rng.randint(3, 12)
        rates = sorted(rate + rng.randint(2, 4) * k for k in tiers)
        return [percentage(rate * 10_000) for rate in rates]
    if draw < 0.65:
        off = max(1, unit * rng.randint(4, 10) // 100)
        return [amount_off(off * (2 + k) // 2) for k in tiers]
    if draw < 0.72:
        lowest = min(shelf.lines[i].net // shelf.lines[i].units for i in members)
        price = max(1, lowest * 105 // 100)
        return [fixed_price(price * (100 - 4 * k) // 100) for k in tiers]
    if draw < 0.87:
        part = rng.uniform(0.04, 0.10)
        return [credit(_written(value * shares[k] * (part + 0.01 * k))) for k in tiers]
    every = max(2, _written(units * shares[0] / rng.choice((1, 2, 3))))
    free = max(1, every // rng.choice((8, 10, 12, 15)))
    lowest = min(shelf.lines[i].value // shelf.lines[i].units for i in members)
    return [bonus_stock(every, free * (2 + k) // 2, lowest) for k in tiers]


def _rising(amounts: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Units and values as minimums, each above the one before."""
    minimums: list[tuple[int, int]] = []
    low_units = low_value = 0
    for units, value in amounts:
        low_units = max(low_units + 1, _written(units))
        low_value = max(low_value + 1, _written(value))
        minimums.append((low_units, low_value))
    return minimums


def _written(amount: float) -> int:
    """A minimum as a merchandiser writes it: two digits at most, a large one ending in 0 or 5.

    >>> _written(7.9), _written(57.2), _written(12_345)
    (7, 55, 10000)
    """
    value = max(1, int(amount))
    if value < 20:
        return value
    step: int = 5 * 10 ** (len(str(value)) - 2)
    return max(step, value // step * step)
