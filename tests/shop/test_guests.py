"""A guest opens the link of a party, shops there, and orders; its host passes the link on (SP-1)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from largesse.crm.models import Customer
from largesse.offers import promotions
from largesse.orders.models import Cart, Order, Party, PartyLink, PartyVisit
from largesse.orders.parties import links
from largesse.orders.parties.totals import party_totals
from tests.orders.parties import closes, on_spree, reopens, rewarded
from tests.orders.parties import party as made
from tests.shop.store import AT, PROMOTIONS, Shopper
from tests.words import spec

BUTTON = "Shop at this party"
STRIP = "You shop at Hanna’s party , hosted by Hanna."


@pytest.fixture
def party(shop: None) -> Party:
    """Hanna Osei’s open party, which Rita Reed holds."""
    Customer.objects.create(number="rita", name="Rita Reed", type="distributor")
    Customer.objects.create(number="hanna", name="Hanna Osei", email="hanna@example.com")
    return made()


@pytest.fixture
def host(party: Party) -> Shopper:
    """Hanna, who is signed in."""
    host = Shopper()
    host.register("Another", "other@example.com")
    user = Customer.objects.get(name="Another").user
    Customer.objects.filter(name="Another").delete()
    Customer.objects.filter(number="hanna").update(user=user)
    return host


def link(party: Party) -> str:
    path = links.path_of(party)
    assert path is not None
    return path


def joins(shopper: Shopper, party: Party) -> str:
    return shopper.do(link(party))


def buys(shopper: Shopper) -> Order:
    """What a shopper orders who has put something into the cart."""
    shopper.check_out()
    shopper.pay()
    return Order.objects.latest("placed_at")


def at_party() -> list[Party | None]:
    return [cart.party for cart in Cart.objects.filter(order=None)]


# --- opening a link --------------------------------------------------------------------------------


@spec("SP-1", "QU-40")
def test_the_page_of_a_link_tells_whose_party_it_is_and_no_more_of_its_host(
    shopper: Shopper, party: Party
) -> None:
    page = shopper.see(link(party))
    assert "Hanna’s party Hanna invites you to shop at this party." in page
    assert "Day 30 May 2026 Orders Open until it is closed Held by Rita Reed" in page
    assert BUTTON in page
    html = shopper.html(link(party))
    for untold in ("Osei", "hanna@", party.number, party.public_id, party.host.public_id):
        assert untold not in html


@spec("SP-1")
def test_opening_it_changes_nothing_and_is_logged(shopper: Shopper, party: Party) -> None:
    for _ in range(2):
        answer = shopper.client.get(link(party))
        assert answer.headers["Cache-Control"].find("no-store") >= 0
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not Cart.objects.exists()
    visits = PartyVisit.objects.values_list("outcome", "party", "address")
    assert list(visits) == [("opened", party.pk, "127.0.0.1")] * 2


@spec("SP-1")
def test_what_only_looks_ahead_leaves_no_trace(shopper: Shopper, party: Party) -> None:
    assert shopper.client.head(link(party)).status_code == 200
    told = shopper.client.get(link(party), headers={"Sec-Purpose": "prefetch;prerender"})
    assert told.status_code == 503, "so that it is asked for again when it is really opened"
    assert not PartyVisit.objects.exists()


@spec("SP-1", "QU-42")
@pytest.mark.parametrize("how", ["letter", "slash", "cut", "nothing"])
def test_a_link_that_was_changed_leads_nowhere_and_the_shop_goes_on(
    shopper: Shopper, party: Party, how: str
) -> None:
    path = link(party)
    changed = {
        "letter": path[:-1] + ("a" if path[-1] != "a" else "b"),
        "slash": f"{path[:14]}/{path[14:]}",
        "cut": path[:-3],
        "nothing": "/party/",
    }[how]
    for answer in (shopper.client.get(changed), shopper.client.post(changed, follow=True)):
        html = answer.content.decode()
        assert answer.status_code == 404
        assert "This link leads to no party." in html
        assert BUTTON not in html
        assert 'href="/"' in html
    assert set(PartyVisit.objects.values_list("outcome", flat=True)) == {"altered"}
    assert not Cart.objects.exists()


@spec("SP-1", "AL-6")
def test_a_link_that_was_revoked_or_is_too_old_says_so(
    shopper: Shopper, party: Party, settings: Any
) -> None:
    old = link(party)
    links.renew(party, at=AT, by="ines")
    answer = shopper.client.get(old)
    assert answer.status_code == 410
    assert "A new link has replaced it" in answer.content.decode()
    settings.LINK_RETENTION = timedelta(0)
    from largesse.offers import link_keys

    outdated = link(party)
    link_keys.rotate(at=timezone.now(), by="ada")
    answer = shopper.client.get(outdated)
    assert answer.status_code == 410
    assert "It is an old link" in answer.content.decode()
    assert list(PartyVisit.objects.order_by("id").values_list("outcome", flat=True)) == [
        "revoked",
        "outdated",
    ]


@spec("SP-1")
def test_the_link_of_a_closed_or_rewarded_party_says_that_it_is_closed(
    shopper: Shopper, party: Party
) -> None:
    on_spree()
    for step in (closes, rewarded):
        step(party)
        page = shopper.see(link(party))
        assert "Hanna’s party is closed." in page
        assert "The shop is open to you all the same." in page
        assert BUTTON not in page
        assert "is closed" in joins(shopper, party)
    assert not Cart.objects.filter(customer=None).exists()
    assert {visit.outcome for visit in PartyVisit.objects.all()} == {"opened"}


# --- shopping at a party ---------------------------------------------------------------------------


@spec("SP-1")
def test_a_stranger_shops_at_a_party_and_what_they_order_counts_there(
    shopper: Shopper, party: Party
) -> None:
    assert STRIP not in shopper.add("MUG")
    pages = [joins(shopper, party), shopper.see("/p/MUG"), shopper.see("/cart")]
    assert all(f"{STRIP} Leave the party" in page for page in pages)

    order = buys(shopper)

    assert (order.party, order.host_reward, order.customer) == (party, False, None)
    assert order.channel == "party"
    assert party_totals(party).total == 1450
    page = shopper.see(f"/orders/{order.public_id}")
    assert "Your order is in, and counts at Hanna’s party." in page
    assert STRIP not in page, "the next order is one of its own"


@spec("SP-1", "SP-9")
def test_the_order_of_a_customer_is_its_partys_and_counts_to_its_rep(
    shopper: Shopper, party: Party
) -> None:
    shopper.register("Gwen Ada Miller", "gwen@example.com")
    joins(shopper, party)
    shopper.add("MUG")
    order = buys(shopper)
    assert (order.party, order.customer and order.customer.name) == (party, "Gwen Ada Miller")


@spec("SP-1")
def test_what_is_on_offer_at_parties_holds_there_and_the_cart_says_when_one_leaves(
    shopper: Shopper, party: Party
) -> None:
    tenth = [{"kind": "discount_order_line", "percent": 10}]
    mine = {"code": "PARTIES", "title": "At parties", "channels": ["party"], "actions": tenth}
    promotions.revise_all([*PROMOTIONS, mine], by=None, at=AT)
    assert "At parties" not in shopper.add("MUG")
    joins(shopper, party)
    assert "At parties −1.45" in shopper.see("/cart")
    page = shopper.do("/cart/party/leave")
    assert shopper.at == "/cart"
    assert "You left Hanna’s party." in page
    assert "At parties −1.45" not in page
    assert buys(shopper).party is None


@spec("SP-1")
def test_a_shopper_leaves_a_party_on_the_page_where_they_are_and_nowhere_else(
    shopper: Shopper, party: Party
) -> None:
    for to, at in (("/p/MUG?x=1", "/p/MUG?x=1"), ("https://example.com/", "/cart")):
        joins(shopper, party)
        shopper.do("/cart/party/leave", to=to)
        assert shopper.at == at
        assert at_party() == [None]
    shopper.do("/cart/party/leave")
    assert shopper.client.get("/cart/party/leave").status_code == 405


@spec("SP-1")
def test_who_shops_at_one_party_can_go_to_another(shopper: Shopper, party: Party) -> None:
    joins(shopper, party)
    other = made(title="Another evening")
    page = shopper.see(link(other))
    assert "You shop at Hanna’s party now; you would leave it." in page
    joins(shopper, other)
    assert at_party() == [other]
    assert "You shop at this party." in shopper.see(link(other))


@spec("SP-1")
def test_the_party_comes_along_when_a_guest_signs_in(shopper: Shopper, party: Party) -> None:
    joins(shopper, party)
    shopper.register("Gwen Miller", "gwen@example.com")
    assert STRIP in shopper.see("/cart")
    assert at_party() == [party]


@spec("SP-1")
def test_who_turns_out_to_be_the_host_is_no_guest_of_the_party(
    shopper: Shopper, host: Shopper, party: Party
) -> None:
    shopper.add("MUG")
    joins(shopper, party)
    shopper.do("/account/sign-in", username="other@example.com", password="nine green apples")
    assert STRIP not in shopper.see("/cart")
    assert at_party() == [None]


@spec("SP-1")
def test_a_cart_that_a_guest_brings_keeps_its_party_in_the_one_that_they_have(
    shopper: Shopper, party: Party
) -> None:
    shopper.register("Gwen Miller", "gwen@example.com")
    shopper.add("MUG")
    guest = Shopper()
    guest.add("APRON")
    joins(guest, party)
    guest.do("/account/sign-in", username="gwen@example.com", password="nine green apples")
    assert STRIP in shopper.see("/cart")
    assert at_party() == [party]


@spec("SP-1", "OR-4")
def test_coming_to_a_party_gives_up_prices_that_are_held_and_coming_again_keeps_them(
    shopper: Shopper, party: Party
) -> None:
    shopper.add("MUG")
    shopper.check_out()
    joins(shopper, party)
    assert Order.objects.get().state == Order.State.CANCELLED
    shopper.check_out()
    joins(shopper, party)
    assert Order.objects.filter(state=Order.State.HELD, party=party).exists()


# --- a party that is closed meanwhile --------------------------------------------------------------


@spec("SP-1")
def test_a_party_that_was_closed_before_checkout_is_told_and_the_order_goes_on_without_it(
    shopper: Shopper, party: Party
) -> None:
    joins(shopper, party)
    shopper.add("MUG")
    closes(party)
    assert "Hanna’s party is closed. You can order without it." in shopper.see("/cart")
    page = shopper.check_out()
    assert "The party is closed Hanna’s party takes no more orders" in page
    assert "Nothing was ordered and nothing was paid." in page
    assert not Order.objects.exists()
    shopper.do("/cart/party/leave")
    assert shopper.at == "/cart"
    assert buys(shopper).party is None


@spec("SP-1")
def test_a_party_that_was_opened_again_takes_the_order_after_all(
    shopper: Shopper, party: Party
) -> None:
    joins(shopper, party)
    shopper.add("MUG")
    closes(party)
    shopper.check_out()
    reopens(party)
    assert buys(shopper).party == party


@spec("SP-1")
def test_a_party_that_was_closed_while_prices_are_held_is_told_before_anything_is_paid(
    shopper: Shopper, party: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    from largesse.shop import payments

    joins(shopper, party)
    shopper.add("MUG")
    shopper.check_out()
    closes(party)
    paid: list[Any] = []
    monkeypatch.setattr(payments, "pay", lambda *said: paid.append(said))
    assert "The party is closed" in shopper.see("/checkout")
    assert "nothing was paid" in shopper.pay()
    assert paid == []
    shopper.do("/cart/party/leave")
    monkeypatch.undo()
    assert buys(shopper).party is None
    assert Order.objects.filter(state=Order.State.CANCELLED, party=party).count() == 1


@spec("SP-1")
def test_a_party_that_closes_in_the_instant_of_paying_takes_no_order(
    shopper: Shopper, party: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    from largesse.shop import payments

    joins(shopper, party)
    shopper.add("MUG")
    shopper.check_out()
    pay = payments.pay

    def closed_meanwhile(*said: Any) -> Any:
        closes(party)
        return pay(*said)

    monkeypatch.setattr(payments, "pay", closed_meanwhile)
    assert "Nothing was ordered and nothing was paid." in shopper.pay()
    assert Order.objects.get().state == Order.State.CANCELLED
    assert Order.objects.get().payment is None


# --- the host --------------------------------------------------------------------------------------


@spec("SP-1")
def test_a_host_copies_the_link_and_is_told_that_guests_use_it(host: Shopper, party: Party) -> None:
    whole = f"http://testserver{link(party)}"
    html = host.html(f"/account/parties/{party.public_id}")
    assert f'data-copies="{whole}" data-title="Hanna’s party"' in html
    page = host.see(link(party))
    assert "Your guests use this link" in page
    assert BUTTON not in page
    assert f'data-copies="{whole}"' in host.html(link(party))
    assert "Your guests use this link" in joins(host, party)
    assert not Cart.objects.exists()


@spec("SP-1", "QU-40")
def test_a_guest_without_an_account_is_named_to_the_host_by_a_first_name_and_an_initial(
    host: Shopper, shopper: Shopper, party: Party
) -> None:
    joins(shopper, party)
    shopper.add("MUG")
    buys(shopper)
    assert "Guest orders 1 Marta I." in host.see(f"/account/parties/{party.public_id}")
    assert "Ilves" not in host.html(f"/account/parties/{party.public_id}")


@spec("SP-1")
def test_a_host_makes_a_new_link_once_it_was_asked(host: Shopper, party: Party) -> None:
    old = link(party)
    page = f"/account/parties/{party.public_id}"
    assert "brings nobody to your party any more" in host.see(f"{page}/link")
    assert link(party) == old
    assert "Your party has a new link." in host.do(f"{page}/link")
    assert link(party) != old
    assert PartyLink.objects.get(revoked_at=None).made_by == "Hanna Osei (hanna)"
    closes(party)
    assert "data-copies" not in host.html(page)
    host.do(f"{page}/link")
    assert PartyLink.objects.count() == 2


@spec("SP-1")
def test_a_party_from_before_gets_its_link_by_a_button_and_not_by_a_look(
    host: Shopper, party: Party
) -> None:
    PartyLink.objects.all().delete()
    page = f"/account/parties/{party.public_id}"
    assert "Make a link" in host.see(page)
    assert not PartyLink.objects.exists()
    host.do(f"{page}/link")
    assert link(party) in host.html(page)


@spec("SP-1", "QU-40")
def test_nobody_but_the_host_makes_a_new_link(shopper: Shopper, party: Party) -> None:
    path = f"/account/parties/{party.public_id}/link"
    assert shopper.client.post(path).headers["Location"].startswith("/account/sign-in")
    other = Shopper()
    other.register("Olga", "olga@example.com")
    assert other.client.post(path).status_code == 404
    assert PartyLink.objects.count() == 1


@spec("SP-1")
def test_what_guests_order_is_on_the_hosts_page(host: Shopper, party: Party) -> None:
    guest = Shopper()
    guest.register("Gwen Ada Miller", "gwen@example.com")
    joins(guest, party)
    guest.add("MUG")
    buys(guest)
    page = host.see(f"/account/parties/{party.public_id}")
    assert re.search(r"Guest orders 1 Gwen M\.", page)
    assert "Your guests bought for USD 14.50" in page


def test_a_button_without_its_token_is_refused(party: Party) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(link(party)).status_code == 403
