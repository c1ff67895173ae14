"""Choosing products against a shopping spree of the cart: its reward list is a page (SP-6, SP-7)."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from msgspec.structs import replace

from largesse.engine.faults import Faults
from largesse.engine.quote import Quote
from largesse.orders.quoting import quote
from largesse.orders.rewards.choosing import CHOICES_MAX
from largesse.pages.spree.looking import Look
from largesse.pages.spree.picker import picker
from largesse.pages.spree.reading import Picked, Wrong, first_of, picked
from largesse.pages.toasts import toast
from largesse.shop import carts
from largesse.shop.sprees import as_told, chosen, icons_of, is_new, may_choose, to_spend
from largesse.shop.views.cart import changed, quoted, show_cart, sold
from largesse.shop.views.page import Visit

TOO_MUCH: Final = "That is more than an order can have."
FULL: Final = "Too many products are chosen. Take one out first."
NOTHING_TO_SPEND: Final = "There is nothing to spend on it at the moment."


@require_http_methods(["GET", "HEAD", "POST"])
def spree(request: HttpRequest, promotion: str) -> HttpResponse:
    """The reward list of a spree that the cart has. Its cards, and the cart's lines, post here."""
    visit = Visit.of(request)
    if request.method == "POST":
        return _choose(visit, promotion)
    look = Look.of(request.GET)
    if look.spree not in ("", promotion):
        # The cart's other sprees have addresses of their own.
        return redirect(_address(look.spree, look))
    return _show(visit, promotion)


def _choose(visit: Visit, promotion: str) -> HttpResponse:
    """Keep what was chosen; what the award does not pay for is told beside it, and left out."""
    asked = picked(visit.request.POST)
    if isinstance(asked, Wrong):
        return _told(visit, promotion, asked)
    kept = visit.visitor.kept
    if not may_choose(quoted(visit)[0], kept.sprees, asked):
        toast(visit.request, NOTHING_TO_SPEND)
        return elsewhere(visit.request, reverse("shop:cart"))
    try:
        quote(visit.cart(sold(_with(kept, asked))))
        response = changed(visit, lambda kept: _with(kept, asked))
    except (carts.Full, Faults) as no:
        why = FULL if isinstance(no, carts.Full) else TOO_MUCH
        return _told(visit, promotion, Wrong(asked.sku, visit.request.POST.get("units", ""), why))
    if _at_cart(visit):
        return response
    if visit.request.headers.get("HX-Request"):
        # The page itself, so that no card moves.
        return _show(visit, promotion)
    response["Location"] = _address(promotion, Look.of(visit.request.GET))
    return response


def _at_cart(visit: Visit) -> bool:
    """Whether it was chosen on a line of the cart."""
    return visit.request.POST.get("at") == "cart"


def _with(kept: carts.Kept, asked: Picked) -> carts.Kept:
    """What is kept with a choice. Raises `Full`."""
    if is_new(kept.sprees, asked) and len(kept.sprees) >= CHOICES_MAX:
        raise carts.Full
    return replace(kept, sprees=asked.chosen_in(kept.sprees))


def _show(visit: Visit, promotion: str, wrong: Wrong | None = None) -> HttpResponse:
    request = visit.request
    found, _ = quoted(visit)
    if not found.cart.lines or all(each.offer != promotion for each in found.sprees):
        toast(request, NOTHING_TO_SPEND)
        return elsewhere(request, reverse("shop:cart"))
    look = Look.of(request.GET)._replace(spree=promotion)
    first = first_of(request.POST) if "first" in request.POST else None
    shown = picker(found, look, icons_of, wrong=wrong, first=first)
    assert shown is not None
    mine = next(each for each in found.sprees if each.offer == promotion)
    return visit.show(
        "spree.html",
        {
            "picker": shown._replace(head=as_told(mine, shown.head, found)),
            "spree": next(each for each in to_spend(found) if each.promotion == promotion),
            "chosen": chosen(found, promotion),
            "picker_url": reverse("shop:spree", args=[promotion]),
            "held": visit.visitor.held,
        },
    )


def _told(visit: Visit, promotion: str, wrong: Wrong) -> HttpResponse:
    """The page again, with what is wrong beside the card, or the line, of the product."""
    if not _at_cart(visit):
        return _show(visit, promotion, wrong)
    found: Quote = quoted(visit)[0]
    errors = {
        line.id: wrong.error
        for line in found.lines
        if (line.spree, line.added_by, line.sku) == (True, promotion, wrong.sku)
    }
    return show_cart(visit, line_errors=errors)


def _address(promotion: str, look: Look) -> str:
    return reverse("shop:spree", args=[promotion]) + look._replace(spree="").query


def elsewhere(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, also where only a part of this one is asked for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
