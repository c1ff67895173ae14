"""What goes with a line of the cart: its options, ticked or not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from largesse.shop import carts
from largesse.shop.lines import LineGone, line_of, with_options
from largesse.shop.options import NotOffered, asked_for
from largesse.shop.views.cart import changed, show_cart
from largesse.shop.views.page import Visit


@require_POST
def options(request: HttpRequest, line_id: str) -> HttpResponse:
    """Let the options that are ticked go with a line, and no others; those that are new for each of its
    units.
    """
    visit, ticked = Visit.of(request), request.POST.getlist("options")

    def to(kept: carts.Kept) -> carts.Kept:
        skus = asked_for(line_of(kept.lines, line_id).sku, ticked)
        return replace(kept, lines=carts.with_room(with_options(kept.lines, line_id, skus)))

    try:
        return changed(visit, to)
    except LineGone:
        return redirect("shop:cart")
    except NotOffered as error:
        why = str(error)
    except carts.Full:
        why = f"A cart holds {carts.LINES_MAX} products."
    return show_cart(visit, option_errors={line_id: why})
