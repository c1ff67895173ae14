"""A small store with a till, and what a cashier does at it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from largesse.business.models import Business, User
from largesse.catalog.models import Location, Product, ProductGroup, TaxRate
from largesse.crm.models import Customer, Partner
from largesse.offers import promotions, vouchers
from largesse.offers.models import Voucher
from largesse.orders.models import Order
from largesse.till.models import Sale

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)

PRODUCTS: tuple[dict[str, Any], ...] = (
    {"sku": "APRON", "name": "Linen apron", "price": 5000, "barcode": "2000000000015"},
    {"sku": "BOARD", "name": "Walnut board", "price": 5000, "barcode": "2000000000022"},
    {"sku": "MUG", "name": "Stoneware mug", "price": 1450, "barcode": "4711"},
    {
        "sku": "TEA",
        "name": "Loose tea",
        "price": 3200,
        "quantity_decimals": 3,
        "barcode": "2104711",
    },
)

PROMOTIONS: tuple[dict[str, Any], ...] = (
    {
        "code": "MUGS-3-FOR-2",
        "title": "Three mugs for two",
        "actions": [{"kind": "buy_x_get_y", "buy": 2, "products": "mugs"}],
    },
    {
        "code": "SPRING-MUGS",
        "title": "1.00 off a mug",
        "promo_code": "SPRING",
        "actions": [{"kind": "discount_order_line", "amount": "1.00", "include": "mugs"}],
    },
)


def set_up() -> None:
    """A store without tax and one with, mugs and aprons, Marta, and vouchers of a credit union."""
    Business.objects.create(name="Alder & Finch", time_zone="America/Los_Angeles")
    products = {each["sku"]: Product.objects.create(**each) for each in PRODUCTS}
    mugs = ProductGroup.objects.create(code="mugs", title="Mugs")
    mugs.products.add(products["MUG"])
    pearl = Location.objects.create(code="pearl", title="Pearl Street")
    TaxRate.objects.create(location=pearl, rate=0)
    denver = Location.objects.create(code="denver", title="Denver")
    TaxRate.objects.create(location=denver, rate=100_000)
    Customer.objects.create(number="C-1", name="Marta Ilves", email="marta@example.com")
    for promotion in PROMOTIONS:
        promotions.revise(promotion, by=None, at=AT, reason="")
    union = Partner.objects.create(code="harbor-cu", name="Harbor Credit Union")
    made: dict[str, Any] = {"partner": union, "at": AT, "by": "ines"}
    vouchers.create(["DV20", "DV21"], percent=200_000, **made)
    vouchers.create(["GV10"], value=1000, **made)
    vouchers.create(["GV100"], value=10000, minimum=6000, **made)
    vouchers.create(["DVNEW"], percent=200_000, at=AT, by="ines", state=Voucher.State.CREATED)


def user(role: str, name: str = "Tomas Brandt") -> User:
    first, _, last = name.partition(" ")
    made = User.objects.create(
        username=f"{role.lower()}-{User.objects.count()}",
        first_name=first,
        last_name=last,
        is_staff=True,
    )
    made.groups.add(Group.objects.get(name=role))
    return made


class Till:
    """A cashier at a till, and what they do; `page` is what the screen then shows."""

    def __init__(self, number: int = 1, location: str = "pearl", role: str = "Cashier"):
        self.user = user(role)
        self.client = Client()
        self.client.force_login(self.user)
        self.client.post("/till/open", {"location": location, "till": str(number)})
        self.answer: Any = self.client.get("/till/")

    def get(self, path: str = "") -> Any:
        self.answer = self.client.get(f"/till/{path}")
        return self

    def post(self, path: str, deed: str = "", **said: Any) -> Any:
        headers = {"X-Deed": deed} if deed else {}
        self.answer = self.client.post(f"/till/{path}", said, headers=headers)
        return self

    def scan(self, *texts: str) -> Any:
        for text in texts:
            self.post("scan", text=text)
        return self

    def take(self, method: str, amount: str, *, due: str = "", deed: str = "", **said: Any) -> Any:
        """Take an amount; the page said what was due, unless another one is named."""
        seen = due or str(self.answer.context["work"].quote.due)
        return self.post("take", deed, method=method, amount=amount, due=seen, **said)

    @property
    def page(self) -> str:
        """The words of the page, one blank between any two."""
        text = re.sub(r"<svg.*?</svg>|<script.*?</script>", " ", self.answer.content.decode())
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())

    @property
    def total(self) -> str:
        return self._amount("total")

    @property
    def change(self) -> str:
        return self._amount("change")

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Quantity and SKU of each line."""
        return [(line.quantity, line.sku) for line in self.answer.context["lines"]]

    @property
    def sale(self) -> Sale:
        return Sale.objects.get(on_screen=True, location__code="pearl", till=1)

    @property
    def ledgers(self) -> dict[str, dict[str, int]]:
        """What each entry shows: debits positive, credits negative, by account and note."""
        return {
            ledger.title: {
                f"{row.account} {row.note}".strip(): row.debit - row.credit for row in ledger.rows
            }
            for ledger in self.answer.context["ledgers"]
        }

    def _amount(self, id: str) -> str:
        found = re.search(f'id="{id}">([^<]*)<', self.answer.content.decode())
        assert found, self.page
        return found[1]


def the_order() -> Order:
    """The one order that there is."""
    return Order.objects.get()
