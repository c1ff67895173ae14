"""What is offered with a product, such as its gift wrap: in a cart it stands beneath it (AL-12)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from largesse.catalog.models import Product, ProductOption
from largesse.offers.current import current
from largesse.shop.lines import Wanted


class NotOffered(ValueError):
    """What was ticked is no option of the product, or none any more; the message says so."""


class Choice(Struct, frozen=True):
    """An option to tick; `price` of one unit in minor units."""

    sku: str
    name: str
    price: int
    ticked: bool


def offered(skus: Collection[str]) -> dict[str, tuple[Product, ...]]:
    """The options that can be bought with products, in their order, by the products' SKUs."""
    on_sale = current().book.catalog.products
    rows = ProductOption.objects.filter(
        product__sku__in=skus, option__active=True, option__quantity_decimals=0
    )
    found: dict[str, tuple[Product, ...]] = {}
    for row in rows.select_related("product", "option"):
        if row.option.sku in on_sale:
            found[row.product.sku] = (*found.get(row.product.sku, ()), row.option)
    return found


def choices(options: Sequence[Product], ticked: Collection[str]) -> tuple[Choice, ...]:
    """Options as they are ticked or not."""
    return tuple(Choice(each.sku, each.name, each.price, each.sku in ticked) for each in options)


def asked_for(sku: str, ticked: Collection[str]) -> list[str]:
    """The SKUs of the options that were ticked, in the order in which they are offered. Raises
    `NotOffered`.
    """
    if not ticked:
        return []
    found = [each.sku for each in offered([sku]).get(sku, ())]
    if not set(ticked) <= set(found):
        raise NotOffered("Not all of what you ticked is offered with it any more. Look again.")
    return [each for each in found if each in ticked]


def still_offered(lines: tuple[Wanted, ...]) -> tuple[Wanted, ...]:
    """The lines without the options that are not offered with their line's product any more."""
    if all(line.option_of is None for line in lines):
        return lines
    product = {line.id: line.sku for line in lines}
    found = offered(set(product.values()))

    def is_offered(line: Wanted) -> bool:
        options = found.get(product.get(line.option_of or "", ""), ())
        return line.sku in {each.sku for each in options}

    return tuple(line for line in lines if line.option_of is None or is_offered(line))
