"""A plan is carried out whole, once for its key, or not at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection

from largesse.ids import uuid7
from largesse.ledger import checking, models
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import (
    DIGEST,
    Change,
    Entry,
    Grant,
    Insert,
    KeyReused,
    Plan,
    Recorded,
    Short,
    Stale,
)
from largesse.ledger.reading import left
from largesse.ledger.writing import carry_out
from tests.ledger.plans import (
    PROMOTIONS,
    RECEIVABLES,
    SALES,
    VOUCHER,
    book,
    entry,
    event,
    grant,
    hold,
    next_event,
    post,
    reverse,
    void,
    what_is_left,
)
from tests.words import spec

pytestmark = pytest.mark.django_db


@spec("OR-6")
def test_a_voucher_of_one_use_is_held_once():
    grant(1)
    assert isinstance(book(hold()), Recorded)
    assert book(hold()) == Short()
    assert what_is_left() == 0


def test_what_was_never_granted_has_nothing_to_give():
    assert book(hold()) == Short()
    assert left([VOUCHER]) == {}


def test_one_account_too_short_undoes_the_whole_plan():
    full = Account(Kind.ALLOTMENT, "CLUB", "unit")
    grant(5, full)
    grant(1)
    assert book(hold(2, full), hold(2), entry(100)) == Short()
    assert (what_is_left(full), what_is_left()) == (5, 1)
    assert not models.Transfer.objects.filter(kind="entry").exists()


def test_holds_of_one_account_in_one_plan_are_summed():
    grant(3)
    assert book(hold(2), hold(2)) == Short()
    assert isinstance(book(hold(2), hold(1)), Recorded)
    assert what_is_left() == 0
    seqs = models.Transfer.objects.filter(limited_id=VOUCHER.id).values_list("seq", flat=True)
    assert sorted(seqs) == [1, 2, 3]


@spec("OR-6")
def test_what_a_plan_gives_it_can_take_at_once_and_no_more():
    credit = Account(Kind.GIVEAWAY_CREDIT, "26-1/TEN", "USD")
    given, taken_back = (Grant(id=uuid7(), account=credit, amount=n) for n in (4000, -1000))
    assert book(given, hold(4001, credit)) == Short()
    assert left([credit]) == {}
    used = hold(3000, credit)
    assert isinstance(book(given, used, taken_back), Recorded)
    assert what_is_left(credit) == 0
    assert isinstance(book(post(used)), Recorded)
    (row,) = models.Account.objects.filter(id=credit.id)
    assert (row.granted, row.held, row.posted, row.seq) == (3000, 0, 3000, 4)
    assert checking.check() == ()


def test_a_hold_is_resolved_once():
    grant(5)
    first, second = hold(2), hold(1)
    book(first, second)
    assert isinstance(book(post(first), void(second)), Recorded)
    for again in (post(first), void(first), void(first, expired=True), post(second)):
        assert book(again) == Stale()
    account = models.Account.objects.get(id=VOUCHER.id)
    assert (account.granted, account.held, account.posted) == (5, 0, 2)


def test_only_a_hold_is_resolved():
    sale = entry(100)
    book(sale)
    assert book(post(hold())) == Stale()
    assert book(void(sale)) == Stale()


def test_a_lapsed_hold_is_told_from_a_cancelled_one():
    grant(2)
    lapsed, cancelled = hold(), hold()
    book(lapsed, cancelled)
    book(void(lapsed, expired=True), void(cancelled))
    kinds = dict(models.Transfer.objects.exclude(resolves=None).values_list("resolves_id", "kind"))
    assert kinds == {lapsed.id: "expire", cancelled.id: "void"}
    assert what_is_left() == 2


@spec("OR-6")
def test_no_more_is_reversed_than_was_booked():
    sale = entry(300)
    book(sale)
    assert isinstance(book(reverse(sale, 100), reverse(sale, 150)), Recorded)
    assert book(reverse(sale, 51)) == Stale()
    assert isinstance(book(reverse(sale, 50)), Recorded)
    assert book(reverse(sale, 1)) == Stale()


def test_a_reversed_post_gives_its_units_back():
    grant(3)
    held = hold(3)
    book(held)
    posted = post(held)
    book(posted)
    assert what_is_left() == 0
    book(reverse(posted, 2))
    assert what_is_left() == 2
    assert book(reverse(posted, 2)) == Stale()
    assert isinstance(book(hold(2)), Recorded)


def test_holds_and_reversals_are_not_reversed():
    grant(1)
    held = hold()
    sale = entry(10)
    book(held, sale)
    back = reverse(sale, 5)
    book(back)
    assert book(reverse(held, 1)) == Stale()
    assert book(reverse(back, 5)) == Stale()


def test_a_grant_is_taken_back_as_far_as_it_is_left():
    grant(5)
    book(hold(2))
    assert book(Grant(id=uuid7(), account=VOUCHER, amount=-4)) == Short()
    assert isinstance(book(Grant(id=uuid7(), account=VOUCHER, amount=-3)), Recorded)
    assert what_is_left() == 0
    grant(1)
    assert what_is_left() == 1


def test_many_accounts_are_opened_by_one_plan():
    accounts = [Account(Kind.VOUCHER, f"V{nth}", "use") for nth in range(1200)]
    book(*(Grant(id=uuid7(), account=each, amount=1) for each in accounts))
    assert left(accounts) == dict.fromkeys(accounts, 1)


# --- the key ---------------------------------------------------------------------------------------


@spec("OR-3")
def test_the_same_key_and_body_have_the_same_answer_for_ever():
    grant(2)
    first = book(hold(), key="k", body="one")
    again = book(hold(), key="k", body="one")
    assert isinstance(first, Recorded)
    assert again == Recorded(first.answer, repeated=True)
    assert what_is_left() == 1


@spec("OR-3")
def test_the_same_key_with_another_body_is_refused():
    grant(2)
    book(hold(), key="k", body="one")
    assert book(hold(), key="k", body="two") == KeyReused("k")
    assert what_is_left() == 1


@spec("OR-3")
def test_a_key_is_answered_although_the_plan_could_not_be_carried_out_any_more():
    grant(1)
    first = book(hold(), key="k")
    assert isinstance(first, Recorded)
    assert book(hold(), key="k") == Recorded(first.answer, repeated=True)
    order = uuid7()
    told = next_event(order, key="o")
    carry_out(Plan(event=told))
    late = event(key="o", order_id=order, number=1)
    assert carry_out(Plan(event=late)) == Recorded(told.answer, repeated=True)


def test_the_same_plan_again_is_not_a_repetition():
    """An answer that was lost after the commit: the writer itself sends the plan again."""
    grant(2)
    plan = Plan(event=event(), movements=(hold(),))
    assert carry_out(plan) == carry_out(plan) == Recorded(plan.event.answer)
    assert what_is_left() == 1


def test_an_order_has_each_number_once():
    order = uuid7()
    one, other = next_event(order), next_event(order)
    assert isinstance(carry_out(Plan(event=one)), Recorded)
    assert carry_out(Plan(event=other)) == Stale()


# --- the caller's rows -----------------------------------------------------------------------------


@pytest.fixture
def notes(db):
    """A table of the caller's own."""
    types = {"uuid": "char(32)", "jsonb": "text", "bytea": "blob", "timestamptz": "datetime"}
    columns = (
        "id uuid PRIMARY KEY, word varchar(5) UNIQUE, told jsonb, digest bytea, at timestamptz,"
        " day date, flag boolean, size bigint, plain text"
    )
    if connection.vendor == "sqlite":
        for theirs, ours in types.items():
            columns = columns.replace(theirs, ours)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE notes ({columns})")


