"""QU-1 and QU-2: one cart against many promotions, beside other engines, in CPU time of one run."""

import gc
from collections.abc import Iterator, Mapping
from datetime import timedelta
from statistics import median
from typing import Any

from bench.clock import cpu_microseconds
from bench.figures import Figure
from bench.neutral import AT, book_of, carts_of, promotion_of
from bench.peers import Measure, bare, medusa, oscar, pruned
from bench.workload import Variant, Workload, generate
from largesse.engine.book import Catalog, OfferBook
from largesse.engine.catalog import Product
from largesse.engine.pricing import price
from largesse.engine.window import Window

SIZE = "20"
CARTS = 20
PEER_CARTS = 3
GOALS: Mapping[tuple[int, Variant], float] = {
    (1_000, "sparse"): 150,
    (10_000, "sparse"): 300,
    (1_000, "dense"): 1_500,
}


def figures() -> Iterator[Figure]:
    """QU-1."""
    ours: dict[tuple[int, Variant], float] = {}
    for (n, variant), goal in GOALS.items():
        workload = generate(n, variant)
        book = book_of(workload)
        ours[n, variant] = microseconds(book, workload)
        name = f"cart of 20 lines, {n:,} promotions, {variant}"
        yield Figure("QU-1", name, ours[n, variant], "µs", goal)
        yield Figure("QU-1", f"{name}: carts proven best", _proven(book, workload), "%")
        for floor in (bare.measure, pruned.measure):
            result = floor(workload, SIZE, CARTS)
            if result is not None:
                times = ours[n, variant] / median(result.microseconds)
                yield Figure("QU-1", f"{name}, ÷ {result.name}", times, "times")
    naive = bare.measure(generate(10, "sparse"), SIZE, CARTS)
    if naive is not None:
        times = ours[1_000, "sparse"] / median(naive.microseconds)
        yield Figure("QU-1", "1,000 promotions, ÷ bare evaluator over 10", times, "times")
    yield from _beside_peers(ours[1_000, "sparse"])


def _beside_peers(ours: float) -> Iterator[Figure]:
    peers: tuple[tuple[Measure, float | None], ...] = (
        (medusa.measure, 250),
        (oscar.measure, 50_000),
        (oscar.measure_with_own_ranges, None),
    )
    workload = generate(1_000, "sparse")
    for measure, goal in peers:
        result = measure(workload, SIZE, PEER_CARTS)
        if result is None:
            continue
        times = median(result.microseconds) / ours
        name = f"1,000 promotions, {result.name} {result.version} ÷ Largesse"
        yield Figure("QU-1", name, times, "times", goal, at_most=False)


def irrelevant() -> Iterator[Figure]:
    """QU-2: offers on other products, and offers that are over, next to 1,000 that are live."""
    workload = generate(1_000, "sparse")
    alone = book_of(workload)
    over = Window(None, AT - timedelta(days=1))
    for name, book in (
        ("99,000 offers on other products", _with_others(workload, 99)),
        ("99,000 offers that are over", _with_copies(workload, 99, over)),
    ):
        # In turn, cart by cart, so that a drift of the machine hits both.
        carts = carts_of(workload, SIZE)[:CARTS]
        ratios = []
        _settle_memory()
        for cart in carts:
            with_them = cpu_microseconds(lambda c, b=book: price(b, c), cart)  # type: ignore[misc]
            without = cpu_microseconds(lambda c: price(alone, c), cart)
            ratios.append(with_them / without)
        yield Figure("QU-2", f"{name} beside 1,000 live ones", median(ratios), "times", 1.1)
        gc.unfreeze()


def _with_others(workload: Workload, times: int) -> OfferBook:
    """The book with copies of its promotions on products that no cart has."""
    products = {p["sku"]: Product(p["sku"], p["price"]) for p in workload["catalogue"]}
    promotions = [promotion_of(p) for p in workload["promotions"]]
    for k in range(times):
        for p in workload["promotions"]:
            skus = [f"{sku}-{k}" for sku in p["skus"]]
            promotions.append(promotion_of({**p, "id": f"{p['id']}-{k}", "skus": skus}))
    return OfferBook(Catalog(products=products), promotions)


def _with_copies(workload: Workload, times: int, window: Window) -> OfferBook:
    """The book with copies of its promotions that hold in another window."""
    products = {p["sku"]: Product(p["sku"], p["price"]) for p in workload["catalogue"]}
    promotions = [promotion_of(p) for p in workload["promotions"]]
    for k in range(times):
        for p in workload["promotions"]:
            promotions.append(promotion_of({**p, "id": f"{p['id']}-{k}"}, window=window))
    return OfferBook(Catalog(products=products), promotions)


def microseconds(book: OfferBook, workload: Mapping[str, Any], size: str = SIZE) -> float:
    """The median over the carts of the CPU time of one quote."""
    _settle_memory()
    carts = carts_of(workload, size)[:CARTS]
    times = [cpu_microseconds(lambda cart: price(book, cart), cart) for cart in carts]
    gc.unfreeze()
    return median(times)


def _settle_memory() -> None:
    """What a server does when it has compiled a book: the collector need not look at it again."""
    gc.collect()
    gc.freeze()


def _proven(book: OfferBook, workload: Mapping[str, Any]) -> float:
    quotes = [price(book, cart) for cart in carts_of(workload, SIZE)[:CARTS]]
    return 100 * sum(quote.proven for quote in quotes) / len(quotes)
