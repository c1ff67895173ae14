"""Medusa 2.21.2: the utilities with which its promotion module computes a cart's discounts.

They run on node, from packages that npm installs; `medusa.mjs` beside this file drives them.
"""

from pathlib import Path

from bench.workload import Workload

from . import PeerResult
from .isolation import UnavailableError, answer, installed, program, say_why_not

NAME = "Medusa's compute utilities"
HERE = Path(__file__).parent


def measure(workload: Workload, size: str, carts: int) -> PeerResult | None:
    """Medusa's time and savings; node has compiled its code, and read the promotions, before."""
    files = {"package.json": (HERE / "package.json").read_text()}
    # No lock file: it would name the registry that wrote it. The peer's own version is exact.
    options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        node, npm = program("node"), program("npm")
        folder = installed("medusa", files, [[npm, "install", *options]])
        command = [node, str(HERE / "medusa.mjs"), str(folder)]
        said = answer(command, workload, size, carts)
    except UnavailableError as why:
        say_why_not(NAME, why)
        return None
    return PeerResult(
        name=NAME,
        version=said["version"],
        microseconds=tuple(said["microseconds"]),
        savings=tuple(said["savings"]),
        note="in memory, no database; promotions stack on a line; no refusal reasons",
    )
