"""Who may enter, whose orders these are, and for which customer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from largesse.backoffice.roles import ROLES
from largesse.business.models import User
from largesse.crm.models import Customer
from largesse.orders.models import Cart
from tests.rep.store import OnOrder, Rep
from tests.words import spec

PAGES = ("", "deals", "summary", "explanation", "customer", "order", "order/explanation")
DEEDS = (
    "", "undo", "discard", "customer", "summary", "deals/apply", "deals/detach", "deals/fill",
    "deals/refer", "order/place", "order/edit",
)  # fmt: skip


@spec("IF-32", "QU-40")
@pytest.mark.parametrize("role", ROLES)
def test_reps_and_administrators_may_enter_and_others_are_told(wholesale: None, role: str):
    user = User.objects.create(username="someone", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    may = role in ("Rep", "Administrator")
    for url in ("/rep/", "/rep/new"):
        answer = client.get(url)
        assert answer.status_code == (200 if may else 403)
        assert ("These pages are for reps" in answer.content.decode()) is not may


@spec("QU-40")
def test_who_is_not_signed_in_is_asked_to(order: OnOrder):
    stranger = Client()
    for page in PAGES:
        answer = stranger.get(order.url + page)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]
    part = stranger.get(order.url, headers={"HX-Request": "true"})
    assert "/login/" in part["HX-Redirect"]


@spec("IF-32", "QU-40")
def test_the_orders_of_another_rep_are_as_if_they_were_not_there(order: OnOrder):
    mira = Rep("mira")
    assert "Olive Provisions" not in mira.see("/rep/")
    for page in PAGES:
        assert mira.client.get(order.url + page).status_code == 404
    for deed in DEEDS:
        sent = {"version": order.version, "deal": "MUGS", "customer": "C-1"}
        assert mira.client.post(order.url + deed, sent).status_code == 404
    assert order.record.customer == Customer.objects.get(number="C-2")


@spec("IF-32")
@pytest.mark.parametrize(
    "page", ["/rep/nothing/", "/rep/crt_0/", "/rep/ord_01j0b3v1mmeedtx9cpdgkfhbch/"]
)
def test_a_page_of_no_order_is_not_there(rep: Rep, page: str):
    assert rep.client.get(page).status_code == 404


@spec("IF-32")
def test_who_has_no_orders_is_told_what_to_do(rep: Rep):
    page = rep.see("/rep/")
    assert "No orders yet" in page
    assert "New order" in page


@spec("IF-32")
def test_a_new_order_is_for_the_customer_who_was_chosen(rep: Rep):
    assert "Olive Provisions" not in rep.see("/rep/new?q=fennel")
    assert "Fennel & Rye" in rep.see("/rep/new?q=C-1")
    assert "Nobody found" in rep.see("/rep/new?q=nobody")
    rep.do("/rep/new", customer="C-1")
    record = Cart.objects.get()
    fennel = Customer.objects.get(number="C-1")
    assert (record.owner, record.customer, record.channel) == (rep.user, fennel, "rep")
    assert "Fennel & Rye C-1 · trade" in rep.see(rep.at)


@spec("IF-32")
def test_nobody_orders_for_a_customer_who_is_not_there(rep: Rep):
    Customer.objects.filter(number="C-1").update(active=False)
    for number in ("C-1", "C-99", ""):
        assert rep.client.post("/rep/new", {"customer": number}).status_code == 404
    assert not Cart.objects.exists()


@spec("IF-32")
def test_drafts_and_orders_are_found_and_filtered(rep: Rep):
    OnOrder(rep, "C-1")
    saved = OnOrder(rep, "C-2")
    saved.orders(GLASS="2")
    saved.save(place="1", due="1980")
    order = saved.record.order
    assert order is not None
    number = order.number
    page = rep.see("/rep/")
    assert "All 2 Drafts 1 Waiting 0 Answered 0 Placed 1" in page
    assert f"{number} Placed 1 18.00" in page
    assert "Olive Provisions" not in rep.see("/rep/?show=drafts")
    assert "Fennel" not in rep.see("/rep/?show=placed")
    assert "Fennel" not in rep.see(f"/rep/?q={number}")
    assert "Nothing found" in rep.see("/rep/?q=zeppelin")


@spec("IF-32")
def test_many_orders_come_in_pages(rep: Rep):
    now = datetime.now(UTC)
    customer = Customer.objects.get(number="C-1")
    Cart.objects.bulk_create(
        Cart(owner=rep.user, customer=customer, channel="rep", changed_at=now) for _ in range(30)
    )
    assert "1 to 25 of 30" in rep.see("/rep/")
    assert "26 to 30 of 30" in rep.see("/rep/?page=2")


@spec("IF-32")
def test_a_draft_can_be_thrown_away(order: OnOrder):
    order.orders(GLASS="2")
    assert "The draft is discarded." in order.rep.do(f"{order.url}discard")
    assert not Cart.objects.exists()


@spec("IF-33", "IF-32")
def test_the_carts_of_shoppers_are_none_of_the_reps(rep: Rep):
    shoppers = Cart.objects.create(
        customer=Customer.objects.get(number="C-1"),
        channel="shop",
        owner=rep.user,
        changed_at=datetime.now(UTC),
    )
    assert rep.client.get(f"/rep/{shoppers.public_id}/").status_code == 404


@spec("IF-32")
def test_a_rep_signs_out(rep: Rep):
    rep.client.post("/rep/sign-out")
    assert rep.client.get("/rep/").status_code == 302
