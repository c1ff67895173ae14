"""The one business: its currency and calendar."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from largesse.business import values
from largesse.business.models import Business
from largesse.catalog.models import Product

pytestmark = pytest.mark.django_db


def test_a_business_that_nobody_has_set_up_has_defaults():
    assert values.currency().code == "USD"
    assert values.calendar().time_zone == "UTC"


def test_its_rounding_and_week_are_the_engines():
    Business.objects.create(
        name="Shop", currency="KWD", half_even=True, time_zone="Asia/Kuwait", week_starts="sunday"
    )

    assert (values.currency().exponent, values.currency().half_even) == (3, True)
    assert (values.calendar().time_zone, values.calendar().week_starts) == ("Asia/Kuwait", "sunday")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("time_zone", "Mars/Base", "Mars/Base is not a time zone such as Europe/Vienna."),
        ("currency", "usd", "usd is not an ISO 4217 code such as USD."),
    ],
)
def test_what_is_no_zone_or_currency_is_refused(field, value, told):
    with pytest.raises(ValidationError) as raised:
        Business.objects.create(name="Shop", **{field: value})

    assert raised.value.message_dict == {field: [told]}


def test_the_currency_stays_once_there_are_amounts():
    shop = Business.objects.create(name="Shop", currency="USD")
    shop.currency = "EUR"
    shop.save()
    Product.objects.create(sku="MUG", name="Mug", price=1250)

    shop.currency = "JPY"
    with pytest.raises(ValidationError, match="There are amounts in EUR already, so EUR stays"):
        shop.save()
