"""What whoever holds the link of an allotment sees: free units, charged ones, and why."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone
from msgspec.structs import replace

from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Customer, Organization
from largesse.ledger.reading import Counters
from largesse.offers import allotment_links, allotments, link_keys
from largesse.offers.models import Allotment, LinkVisit
from largesse.orders.models import Cart, Order
from largesse.shop import allotted, carts, seen
from tests.shop.store import AT, Shopper
from tests.words import spec

UNITS = 3
DAY = timedelta(days=1)


@pytest.fixture
def pta(shop: None) -> Organization:
    return Organization.objects.create(code="northside-pta", name="Northside Elementary PTA")


def granted(pta: Organization, quantity: int = UNITS, **fields: Any) -> Allotment:
    """Free aprons, which cost 50.00."""
    return allotments.grant(
        pta,
        Product.objects.get(sku="APRON"),
        quantity,
        "Teacher aprons",
        at=AT,
        by="ines",
        product_group=ProductGroup.objects.get(code="kitchen"),
        **fields,
    )


def link(allotment: Allotment) -> str:
    return allotment_links.ensured_path(allotment, at=AT, by="ines")


@pytest.fixture
def aprons(pta: Organization) -> Allotment:
    return granted(pta)


def kept() -> list[tuple[str, Any, str | None]]:
    """The lines of the one open cart: product, quantity, allotment."""
    (cart,) = Cart.objects.filter(order=None)
    return [(line.sku, line.quantity, line.allotment) for line in carts.kept_of(cart).lines]


def buy(shopper: Shopper) -> str:
    shopper.check_out()
    return shopper.pay()


def take(allotment: Allotment, units: int = 1) -> None:
    """Somebody else orders so many of them."""
    other = Shopper()
    other.see(link(allotment))
    other.do("/cart/lines/1", quantity=str(units), was="1")
    buy(other)


def summary(page: str) -> str:
    return page[page.index("Summary") :]


# --- opening a link ----------------------------------------------------------------------------------


@spec("AL-5")
def test_the_product_is_in_the_cart_free_and_who_gives_it_is_said(
    shopper: Shopper, aprons: Allotment
):
    shopper.add("MUG")
    page = shopper.see(link(aprons))
    assert "A gift from Northside Elementary PTA." in page
    assert "Linen apron: up to 3 are free with this link, and the one in your cart costs" in page
    assert "Teacher aprons" in page
    assert kept() == [("MUG", 1, None), ("APRON", 1, aprons.code)]
    # The mug, shipping, and tax of the mug alone.
    assert "2 items 64.50 Teacher aprons −50.00" in summary(page)
    assert "Total USD 22.45" in summary(page)


@spec("AL-5")
def test_a_link_that_is_opened_again_adds_nothing(shopper: Shopper, aprons: Allotment):
    for _ in range(3):
        shopper.see(link(aprons))
    assert kept() == [("APRON", 1, aprons.code)]
    shopper.do("/cart/lines/1", quantity="2", was="1")
    shopper.see(link(aprons))
    assert kept() == [("APRON", 2, aprons.code)]


@spec("AL-5")
def test_opening_it_again_keeps_the_prices_held(shopper: Shopper, aprons: Allotment):
    shopper.see(link(aprons))
    shopper.check_out()
    assert "Your prices are held" in shopper.see(link(aprons))
    assert Order.objects.get().state == Order.State.HELD


@spec("AL-5", "AL-8")
def test_opening_uses_nothing_up(shopper: Shopper, aprons: Allotment):
    for _ in range(UNITS + 2):
        assert "A gift from" in Shopper().see(link(aprons))
    assert allotments.units_of(aprons) == Counters(granted=UNITS, held=0, posted=0)


@spec("AL-5")
def test_what_only_looks_ahead_changes_nothing(shopper: Shopper, aprons: Allotment):
    path = link(aprons)
    assert shopper.client.head(path).status_code == 302
    for name, told in (("Sec-Purpose", "prefetch;prerender"), ("X-Purpose", "preview")):
        answer = shopper.client.get(path, headers={name: told})
        assert answer.status_code == 503, "so that it is asked for again when it is really opened"
    assert shopper.client.post(path).status_code == 405
    assert not Cart.objects.exists()
    assert not LinkVisit.objects.exists()
    assert shopper.client.get(path).headers["Cache-Control"].find("no-store") >= 0


@spec("AL-5")
def test_who_adds_the_product_buys_it_beside_the_gift(shopper: Shopper, aprons: Allotment):
    shopper.see(link(aprons))
    page = shopper.add("APRON")
    assert kept() == [("APRON", 1, aprons.code), ("APRON", 1, None)]
    assert "2 items 100.00 Teacher aprons −50.00" in summary(page)
    shopper.add("APRON")
    assert kept() == [("APRON", 1, aprons.code), ("APRON", 2, None)]


@spec("AL-5")
def test_a_gift_that_was_taken_out_is_put_back_as_one(shopper: Shopper, aprons: Allotment):
    shopper.see(link(aprons))
    shopper.add("APRON")
    html = shopper.client.post("/cart/lines/1/remove", follow=True).content.decode()
    undo = re.search(r'action="(/cart/put-back/[^"]+)"', html)
    assert undo is not None
    assert kept() == [("APRON", 1, None)]
    shopper.do(undo[1])
    assert kept() == [("APRON", 1, aprons.code), ("APRON", 1, None)]


@spec("AL-5")
def test_the_gift_comes_along_when_its_holder_signs_in_once(shopper: Shopper, aprons: Allotment):
    shopper.register("Marta Ilves", "marta@example.com")
    shopper.see(link(aprons))
    at_work = Shopper()
    at_work.see(link(aprons))
    at_work.do("/account/sign-in", username="marta@example.com", password="nine green apples")
    assert kept() == [("APRON", 1, aprons.code)]


@spec("AL-5")
def test_a_full_cart_says_so(shopper: Shopper, aprons: Allotment):
    shopper.add("MUG")
    cart = Cart.objects.get()
    cart.lines = [{"id": str(n), "sku": "MUG"} for n in range(1, carts.LINES_MAX + 1)]
    cart.save()
    assert "A cart holds 200 products." in shopper.see(link(aprons))
    assert len(kept()) == carts.LINES_MAX


# --- links that give nothing -------------------------------------------------------------------------


@spec("AL-6")
def test_a_link_with_any_character_changed_gives_nothing(shopper: Shopper, aprons: Allotment):
    path = link(aprons)
    start = path.index("APRON/") + len("APRON/")
    for place in range(start, len(path)):
        other = "7" if path[place] != "7" else "8"
        page = Shopper().see(f"{path[:place]}{other}{path[place + 1 :]}")
        assert "This link gives nothing free." in page
        assert "Linen apron is in your cart at its ordinary price." in page
        assert "1 item 50.00 Shipping 6.50 Tax 10 % 5.00 Total USD 61.50" in summary(page)
    assert LinkVisit.objects.filter(outcome="altered").count() == len(path) - start


@spec("AL-6")
@pytest.mark.parametrize("cut", ["", "/", "/x", "/0123456789abcde", "/0123456789abcde."])
def test_a_link_that_was_cut_off_gives_nothing(shopper: Shopper, aprons: Allotment, cut: str):
    page = shopper.see(f"/register/APRON{cut}")
    assert "Linen apron is in your cart at its ordinary price." in page
    assert kept() == [("APRON", 1, None)]


@spec("AL-6")
def test_a_false_link_that_is_opened_again_adds_nothing(shopper: Shopper, aprons: Allotment):
    shopper.see(f"{link(aprons)}x")
    page = shopper.see(f"{link(aprons)}x")
    assert "This link gives nothing free." in page
    assert kept() == [("APRON", 1, None)]
    shopper.see(link(aprons))
    assert kept() == [("APRON", 1, None), ("APRON", 1, aprons.code)]


@spec("AL-6")
def test_what_is_said_of_a_false_link_goes_with_its_product(shopper: Shopper, aprons: Allotment):
    shopper.see(f"{link(aprons)}x")
    shopper.see("/cart?link=altered&product=APRON")
    shopper.do("/cart/lines/1/remove")
    for forged in ("link=altered&product=APRON", "link=%3Cb%3E&product=APRON", "link=revoked"):
        assert "This link" not in shopper.see(f"/cart?{forged}")


@spec("AL-6")
def test_a_link_of_no_product_leads_to_the_shelves(shopper: Shopper):
    page = shopper.see("/register/NOTHING/abc.def")
    assert "All products" in page
    assert "What this link leads to isn’t sold at the moment." in page
    assert not Cart.objects.exists()


@spec("AL-5")
def test_a_product_that_is_no_longer_sold_is_not_put_in_the_cart(
    shopper: Shopper, aprons: Allotment
):
    apron = Product.objects.get(sku="APRON")
    apron.active = False
    apron.save()
    assert "Linen apron isn’t sold at the moment." in shopper.see(link(aprons))
    assert not Cart.objects.exists()


@spec("AL-6")
def test_a_revoked_link_gives_nothing_and_its_successor_does(shopper: Shopper, aprons: Allotment):
    old = link(aprons)
    allotment_links.revoke(aprons, at=AT, by="ines")
    page = shopper.see(old)
    assert "This link gives nothing free any more." in page
    assert "Linen apron is in your cart at its ordinary price. A new link has replaced it" in page
    assert "A gift from" in Shopper().see(link(aprons))


@spec("AL-6")
def test_revoking_a_link_reaches_the_carts_of_those_who_opened_it(
    shopper: Shopper, aprons: Allotment
):
    shopper.see(link(aprons))
    due = shopper.due()
    allotment_links.revoke(aprons, at=AT, by="ines")
    page = shopper.see("/cart")
    assert "The link of this gift was replaced." in page
    assert "Linen apron: whoever sent it may have the new one. It costs 50.00." in page
    assert "Charged: its link was replaced" in page
    page = shopper.do("/checkout/start", due=due, free="1:1")
    assert "The link of this gift was replaced. It costs 50.00 now." in page
    assert "A gift from" in shopper.see(link(aprons)), "the new link holds on the same line"
    assert kept() == [("APRON", 1, aprons.code)]


@spec("AL-6")
def test_a_link_of_a_key_that_is_out_of_use_gives_nothing(
    shopper: Shopper, aprons: Allotment, settings: Any
):
    old = link(aprons)
    link_keys.rotate(at=timezone.now() - settings.LINK_RETENTION, by="ines")
    page = shopper.see(old)
    assert "This link gives nothing free any more." in page
    assert "It is an old link: whoever sent it may have a new one." in page


# --- what is charged, and why ------------------------------------------------------------------------


@spec("AL-7")
def test_more_units_than_are_left_are_charged_and_the_cart_says_so(
    shopper: Shopper, aprons: Allotment
):
    shopper.see(link(aprons))
    page = shopper.do("/cart/lines/1", quantity="4", was="1")
    assert "3 of your 4 are free." in page
    assert "Northside Elementary PTA has 3 left to give. The other one costs 50.00." in page
    assert "3 free from Northside Elementary PTA, 1 charged: no free one left" in page
    assert "4 items 200.00 Teacher aprons −150.00" in summary(page)
    page = shopper.check_out()
    assert "3 free from Northside Elementary PTA, 1 charged: no free one left" in page
    order = shopper.pay()
    assert "3 free from Northside Elementary PTA, 1 charged: no free one left" in order
    assert "Teacher aprons −150.00" in order
    receipt = shopper.see(f"{shopper.at}/receipt")
    assert "Teacher aprons −150.00 3 free from Northside Elementary PTA, 1 charged" in receipt


@spec("AL-7")
def test_after_the_last_one_it_is_charged_and_the_cart_says_so_before_paying(
    shopper: Shopper, aprons: Allotment
):
    take(aprons, UNITS)
    page = shopper.see(link(aprons))
    assert "The free ones are gone." in page
    assert "Northside Elementary PTA has none left to give. It costs 50.00." in page
    assert "Charged: no free one left" in page
    shopper.do("/cart/lines/1", quantity="2", was="1")
    assert "The 2 in your cart cost 100.00." in shopper.see("/cart")


@spec("AL-7", "IF-36")
def test_what_is_free_leads_to_its_explanation(shopper: Shopper, aprons: Allotment):
    shopper.add("MUG")
    shopper.see(link(aprons))
    html = shopper.html("/cart")
    (address,) = re.findall(r'class="why given" href="(/cart/explanation[^"]+)#cent"', html)
    page = shopper.see(address)
    assert "Linen apron, −50.00 Gifts" in page
    assert "Teacher aprons On the one unit of the line" in page


@spec("AL-12")
def test_shipping_is_charged_and_the_tax_of_free_units_is_not(shopper: Shopper, aprons: Allotment):
    page = shopper.see(link(aprons))
    assert "The gift covers price and tax, not shipping." in page
    assert "1 item 50.00 Teacher aprons −50.00" in summary(page)
    assert "Shipping 6.50 Total USD 6.50" in summary(page)
    buy(shopper)
    order = Order.objects.get()
    assert (order.net, order.tax, order.shipping, order.due) == (0, 0, 650, 650)


@spec("AL-1", "AL-7")
@pytest.mark.parametrize(
    ("starts", "ends", "heading", "sentence"),
    [
        (DAY, None, "This gift starts on ", "gives it from then on. It costs 50.00."),
        (None, -DAY, "This gift is over. ", "gave it until "),
    ],
)
def test_before_and_after_its_days_it_is_charged(
    shopper: Shopper,
    pta: Organization,
    starts: timedelta | None,
    ends: timedelta | None,
    heading: str,
    sentence: str,
):
    now = timezone.now()
    gift = granted(pta, starts=now + starts if starts else None, ends=now + ends if ends else None)
    page = shopper.see(link(gift))
    assert heading in page
    assert sentence in page
    assert "1 item 50.00 Shipping" in summary(page)


@spec("AL-11")
def test_a_closed_allotment_gives_no_more(shopper: Shopper, aprons: Allotment):
    shopper.see(link(aprons))
    allotments.close(aprons)
    page = shopper.see("/cart")
    assert "This gift is over. Linen apron: Northside Elementary PTA gives it no more." in page
    assert "Charged: after the end of the gift" in page


@spec("AL-1")
def test_members_sign_in_and_then_it_is_free(shopper: Shopper, pta: Organization):
    gift = granted(pta, members_only=True)
    page = shopper.see(link(gift))
    assert "Free for members of Northside Elementary PTA." in page
    assert "Sign in as a member, and it is free." in page
    assert "1 item 50.00 Shipping" in summary(page)
    assert 'href="/account/sign-in?next=/cart"' in shopper.html("/cart")
    shopper.register("Marta Ilves", "marta@example.com")
    page = shopper.see("/cart")
    assert "Linen apron: your account is not one of a member. It costs 50.00." in page
    Customer.objects.get().organizations.add(pta)
    assert "A gift from Northside Elementary PTA." in shopper.see("/cart")


@spec("AL-1", "AL-7")
def test_nobody_signs_in_in_vain(shopper: Shopper, pta: Organization):
    gift = granted(pta, members_only=True)
    shopper.see(link(gift))
    page = shopper.do("/cart/lines/1", quantity="4", was="1")
    assert "Sign in as a member, and 3 of the 4 are free." in page
    shopper.register("Marta Ilves", "marta@example.com")
    Customer.objects.get().organizations.add(pta)
    buy(shopper)
    late = Shopper().see(link(gift))
    assert "The free ones are gone." in late
    assert "as a member" not in late


def test_every_refusal_of_an_allotment_has_its_words():
    gift = allotted.Allotted(
        line="1",
        product="Linen apron",
        title="Teacher aprons",
        organization="Northside Elementary PTA",
        units=2,
        free=0,
        left=0,
        cost=10000,
        each=5000,
        currency="USD",
    )
    for why in allotted.Why:
        told = replace(gift, why=why)
        assert told.heading.endswith(".")
        assert told.sentence.endswith("The 2 in your cart cost 100.00.")
        assert told.short == f"Charged: {why.value}"


@spec("EX-2")
def test_what_little_more_would_bring_stands_by_what_is_bought(shopper: Shopper, pta: Organization):
    towels = allotments.grant(
        pta,
        Product.objects.get(sku="TOWEL"),
        9,
        "Towels",
        at=AT,
        by="ines",
        product_group=ProductGroup.objects.get(code="kitchen"),
    )
    shopper.see(link(towels))
    page = shopper.add("TOWEL", "4")
    assert page.index("9.00 each") < page.index("more Tea towel:")
    more = int(re.findall(r"(\d+) more Tea towel:", page)[0])
    page = shopper.add("TOWEL", str(more))
    assert kept() == [("TOWEL", 1, towels.code), ("TOWEL", 4 + more, None)]
    assert "Six tea towels, 10 % off −" in summary(page)


# --- the last one goes to somebody else --------------------------------------------------------------


@spec("AL-8", "OR-2")
def test_who_loses_the_last_one_is_told_and_asked_and_can_buy(shopper: Shopper, aprons: Allotment):
    take(aprons, UNITS - 1)
    page = shopper.see(link(aprons))
    assert "it is the last one, and costs nothing. One more is 50.00." in page
    due = shopper.due()
    take(aprons)
    page = shopper.do("/checkout/start", due=due, free="1:1")
    assert "The price has changed" in page
    told = "The last free one went to somebody else a moment ago. It costs 50.00 now."
    assert f"Linen apron {told} Take it off" in page
    assert "You saw 6.50 Today it is USD 61.50" in page
    assert "Nothing was ordered and nothing was paid." in page
    assert Order.objects.filter(state=Order.State.HELD).count() == 0
    assert "Your prices are held" in shopper.do("/checkout/start", due="6150", free="1:0")
    shopper.pay()
    assert Order.objects.filter(due=6150).count() == 1


@spec("AL-8")
def test_who_loses_the_last_one_can_take_it_off(shopper: Shopper, aprons: Allotment):
    shopper.see(link(aprons))
    shopper.add("MUG")
    due = shopper.due()
    take(aprons, UNITS)
    html = shopper.client.post("/checkout/start", {"due": due, "free": "1:1"}).content.decode()
    (address,) = re.findall(r'action="(/cart/lines/[^"]+)"', html)
    page = shopper.do(address)
    assert "Linen apron removed." in page
    assert kept() == [("MUG", 1, None)]


@spec("AL-8")
def test_who_loses_some_can_keep_the_others(shopper: Shopper, aprons: Allotment):
    shopper.see(link(aprons))
    shopper.do("/cart/lines/1", quantity="3", was="1")
    due = shopper.due()
    take(aprons, 1)
    page = shopper.do("/checkout/start", due=due, free="1:3")
    assert "Others took one of them a moment ago. 2 of your 3 are free." in page
    assert "The other one costs 50.00 now. Keep the 2 free ones" in page
    shopper.do("/cart/lines/1", quantity="2")
    assert "the 2 in your cart cost nothing" in shopper.see("/cart")


@spec("AL-8", "OR-2")
def test_another_price_that_got_worse_is_not_put_down_to_others(
    shopper: Shopper, aprons: Allotment
):
    shopper.see(link(aprons))
    shopper.do("/cart/lines/1", quantity="4", was="1")
    due = shopper.due()
    apron = Product.objects.get(sku="APRON")
    apron.price = 5500
    apron.save()
    page = shopper.do("/checkout/start", due=due, free="1:3")
    assert "something that your price was made of ran out or ended" in page
    assert "somebody else" not in page


@spec("AL-8")
def test_the_form_of_the_cart_says_what_it_showed(shopper: Shopper, aprons: Allotment):
    shopper.see(link(aprons))
    shopper.do("/cart/lines/1", quantity="4", was="1")
    html = shopper.html("/cart")
    assert '<input type="hidden" name="free" value="1:3">' in html


def test_what_was_seen_is_read_from_whatever_a_form_sends():
    said = QueryDict("due=650&free=1:1&free=x&free=2:-1&free=:&free=a:b:2")
    assert seen.seen_of(said) == seen.Seen(650, {"1": 1, "a:b": 2})
    assert seen.seen_of(QueryDict("due=x")) is None


# --- giving it back ----------------------------------------------------------------------------------


@spec("AL-10", "OR-5")
def test_an_order_that_is_cancelled_gives_its_units_back(shopper: Shopper, aprons: Allotment):
    shopper.see(link(aprons))
    buy(shopper)
    assert allotments.units_of(aprons).left == UNITS - 1
    shopper.do(f"{shopper.at}/cancel")
    assert allotments.units_of(aprons).left == UNITS
