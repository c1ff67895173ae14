"""What a host sees of the own parties, chooses against their award, and places (SP-6, SP-12)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from largesse.crm.models import Customer
from largesse.engine.cart import SpreeChoice
from largesse.orders.models import Cart, Order, OrderLine, Party
from largesse.orders.parties import drafting
from largesse.orders.parties.settling import settle
from largesse.orders.posting import post
from largesse.shop.parties import shortened
from tests.orders.offers import gives_back
from tests.orders.parties import (
    SPREE,
    closes,
    corrections,
    guest_buys,
    guest_places,
    on_spree,
    reopens,
)
from tests.orders.parties import party as made
from tests.orders.store import deed, done
from tests.shop.store import Shopper
from tests.words import spec

CARD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"


@pytest.fixture
def host(shopper: Shopper) -> Shopper:
    """Hanna Osei, who is signed in; Rita Reed is her rep, Gwen and Gus are guests."""
    rita = Customer.objects.create(number="rita", name="Rita Reed", type="distributor")
    shopper.register("Hanna Osei", "hanna@example.com")
    Customer.objects.filter(name="Hanna Osei").update(number="hanna", sponsor=rita)
    Customer.objects.create(number="gwen", name="Gwen Ada Miller")
    Customer.objects.create(number="gus", name="Gus")
    return shopper


@pytest.fixture
def hosted(host: Shopper) -> Party:
    """Hanna's open party, whose guests bought for 200.00: she may spend half of it."""
    return bought_for_200()


def bought_for_200(**fields: Any) -> Party:
    on_spree(**{"percent": "50", "maximum": "150.00", **fields})
    one = made()
    guest_buys(one, "2 APRON")
    guest_places(one, "2 APRON", buyer="gus")
    return one


def page_of(party: Party) -> str:
    return f"/account/parties/{party.public_id}"


def choose(host: Shopper, party: Party, sku: str, units: int | str = 1, **fields: str) -> str:
    """Type so many units on the card of a product."""
    said = {"promotion": SPREE, "sku": sku, "units": str(units), **fields}
    return host.do(f"{page_of(party)}/choose", **said)


def chosen(party: Party) -> list[tuple[str, int]]:
    return [(each.sku, each.units) for each in drafting.draft_of(party).choices]


def seen(host: Shopper, party: Party) -> dict[str, str]:
    """What the page to pay on, or else the reward list, sends along."""
    html = host.html(f"{page_of(party)}/place")
    return dict(re.findall(r'name="(version|due)" value="([^"]*)"', html))


def place(host: Shopper, party: Party, **fields: str) -> str:
    return host.do(f"{page_of(party)}/place", **{**seen(host, party), **fields})


def rewarded(party: Party) -> Order:
    return Order.objects.get(party=party, host_reward=True, state__in=("placed", "posted"))


# --- seeing ----------------------------------------------------------------------------------------


@spec("SP-1", "IF-34")
def test_the_account_lists_the_parties_of_a_host(host: Shopper) -> None:
    assert "Your parties" not in host.see("/account")
    one = bought_for_200()
    page = host.see("/account")
    assert "Your parties Party Day Guest orders State Hanna’s party 30 May 2026 2 Open" in page
    closes(one)
    assert "2 Closed" in host.see("/account")


@spec("SP-1")
def test_many_parties_have_a_page_of_their_own(host: Shopper) -> None:
    assert "No parties yet" in host.see("/account/parties")
    for number in range(6):
        made(title=f"Party the {number}th")
    assert host.see("/account").count("Party the") == 5
    assert "All parties" in host.see("/account")
    assert host.see("/account/parties").count("Party the") == 6


@spec("SP-1", "IF-34", "QU-40")
def test_an_open_party_shows_the_award_so_far_and_nothing_of_a_guest_but_a_short_name(
    host: Shopper, hosted: Party
) -> None:
    page = host.see(page_of(hosted))
    assert "Hanna’s party Open 30 May 2026" in page
    assert "Award 100.00 50 % of 200.00, at most 150.00" in page.replace("\u00a0", " ")
    assert "You choose once the party is closed; Rita Reed closes it." in page
    assert "Guest orders 2 Gwen M. 1 Jun 2026 Gus 1 Jun 2026" in page
    assert "Your guests bought for USD 200.00" in page
    for private in ("Miller", "Ada", "Linen apron", "gwen"):
        assert private not in page
    html = host.html(page_of(hosted))
    assert not re.search("ord_[0-9a-z]{26}", html), "nor the address of an order"
    assert "Choose products" not in page
    response = host.client.get(f"{page_of(hosted)}/choose")
    assert response["Location"] == page_of(hosted)


