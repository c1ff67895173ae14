"""The pages of one party stand beside each other as tabs; a rep opens those of their own parties."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from largesse.backoffice.amounts import currency_of
from largesse.backoffice.site import site, staff
from largesse.engine.cart import Channel
from largesse.orders.models import Correction, Party
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.parties.drafting import draft_of
from largesse.orders.parties.holding import visible_to
from largesse.orders.parties.totals import COUNTED
from largesse.pages.figures import day_text, units_text
from largesse.pages.navigation import Tab
from largesse.pages.templatetags.pages import badge

VIEW: Final = "orders.view_party"
CHANGE: Final = "orders.change_party"
SEES_CORRECTIONS: Final = "orders.view_correction"
LIST: Final = "admin:orders_party_changelist"

_JOINED: Final = ("host", "rep", "location", "booked_at")
_LOOKS: Final = {
    Party.State.OPEN: "active",
    Party.State.CLOSED: "placed",
    Party.State.REWARDED: "posted",
}
"""The states of a party look as others do that mean as much."""


def address(party: Party, name: str = "change") -> str:
    """The address of one of its pages."""
    return reverse(f"admin:orders_party_{name}", args=[party.pk])


def party_badge(state: str) -> SafeString:
    """The state of a party as a badge."""
    return badge(_LOOKS[Party.State(state)], Party.State(state).label)


def frame(request: HttpRequest, party: Party) -> dict[str, Any]:
    """What stands around each of its pages: what it is, what can be done, the tabs of the reader."""
    guests = party.orders.filter(host_reward=False)
    return {
        "party": party,
        "party_badge": party_badge(party.state),
        "held": _held(party, guests.filter(state__in=COUNTED).count()),
        "tabs": list(_tabs(request, party, guests.count())),
        "may_change": request.user.has_perm(CHANGE),
        "currency": currency_of(request),
    }


class Unplaced(NamedTuple):
    """What would become guest orders, and is not placed yet: drafts of reps, and carts in the shop."""

    drafts: int
    in_shop: int


def unplaced(party: Party) -> Unplaced:
    carts = party.carts.filter(host_reward=False, order=None)
    in_shop = carts.filter(channel=Channel.SHOP).exclude(lines=[])
    return Unplaced(carts.exclude(channel=Channel.SHOP).count(), in_shop.count())


def _held(party: Party, guests: int) -> str:
    """When and where, and how many orders count: "14 Nov 2026, Portland · 9 guest orders"."""
    place = "" if party.location is None else f", {party.location.title}"
    return f"{day_text(party.held_on)}{place} · {units_text(guests, 'guest order')}"


def _tabs(request: HttpRequest, party: Party, guests: int) -> list[Tab]:
    is_chosen = host_reward_of(party) is not None or bool(draft_of(party).choices)
    found = [
        Tab("Guest orders", address(party), guests),
        Tab("Totals", address(party, "totals")),
        Tab("Host rewards", address(party, "rewards"), 1 if is_chosen else None),
    ]
    if request.user.has_perm(SEES_CORRECTIONS):
        to_settle = party.corrections.filter(state=Correction.State.OPEN).count()
        found.append(Tab("Corrections", address(party, "corrections"), to_settle or None))
    return [*found, Tab("History", address(party, "history"))]


# --- pages -----------------------------------------------------------------------------------------

Page = Callable[..., HttpResponseBase]


def of_party(*, needs: str = "") -> Callable[[Page], Page]:
    """A page of a party, for those who may see it and have the permission that it `needs`; a party that
    a rep does not hold is as if it were not there.
    """

    def decorate(page: Page) -> Page:
        @wraps(page)
        def view(request: HttpRequest, pk: UUID, **more: Any) -> HttpResponseBase:
            if not request.user.has_perm(VIEW) or (needs and not request.user.has_perm(needs)):
                raise PermissionDenied
            rows = visible_to(staff(request)).select_related(*_JOINED)
            return page(request, get_object_or_404(rows, pk=pk), **more)

        return view

    return decorate


def shown(
    request: HttpRequest, party: Party, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of a party by the name of its template."""
    return TemplateResponse(
        request,
        f"backoffice/parties/{template}.html",
        {**site.each_context(request), **frame(request, party), **context},
        status=status,
    )


def around(party: Party, **words: Any) -> dict[str, Any]:
    """What stands around a page about one party that is none of its tabs."""
    crumbs = [(reverse(LIST), "Parties"), (address(party), str(party))]
    return {"back": address(party), "crumbs": crumbs, **words}
