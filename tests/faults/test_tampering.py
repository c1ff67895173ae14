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

from largesse.business.configuration import CHARGE_BACK_UNEARNED, change
from largesse.catalog.models import Location
from largesse.engine.cart import CartLine, Giveaway
from largesse.ids import uuid7
from largesse.ledger import triggers
from largesse.ledger.checking import check as check_ledger
from largesse.orders.cancelling import cancel
from largesse.orders.checking import orders as checking
from largesse.orders.models import Correction
from largesse.orders.parties.settling import settle
from largesse.orders.placing import place, reserve
from largesse.orders.posting import post
from largesse.orders.referring import approve
from largesse.orders.refunding import refund
from tests.orders import parties
from tests.orders.referrals import asking, by, on_offer, people, referred
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
    done(post(id_of(place(cart("2 HAT"), deed())), deed()))
    done(cancel(id_of(place(cart("1 HAT"), deed())), deed()))
    reserve(cart("1 HAT", CartLine("9", "POT", 1, allotment="SCHOOL-POTS")), deed(), minutes=15)
    _party()
    _deals()
    assert findings() == []


def _deals() -> None:
    """Stock that was given away and is charged back, and an order that was referred and edited."""
    on_offer()
    people()
    change(CHARGE_BACK_UNEARNED, True)
    giving = cart("3 POT", "1 HAT", giveaways=(Giveaway("OPENING", "MUG", 4),), buyer="dora")
    given = id_of(place(giving, deed(), payment={"method": "card"}))
    done(post(given, deed()))
    done(refund(given, deed(), lines("1: 1")))
    first = id_of(referred(asking(codes=()), approver="dana"))
    edited = referred(asking(hats=1), approver="omar", replaces=first)
    done(approve(id_of(edited), by("omar")))


def _party() -> None:
    """A host who was rewarded before guests brought back something: charged for once, and waived."""
    parties.people()
    parties.on_spree(rep_income="percentage", rep_income_percent="50")
    main = Location.objects.get(code="main")
    one = parties.party(location=main, booked_at=parties.party())
    guest = parties.guest_buys(one, "10 POT")
    parties.closes(one)
    parties.rewarded(one, "2 HAT")
    for how in ("charge", "waive"):
        done(refund(guest, deed(), lines("1: 1")))
        correction = Correction.objects.order_by("id").last()
        assert correction is not None
        done(settle(correction.id, deed(reason="Agreed."), how))


def findings() -> list[str]:
    """What differs. A value that can't be read at all stops the check, which is found too."""
    try:
        return [str(one) for one in (*check_ledger(), *checking.check())]
    except (ValueError, KeyError, LookupError) as unreadable:
        return [repr(unreadable)]


@contextmanager
def without_triggers() -> Iterator[None]:
    """The triggers are away for a moment, as for whoever owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.drop(connection.alias)
    yield
    triggers.create(connection.alias)


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
    "orders.Party",
    "orders.Correction",
)

UNCOMPARED = {
    "orders.Order": {"held_until", "book_version", "requested_by", "approver"},
    "orders.OrderLine": {"free_units", "volume_1", "volume_2", "volume_3", "volume_4"},
    "orders.Part": {"id"},
    "orders.Refund": {"at", "actor", "reason"},
    "orders.RefundLine": {"id"},
    "orders.Party": {"title", "held_on", "closed_at", "made_at"},
}  # fmt: skip
"""Columns that nothing is compared with: an edit of them alone is not found. The journal has none."""


@spec("QU-28", "JO-4")
def test_any_value_that_is_edited_is_refused_or_found_but_for_those_that_nothing_is_compared_with(
    history: None,
) -> None:
    missed: dict[str, set[str]] = {}
    for name in TABLES:
        for field in apps.get_model(name)._meta.concrete_fields:
            if found_after_edit(name, field) == []:
                missed.setdefault(name, set()).add(field.name)
    assert missed == UNCOMPARED


@spec("QU-28")
@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_is_deleted_is_refused_or_found(history: None, name: str) -> None:
    model = apps.get_model(name)
    rows = model._base_manager.all()
    # That an event is missing which is of no order and booked nothing, nobody can know.
    row = rows.exclude(order_id=None).last() if name == "ledger.Event" else rows.last()
    assert row is not None
    table, key = (
        connection.ops.quote_name(str(n)) for n in (model._meta.db_table, key_of(model).column)
    )
    id = key_of(model).get_db_prep_save(row.pk, connection)
    assert found_after(f"DELETE FROM {table} WHERE {key} = %s", [id]) != []


MOVED = """
UPDATE ledger_transfer SET amount = amount + CASE WHEN id = %s THEN 1 ELSE -1 END
WHERE id IN (%s, %s)
"""
"""A cent goes from one entry to another between the same accounts: every sum stays as it was."""


@spec("QU-28")
def test_entries_that_are_edited_so_that_all_sums_agree_are_found_by_their_digest(
    history: None,
) -> None:
    assert any("digest" in one for one in found_after(MOVED, two_sales()) or ())


def test_control_without_digests_such_an_edit_is_not_found(
    history: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("largesse.ledger.checking._digests", lambda: ())
    monkeypatch.setattr("largesse.orders.checking.orders.check", lambda: ())
    found = found_after(MOVED, two_sales())
    assert found == []


def two_sales() -> list[Any]:
    """The entries from sales to receivables of two orders."""
    from largesse.ledger.models import Transfer

    sales = Transfer.objects.filter(source__kind="income:sales", target__kind="assets:receivables")
    one, other = (
        key_of(Transfer).get_db_prep_save(id, connection)
        for id in sales.filter(reversed_row=None).values_list("id", flat=True)[:2]
    )
    return [one, one, other]


# --- editing ---------------------------------------------------------------------------------------


class Undone(Exception):
    """The edit is taken back."""


def found_after_edit(name: str, field: models.Field[Any, Any]) -> list[str] | None:
    """What is found once a column was edited in a row that has a value there."""
    model = apps.get_model(name)
    row = model._base_manager.exclude(**{f"{field.name}__isnull": True}).first()
    assert row is not None, f"no row has a value of {field}"
    table, column, key = (
        connection.ops.quote_name(str(n))
        for n in (model._meta.db_table, field.column, key_of(model).column)
    )
    return found_after(
        f"UPDATE {table} SET {column} = %s WHERE {key} = %s",
        [
            field.get_db_prep_save(edited(field, getattr(row, field.attname)), connection),
            key_of(model).get_db_prep_save(row.pk, connection),
        ],
    )


def found_after(statement: str, values: list[Any]) -> list[str] | None:
    """What is found once a statement was run past the triggers; None where the database refuses it."""
    found: list[str] = []
    try:
        with transaction.atomic():
            with without_triggers(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                connection.check_constraints()
            found = findings()
            raise Undone
    except Undone:
        return found
    except Error:
        return None


def key_of(model: type[models.Model]) -> models.Field[Any, Any]:
    key = model._meta.pk
    assert key is not None
    return key


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
            return f"{value[:-1]}{'y' if value.endswith('x') else 'x'}"
        case bytes() | memoryview():
            return bytes(value) + b"x"
        case list():
            return [*value, {"kind": "value_voucher", "code": "X", "amount": 1, "owner": "x"}]
        case dict():
            return {**value, "method": "cash"}
        case _:
            raise AssertionError(f"{field}: {value!r}")
