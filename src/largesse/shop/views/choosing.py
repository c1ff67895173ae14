"""What the shopper takes or leaves: suggested promotions and gifts, in the cart and at checkout."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from largesse.offers.current import current
from largesse.shop import carts
from largesse.shop.asking import may_answer, may_choose
from largesse.shop.changing import Change
from largesse.shop.seen import seen_in
from largesse.shop.views.cart import changed, quoted
from largesse.shop.views.checkout import hold
from largesse.shop.views.page import Visit


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Take a suggested promotion, or leave it (PR-3)."""
    visit = Visit.of(request)
    offer = request.POST.get("offer", "")
    if not may_answer(current().book.promotions, offer):
        return redirect("shop:cart")
    accepted = "accepted" in request.POST
    return chosen(
        visit,
        lambda kept: replace(kept, answers=carts.with_answer(kept.answers, offer, accepted)),
    )


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a gift of those that a promotion gives, or none (AC-7)."""
    visit = Visit.of(request)
    offer, sku = request.POST.get("offer", ""), request.POST.get("product", "")
    if not may_choose(current().book.promotions, offer, sku):
        return redirect("shop:cart")
    return chosen(visit, lambda kept: replace(kept, gifts=carts.with_gift(kept.gifts, offer, sku)))


def chosen(visit: Visit, to: Change) -> HttpResponse:
    """Back to where it was chosen. At checkout the prices are held anew, at what they have become."""
    held = visit.visitor.held
    response = changed(visit, to)
    if visit.request.POST.get("at") != "checkout":
        return response
    cart = visit.visitor.cart
    if cart is not None and held is not None:
        response = hold(visit, cart, seen_in(quoted(visit)[0]))
    anew = visit.visitor.held
    is_like_before = anew and held and (anew.due == 0) == (held.due == 0)
    if visit.request.headers.get("HX-Request") and not is_like_before:
        # Nothing is held any more, or the form asks for a card or not: the whole page is new.
        return HttpResponse(headers={"HX-Redirect": reverse("shop:checkout")})
    return response
