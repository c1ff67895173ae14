"""Who buys from Alder & Finch by the case: shops, cafés and inns, each with a rep."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import msgspec

from largesse.crm.models import Customer, Tag
from largesse.engine.cart import Cart, CartLine, Giveaway
from largesse.engine.cart import Customer as Buyer
from largesse.engine.quote import Quote
from largesse.orders.quoting import quote
from largesse.server.demo.deals import WHOLESALE

WHOLESALERS: Final = (
    # number, name, phone, customer since so many days
    ("W-201", "Pine & Kettle Café", "+1 503 555 0121", 1400),
    ("W-202", "Larkspur Gifts", "+1 206 555 0142", 1120),
    ("W-203", "The Harbor Inn", "+1 360 555 0133", 980),
    ("W-204", "Corner Pantry", "+1 206 555 0154", 760),
    ("W-205", "Juniper & Thread", "+1 303 555 0165", 610),
    ("W-206", "Fern Hollow Guest House", "+1 503 555 0176", 430),
    ("W-207", "Saltbox Provisions", "+1 360 555 0187", 240),
    ("W-208", "Two Rivers Books", "+1 303 555 0198", 45),
)

CASE: Final = 6
"""They buy so many of a thing where others buy one."""


def make_wholesalers(today: date) -> None:
    """The customers who are tagged so; no chance is in it, so a seed changes nothing of them."""
    tag = Tag.objects.create(name=WHOLESALE)
    made = Customer.objects.bulk_create(
        Customer(
            number=number,
            name=name,
            email=f"orders@{number.lower()}.example",
            phone=phone,
            joined_on=today - timedelta(days=days),
        )
        for number, name, phone, days in WHOLESALERS
    )
    for each in made:
        each.tags.add(tag)


def by_the_case(cart: Cart, buyer: Buyer) -> Cart:
    """The cart as a wholesaler fills it, and what they choose for the credit of deals."""
    lines = tuple(_case(line) for line in cart.lines)
    filled: Cart = msgspec.structs.replace(cart, lines=lines, customer=buyer)
    found: Cart = msgspec.structs.replace(filled, giveaways=_chosen(quote(filled)))
    return found


def _case(line: CartLine) -> CartLine:
    if not isinstance(line.quantity, int):
        return line
    return msgspec.structs.replace(line, quantity=line.quantity * CASE)


def _chosen(found: Quote) -> tuple[Giveaway, ...]:
    """Of each deal's selection the first product that its credit pays for, as often as it does."""
    chosen = []
    for applied in found.deals:
        selection = found.book.deals[applied.offer].selection
        skus = sorted(selection.products) if selection is not None and applied.left else ()
        products = (found.book.catalog.products[sku] for sku in skus)
        fitting = next((p for p in products if 0 < p.listed <= applied.left), None)
        if fitting is not None:
            chosen.append(Giveaway(applied.offer, fitting.sku, applied.left // fitting.listed))
    return tuple(chosen)
