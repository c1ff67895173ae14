"""What is on the shelves: products that can be sold, found by group and word, with what is on offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from django.db.models import Q, QuerySet
from msgspec import Struct

from largesse.catalog.models import Product, ProductGroup
from largesse.engine import cart as engine
from largesse.engine.actions.discount_order import DiscountOrder
from largesse.engine.book import OfferBook
from largesse.engine.cart import normal_code
from largesse.engine.facts import Facts
from largesse.engine.offers.promotion import Promotion
from largesse.engine.pricing import price
from largesse.engine.quote import Quote
from largesse.engine.stage import PromotionStage
from largesse.engine.window import micros
from largesse.shop.wording import says

PAGE: Final = 24
"""Products of one page of the list."""

SORTS: Final = {
    "name": ("Name", ("name", "sku")),
    "price": ("Price, lowest first", ("price", "name", "sku")),
    "-price": ("Price, highest first", ("-price", "name", "sku")),
    "new": ("Newest", ("-id",)),
}
"""How the list can be sorted: the word for it, and the columns."""


def shelf(group: ProductGroup | None, words: str, sort: str) -> QuerySet[Product]:
    """The products of a group, or all, that have every word in their name, SKU, barcode or text."""
    found = Product.objects.filter(active=True)
    if group is not None:
        found = found.filter(groups=group)
    for word in words.split()[:8]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(sku__icontains=word)
            | Q(barcode=word)
            | Q(description__icontains=word)
        )
    return found.order_by(*SORTS.get(sort, SORTS["name"])[1])


class OnOffer(Struct, frozen=True):
    """What one unit of a product costs today by itself, and the title of what makes it so."""

    net: int
    title: str


def on_offer(
    book: OfferBook, empty: engine.Cart, facts: Facts, skus: Iterable[str]
) -> dict[str, OnOffer]:
    """Products of which one unit alone is cheaper today, priced as this shopper's cart would be.

    What comes off whole orders makes no product cheaper, and is left out.
    """
    found = {}
    for sku in skus:
        quote = _alone(book, empty, facts, sku)
        if quote is None or len(quote.lines) != 1:
            continue
        own = [a for a in quote.adjustments if a.kind != DiscountOrder.kind]
        if own:
            off = sum(a.amount for a in own)
            found[sku] = OnOffer(quote.gross - off, own[0].title or own[0].offer)
    return found


def named_by(book: OfferBook, empty: engine.Cart, facts: Facts, sku: str) -> tuple[str, ...]:
    """The titles of the promotions that name a product and are open to this shopper, by rank.

    Those that only a code brings in are left out, and so are those that are not for them.
    """
    quote = _alone(book, empty, facts, sku)
    if quote is None:
        return ()
    entered = set(map(normal_code, empty.codes))
    found = {
        promotion.code: promotion
        for promotion in _naming(book, empty, sku)
        if promotion.promo_code is None or normal_code(promotion.promo_code) in entered
    }
    return tuple(
        promotion.name
        for promotion in sorted(found.values(), key=lambda p: (-p.priority, p.code))
        if _is_open(quote, promotion)
    )


def _naming(book: OfferBook, cart: engine.Cart, sku: str) -> Iterable[Promotion]:
    for stage in PromotionStage:
        index = book.stages[stage]
        for table in (index.by_sku, index.by_need):
            if sku in table:
                live = table[sku].live(micros(cart.at))
                for award in (*live.alone, *live.stacking, *live.tied, *live.grouped):
                    yield award.promotion


def _is_open(quote: Quote, promotion: Promotion) -> bool:
    refusal = quote.explain(promotion.code).refusal
    return refusal is None or says(refusal) is not None


def _alone(book: OfferBook, empty: engine.Cart, facts: Facts, sku: str) -> Quote | None:
    """The quote of one unit and nothing else; None for what is weighed, or not in the book."""
    product = book.catalog.products.get(sku)
    if product is None or product.quantity_decimals:
        return None
    cart = msgspec.structs.replace(empty, lines=(engine.CartLine("1", sku),), codes=())
    return price(book, cart, facts)


def in_words(count: int, words: str, group: str) -> str:
    """What was found, in a sentence: "3 products in Kitchen for “mug”"."""
    said = "1 product" if count == 1 else f"{count:,} products"
    return f"{said}{f' in {group}' if group else ''}{f' for “{words}”' if words else ''}"


def kit_contents(product: Product) -> Sequence[tuple[int, Product]]:
    """What a kit holds: units and product."""
    parts = product.parts.select_related("component").order_by("component__name")
    return [(part.units, part.component) for part in parts]
