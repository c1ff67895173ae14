"""The neutral workload: a catalogue, promotions and carts that every pricing engine can be given.

The same seed, size and variant generate the same problem on every machine. Money is in whole minor
units. The catalogue is 100 aisles of 100 products; a promotion's collection (20 to 60 products)
lies inside one aisle, and a cart shops one aisle.

``sparse`` spreads the promotions over the aisles, so that about 1 % of them touch a cart; with
fewer than 100 promotions, carts shop only aisles that have one. ``dense`` puts every promotion and
every cart into one aisle. Of ten promotions, four are ``percent_off``, and two each are ``bxgy``,
``order_threshold`` and ``qty_tier``.

What a promotion means:

- A line joins at most one promotion, and a promotion's saving is computed on the group of the lines
  that joined it. The saving of the whole cart is to be as large as possible.
- ``percent_off``: the percentage off every line.
- ``bxgy``: of every ``buy + get`` units, the cheapest ``get`` at the percentage off.
- ``order_threshold``: once the group is worth the threshold, the fixed amount or the percentage off
  the group. (Scoped to its collection, so that relevance has a meaning for this kind too.)
- ``qty_tier``: the percentage of the highest tier that the group's quantity reaches.
"""

import json
import random
import statistics
import sys
from pathlib import Path
from typing import Literal, TypedDict

Variant = Literal["sparse", "dense"]

AISLES = 100
PRODUCTS_PER_AISLE = 100
CART_SIZES = (5, 20, 100)
SEED = 20260101


class Product(TypedDict):
    sku: str
    price: int
    aisle: int


class PercentOff(TypedDict):
    id: str
    kind: Literal["percent_off"]
    priority: int
    skus: list[str]
    percent: int


class BuyGet(TypedDict):
    id: str
    kind: Literal["bxgy"]
    priority: int
    skus: list[str]
    buy: int
    get: int
    percent: int


class OrderThreshold(TypedDict):
    """Exactly one of `fixed` (minor units) and `percent` is set."""

    id: str
    kind: Literal["order_threshold"]
    priority: int
    skus: list[str]
    threshold: int
    fixed: int | None
    percent: int | None


class Tier(TypedDict):
    min_qty: int
    percent: int


class QuantityTier(TypedDict):
    """The tiers rise in quantity and in percentage."""

    id: str
    kind: Literal["qty_tier"]
    priority: int
    skus: list[str]
    tiers: list[Tier]


Promotion = PercentOff | BuyGet | OrderThreshold | QuantityTier


class Line(TypedDict):
    """`price` is that of one unit; no two lines of a cart have the same product."""

    sku: str
    qty: int
    price: int


class Cart(TypedDict):
    id: str
    lines: list[Line]


class Workload(TypedDict):
    """`carts` are listed by their number of lines, written as a string."""

    format: Literal["promo-workload/1"]
    seed: int
    variant: Variant
    n: int
    catalogue: list[Product]
    promotions: list[Promotion]
    carts: dict[str, list[Cart]]


def generate(n: int, variant: Variant, seed: int = SEED, carts_per_size: int = 20) -> Workload:
    """The workload of `n` promotions. Every draw below is in an order that must not change."""
    rng = random.Random(f"{seed}/{n}/{variant}")
    catalogue = [
        Product(sku=sku, price=rng.randint(100, 20000), aisle=aisle)
        for aisle in range(AISLES)
        for sku in _skus(aisle)
    ]
    promotions: list[Promotion] = []
    aisles_used: set[int] = set()
    for i in range(n):
        aisle = 0 if variant == "dense" else rng.randrange(AISLES)
        aisles_used.add(aisle)
        promotions.append(_promotion(rng, i, aisle))
    everywhere = variant == "sparse" and n >= 100
    aisles = list(range(AISLES)) if everywhere else sorted(aisles_used)
    price = {product["sku"]: product["price"] for product in catalogue}
    carts = {
        str(size): [_cart(rng, size, k, aisles, price) for k in range(carts_per_size)]
        for size in CART_SIZES
    }
    return Workload(
        format="promo-workload/1",
        seed=seed,
        variant=variant,
        n=n,
        catalogue=catalogue,
        promotions=promotions,
        carts=carts,
    )


def relevant(promotions: list[Promotion], cart: Cart) -> int:
    """How many of the promotions have a product of the cart in their collection."""
    skus = {line["sku"] for line in cart["lines"]}
    return sum(not skus.isdisjoint(promotion["skus"]) for promotion in promotions)


def _skus(aisle: int) -> list[str]:
    first = aisle * PRODUCTS_PER_AISLE
    return [f"S{number:06d}" for number in range(first, first + PRODUCTS_PER_AISLE)]


def _promotion(rng: random.Random, i: int, aisle: int) -> Promotion:
    """The `i`-th promotion; its kind follows from `i` alone."""
    skus = sorted(rng.sample(_skus(aisle), rng.randint(20, 60)))
    name, priority, place = f"P{i:05d}", rng.randint(0, 9), i % 10
    if place < 4:
        return PercentOff(
            id=name, kind="percent_off", priority=priority, skus=skus, percent=rng.randint(5, 30)
        )
    if place < 6:
        return BuyGet(
            id=name,
            kind="bxgy",
            priority=priority,
            skus=skus,
            buy=rng.randint(1, 3),
            get=1,
            percent=rng.choice([50, 100]),
        )
    if place < 8:
        threshold = rng.choice([2000, 5000, 10000, 25000, 50000])
        is_fixed = rng.random() < 0.5
        return OrderThreshold(
            id=name,
            kind="order_threshold",
            priority=priority,
            skus=skus,
            threshold=threshold,
            fixed=threshold // 10 if is_fixed else None,
            percent=None if is_fixed else rng.randint(5, 25),
        )
    quantity, percent = rng.randint(2, 5), rng.randint(3, 10)
    tiers = [Tier(min_qty=quantity * 2**k, percent=percent * (k + 1)) for k in range(3)]
    return QuantityTier(id=name, kind="qty_tier", priority=priority, skus=skus, tiers=tiers)


def _cart(rng: random.Random, size: int, k: int, aisles: list[int], price: dict[str, int]) -> Cart:
    aisle = rng.choice(aisles)
    lines = [
        Line(sku=sku, qty=rng.randint(1, 6), price=price[sku])
        for sku in rng.sample(_skus(aisle), size)
    ]
    return Cart(id=f"C{size}-{k}", lines=lines)


def main(folder: Path) -> None:
    """Write the workloads as JSON files, and say how many promotions touch a cart of each size."""
    folder.mkdir(parents=True, exist_ok=True)
    variants: tuple[Variant, ...] = ("sparse", "dense")
    for variant in variants:
        for n in (10, 100, 1000, 10000):
            workload = generate(n, variant)
            text = json.dumps(workload, separators=(",", ":"))
            (folder / f"{variant}-{n}.json").write_text(text)
            touching = {
                size: statistics.median_high(relevant(workload["promotions"], c) for c in carts)
                for size, carts in workload["carts"].items()
            }
            print(variant, n, "median relevant promotions per cart:", touching)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
