"""What the journal tells of accounts, orders and periods."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import KeyReused, Plan, Recorded
from largesse.ledger.reading import (
    Counters,
    counters,
    events_of,
    left,
    statement,
    stored_answer,
    totals,
    transfers_of,
)
from largesse.ledger.writing import carry_out
from tests.ledger.plans import (
    AT,
    PROMOTIONS,
    RECEIVABLES,
    SALES,
    VOUCHER,
    book,
    entry,
    grant,
    hold,
    next_event,
    post,
    reverse,
    void,
)
from tests.words import spec

pytestmark = pytest.mark.django_db

NOVEMBER = (date(2026, 11, 1), date(2026, 12, 1))
DECEMBER = (date(2026, 12, 1), date(2027, 1, 1))


def test_what_is_left_is_granted_less_held_less_posted():
    grant(10)
    held, other = hold(3), hold(2)
    book(held, other)
    book(post(held))
    assert left([VOUCHER, SALES]) == {VOUCHER: 5}
    counted = counters([VOUCHER])[VOUCHER]
    assert counted == Counters(granted=10, held=2, posted=3)
    assert counted.left == 5


def test_many_accounts_are_asked_for_at_once():
    asked = [Account(Kind.VOUCHER, str(nth), "use") for nth in range(1100)]
    for nth in (0, 600, 1099):
        grant(nth + 1, asked[nth])
    assert left(asked) == {asked[0]: 1, asked[600]: 601, asked[1099]: 1100}


def test_an_order_is_told_with_its_events_and_transfers():
    grant(2)
    order, held, sold = uuid7(), hold(2), entry(500)
    carry_out(Plan(event=next_event(order, "placed"), movements=(held,)))
    (waiting,) = transfers_of(order)
    assert (waiting.open, waiting.kind, waiting.source, waiting.asset) == (
        True, "hold", VOUCHER, "use",
    )  # fmt: skip
    used = post(held)
    carry_out(Plan(event=next_event(order, "posted"), movements=(used, sold)))
    carry_out(Plan(event=next_event(order, "refunded", reason="torn"), movements=(
        reverse(sold, 120), reverse(used, 1),
    )))  # fmt: skip
    told = {each.id: each for each in transfers_of(order)}
    assert not told[held.id].open
    assert (told[used.id].resolves, told[used.id].amount, told[used.id].reversible) == (
        held.id, 2, 1,
    )  # fmt: skip
    assert (told[sold.id].reversed, told[sold.id].reversible) == (120, 380)
    (back,) = (each for each in told.values() if each.reverses == sold.id)
    assert (back.source, back.target, back.amount) == (RECEIVABLES, SALES, 120)
    assert (back.event_kind, back.event_number, back.reason) == ("refunded", 3, "torn")
    assert (back.order_id, back.at, back.reversible) == (order, AT, 0)
    assert [(each.number, each.kind) for each in events_of(order)] == [
        (1, "placed"), (2, "posted"), (3, "refunded"),
    ]  # fmt: skip


@spec("OR-3")
def test_an_answer_is_found_by_its_key():
    outcome = book(key="k", body="one")
    assert isinstance(outcome, Recorded)
    hash_of_one = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert stored_answer("k", hash_of_one) == Recorded(outcome.answer, repeated=True)
    assert stored_answer("k", "other") == KeyReused("k")
    assert stored_answer("l", hash_of_one) is None


def test_the_statement_of_a_limited_account_tells_what_was_left_after_each_change():
    grant(5)
    held, lapsed = hold(2), hold(1)
    book(held)
    book(lapsed)
    used = post(held)
    book(used)
    book(void(lapsed, expired=True))
    book(reverse(used, 1), day=date(2026, 12, 2))
    rows = statement(VOUCHER)
    assert [(row.transfer.kind, row.change, row.after) for row in rows] == [
        ("grant", 5, 5),
        ("hold", -2, 3),
        ("hold", -1, 2),
        ("post", 0, 2),
        ("expire", 1, 3),
        ("reverse", 1, 4),
    ]
    (row,) = statement(VOUCHER, since=date(2026, 12, 1))
    assert (row.change, row.after) == (1, 4)


def test_the_statement_of_another_account_tells_its_balance():
    sold, paid = entry(500), entry(500, RECEIVABLES, Account(Kind.TENDERS, "cash", "USD"))
    book(sold)
    book(paid, at=AT + timedelta(seconds=1))
    book(reverse(sold, 200), day=date(2026, 12, 2))
    assert [(row.change, row.after) for row in statement(RECEIVABLES)] == [
        (500, 500), (-500, 0), (-200, -200),
    ]  # fmt: skip
    assert [row.after for row in statement(RECEIVABLES, until=date(2026, 12, 1))] == [500, 0]
    assert [row.after for row in statement(RECEIVABLES, since=date(2026, 12, 1))] == [-200]
    assert statement(PROMOTIONS) == ()


@spec("JO-4")
def test_what_each_offer_has_cost_in_a_period_is_its_discounts_less_what_was_given_back():
    winter = Account(Kind.PROMOTIONS, "WINTER", "USD")
    partner = Account(Kind.PARTNER_VOUCHERS, "ACME", "USD")
    summer = entry(700, target=PROMOTIONS)
    book(summer, entry(100, target=winter), entry(2000, target=partner))
    book(reverse(summer, 300), entry(50, target=winter), day=date(2026, 12, 5))

    def costs(period: tuple[date, date], *kinds: Kind) -> dict[str, int]:
        rows = totals(kinds, since=period[0], until=period[1])
        return {each.account.owner: each.balance for each in rows}

    offers = (Kind.PROMOTIONS, Kind.PARTNER_VOUCHERS)
    assert costs(NOVEMBER, *offers) == {"SUMMER": 700, "WINTER": 100, "ACME": 2000}
    assert costs(DECEMBER, *offers) == {"SUMMER": -300, "WINTER": 50}
    (total,) = totals([Kind.PROMOTIONS], owner="SUMMER")
    assert (total.debits, total.credits, total.balance) == (700, 300, 400)


@spec("JO-4")
def test_the_trial_balance_is_zero_and_holds_are_no_part_of_it():
    grant(5)
    sold = entry(500)
    book(hold(2), sold, entry(90, target=PROMOTIONS))
    book(reverse(sold, 100))
    rows = totals()
    assert {each.account.asset for each in rows} == {"use", "USD"}
    assert sum(each.balance for each in rows) == 0
    assert {each.account: each.balance for each in rows}[VOUCHER] == 5


def test_new_rows_are_soon_told_by_the_indexes_alone():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's indexes tell sums without being vacuumed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'ledger_transfer'::regclass")
        assert "autovacuum_vacuum_insert_scale_factor=0.02" in cursor.fetchone()[0]