NOTE = ("id", "word", "told", "digest", "at", "day", "flag", "size", "plain")


def noted(word: str, **fields) -> Insert:
    given = {"id": uuid7(), "word": word, "told": "{}", "digest": DIGEST, **fields}
    row = tuple(given.get(column) for column in NOTE)
    return Insert(table="notes", columns=NOTE, rows=(row,))


def stored_note() -> dict:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notes")
        (row,) = cursor.fetchall()
    return dict(zip(NOTE, row, strict=True))


@pytest.mark.usefixtures("notes")
def test_rows_of_the_caller_are_written_with_the_event():
    id, at, told = uuid7(), datetime(2026, 11, 21, 11, tzinfo=UTC), '{"sku": "mü\'g \\"%"}'
    plain = '{"kept": "as it is"} \\x41 %s'
    note = noted(
        "one", id=id, told=told, at=at, day=date(2026, 2, 3), flag=True, size=10**15, plain=plain
    )
    planned = event()
    assert isinstance(carry_out(Plan(event=planned, inserts=(note,))), Recorded)
    stored = stored_note()
    assert stored["plain"] == plain
    assert json.loads(stored["told"]) == json.loads(told)
    assert (stored["word"], stored["flag"], stored["size"]) == ("one", True, 10**15)
    assert bytes(stored["digest"]) == bytes(models.Event.objects.get(id=planned.id).digest)
    assert stored["day"] == date(2026, 2, 3)
    same = (id.hex, at.replace(tzinfo=None)) if connection.vendor == "sqlite" else (id, at)
    assert (stored["id"], stored["at"]) == same


