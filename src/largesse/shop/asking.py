"""What a cart asks its shopper, and what it promises for later: suggestions, gifts, credit, rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from largesse.catalog.models import Product
from largesse.engine.conditions.birthday import Birthday
from largesse.engine.offers.promotion import Promotion, Suggest
from largesse.engine.quote import Quote
from largesse.engine.quoted import GiftChoice

_ICONS: Final = {
    "lines": "badge-percent",
    "new_item": "gift",
    "shipping": "truck",
    "order": "hand-coins",
}


class Suggested(Struct, frozen=True):
    """A promotion that the shopper takes or leaves (PR-3).

    `saving` is in minor units: what comes off the price, or what the items are worth that it `adds`.
    """

    offer: str
    icon: str
    title: str
    description: str
    accepted: bool
    saving: int
    adds: bool


class Present(Struct, frozen=True):
    """A product that may be chosen as a gift."""

    sku: str
    name: str
    icon: str
    chosen: bool


class Presents(Struct, frozen=True):
    """A gift to choose: one of the products, or none (AC-7)."""

    offer: str
    title: str
    units: int
    products: tuple[Present, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing is chosen."""
        return not any(product.chosen for product in self.products)


class Earned(Struct, frozen=True):
    """What the order brings its buyer once it is posted: an amount of credit, or a right to `later`.

    The right holds for orders from the day `first` to the day `last`; None is open.
    """

    title: str
    credit: int = 0
    later: str = ""
    first: datetime | None = None
    last: datetime | None = None


def suggested(quote: Quote) -> tuple[Suggested, ...]:
    """What the shopper is asked, and what holds as long as they don't say otherwise."""
    promotions = quote.book.promotions
    return tuple(
        Suggested(
            each.offer,
            _icon(promotions[each.offer]),
            each.title,
            each.description,
            each.accepted,
            max(0, each.saving),
            all(action.acts_on == "new_item" for action in promotions[each.offer].actions),
        )
        for each in quote.suggestions
    )


def _icon(promotion: Promotion) -> str:
    if any(isinstance(condition, Birthday) for condition in promotion.conditions):
        return "cake"
    return _ICONS[promotion.actions[0].acts_on]


def skus_to_choose(quote: Quote) -> set[str]:
    """The products that may be chosen as gifts."""
    return {sku for gift in quote.gifts for sku in gift.products}


def presents(quote: Quote, products: Mapping[str, Product]) -> tuple[Presents, ...]:
    """The gifts to choose, with the products as the shelves show them."""
    return tuple(
        Presents(gift.offer, gift.title, gift.units, tuple(_products(gift, products)))
        for gift in quote.gifts
    )


def _products(gift: GiftChoice, products: Mapping[str, Product]) -> Iterable[Present]:
    for sku in gift.products:
        if sku in products:
            product = products[sku]
            yield Present(sku, product.name, product.icon, sku == gift.chosen)


def earned(quote: Quote) -> tuple[Earned, ...]:
    """What the buyer gets once the order is posted; what others get is not theirs to read (QU-40)."""
    found = [
        Earned(credit.title, credit=credit.amount)
        for credit in quote.credits
        if credit.to == "buyer"
    ]
    for right in quote.rights:
        promotion = quote.book.promotions[right.promotion]
        end = right.window.end
        last = end - timedelta(microseconds=1) if end is not None else None
        found.append(Earned(right.title, 0, promotion.name, right.window.start, last))
    return tuple(found)


def may_answer(promotions: Mapping[str, Promotion], offer: str) -> bool:
    """Whether a promotion is one that shoppers are asked about."""
    promotion = promotions.get(offer)
    return promotion is not None and promotion.suggest is not Suggest.NO


def may_choose(promotions: Mapping[str, Promotion], offer: str, sku: str) -> bool:
    """Whether a promotion lets its buyer choose a product; the empty SKU is none of them."""
    promotion = promotions.get(offer)
    if promotion is None:
        return False
    choices = [set(action.choices) for action in promotion.actions if action.choices]
    return any(not sku or sku in each for each in choices)
