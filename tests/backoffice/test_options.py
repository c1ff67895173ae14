"""Options in the back office: chosen on the page of a product, shown on that of an order."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

import largesse as lg
from largesse.catalog.models import Product, ProductOption
from largesse.orders.placing import place
from tests.backoffice.test_stock import page_of, save
from tests.orders.store import cart, deed, id_of
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")


def offering(*skus: str) -> dict[str, str]:
    """The fields of a product's page with which it is offered these options."""
    rows = {"options-TOTAL_FORMS": str(len(skus))}
    for n, sku in enumerate(skus):
        rows[f"options-{n}-option"] = str(Product.objects.get(sku=sku).pk)
        rows[f"options-{n}-position"] = str(n + 1)
    return rows


@spec("AL-12", "IF-30")
def test_options_are_chosen_on_the_page_of_a_product(owner: Client) -> None:
    assert save(owner, **offering("POT", "HAT")).status_code == 302

    chosen = ProductOption.objects.filter(product__sku="MUG")
    assert [row.option.sku for row in chosen] == ["POT", "HAT"]
    # The next one is searched for as it is typed.
    assert 'data-field-name="option"' in page_of(owner)


@spec("AL-12", "IF-30")
@pytest.mark.parametrize(
    ("sku", "told"),
    [
        ("MUG", "A product is not an option of itself."),
        ("TEA", "An option is sold in whole units."),
    ],
)
def test_an_option_is_another_product_in_whole_units(owner: Client, sku: str, told: str) -> None:
    answer = save(owner, **offering(sku))

    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not ProductOption.objects.exists()


@spec("AL-12", "IF-30")
def test_the_page_of_an_order_says_what_an_option_goes_with(owner: Client) -> None:
    lines = lg.CartLine("1", "POT"), lg.CartLine("2", "MUG", option_of="1")
    order = id_of(place(cart(*lines), deed()))

    page = owner.get(reverse("admin:orders_order_change", args=[order])).content.decode()

    assert "MUG · with Pot" in page
