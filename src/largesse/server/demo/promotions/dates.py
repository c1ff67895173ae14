"""Dates of offers count from the demo's last day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

Definition = Mapping[str, Any]
"""An offer, or a part of some, in the file format."""

Day = Callable[[int], str]
"""The day so many days before the last one, written as in files."""


def days_before(today: date) -> Day:
    return lambda back: (today - timedelta(days=back)).isoformat()
