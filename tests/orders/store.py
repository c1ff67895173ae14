"""A small business with a few offers, and sentences about what its buyers do."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from largesse.business.models import Business
from largesse.catalog.models import Location, Product, ProductGroup, TaxRate
from largesse.crm.models import Customer, Organization, Partner
from largesse.crm.values import customer_value
from largesse.engine.cart import Cart, CartLine, Channel
from largesse.ids import parse_id
from largesse.offers import allotments, promotions, vouchers
from largesse.orders.answers import Answered, Deed, Done, PriceChanged, Refused
from largesse.orders.models import Order

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)

PROMOTIONS: tuple[dict[str, Any], ...] = (
    {
        "code": "MUGS-3-FOR-2",
        "title": "3 mugs for 2",
        "actions": [{"kind": "buy_x_get_y", "buy": 2, "products": "mugs"}],
    },
    {
        "code": "LOYAL",
        "title": "For whoever bought a hat",
        "conditions": [
            {
                "kind": "product_count",
                "minimum": 1,
                "orders": "all_except_current",
                "products": "hats",
            }
        ],
        "actions": [{"kind": "discount_order_line", "percent": 10, "include": "pots"}],
    },
)


def set_up() -> None:
    """A business in New York with mugs, hats and pots, two buyers, two promotions, two vouchers of a
    café, and three free pots for the school.
    """
    Business.objects.create(name="Store", time_zone="America/New_York")
    products = {
        "MUG": Product.objects.create(sku="MUG", name="Mug", price=1250),
        "HAT": Product.objects.create(sku="HAT", name="Hat", price=4000),
        "POT": Product.objects.create(sku="POT", name="Pot", price=10000),
        "TEA": Product.objects.create(sku="TEA", name="Tea", price=3200, quantity_decimals=3),
    }
    for code, sku in (("mugs", "MUG"), ("hats", "HAT"), ("pots", "POT")):
        group = ProductGroup.objects.create(code=code, title=code.capitalize())
        group.products.add(products[sku])
    main = Location.objects.create(code="main", title="Main street")
    vienna = Location.objects.create(code="vienna", title="Vienna", prices_include_tax=True)
    TaxRate.objects.create(location=main, rate=100_000)
    TaxRate.objects.create(location=vienna, rate=200_000)
    school = Organization.objects.create(code="school", name="School")
    anna = Customer.objects.create(number="anna", name="Anna")
    anna.organizations.add(school)
    Customer.objects.create(number="dora", name="Dora", type=Customer.Type.DISTRIBUTOR)
    for promotion in PROMOTIONS:
        promotions.revise(promotion, by=None, at=AT, reason="")
    cafe = Partner.objects.create(code="cafe", name="Café")
    vouchers.create(["DV1"], percent=200_000, partner=cafe, at=AT, by="ines")
    vouchers.create(["GV1"], value=1000, partner=cafe, at=AT, by="ines")
    pots = ProductGroup.objects.get(code="pots")
    allotments.grant(
        school, products["POT"], 3, "Pots", product_group=pots, code="SCHOOL-POTS", at=AT, by="ines"
    )


_keys = itertools.count(1)


def deed(key: str = "", *, body: bytes = b"", at: datetime = AT, reason: str = "") -> Deed:
    """Something that staff do; under a key of its own, if none is given."""
    return Deed(key=key or f"key-{next(_keys)}", body=body, at=at, actor="ines", reason=reason)


def cart(
    *lines: str | CartLine, buyer: str | None = "anna", codes: tuple[str, ...] = (), **fields: Any
) -> Cart:
    """A cart of lines such as "2 MUG", for Anna at the main street, where tax is 10 %."""
    read = [
        line if isinstance(line, CartLine) else CartLine(str(i), *_read(line))
        for i, line in enumerate(lines, 1)
    ]
    found = Customer.objects.get(number=buyer) if buyer is not None else None
    said: dict[str, Any] = {"at": AT, "location": "main", "channel": Channel.SHOP, **fields}
    customer = customer_value(found) if found is not None else None
    return Cart(tuple(read), customer=customer, codes=codes, **said)


def _read(line: str) -> tuple[str, int]:
    units, sku = line.split()
    return sku, int(units)


def done(answered: Answered) -> Done:
    """The answer of a deed that must have happened."""
    assert isinstance(answered.answer, Done), answered.answer
    return answered.answer


def refused(answered: Answered) -> Refused:
    """The answer of a deed that must have been refused."""
    assert isinstance(answered.answer, Refused), answered.answer
    return answered.answer


def changed(answered: Answered) -> PriceChanged:
    """The answer of a deed whose price had become worse."""
    assert isinstance(answered.answer, PriceChanged), answered.answer
    return answered.answer


def id_of(answered: Answered) -> UUID:
    return parse_id(Order.prefix, done(answered).order)


def order_of(answered: Answered) -> Order:
    return Order.objects.get(id=id_of(answered))


def later(**spans: int) -> datetime:
    return AT + timedelta(**spans)


def lines(said: str) -> Mapping[str, int]:
    """Lines to give back, such as "1: 2, 2: 1"."""
    pairs = (part.split(":") for part in said.split(","))
    return {line.strip(): int(units) for line, units in pairs}
