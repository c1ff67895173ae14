"""Approvers find referred orders, see what they are about, and decide about them (DE-8, DE-14)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from largesse.business.models import User
from largesse.orders.models import Notice, Order
from largesse.orders.referring import approve, decline
from tests.backoffice.conftest import ClientOf
from tests.orders.referrals import asking, by, given, on_offer, people, referred
from tests.orders.store import cart, id_of, order_of
from tests.words import spec

KEY = "0" * 32


@pytest.fixture
def order(store: None) -> UUID:
    on_offer()
    people()
    return id_of(referred(asking(mugs=2, hats=6), approver="dana"))


@pytest.fixture
def dana(order: UUID) -> Client:
    """An approver who is asked."""
    return signed_in("dana")


def signed_in(name: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=name))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:orders_order_{name}", args=args)


def text_of(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, order: UUID, name: str, **sent: Any) -> Any:
    return client.post(url(name, order), {"reason": "", "key": KEY, **sent})


@spec("DE-8", "IF-30")
def test_referred_orders_are_filtered_and_counted_for_those_who_may_approve(
    order: UUID, dana: Client, client_of: ClientOf
):
    mine = id_of(referred(actor="dana"))
    number, own = (Order.objects.get(id=each).number for each in (order, mine))
    listed = text_of(dana, url("changelist"), approve="me")
    assert number in listed
    assert own not in listed
    assert "rita" in listed
    assert own in text_of(dana, url("changelist"), approve="all")
    assert own not in text_of(dana, url("changelist"), approve="asked")
    assert '<span>To approve</span><span class="count count-due">1</span>' in listed
    assert "To approve</span>" not in text_of(client_of("Cashier"), url("changelist"))
    assert f'href="{url("changelist")}?approve=me" title="To approve" aria-current' in listed


@spec("DE-8", "DE-14")
def test_the_page_shows_trigger_benefit_credit_note_and_history(order: UUID, dana: Client):
    told = text_of(dana, url("change", order))
    for words in (
        "Opening order",
        "100.00 of 300.00 at list price",
        "Needs 300.00 of Pots at list price, found 100.00.",
        "50.00 credit for free stock with Pots",
        "Gives away 2 × Mug",
        "6 of 6 units",
        "10 % off",
        "30.00",
        "Referred by</dt><dd>Rita",
        "Asked</dt><dd>Dana",
        "for their second shop",
        "Draft → Held, referred",
    ):
        assert words in told, words


@spec("DE-8")
def test_an_approver_approves_and_the_order_can_be_placed(order: UUID, dana: Client):
    assert send(dana, order, "approve", **{"credit-OPENING": "30.00"}).status_code == 302
    assert Order.objects.get(id=order).state == Order.State.PENDING
    told = text_of(dana, url("change", order))
    assert "Held, referred → Pending" in told
    send(dana, order, "place", reason="as agreed", key="1" * 32)
    assert Order.objects.get(id=order).state == Order.State.PLACED


@spec("DE-14")
def test_less_credit_leads_to_the_order_that_has_it(order: UUID, dana: Client):
    answer = send(dana, order, "approve", reason="half", **{"credit-OPENING": "15.00"})
    less = Order.objects.get(replaces=order)
    assert answer["Location"] == url("change", less.pk)
    assert (less.state, given(less)) == (Order.State.PENDING, {"MUG": 1})
    told = text_of(dana, url("change", less.pk))
    assert "Credit for Opening order 15.00 instead of 30.00." in told
    assert Order.objects.get(id=order).number in told
    assert "is replaced" not in told


@spec("DE-14")
@pytest.mark.parametrize(
    ("credit", "wrong"),
    [
        ("30.01", "30.00 was asked for; give that or less."),
        ("-1", "is negative"),
        ("", "This field is required."),
    ],
)
def test_a_wrong_credit_is_told_beside_its_field(
    order: UUID, dana: Client, credit: str, wrong: str
):
    answer = send(dana, order, "approve", **{"credit-OPENING": credit})
    form = answer.context["form"]
    assert wrong in str(form.errors["credit-OPENING"])
    assert wrong in answer.content.decode()
    assert Order.objects.get(id=order).state == Order.State.REFERRED


@spec("DE-8")
def test_declining_needs_a_note_beside_its_field(order: UUID, dana: Client):
    answer = send(dana, order, "decline")
    assert "reason" in answer.context["form"].errors
    send(dana, order, "decline", reason="Reach 270.00.")
    assert Order.objects.get(id=order).state == Order.State.DECLINED
    assert "Reach 270.00." in text_of(dana, url("change", order))


@spec("DE-8")
def test_who_referred_an_order_is_offered_no_decision_and_refused_one(order: UUID, dana: Client):
    own = id_of(referred(actor="dana"))
    told = text_of(dana, url("change", own))
    assert "You referred this order." in told
    assert url("approve", own) not in told
    answer = send(dana, own, "approve", **{"credit-OPENING": "30.00"})
    assert "You referred order" in answer.content.decode()
    assert Order.objects.get(id=own).state == Order.State.REFERRED


@spec("DE-8", "OR-3")
def test_an_approval_that_comes_second_says_so(order: UUID, dana: Client):
    approve(order, by("omar"))
    answer = send(dana, order, "approve", **{"credit-OPENING": "20.00"})
    assert "is pending; only one that is held - referred" in answer.content.decode()


@spec("DE-8")
def test_an_order_referred_by_hand_shows_that_no_deal_needs_it(dana: Client):
    from largesse.orders.referring import refer

    by_hand = order_of(refer(cart("1 POT"), by("rita", reason="unsure"), by_user=True))
    told = text_of(dana, url("change", by_hand.pk))
    assert "It was referred by hand." in told
    assert "unsure" in told
    assert send(dana, by_hand.pk, "approve").status_code == 302


@spec("DE-8")
def test_the_bell_counts_what_is_unread_and_leads_to_the_order(order: UUID, dana: Client):
    told = text_of(dana, url("changelist"))
    assert "Notices: 1 unread" in told
    assert "Rita asks you to approve order" in told
    notice = Notice.objects.get()
    address = reverse("admin:notice", args=[notice.pk])
    assert dana.get(address).status_code == 405
    assert signed_in("omar").post(address).status_code == 404
    answer = dana.post(address)
    assert answer["Location"] == url("change", order)
    assert "Notices: " not in text_of(dana, url("changelist"))


def test_who_may_see_no_orders_reads_a_notice_all_the_same(order: UUID, dana: Client):
    decline(order, by("dana", reason="no"))
    rita = signed_in("rita")
    notice = Notice.objects.get(user__username="rita")
    answer = rita.post(reverse("admin:notice", args=[notice.pk]))
    assert answer["Location"] == reverse("admin:index")
    notice.refresh_from_db()
    assert notice.read_at is not None
