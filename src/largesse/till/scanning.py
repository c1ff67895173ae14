"""One field takes products, vouchers, orders and promo codes; what was meant is told by the records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.db.models import Q
from msgspec import Struct

from largesse.catalog.models import Product
from largesse.engine.book import OfferBook
from largesse.engine.cart import UNITS_MAX, normal_code
from largesse.engine.money import round_div
from largesse.engine.offers.voucher import Voucher
from largesse.offers.codes import code_values
from largesse.offers.vouchers import voucher_values
from largesse.orders.models import Order
from largesse.till.labels import Label, label_of

TYPED_MAX: Final = 64
FOUND_MAX: Final = 8
"""How many products of a name are listed."""

_TIMES: Final = re.compile(r"\s*(\d{1,9}(?:[.,]\d{1,9})?)\s*[*×]\s*(.+)", re.DOTALL)
_ORDER: Final = re.compile(r"[0-9A-Z]{5}-?[0-9A-Z]{5}")


class Typed(Struct, frozen=True):
    """What was scanned or typed: a code, and how much of it, if that was said."""

    code: str
    quantity: Decimal | None = None


class ProductFound(Struct, frozen=True):
    """A product; of a scale's label also the weight, and the price that is printed on it."""

    product: Product
    quantity: Decimal | None = None
    gross: int | None = None


class VoucherFound(Struct, frozen=True):
    """A voucher, usable or not."""

    voucher: Voucher


class OrderFound(Struct, frozen=True):
    """An order, whose receipt was scanned."""

    order: Order


class CodeFound(Struct, frozen=True):
    """A promo code."""

    code: str


class NamesFound(Struct, frozen=True):
    """Products whose names have the words that were typed."""

    products: Sequence[Product]


class NothingFound(Struct, frozen=True):
    """Nothing is called so; the sentence says what to do."""

    sentence: str


Found = ProductFound | VoucherFound | OrderFound | CodeFound | NamesFound | NothingFound


def typed(text: str) -> Typed:
    """What a text of the scan field asks for.

    >>> typed("3*4711"), typed("0,350 × APPLE").quantity
    (Typed(code='4711', quantity=Decimal('3')), Decimal('0.350'))
    """
    text = text.strip()[:TYPED_MAX]
    times = _TIMES.fullmatch(text)
    if times is None:
        return Typed(text)
    return Typed(times[2].strip(), Decimal(times[1].replace(",", ".")))


def found(code: str, book: OfferBook) -> Found:
    """What a code is: a product first, then a voucher, an order, a promo code, a label, a name."""
    product = _product(code)
    if product is not None:
        return ProductFound(product)
    number = normal_code(code)
    voucher = voucher_values([number]).get(number)
    if voucher is not None:
        return VoucherFound(voucher)
    order = _order(number)
    if order is not None:
        return OrderFound(order)
    if book.is_promo_code(number) or code_values([number], None, automatic=False):
        return CodeFound(number)
    label = label_of(code)
    if label is not None:
        return _labelled(code, label)
    named = products_named(code)
    return NamesFound(named) if named else NothingFound(f"Nothing is called {code}.")


def products_named(words: str) -> Sequence[Product]:
    """The products that can be sold and have every word in their name or SKU."""
    rows = Product.objects.filter(active=True)
    asked = words.split()[:6]
    if not any(any(letter.isalpha() for letter in word) for word in asked):
        return ()
    for word in asked:
        rows = rows.filter(Q(name__icontains=word) | Q(sku__icontains=word))
    return tuple(rows.order_by("name", "sku")[:FOUND_MAX])


def _product(code: str) -> Product | None:
    """The product of a barcode or an SKU; a barcode first."""
    rows = Product.objects.filter(Q(barcode=code) | Q(sku__in={code, code.upper()}), active=True)
    return min(rows, key=lambda row: row.barcode != code, default=None) if code else None


def _order(number: str) -> Order | None:
    if not _ORDER.fullmatch(number):
        return None
    whole = number if "-" in number else f"{number[:5]}-{number[5:]}"
    return Order.objects.filter(number=whole).defer("quote").first()


def _labelled(code: str, label: Label) -> Found:
    product = _product(label.item)
    if product is None:
        return NothingFound(f"The label {code} is of item {label.item}, which no product has.")
    if not product.quantity_decimals:
        return NothingFound(f"The label is of {product.name}, which is not sold by weight.")
    if label.weight is not None:
        return ProductFound(product, label.weight)
    assert label.price is not None
    if not product.price:
        return NothingFound(f"{product.name} has no price, so the label says no weight.")
    thousandths = max(1, round_div(label.price * 1000, product.price))
    return ProductFound(product, Decimal(min(thousandths, UNITS_MAX)).scaleb(-3), label.price)
