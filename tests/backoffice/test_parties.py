"""Parties in the back office: list and tabs, the host's picker, corrections, the report (IF-34)."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from largesse.business.models import User
from largesse.catalog.models import Location, Product
from largesse.crm.models import Customer
from largesse.engine.cart import SpreeChoice
from largesse.offers import promotions
from largesse.offers.book_log import publish
from largesse.offers.models import BookEntry
from largesse.orders.models import Cart, Order, Party, PartyLink
from largesse.orders.parties import links
from largesse.orders.parties.drafting import draft_of
from largesse.orders.refunding import refund
from tests.backoffice.browsing import sent_by
from tests.backoffice.conftest import ClientOf
from tests.orders.parties import (
    SPREE,
    closes,
    corrections,
    guest_buys,
    guest_places,
    on_spree,
    owed_to_host,
    party,
    people,
    reward_placed,
    rewarded,
    rewards,
)
from tests.orders.store import AT, deed, done
from tests.shop.store import words
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture(autouse=True)
def hosts(store: None) -> None:
    people()


def address(of: Party, name: str = "change", *args: Any) -> str:
    return reverse(f"admin:orders_party_{name}", args=[of.pk, *args])


def html(client: Client, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def see(client: Client, url: str, **query: str) -> str:
    """The words of a page, without the navigation and the bar on top."""
    return words(html(client, url, **query).partition('id="main"')[2])


def do(client: Client, url: str, **fields: str) -> str:
    """Send a form, follow where it leads, and read the words there."""
    answer = client.post(url, fields, follow=True)
    assert answer.status_code == 200, (url, answer.status_code)
    return words(answer.content.decode().partition('id="main"')[2])


def answers(client: Client, url: str, **fields: str) -> str:
    """Send the form of a question as it is shown, with what is entered."""
    sent = {name: values[0] for name, values in sent_by(html(client, url)).items()}
    return do(client, url, **{**sent, **fields})


def sold(*amounts: str, rep: bool = True) -> Party:
    """Hanna's party with guest orders of some pots and mugs, closed."""
    one = party() if rep else party(rep=None)
    for amount in amounts:
        guest_buys(one, amount)
    closes(one)
    return one


def workbook(content: bytes) -> list[list[Any]]:
    """The rows of a workbook's one sheet."""
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def rita(client_of: ClientOf) -> Client:
    """The rep who holds Hanna's parties, signed in."""
    client = client_of("Rep")
    Customer.objects.filter(number="rita").update(user=User.objects.get(username="rep"))
    return client


# --- the list ----------------------------------------------------------------------------------------


@spec("IF-34", "SP-1")
def test_the_list_has_what_parties_came_to_and_is_searched_and_filtered(owner: Client):
    one, other = sold("2 POT"), party(title="Another", rep=None, held_on=date(2026, 7, 4))
    listed = reverse("admin:orders_party_changelist")
    told = see(owner, listed)
    assert f"Hanna’s party {one.number} Hanna Rita 30 May 2026 Closed 1 200.00" in told
    assert f"Another {other.number} Hanna – 4 Jul 2026 Open 0 0.00" in told

    for query, found in (
        ({"q": one.number}, one),
        ({"q": "rita"}, one),
        ({"q": "another"}, other),
        ({"state__exact": "closed"}, one),
        ({"rep__id__exact": str(one.rep_id)}, one),
        ({"held_on_from": "2026-06-01"}, other),
        ({"held_on_to": "2026-05-30"}, one),
        ({"held_on_from": "2026-05-30", "held_on_to": "2026-05-30"}, one),
    ):
        told = see(owner, listed, **query)
        left_out = other if found == one else one
        assert found.number in told, query
        assert left_out.number not in told, query
    told = see(owner, listed, held_on_from="2026-06-01", held_on_to="2026-06-30")
    assert "Held 1 Jun 2026 to 30 Jun 2026" in told
    assert "Nothing found" in told
    assert see(owner, listed, held_on_from="soon").count("30 May 2026") == 1


@spec("IF-34")
def test_the_days_of_the_filter_are_entered_beside_what_else_is_chosen(owner: Client):
    sold("1 POT")
    listed = reverse("admin:orders_party_changelist")
    page = html(owner, listed, q="hanna", state__exact="closed", held_on_from="2026-05-01")
    form = page.partition('<form class="filter-days"')[2].partition("</form>")[0]
    assert sent_by(form) == {
        "q": ["hanna"],
        "state__exact": ["closed"],
        "held_on_from": ["2026-05-01"],
        "held_on_to": [""],
    }


