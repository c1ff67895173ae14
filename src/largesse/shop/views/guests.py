"""Guests come to a party by its link, shop there, and leave it; its host passes the link on (SP-1).

Opening a link changes nothing: a guest says that they shop at the party.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from msgspec import Struct
from msgspec.structs import replace

from largesse.offers.links import Outcome, Told
from largesse.orders.models import Party, PartyLink
from largesse.orders.parties import links
from largesse.pages.toasts import toast
from largesse.shop.at_party import at_party, party_of
from largesse.shop.opening import address_of, is_ahead_of_time
from largesse.shop.views.page import Visit
from largesse.shop.views.parties import address, of_host
from largesse.shop.visitor import remember_cart


class Nowhere(Struct, frozen=True):
    """What a link that brings nobody to a party says instead."""

    status: int
    heading: str
    sentence: str


_NOWHERE: Final[Mapping[str, Nowhere]] = {
    Outcome.ALTERED: Nowhere(
        404,
        "This link leads to no party.",
        "It isn’t quite the one that was sent out: open it in the message that it came with, or ask "
        "whoever sent it.",
    ),
    Outcome.REVOKED: Nowhere(
        410,
        "This link leads to the party no more.",
        "A new link has replaced it: whoever sent it has that.",
    ),
    Outcome.OUTDATED: Nowhere(
        410,
        "This link leads to the party no more.",
        "It is an old link: whoever sent it may have a new one.",
    ),
}
"""By what became of a link."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str = "") -> HttpResponse:
    """Whose party it is, and the button that begins to shop there."""
    if is_ahead_of_time(request):
        # Refused, so that the browser asks again when its user really goes there.
        return HttpResponse(status=503)
    if request.method == "HEAD":
        return HttpResponse()
    visit = Visit.of(request)
    if request.method == "POST":
        return _join(visit, token)
    response = _shown(visit, links.opened(token, at=visit.now, address=address_of(request)))
    # Whoever finds the address in a search was not invited.
    response["X-Robots-Tag"] = "noindex"
    return response


def _shown(visit: Visit, found: Told[PartyLink]) -> HttpResponse:
    link = found.holding
    if link is None:
        no = _NOWHERE[found.outcome]
        return visit.show("no_party.html", {"no": no}, status=no.status)
    party = at_party(link.party)
    if not party.is_open:
        no = Nowhere(
            200,
            f"{party.title} is closed.",
            "Its guests don’t order there any more. The shop is open to you all the same.",
        )
        return visit.show("no_party.html", {"no": no})
    host_page = address(link.party) if _is_host(visit, link.party) else ""
    url = visit.request.build_absolute_uri(visit.request.path) if host_page else ""
    return visit.show("invited.html", {"party": party, "host_page": host_page, "link": url})


def _join(visit: Visit, token: str) -> HttpResponse:
    """Shop at the party from now on. Where that can't be, the page of the link says why."""
    link = links.told(token, at=visit.now).holding
    if link is None or not at_party(link.party).is_open or _is_host(visit, link.party):
        return redirect(visit.request.path)
    party = link.party
    if visit.visitor.kept.party != party.id:
        visit.change(lambda kept: replace(kept, party=party.id))
    toast(visit.request, f"You shop at {party.title}.")
    response = redirect("shop:products")
    remember_cart(visit.request, response, visit.visitor)
    return response


def _is_host(visit: Visit, party: Party) -> bool:
    customer = visit.visitor.customer
    return customer is not None and customer.id == party.host_id


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Shop on at no party. `to` is the page on which it was said."""
    visit = Visit.of(request)
    party = party_of(visit.visitor.kept)
    if party is not None:
        visit.change(lambda kept: replace(kept, party=None))
        toast(request, f"You left {party.title}. What you order doesn’t count there.")
    to = request.POST.get("to", "")
    ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    return redirect(to if ours else "shop:cart")


# --- the host --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_host
def new_link(visit: Visit, party: Party) -> HttpResponse:
    """Ask, then let the link that is out bring nobody any more, and make a new one."""
    if party.state != Party.State.OPEN:
        return redirect(address(party))
    if visit.request.method != "POST":
        return visit.show("new_link.html", {"party": party})
    links.renew(party, at=visit.now, by=visit.visitor.actor)
    toast(visit.request, "Your party has a new link. Pass that one on.")
    return redirect(address(party))
