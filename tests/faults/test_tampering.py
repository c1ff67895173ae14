"""A row that is edited by hand, past the triggers, is found (QU-28, JO-4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import Error, connection, models, transaction

from largesse.engine.cart import CartLine
from largesse.ids import uuid7
from largesse.ledger import triggers
from largesse.ledger.checking import check as check_ledger
from largesse.orders.cancelling import cancel
from largesse.orders.checking import check as check_orders
from largesse.orders.placing import place, reserve
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.orders.store import cart, deed, done, id_of, lines, set_up
from tests.words import spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(db: None) -> None:
    """A business in which everything has happened once."""
    set_up()
    free = CartLine("1", "POT", 2, allotment="SCHOOL-POTS")
    card = {"method": "card"}
    sold = id_of(place(cart(free, "3 MUG", codes=("DV1",), shipping=650), deed(), payment=card))
    done(post(sold, deed()))
    done(refund(sold, deed(), lines("1: 1, 2: 1"), shipping=True))
    paid = id_of(place(cart("1 POT", codes=("GV1",)), deed(reason="gift"), payment=card))
    done(post(paid, deed()))
    done(cancel(id_of(place(cart("1 HAT"), deed())), deed()))
    reserve(cart("1 HAT", CartLine("9", "POT", 1, allotment="SCHOOL-POTS")), deed(), minutes=15)
    assert findings() == []


def findings() -> list[str]:
    """What differs; nothing can be read where a value isn't one at all, which is found too."""
    try:
        return [str(one) for one in (*check_ledger(), *check_orders())]
    except (ValueError, KeyError, LookupError) as unreadable:
        return [repr(unreadable)]


@contextmanager
def unguarded() -> Iterator[None]:
    """The triggers are away for a moment, as for whoever owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.drop(connection.alias)
    yield
    triggers.create(connection.alias)


class Undone(Exception):
    """The edit is taken back."""


TABLES = (
    "ledger.Account",
    "ledger.Event",
    "ledger.Transfer",
    "ledger.Reversed",
    "orders.Order",
    "orders.OrderLine",
    "orders.Part",
    "orders.Refund",
    "orders.RefundLine",
)

def columns() -> Iterator[Any]:
    for name in TABLES:
        for field in apps.get_model(name)._meta.concrete_fields:
            yield pytest.param(name, field, id=f"{name}.{field.name}")


def edited(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value of the same sort."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case datetime() | date():
            return value + timedelta(days=1)
        case UUID():
            return uuid7()
        case str():
            return f"{value}x" if value else "x"
        case bytes() | memoryview():
            return bytes(value) + b"x"
        case list():
            return [*value, {"kind": "value_voucher", "code": "X", "amount": 1, "owner": "x"}]
        case dict():
            return {**value, "method": "cash"}
        case _:
            raise AssertionError(f"{field}: {value!r}")


def edits(name: str, field: models.Field[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """One row that has a value, with another value for it."""
    model = apps.get_model(name)
    row = model._base_manager.exclude(**{f"{field.name}__isnull": True}).first()
    if row is not None:
        yield row.pk, edited(field, getattr(row, field.attname))


def set_column(model: type[models.Model], pk: Any, field: models.Field[Any, Any], new: Any) -> None:
    quote = connection.ops.quote_name
    key = model._meta.pk
    assert key is not None
    table, column, id = (quote(n) for n in (model._meta.db_table, field.column, key.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {id} = %s",
            [field.get_db_prep_save(new, connection), key.get_db_prep_save(pk, connection)],
        )


def found_after(name: str, field: models.Field[Any, Any]) -> list[str] | None:
    """What is found once a column was edited in one row; None where the database refuses the edit."""
    model = apps.get_model(name)
    found: list[str] | None = []
    for pk, new in edits(name, field):
        try:
            with transaction.atomic():
                with unguarded():
                    set_column(model, pk, field, new)
                    connection.check_constraints()
                found = findings()
                raise Undone
        except Undone:
            pass
        except Error:
            found = None
    return found


def test_try(history: None) -> None:
    for name in TABLES:
        for field in apps.get_model(name)._meta.concrete_fields:
            f = found_after(name, field)
            print(name, field.name, "refused" if f is None else (f[0][:150] if f else "------ NOT FOUND"))
