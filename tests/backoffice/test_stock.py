"""The stock of a product is shown in the list, on its page and in the file, and set by counting."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from largesse.catalog.models import Product
from tests.orders.offers import buys
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")


def page_of(client: Client, sku: str = "MUG") -> str:
    url = reverse("admin:catalog_product_change", args=[Product.objects.get(sku=sku).pk])
    return client.get(url).content.decode()


def save(client: Client, sku: str = "MUG", **entered: str) -> Any:
    """The page of a product, sent as it is shown with some fields entered."""
    product = Product.objects.get(sku=sku)
    url = reverse("admin:catalog_product_change", args=[product.pk])
    form = client.get(url).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    for rows in ("parts", "options", "ProductGroup_products"):
        sent |= {f"{rows}-TOTAL_FORMS": 0, f"{rows}-INITIAL_FORMS": 0}
    sent = {name: value for name, value in sent.items() if value is not None and value is not False}
    sent |= {"price": "12.50", "floor": "0.00"} | entered
    sent |= {name: "0" for name in sent if name.startswith(("other_", "volume_"))}
    return client.post(url, sent)


@spec("DE-15")
def test_a_count_is_entered_and_what_is_sold_comes_off(owner: Client) -> None:
    assert "Not counted" in page_of(owner)
    answer = save(owner, count="140")
    assert answer.status_code == 302, answer.content.decode()
    assert "140 in stock" in page_of(owner)
    buys("3 MUG", at=Product.objects.get(sku="MUG").stock_counted_at)
    text = page_of(owner)
    assert "137 in stock" in text
    assert "<span>140 · <time" in text


def test_the_same_number_counted_again_is_another_count(owner: Client) -> None:
    save(owner, count="140")
    buys("3 MUG", at=Product.objects.get(sku="MUG").stock_counted_at)
    save(owner, count="140")
    assert "140 in stock" in page_of(owner)


def test_a_page_that_is_saved_without_a_count_leaves_the_stock(owner: Client) -> None:
    save(owner, count="140")
    before = Product.objects.get(sku="MUG").stock_counted_at
    save(owner, name="Large mug")
    product = Product.objects.get(sku="MUG")
    assert (product.name, product.stock, product.stock_counted_at) == ("Large mug", 140, before)


def test_a_product_can_be_counted_no_more(owner: Client) -> None:
    save(owner, count="140")
    answer = save(owner, count="3", uncount="on")
    assert "Enter a count, or count it no more" in answer.content.decode()
    save(owner, uncount="on")
    assert "Not counted" in page_of(owner)


def test_the_list_and_its_file_say_what_is_in_stock(owner: Client) -> None:
    save(owner, count="1400")
    text = owner.get(reverse("admin:catalog_product_changelist")).content.decode()
    assert re.search(r"field-stock_shown[^>]*>\s*(<[^>]*>)?\s*1,400", text)
    answer = owner.get(reverse("admin:catalog_product_export"))
    sent = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = {row["SKU"]: row["In stock"] for row in csv.DictReader(sent.splitlines())}
    assert rows["MUG"] == "1400"
    assert rows["HAT"] == ""
