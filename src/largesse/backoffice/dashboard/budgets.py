"""How far the budgets and the limited uses of promotions are used up, the nearest to its end first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.utils import timezone

from largesse.backoffice.entry_pages import last_moment
from largesse.backoffice.offer_filters import limited_now
from largesse.engine.money import Currency
from largesse.offers.limits import Standing, standing
from largesse.offers.models import Promotion
from largesse.pages.figures import amount_text, count_text, day_text, units_text

SHOWN: Final = 5
NEAR: Final = 80
"""The percentage from which on a limit is nearly used up."""


class Budget(NamedTuple):
    """The limit of a promotion that is used up furthest: what is used of what is granted."""

    promotion: Any
    used: str
    most: str
    unit: str
    """What is counted; empty of money."""
    taken: int
    of: int
    percent: int
    """Rounded down, so that 100 is all of it."""
    left: str

    @property
    def is_near(self) -> bool:
        return self.percent >= NEAR

    @property
    def is_used_up(self) -> bool:
        return self.taken >= self.of


class Budgets(NamedTuple):
    """Those that are nearest to their ends, and how many limited promotions there are."""

    rows: tuple[Budget, ...]
    promotions: int


def budgets(now: datetime, currency: Currency) -> Budgets:
    """The limits of promotions that are switched on and not over; two queries."""
    promotions = list(Promotion.objects.filter(limited_now(now)).order_by("code"))
    known = standing(promotion.code for promotion in promotions)
    found = [
        _told(promotion, known[promotion.code], currency)
        for promotion in promotions
        if promotion.code in known
    ]
    found.sort(key=lambda row: (-row.taken / max(row.of, 1), str(row.promotion)))
    return Budgets(tuple(found[:SHOWN]), len(found))


def _told(promotion: Promotion, limits: Sequence[Standing], currency: Currency) -> Budget:
    furthest = max(limits, key=lambda limit: limit.used / max(limit.most, 1))
    is_money = furthest.limit == "budget"

    def text(amount: int) -> str:
        return amount_text(amount, currency) if is_money else count_text(amount)

    left = text(furthest.left) if is_money else units_text(furthest.left, "use")
    last = last_moment(promotion.ends)
    until = f", until {day_text(timezone.localtime(last))}" if last is not None else ""
    return Budget(
        promotion=promotion,
        used=text(furthest.used),
        most=text(furthest.most),
        unit="" if is_money else "uses",
        taken=min(furthest.used, furthest.most),
        of=furthest.most,
        percent=min(100, furthest.used * 100 // max(furthest.most, 1)),
        left=f"{left} left{until}",
    )
