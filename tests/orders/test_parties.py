"""Parties: made, closed and opened again; which orders they take, and what they come to (SP-1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from largesse.crm.models import Customer
from largesse.engine.cart import Channel
from largesse.engine.facts import PartyTotals
from largesse.engine.faults import Faults
from largesse.orders.answers import Refused
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.checking import orders as checking
from largesse.orders.models import Order, Party
from largesse.orders.parties import making
from largesse.orders.parties.answers import PartyAnswered
from largesse.orders.parties.totals import party_totals
from largesse.orders.placing import place, place_held, reserve
from largesse.orders.posting import post
from largesse.orders.quoting import quote
from largesse.orders.referring import approve, place_pending
from tests.orders.offers import gives_back, on_offer
from tests.orders.parties import (
    asks_for_reward,
    closes,
    done_with,
    guest_buys,
    guest_cart,
    guest_places,
    on_spree,
    party,
    people,
    reopens,
    reward_placed,
    rewarded,
)
from tests.orders.referrals import asking, by, referred
from tests.orders.referrals import on_offer as deal_on_offer
from tests.orders.referrals import people as approvers
from tests.orders.store import cart, deed, done, id_of, later, order_of, refused
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture(autouse=True)
def hosts(store: None) -> None:
    people()


def no(answered: PartyAnswered) -> Refused:
    """The answer of a deed on a party that must have been refused."""
    assert isinstance(answered.answer, Refused), answered.answer
    return answered.answer


# --- the party itself ------------------------------------------------------------------------------


@spec("SP-1")
def test_a_party_has_a_host_a_rep_and_a_number_and_is_open() -> None:
    one = party()
    assert (one.state, one.host.number, one.closed_at) == ("open", "hanna", None)
    assert one.rep is not None
    assert one.rep.number == "rita"
    assert one.number.startswith("P-")
    assert len(one.number) == 6
    assert party().number != one.number


@spec("SP-1", "OR-1")
def test_it_is_open_then_closed_and_may_be_opened_again_and_its_history_says_who_did_it() -> None:
    one = party()
    assert no(making.reopen(one.id, deed())).code == "wrong_party_state"
    closes(one)
    assert (one.state, one.closed_at) == ("closed", deed().at)
    assert no(making.close(one.id, deed())).message == (
        f"Party {one.number} is closed; only an open party can be closed."
    )
    reopens(one)
    assert (one.state, one.closed_at) == ("open", None)
    past = [(row.state, row.history_change_reason) for row in one.history.all()]
    assert past == [("open", "ines"), ("closed", "ines"), ("open", "ines")]


@spec("SP-1", "OR-3")
def test_the_same_key_closes_a_party_once() -> None:
    one = party()
    said = making.close(one.id, deed("close"))
    again = making.close(one.id, deed("close"))
    assert (again.repeated, again.answer) == (True, said.answer)
    reused = no(making.reopen(one.id, deed("close", body=b"other")))
    assert reused.code == "idempotency_key_reused"


@spec("SP-1", "OR-3")
def test_a_repeated_request_is_answered_with_the_party_that_it_made() -> None:
    anna = Customer.objects.get(number="anna")
    first, second = (
        making.make(Party(title="Anna’s", host=anna, held_on=deed().at.date()), deed("make"))
        for _ in range(2)
    )
    assert (second.repeated, second.answer) == (True, first.answer)
    assert Party.objects.count() == 1


@spec("SP-1")
def test_a_number_that_is_taken_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([214, 214, 1214])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(drawn))
    assert (party().number, party().number) == ("P-1214", "P-11214")


@spec("SP-1")
def test_a_rep_is_a_distributor_and_no_party_is_booked_at_itself() -> None:
    with pytest.raises(Faults) as wrong:
        party(rep=Customer.objects.get(number="gwen"))
    assert [fault.place for fault in wrong.value.faults] == ["rep"]
    one = party()
    one.booked_at = one
    with pytest.raises(Faults) as wrong:
        making.change(one, by="ines")
    assert [fault.place for fault in wrong.value.faults] == ["booked_at"]


@spec("SP-1", "SP-9")
def test_what_is_said_of_a_party_can_be_edited_but_not_whose_a_host_reward_order_is() -> None:
    on_spree()
    one = party()
    one.title, one.host = "Another’s party", Customer.objects.get(number="gwen")
    one.state = "rewarded"
    making.change(one, by="ines")
    one.refresh_from_db()
    assert (one.title, one.host.number, one.state) == ("Another’s party", "gwen", "open")
    guest_buys(one, "1 POT")
    closes(one)
    order_id = reward_placed(one, buyer="gwen")
    one.rep = None
    with pytest.raises(Faults) as wrong:
        making.change(one, by="ines")
    assert [fault.place for fault in wrong.value.faults] == ["rep"]
    done(cancel(order_id, deed()))
    making.change(one, by="ines")
    assert Party.objects.get(id=one.id).rep is None


# --- what it takes ---------------------------------------------------------------------------------


@spec("SP-1")
def test_guests_order_while_a_party_is_open_and_not_after() -> None:
    one = party()
    guest_buys(one, "1 MUG")
    closes(one)
    late = refused(place(guest_cart(one, "1 MUG"), deed()))
    assert (late.code, late.field) == ("party_not_open", "party")
    assert late.message == f"Party {one.number} is closed; guests order while it is open."
    reopens(one)
    done(place(guest_cart(one, "1 MUG"), deed()))


@spec("SP-1", "OR-4")
def test_a_held_guest_order_is_placed_only_while_the_party_is_open() -> None:
    one = party()
    held = id_of(reserve(guest_cart(one, "1 MUG"), deed(), minutes=15))
    closes(one)
    assert refused(place_held(held, deed())).code == "party_not_open"
    reopens(one)
    done(place_held(held, deed()))


@spec("SP-1", "DE-8")
def test_a_referred_guest_order_is_placed_only_while_the_party_is_open() -> None:
    deal_on_offer()
    approvers()
    one = party()
    order_id = id_of(referred(asking(party=one.number)))
    done(approve(order_id, by("dana")))
    closes(one)
    assert refused(place_pending(order_id, deed())).code == "party_not_open"
    reopens(one)
    done(place_pending(order_id, deed()))


@spec("SP-1")
def test_the_host_is_rewarded_once_the_party_is_closed_and_once() -> None:
    on_spree()
    one = party()
    guest_buys(one, "1 POT")
    early = refused(asks_for_reward(one))
    assert (early.code, early.field) == ("party_not_closed", "party")
    closes(one)
    other = refused(asks_for_reward(one, buyer="gwen"))
    assert (other.code, other.field) == ("not_the_host", "customer")
    first = reward_placed(one)
    second = refused(asks_for_reward(one))
    number = Order.objects.get(id=first).number
    assert second.code == "host_rewarded"
    assert second.message == f"Party {one.number} has its host reward order {number} already."
    done(cancel(first, deed()))
    reward_placed(one)


@spec("SP-1")
def test_the_database_refuses_a_second_host_reward_order() -> None:
    one = party()
    closes(one)
    first = Order.objects.get(id=reward_placed(one))
    other = order_of(place(cart("1 MUG"), deed()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(id=other.id).update(party=first.party, host_reward=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(id=other.id).update(host_reward=True)


@spec("SP-1")
def test_an_order_that_comes_from_a_party_names_it() -> None:
    nameless = refused(place(cart("1 MUG", channel=Channel.PARTY), deed()))
    assert (nameless.code, nameless.field) == ("party_needed", "party")
    with pytest.raises(Faults) as wrong:
        quote(cart("1 MUG", party="P-1"))
    assert [fault.place for fault in wrong.value.faults] == ["party"]


@spec("SP-1", "SP-9")
def test_an_order_of_a_party_counts_to_the_partys_rep_whoever_says_otherwise() -> None:
    one = party()
    assert quote(guest_cart(one, "1 MUG", rep="dora")).cart.rep == "rita"
    one.rep = None
    making.change(one, by="ines")
    assert quote(guest_cart(one, "1 MUG", rep="dora")).cart.rep is None


@spec("SP-1", "EX-4")
def test_an_order_keeps_its_party_and_is_priced_again_to_the_same_bytes() -> None:
    from largesse.orders.repricing import priced_again

    on_spree()
    one = party()
    guest_buys(one, "2 POT")
    closes(one)
    order = Order.objects.get(id=rewarded(one, "1 MUG"))
    assert (order.party, order.host_reward) == (one, True)
    assert priced_again(order).to_json(near_misses=False).decode() == order.quote


# --- what it comes to ------------------------------------------------------------------------------


@spec("SP-1")
def test_the_party_total_is_merchandise_after_discounts_before_tax_and_shipping() -> None:
    one = party()
    # Three mugs for two; a tenth is added as tax at the main street.
    guest_buys(one, "3 MUG", location="main", shipping=650)
    assert party_totals(one) == PartyTotals(total=2500, orders=1, bookings=0)
    # A fifth of the price is tax in Vienna: 120.00 with it are 100.00 without.
    guest_places(one, "1 POT", location="vienna", buyer="gus")
    assert party_totals(one) == PartyTotals(total=2500 + 8333, orders=2, bookings=0)


@spec("SP-1")
def test_only_what_is_placed_and_kept_counts() -> None:
    one = party()
    kept = guest_buys(one, "2 POT", "1 HAT")
    back = guest_buys(one, "1 MUG")
    gone = guest_places(one, "1 HAT")
    held = id_of(reserve(guest_cart(one, "1 POT", buyer="gus"), deed(), minutes=15))
    assert party_totals(one) == PartyTotals(total=24000 + 1250 + 4000, orders=3, bookings=0)
    gives_back(kept, "1: 1")
    gives_back(back)
    done(cancel(gone, deed()))
    assert party_totals(one) == PartyTotals(total=14000, orders=1, bookings=0)
    done(place_held(held, deed()))
    assert party_totals(one).total == 24000
    reserve(guest_cart(one, "1 POT"), deed(), minutes=15)
    expire_lapsed(later(minutes=15))
    assert party_totals(one) == PartyTotals(total=24000, orders=2, bookings=0)


@spec("SP-1")
def test_nothing_of_the_host_reward_order_is_in_the_party_total() -> None:
    on_spree()
    one = party()
    guest_buys(one, "1 POT")
    closes(one)
    rewarded(one, lines=("3 HAT",))
    assert party_totals(one) == PartyTotals(total=10000, orders=1, bookings=0)


@spec("SP-1")
def test_a_party_is_told_how_many_others_were_booked_at_it() -> None:
    one = party()
    for _ in range(2):
        party(booked_at=one)
    assert party_totals(one) == PartyTotals(total=0, orders=0, bookings=2)


@spec("SP-1", "CO-1")
@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"kind": "party_total", "minimum": "100.00"}, True),
        ({"kind": "party_total", "minimum": "100.01"}, False),
        ({"kind": "party_order_count", "minimum": 1}, True),
        ({"kind": "party_order_count", "minimum": 2}, False),
        ({"kind": "party_bookings", "minimum": 1}, True),
        ({"kind": "party_bookings", "minimum": 2}, False),
    ],
)
def test_conditions_ask_what_the_party_came_to_without_the_order_itself(
    condition: dict[str, Any], met: bool
) -> None:
    on_offer(code="PARTY", conditions=[condition])
    one = party()
    party(booked_at=one)
    guest_buys(one, "1 POT", buyer="gus")
    second = quote(guest_cart(one, "1 POT"))
    assert ("PARTY" in second.awarded) is met
    assert order_of(place(guest_cart(one, "1 POT"), deed())).discount == second.discount


@spec("SP-1", "QU-5")
def test_the_totals_are_two_queries_and_an_order_without_a_party_asks_none(
    django_assert_num_queries: Any,
) -> None:
    one = party()
    guest_buys(one, "1 POT")
    with django_assert_num_queries(2):
        party_totals(one)
    with CaptureQueriesContext(connection) as asked:
        quote(cart("1 POT"))
    assert not [query for query in asked.captured_queries if "party" in query["sql"]]


# --- the check -------------------------------------------------------------------------------------


def found() -> list[str]:
    return [finding.message for finding in checking.check()]


@spec("JO-4", "SP-1")
def test_the_check_finds_a_party_whose_state_is_not_that_of_its_orders() -> None:
    on_spree()
    one = party()
    guest_buys(one, "1 POT")
    closes(one)
    number = Order.objects.get(id=rewarded(one)).number
    Party.objects.filter(id=one.id).update(state="closed")
    assert found() == [f"it is closed, its host reward orders that are posted: ['{number}']"]
    Party.objects.filter(id=one.id).update(state="rewarded")


@spec("JO-4", "SP-1")
def test_the_check_finds_an_order_that_was_moved_to_another_party() -> None:
    one, other = party(), party()
    order_id = guest_buys(one, "1 POT")
    Order.objects.filter(id=order_id).update(party=other)
    assert found() == [f"it is of party {other.number}, its quote of {one.number}"]
    Order.objects.filter(id=order_id).update(party=one)


@spec("JO-4", "SP-1", "SP-9")
def test_the_check_finds_a_party_that_was_given_to_another_host_or_rep() -> None:
    on_spree(rep_income="percentage", rep_income_percent="50")
    one = party()
    guest_buys(one, "5 POT")
    closes(one)
    number = Order.objects.get(id=rewarded(one, "1 MUG")).number
    gwen, dora = (Customer.objects.get(number=name) for name in ("gwen", "dora"))
    Party.objects.filter(id=one.id).update(host=gwen, rep=dora)
    assert found() == [
        f"its host reward order {number} is Hanna (hanna)'s, not its host's",
        f"the spree of order {number} counts to rita, its rep is dora",
    ]
    Party.objects.filter(id=one.id).update(host=one.host, rep=one.rep)


def test_a_guest_order_may_be_posted_whatever_the_party_is() -> None:
    one = party()
    order_id = guest_places(one, "1 MUG")
    closes(one)
    done(post(order_id, deed()))


def test_what_is_done_to_a_party_that_is_not_there_is_refused() -> None:
    one = party()
    gone = one.id
    Party.objects.filter(id=gone).delete()
    assert no(making.close(gone, deed())).code == "party_unknown"
    assert done_with(making.close(party().id, deed())).state == "closed"
