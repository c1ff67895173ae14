"""The journal as a CSV file, and as a text that beancount accepts."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core.data import Open, Transaction
from beancount.core.realization import compute_balance, get, realize

from largesse.ids import public_id, uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.exporting import beancount_name, to_beancount, to_csv
from largesse.ledger.plan import Plan
from largesse.ledger.writing import carry_out
from tests.ledger.plans import PROMOTIONS, book, entry, grant, hold, next_event, post, reverse
from tests.words import spec

pytestmark = pytest.mark.django_db

ODD = 'Größe "50 %" \\ half\nprice'


@pytest.fixture
def order():
    grant(1)
    id, held, sold = uuid7(), hold(), entry(12345)
    carry_out(Plan(event=next_event(id, "order.placed"), movements=(held,)))
    movements = (post(held), sold, entry(2000, target=PROMOTIONS))
    carry_out(Plan(event=next_event(id, "order.posted", reason=ODD), movements=movements))
    later = next_event(id, "order.refunded", day=date(2026, 12, 2), actor="=2+5")
    carry_out(Plan(event=later, movements=(reverse(sold, 345),)))
    for asset, amount in (("JPY", 1200), ("KWD", 1234)):
        ends = (Account(Kind.SALES, "", asset), Account(Kind.TENDERS, "gift_card", asset))
        book(entry(amount, *ends))
    return id


def written(write, *days: date | None) -> str:
    out = io.StringIO()
    write(out, *days)
    return out.getvalue()


@spec("JO-5")
def test_beancount_accepts_the_journal(order):
    entries, errors, _ = loader.load_string(written(to_beancount))
    assert errors == []
    told = [each for each in entries if isinstance(each, Transaction)]
    assert [each.narration for each in told if each.links == {public_id("ord", order)}] == [
        "order.posted: " + ODD.replace("\n", " "),
        "order.refunded",
    ]
    root = realize(entries)

    def balance(name: str) -> set[str]:
        return {str(position.units) for position in compute_balance(get(root, name))}

    assert balance("Assets:Receivables") == {"120.00 USD"}
    assert balance("Expenses:Discounts:Promotions:SUMMER") == {"20.00 USD"}
    assert balance("Income:Sales") == {"-1200 JPY", "-1.234 KWD", "-140.00 USD"}
    assert balance("Assets:Tenders:X-gift-5f-card") == {"1200 JPY", "1.234 KWD"}


@spec("JO-5")
@pytest.mark.usefixtures("order")
def test_beancount_would_notice_a_wrong_amount():
    text = written(to_beancount)
    for right, wrong in (("120.00 ~", "120.01 ~"), ("-143.45 USD", "-143.46 USD")):
        assert right in text
        assert loader.load_string(text.replace(right, wrong))[1] != []


@spec("JO-5")
@pytest.mark.usefixtures("order")
def test_a_period_has_the_transactions_of_its_days_both_ends_inside():
    for days, wanted in (
        ((None, date(2026, 11, 30)), ["order.posted", "test", "test"]),
        ((date(2026, 12, 2), date(2026, 12, 2)), ["order.refunded"]),
        ((date(2026, 12, 3), None), []),
    ):
        entries, errors, _ = loader.load_string(written(to_beancount, *days))
        assert errors == []
        told = [each for each in entries if isinstance(each, Transaction)]
        assert sorted((each.narration or "").partition(":")[0] for each in told) == wanted


@spec("JO-5")
def test_owners_become_names_that_beancount_allows_and_never_the_same_one():
    owners = [
        "SUMMER",
        "summer",
        "Summer-2",
        "X-summer",
        "no-partner",
        "a b",
        "a_b",
        "a-b",
        "ü",
        "5",
    ]
    for owner in owners:
        book(entry(1, target=Account(Kind.PROMOTIONS, owner, "USD")))
    entries, errors, _ = loader.load_string(written(to_beancount))
    assert errors == []
    opened = [e for e in entries if isinstance(e, Open) and "owner" in e.meta]
    assert {each.meta["owner"]: each.account for each in opened} == {
        owner: beancount_name(Account(Kind.PROMOTIONS, owner, "USD")) for owner in owners
    }
    assert len({each.account for each in opened}) == len(owners)


@spec("JO-5")
def test_every_transfer_is_a_row_of_the_csv_file(order):
    rows = list(csv.DictReader(io.StringIO(written(to_csv), newline="")))
    assert [row["kind"] for row in rows].count("hold") == 1
    assert {row["order"] for row in rows} == {"", public_id("ord", order)}
    back = rows[-1]
    assert (back["day"], back["kind"], back["credit"]) == (
        "2026-12-02", "reverse", "assets:receivables",
    )  # fmt: skip
    assert (back["asset"], Decimal(back["amount"])) == ("USD", Decimal("3.45"))
    assert {row["reason"] for row in rows} >= {ODD}
    december = list(csv.DictReader(io.StringIO(written(to_csv, date(2026, 12, 1)), newline="")))
    assert december == [back]


@spec("QU-44")
@pytest.mark.usefixtures("order")
def test_a_cell_of_the_csv_file_is_never_a_formula():
    rows = list(csv.DictReader(io.StringIO(written(to_csv), newline="")))
    assert rows[-1]["actor"] == "'=2+5"


@spec("JO-5")
def test_an_empty_journal_is_exported_too():
    assert loader.load_string(written(to_beancount))[1] == []
    assert written(to_csv).splitlines()[1:] == []
