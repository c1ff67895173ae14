"""Customers as the engine knows them."""

from __future__ import annotations

import pytest
from django.db import connection

import largesse as lg
from largesse.crm.models import Customer, Organization, Tag
from largesse.crm.values import customer_value, customer_values

pytestmark = pytest.mark.django_db


def test_a_customer_is_called_by_its_number_and_has_its_tags_and_active_organizations():
    made = Customer.objects.create(number="C1", name="Dora", type="distributor")
    made.tags.add(Tag.objects.create(name="vip"))
    made.organizations.add(
        Organization.objects.create(code="school", name="School"),
        Organization.objects.create(code="gone", name="Gone", active=False),
    )
    wanted = lg.Customer(
        "C1", lg.CustomerType.DISTRIBUTOR, frozenset({"vip"}), frozenset({"school"})
    )

    assert customer_value(made) == wanted
    assert list(customer_values(Customer.objects.all())) == [wanted]


def test_many_customers_cost_three_queries(django_assert_num_queries):
    tag = Tag.objects.create(name="vip")
    for i in range(20):
        Customer.objects.create(number=f"C{i}", name="Anna").tags.add(tag)

    with django_assert_num_queries(3, connection=connection):
        assert len(list(customer_values(Customer.objects.all()))) == 20
