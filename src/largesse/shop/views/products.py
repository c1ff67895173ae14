"""The shelves: the product list with its groups, search, sorting and pages; one product."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from msgspec.structs import replace

from largesse.catalog.models import Product, ProductGroup
from largesse.offers.current import current
from largesse.orders.facts import facts_for
from largesse.shop import shelves
from largesse.shop.options import choices, offered
from largesse.shop.views.page import Visit


@require_safe
def products(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """All products, or those of a group; `q` searches, `sort` sorts, `page` turns."""
    visit = Visit.of(request)
    group = get_object_or_404(ProductGroup, code=code, in_shop=True) if code else None
    words = request.GET.get("q", "").strip()[:100]
    sort = request.GET.get("sort", "")
    sort = sort if sort in shelves.SORTS else "name"
    found = shelves.shelf(group, words, sort)
    page = Paginator(found, shelves.PAGE).get_page(request.GET.get("page"))
    book = current().book
    empty = visit.cart(replace(visit.visitor.kept, lines=(), codes=()))
    offers = shelves.on_offer(
        book, empty, facts_for(book, empty), [product.sku for product in page]
    )
    cards = [(product, offers.get(product.sku)) for product in page]
    return visit.show(
        "products.html",
        {
            "group": group,
            "words": words,
            "page": page,
            "cards": cards,
            "found": shelves.in_words(page.paginator.count, words, group.title if group else ""),
            "sorts": [(key, said, key == sort) for key, (said, _) in shelves.SORTS.items()],
            "sort": sort,
            "everywhere": f"?{urlencode({'q': words})}" if group and words else "",
            "has_groups": ProductGroup.objects.filter(in_shop=True).exists(),
        },
    )


@require_safe
def product(request: HttpRequest, sku: str) -> HttpResponse:
    """One product: its text, what a kit holds, which promotions name it, and how to buy it."""
    visit = Visit.of(request)
    found = get_object_or_404(Product, sku=sku, active=True)
    return show_product(visit, found)


def show_product(
    visit: Visit,
    found: Product,
    *,
    typed: str = "1",
    ticked: Collection[str] = (),
    error: str = "",
    option_error: str = "",
) -> HttpResponse:
    """The page of a product, with what is wrong with the quantity, and with what is ticked, beside
    their fields.
    """
    book = current().book
    empty = visit.cart(replace(visit.visitor.kept, lines=()))
    facts = facts_for(book, empty)
    group = found.groups.filter(in_shop=True).order_by("title").first()
    return visit.show(
        "product.html",
        {
            "product": found,
            "group": group,
            "contents": shelves.kit_contents(found),
            "offer": shelves.on_offer(book, empty, facts, [found.sku]).get(found.sku),
            "named_by": shelves.named_by(book, empty, facts, found.sku),
            "on_sale": found.sku in book.catalog.products,
            "options": choices(offered([found.sku]).get(found.sku, ()), ticked),
            "typed": typed,
            "error": error,
            "option_error": option_error,
        },
    )
