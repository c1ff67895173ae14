"""What a party came to: its total, its host's award, the rep's income, what it leaves (SP-9, SP-10)."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from largesse.backoffice.amounts import currency_of
from largesse.backoffice.parties.frame import of_party, shown
from largesse.engine.money import Currency
from largesse.orders.models import Party
from largesse.orders.parties.report import Report, report
from largesse.pages.figures import amount_text, count_text, units_text


class Tile(NamedTuple):
    """A figure with its name, its unit and what is said under it."""

    name: str
    figure: str
    note: str
    unit: str = ""


@require_safe
@of_party()
def page(request: HttpRequest, party: Party) -> HttpResponse:
    """All sums of a party."""
    found = report(party, at=timezone.now())
    context: dict[str, Any] = {"found": found, "tiles": tiles(found, currency_of(request))}
    return shown(request, party, "totals", context)


def tiles(found: Report, currency: Currency) -> list[Tile]:
    """Party total, orders, bookings, the award, and what of it was carried over."""
    counted = sum(guest.counts for guest in found.guests)
    others = len(found.guests) - counted
    award = "frozen when posted" if found.frozen else "follows the guest orders"
    carried = "credited to the host" if found.frozen else "would be credited now"
    return [
        Tile(
            "Party total",
            amount_text(found.totals.total, currency),
            "guests’ merchandise after discounts",
            currency.code,
        ),
        Tile(
            "Guest orders",
            count_text(counted),
            f"{units_text(others, 'other')} not counted" if others else "all of them count",
        ),
        Tile("Bookings", count_text(found.totals.bookings), "parties booked at this one"),
        Tile("Award", amount_text(found.award, currency), award, currency.code),
        Tile("Carried over", amount_text(found.carried_over, currency), carried, currency.code),
    ]
