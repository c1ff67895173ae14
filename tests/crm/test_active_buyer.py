"""A buyer is found in one query, as the records have it."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from largesse.crm.models import Customer, Organization, Tag
from largesse.crm.values import active_buyer, customer_value


@pytest.mark.django_db
def test_a_buyer_is_told_with_tags_and_active_organizations_in_one_query() -> None:
    from django.db import connection

    anna = Customer.objects.create(number="anna", name="Anna", type=Customer.Type.DISTRIBUTOR)
    anna.tags.add(*(Tag.objects.create(name=name) for name in ("gold", "vip")))
    for code, active in (("school", True), ("closed", False)):
        anna.organizations.add(Organization.objects.create(code=code, name=code, active=active))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = active_buyer(number="anna")
    assert len(queries) == 1
    assert found == active_buyer(id=anna.id) == customer_value(anna)
    assert found is not None
    assert found.tags == frozenset({"gold", "vip"})
    assert found.organizations == frozenset({"school"})


@pytest.mark.django_db
def test_nobody_is_found_for_an_unknown_number_or_one_that_is_inactive() -> None:
    Customer.objects.create(number="gone", name="Gone", active=False)
    assert active_buyer(number="gone") is None
    assert active_buyer(number="nobody") is None
