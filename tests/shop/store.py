"""A small shop, and what a shopper does in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.test import Client

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)

PRODUCTS: tuple[dict[str, Any], ...] = (
    {"sku": "MUG", "name": "Stoneware mug", "price": 1450, "icon": "coffee"},
    {"sku": "APRON", "name": "Linen apron", "price": 5000, "list_price": 6000, "icon": "shirt"},
    {"sku": "TOWEL", "name": "Tea towel", "price": 900, "icon": "waves"},
    {"sku": "CANDLE", "name": "Soy candle", "price": 1800, "icon": "flame"},
    {"sku": "TEA", "name": "Loose tea", "price": 3200, "quantity_decimals": 3},
    {"sku": "SET", "name": "Kitchen set", "price": 7000},
)

GROUPS = {
    "kitchen": ("Kitchen", ["MUG", "APRON", "TOWEL", "SET"]),
    "towels": ("Tea towels", ["TOWEL"]),
    "candles": ("Candles", ["CANDLE"]),
    "mugs": ("Mugs", ["MUG"]),
}

PROMOTIONS: tuple[dict[str, Any], ...] = (
    {
        "code": "TOWELS-6",
        "title": "Six tea towels, 10 % off",
        "actions": [
            {
                "kind": "quantity_tiers",
                "include": "towels",
                "tiers": [{"minimum": 6, "percent": 10}],
            }
        ],
    },
    {
        "code": "CANDLES-15",
        "title": "Candles, 15 % off",
        "actions": [{"kind": "discount_order_line", "percent": 15, "include": "candles"}],
    },
    {
        "code": "CLUB-MUGS",
        "title": "Mugs for the club",
        "conditions": [{"kind": "customer_tags", "tags": ["club"]}],
        "actions": [{"kind": "discount_order_line", "percent": 20, "include": "mugs"}],
    },
    {
        "code": "BIG",
        "title": "1.00 off from 200.00 on",
        "conditions": [{"kind": "subtotal", "minimum": "200.00"}],
        "actions": [{"kind": "discount_order", "amount": "1.00", "stacking": "both"}],
    },
    {
        "code": "SPRING-SECRET",
        "title": "5.00 off from 100.00 on",
        "promo_code": "SPRING",
        "conditions": [{"kind": "subtotal", "minimum": "100.00"}],
        "actions": [{"kind": "discount_order", "amount": "5.00", "stacking": "both"}],
    },
    {
        "code": "LAST-YEAR",
        "title": "Last year’s",
        "promo_code": "FALL22",
        "ends": "2022-11-30",
        "actions": [{"kind": "discount_order", "percent": 10}],
    },
)

ADDRESS = {
    "name": "Marta Ilves",
    "email": "marta@example.com",
    "street": "1 Pine Street",
    "postcode": "98101",
    "city": "Seattle",
    "country": "USA",
    "card": "4242 4242 4242 4242",
}


def set_up() -> None:
    """Products, groups, offers and vouchers of the small shop."""
    from largesse.business.models import Business
    from largesse.catalog.models import KitComponent, Location, Product, ProductGroup, TaxRate
    from largesse.offers import promotions, vouchers
    from largesse.offers.models import Voucher

    Business(name="Alder & Finch", currency="USD", time_zone="America/New_York").save()
    products = {said["sku"]: Product.objects.create(**said) for said in PRODUCTS}
    for sku, units in (("APRON", 1), ("TOWEL", 2)):
        KitComponent.objects.create(kit=products["SET"], component=products[sku], units=units)
    for code, (title, skus) in GROUPS.items():
        in_shop = code in ("kitchen", "candles")
        group = ProductGroup.objects.create(code=code, title=title, in_shop=in_shop)
        group.products.set(products[sku] for sku in skus)
    seattle = Location.objects.create(code="seattle", title="Seattle", is_shop=True, shipping=650)
    TaxRate.objects.create(location=seattle, rate=100_000)
    promotions.revise_all(PROMOTIONS, by=None, at=AT)
    vouchers.create(["DV1"], at=AT, by="ines", percent=200_000)
    vouchers.create(["GV1"], at=AT, by="ines", value=1000)
    vouchers.create(["GV2"], at=AT, by="ines", value=1000, state=Voucher.State.VOID)


class Shopper:
    """Someone with a browser, who reads pages as text."""

    def __init__(self) -> None:
        self.client = Client()

    def see(self, url: str) -> str:
        """The words of a page."""
        response = self.client.get(url, follow=True)
        assert response.status_code == 200, (url, response.status_code)
        return words(response.content.decode())

    def do(self, url: str, **fields: str) -> str:
        """Send a form, follow where it leads, and read the words there."""
        response = self.client.post(url, fields, follow=True)
        assert response.status_code == 200, (url, response.status_code)
        self.at = response.redirect_chain[-1][0] if response.redirect_chain else url
        return words(response.content.decode())

    def add(self, sku: str, quantity: str = "1") -> str:
        self.do("/cart/add", sku=sku, quantity=quantity)
        return self.see("/cart")

    def due(self) -> str:
        """What the cart's page would have them confirm, in minor units."""
        found = re.search(r'name="due" value="(\d+)"', self.html("/cart"))
        assert found is not None
        return found[1]

    def html(self, url: str) -> str:
        return self.client.get(url, follow=True).content.decode()

    def check_out(self) -> str:
        return self.do("/checkout/start", due=self.due())

    def pay(self, **fields: str) -> str:
        return self.do("/checkout", **{**ADDRESS, **fields})

    def register(self, name: str, email: str) -> str:
        return self.do("/account/register", name=name, email=email, password="nine green apples")


def words(html: str) -> str:
    """The text of a page, tags and runs of blanks taken out."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", body)
    for entity, said in (("&amp;", "&"), ("&#x27;", "'"), ("&quot;", '"'), ("&nbsp;", " ")):
        text = text.replace(entity, said)
    return " ".join(text.split())
