"""The cart: live totals, near misses, quantities; and how its price came about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from largesse.catalog.models import Product
from largesse.engine.book import OfferBook
from largesse.engine.quote import Quote
from largesse.offers.current import current
from largesse.orders.explaining.explanation import explained
from largesse.orders.quoting import quote
from largesse.orders.repricing import priced_again
from largesse.pages.toasts import toast
from largesse.shop import carts, wording
from largesse.shop.allotted import allotted
from largesse.shop.asking import skus_to_choose
from largesse.shop.cart_page import cart_page
from largesse.shop.changing import Change
from largesse.shop.lines import (
    LineGone,
    NotAQuantity,
    Wanted,
    line_of,
    quantity_of,
    with_added,
    with_put_back,
    with_quantity,
)
from largesse.shop.links import nothing_free, without_revoked
from largesse.shop.options import NotOffered, asked_for, offered, still_offered
from largesse.shop.sprees import left_out
from largesse.shop.views.page import Visit
from largesse.shop.views.products import show_product
from largesse.shop.visitor import remember_cart

_PUT_BACK = "shop.put-back"
_PUT_BACK_SECONDS = 600


# --- looking -----------------------------------------------------------------------------------------


@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    """`link` and `product` say what became of a link that led here, and of what product it is."""
    said = request.GET
    return show_cart(Visit.of(request), link=said.get("link", ""), product=said.get("product", ""))


@require_safe
def explanation(request: HttpRequest) -> HttpResponse:
    """How the cart's price came about, to the cent (IF-36)."""
    visit = Visit.of(request)
    found, _ = quoted(visit)
    if not found.lines:
        return redirect("shop:cart")
    told = explained(found, wording.SHOPPER, open_cell=request.GET.get("cell", ""))
    return visit.show(
        "explanation.html", {"told": told, "back_url": reverse("shop:cart"), "back": "Your cart"}
    )


def quoted(visit: Visit) -> tuple[Quote, tuple[Wanted, ...]]:
    """The quote of the visitor's cart, and the lines of it that are no longer sold.

    While prices are held it is the quote that they are held by.
    """
    held = visit.visitor.held
    if held is not None:
        return priced_again(held), ()
    kept = visit.visitor.kept
    on_sale = sold(kept)
    ids = {line.id for line in on_sale.lines}
    gone = tuple(line for line in kept.lines if line.id not in ids)
    return quote(visit.cart(on_sale, "cart")), gone


def sold(kept: carts.Kept) -> carts.Kept:
    """What is kept, as it is priced: without the lines that are no longer sold, the options that are no
    longer offered with theirs, and what links gave that were revoked.
    """
    products = current().book.catalog.products
    lines = tuple(line for line in kept.lines if line.sku in products)
    return without_revoked(replace(kept, lines=still_offered(lines)))


def show_cart(
    visit: Visit,
    *,
    code_typed: str = "",
    code_error: str = "",
    line_errors: dict[str, str] | None = None,
    option_errors: dict[str, str] | None = None,
    link: str = "",
    product: str = "",
) -> HttpResponse:
    """The cart's page, with what is wrong beside its field, and what became of a link."""
    found, gone = quoted(visit)
    book = current().book
    return visit.show(
        "cart.html",
        {
            **cart_parts(visit, found, book),
            "gone": _named(gone),
            "code_typed": code_typed,
            "code_error": code_error,
            "line_errors": line_errors or {},
            "option_errors": option_errors or {},
            "link": nothing_free(link, product, found),
        },
    )


def cart_parts(visit: Visit, found: Quote, book: OfferBook) -> dict[str, Any]:
    """What the summary and the lines of a quote are shown with."""
    skus = {line.sku for line in found.lines} | skus_to_choose(found)
    records = Product.objects.filter(sku__in=skus)
    location = book.catalog.locations.get(visit.location.code) if visit.location else None
    return {
        "cart": cart_page(
            found,
            {product.sku: product for product in records},
            location,
            book.promotions,
            allotted(found, visit.visitor.kept.lines),
            offered({line.sku for line in found.lines if line.added_by is None}),
        ),
        "left_out": left_out(found, visit.visitor.kept.sprees),
        "codes": [wording.state_of_code(code, found, book) for code in visit.visitor.kept.codes],
        "location": visit.location,
        "held": visit.visitor.held,
    }


def _named(gone: tuple[Wanted, ...]) -> list[str]:
    names = dict(
        Product.objects.filter(sku__in=[line.sku for line in gone]).values_list("sku", "name")
    )
    return [names.get(line.sku, line.sku) for line in gone]


