"""The page: each card for those who may open the list behind it (IF-35, QU-40)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from largesse.backoffice import exporting
from largesse.backoffice.amounts import currency_of
from largesse.backoffice.dashboard import costliest, outstanding, sheet, tiles
from largesse.backoffice.dashboard.approvals import approvals, to_post
from largesse.backoffice.dashboard.budgets import budgets
from largesse.backoffice.dashboard.by_day import by_day
from largesse.backoffice.dashboard.figures import Figures, figures
from largesse.backoffice.dashboard.first_steps import first_steps
from largesse.backoffice.dashboard.period import PERIODS, Days, Period, period_named
from largesse.backoffice.site import site, staff
from largesse.engine.money import Currency
from largesse.pages.figures import day_text, units_text

COSTLIEST: Final = 5
JOURNAL: Final = "ledger.view_event"
"""Who may see the journal sees what it tells."""


def dashboard(request: HttpRequest) -> HttpResponseBase:
    """What offers cost and brought in the period of `?period=`, what is left of them, and what waits;
    `?as=csv` and `?as=xlsx` are the days as files.
    """
    now = timezone.localtime(timezone.now())
    period, kind = period_named(request.GET.get("period", "")), request.GET.get("as", "")
    if kind in exporting.KINDS:
        return _file(request, kind, period.until(now.date()))
    steps = first_steps(request)
    cards = {} if steps else _cards(request, now, period)
    context = {
        **site.each_context(request),
        "greeting": _greeting(now.hour),
        "name": staff(request).get_short_name() or staff(request).get_username(),
        "today": f"{now:%A} {day_text(now.date())}",
        "waits": _waits(cards),
        "currency": currency_of(request),
        "periods": [(each.label, each.name, each is period) for each in PERIODS],
        "steps": steps,
        "cards": cards,
    }
    return TemplateResponse(request, "backoffice/dashboard/page.html", context)


def _file(request: HttpRequest, kind: str, days: Days) -> HttpResponseBase:
    if not request.user.has_perm(JOURNAL):
        raise PermissionDenied
    currency = currency_of(request)
    return sheet.file(request, kind, figures(days, currency.code), currency)


def _greeting(hour: int) -> str:
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _waits(cards: dict[str, Any]) -> str:
    """What waits for the reader, in a few words."""
    asked, waiting = cards.get("approvals"), cards.get("to_post")
    if asked is not None and asked.orders:
        return f"{units_text(asked.orders, 'order waits,orders wait')} for you"
    if waiting is not None and waiting.placed:
        return f"{units_text(waiting.placed, 'order')} to post"
    return "no order waits" if asked is not None or waiting is not None else ""


# --- cards -------------------------------------------------------------------------------------------


def _cards(request: HttpRequest, now: datetime, period: Period) -> dict[str, Any]:
    """The cards that the reader may see, by their names."""
    may, currency = request.user.has_perm, currency_of(request)
    cards: dict[str, Any] = {}
    if may("orders.view_order"):
        cards["approvals"], cards["to_post"] = approvals(request, now), to_post()
    if may(JOURNAL):
        days = period.until(now.date())
        found = figures(days, currency.code)
        cards["figures"], cards["by_day"] = found, by_day(found, currency)
        cards["costliest"] = _costliest(request, found, days, currency)
        cards["costs_url"] = _costs_url(days)
    if may("offers.view_promotion"):
        cards["budgets"] = budgets(now, currency)
    if may("offers.view_voucher"):
        cards["vouchers"] = outstanding.vouchers(now, currency)
    if may("offers.view_allotment"):
        cards["allotments"] = outstanding.allotments(now)
    cards["tiles"] = list(_tiles(cards, now, period, currency))
    return cards


def _costliest(
    request: HttpRequest, found: Figures, days: Days, currency: Currency
) -> tuple[costliest.Shown, ...]:
    offers = costliest.by_offer(found.costs)[:COSTLIEST]
    return costliest.shown(request, offers, days, currency.code)


def _costs_url(days: Days) -> str:
    query = urlencode({"from": days.first.isoformat(), "to": days.last.isoformat()})
    return f"{reverse('admin:ledger_event_offer_costs')}?{query}"


def _tiles(
    cards: dict[str, Any], now: datetime, period: Period, currency: Currency
) -> Iterator[tiles.Tile]:
    orders = reverse("admin:orders_order_changelist")
    if "figures" in cards:
        yield tiles.given(cards["figures"], currency, cards["costs_url"])
        yield tiles.offered(cards["figures"], period, currency)
    elif "to_post" in cards:
        yield from tiles.today(now.date(), currency, orders)
    if "to_post" in cards:
        yield tiles.to_post(cards["to_post"], f"{orders}?state__exact=placed")
    vouchers, allotments = cards.get("vouchers"), cards.get("allotments")
    if vouchers is not None:
        url = f"{reverse('admin:offers_voucher_changelist')}?state=assigned"
        yield tiles.vouchers_out(vouchers, allotments, url)
    elif allotments is not None:
        url = f"{reverse('admin:offers_allotment_changelist')}?state=available"
        yield tiles.allotments_left(allotments, url)
