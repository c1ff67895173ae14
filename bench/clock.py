"""CPU time, the only time that is compared: a busy machine stretches the clock on the wall."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

BATCHES = 5
BATCH_NS = 2_000_000


def cpu_microseconds(call: Callable[[T], object], argument: T) -> float:
    """The CPU time of one call in microseconds, warmed up: the fastest batch's mean.

    A batch repeats the call until it is long beside the price of reading the clock. The fastest,
    because a neighbour on the machine (its caches, its clock rate) only ever adds.
    """
    repeats = 1
    while (spent := _cpu_ns(call, argument, repeats)) < BATCH_NS:
        repeats *= max(2, BATCH_NS // max(spent, 1))
    spans = [_cpu_ns(call, argument, repeats) for _ in range(BATCHES)]
    return min(spans) / repeats / 1000


def _cpu_ns(call: Callable[[T], object], argument: T, repeats: int) -> int:
    started = time.process_time_ns()
    for _ in range(repeats):
        call(argument)
    return time.process_time_ns() - started
