"""The parties of a host: what they came to and award, and the choice against it (SP-6, SP-12)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from largesse.crm.models import Customer
from largesse.engine.faults import Faults
from largesse.ids import parse_id
from largesse.orders.models import Order, Party
from largesse.orders.parties import drafting, links
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.quoting import quote
from largesse.orders.rewards.choosing import CHOICES_MAX
from largesse.orders.rewards.sprees import over_award
from largesse.pages.spree.looking import Look
from largesse.pages.spree.picker import picker
from largesse.pages.spree.reading import Picked, Wrong, first_of, picked
from largesse.pages.spree.receipt import receipt_of
from largesse.pages.toasts import toast
from largesse.shop.parties import credited, hosted, hosted_by, place_of, reward_quote
from largesse.shop.sprees import as_told, icons_of, is_new, may_choose
from largesse.shop.views.page import Visit
from largesse.shop.views.sprees import FULL, NOTHING_TO_SPEND, TOO_MUCH, elsewhere

PAGE: Final = 20
"""Parties of one page of the list."""

HostView = Callable[[Visit, Party], HttpResponse]


def of_host(view: HostView) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page of one of the visitor's own parties; one of anybody else's is as if it were not there."""

    @wraps(view)
    def shown(request: HttpRequest, shown_id: str) -> HttpResponse:
        visit = Visit.of(request)
        if visit.visitor.customer is None:
            back = urlencode({"next": reverse("shop:party", args=[shown_id])})
            return redirect(f"{reverse('shop:sign_in')}?{back}")
        return view(visit, _own(visit.visitor.customer, shown_id))

    return shown


def _own(customer: Customer, shown_id: str) -> Party:
    try:
        found = Party.objects.select_related("host", "rep", "location").get(
            id=parse_id(Party.prefix, shown_id), host=customer
        )
    except (ValueError, Party.DoesNotExist):
        raise Http404 from None
    return found


# --- looking ---------------------------------------------------------------------------------------


@require_safe
def parties(request: HttpRequest) -> HttpResponse:
    """All parties of whoever is signed in, the latest first."""
    visit = Visit.of(request)
    if visit.visitor.customer is None:
        return redirect("shop:sign_in")
    found = Paginator(hosted_by(visit.visitor.customer), PAGE).get_page(request.GET.get("page"))
    return visit.show("parties.html", {"page": found})


@require_safe
@of_host
def party(visit: Visit, party: Party) -> HttpResponse:
    """One party: who bought, what it awards, and what becomes of that."""
    path = links.path_of(party) if party.state == Party.State.OPEN else None
    link = visit.request.build_absolute_uri(path) if path is not None else ""
    found = hosted(party, now=visit.now)
    return visit.show("party.html", {"party": party, "hosted": found, "link": link})


# --- choosing --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_host
def choose(visit: Visit, party: Party) -> HttpResponse:
    """The reward list of a party that is closed. Its cards post here."""
    order = host_reward_of(party)
    if not may_pick(party, order):
        return elsewhere(visit.request, address(party))
    if visit.request.method == "POST":
        return _choose(visit, party, order)
    return _show(visit, party, order)


def may_pick(party: Party, order: Order | None) -> bool:
    """Whether something is chosen for the host now: the first time, or anew."""
    if party.state != Party.State.CLOSED:
        return False
    if order is None:
        return True
    return order.state == Order.State.PLACED and drafting.draft_of(party).version != ""


def _choose(visit: Visit, party: Party, order: Order | None) -> HttpResponse:
    asked = picked(visit.request.POST)
    if isinstance(asked, Picked):
        asked = _checked(visit, party, asked)
    if isinstance(asked, Wrong):
        return _show(visit, party, order, asked)
    drafting.change(party, asked.chosen_in, now=visit.now)
    if visit.request.headers.get("HX-Request"):
        # The page itself, so that no card moves.
        return _show(visit, party, order)
    return redirect(reverse("shop:party_choose", args=[party.public_id]) + _look(visit).query)


def _checked(visit: Visit, party: Party, asked: Picked) -> Picked | Wrong:
    """A choice that can be kept and priced; what the award doesn't pay for is told on the page."""
    typed = visit.request.POST.get("units", "")
    choices = drafting.draft_of(party).choices
    if not may_choose(reward_quote(party, now=visit.now), choices, asked):
        return Wrong(asked.sku, typed, NOTHING_TO_SPEND)
    if is_new(choices, asked) and len(choices) >= CHOICES_MAX:
        return Wrong(asked.sku, typed, FULL)
    try:
        quote(drafting.to_price(party, asked.chosen_in(choices), now=visit.now))
    except Faults:
        return Wrong(asked.sku, typed, TOO_MUCH)
    return asked


def _show(
    visit: Visit, party: Party, order: Order | None, wrong: Wrong | None = None
) -> HttpResponse:
    request = visit.request
    draft = drafting.draft_of(party)
    found = quote(drafting.to_price(party, draft.choices, now=visit.now))
    first = first_of(request.POST) if "first" in request.POST else None
    shown = picker(found, _look(visit), icons_of, wrong=wrong, first=first)
    if shown is None:
        toast(request, NOTHING_TO_SPEND)
        return elsewhere(request, address(party))
    spree = next(each for each in found.sprees if each.offer == shown.promotion)
    return visit.show(
        "party_choose.html",
        {
            "party": party,
            "order": order,
            "picker": shown._replace(head=as_told(spree, shown.head, found)),
            "picker_url": reverse("shop:party_choose", args=[party.public_id]),
            "receipt": receipt_of(found, place_of(party)),
            "version": draft.version,
            "credited": credited(found),
            "is_over": over_award(found) is not None,
        },
    )


def _look(visit: Visit) -> Look:
    return Look.of(visit.request.GET)


def address(party: Party) -> str:
    """That of a party's page."""
    return reverse("shop:party", args=[party.public_id])
