"""A business without orders and offers is told what to do first, by those who may do it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from largesse.business.models import Business
from largesse.catalog.models import Product
from tests.backoffice.conftest import ClientOf
from tests.orders.offers import on_offer
from tests.words import spec

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 200
    return str(answer.content.decode())


@spec("IF-35", "IF-38")
@pytest.mark.parametrize(
    ("role", "ways"),
    [
        ("Merchandiser", ("catalog_product_add", "offers_promotion_add")),
        ("Cashier", ()),
        ("Auditor", ()),
        (
            "Administrator",
            ("business_business_add", "catalog_product_add", "offers_promotion_add"),
        ),
    ],
)
def test_the_first_steps_lead_to_what_a_role_may_do(
    role: str, ways: tuple[str, ...], client_of: ClientOf
):
    text = page(client_of(role))
    assert "Start here" in text
    for name in ("business_business_add", "catalog_product_add", "offers_promotion_add"):
        assert (f'href="{reverse(f"admin:{name}")}"' in text) == (name in ways)
    assert (reverse("till:till") in text.partition("Start here")[2]) == (
        role in ("Cashier", "Administrator")
    )


@spec("IF-35")
def test_a_step_that_is_done_says_so_and_the_next_one_stands_out(owner: Client):
    def done_and_next() -> tuple[int, list[str]]:
        text = page(owner)
        return text.count(">Done<"), re.findall(r'btn-primary" href="([^"]*)"', text)

    assert done_and_next() == (0, [reverse("admin:business_business_add")])
    Business.objects.create(name="Store")
    assert done_and_next() == (1, [reverse("admin:catalog_product_add")])
    Product.objects.create(sku="MUG", name="Mug", price=1250)
    assert done_and_next() == (2, [reverse("admin:offers_promotion_add")])


@spec("IF-35")
@pytest.mark.usefixtures("store")
def test_with_an_offer_the_dashboard_begins(owner: Client):
    on_offer()
    assert "Start here" not in page(owner)