@pytest.mark.usefixtures("notes")
def test_a_row_is_changed_if_it_is_as_expected():
    note = noted("one", size=1)
    id = note.rows[0][0]
    carry_out(Plan(event=event(), inserts=(note,)))

    def change(before: str, after: str, **expected) -> Plan:
        changed = Change(
            table="notes", id=id, expected={"word": before, **expected}, new={"word": after}
        )
        return Plan(event=event(), movements=(entry(1),), changes=(changed,))

    assert isinstance(carry_out(change("one", "two", flag=None, size=1)), Recorded)
    assert carry_out(change("one", "three")) == Stale()
    assert carry_out(change("two", "three", size=None)) == Stale()
    assert stored_note()["word"] == "two"
    assert models.Transfer.objects.count() == 1


@pytest.mark.usefixtures("notes")
def test_several_rows_are_changed_or_none():
    notes = [noted(word, size=1) for word in ("a", "b", "c")]
    carry_out(Plan(event=event(), inserts=tuple(notes)))

    def changes(*expected: int) -> Plan:
        return Plan(
            event=event(),
            changes=tuple(
                Change(
                    table="notes",
                    id=note.rows[0][0],
                    expected={"size": size},
                    new={"size": 2, "digest": DIGEST},
                )
                for note, size in zip(notes, expected, strict=True)
            ),
        )

    assert carry_out(changes(1, 1, 2)) == Stale()
    assert isinstance(carry_out(changes(1, 1, 1)), Recorded)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT size FROM notes")
        assert cursor.fetchall() == [(2,)]


@pytest.mark.usefixtures("notes")
def test_a_mistake_in_the_rows_of_the_caller_is_raised_and_leaves_nothing():
    twice = (noted("one"), noted("two"), noted("one"))
    with pytest.raises(IntegrityError):
        carry_out(Plan(event=event(), movements=(entry(1),), inserts=twice))
    assert not models.Event.objects.exists()
    assert not models.Transfer.objects.exists()


# --- what no plan may say --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("movement", "said"),
    [
        (entry(0), "not between 1"),
        (entry(-1), "not between 1"),
        (entry(10**15 + 1), "not between 1"),
        (entry(1, SALES, Account(Kind.RECEIVABLES, "", "EUR")), "counts one asset"),
        (entry(1, SALES, SALES), "to itself"),
        (Entry(id=uuid7(), source=VOUCHER, target=hold().target, amount=1), "limited account"),
        (hold(1, SALES), "no limit"),
        (Grant(id=uuid7(), account=PROMOTIONS, amount=1), "no limit"),
        (Grant(id=uuid7(), account=VOUCHER, amount=0), "not between 1"),
        (reverse(entry(1), 0), "not between 1"),
    ],
)
def test_a_plan_that_can_never_be_carried_out_is_a_mistake(movement, said):
    with pytest.raises(ValueError, match=said):
        book(movement)


def test_an_event_says_when_and_of_what():
    with pytest.raises(ValueError, match="time zone"):
        carry_out(Plan(event=event(at=datetime(2026, 11, 21))))
    with pytest.raises(ValueError, match="number"):
        carry_out(Plan(event=event(order_id=uuid7())))
    with pytest.raises(ValueError, match="reason"):
        carry_out(Plan(event=event(reason="x" * 201)))


def test_an_entry_credits_its_source_and_debits_its_target():
    book(entry(500), day=date(2026, 12, 1))
    booked = models.Transfer.objects.get()
    assert (booked.source_id, booked.target_id) == (SALES.id, RECEIVABLES.id)
    assert (booked.amount, booked.asset, booked.day) == (500, "USD", date(2026, 12, 1))
