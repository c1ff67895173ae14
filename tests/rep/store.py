"""A wholesale business with deals, its reps and approvers, and what a rep does on the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from largesse.business.models import Business, User
from largesse.catalog.models import Location, Product, ProductGroup, TaxRate
from largesse.crm.models import Customer, Tag
from largesse.offers import deals
from largesse.orders.models import Cart
from tests.shop.store import words

AT = datetime(2026, 1, 2, 12, tzinfo=UTC)

PRODUCTS: Mapping[str, tuple[str, int]] = {
    "CEDAR": ("Soy candle, cedar", 1800),
    "FIG": ("Soy candle, fig", 1800),
    "CHALK": ("Stoneware mug, chalk", 1450),
    "MOSS": ("Stoneware mug, moss", 1450),
    "APRON": ("Linen apron", 5000),
    "BOARD": ("Walnut board", 5000),
    "TOWEL": ("Tea towel", 900),
    "GLASS": ("Tumbler", 900),
    "TAPER": ("Taper candle", 1200),
    "VOTIVE": ("Votive glass", 3000),
    "PILLAR": ("Beeswax pillar", 2400),
    "MATCH": ("Match bottle", 900),
}

GROUPS = {
    "candles": "CEDAR FIG",
    "mugs": "CHALK MOSS",
    "aprons": "APRON",
    "boards": "BOARD",
    "towels": "TOWEL",
    "kitchen": "APRON BOARD TOWEL",
    "glass": "GLASS",
    "extras": "TAPER VOTIVE PILLAR MATCH",
}


def percent(rate: int, units: int) -> dict[str, Any]:
    return {"min_units": units, "benefit": {"kind": "percentage", "percent": rate}}


def a_deal(
    code: str, title: str, group: str, *tiers: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {"code": code, "title": title, "sets": [{"products": group}], "tiers": tiers, **more}


DEALS = (
    a_deal(
        "CANDLE",
        "Candle bonus",
        "candles",
        {"min_units": 10, "benefit": {"kind": "bonus_stock", "every": 10}},
        selection="extras",
        pinned=True,
    ),
    a_deal("KITCHEN", "Kitchen mix", "kitchen", percent(14, 28), pinned=True, ends="2099-11-30"),
    a_deal(
        "OPENING",
        "Linen opening",
        "towels",
        {"min_value": "300.00", "benefit": {"kind": "free_stock", "amount": "20.00"}},
        selection="extras",
        referable=True,
    ),
    a_deal("MUGS", "Mug mix", "mugs", percent(8, 36), percent(12, 60), percent(15, 96)),
    a_deal(
        "APRON-42",
        "Apron price",
        "aprons",
        {"min_units": 6, "benefit": {"kind": "fixed_price", "price": "42.00"}},
    ),
    a_deal(
        "BOARD-5",
        "Boards 5 off",
        "boards",
        {"min_units": 4, "benefit": {"kind": "amount_off", "amount": "5.00"}},
    ),
    a_deal("LINEN", "Linen case", "towels", percent(8, 24)),
    a_deal(
        "CERAMICS",
        "First ceramics",
        "mugs",
        {"min_value": "500.00", "benefit": {"kind": "rebate", "amount": "10.00"}},
    ),
    a_deal("GLASS-6", "Any six glasses", "glass", percent(10, 6), referable=True),
    a_deal("TRADE", "Trade glasses", "glass", percent(20, 2), tags=["trade"]),
)

ORDER = {
    "CEDAR": "24",
    "FIG": "16",
    "CHALK": "36",
    "MOSS": "24",
    "APRON": "6",
    "BOARD": "4",
    "TOWEL": "20",
}
"""40 candles, 60 mugs, and of kitchen things 6 aprons, 4 boards and 20 towels."""


def set_up() -> None:
    """Products, deals, two customers, and a user of each role."""
    Business.objects.create(name="Alder & Finch", time_zone="America/New_York")
    products = {
        sku: Product.objects.create(sku=sku, name=name, price=price, barcode=f"40{n:02}")
        for n, (sku, (name, price)) in enumerate(PRODUCTS.items())
    }
    Product.objects.create(sku="TEA", name="Loose tea", price=3200, quantity_decimals=3)
    for code, skus in GROUPS.items():
        group = ProductGroup.objects.create(code=code, title=code)
        group.products.set(products[sku] for sku in skus.split())
    seattle = Location.objects.create(code="seattle", title="Seattle", is_shop=True)
    TaxRate.objects.create(location=seattle, rate=100_000)
    fennel = Customer.objects.create(number="C-1", name="Fennel & Rye")
    Customer.objects.create(number="C-2", name="Olive Provisions")
    fennel.tags.add(Tag.objects.create(name="trade"))
    for definition in DEALS:
        deals.revise({"channels": ["rep"], **definition}, by=None, at=AT)
    for name, role in (("jonas", "Rep"), ("mira", "Rep"), ("dana", "Approver")):
        user = User.objects.create(username=name, first_name=name.capitalize(), is_staff=True)
        user.groups.add(Group.objects.get(name=role))


class Rep:
    """A rep with a browser, who reads pages as text."""

    def __init__(self, name: str = "jonas") -> None:
        self.user = User.objects.get(username=name)
        self.client = Client()
        self.client.force_login(self.user)
        self.at = "/rep/"

    def html(self, url: str) -> str:
        response = self.client.get(url, follow=True)
        assert response.status_code == 200, (url, response.status_code)
        self.at = response.redirect_chain[-1][0] if response.redirect_chain else url
        return response.content.decode()

    def see(self, url: str) -> str:
        """The words of a page."""
        return words(self.html(url))

    def do(self, url: str, **fields: str) -> str:
        """Send a form, follow where it leads, and read the words there."""
        response = self.client.post(url, fields, follow=True)
        assert response.status_code == 200, (url, response.status_code)
        self.at = response.redirect_chain[-1][0] if response.redirect_chain else url
        return words(response.content.decode())


class OnOrder:
    """One order of a rep, from the first line on."""

    def __init__(self, rep: Rep, customer: str = "C-2") -> None:
        self.rep = rep
        rep.do("/rep/new", customer=customer)
        self.id = rep.at.split("/")[2]

    @property
    def url(self) -> str:
        return f"/rep/{self.id}/"

    @property
    def record(self) -> Cart:
        return Cart.by_public_id(self.id)

    @property
    def version(self) -> str:
        """What the page says that it was made of."""
        found = re.search(r'name="version" value="(\d+)"', self.rep.html(self.url))
        assert found is not None
        return found[1]

    def lines(self, **fields: str) -> str:
        """Send the Products tab."""
        return self.rep.do(self.url, **{"version": self.version, **fields})

    def orders(self, **quantities: str) -> str:
        """Type quantities, by SKU."""
        was = {line["sku"]: str(line.get("quantity", 1)) for line in self.record.lines}
        typed = {f"q.{sku}": text for sku, text in quantities.items()}
        before = {f"was.q.{sku}": was.get(sku, "0") for sku in quantities}
        return self.lines(**typed, **before)

    def gives(self, deal: str, sku: str, units: str) -> str:
        """Type units to give away."""
        was = {(each["deal"], each["sku"]): each["units"] for each in self.record.giveaways}
        field = f"g.{deal}/{sku}"
        return self.lines(**{field: units, f"was.{field}": str(was.get((deal, sku), 0))})

    def picks(self, sku: str, deal: str) -> str:
        line = next(line["id"] for line in self.record.lines if line["sku"] == sku)
        return self.lines(pick=f"{line} {deal}")

    def calculate(self) -> str:
        return self.lines(calculate="1")

    def deed(self, what: str, deal: str, **fields: str) -> str:
        """Press a button of a deal's card."""
        return self.rep.do(f"{self.url}deals/{what}", version=self.version, deal=deal, **fields)

    def save(self, **fields: str) -> str:
        """Send the Summary tab."""
        return self.rep.do(f"{self.url}summary", version=self.version, **fields)

    def see(self, tab: str = "") -> str:
        return self.rep.see(self.url + tab)

    def deals(self) -> dict[str, str]:
        """The deal on each line, as the page's quote has it, by SKU."""
        from largesse.rep.views.page import Visit
        from largesse.rep.work import Work

        visit = Visit(None, datetime.now(UTC), self.rep.user)  # type: ignore[arg-type]
        record = self.record
        work = Work(record, visit.now, visit.business, record.location)
        return {line.sku: line.deal or "" for line in work.quote.lines if line.added_by is None}
