"""Amounts and rates of records: shown and read as decimals, stored as whole numbers, bounded."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from largesse.business.models import Business
from largesse.catalog.models import Location, Product
from largesse.engine.money import AMOUNT_MAX
from largesse.records import AmountFormField
from tests.words import spec

pytestmark = pytest.mark.django_db


class ProductForm(forms.ModelForm):
    class Meta:
        model = Product
        fields = ("sku", "name", "price", "floor", "list_price")


class LocationForm(forms.ModelForm):
    class Meta:
        model = Location
        fields = ("floor_margin",)


def form(price: str, **fields: Any) -> ProductForm:
    return ProductForm({"sku": "MUG", "name": "Mug", "price": price, "floor": "0", **fields})


def business(currency: str) -> None:
    Business.objects.create(name="Shop", currency=currency)


@spec("MO-1")
@pytest.mark.parametrize(
    ("currency", "text", "units"),
    [("USD", "12.50", 1250), ("USD", "12.5", 1250), ("JPY", "1200", 1200), ("KWD", "1.234", 1234)],
)
def test_an_amount_is_read_exactly_in_the_businesss_currency(currency, text, units):
    business(currency)

    assert form(text).save().price == units


@spec("MO-1")
@pytest.mark.parametrize(
    ("currency", "shown"), [("USD", "12.50"), ("JPY", "1250"), ("KWD", "1.250")]
)
def test_an_amount_is_shown_in_the_businesss_currency(currency, shown):
    business(currency)
    shows = ProductForm(instance=Product(sku="MUG", name="Mug", price=1250))

    assert f'value="{shown}"' in str(shows["price"])
    assert 'value="' not in str(shows["list_price"])


@spec("MO-6")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("twelve", "'twelve' is not an amount; write it like \"12.34\"."),
        ("1.234", "'1.234' has more than 2 decimals of USD."),
        ("-1", "-1 is negative; it is 0 or more."),
        ("1e3", "'1e3' is not an amount; write it like \"12.34\"."),
        ("9" * 30, "is beyond the largest amount, 10000000000000.00."),
        ("", "This field is required."),
    ],
)
def test_what_is_no_amount_is_told_with_what_to_write(text, told):
    filled = form(text)

    assert not filled.is_valid()
    assert told in filled.errors["price"][0]
    assert filled["price"].value() == text


def test_an_amount_that_was_not_touched_has_not_changed():
    mug = Product.objects.create(sku="MUG", name="Mug", price=1250)
    same = ProductForm({"sku": "MUG", "name": "Mug", "price": "12.50", "floor": "0"}, instance=mug)

    assert same.changed_data == []


def test_a_field_of_numbers_lets_decimals_in():
    shown = Product._meta.get_field("price").formfield(widget=forms.NumberInput)

    assert shown.widget.attrs["step"] == "any"


@spec("MO-2")
def test_a_rate_is_shown_and_read_in_percent_of_up_to_four_decimals():
    assert LocationForm({"floor_margin": "12.3456 %"}).instance is not None
    filled = LocationForm({"floor_margin": "12.3456 %"})
    assert filled.is_valid()
    assert filled.cleaned_data["floor_margin"] == 123_456
    assert 'value="12.3456"' in str(LocationForm(instance=Location(floor_margin=123_456)))
    told = LocationForm({"floor_margin": "1.23456"}).errors["floor_margin"][0]
    assert told == "'1.23456' has more than 4 decimals; write it like 12.3456."


@spec("MO-6")
@pytest.mark.parametrize("price", [-1, AMOUNT_MAX + 1])
def test_the_database_holds_no_amount_beyond_the_bounds(price):
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.bulk_create([Product(sku="MUG", name="Mug", price=price)])
    with pytest.raises(ValidationError):
        Product(sku="MUG", name="Mug", price=price).full_clean()

    Product.objects.bulk_create([Product(sku="MUG", name="Mug", price=AMOUNT_MAX)])


@spec("MO-1")
def test_a_comma_sets_off_thousands_and_is_never_taken_for_a_decimal_point() -> None:
    field = AmountFormField()
    assert field.clean("1,300.50") == 130050
    for said in ("12,50", "1,30", "1,300,5"):
        with pytest.raises(ValidationError):
            field.clean(said)
