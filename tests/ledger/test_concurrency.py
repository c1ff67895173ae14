"""Whatever many do at once: nothing is given twice, nothing is lost, and a key has one effect."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import chain

import pytest

from largesse.ids import uuid7
from largesse.ledger import models
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.checking import check
from largesse.ledger.plan import Grant, Outcome, Plan, Recorded, Short, Stale
from largesse.ledger.reading import counters, left
from largesse.ledger.writing import carry_out
from tests.databases import at_once, empty_journal, in_processes
from tests.ledger.plans import (
    VOUCHER,
    book,
    entry,
    grant,
    hold,
    next_event,
    post,
    reverse,
    void,
    what_is_left,
)
from tests.words import soak, spec

pytestmark = pytest.mark.usefixtures("committed_journal")

CLIENTS = 64
PROCESSES = 2


def clients(deed: Callable[[int], Outcome]) -> list[Outcome]:
    """What 64 clients get, spread over two processes."""
    share = CLIENTS // PROCESSES
    each = in_processes(
        PROCESSES, lambda nth: at_once(share, lambda client: deed(nth * share + client))
    )
    return list(chain.from_iterable(each))


def ways(outcomes: list[Outcome]) -> dict[type, int]:
    """How often each kind of outcome came."""
    return dict(Counter(map(type, outcomes)))


@spec("QU-20", "OR-6")
def test_one_voucher_and_64_clients_are_one_success():
    grant(1)
    assert ways(clients(lambda _: book(hold()))) == {Recorded: 1, Short: 63}
    assert what_is_left() == 0
    assert check() == ()


@spec("QU-20", "OR-6")
def test_of_ten_left_exactly_ten_are_given():
    club = Account(Kind.ALLOTMENT, "CLUB", "unit")
    many = [Account(Kind.VOUCHER, f"V{nth}", "use") for nth in range(3)]
    grant(10, club)
    for account in many:
        grant(40, account)

    def claim(client: int) -> Outcome:
        others = [hold(1, account) for account in random.Random(client).sample(many, 3)]
        return book(hold(1, club), *others, entry(100))

    assert ways(clients(claim)) == {Recorded: 10, Short: 54}
    assert left([club, *many]) == {club: 0, **dict.fromkeys(many, 30)}
    assert check() == ()


@spec("QU-21", "OR-3")
def test_one_key_sent_64_times_at_once_has_one_effect_and_one_answer():
    grant(64)
    outcomes = clients(lambda _: book(hold(), entry(100), key="k", body="same"))
    assert what_is_left() == 63
    assert {outcome.answer for outcome in outcomes if isinstance(outcome, Recorded)} == {
        bytes(models.Event.objects.get(key="k").answer)
    }
    assert Counter(getattr(outcome, "repeated", None) for outcome in outcomes) == {
        False: 1,
        True: 63,
    }
    assert check() == ()


@spec("QU-20", "OR-6")
def test_no_more_is_reversed_than_was_booked_whoever_does_it_first():
    sale = entry(300)
    book(sale)
    outcomes = clients(lambda client: book(reverse(sale, 5 + client % 3)))
    backed = sum(
        5 + client % 3 for client, each in enumerate(outcomes) if isinstance(each, Recorded)
    )
    assert 294 <= backed <= 300
    assert models.Reversed.objects.get().reversed == backed
    assert set(ways(outcomes)) == {Recorded, Stale}
    assert check() == ()


@spec("QU-20", "OR-6")
def test_a_hold_is_posted_or_voided_by_one_of_many():
    grant(3)
    held = hold(2)
    book(held, hold(1))
    endings = (post, void, lambda each: void(each, expired=True))
    outcomes = clients(lambda client: book(endings[client % 3](held)))
    assert ways(outcomes) == {Recorded: 1, Stale: 63}
    assert check() == ()


@spec("QU-20")
def test_deeds_on_one_order_follow_one_another():
    """Each reads what there is and books the next event; who comes second is told and may try again."""
    order = uuid7()

    def deed(_: int) -> Outcome:
        for _ in range(200):
            outcome = carry_out(Plan(event=next_event(order), movements=(entry(1),)))
            if not isinstance(outcome, Stale):
                return outcome
        return Stale()

    def few(nth: int) -> list[Outcome]:
        return at_once(4, deed)

    outcomes = list(chain.from_iterable(in_processes(PROCESSES, few)))
    assert ways(outcomes) == {Recorded: 8}
    assert models.Event.objects.filter(order_id=order).count() == 8
    assert check() == ()


def race(rounds: int) -> None:
    """Claims, cancellations, posts and refunds of one account, and what must be left of it."""
    grant(10)

    def buyer(client: int) -> Outcome:
        chance = random.Random(client)
        for _ in range(rounds):
            held = hold(chance.randint(1, 2))
            if not isinstance(book(held), Recorded):
                continue
            posted = post(held)
            if chance.random() < 0.4:
                cancel = void(held)
                for _ in range(3):
                    book(cancel, key=cancel.id.hex)
            elif isinstance(book(posted), Recorded) and chance.random() < 0.7:
                back = reverse(posted, 1)
                for _ in range(2):
                    book(back, key=back.id.hex)
        return Short()

    clients(buyer)
    counted = counters([VOUCHER])[VOUCHER]
    assert counted.held == 0
    assert counted.left >= 0
    assert check() == ()


@spec("QU-20", "OR-6")
def test_cancels_and_refunds_race_with_claims():
    race(rounds=2)


@soak
@spec("QU-20", "OR-6")
def test_cancels_and_refunds_race_with_claims_for_long():
    race(rounds=200)


@spec("QU-21")
def test_an_account_is_opened_once_by_many():
    def opened(_: int) -> Outcome:
        return book(Grant(id=uuid7(), account=VOUCHER, amount=1))

    assert ways(clients(opened)) == {Recorded: 64}
    assert what_is_left() == 64
    assert check() == ()


def test_a_table_that_was_emptied_has_its_accounts_made_again():
    """This process remembers the accounts that it made, and someone emptied the database."""
    book(entry(1))
    empty_journal()
    assert isinstance(book(entry(1)), Recorded)
    assert check() == ()
