"""The business as the engine knows it: the currency and the calendar of everything on offer."""

from __future__ import annotations

from typing import Any

from largesse.business.models import Business
from largesse.engine.money import Currency
from largesse.engine.window import Calendar


def currency() -> Currency:
    """The currency of every amount, with its rounding."""
    return Business.current().money


def calendar() -> Calendar:
    """The calendar of every day and period."""
    return Business.current().calendar


def header(business: Business) -> dict[str, Any]:
    """The business as the head of a document has it (IF-3)."""
    return {
        "currency": business.currency,
        "rounding": "half_even" if business.half_even else "half_up",
        "time_zone": business.time_zone,
        "week_starts": business.week_starts,
    }