def test_searching_again_gives_up_the_words_before_and_keeps_the_filters(owner: Client):
    sold("1 POT")
    page = html(owner, reverse("admin:orders_party_changelist"), q="hanna", state__exact="closed")
    form = page.partition('id="main"')[2].partition('role="search">')[2].partition("</form>")[0]
    assert sent_by(form) == {"q": ["hanna"], "state__exact": ["closed"]}


@spec("IF-34", "QU-44")
def test_the_list_is_taken_away_as_a_file(owner: Client):
    one = sold("2 POT")
    answer = owner.get(reverse("admin:orders_party_export"), {"q": "hanna"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert f"{one.number},Hanna’s party,Hanna,hanna,Rita,2026-05-30,Closed,1,200.0,USD" in text
    answer = owner.get(reverse("admin:orders_party_export"), {"as": "xlsx"})
    rows = workbook(answer.content)
    assert rows[0][0] == "Number"
    assert len(rows) == 2


@spec("IF-34")
def test_without_parties_the_list_says_what_they_are(owner: Client):
    told = see(owner, reverse("admin:orders_party_changelist"))
    assert "No parties yet" in told
    assert "A party is a hosted selling event" in told


# --- who sees which ----------------------------------------------------------------------------------


@spec("IF-34", "QU-40")
def test_a_rep_sees_the_parties_that_they_hold_and_works_on_no_others(client_of: ClientOf):
    on_spree()
    mine, other = sold("5 POT"), sold("5 POT", rep=False)
    rep = rita(client_of)
    told = see(rep, reverse("admin:orders_party_changelist"))
    assert mine.number in told
    assert other.number not in told
    assert other.number not in see(rep, reverse("admin:find"), q="Hanna")

    for name in ("change", "totals", "rewards", "corrections", "history", "report", "edit"):
        assert rep.get(address(mine, name)).status_code == 200, name
        assert rep.get(address(other, name)).status_code == 404, name
    for name in ("edit", "pick", "place", "anew", "keep", "close", "reopen"):
        assert rep.post(address(other, name), {"units": "1"}).status_code == 404, name
    exported = b"".join(
        rep.get(reverse("admin:orders_party_export")).streaming_content  # type: ignore[attr-defined]
    )
    assert mine.number.encode() in exported
    assert other.number.encode() not in exported


@spec("IF-34", "QU-40")
def test_who_is_no_distributor_holds_none_and_whoever_sees_customers_sees_all(client_of: ClientOf):
    one = sold("1 POT")
    stranger = client_of("Rep")
    assert stranger.get(address(one)).status_code == 404
    assert "your account is linked to none" in see(stranger, reverse("admin:orders_party_add"))
    # An account of someone who is no distributor makes nobody a rep.
    Customer.objects.filter(number="gwen").update(user=User.objects.get(username="rep"))
    Party.objects.update(rep=Customer.objects.get(number="gwen"))
    assert stranger.get(address(one)).status_code == 404
    for role in ("Merchandiser", "Approver", "Support", "Auditor", "Administrator"):
        assert client_of(role).get(address(one)).status_code == 200, role
    assert client_of("Cashier").get(address(one)).status_code == 403


@spec("IF-34", "QU-40")
def test_who_may_only_look_is_offered_no_deed_and_can_do_none(client_of: ClientOf):
    on_spree()
    one = sold("5 POT")
    auditor = client_of("Auditor")
    assert "data-copies" not in html(auditor, address(one))
    page = html(auditor, address(one, "rewards"))
    assert "Choose</button>" not in page
    assert "Place host reward order" not in page
    assert "Close party" not in page
    for name in (
        "edit",
        "pick",
        "place",
        "anew",
        "keep",
        "close",
        "reopen",
        "post",
        "cancel",
        "link",
    ):
        assert auditor.post(address(one, name)).status_code == 403, name
    # A rep places what the host chose; others post it.
    assert rita(client_of).post(address(one, "post")).status_code == 403


# --- entering ----------------------------------------------------------------------------------------


def entered(client: Client, url: str, **fields: str) -> str:
    sent = {name: values[0] for name, values in sent_by(html(client, url)).items()}
    return do(client, url, **{**sent, **fields})


@spec("IF-34", "SP-1", "OR-3")
def test_a_party_is_added_once_and_is_open(owner: Client):
    hanna, dora = (Customer.objects.get(number=number) for number in ("hanna", "rita"))
    url = reverse("admin:orders_party_add")
    fields = {
        **{name: values[0] for name, values in sent_by(html(owner, url)).items()},
        "title": "Garden party",
        "host": str(hanna.pk),
        "rep": str(dora.pk),
        "held_on": "2026-12-05",
        "location": str(Location.objects.get(code="main").pk),
        "booked_at": str(party().pk),
    }
    do(owner, url, **fields)
    told = do(owner, url, **fields)
    made = Party.objects.get(title="Garden party")
    assert (made.host, made.rep, made.state) == (hanna, dora, "open")
    assert made.booked_at is not None
    assert f"Garden party added, as {made.number}." in told
    assert "5 Dec 2026, Main street · 0 guest orders" in told


@spec("IF-34", "SP-1")
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(owner: Client):
    gwen = Customer.objects.get(number="gwen")
    told = html(owner, reverse("admin:orders_party_add"))
    page = owner.post(
        reverse("admin:orders_party_add"),
        {**{k: v[0] for k, v in sent_by(told).items()}, "title": "Half", "rep": str(gwen.pk)},
    ).content.decode()
    assert 'id="id_host_error"' in page
    assert 'id="id_rep_error"' in page
    assert 'value="Half"' in page
    assert not Party.objects.exists()


@spec("IF-34", "QU-40")
def test_a_rep_adds_parties_that_are_theirs_and_finds_hosts_though_no_customers(
    client_of: ClientOf,
):
    rep = rita(client_of)
    url = reverse("admin:orders_party_add")
    assert 'name="rep"' not in html(rep, url)
    hanna = Customer.objects.get(number="hanna")
    entered(rep, url, title="Mine", host=str(hanna.pk), rep=str(hanna.pk))
    assert Party.objects.get(title="Mine").rep == Customer.objects.get(number="rita")

    asked = {"app_label": "orders", "model_name": "party", "term": "han"}
    found = rep.get(reverse("admin:orders_party_people"), {**asked, "field_name": "host"})
    assert [each["text"] for each in found.json()["results"]] == ["Hanna (hanna)"]
    assert (
        rep.get(reverse("admin:autocomplete"), {**asked, "field_name": "host"}).status_code == 403
    )
    reps = rep.get(
        reverse("admin:orders_party_people"), {**asked, "term": "r", "field_name": "rep"}
    )
    assert {each["text"] for each in reps.json()["results"]} == {"Rita (rita)", "Dora (dora)"}
    # For nothing else, and for nobody else.
    asked["model_name"] = "order"
    people = reverse("admin:orders_party_people")
    assert rep.get(people, {**asked, "field_name": "customer"}).status_code == 403
    asked["model_name"] = "party"
    assert client_of("Auditor").get(people, {**asked, "field_name": "host"}).status_code == 403


@spec("IF-34", "SP-9", "OR-1")
def test_a_party_is_edited_but_not_whose_its_host_reward_order_is(owner: Client):
    on_spree()
    one = sold("5 POT")
    told = entered(owner, address(one, "edit"), title="In the garden")
    assert "In the garden saved." in told
    reward_placed(one)
    gwen = Customer.objects.get(number="gwen")
    page = owner.post(
        address(one, "edit"),
        {**{k: v[0] for k, v in sent_by(html(owner, address(one, "edit"))).items()},
         "host": str(gwen.pk)},
    ).content.decode()  # fmt: skip
    assert 'id="id_host_error"' in page
    assert "stays as it is, since the party has a host reward order" in page
    history = see(owner, address(one, "history"))
    assert "Title Hanna’s party In the garden" in history
    assert "Closed" in history
    assert "Host reward order placed" in history


@spec("IF-34", "SP-1", "OR-3")
def test_closing_and_opening_again_ask_and_say_what_happens(owner: Client):
    one = party()
    guest_buys(one, "1 POT")
    asked = see(owner, address(one, "close"))
    assert "Close Hanna’s party? Guests can’t order any more" in asked
    assert "Hanna’s party is closed." in answers(owner, address(one, "close"))
    one.refresh_from_db()
    assert one.state == "closed"
    refused = answers(owner, address(one, "close"))
    assert "only an open party can be closed" in refused
    dialog = owner.get(address(one, "reopen"), headers={"HX-Request": "true"}).content.decode()
    assert dialog.lstrip().startswith("<form")
    assert "Hanna’s party is open." in answers(owner, address(one, "reopen"))
    one.refresh_from_db()
    assert one.state == "open"


# --- guests and totals -------------------------------------------------------------------------------


@spec("IF-34", "SP-1")
def test_the_link_of_a_party_is_copied_and_made_anew_once_it_was_asked(owner: Client):
    one = party()
    whole = f"http://localhost{links.path_of(one)}"
    assert f'data-copies="{whole}" data-title="Hanna’s party"' in html(owner, address(one))
    question = see(owner, address(one, "link"))
    assert "Make a new link for Hanna’s party?" in question
    assert "brings nobody to the party any more" in question
    assert f"http://localhost{links.path_of(one)}" == whole
    assert "Hanna’s party has a new link." in do(owner, address(one, "link"))
    assert whole not in html(owner, address(one))
    assert f"http://localhost{links.path_of(one)}" in html(owner, address(one))
    assert "Link revoked" in see(owner, address(one, "history"))
    closes(one)
    assert "data-copies" not in html(owner, address(one))


@spec("IF-34", "SP-1")
def test_a_party_from_before_gets_its_first_link_by_a_button(owner: Client):
    one = party()
    PartyLink.objects.all().delete()
    page = see(owner, address(one))
    assert "guests order at this party by themselves" in page
    assert not PartyLink.objects.exists()
    assert "Make a link for Hanna’s party?" in see(owner, address(one, "link"))
    assert "Hanna’s party has a link." in do(owner, address(one, "link"))


@spec("IF-34", "SP-1")
def test_closing_says_how_many_carts_in_the_shop_are_filled_at_the_party(owner: Client):
    one = party()
    line = {"id": "1", "sku": "MUG"}
    for lines in ([line], [line], []):
        Cart.objects.create(channel="shop", party=one, lines=lines, changed_at=AT)
    assert "2 carts in the shop are filled at this party." in see(owner, address(one))
    question = see(owner, address(one, "close"))
    assert "2 carts in the shop can be ordered without the party alone." in question
    assert "draft" not in question


@spec("IF-34", "SP-1")
def test_guest_orders_are_listed_with_what_was_kept_and_why_one_does_not_count(owner: Client):
    one = party()
    kept, gone = guest_buys(one, "2 POT"), guest_buys(one, "1 POT", buyer="gus")
    placed = guest_places(one, "1 HAT")
    done(refund(gone, deed()))
    done(refund(kept, deed(), {"1": 1}))
    told = see(owner, address(one))
    numbers = {order.pk: order.number for order in Order.objects.all()}
    assert re.search(rf"{numbers[kept]} Gwen [^.]*Partly refunded Yes 100.00", told)
    assert re.search(rf"{numbers[gone]} Gus [^.]*Refunded No: given back whole –", told)
    assert re.search(rf"{numbers[placed]} Gwen [^.]*Placed Yes 40.00", told)
    assert "Party total 2 orders 140.00" in told
    assert "2 guest orders" in told


@spec("IF-34", "SP-1")
def test_guest_orders_are_added_while_a_party_is_open(client_of: ClientOf):
    one = party()
    assert f"/rep/new?party={one.public_id}" in html(client_of("Administrator"), address(one))
    assert "/rep/new" not in html(client_of("Auditor"), address(one)).partition('id="main"')[2]
    closes(one)
    assert "Add guest order" not in html(client_of("Administrator"), address(one))


@spec("IF-34", "SP-9", "SP-10")
def test_totals_have_the_award_the_reps_income_and_retained_earnings_three_ways(owner: Client):
    on_spree(rep_income="percentage", rep_income_percent="20", retained_earnings=True)
    on_spree("EXTRA", calculation="flat", amount="15.00", percent=None, maximum=None,
             carry_over="ignore", include=rewards("MUG"))  # fmt: skip
    one = sold("10 POT")
    rewarded(one, "1 HAT")
    told = see(owner, address(one, "totals"))
    assert "Party total USD 1,000.00" in told
    assert "Award USD 115.00 frozen when posted" in told
    assert "Carried over USD 60.00 credited to the host" in told
    assert "HOST Income of Rita 100.00 40.00 – 60.00 60.00 8.00" in told
    assert "As the sprees say 960.00" in told
    assert "With the products of all sprees 960.00" in told
    assert "Without the products of sprees 1,000.00" in told
    assert "What was paid for what was kept, before tax and shipping" in told


@spec("IF-34", "SP-12")
def test_before_the_reward_is_placed_totals_have_what_is_chosen_so_far(owner: Client):
    on_spree()
    one = sold("10 POT")
    picks(owner, one, "HAT", "1")
    told = see(owner, address(one, "totals"))
    assert "Award USD 100.00 follows the guest orders" in told
    assert "Carried over USD 60.00 would be credited now" in told


# --- the picker --------------------------------------------------------------------------------------


def picks(client: Client, one: Party, sku: str, units: str, **more: str) -> str:
    """Send a product's card as it was typed into."""
    said = {"promotion": SPREE, "sku": sku, "units": units, **more}
    return do(client, address(one, "pick"), **said)


@spec("IF-34", "SP-6", "SP-7", "SP-11")
def test_the_picker_shows_award_spent_and_left_and_what_one_more_lacks(client_of: ClientOf):
    on_spree(multipliers={"taxable": 50})
    one = party(location=Location.objects.get(code="main"))
    guest_buys(one, "5 POT", location="main")
    closes(one)
    rep = rita(client_of)
    assert "Award 50.00 10 % of 500.00, at most 150.00 Spent 0.00" in see(
        rep, address(one, "rewards")
    )
    told = picks(rep, one, "MUG", "0", step="1", was="0")
    told = picks(rep, one, "MUG", "1", step="1", was="1")
    assert "Spent 25.00 2 items from the reward list Left 25.00 becomes credit when posted" in told
    assert "All 3 Fits 25.00 Chosen 1" in told
    assert "Hat HAT 40.00 15.00 missing" in told
    assert "2 Mug 25.00 Selected 25.00 Shopping spree −25.00" in told
    assert "Tax on 50 % of 25.00, Main street 1.25 Due USD 1.25" in told
    assert "25.00 is left. It goes to Hanna’s credit account when this order is posted." in told
    assert draft_of(one).choices == (SpreeChoice(SPREE, "MUG", 2),)


@spec("IF-34", "SP-1", "SP-12")
def test_it_can_be_chosen_while_guests_order_and_is_placed_once_the_party_is_closed(owner: Client):
    on_spree()
    one = party()
    guest_buys(one, "5 POT")
    told = picks(owner, one, "HAT", "1")
    assert "Guests can still order. Close the party to place it." in told
    assert "Place host reward order" not in told
    told = do(owner, address(one, "place"), version=draft_of(one).version, due="0")
    assert "is open; its host is rewarded once it is closed." in told
    guest_buys(one, "5 POT", buyer="gus")
    assert "Award 100.00 10 % of 1,000.00" in see(owner, address(one, "rewards"))


@spec("IF-34", "SP-7")
def test_what_exceeds_the_award_stays_typed_with_what_is_missing_and_is_not_placed(owner: Client):
    on_spree()
    one = sold("5 POT")
    told = picks(owner, one, "HAT", "2")
    assert "30.00 missing for one more; remove 1." in told
    assert "Remove what is marked; then it can be placed." in told
    page = html(owner, address(one, "rewards"))
    assert re.search(r'name="units" value="2"[^>]*aria-invalid="true"', page)
    draft = draft_of(one)
    told = do(owner, address(one, "place"), version=draft.version, due="0")
    assert "Nothing was placed." in told
    assert not Order.objects.filter(host_reward=True).exists()

    picks(owner, one, "HAT", "1")
    assert "is placed." in do(owner, address(one, "place"), version=draft_of(one).version, due="0")


@spec("IF-34")
@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("two", "Enter a whole number, such as 2."),
        ("10000000", "Enter 1,000,000 or less."),
    ],
)
def test_what_is_no_number_of_units_is_told_beside_it_and_stays_typed(
    owner: Client, typed: str, error: str
):
    on_spree()
    one = sold("5 POT")
    picks(owner, one, "MUG", "1")
    answer = owner.post(
        address(one, "pick"), {"promotion": SPREE, "sku": "MUG", "units": typed, "was": "1"}
    )
    page = answer.content.decode()
    assert error in words(page)
    assert f'name="units" value="{typed}"' in page
    assert draft_of(one).choices == (SpreeChoice(SPREE, "MUG", 1),)