@spec("SP-1")
def test_only_orders_that_count_are_listed(host: Shopper, hosted: Party) -> None:
    gives_back(Order.objects.get(party=hosted, customer__number="gwen").id)
    page = host.see(page_of(hosted))
    assert "Guest orders 1 Gus" in page
    assert "Your guests bought for USD 100.00" in page


def test_a_guest_is_called_by_the_first_name_and_an_initial() -> None:
    assert [shortened(name) for name in ("Gwen Ada Miller", "Gus", " ")] == [
        "Gwen M.",
        "Gus",
        "A guest",
    ]


@spec("SP-1", "EX-1")
def test_a_party_that_is_too_small_is_told_how_near_it_is(host: Shopper) -> None:
    least = {"kind": "party_total", "minimum": "300.00"}
    one = bought_for_200(conditions=[least])
    page = host.see(page_of(one))
    assert "Nothing to spend yet" in page
    assert "Needs a party with a total of 300.00, found 200.00." in page
    closes(one)
    page = host.see(page_of(one))
    assert "This party awards no shopping spree." in page
    assert "Choose products" not in page
    assert "nothing to spend" in host.see(f"{page_of(one)}/choose").lower()


@spec("SP-1")
def test_an_offer_for_some_hosts_only_is_not_told_to_the_others(host: Shopper) -> None:
    least = {"kind": "party_total", "minimum": "300.00"}
    club = {"kind": "customer_tags", "tags": ["club"]}
    one = bought_for_200(conditions=[least, club])
    assert "found 200.00" not in host.see(page_of(one))


@spec("IF-34", "QU-40")
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["", "/choose", "/place", "/anew", "/keep"])
def test_a_host_sees_the_own_parties_and_nobody_elses(
    host: Shopper, method: str, path: str
) -> None:
    on_spree()
    other = made(host=Customer.objects.get(number="gwen"))
    guest_buys(other, "2 APRON")
    closes(other)
    choice = {"promotion": SPREE, "sku": "MUG", "units": "1", "due": "0", "version": ""}
    allowed = {"": ["get"], "/anew": ["post"], "/keep": ["post"]}.get(path, ["get", "post"])
    wanted = 404 if method in allowed else 405
    for of in (page_of(other), "/account/parties/pty_01j0b3v1mmeefaxagkpjk9hbcs"):
        assert getattr(host.client, method)(f"{of}{path}", choice).status_code == wanted
    assert getattr(host.client, method)(f"/account/parties/P-1{path}", choice).status_code == wanted
    guest = Client()
    if wanted == 404:
        response = getattr(guest, method)(f"{page_of(other)}{path}", choice)
        assert response["Location"].startswith("/account/sign-in?next=%2Faccount%2Fparties%2F")
    assert chosen(other) == []
    assert not Order.objects.filter(host_reward=True).exists()


# --- choosing --------------------------------------------------------------------------------------


@spec("SP-6", "SP-7", "IF-34")
def test_once_closed_the_host_chooses_and_sees_what_is_left_and_missing(
    host: Shopper, hosted: Party
) -> None:
    closes(hosted)
    assert "Choose products" in host.see(page_of(hosted))
    page = choose(host, hosted, "APRON")
    page = choose(host, hosted, "CANDLE", 2)
    assert "Award 100.00" in page
    assert "Spent 86.00 3 items from the reward list" in page
    assert "Left 14.00 becomes credit once your order is completed" in page
    assert "1 Linen apron 50.00 2 Soy candle 36.00 Selected 86.00 Shopping spree −86.00" in page
    assert "MUG 14.50 0.50 missing" in page
    assert "14.00 is left. It becomes credit once your order is completed." in page
    assert chosen(hosted) == [("APRON", 1), ("CANDLE", 2)]
    assert "Go on choosing" in host.see(page_of(hosted))


