"""All peers in one run: `python -m bench.peers [PROMOTIONS [sparse|dense [CART SIZE [CARTS]]]]`."""

import statistics
import sys

from bench.workload import Variant, generate

from . import Measure, bare, medusa, oscar, pruned

PEERS: tuple[Measure, ...] = (
    bare.measure,
    pruned.measure,
    medusa.measure,
    oscar.measure_with_own_ranges,
    oscar.measure,
)


def main(n: str = "100", variant: str = "sparse", size: str = "20", carts: str = "3") -> None:
    """Print each peer's median CPU time, and its part of the carts' worth saved."""
    kind: Variant = "dense" if variant == "dense" else "sparse"
    workload = generate(int(n), kind)
    worth = [
        sum(line["qty"] * line["price"] for line in cart["lines"])
        for cart in workload["carts"][size]
    ]
    print(f"{n} promotions, {kind}, carts of {size} lines: median CPU time, part saved, carts")
    for measure in PEERS:
        if (result := measure(workload, size, int(carts))) is None:
            continue
        median = statistics.median(result.microseconds)
        done = len(result.savings)
        saved = sum(result.savings) / sum(worth[:done])
        print(
            f"{median:14,.1f} µs  {saved:6.1%}  {done:3}  {result.name} {result.version}"
            f" ({result.note})",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