@spec("IF-34", "SP-7")
def test_more_than_an_order_can_have_is_told_and_not_kept(owner: Client):
    on_spree(over_purchase=True)
    one = sold("5 POT")
    Product.objects.filter(sku="POT").update(price=10**13)
    publish(BookEntry.Kind.PRODUCT, ["POT"])
    answer = owner.post(
        address(one, "pick"), {"promotion": SPREE, "sku": "POT", "units": "1000000"}
    )
    assert "That is more than an order can have." in words(answer.content.decode())
    assert draft_of(one).choices == ()


@spec("IF-34", "SP-7")
def test_where_more_may_be_chosen_the_difference_is_due_and_said_before(owner: Client):
    on_spree(over_purchase=True)
    one = sold("5 POT")
    told = see(owner, address(one, "rewards"))
    assert "Pot POT 100.00 Choose One costs 50.00" in told
    told = picks(owner, one, "POT", "1")
    assert "Left 0.00 50.00 beyond it is to pay" in told
    assert "Selected 100.00 Shopping spree −50.00 Due USD 50.00" in told
    told = do(owner, address(one, "place"), version=draft_of(one).version, due="5000")
    assert "Pot POT 1 100.00 −50.00 50.00" in told
    order = Order.objects.get(host_reward=True)
    assert (order.due, order.payment) == (5000, {"method": "on account"})


