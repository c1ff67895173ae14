"""QU-4: a year of real baskets against 1,000 offers, from the command, reading and all."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure

CACHE = Path(__file__).parent / ".cache"
MAKE_BOOK = Path(__file__).parents[1] / "examples" / "complete_journey" / "make_book.py"


def figures() -> Iterator[Figure]:
    history, book = CACHE / "complete-journey", CACHE / "complete-journey.json"
    if not history.exists():
        _run(
            sys.executable, "-m", "largesse", "history", "import", "complete-journey", str(history)
        )
    _run(sys.executable, str(MAKE_BOOK), str(history), str(book))
    began = time.perf_counter()
    _run(sys.executable, "-m", "largesse", "backtest", str(history), str(book))
    seconds = time.perf_counter() - began
    cores = os.cpu_count() or 1
    yield Figure("QU-4", f"155,848 baskets, 1,000 offers, {cores} cores, wall", seconds, "s", 120)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
