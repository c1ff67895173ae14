"""Choosing products against a cart's shopping spree (SP-6): a page of its reward list."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from msgspec.structs import replace

from largesse.engine.cart import SpreeChoice
from largesse.engine.faults import Faults
from largesse.engine.quote import Quote
from largesse.engine.sprees import spree_of
from largesse.offers.current import current
from largesse.orders.quoting import quote
from largesse.pages.spree.looking import Look
from largesse.pages.spree.picker import Picker, picker
from largesse.pages.spree.reading import Picked, Wrong, first_of, picked
from largesse.pages.spree.receipt import receipt_of
from largesse.pages.toasts import toast
from largesse.shop.sprees import as_told, icons_of
from largesse.shop.views.cart import changed, quoted, show_cart, sold
from largesse.shop.views.page import Visit

_TOO_MUCH = "That is more than an order can have. Enter less."
_NOTHING_TO_SPEND = "Your cart has nothing to spend there at the moment."


@require_http_methods(["GET", "HEAD", "POST"])
def spree(request: HttpRequest, promotion: str) -> HttpResponse:
    """The reward list of a spree that the cart has; a card of it sends a choice here."""
    visit = Visit.of(request)
    if request.method == "POST":
        return _choose(visit, promotion)
    look = Look.of(request.GET)
    if look.spree and look.spree != promotion:
        # The list of another spree leads to that one's own address.
        return redirect(_address(look.spree, look))
    return _show(visit, promotion)


def _choose(visit: Visit, promotion: str) -> HttpResponse:
    """Keep what was chosen, if it can be; what the award does not pay for is told on the page."""
    asked = picked(visit.request.POST)
    if isinstance(asked, Picked):
        asked = _kept(visit, asked._replace(promotion=promotion))
    at_cart = visit.request.POST.get("at") == "cart"
    if isinstance(asked, Wrong):
        if at_cart:
            errors = {f"{promotion}+{asked.sku}": asked.error}
            return show_cart(visit, line_errors=errors)
        return _show(visit, promotion, asked)
    if at_cart:
        return asked
    if visit.request.headers.get("HX-Request"):
        # The page itself, so that no card moves.
        return _show(Visit.of(visit.request), promotion)
    asked["Location"] = _address(promotion, Look.of(visit.request.GET))
    return asked


def _kept(visit: Visit, asked: Picked) -> HttpResponse | Wrong:
    kept = visit.visitor.kept
    choices = asked(kept.sprees)
    found, _ = quoted(visit)
    if not may_be(found, kept.sprees, choices, asked):
        toast(visit.request, _NOTHING_TO_SPEND)
        return redirect("shop:cart")
    wanted = replace(kept, sprees=choices)
    try:
        quote(visit.cart(sold(wanted), "cart"))
    except Faults:
        typed = visit.request.POST.get("units", "")
        return Wrong(asked.sku, typed, _TOO_MUCH)
    return changed(visit, wanted)