@spec("SP-6")
def test_two_tabs_of_a_host_and_the_rep_choose_at_once_and_all_is_kept(
    host: Shopper, hosted: Party
) -> None:
    closes(hosted)
    choose(host, hosted, "TOWEL", 0, was="0", step="1")
    choose(host, hosted, "TOWEL", 0, was="0", step="1")
    drafting.change(hosted, lambda kept: (*kept, SpreeChoice(SPREE, "MUG")), now=timezone.now())
    choose(host, hosted, "CANDLE")
    assert chosen(hosted) == [("TOWEL", 2), ("MUG", 1), ("CANDLE", 1)]


@spec("SP-6")
@pytest.mark.parametrize(
    ("promotion", "sku"), [("HOST", "TEA"), ("HOST", "NOSUCH"), ("CANDLES-15", "CANDLE")]
)
def test_only_what_the_award_rewards_can_be_chosen(
    host: Shopper, hosted: Party, promotion: str, sku: str
) -> None:
    closes(hosted)
    choose(host, hosted, sku, promotion=promotion)
    assert chosen(hosted) == []


@spec("SP-6")
def test_what_is_typed_and_no_number_is_told_beside_its_card(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    page = choose(host, hosted, "MUG", "many")
    assert "Enter a whole number, such as 2." in page
    assert chosen(hosted) == []


@spec("SP-6")
def test_a_choice_by_htmx_answers_with_the_page(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    said = {"promotion": SPREE, "sku": "MUG", "units": "1", "first": ""}
    url = f"{page_of(hosted)}/choose"
    response = host.client.post(url, said, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert 'id="spree"' in response.content.decode()
    reopens(hosted)
    response = host.client.post(url, said, headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == page_of(hosted)
    assert chosen(hosted) == [("MUG", 1)]


@spec("SP-7")
def test_beyond_the_award_nothing_is_placed_and_the_page_says_what_to_remove(
    host: Shopper, hosted: Party
) -> None:
    closes(hosted)
    page = choose(host, hosted, "APRON", 3)
    assert "50.00 missing for one more; remove 1." in page
    assert "Take out what is marked, then place your order." in page
    assert "Place reward order" not in page
    version = drafting.draft_of(hosted).version
    page = host.do(f"{page_of(hosted)}/place", version=version, due="0")
    assert host.at == f"{page_of(hosted)}/choose"
    assert "Nothing was ordered: the award, or the choice, has changed." in page
    choose(host, hosted, "APRON", 2)
    place(host, hosted)
    assert rewarded(hosted).due == 0


# --- placing ---------------------------------------------------------------------------------------


@spec("SP-12", "IF-34")
def test_where_nothing_is_due_it_is_just_placed(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    page = place(host, hosted)
    order = rewarded(hosted)
    assert host.at == f"/orders/{order.public_id}"
    assert "Thank you. Your order is in." in page
    assert "Paid by the shopping spree −50.00" in page
    assert "You will get 50.00 of credit once your order is completed." in page
    assert (order.state, order.due, order.customer) == ("placed", 0, hosted.host)
    assert "Your reward order Ordered 1 Linen apron 50.00" in host.see(page_of(hosted))
    assert "Party reward" in host.see("/account")
    assert "Hanna’s party" in host.see(host.at)


@spec("SP-7", "IF-34")
def test_what_is_due_is_paid_by_a_card_as_at_checkout(host: Shopper) -> None:
    one = bought_for_200(over_purchase=True)
    closes(one)
    page = choose(host, one, "APRON", 3)
    assert "50.00 beyond it is to pay" in page
    assert "Go to payment" in page
    page = host.see(f"{page_of(one)}/place")
    assert "Pay 50.00 and order" in page
    page = place(host, one, card="4242 4242 4242 4241")
    assert "This is not a card number." in page
    page = place(host, one, card=DECLINED)
    assert "The bank declined this card." in page
    assert not Order.objects.filter(host_reward=True).exists()
    page = place(host, one, card=CARD)
    order = rewarded(one)
    assert order.due == 5000
    assert "Paid with test card ending in 4242" in page


@spec("OR-3", "SP-12")
def test_a_version_is_placed_once_however_often_it_is_sent(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    said = seen(host, hosted)
    for _ in range(2):
        host.do(f"{page_of(hosted)}/place", **said)
        assert host.at == f"/orders/{rewarded(hosted).public_id}"
    assert Order.objects.filter(host_reward=True).count() == 1


@spec("OR-2", "SP-6")
def test_what_was_changed_in_another_tab_is_looked_at_before_it_is_placed(
    host: Shopper, hosted: Party
) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    said = seen(host, hosted)
    choose(host, hosted, "CANDLE")
    page = host.do(f"{page_of(hosted)}/place", **said)
    assert host.at == f"{page_of(hosted)}/choose"
    assert "Nothing was ordered" in page
    assert not Order.objects.filter(host_reward=True).exists()
    place(host, hosted)
    assert OrderLine.objects.filter(order=rewarded(hosted)).count() == 2


@spec("OR-2", "SP-12")
def test_more_to_pay_than_was_seen_is_asked_about_first(host: Shopper) -> None:
    one = bought_for_200(over_purchase=True)
    closes(one)
    choose(host, one, "APRON", 3)
    said = seen(host, one)
    gives_back(Order.objects.get(party=one, customer__number="gwen").id, "1: 1")
    page = host.do(f"{page_of(one)}/place", **said, card=CARD)
    assert "You saw 50.00, today it is 75.00. Nothing was ordered and nothing was paid." in page
    assert not Order.objects.filter(host_reward=True).exists()
    place(host, one, card=CARD)
    assert rewarded(one).due == 7500


@spec("OR-3")
def test_a_refusal_is_not_repeated_for_what_is_tried_later(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    said = seen(host, hosted)
    reopens(hosted)
    page = host.do(f"{page_of(hosted)}/place", **said)
    assert "Nothing was ordered. Party" in page
    assert host.at == page_of(hosted)
    closes(hosted)
    place(host, hosted)
    assert rewarded(hosted).state == "placed"


@spec("SP-12")
@pytest.mark.parametrize("said", [{"due": "x"}, {"due": "-1"}, {}])
def test_what_is_no_amount_places_nothing(
    host: Shopper, hosted: Party, said: dict[str, str]
) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    version = drafting.draft_of(hosted).version
    host.do(f"{page_of(hosted)}/place", version=version, **said)
    assert not Order.objects.filter(host_reward=True).exists()


@spec("SP-7", "OR-2")
def test_nobody_places_for_less_by_saying_so(host: Shopper) -> None:
    one = bought_for_200(over_purchase=True)
    closes(one)
    choose(host, one, "APRON", 3)
    version = drafting.draft_of(one).version
    page = host.do(f"{page_of(one)}/place", version=version, due="0")
    assert "You saw 0.00, today it is 50.00." in page
    assert not Order.objects.filter(host_reward=True).exists()


@spec("SP-11", "SP-12")
def test_a_host_may_keep_all_of_it_as_credit(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    assert "Keep it all as credit" in host.see(f"{page_of(hosted)}/choose")
    host.do(f"{page_of(hosted)}/place", version="", due="0")
    order = rewarded(hosted)
    assert order.lines.count() == 0
    host.do(f"{page_of(hosted)}/place", version="", due="0")
    assert rewarded(hosted) == order, "sent twice it is placed once"
    done(post(order.id, deed()))
    page = host.see(page_of(hosted))
    assert "What you chose nothing for, 100.00, became credit." in page
    assert "100.00" in host.see("/account")


@spec("SP-11")
def test_nothing_is_placed_of_nothing_where_nothing_is_carried_over(host: Shopper) -> None:
    one = bought_for_200(carry_over="ignore")
    closes(one)
    page = host.see(f"{page_of(one)}/choose")
    assert "Keep it all as credit" not in page
    assert "Place reward order" not in page


# --- after placing ---------------------------------------------------------------------------------


@spec("SP-12", "IF-34")
def test_an_award_that_has_changed_since_is_shown_and_placed_anew(
    host: Shopper, hosted: Party
) -> None:
    closes(hosted)
    choose(host, hosted, "APRON", 2)
    place(host, hosted)
    first = rewarded(hosted)
    gives_back(Order.objects.get(party=hosted, customer__number="gwen").id, "1: 1")
    page = host.see(page_of(hosted))
    assert "Your award is 75.00 now, not 100.00." in page
    assert "Place it anew" in page
    page = host.do(f"{page_of(hosted)}/anew")
    assert host.at == f"{page_of(hosted)}/choose"
    assert f"Order {first.number} stays as it is until you place this one instead." in page
    assert "25.00 missing for one more; remove 1." in page
    choose(host, hosted, "APRON", 1)
    place(host, hosted)
    first.refresh_from_db()
    assert first.state == "cancelled"
    assert rewarded(hosted).replaces_id == first.id
    assert "Your award is" not in host.see(page_of(hosted))


@spec("SP-12")
def test_what_is_placed_can_be_chosen_otherwise_and_stays_until_then(
    host: Shopper, hosted: Party
) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    place(host, hosted)
    first = rewarded(hosted)
    assert host.client.get(f"{page_of(hosted)}/choose")["Location"] == page_of(hosted)
    host.do(f"{page_of(hosted)}/anew")
    choose(host, hosted, "MUG")
    assert rewarded(hosted) == first
    assert "Choose otherwise" in host.see(page_of(hosted))
    host.do(f"{page_of(hosted)}/anew")
    assert chosen(hosted) == [("APRON", 1)], "it begins with what is placed"
    host.do(f"{page_of(hosted)}/keep")
    assert host.at == page_of(hosted)
    assert (rewarded(hosted), chosen(hosted)) == (first, [])


@spec("SP-12")
def test_a_host_who_cancels_the_order_chooses_again(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    place(host, hosted)
    host.do(f"/orders/{rewarded(hosted).public_id}/cancel")
    assert "Choose products" in host.see(page_of(hosted))
    choose(host, hosted, "MUG")
    place(host, hosted)
    assert rewarded(hosted).state == "placed"


@spec("SP-12", "SP-11", "IF-34")
def test_posted_it_is_frozen_and_says_what_became_credit(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    place(host, hosted)
    done(post(rewarded(hosted).id, deed()))
    page = host.see(page_of(hosted))
    assert "Hanna’s party Rewarded" in page
    assert "You are rewarded. The award is frozen" in page
    assert "What you chose nothing for, 50.00, became credit." in page
    assert "Left 50.00 became credit" in page
    assert "Choose otherwise" not in page
    for deed_url in ("/anew", "/choose", "/place"):
        host.do(f"{page_of(hosted)}{deed_url}", promotion=SPREE, sku="MUG", units="1", due="0")
    assert Order.objects.filter(host_reward=True).count() == 1
    assert chosen(hosted) == []


@spec("SP-12")
def test_a_correction_is_told_to_the_host_with_what_becomes_of_it(
    host: Shopper, hosted: Party
) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    place(host, hosted)
    done(post(rewarded(hosted).id, deed()))
    gwens = Order.objects.get(party=hosted, customer__number="gwen")
    gives_back(gwens.id, "1: 1")
    page = host.see(page_of(hosted))
    assert "100.00 75.00 To be settled with Rita Reed" in page
    assert "Your award is" not in page
    assert corrections(hosted) == [(10000, 7500, "open")]
    done(settle(hosted.corrections.get().id, deed(reason="agreed"), "charge"))
    assert "100.00 75.00 25.00 taken off your credit" in host.see(page_of(hosted))


@spec("SP-12")
def test_opened_again_the_order_waits(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    place(host, hosted)
    reopens(hosted)
    page = host.see(page_of(hosted))
    assert "Your reward order stays as you placed it." in page
    assert "Choose otherwise" not in page
    host.do(f"{page_of(hosted)}/anew")
    assert host.at == page_of(hosted)


@spec("SP-6")
def test_the_draft_of_a_host_is_no_cart_of_the_shop(host: Shopper, hosted: Party) -> None:
    closes(hosted)
    choose(host, hosted, "APRON")
    assert "Your cart is empty" in host.see("/cart")
    host.add("MUG")
    assert Cart.objects.filter(order=None).count() == 2
    assert chosen(hosted) == [("APRON", 1)]
    assert timezone.now() - Cart.objects.get(host_reward=True).changed_at < timedelta(hours=1)
