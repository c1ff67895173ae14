"""A sale waits on hold, for any till of the location to recall; or is given up, after a question."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from largesse.offers.current import current
from largesse.pages.toasts import toast
from largesse.till import counter
from largesse.till.models import Sale
from largesse.till.ringing import rings_of
from largesse.till.views.page import Visit, at_a_till
from largesse.till.views.showing import show

HELD_MAX: Final = 50
"""How many sales on hold are listed, the latest first."""


@require_POST
@at_a_till
def hold(visit: Visit) -> HttpResponse:
    """Put the sale on hold, if it may wait; the till is free for the next."""
    sale = visit.at.shown()
    if sale is not None and sale.state == Sale.State.OPEN and _put_on_hold(visit, sale):
        toast(visit.request, "On hold. F5 recalls it, at any till here.")
    return show(visit)


def _put_on_hold(visit: Visit, sale: Sale) -> bool:
    rings = rings_of(sale)
    if rings.tenders:
        visit.told(said="Take back what was paid first: a sale on hold holds no money.")
        return False
    if rings.is_empty:
        return False
    return counter.hold(sale, visit.now)


class _Held(NamedTuple):
    """A sale on hold: by whose or what name it is known again, and how many lines it has."""

    sale: Sale
    name: str
    lines: int


def _told(sale: Sale) -> tuple[str, int]:
    lines = rings_of(sale).lines
    if sale.customer is not None:
        return sale.customer.name, len(lines)
    product = current().book.catalog.products.get(lines[0].sku) if lines else None
    return (product.name or product.sku) if product is not None else "Nothing yet", len(lines)


@require_safe
@at_a_till
def held(visit: Visit) -> HttpResponse:
    """The sales on hold at this location."""
    rows = [_Held(sale, *_told(sale)) for sale in visit.at.held()[:HELD_MAX]]
    told = {"rows": rows, "currency": visit.business.currency}
    return render(visit.request, "till/parts/held.html", told)


@require_POST
@at_a_till
def recall(visit: Visit, shown_id: str) -> HttpResponse:
    """Bring a held sale to this till; the one that is open here goes on hold in its place."""
    try:
        wanted = Sale.by_public_id(shown_id)
    except (ValueError, Sale.DoesNotExist):
        return show(visit.told(said="That sale is not on hold any more."))
    if wanted.location_id != visit.at.location.id:
        return show(visit.told(said="That sale is on hold at another location."))
    if not _is_freed(visit):
        return show(visit)
    if not counter.recall(visit.at, wanted, visit.user, visit.now):
        shown = visit.work()
        if shown.sale is None or shown.sale.pk != wanted.pk:
            visit.told(said="Another till has recalled it.")
    return show(visit)


def _is_freed(visit: Visit) -> bool:
    """Whether the screen is free, or could be made so."""
    sale = visit.at.shown()
    if sale is None:
        return True
    if sale.state == Sale.State.SOLD:
        counter.leave(sale)
        return True
    if rings_of(sale).is_empty:
        return counter.clear(sale, visit.now)
    if not _put_on_hold(visit, sale):
        return False
    toast(visit.request, "The sale that was open is on hold.")
    return True


@require_POST
@at_a_till
def clear(visit: Visit) -> HttpResponse:
    """Give the sale up. The page has asked, and said what is to be given back."""
    sale = visit.at.shown()
    if sale is not None and sale.state == Sale.State.OPEN:
        counter.clear(sale, visit.now)
    return show(visit)