@spec("IF-34", "SP-6")
def test_the_list_is_searched_and_shown_in_ways_and_keeps_them_while_one_picks(owner: Client):
    on_spree()
    one = sold("5 POT")
    told = see(owner, address(one, "rewards"), show="fits")
    assert "Mug" in told
    assert "Pot POT" not in told
    assert "Nothing found" in see(owner, address(one, "rewards"), q="teapot")
    assert "Nothing is chosen yet" in see(owner, address(one, "rewards"), show="chosen")
    answer = owner.post(
        f"{address(one, 'pick')}?show=fits&q=mug",
        {"promotion": SPREE, "sku": "MUG", "units": "1"},
    )
    assert answer["Location"] == f"{address(one, 'rewards')}?show=fits&q=mug"


@spec("IF-34")
def test_a_part_of_the_page_is_answered_with_the_page_where_no_card_moves(owner: Client):
    on_spree()
    one = sold("5 POT")
    answer = owner.post(
        address(one, "pick"),
        {"promotion": SPREE, "sku": "MUG", "units": "1", "first": "HAT"},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    order = re.findall(r'id="reward-(\w+)"', page)
    assert order == ["hat", "mug", "pot"]


@spec("IF-34", "SP-6")
def test_what_two_choose_at_once_is_kept_of_both(client_of: ClientOf):
    on_spree()
    one = sold("10 POT")
    first, second = rita(client_of), client_of("Support")
    html(first, address(one, "rewards")), html(second, address(one, "rewards"))
    picks(first, one, "MUG", "1")
    picks(second, one, "HAT", "1")
    assert {each.sku for each in draft_of(one).choices} == {"MUG", "HAT"}
    # What was looked at before is not placed.
    version = draft_of(one).version
    picks(second, one, "HAT", "0")
    told = do(first, address(one, "place"), version=version, due="0")
    assert "What is chosen was changed meanwhile; look at it again." in told
    assert not Order.objects.filter(host_reward=True).exists()


@spec("IF-34", "SP-6")
def test_only_what_is_on_the_reward_list_can_be_chosen_and_what_fell_off_it_taken_out(
    owner: Client,
):
    on_spree(include=rewards("MUG", "HAT"))
    one = sold("10 POT")
    picks(owner, one, "POT", "1")
    picks(owner, one, "TEA", "1")
    picks(owner, one, "MUG", "1")
    assert draft_of(one).choices == (SpreeChoice(SPREE, "MUG", 1),)

    on_spree(include=rewards("HAT"))
    told = see(owner, address(one, "rewards"))
    assert "1 Mug can’t be given any more" in told
    picks(owner, one, "MUG", "0")
    assert draft_of(one).choices == ()


@spec("IF-34", "EX-1")
def test_without_a_spree_the_page_says_which_promotions_would_give_one_and_why_not(owner: Client):
    one = sold("1 POT")
    assert "No promotion rewards hosts" in see(owner, address(one, "rewards"))
    on_spree(conditions=[{"kind": "party_total", "minimum": "300.00"}])
    on_spree("GUESTS", order_types=["party"])
    told = see(owner, address(one, "rewards"))
    assert "HOST Needs a party with a total of 300.00, found 100.00." in told
    assert "GUESTS" not in told


@spec("IF-34", "SP-6")
def test_of_several_sprees_each_has_its_list(owner: Client):
    on_spree()
    on_spree("EXTRA", calculation="flat", amount="15.00", percent=None, maximum=None,
             description="An extra", include=rewards("MUG"))  # fmt: skip
    one = sold("5 POT")
    told = see(owner, address(one, "rewards"), spree="EXTRA")
    assert "An extra, 15.00" in told
    assert "Host reward, 50.00" in told
    assert "Award 15.00 a fixed amount" in told
    assert "All 1" in told
    do(owner, address(one, "pick"), promotion="EXTRA", sku="MUG", units="1")
    picks(owner, one, "HAT", "1")
    do(owner, address(one, "place"), version=draft_of(one).version, due="0")
    told = see(owner, address(one, "rewards"))
    assert "An extra Award 15.00 a fixed amount Spent 12.50" in told
    assert "Host reward Award 50.00 10 % of 500.00, at most 150.00 Spent 40.00" in told


# --- placed, posted, settled -------------------------------------------------------------------------


def placed_by(client: Client, one: Party, sku: str = "HAT") -> Order:
    picks(client, one, sku, "1")
    do(client, address(one, "place"), version=draft_of(one).version, due="0")
    return Order.objects.get(host_reward=True, party=one, state="placed")


@spec("IF-34", "SP-12", "OR-3")
def test_the_host_reward_order_is_placed_posted_and_frozen(owner: Client):
    on_spree()
    one = sold("5 POT")
    order = placed_by(owner, one)
    told = see(owner, address(one, "rewards"))
    assert f"Host reward order {order.number} Placed" in told
    assert "10.00 is left. It goes to Hanna’s credit account" in told
    asked = see(owner, address(one, "post"))
    assert "10.00 USD goes to the credit account of Hanna." in asked
    assert "is posted." in answers(owner, address(one, "post"))
    one.refresh_from_db()
    assert one.state == "rewarded"
    assert owed_to_host() == 1000
    told = see(owner, address(one, "rewards"))
    assert "Posted, and frozen." in told
    assert "Left 10.00 was credited when posted" in told
    assert "Carried over 10.00" in told
    assert reverse("admin:backoffice_creditaccount_changelist") in html(
        owner, address(one, "rewards")
    )
    # Once: the deed of another page finds it posted.
    assert "only a placed order can be posted" in answers(owner, address(one, "post"))


@spec("IF-34", "SP-12")
def test_where_the_award_has_changed_the_order_is_placed_anew_at_todays(owner: Client):
    on_spree()
    one = party()
    guest_buys(one, "5 POT")
    last = guest_buys(one, "5 POT")
    closes(one)
    first = placed_by(owner, one)
    done(refund(last, deed()))
    told = see(owner, address(one, "rewards"))
    assert (
        "The award has changed. It is 50.00 now, not 100.00; 0.00 would be due, not 0.00." in told
    )
    assert "Post order" not in told
    assert "is 50.00 now, not 100.00" in answers(owner, address(one, "post"))

    told = do(owner, address(one, "anew"), due="0", place="1")
    second = Order.objects.get(host_reward=True, state="placed")
    assert f"Host reward order {second.number} is placed." in told
    first.refresh_from_db()
    assert first.state == "cancelled"
    assert second.replaces == first


@spec("IF-34", "SP-7", "SP-12")
def test_what_todays_award_does_not_pay_for_is_chosen_anew_or_left_as_it_was(owner: Client):
    on_spree()
    one = party()
    guest_buys(one, "2 POT")
    last = guest_buys(one, "4 POT")
    closes(one)
    first = placed_by(owner, one)
    done(refund(last, deed()))
    told = do(owner, address(one, "anew"), due="0", place="1")
    assert "20.00 missing for one; remove 1." in told
    assert f"Keep order {first.number} as it was placed" in told
    told = do(owner, address(one, "keep"))
    assert f"Host reward order {first.number} Placed" in told
    assert Order.objects.get(host_reward=True) == first

    do(owner, address(one, "anew"))
    picks(owner, one, "MUG", "0", step="1", was="0")
    picks(owner, one, "HAT", "0")
    told = do(owner, address(one, "place"), version=draft_of(one).version, due="0")
    assert Order.objects.get(host_reward=True, state="placed").replaces == first


@spec("IF-34", "SP-12")
def test_the_placed_order_can_be_cancelled_and_another_one_chosen(owner: Client):
    on_spree()
    one = sold("5 POT")
    order = placed_by(owner, one)
    assert f"Cancel host reward order {order.number}?" in see(owner, address(one, "cancel"))
    told = answers(owner, address(one, "cancel"))
    assert f"Host reward order {order.number} is cancelled." in told
    assert "Nothing is chosen yet." in told
    assert "has no host reward order any more" in answers(owner, address(one, "cancel"))


@spec("IF-34", "SP-12")
def test_a_price_that_has_become_worse_is_shown_before_it_is_placed(owner: Client):
    on_spree(over_purchase=True)
    one = party()
    guest_buys(one, "5 POT")
    last = guest_buys(one, "5 POT")
    closes(one)
    picks(owner, one, "POT", "1")
    version = draft_of(one).version
    done(refund(last, deed()))
    told = do(owner, address(one, "place"), version=version, due="0")
    assert "50.00 USD would be due now. Look at it again, then confirm." in told
    assert not Order.objects.filter(host_reward=True).exists()


@spec("IF-34", "SP-12", "SP-13")
@pytest.mark.parametrize(
    ("how", "state", "credit"), [("charge", "charged", -1000), ("waive", "waived", 2000)]
)
def test_a_correction_is_charged_or_waived_with_a_reason(
    client_of: ClientOf, how: str, state: str, credit: int
):
    on_spree()
    one = party()
    guest_buys(one, "3 POT")
    last = guest_buys(one, "3 POT")
    closes(one)
    rewarded(one, "1 HAT")
    assert owed_to_host() == 2000
    done(refund(last, deed()))
    assert corrections(one) == [(6000, 3000, "open")]
    approver = client_of("Approver")
    told = see(approver, address(one, "corrections"))
    assert "60.00 30.00 30.00 To be settled" in told
    correction = one.corrections.get()
    url = address(one, how, correction.pk)

    told = answers(approver, url)
    assert "This field is required." in told
    told = answers(approver, url, reason="agreed with Hanna")
    assert "approver: agreed with Hanna" in told
    assert corrections(one) == [(6000, 3000, state)]
    assert owed_to_host() == credit
    assert f"is {state} already" in answers(approver, url, reason="again")
    history = see(approver, address(one, "history"))
    assert f"Correction {state} 30.00: agreed with Hanna" in history


@spec("IF-34", "QU-40", "SP-12")
def test_corrections_are_settled_by_those_who_may(client_of: ClientOf):
    on_spree()
    one = party()
    last = guest_buys(one, "3 POT")
    closes(one)
    rewarded(one)
    done(refund(last, deed()))
    correction = one.corrections.get()
    support, rep = client_of("Support"), rita(client_of)
    for client in (support, rep):
        assert "Waive" not in see(client, address(one, "corrections"))
        for how in ("charge", "waive"):
            assert client.post(address(one, how, correction.pk)).status_code == 403
    other = sold("1 POT")
    url = address(other, "waive", correction.pk)
    assert client_of("Approver").get(url).status_code == 404


# --- the report --------------------------------------------------------------------------------------


@spec("IF-34", "SP-10", "QU-44")
def test_the_report_is_a_page_to_print_and_two_files(owner: Client):
    on_spree()
    one = sold("5 POT")
    rewarded(one, "1 HAT")
    told = see(owner, address(one, "report"))
    assert f"Hanna’s party, {one.number} · Store · as of" in told
    assert "Party total 1 order 500.00" in told
    assert "HOST 50.00 40.00 – 10.00 10.00 –" in told
    answer = owner.get(address(one, "report"), {"as": "csv"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Total,Party total,,Rewarded,,500.0" in text
    answer = owner.get(address(one, "report"), {"as": "xlsx"})
    rows = workbook(answer.content)
    assert rows[0] == ["Section", "What", "Who", "State", "Day", "Amount"]


@spec("IF-34")
def test_parties_are_found_by_the_search_and_the_palette(owner: Client):
    one = sold("1 POT")
    assert one.number in see(owner, reverse("admin:find"), q="Hanna’s")
    palette = words(html(owner, reverse("admin:palette"), q="party"))
    assert "Add party" in palette
    assert "Parties" in palette


def test_the_promotions_of_the_reasons_are_links(owner: Client):
    one = sold("1 POT")
    promotions.revise(
        {
            "code": "LATER",
            "starts": "2099-01-01",
            "actions": [
                {
                    "kind": "shopping_spree",
                    "description": "Later",
                    "amount": "5.00",
                    "order_types": ["host_reward"],
                }
            ],
        },
        by=None,
        at=AT,
    )
    page = html(owner, address(one, "rewards"))
    assert f"{reverse('admin:offers_promotion_changelist')}?q=LATER" in page
