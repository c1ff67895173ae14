"""A business with the neutral workload's offers, for figures of the whole server.

`python -m bench.store URL [PROMOTIONS]` makes it in an empty database, and prints as JSON what a client
has to know.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

from bench.neutral import promotion_of
from bench.workload import Workload, generate
from largesse.engine.book import Catalog, OfferBook
from largesse.engine.catalog import Product, ProductGroup
from largesse.engine.formats.document import Document
from largesse.engine.money import percent

PROMOTIONS = 1_000
VOUCHERS = 20_000
HOT = "HOT-GIFT"
GIFT = "GIFT"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def document(workload: Workload) -> Document:
    """The workload's catalogue and promotions, a gift, and vouchers of 10 %."""
    products = {p["sku"]: Product(p["sku"], p["price"], p["sku"]) for p in workload["catalogue"]}
    products[GIFT] = Product(GIFT, 500, "Gift")
    groups = {p["id"]: ProductGroup(p["id"], frozenset(p["skus"])) for p in workload["promotions"]}
    groups["gifts"] = ProductGroup("gifts", frozenset({GIFT}), "Gifts")
    book = OfferBook(
        Catalog(products=products, groups=groups),
        [promotion_of(p) for p in workload["promotions"]],
    )
    return Document(book=book)


def make(promotions: int = PROMOTIONS) -> dict[str, Any]:
    """Migrate, load, and make an API key and an allotment that every order can use."""
    from django.core.management import call_command

    from largesse.api import keys
    from largesse.api.scopes import Scope
    from largesse.catalog.models import Product as ProductRecord
    from largesse.catalog.models import ProductGroup as GroupRecord
    from largesse.crm.models import Customer, Organization
    from largesse.offers import allotments, documents, vouchers

    call_command("migrate", verbosity=0)
    workload = generate(promotions, "sparse")
    documents.load(document(workload), at=NOW, by=None)
    numbers = [f"BENCH{n:06}" for n in range(VOUCHERS)]
    vouchers.create(numbers, percent=percent(10), at=NOW, by="bench")
    organization = Organization.objects.create(code="bench", name="Bench")
    Customer.objects.create(number="bench", name="Bench")
    allotments.grant(
        organization,
        ProductRecord.objects.get(sku=GIFT),
        10_000_000,
        "Hot gift",
        product_group=GroupRecord.objects.get(code="gifts"),
        code=HOT,
        at=NOW,
        by="bench",
    )
    _, secret = keys.create("bench", list(Scope), NOW, requests_per_minute=100_000_000)
    carts = [
        [(line["sku"], line["qty"]) for line in cart["lines"]] for cart in workload["carts"]["20"]
    ]
    return {"secret": secret, "carts": carts}


if __name__ == "__main__":
    os.environ["LARGESSE_DATABASE"] = sys.argv[1]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "largesse.server.settings")
    import django

    django.setup()
    print(json.dumps(make(*map(int, sys.argv[2:]))))
