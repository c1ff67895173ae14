"""Every figure: `python -m bench [ID ...]` prints one line of JSON each, as soon as it is measured."""

import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from bench import backtest, best_deal, book, engine, scale, serving, shop, till, vouchers
from bench.figures import Figure

FIGURES: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "QU-1": engine.figures,
    "QU-2": engine.irrelevant,
    "QU-3": best_deal.figures,
    "QU-4": backtest.figures,
    "QU-5": serving.figures,
    "QU-6": lambda: chain(book.figures(), vouchers.figures()),
    "QU-7": scale.figures,
    "IF-33": shop.figures,
    "VO-40": till.figures,
}


def main(*ids: str) -> None:
    unknown = set(ids) - set(FIGURES)
    if unknown:
        sys.exit(f"no figures for {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}")
    for id in ids or FIGURES:
        for figure in FIGURES[id]():
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
