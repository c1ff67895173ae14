"""QU-7: long carts, a quick start."""

import gc
import math
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from statistics import median

from bench.clock import cpu_microseconds
from bench.figures import Figure
from bench.neutral import AT, promotion_of
from bench.workload import generate
from largesse.engine.book import Catalog, OfferBook
from largesse.engine.cart import Cart, CartLine
from largesse.engine.catalog import Product
from largesse.engine.pricing import price

STARTS = 9


def figures() -> Iterator[Figure]:
    yield from long_carts()
    command = [sys.executable, "-m", "largesse", "--help"]
    yield Figure("QU-7", "largesse --help, CPU time", _cpu_seconds(command), "s", 0.3)
    bare = _cpu_seconds([sys.executable, "-c", "pass"])
    engine = _cpu_seconds([sys.executable, "-c", "import largesse.engine.pricing"])
    yield Figure("QU-7", "import of the engine, CPU time beyond Python's", engine - bare, "s", 0.15)


def long_carts() -> Iterator[Figure]:
    """How the cost of a cart of 1,000 lines compares with lines × log(lines), from one of 100."""
    workload = generate(2_000, "sparse")
    products = {p["sku"]: Product(p["sku"], p["price"]) for p in workload["catalogue"]}
    book = OfferBook(Catalog(products=products), [promotion_of(p) for p in workload["promotions"]])
    gc.collect()
    gc.freeze()
    skus = list(products)
    times = {}
    for lines in (100, 1_000):
        # Every tenth product, so that each line has as many offers in a short cart as in a long one.
        chosen = skus[:: len(skus) // lines][:lines]
        cart = Cart(tuple(CartLine(str(i), sku, 1 + i % 5) for i, sku in enumerate(chosen)), AT)
        times[lines] = cpu_microseconds(lambda c: price(book, c), cart)
        yield Figure("QU-7", f"cart of {lines:,} lines, 2,000 promotions", times[lines], "µs")
    gc.unfreeze()
    grown = times[1_000] / times[100]
    allowed = 1_000 * math.log(1_000) / (100 * math.log(100))
    yield Figure("QU-7", "cost of 1,000 lines ÷ 100 lines", grown, "times", allowed)


def _cpu_seconds(command: Sequence[str]) -> float:
    """The median CPU time of a command, user and system, after a warm-up."""
    # As installed: with the bytecode that the warm-up writes.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    spans = []
    for _ in range(STARTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spans.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(spans[1:])
