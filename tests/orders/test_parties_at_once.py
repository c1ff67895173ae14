"""What many do to one party at the same moment leaves it as if they had come one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from largesse.orders.answers import Answered, AwardChanged, Done, Refused
from largesse.orders.cancelling import cancel
from largesse.orders.models import Correction, Order, Party, PartyLink
from largesse.orders.parties import links, making
from largesse.orders.parties.answers import PartyDone
from largesse.orders.parties.settling import settle
from largesse.orders.parties.totals import party_totals
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.databases import at_once, committed_database
from tests.orders.parties import (
    closes,
    guest_buys,
    guest_cart,
    on_spree,
    owed_to_host,
    party,
    people,
    reward_cart,
    reward_placed,
    rewarded,
)
from tests.orders.store import AT, deed, done, lines, set_up
from tests.words import spec

__all__ = ["committed_database"]

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 8
again_and_again = pytest.mark.parametrize("nth", range(3))
"""What depends on who comes first is tried more often than once."""


@pytest.fixture(autouse=True)
def business(committed_database: str) -> Iterator[None]:
    """The small business where a commit is one; when a test is over, its books must balance."""
    from largesse.ledger import checking as journal
    from largesse.offers import current
    from largesse.orders.checking import orders as checking

    current.forget()
    set_up()
    people()
    on_spree()
    yield
    assert journal.check() == ()
    assert checking.check() == ()
    current.forget()


def told(answers: list[Answered]) -> Counter[str]:
    """What was answered: a state, or the code of a refusal."""
    return Counter(
        each.answer.state if isinstance(each.answer, Done) else each.answer.code
        for each in answers
        if isinstance(each.answer, Done | Refused)
    )


def returns(order_id: UUID, said: str) -> Answered:
    return refund(order_id, deed(), lines(said))


# --- many at once ----------------------------------------------------------------------------------


@spec("SP-1", "QU-20", "OR-6")
@again_and_again
def test_of_host_reward_orders_at_once_one_is_placed(nth: int) -> None:
    one = party()
    guest_buys(one, "10 POT")
    closes(one)
    wanted = reward_cart(one, "2 HAT")
    found = told(at_once(CLIENTS, lambda _: place(wanted, deed())))
    assert found == {"placed": 1, "host_rewarded": CLIENTS - 1}


@spec("SP-1", "QU-20")
@again_and_again
def test_guests_who_race_the_closing_are_in_the_total_or_refused(nth: int) -> None:
    one = party()
    wanted = guest_cart(one, "1 POT")

    def deed_of(who: int) -> Any:
        return making.close(one.id, deed()) if who == 0 else place(wanted, deed())

    closing, *orders = at_once(CLIENTS, deed_of)
    assert isinstance(closing.answer, PartyDone)
    found = told(orders)
    assert found["placed"] + found["party_not_open"] == CLIENTS - 1
    assert party_totals(one).orders == found["placed"]


@spec("SP-12", "QU-20")
@again_and_again
def test_returns_that_race_the_posting_change_the_award_or_are_corrected(nth: int) -> None:
    one = party()
    guests = [guest_buys(one, "2 POT") for _ in range(CLIENTS - 1)]
    closes(one)
    order_id = reward_placed(one)
    award = party_totals(one).total // 10

    def deed_of(who: int) -> Any:
        return post(order_id, deed()) if who == 0 else returns(guests[who - 1], "1: 1")

    posting, *refunds = at_once(CLIENTS, deed_of)
    assert told(refunds) == {"partly_refunded": CLIENTS - 1}
    earned = party_totals(one).total // 10
    if isinstance(posting.answer, AwardChanged):
        assert posting.answer.placed.award == award
        assert Correction.objects.filter(party=one).count() == 0
    else:
        corrected = sum(each.amount for each in Correction.objects.filter(party=one))
        assert corrected == award - earned


@spec("SP-12", "QU-20", "OR-5")
@again_and_again
def test_returns_at_once_correct_what_they_do_one_after_the_other(nth: int) -> None:
    one = party()
    guests = [guest_buys(one, "1 POT", "1 HAT") for _ in range(CLIENTS)]
    closes(one)
    rewarded(one)
    found = told(at_once(CLIENTS, lambda who: returns(guests[who], "2: 1")))
    assert found == {"partly_refunded": CLIENTS}
    rows = list(Correction.objects.filter(party=one).order_by("id"))
    assert len(rows) == CLIENTS
    assert [each.before for each in rows[1:]] == [each.after for each in rows[:-1]]
    assert rows[-1].after == party_totals(one).total // 10


@spec("SP-12", "QU-20", "OR-3")
@again_and_again
def test_of_many_who_settle_a_correction_one_does(nth: int) -> None:
    one = party()
    guest = guest_buys(one, "10 POT")
    closes(one)
    rewarded(one, "2 HAT")
    before = owed_to_host()
    done(returns(guest, "1: 5"))
    correction = Correction.objects.get(party=one)
    answers = at_once(
        CLIENTS,
        lambda who: settle(correction.id, deed(reason="Agreed."), "charge" if who % 2 else "waive"),
    )
    assert told(answers) == {"posted": 1, "correction_settled": CLIENTS - 1}
    correction.refresh_from_db()
    charged = 5000 if correction.state == Correction.State.CHARGED else 0
    assert before - owed_to_host() == charged


@spec("SP-12", "QU-20")
@again_and_again
def test_a_reversal_that_races_returns_and_settlings_leaves_nothing_open(nth: int) -> None:
    one = party()
    guests = [guest_buys(one, "1 POT", "1 HAT") for _ in range(CLIENTS - 2)]
    closes(one)
    order_id = rewarded(one)
    done(returns(guests[0], "2: 1"))
    open_one = Correction.objects.get(party=one)

    def deed_of(who: int) -> Answered:
        match who:
            case 0:
                return refund(order_id, deed())
            case 1:
                return settle(open_one.id, deed(reason="Agreed."), "charge")
            case _:
                return returns(guests[who - 2], "1: 1")

    at_once(CLIENTS, deed_of)
    one.refresh_from_db()
    assert one.state == "closed"
    assert not Correction.objects.filter(party=one, state="open").exists()
    assert owed_to_host() == 0


@spec("OR-3", "SP-12")
def test_one_key_rewards_a_host_once() -> None:
    one = party()
    guest_buys(one, "10 POT")
    closes(one)
    order_id = reward_placed(one, "2 HAT")
    answers = at_once(CLIENTS, lambda _: post(order_id, deed("post")))
    assert {each.answer for each in answers} == {answers[0].answer}
    assert [each.repeated for each in answers].count(False) == 1
    assert owed_to_host() == 2000


# --- who comes first -------------------------------------------------------------------------------


def first(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, deed_of: Callable[[], Any]
) -> None:
    """Something else is done just after a function was asked for the first time."""
    real = getattr(module, name)
    asked: list[str] = []

    def asked_once(*said: Any, **more: Any) -> Any:
        found = real(*said, **more)
        if not asked:
            asked.append(name)
            deed_of()
        return found

    monkeypatch.setattr(module, name, asked_once)


@spec("SP-12")
def test_a_return_between_looking_and_posting_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders.parties import rewarding

    one = party()
    guest = guest_buys(one, "10 POT")
    closes(one)
    order_id = reward_placed(one, "2 HAT")
    first(monkeypatch, rewarding, "party_totals", lambda: done(returns(guest, "1: 1")))
    assert isinstance(post(order_id, deed()).answer, AwardChanged)


@spec("SP-12")
def test_a_posting_between_looking_and_returning_makes_it_a_correction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from largesse.orders.parties import correcting

    one = party()
    guest = guest_buys(one, "10 POT")
    closes(one)
    order_id = reward_placed(one, "2 HAT")
    first(monkeypatch, correcting, "unchanged", lambda: done(post(order_id, deed())))
    assert done(returns(guest, "1: 1")).correction is not None


@spec("SP-1")
def test_a_closing_between_looking_and_placing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders.parties import admitting

    one = party()
    first(monkeypatch, admitting, "unchanged", lambda: closes(one))
    answer = place(guest_cart(one, "1 POT"), deed()).answer
    assert isinstance(answer, Refused)
    assert answer.code == "party_not_open"


@spec("SP-1", "SP-9")
def test_a_rep_who_takes_the_party_between_looking_and_placing_gets_its_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from largesse.crm.models import Customer
    from largesse.engine.formats.text import parse_text
    from largesse.orders.parties import admitting

    one = party()

    def takes_it() -> None:
        again = Party.objects.get(id=one.id)
        again.rep = Customer.objects.get(number="dora")
        making.change(again, by="ines")

    first(monkeypatch, admitting, "unchanged", takes_it)
    done(place(guest_cart(one, "1 POT"), deed()))
    assert parse_text(Order.objects.get().quote)["cart"]["rep"] == "dora"


@spec("SP-12")
def test_a_return_between_looking_and_reversing_is_waived_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from largesse.orders.parties import reversing

    one = party()
    guest = guest_buys(one, "10 POT")
    closes(one)
    order_id = rewarded(one, "2 HAT")
    first(monkeypatch, reversing, "corrections_of", lambda: done(returns(guest, "1: 1")))
    done(refund(order_id, deed()))
    assert [each.state for each in Correction.objects.all()] == ["waived"]


@spec("SP-12")
def test_a_cancelling_between_two_looks_at_the_award_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from largesse.orders.parties import correcting
    from tests.orders.parties import guest_places

    one = party()
    guest, other = guest_buys(one, "10 POT"), guest_places(one, "5 POT")
    closes(one)
    rewarded(one)
    first(monkeypatch, correcting, "party_totals", lambda: done(cancel(other, deed())))
    done(returns(guest, "1: 1"))
    rows = [(each.before, each.after) for each in Correction.objects.order_by("id")]
    assert rows == [(15000, 10000), (10000, 9000)]
    assert Order.objects.get(id=other).state == "cancelled"


# --- controls --------------------------------------------------------------------------------------


def test_control_without_the_guests_guarded_a_return_would_pass_unseen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from largesse.orders.checking import orders as checking
    from largesse.orders.parties import rewarding

    one = party()
    guest = guest_buys(one, "10 POT")
    closes(one)
    order_id = reward_placed(one, "2 HAT")
    monkeypatch.setattr(rewarding, "guests_unchanged", lambda _: ())
    first(monkeypatch, rewarding, "party_totals", lambda: done(returns(guest, "1: 1")))
    done(post(order_id, deed()))
    found = [finding.message for finding in checking.check()]
    assert found == ["its orders earn an award of 9000, its corrections leave 10000"]
    done(refund(order_id, deed()))


# --- its link --------------------------------------------------------------------------------------


@spec("SP-1")
def test_whoever_makes_a_new_link_at_once_leaves_one_that_holds() -> None:
    one = party()

    paths = at_once(CLIENTS, lambda nth: links.renew(one, at=AT, by=f"clerk {nth}"))

    assert PartyLink.objects.filter(revoked_at=None).count() == 1
    assert links.path_of(one) in paths


@spec("SP-1")
def test_the_first_who_ask_for_a_link_get_the_same_one() -> None:
    one = party()
    one.links.all().delete()

    paths = at_once(CLIENTS, lambda nth: links.ensured_path(one, at=AT, by=f"clerk {nth}"))

    assert len(set(paths)) == 1
