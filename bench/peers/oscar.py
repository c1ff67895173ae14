"""django-oscar 4.2.1: the applicator that puts a shop's conditional offers on a basket.

It needs Django and settings of its own, so it runs in a virtual environment of its own;
`oscar_shop.py` beside this file drives it.
"""

from typing import Literal

from bench.workload import Workload

from . import PeerResult
from .isolation import UnavailableError, answer, python_with, say_why_not

NAME = "django-oscar's applicator"
REQUIREMENTS = "django-oscar==4.2.1\nDjango==5.2.*\n"

Ranges = Literal["database", "memory"]


def measure(workload: Workload, size: str, carts: int) -> PeerResult | None:
    """Oscar as it comes, its offers loaded before; only as many carts as fit in a minute or two.

    Whether a product is in a range stays a query, on SQLite in memory: that is the applicator.
    """
    note = "offers loaded before; whether a product is in a range is a query, SQLite in memory"
    return _measured(NAME, "database", note, workload, size, carts)


def measure_with_own_ranges(workload: Workload, size: str, carts: int) -> PeerResult | None:
    """Oscar in a shop that wrote range classes of its own, which hold their products in a set."""
    note = "offers loaded before; custom range classes without queries, which a shop must write"
    return _measured(f"{NAME}, own ranges", "memory", note, workload, size, carts)


def _measured(
    name: str, ranges: Ranges, note: str, workload: Workload, size: str, carts: int
) -> PeerResult | None:
    try:
        python = python_with("oscar", REQUIREMENTS)
        command = [python, "-m", "bench.peers.oscar_shop", ranges]
        said = answer(command, workload, size, carts)
    except UnavailableError as why:
        say_why_not(name, why)
        return None
    return PeerResult(
        name=name,
        version=said["version"],
        microseconds=tuple(said["microseconds"]),
        savings=tuple(said["savings"]),
        note=note,
    )
