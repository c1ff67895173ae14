"""Spans of time: the start is inside, the end is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import largesse as lg
from tests.words import spec

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@spec("PR-1")
def test_the_start_of_a_window_is_inside_and_its_end_is_not():
    end = NOON + timedelta(hours=1)
    window = lg.Window(NOON, end)

    assert NOON - INSTANT not in window
    assert NOON in window
    assert end - INSTANT in window
    assert end not in window


@spec("PR-1")
def test_an_open_window_has_no_edge():
    assert NOON in lg.Window()
    assert NOON in lg.Window(start=NOON)
    assert NOON not in lg.Window(end=NOON)
