"""Customers as the engine knows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet

from largesse.crm import models
from largesse.engine.cart import Customer, CustomerType


def customer_value(customer: models.Customer) -> Customer:
    """A buyer, called by its number, with its tags and the active organizations that it belongs to.

    What it refers to is looked up unless it was fetched with it.
    """
    return Customer(
        customer.number,
        CustomerType(customer.type),
        frozenset(tag.name for tag in customer.tags.all()),
        frozenset(each.code for each in customer.organizations.all() if each.active),
        customer.joined_on,
        customer.birthday,
        customer.sponsor.number if customer.sponsor is not None else None,
        customer.referred_by.number if customer.referred_by is not None else None,
    )


_BUYER: Final = """
SELECT c.number, c.type, c.joined_on, c.birthday, s.number, r.number, t.name, NULL
FROM crm_customer c
LEFT JOIN crm_customer s ON s.id = c.sponsor_id
LEFT JOIN crm_customer r ON r.id = c.referred_by_id
LEFT JOIN crm_customer_tags ct ON ct.customer_id = c.id
LEFT JOIN crm_tag t ON t.id = ct.tag_id
WHERE c.{column} = %s AND c.active
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, o.code FROM crm_customer c
JOIN crm_customer_organizations co ON co.customer_id = c.id
JOIN crm_organization o ON o.id = co.organization_id AND o.active
WHERE c.{column} = %s AND c.active
"""


def active_buyer(*, number: str = "", id: UUID | None = None) -> Customer | None:
    """The active customer with a number or a key, in one query.

    In plain SQL: this is in the way of every order, and the ORM's three queries cost ten times as much.
    """
    text = _BUYER.format(column="number" if id is None else "id")
    value = number if id is None else models.Customer._meta.pk.get_db_prep_value(id, connection)
    with connection.cursor() as cursor:
        cursor.execute(text, [value, value])
        rows = cursor.fetchall()
    own = next((row for row in rows if row[0] is not None), None)
    if own is None:
        return None
    return Customer(
        own[0],
        CustomerType(own[1]),
        frozenset(row[6] for row in rows if row[6] is not None),
        frozenset(row[7] for row in rows if row[7] is not None),
        _day(own[2]),
        _day(own[3]),
        own[4],
        own[5],
    )


def _day(stored: date | str | None) -> date | None:
    """A day as a database has it: SQLite keeps text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def with_relations(customers: QuerySet[models.Customer]) -> QuerySet[models.Customer]:
    """The customers with all that `customer_value` asks for, in three queries."""
    active = Prefetch("organizations", models.Organization.objects.filter(active=True))
    return customers.select_related("sponsor", "referred_by").prefetch_related("tags", active)


def customer_values(customers: QuerySet[models.Customer]) -> Iterator[Customer]:
    """Customers in three queries."""
    return map(customer_value, with_relations(customers))