# --- changing ----------------------------------------------------------------------------------------


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put a product into the cart, from its page, its card or a near miss."""
    visit = Visit.of(request)
    product = get_object_or_404(Product, sku=request.POST.get("sku", ""), active=True)
    typed, ticked = request.POST.get("quantity", "1"), request.POST.getlist("options")
    try:
        quantity = quantity_of(typed, product.quantity_decimals)
        if not quantity:
            raise NotAQuantity("Enter 1 or more.")
        options = asked_for(product.sku, ticked)
    except NotAQuantity as error:
        return show_product(visit, product, typed=typed, ticked=ticked, error=str(error))
    except NotOffered as error:
        return show_product(visit, product, typed=typed, ticked=ticked, option_error=str(error))
    if product.sku not in current().book.catalog.products:
        return show_product(visit, product, error="It can’t be bought at the moment.")
    try:
        response = changed(visit, lambda kept: _with_added(kept, product.sku, quantity, options))
    except carts.Full:
        return show_product(visit, product, error=f"A cart holds {carts.LINES_MAX} products.")
    if not request.headers.get("HX-Request") and _came_from(request) != reverse("shop:cart"):
        toast(request, f"{product.name} is in your cart.")
        return _back(request, response)
    return response


def _with_added(
    kept: carts.Kept, sku: str, quantity: int | Decimal, options: Sequence[str]
) -> carts.Kept:
    return replace(kept, lines=carts.with_room(with_added(kept.lines, sku, quantity, options)))


@require_POST
def change(request: HttpRequest, line_id: str) -> HttpResponse:
    """Another quantity on a line: as it was typed, or one more or fewer."""
    return _with_quantity(request, line_id, lambda line: _wanted(request, line))


@require_POST
def remove(request: HttpRequest, line_id: str) -> HttpResponse:
    """Take a line out; a toast offers to put it back."""
    return _with_quantity(request, line_id, lambda _: 0)


def _with_quantity(
    request: HttpRequest, line_id: str, quantity_of: Callable[[Wanted], int | Decimal]
) -> HttpResponse:
    """Another quantity on a line, told by what it has now."""
    visit = Visit.of(request)

    def to(kept: carts.Kept) -> carts.Kept:
        quantity = quantity_of(line_of(kept.lines, line_id))
        return replace(kept, lines=with_quantity(kept.lines, line_id, quantity))

    try:
        before = visit.change(to).lines
    except LineGone:
        return redirect("shop:cart")
    except NotAQuantity as error:
        return show_cart(visit, line_errors={line_id: str(error)})
    if all(line.id != line_id for line in visit.visitor.kept.lines):
        _offer_undo(request, before, line_id)
    return _to_cart(visit)


def _wanted(request: HttpRequest, line: Wanted) -> Any:
    product = Product.objects.filter(sku=line.sku).first()
    decimals = product.quantity_decimals if product is not None else 0
    typed = request.POST.get("quantity", "")
    quantity = quantity_of(typed, decimals)
    step = request.POST.get("step")
    if step not in ("1", "-1"):
        return quantity
    if typed == request.POST.get("was"):
        # Nothing was typed: two quick presses are two steps from what is kept.
        quantity = line.quantity
    return quantity_of(str(max(0, quantity + int(step))), decimals)


@require_POST
def put_back(request: HttpRequest, token: str) -> HttpResponse:
    """Undo a removal: the line stands where it stood, with the options that went with it."""
    visit = Visit.of(request)
    try:
        said = signing.loads(token, salt=_PUT_BACK, max_age=_PUT_BACK_SECONDS)
        removed = msgspec.convert(said["lines"], tuple[Wanted, ...], strict=False)
    except (signing.BadSignature, KeyError, msgspec.ValidationError):
        return redirect("shop:cart")
    return changed(
        visit,
        lambda kept: replace(kept, lines=with_put_back(kept.lines, removed, said["place"])),
    )


def changed(visit: Visit, to: Change) -> HttpResponse:
    """Change the cart, and show it. What the change raises is raised."""
    visit.change(to)
    return _to_cart(visit)


def _to_cart(visit: Visit) -> HttpResponse:
    response = redirect("shop:cart")
    remember_cart(visit.request, response, visit.visitor)
    return response


def _offer_undo(request: HttpRequest, before: Sequence[Wanted], line_id: str) -> None:
    line = line_of(before, line_id)
    removed = [line, *(each for each in before if each.option_of == line_id)]
    product = Product.objects.filter(sku=line.sku).first()
    said = {"lines": msgspec.to_builtins(removed), "place": before.index(line)}
    token = signing.dumps(said, salt=_PUT_BACK)
    toast(
        request,
        f"{product.name if product else line.sku} removed.",
        undo=reverse("shop:put_back", args=[token]),
    )


def _came_from(request: HttpRequest) -> str:
    return urlsplit(request.headers.get("Referer", "")).path


def _back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """To the page where the deed was done."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        response["Location"] = came_from
    return response
