"""Vouchers as records, and what the engine is told of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from largesse.crm.models import Customer, Partner
from largesse.engine.faults import Faults
from largesse.engine.offers.voucher import VoucherStatus
from largesse.ledger import checking as journal
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Event, Hold, Plan, Stale
from largesse.ledger.reading import left
from largesse.ledger.writing import carry_out
from largesse.offers import vouchers
from largesse.offers.models import Voucher
from largesse.offers.vouchers import checking
from tests.offers.holding import hold
from tests.offers.store import AT, revise, ten_percent
from tests.words import spec

pytestmark = pytest.mark.django_db


def create(*numbers: str, **fields) -> int:
    return vouchers.create(numbers, **{"at": AT, "by": "ines", "percent": 200_000, **fields})


@spec("VO-2")
def test_a_voucher_is_found_however_its_number_is_written():
    create("dv 1")

    found = vouchers.voucher_values([" Dv1 "])

    assert list(found) == ["DV1"]
    assert found["DV1"].percent == 200_000


def test_the_engine_is_told_all_that_it_asks_for_in_one_query(django_assert_num_queries):
    create("A", partner=Partner.objects.create(code="cafe", name="Café"))
    anna = Customer.objects.create(number="anna", name="Anna")
    create("B", percent=None, value=1000, minimum=2500, customer=anna, expires=AT)

    with django_assert_num_queries(1, connection=connection):
        found = vouchers.voucher_values(["A", "B", "unknown"])

    assert found["A"].partner == "cafe"
    assert (found["B"].value, found["B"].minimum) == (1000, 2500)
    assert (found["B"].customer, found["B"].expires) == ("anna", AT)
    assert set(found) == {"A", "B"}


@spec("VO-4")
def test_a_voucher_has_one_use_which_the_first_who_takes_it_opens():
    assert create("A", "B", "C") == 3
    assert left([vouchers.account_of("A")]) == {}

    hold("A")

    assert left([vouchers.account_of("A")]) == {vouchers.account_of("A"): 0}
    assert [v.number for v in Voucher.objects.filter(opened=True)] == ["A"]
    assert journal.check() == ()


@spec("VO-4")
@pytest.mark.parametrize(
    "change", [{"state": "void"}, {"opened": True}], ids=["made void", "taken by another"]
)
def test_who_read_a_voucher_before_it_changed_does_not_take_it(change):
    create("A")
    taken = vouchers.taking(["A"])
    Voucher.objects.update(**change)

    account = vouchers.account_of("A")
    hold = Hold(id=uuid4(), account=account, target=Account(Kind.USED, "", "use"), amount=1)
    event = Event(
        id=uuid4(), kind="held", key="k", body_hash="", answer=b"", day=AT.date(), at=AT, actor="a"
    )
    plan = Plan(event=event, movements=(*taken.grants, hold), changes=taken.changes)

    assert isinstance(carry_out(plan), Stale)
    assert left([account]) == {}


@pytest.mark.parametrize("state", list(Voucher.State))
def test_the_status_is_that_of_the_record_until_the_use_is_taken(state):
    create("A", state=state)
    assert vouchers.voucher_values(["A"])["A"].status == VoucherStatus(state.value)

    hold("A")
    assert vouchers.voucher_values(["A"])["A"].status is VoucherStatus.REDEEMED


def test_thousands_are_made_at_once():
    assert create(*(f"N{i}" for i in range(2000))) == 2000

    assert Voucher.objects.count() == 2000
    assert not Voucher.objects.filter(opened=True).exists()


def test_numbers_that_cannot_be_are_told_and_none_is_made():
    create("TAKEN")
    revise(ten_percent(promo_code="SPRING"))

    with pytest.raises(Faults) as raised:
        create("taken", "twice", "TWICE", "spring", "", "X" * 33, "fine")

    assert [(fault.value, fault.message) for fault in raised.value.faults] == [
        ("TWICE", "is used twice"),
        ("SPRING", "is the code of a promotion"),
        ("", "has 1 to 32 letters or digits"),
        ("X" * 33, "has 1 to 32 letters or digits"),
        ("TAKEN", "is the number of another voucher"),
    ]
    assert Voucher.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "place"),
    [({"value": 100}, "percent"), ({"percent": None}, "percent"), ({"percent": 0}, "percent")],
    ids=["both", "neither", "nothing"],
)
def test_a_voucher_has_a_percentage_or_a_value(fields, place):
    with pytest.raises(Faults, match=place):
        create("A", **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.create(number="A", state="assigned", **{"percent": 1, **fields})


def test_whether_it_has_expired_is_told_by_its_instant():
    create("OLD", expires=AT - timedelta(days=1))

    assert vouchers.voucher_values(["OLD"])["OLD"].status is VoucherStatus.ASSIGNED


@spec("QU-28", "VO-4")
def test_a_voucher_whose_account_does_not_agree_is_found():
    create("A", "B", "C", "D")
    for number in "ABC":
        hold(number)
    assert checking.check() == ()

    Voucher.objects.filter(number="A").update(opened=False)
    Voucher.objects.filter(number="B").delete()
    Voucher.objects.filter(number="D").update(opened=True)

    assert [(found.row, found.message) for found in checking.check()] == [
        ("voucher A", "it says that no order has opened its account"),
        ("voucher B", "the journal has its use, but it is not there"),
        ("voucher D", "it says that its account is open; there is none"),
    ]
    # Who takes a use from an account that is open already has two of them granted.
    hold("A")
    assert "it was granted 2 uses" in str(checking.check()[0])
