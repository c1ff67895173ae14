"""What staff see first: what was sold and given, and what waits. Every figure is a sum of rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from largesse.backoffice.journal import cost_words, costs
from largesse.backoffice.site import site, staff
from largesse.business.models import Business
from largesse.orders.models import Order
from largesse.pages.figures import day_text

SOLD = (
    Order.State.PLACED,
    Order.State.POSTED,
    Order.State.PARTLY_REFUNDED,
    Order.State.REFUNDED,
)
ROWS = 8
"""How many rows a card of the dashboard shows; the list behind it has them all."""


def dashboard(request: HttpRequest) -> HttpResponse:
    """Each card for those who may open the list that it sums up."""
    now = timezone.now()
    today = timezone.localdate(now)
    context: dict[str, Any] = {
        **site.each_context(request),
        "greeting": _greeting(timezone.localtime(now).hour),
        "name": staff(request).get_short_name() or staff(request).get_username(),
        "today": f"{today:%A} {day_text(today)}",
        "currency": Business.current().currency,
    }
    if request.user.has_perm("orders.view_order"):
        context["orders"] = _orders(today)
    if request.user.has_perm("ledger.view_event"):
        context["given"] = _given(today)
    return TemplateResponse(request, "backoffice/dashboard.html", context)


def _greeting(hour: int) -> str:
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _orders(today: date) -> dict[str, Any]:
    start = timezone.make_aware(datetime.combine(today, time.min))
    sold = Order.objects.filter(
        placed_at__gte=start, placed_at__lt=start + timedelta(days=1), state__in=SOLD
    )
    sums = sold.aggregate(count=Count("id"), total=Sum("total"), discount=Sum("discount"))
    held, placed = _in(Order.State.HELD), _in(Order.State.PLACED)
    return {
        "count": sums["count"],
        "total": sums["total"] or 0,
        "discount": sums["discount"] or 0,
        "held_count": held.count(),
        "placed_count": placed.count(),
        "waiting": list((held | placed).order_by("id")[:ROWS]),
    }


def _in(state: str) -> QuerySet[Order]:
    rows = Order.objects.filter(state=state).select_related("customer")
    return rows.defer("quote", "payment", "digest")


def _given(today: date) -> dict[str, Any]:
    found = costs(today.replace(day=1), today)
    return {
        "total": sum(cost.amount for cost in found),
        "rows": [cost_words(cost) for cost in found[:ROWS]],
        "offer_count": len(found),
    }
