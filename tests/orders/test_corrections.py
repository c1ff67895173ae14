"""A guest's return after the host was rewarded makes a correction, which is settled once (SP-12)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from largesse.ledger.accounts import Account, Kind
from largesse.ledger.reading import statement
from largesse.orders.answers import Deed
from largesse.orders.cancelling import cancel
from largesse.orders.checking import orders as checking
from largesse.orders.history import history
from largesse.orders.models import Correction, Order
from largesse.orders.parties.correcting import foreseen
from largesse.orders.parties.report import report
from largesse.orders.parties.settling import How, settle
from largesse.orders.posting import post
from largesse.orders.returning.reckoning import Reckoning, reckon
from tests.orders.journal import booked
from tests.orders.offers import bought, gives_back
from tests.orders.parties import (
    balance,
    closes,
    corrections,
    given_back_by,
    guest_buys,
    guest_places,
    on_spree,
    owed_to_host,
    party,
    people,
    reward_placed,
    rewarded,
    spree_of,
)
from tests.orders.store import AT, deed, done, later, lines, refused
from tests.words import money, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture(autouse=True)
def hosts(store: None) -> None:
    people()


class Rewarded:
    """A party whose host was rewarded with 100.00 for what a guest bought."""

    def __init__(self) -> None:
        on_spree()
        self.party = party()
        self.guest = guest_buys(self.party, "10 POT")
        closes(self.party)
        self.reward = rewarded(self.party, "2 HAT")

    @property
    def corrections(self) -> list[tuple[int, int, str]]:
        return corrections(self.party)


@pytest.fixture
def hundred() -> Rewarded:
    return Rewarded()


def settles(
    correction: Correction | None, how: How, key: str = "", reason: str = "Agreed with her."
) -> Deed:
    """The correction is settled; the deed by which it was."""
    assert correction is not None
    said = deed(key, reason=reason)
    done(settle(correction.id, said, how))
    return said


def last() -> Correction:
    found = Correction.objects.last()
    assert found is not None
    return found


# --- it is made ------------------------------------------------------------------------------------


@spec("SP-12")
def test_a_return_after_posting_changes_no_award_but_makes_a_correction(hundred: Rewarded) -> None:
    answer = gives_back(hundred.guest, "1: 2")
    assert hundred.corrections == [(10000, 8000, "open")]
    assert given_back_by(answer) == (10000, 8000)
    assert (owed_to_host(), spree_of(hundred.reward).posted) == (2000, 8000)
    made = last()
    assert (made.amount, made.order_id, made.cause) == (2000, hundred.guest, "order.refunded")
    assert answer.correction is not None
    assert answer.correction.correction == made.public_id


@spec("SP-12", "OR-5")
def test_returns_in_parts_correct_what_one_at_once_does(hundred: Rewarded) -> None:
    for _ in range(3):
        gives_back(hundred.guest, "1: 1")
    in_parts = hundred.corrections
    assert in_parts == [(10000, 9000, "open"), (9000, 8000, "open"), (8000, 7000, "open")]
    at_once = Rewarded()
    gives_back(at_once.guest, "1: 3")
    assert at_once.corrections == [(10000, 7000, "open")]


@spec("SP-12")
def test_settled_corrections_stay_and_the_next_one_begins_where_they_ended(
    hundred: Rewarded,
) -> None:
    gives_back(hundred.guest, "1: 1")
    settles(last(), "waive")
    gives_back(hundred.guest, "1: 1")
    assert hundred.corrections == [(10000, 9000, "waived"), (9000, 8000, "open")]


@spec("SP-12")
def test_an_order_that_was_only_placed_corrects_when_it_is_cancelled() -> None:
    on_spree()
    one = party()
    guest_buys(one, "5 POT")
    placed = guest_places(one, "5 POT", buyer="gus")
    closes(one)
    rewarded(one)
    answer = done(cancel(placed, deed()))
    assert given_back_by(answer) == (10000, 5000)
    assert last().cause == "order.cancelled"


@spec("SP-12", "SP-4")
def test_a_return_that_leaves_the_award_as_it_is_makes_none() -> None:
    on_spree(maximum="50.00")
    one = party()
    guest = guest_buys(one, "10 POT")
    closes(one)
    rewarded(one)
    assert given_back_by(gives_back(guest, "1: 5")) is None
    assert given_back_by(gives_back(guest, "1: 1")) == (5000, 4000)


@spec("SP-12", "EX-4")
def test_the_award_is_worked_out_by_the_book_that_rewarded_the_host(hundred: Rewarded) -> None:
    on_spree(percent="50", maximum=None)
    gives_back(hundred.guest, "1: 1")
    assert hundred.corrections == [(10000, 9000, "open")]


@spec("SP-12")
def test_an_award_of_which_the_condition_is_met_no_more_is_lost_whole() -> None:
    on_spree(conditions=[{"kind": "party_total", "minimum": "500.00"}])
    one = party()
    guest = guest_buys(one, "6 POT")
    closes(one)
    rewarded(one)
    gives_back(guest, "1: 1")
    gives_back(guest, "1: 1")
    assert corrections(one) == [(6000, 5000, "open"), (5000, 0, "open")]


@spec("SP-12", "CO-1")
def test_bookings_that_come_or_go_later_change_nothing_of_an_award() -> None:
    from largesse.orders.parties import making

    on_spree(conditions=[{"kind": "party_bookings", "minimum": 1}])
    one = party()
    booked_here = party(booked_at=one)
    guest = guest_buys(one, "10 POT")
    closes(one)
    rewarded(one)
    booked_here.booked_at = None
    making.change(booked_here, by="ines")
    gives_back(guest, "1: 2")
    assert corrections(one) == [(10000, 8000, "open")]


@spec("SP-12")
def test_returns_before_the_host_is_rewarded_and_of_other_orders_make_none(
    hundred: Rewarded,
) -> None:
    one = party()
    early = guest_buys(one, "2 POT")
    gives_back(early, "1: 1")
    closes(one)
    gives_back(early)
    gives_back(bought("1 MUG"))
    assert (corrections(one), hundred.corrections) == ([], [])


@spec("SP-12")
def test_what_a_refund_would_correct_can_be_shown_before(hundred: Rewarded) -> None:
    def would(order_id: UUID, said: str) -> tuple[int, int] | None:
        found = reckon(Order.objects.get(id=order_id), lines(said))
        assert isinstance(found, Reckoning)
        return foreseen(found)

    assert would(hundred.guest, "1: 2") == (10000, 8000)
    assert hundred.corrections == []
    gives_back(hundred.guest, "1: 2")
    assert would(hundred.guest, "1: 8") == (8000, 0)
    assert would(bought("1 MUG"), "1: 1") is None


# --- it is settled ---------------------------------------------------------------------------------


@spec("SP-12", "JO-1")
def test_charging_books_the_amount_from_the_hosts_credit_back_to_the_cost_of_the_spree(
    hundred: Rewarded,
) -> None:
    gives_back(hundred.guest, "1: 5")
    settles(last(), "charge")
    assert hundred.corrections == [(10000, 5000, "charged")]
    assert owed_to_host() == 2000 - 5000
    assert booked(hundred.reward) == {
        "shopping-sprees HOST": 5000,
        "sales": -8000,
        "customer-credit hanna/": 3000,
    }


@spec("SP-12")
def test_waiving_books_nothing(hundred: Rewarded) -> None:
    gives_back(hundred.guest, "1: 5")
    settles(last(), "waive")
    assert hundred.corrections == [(10000, 5000, "waived")]
    assert owed_to_host() == 2000


@spec("SP-12", "OR-1")
def test_settling_is_an_event_with_who_when_and_why(hundred: Rewarded) -> None:
    gives_back(hundred.guest, "1: 5")
    correction = last()
    said = deed(at=later(days=3), reason="She agreed on the phone.")
    answer = done(settle(correction.id, said, "charge"))
    assert answer.correction is not None
    assert answer.correction.correction == correction.public_id
    correction.refresh_from_db()
    settled = (correction.settled_at, correction.settled_by, correction.reason)
    assert settled == (said.at, "ines", "She agreed on the phone.")
    event = history(Order.objects.get(id=hundred.reward))[-1]
    assert (event.kind, event.by, event.at) == ("correction.charged", "ines", said.at)
    assert (event.before, event.after, event.note) == ("posted", "posted", said.reason)


@spec("SP-12", "OR-3")
def test_a_correction_is_settled_once(hundred: Rewarded) -> None:
    gives_back(hundred.guest, "1: 5")
    said = settles(last(), "charge", key="settle")
    again = settle(last().id, said, "charge")
    assert (again.repeated, owed_to_host()) == (True, -3000)
    for how in ("charge", "waive"):
        twice = refused(settle(last().id, deed(reason="Again."), how))
        assert twice.code == "correction_settled"
        assert twice.message == f"Correction {last().public_id} is charged already."
    assert owed_to_host() == -3000


@spec("SP-12")
def test_whoever_settles_says_why(hundred: Rewarded) -> None:
    gives_back(hundred.guest, "1: 5")
    silent = refused(settle(last().id, deed(reason=" "), "waive"))
    assert (silent.code, silent.field) == ("reason_needed", "reason")
    unknown = refused(settle(hundred.reward, deed(reason="Why not."), "waive"))
    assert unknown.code == "correction_unknown"


@spec("SP-12", "JO-2")
def test_of_several_sprees_each_bears_its_part_of_what_is_charged() -> None:
    on_spree()
    on_spree("TWENTIETH", percent="5", carry_over="ignore")
    one = party()
    guest = guest_buys(one, "10 POT")
    closes(one)
    order_id = rewarded(one)
    before = {name: balance(Kind.SPREES, name) for name in ("HOST", "TWENTIETH")}
    gives_back(guest, "1: 2")
    assert corrections(one) == [(15000, 12000, "open")]
    settles(last(), "charge")
    after = {name: balance(Kind.SPREES, name) for name in ("HOST", "TWENTIETH")}
    assert {name: before[name] - after[name] for name in before} == {
        "HOST": 2000,
        "TWENTIETH": 1000,
    }
    assert spree_of(order_id).granted == 0


# --- the host reward order is reversed -------------------------------------------------------------


@spec("SP-12")
def test_reversing_the_reward_waives_open_corrections_and_books_charges_back(
    hundred: Rewarded,
) -> None:
    gives_back(hundred.guest, "1: 1")
    settles(last(), "charge")
    gives_back(hundred.guest, "1: 1")
    waived = last()
    assert owed_to_host() == 1000
    answer = gives_back(hundred.reward)
    assert answer.waived == (waived.public_id,)
    assert hundred.corrections == [(10000, 9000, "charged"), (9000, 8000, "waived")]
    waived.refresh_from_db()
    number = Order.objects.get(id=hundred.reward).number
    settled = (waived.settled_at, waived.settled_by, waived.reason)
    assert settled == (AT, "ines", f"Order {number} was given back.")
    assert (booked(hundred.reward), owed_to_host()) == ({}, 0)


@spec("SP-12")
def test_another_reward_begins_anew_and_knows_nothing_of_earlier_corrections(
    hundred: Rewarded,
) -> None:
    gives_back(hundred.guest, "1: 1")
    gives_back(hundred.reward)
    again = reward_placed(hundred.party, "1 HAT")
    gives_back(hundred.guest, "1: 1")
    assert hundred.corrections == [(10000, 9000, "waived")]
    done(cancel(again, deed()))
    rewarded(hundred.party)
    gives_back(hundred.guest, "1: 1")
    assert hundred.corrections[1:] == [(8000, 7000, "open")]


# --- the books of a whole party --------------------------------------------------------------------


@spec("SP-1", "SP-7", "SP-9", "SP-11", "SP-12", "SP-13", "JO-2", "JO-3")
@pytest.mark.parametrize("over", [False, True])
def test_the_journal_of_a_whole_party(over: bool) -> None:
    """Three guests, a reward, credit that is carried over and spent, a late return, a charge."""
    on_spree(over_purchase=over, rep_income="percentage", rep_income_percent="50", percent="20")
    one = party()
    guest_buys(one, "2 POT", buyer="gwen")
    late = guest_buys(one, "3 MUG", "1 HAT", buyer="gus")
    guest_buys(one, "2 HAT", buyer="anna")
    # 200.00 + 25.00 (three mugs for two) + 40.00 + 80.00.
    assert accounts() == {"receivables": 34500, "promotions": 1250, "sales": -35750}

    # The award is a fifth of 345.00.
    closes(one)
    chosen = ("1 HAT", "2 MUG") if not over else ("2 HAT",)
    order_id = reward_placed(one, *chosen)
    assert spree_of(order_id).held == (6500 if not over else 6900)
    done(post(order_id, deed()))
    one.refresh_from_db()
    assert one.state == "rewarded"
    if over:
        # 11.00 beyond the award are charged.
        assert accounts() == {
            "receivables": 34500 + 1100,
            "promotions": 1250,
            "shopping-sprees": 6900,
            "sales": -35750 - 8000,
            "rep-taxable-income": 3450,
            "rep-taxable-income-contra": -3450,
        }
    else:
        # 4.00 are left, and carried over.
        assert accounts() == {
            "receivables": 34500,
            "promotions": 1250,
            "shopping-sprees": 6900,
            "sales": -35750 - 6500,
            "customer-credit": -400,
            "rep-taxable-income": 3250,
            "rep-taxable-income-contra": -3250,
        }
        # Hanna spends it on a mug.
        bought("1 MUG", buyer="hanna", location=None, credit={"": money("99.00")})
        assert (accounts()["receivables"], owed_to_host()) == (34500 + 850, 0)

    # Gus brings his hat back: the party earned a fifth of 40.00 less.
    gives_back(late, "2: 1")
    assert corrections(one) == [(6900, 6100, "open")]
    before = accounts()
    settles(last(), "charge")
    after = accounts()
    assert owed_to_host() == -800
    assert {n: after[n] - before.get(n, 0) for n in after if after[n] != before.get(n, 0)} == {
        "shopping-sprees": -800,
        "customer-credit": 800,
    }
    told = report(one, at=AT)
    assert (told.settled.open, told.settled.charged, told.award) == (0, 800, 6900)


def accounts() -> dict[str, int]:
    """What is on each kind of account of money: debits above zero, credits below."""
    from largesse.ledger import reading

    sums: dict[str, int] = {}
    for total in reading.totals():
        kind = total.account.kind.value
        if not kind.startswith("rights:"):
            name = kind.rpartition(":")[2]
            sums[name] = sums.get(name, 0) + total.balance
    return {name: amount for name, amount in sums.items() if amount}


@spec("SP-12", "SP-13")
def test_the_statement_of_the_hosts_credit_tells_of_the_carry_over_and_of_what_was_charged(
    hundred: Rewarded,
) -> None:
    gives_back(hundred.guest, "1: 5")
    settles(last(), "charge")
    rows = statement(Account(Kind.CUSTOMER_CREDIT, "hanna/", "USD"))
    assert [(row.transfer.event_kind, row.change, row.after) for row in rows] == [
        ("order.posted", -2000, -2000),
        ("correction.charged", 5000, 3000),
    ]


# --- the check -------------------------------------------------------------------------------------


def found() -> list[str]:
    return [finding.message for finding in checking.check()]


@spec("JO-4", "SP-12")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"before": 10100}, "begins with 10100, it should be 10000"),
        ({"after": 7000}, "is not the one that its event made"),
        ({"after": 9500}, "its orders earn an award of 8000, its corrections leave 9500"),
        ({"cause": "order.cancelled"}, "is not the one that its event made"),
        ({"state": "charged"}, "is not settled as the journal says"),
        ({"settled_by": "mallory"}, "is not settled as the journal says"),
        ({"reason": "because"}, "is not settled as the journal says"),
    ],
)
def test_the_check_finds_a_correction_that_was_edited(
    hundred: Rewarded, changes: dict[str, Any], told: str
) -> None:
    gives_back(hundred.guest, "1: 2")
    row = Correction.objects.values(*changes).get()
    Correction.objects.update(**changes)
    messages = found()
    Correction.objects.update(**row)
    assert any(told in message for message in messages), messages


@spec("JO-4", "SP-12")
def test_the_check_finds_a_correction_that_was_removed_or_moved(hundred: Rewarded) -> None:
    gives_back(hundred.guest, "1: 2")
    correction = last()
    with transaction.atomic():
        Correction.objects.all().delete()
        messages = found()
        transaction.set_rollback(True)
    assert f"its correction {correction} isn't there" in messages
    assert "its orders earn an award of 8000, its corrections leave 10000" in messages
    other = party()
    Correction.objects.update(party=other)
    messages = found()
    Correction.objects.update(party=hundred.party)
    assert f"no event made its correction {correction}" in messages
    assert f"its correction {correction} is of no award" in messages


@spec("JO-4", "SP-12")
def test_the_check_finds_a_charge_that_was_not_booked(
    hundred: Rewarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    from largesse.orders.parties import settling

    gives_back(hundred.guest, "1: 2")
    with transaction.atomic():
        monkeypatch.setattr(settling, "entries", lambda _: ())
        settles(last(), "charge")
        messages = found()
        transaction.set_rollback(True)
    assert messages == ["0 is charged, its corrections say 2000"]


@spec("JO-4", "SP-12")
def test_the_check_finds_a_charge_that_was_kept_when_the_reward_was_reversed(
    hundred: Rewarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    from largesse.orders.parties import reversing

    gives_back(hundred.guest, "1: 2")
    settles(last(), "charge")
    with transaction.atomic():
        monkeypatch.setattr(reversing, "_charges_back", lambda _: ())
        gives_back(hundred.reward)
        messages = found()
        transaction.set_rollback(True)
    assert messages == ["0 of what was charged is booked back"]


def test_control_without_a_guest_looked_at_a_return_would_pass_unseen(
    hundred: Rewarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    from largesse.orders.parties import correcting
    from largesse.orders.parties.consequences import NOTHING

    with transaction.atomic():
        monkeypatch.setattr(correcting, "_of_guest", lambda *_: NOTHING)
        gives_back(hundred.guest, "1: 2")
        messages = found()
        transaction.set_rollback(True)
    assert messages == ["its orders earn an award of 8000, its corrections leave 10000"]
