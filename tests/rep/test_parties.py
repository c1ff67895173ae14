"""A rep enters guest orders at the open parties that they hold (SP-1, SP-9)."""

from __future__ import annotations

from datetime import date

import pytest

from largesse.business.models import User
from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.ids import parse_id
from largesse.orders.answers import Deed
from largesse.orders.models import Cart, Order, Party
from largesse.orders.parties import making
from largesse.orders.parties.answers import PartyDone
from largesse.orders.parties.totals import party_totals
from tests.rep.store import AT, OnOrder, Rep
from tests.words import spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def jonas(wholesale: None) -> Customer:
    """The distributor who the rep is."""
    return distributor("D-1", "jonas")


def distributor(number: str, user: str) -> Customer:
    return Customer.objects.create(
        number=number,
        name=user.capitalize(),
        type=Customer.Type.DISTRIBUTOR,
        user=User.objects.get(username=user),
    )


def held_by(rep: Customer | None, title: str = "Olive’s party") -> Party:
    """An open party at the location of Seattle."""
    said = {"held_on": date(2026, 1, 2), "location": Location.objects.get(), "rep": rep}
    party = Party(title=title, host=Customer.objects.get(number="C-2"), **said)
    answer = making.make(party, deed(title)).answer
    assert isinstance(answer, PartyDone)
    return Party.objects.get(id=parse_id(Party.prefix, answer.party))


def deed(key: str) -> Deed:
    return Deed(key=f"test:{key}", body=b"", at=AT, actor="ines")


def closes(party: Party) -> None:
    assert isinstance(making.close(party.id, deed(f"close {party.id}")).answer, PartyDone)


def guest(rep: Rep, party: Party, customer: str = "C-1") -> OnOrder:
    """A new guest order at a party."""
    order = OnOrder(rep)
    Cart.by_public_id(order.id).delete()
    rep.do("/rep/new", customer=customer, party=party.public_id)
    order.id = rep.at.split("/")[2]
    return order


@spec("IF-34", "SP-1", "SP-9")
def test_a_guest_order_is_of_the_party_that_was_chosen_and_of_its_rep(rep: Rep, jonas: Customer):
    party = held_by(jonas)
    page = rep.see(f"/rep/new?party={party.public_id}")
    assert "A guest order at Olive’s party." in page

    order = guest(rep, party)
    assert order.record.channel == "party"
    assert "Olive’s party" in order.orders(CEDAR="10")
    rep.do(f"{order.url}summary", version=order.version, due="19800", place="1")

    placed = order.record.order
    assert placed is not None
    assert (placed.party, placed.channel, placed.host_reward) == (party, "party", False)
    assert placed.location == party.location
    # Deals are for the orders of reps: at the party each candle costs its price.
    assert placed.net == 18000
    assert party_totals(party).total == 18000
    assert "Olive’s party" in rep.see(f"{order.url}order")
    assert "Olive’s party" in rep.see("/rep/")
    assert "Fennel" in rep.see("/rep/?q=olive’s")


@spec("IF-34", "QU-40")
def test_a_rep_enters_orders_at_no_party_of_another(rep: Rep, jonas: Customer):
    mine, other = held_by(jonas), held_by(distributor("D-2", "mira"), "Mira’s party")
    page = rep.see("/rep/new")
    assert mine.title in page
    assert other.title not in page

    assert "takes no guest orders now" in rep.see(f"/rep/new?party={other.public_id}")
    told = rep.do("/rep/new", customer="C-1", party=other.public_id)
    assert "takes no guest orders now" in told
    assert not Cart.objects.filter(party=other).exists()

    order = OnOrder(rep)
    told = rep.do(f"{order.url}customer", party=other.public_id)
    assert "takes no guest orders now" in told
    assert order.record.party is None


@spec("IF-34")
def test_the_party_of_a_draft_can_be_chosen_and_taken_away(rep: Rep, jonas: Customer):
    party, order = held_by(jonas), OnOrder(rep)
    told = rep.do(f"{order.url}customer", party=party.public_id)
    assert "It is a guest order at Olive’s party now." in told
    assert (order.record.party, order.record.channel) == (party, "party")

    told = rep.do(f"{order.url}customer", customer="C-1", party=party.public_id)
    assert "The order is for Fennel & Rye now." in told
    assert order.record.party == party

    told = rep.do(f"{order.url}customer", party="")
    assert "It is of no party now." in told
    assert [order.record.party, order.record.channel] == [None, "rep"]


@spec("IF-34", "SP-1")
def test_a_draft_of_a_party_that_was_closed_says_so_and_is_not_placed(rep: Rep, jonas: Customer):
    party = held_by(jonas)
    order = guest(rep, party)
    order.orders(CEDAR="1")
    closes(party)

    assert "takes no guest orders any more" in rep.see(order.url)
    told = rep.do(f"{order.url}summary", version=order.version, due="1980", place="1")
    assert "is closed; guests order while it is open." in told
    assert not Order.objects.exists()
    # The way out: without the party it is an order as others.
    rep.do(f"{order.url}customer", party="")
    rep.do(f"{order.url}summary", version=order.version, due="1980", place="1")
    assert Order.objects.get().party is None


@spec("IF-34", "QU-40")
def test_what_another_rep_holds_by_now_takes_no_order_of_this_one(rep: Rep, jonas: Customer):
    party = held_by(jonas)
    order = guest(rep, party)
    order.orders(CEDAR="1")
    party.rep = distributor("D-2", "mira")
    making.change(party, by="ines")

    for how in ({"place": "1", "due": "1980"}, {"send": "1", "note": "", "approver": ""}):
        told = rep.do(f"{order.url}summary", version=order.version, **how)
        assert "Somebody else holds Olive’s party now." in told
    assert not Order.objects.exists()


@spec("IF-34")
def test_without_a_party_to_hold_nothing_is_asked(rep: Rep):
    assert "At the party" not in rep.see("/rep/new")
    held_by(None)
    assert "At the party" not in rep.see("/rep/new")
