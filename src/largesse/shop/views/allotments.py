"""What becomes of a link to free units that somebody opens: the product is in their cart (AL-5, AL-6).

Opening uses nothing up: a unit is counted when an order is placed. So what only looks ahead, such as a
mail scanner, does no harm.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from msgspec.structs import replace

from largesse.catalog.models import Product
from largesse.offers.allotment_links import Opened, opened
from largesse.offers.current import current
from largesse.pages.toasts import toast
from largesse.shop import carts
from largesse.shop.lines import Wanted, with_added, with_allotted
from largesse.shop.links import link_of
from largesse.shop.opening import address_of, is_ahead_of_time
from largesse.shop.views.cart import changed
from largesse.shop.views.page import Visit


@never_cache
@require_safe
def register(request: HttpRequest, sku: str, token: str = "") -> HttpResponse:
    """One unit in the cart, once however often the link is opened: with the allotment where the link
    holds, else at its ordinary price. The cart says which, and why.
    """
    if is_ahead_of_time(request):
        # Refused, so that the browser asks again when its user really goes there.
        return HttpResponse(status=503)
    if request.method == "HEAD":
        return redirect("shop:cart")
    visit = Visit.of(request)
    found = opened(sku, token, at=visit.now, address=address_of(request))
    product = found.product
    if product is None or product.sku not in current().book.catalog.products:
        toast(request, _not_sold(product))
        return redirect("shop:products")
    try:
        response = _put_in(visit, product, found)
    except carts.Full:
        most = f"A cart holds {carts.LINES_MAX} products. Take one out, then open the link again."
        toast(request, most)
        return redirect("shop:cart")
    if found.allotment is None:
        said = urlencode({"link": found.outcome.value, "product": product.sku})
        response["Location"] = f"{reverse('shop:cart')}?{said}"
    return response


def _put_in(visit: Visit, product: Product, found: Opened) -> HttpResponse:
    """Put the product in the cart; one that is in it leaves it as it is, with what is held for it."""
    lines = visit.visitor.kept.lines
    if _with(lines, product, found) == lines:
        return redirect("shop:cart")
    return changed(
        visit,
        lambda kept: replace(kept, lines=carts.with_room(_with(kept.lines, product, found))),
    )


def _with(lines: tuple[Wanted, ...], product: Product, found: Opened) -> tuple[Wanted, ...]:
    if found.allotment is not None:
        allotment = found.allotment
        return with_allotted(lines, product.sku, allotment.code, link_of(allotment))
    if any(line.sku == product.sku and line.is_bought for line in lines):
        return lines
    return with_added(lines, product.sku, 1)


def _not_sold(product: Product | None) -> str:
    what = product.name if product is not None else "What this link leads to"
    return f"{what} isn’t sold at the moment. Have a look at what is."
