"""The figures at the head of the dashboard, each for those who may open the list behind it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.html import format_html

from largesse.backoffice.dashboard.approvals import ToPost
from largesse.backoffice.dashboard.figures import Figures, Sums, share_of, tenths_text
from largesse.backoffice.dashboard.outstanding import Allotments, Vouchers
from largesse.backoffice.dashboard.period import Period
from largesse.engine.money import Currency, decimal_string
from largesse.orders.models import Order
from largesse.pages.figures import amount_text, count_text, units_text

SOLD = (
    Order.State.PLACED,
    Order.State.POSTED,
    Order.State.PARTLY_REFUNDED,
    Order.State.REFUNDED,
)


class Tile(NamedTuple):
    """A figure with its name, its unit, what is said under it, and the list behind it."""

    name: str
    figure: str
    note: str
    unit: str = ""
    url: str = ""


def given(figures: Figures, currency: Currency, url: str) -> Tile:
    """What was given, as a share of sales, and how that share has changed."""
    sums = figures.sums
    figure = amount_text(sums.given, currency)
    return Tile("Given", figure, _share_note(sums, figures.before), currency.code, url)


def _share_note(now: Sums, before: Sums) -> str:
    if now.share is None:
        return "nothing sold"
    share = f"{tenths_text(now.share)} of sales"
    if before.share is None:
        return share
    change = now.share - before.share
    if not change:
        return f"{share}, as before"
    points = f"{decimal_string(abs(change) // 1000, 1)} points {'more' if change > 0 else 'less'}"
    look = "down" if change > 0 else "up"
    return format_html('{}, <span class="{}">{}</span>', share, look, points)


def offered(figures: Figures, period: Period, currency: Currency) -> Tile:
    """Sales with an offer, and the change against the days before."""
    now, before = figures.sums.offered, figures.before.offered
    figure = amount_text(now, currency)
    return Tile("Sales with an offer", figure, _growth_note(now, before, period), currency.code)


def _growth_note(now: int, before: int, period: Period) -> str:
    growth = share_of(now - before, before)
    if growth is None:
        return f"none in the {period.words} before"
    sign = "+" if growth >= 0 else "−"
    text = f"{sign}{tenths_text(abs(growth))}"
    look = "up" if growth >= 0 else "down"
    return format_html('<span class="{}">{}</span> on the {} before', look, text, period.words)


def to_post(waiting: ToPost, url: str) -> Tile:
    """Orders that are placed and not posted; the held ones beside them."""
    held = f"{count_text(waiting.held)} held" if waiting.held else "none held"
    return Tile("Orders to post", count_text(waiting.placed), held, url=url)


def vouchers_out(vouchers: Vouchers, allotments: Allotments | None, url: str) -> Tile:
    """Vouchers that can still be used; units of allotments beside them."""
    units = units_text(allotments.left, "unit") if allotments is not None else ""
    note = f"and {units} of allotments" if units else ""
    return Tile("Vouchers outstanding", count_text(vouchers.out), note, url=url)


def allotments_left(allotments: Allotments, url: str) -> Tile:
    """Units of allotments that can still be used."""
    note = units_text(allotments.organizations, "organization")
    return Tile(
        "Units of allotments outstanding", count_text(allotments.left), f"of {note}", url=url
    )


def today(day: date, currency: Currency, url: str) -> tuple[Tile, Tile]:
    """What was sold today, for those who don't see the journal."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    placed = Order.objects.filter(placed_at__gte=start, placed_at__lt=start + timedelta(days=1))
    sums = placed.filter(state__in=SOLD).aggregate(count=Count("id"), total=Sum("total"))
    total = amount_text(sums["total"] or 0, currency)
    return (
        Tile("Orders today", count_text(sums["count"]), "placed or posted", url=url),
        Tile("Sold today", total, "", currency.code, url),
    )
