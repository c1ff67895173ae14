"""What is chosen for a host is placed once, or refused once: a later try is asked anew (OR-3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from largesse.orders.answers import Answered, Done, PriceChanged, Refused
from largesse.orders.models import Order, Party
from largesse.orders.parties import drafting
from largesse.orders.quoting import quote
from largesse.orders.rewards.choosing import with_choice
from tests.orders.parties import SPREE, closes, guest_buys, on_spree, party, people
from tests.orders.store import AT
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def closed(store: None) -> Party:
    """Hanna's party, at which gwen bought 30 mugs."""
    people()
    on_spree(over_purchase=True)
    one = party()
    guest_buys(one, "30 MUG")
    closes(one)
    return one


def minutes(count: int) -> datetime:
    return AT + timedelta(minutes=count)


def chooses(closed: Party, units: int, at: datetime) -> drafting.Draft:
    return drafting.change(closed, lambda chosen: with_choice(chosen, SPREE, "MUG", units), now=at)


def places(closed: Party, draft: drafting.Draft, due: int, at: datetime) -> Answered:
    return drafting.place_draft(
        closed, "rita", now=at, version=draft.version, confirmed_due=due, payment=None
    )


def due_of(closed: Party, draft: drafting.Draft, at: datetime) -> int:
    return quote(drafting.to_price(closed, draft.choices, now=at)).due


@spec("SP-6", "SP-12")
def test_what_is_chosen_is_kept_and_placed_as_the_host_reward_order(closed: Party) -> None:
    chooses(closed, 1, minutes(1))
    draft = chooses(closed, 2, minutes(2))
    assert drafting.draft_of(closed) == draft

    answer = places(closed, draft, due_of(closed, draft, minutes(3)), minutes(3)).answer

    assert isinstance(answer, Done)
    order = Order.by_public_id(answer.order)
    assert (order.party, order.host_reward) == (closed, True)
    assert [(line.sku, line.units, line.spree) for line in order.lines.all()] == [("MUG", 2, True)]
    assert drafting.draft_of(closed) == drafting.Draft()


@spec("OR-3", "SP-12")
def test_a_version_is_placed_once_however_often_it_is_sent(closed: Party) -> None:
    draft = chooses(closed, 1, minutes(1))
    due = due_of(closed, draft, minutes(2))
    first, again = (places(closed, draft, due, minutes(n)) for n in (2, 3))
    assert (again.answer, again.repeated) == (first.answer, True)
    assert Order.objects.filter(host_reward=True).count() == 1


@spec("OR-3", "SP-12")
def test_after_a_refusal_the_same_choice_can_be_placed_as_another_version(closed: Party) -> None:
    draft = chooses(closed, 30, minutes(1))
    due = due_of(closed, draft, minutes(2))
    assert due > 0
    assert isinstance(places(closed, draft, due - 1, minutes(2)).answer, PriceChanged)

    later = drafting.draft_of(closed)

    assert later.choices == draft.choices
    assert later.version != draft.version
    assert isinstance(places(closed, later, due, minutes(3)).answer, Done)


@spec("SP-6")
def test_a_choice_that_was_changed_meanwhile_is_not_placed(closed: Party) -> None:
    seen = chooses(closed, 1, minutes(1))
    chooses(closed, 2, minutes(2))
    answer = places(closed, seen, 0, minutes(3)).answer
    assert isinstance(answer, Refused)
    assert answer.code == "changed_meanwhile"
    assert not Order.objects.filter(host_reward=True).exists()


@spec("SP-12")
def test_what_is_placed_is_taken_up_again_with_its_choices(closed: Party) -> None:
    draft = chooses(closed, 2, minutes(1))
    places(closed, draft, due_of(closed, draft, minutes(2)), minutes(2))
    taken = drafting.anew(closed, now=minutes(3))
    assert [(each.sku, each.units) for each in taken.choices] == [("MUG", 2)]
    answer = places(closed, taken, due_of(closed, taken, minutes(4)), minutes(4)).answer
    assert isinstance(answer, Done)
    states = Order.objects.filter(host_reward=True).order_by("id").values_list("state", flat=True)
    assert list(states) == ["cancelled", "placed"]
