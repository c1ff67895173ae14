"""Products, groups and locations as the engine knows them."""

from __future__ import annotations

import pytest
from django.db import connection

import largesse as lg
from largesse.catalog.models import KitComponent, Location, Product, ProductGroup, TaxRate
from largesse.catalog.values import group_values, location_value, product_value, product_values
from tests.words import spec

pytestmark = pytest.mark.django_db


@spec("IF-1")
def test_a_product_is_the_engines_with_its_measures():
    made = Product.objects.create(
        sku="TEA",
        name="Tea",
        price=3200,
        list_price=3500,
        barcode="4711",
        floor=1000,
        tax_class="food",
        quantity_decimals=3,
        taxable=3000,
        volume_2=7,
    )

    assert product_value(made) == lg.Product(
        "TEA", 3200, "Tea", 3500, "4711", 1000, "food", 3, lg.Measures(taxable=3000, volume_2=7)
    )


@spec("CO-2")
def test_a_kit_has_its_components_and_many_products_cost_two_queries(django_assert_num_queries):
    mug, hat, kit = (Product.objects.create(sku=s, name=s, price=100) for s in ("M", "H", "K"))
    KitComponent.objects.create(kit=kit, component=mug, units=2)
    KitComponent.objects.create(kit=kit, component=hat)

    with django_assert_num_queries(2, connection=connection):
        found = {value.sku: value for value in product_values(Product.objects.all())}

    assert found["K"].components == {"M": 2, "H": 1}
    assert found["M"].components == {}


def test_a_group_has_its_products_and_its_location(django_assert_num_queries):
    main = Location.objects.create(code="main", title="Main street")
    things = ProductGroup.objects.create(code="things", title="Things", location=main)
    things.products.add(*(Product.objects.create(sku=s, name=s, price=100) for s in "AB"))
    ProductGroup.objects.create(code="none", title="None")

    with django_assert_num_queries(2, connection=connection):
        none, found = sorted(group_values(ProductGroup.objects.all()), key=lambda g: g.code)

    assert found.products == {"A", "B"}
    assert (found.title, found.location) == ("Things", "main")
    assert (len(none.products), none.location) == (0, None)


@spec("ST-5")
def test_a_location_has_its_tax_table():
    made = Location.objects.create(
        code="vienna", title="Vienna", prices_include_tax=True, floor_margin=500_000
    )
    TaxRate.objects.create(location=made, tax_class="standard", rate=200_000)

    assert location_value(made) == lg.Location(
        "vienna", "Vienna", {"standard": 200_000}, True, 500_000
    )
