"""The shopping spree of a promotion, and the products that may be chosen against it (SP-6)."""

from __future__ import annotations

from largesse.engine.actions.shopping_spree import ShoppingSpree
from largesse.engine.book import OfferBook
from largesse.engine.catalog import Product
from largesse.engine.offers.promotion import Promotion


def spree_of(promotion: Promotion) -> ShoppingSpree | None:
    """The shopping spree among a promotion's actions; it has at most one."""
    return next((a for a in promotion.actions if isinstance(a, ShoppingSpree)), None)


def reward_list(book: OfferBook, promotion: Promotion) -> tuple[Product, ...]:
    """The products of the book that may be chosen, by name, then SKU; none without a spree."""
    spree = spree_of(promotion)
    if spree is None:
        return ()
    products = book.catalog.products
    skus = products.keys() if spree.include is None else products.keys() & spree.include.products
    found = [products[sku] for sku in skus if spree.rewards(products[sku])]
    return tuple(sorted(found, key=lambda product: (product.name or product.sku, product.sku)))
