"""Allotments as records."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from largesse.catalog.models import ProductGroup
from largesse.crm.models import Organization
from largesse.engine.faults import Faults
from largesse.ledger import checking as journal
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Event, Hold, Plan
from largesse.ledger.writing import carry_out
from largesse.offers import allotments
from largesse.offers.current import current
from tests.offers.store import AT, group, product
from tests.words import spec, window

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot():
    return product("POT", 10_000)


def grant(pot, quantity=3, **fields):
    school, _ = Organization.objects.get_or_create(code="school", defaults={"name": "School"})
    given = {"at": AT, "by": "ines", "code": "POTS", **fields}
    return allotments.grant(school, pot, quantity, given.pop("title", "Pots"), **given)


def take(units: int) -> None:
    """Somebody reserves units."""
    event = Event(
        id=uuid4(), kind="held", key="k", body_hash="", answer=b"", day=AT.date(), at=AT, actor="a"
    )
    movement = Hold(
        id=uuid4(),
        account=allotments.account_of("POTS"),
        target=Account(Kind.USED, "", "unit"),
        amount=units,
    )
    carry_out(Plan(event=event, movements=(movement,)))


@spec("AL-1")
def test_an_allotment_is_in_the_book_and_its_units_in_the_ledger(pot):
    days = window("2026-06-01", "2026-07-01")
    made = grant(
        pot, product_group=group("pots", pot), starts=days.start, ends=days.end, members_only=True
    )

    value = current().book.allotments["POTS"]
    assert (value.product, value.organization, value.title) == ("POT", "school", "Pots")
    assert (value.window, value.members_only) == (days, True)
    assert allotments.units_of(made).left == 3
    assert journal.check() == ()


@spec("AL-3")
def test_a_new_allotment_takes_the_default_group_and_without_one_must_be_given_one(pot):
    with pytest.raises(Faults, match="product_group: is missing: no product group is the default"):
        grant(pot)

    default = group("pots", pot, is_default=True)
    assert grant(pot).product_group == default


@spec("AL-3")
def test_a_product_outside_the_group_is_refused(pot):
    with pytest.raises(Faults, match="product: is not in the product group mugs"):
        grant(pot, product_group=group("mugs"))


@spec("AL-3")
def test_only_one_group_is_the_default(pot):
    from django.db import IntegrityError, transaction

    group("pots", pot, is_default=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        group("mugs", is_default=True)


@spec("AL-4")
def test_a_product_group_has_a_title_a_location_and_products(pot):
    from largesse.catalog.models import Location

    main = Location.objects.create(code="main", title="Main street")
    made = group("pots", pot, title="Pots and pans", location=main)

    value = current().book.catalog.groups["pots"]
    assert (value.title, value.location) == ("Pots and pans", "main")
    assert value.products == {"POT"}
    assert ProductGroup.objects.get(title="Pots and pans") == made


def test_all_faults_are_told_at_once_and_nothing_is_made(pot):
    days = window("2026-07-01", "2026-06-01")
    with pytest.raises(Faults) as raised:
        grant(pot, 0, title=" ", starts=days.start, ends=days.end)

    assert [f.place for f in raised.value.faults] == ["title", "quantity", "product_group", "ends"]
    assert current().book.allotments == {}


@spec("AL-11")
def test_the_quantity_is_raised_and_lowered_down_to_what_is_used(pot):
    made = grant(pot, 3, product_group=group("pots", pot))
    take(2)

    allotments.set_quantity(made, 10, at=AT, by="ines")
    assert allotments.units_of(made).left == 8
    allotments.set_quantity(made, 2, at=AT, by="ines")
    assert allotments.units_of(made).left == 0
    with pytest.raises(Faults, match="quantity: is at least 2, which are used or reserved"):
        allotments.set_quantity(made, 1, at=AT, by="ines")
    assert journal.check() == ()


@spec("AL-11")
def test_a_closed_allotment_is_in_no_book_and_keeps_its_record(pot):
    made = grant(pot, product_group=group("pots", pot))

    allotments.close(made)

    assert current().book.allotments == {}
    assert allotments.units_of(made).granted == 3


def test_a_code_is_made_where_none_is_given_and_is_used_once(pot):
    pots = group("pots", pot)
    assert (
        grant(pot, code="", product_group=pots).code != grant(pot, code="", product_group=pots).code
    )

    grant(pot, product_group=pots)
    with pytest.raises(Faults, match="is the code of another allotment"):
        grant(pot, product_group=pots)


@spec("AL-6", "AL-11")
def test_an_edit_changes_all_of_it_or_tells_all_faults_and_changes_nothing(pot):
    made = grant(pot, 3, product_group=group("pots", pot))
    take(2)
    days = window("2026-06-01", "2026-07-01")
    said: dict[str, Any] = {"title": "Pans", "quantity": 5, "starts": days.start, "ends": days.end}

    wrong: dict[str, Any] = {"title": " ", "quantity": 1, "starts": days.end, "ends": days.start}
    with pytest.raises(Faults) as raised:
        allotments.edit(made, **wrong, members_only=True, at=AT, by="ines")
    assert [f.place for f in raised.value.faults] == ["title", "quantity", "ends"]
    made.refresh_from_db()
    assert (made.title, made.revision, allotments.units_of(made).granted) == ("Pots", 1, 3)

    allotments.edit(made, **said, members_only=True, at=AT, by="ines")
    value = current().book.allotments["POTS"]
    assert (value.title, value.window, value.members_only) == ("Pans", days, True)
    assert allotments.units_of(made).left == 3
    assert made.revision == 2

    allotments.edit(made, **said, members_only=True, at=AT, by="ines")
    assert made.revision == 2
