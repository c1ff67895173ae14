"""The guest orders of a party, with what was kept of each, and why one does not count (SP-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from largesse.backoffice.parties.frame import of_party, shown, unplaced
from largesse.backoffice.parties.inviting import link_of, may_invite
from largesse.backoffice.site import staff
from largesse.business.models import User
from largesse.orders.models import Cart, Order, Party
from largesse.orders.parties.report import GuestOrder, report

ENTERS: Final = "orders.add_cart"
"""Who may enter orders for customers."""

WHY_NOT: Final = {
    Order.State.HELD: "held, and not placed yet",
    Order.State.REFERRED: "waits for approval",
    Order.State.REFERRED_BY_USER: "waits for approval",
    Order.State.PENDING: "approved, and not placed yet",
    Order.State.DECLINED: "declined",
    Order.State.CANCELLED: "cancelled",
    Order.State.REFUNDED: "given back whole",
}
"""Why an order in a state is not in the party's total."""


class Row(NamedTuple):
    """A guest order in the list; `url` is its page, where the reader may open one."""

    guest: GuestOrder
    url: str
    why: str


@require_safe
@of_party()
def page(request: HttpRequest, party: Party) -> HttpResponse:
    """All of them, and what they come to."""
    user = staff(request)
    found = report(party, at=timezone.now())
    context: dict[str, Any] = {
        "rows": list(_rows(user, found.guests)),
        "totals": found.totals,
        "unplaced": unplaced(party),
        "may_invite": may_invite(request, party),
        "link": link_of(request, party),
        "add_url": _add_url(user, party),
    }
    return shown(request, party, "guests", context)


def _rows(user: User, guests: tuple[GuestOrder, ...]) -> Iterator[Row]:
    sees_all = user.has_perm("orders.view_order")
    orders = [guest.order.pk for guest in guests]
    own = {
        cart.order_id: cart.public_id for cart in Cart.objects.filter(owner=user, order__in=orders)
    }
    for guest in reversed(guests):
        order, url = guest.order, ""
        if sees_all:
            url = reverse("admin:orders_order_change", args=[order.pk])
        elif order.pk in own:
            url = reverse("rep:order", args=[own[order.pk]])
        yield Row(guest, url, WHY_NOT.get(Order.State(order.state), ""))


def _add_url(user: User, party: Party) -> str:
    """Where a new guest order is entered; nowhere once the party is closed."""
    if party.state != Party.State.OPEN or not user.has_perm(ENTERS):
        return ""
    return f"{reverse('rep:new')}?{urlencode({'party': party.public_id})}"
