"""The palette finds records, places and deeds, each for those who may open them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from largesse.crm.models import Customer, Organization, Partner
from largesse.orders.models import Order
from largesse.orders.placing import place
from tests.backoffice.conftest import ClientOf
from tests.orders.store import cart, deed, id_of
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")


def listed(client: Client, words: str = "") -> str:
    answer = client.get(reverse("admin:palette"), {"q": words})
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("&#x27;", "'")


def titles(html: str) -> list[str]:
    return re.findall(r"<h4[^>]*>([^<]*)</h4>", html)


def names(html: str) -> list[str]:
    rows = re.findall(r'role="option".*?<span[^>]*>(.*?)</span>', html)
    return [re.sub("<[^>]+>", "", row) for row in rows]


@spec("IF-30", "IF-35")
def test_words_find_records_by_name_number_and_code(owner: Client):
    number = Order.objects.get(pk=id_of(place(cart("1 MUG"), deed()))).number
    for words, title, name in (
        (number, "Orders", number),
        ("anna", "Customers", "Anna"),
        ("HAT", "Products", "Hat"),
        ("LOYAL", "Promotions", "For whoever bought a hat"),
        ("caf", "Partners", "Café"),
        ("scho", "Organizations", "School"),
        ("SCHOOL-POTS", "Allotments", "Pots"),
        ("DV1", "Vouchers", "DV1"),
    ):
        html = listed(owner, words)
        assert title in titles(html), words
        assert name in names(html), words


@spec("IF-30", "QU-40")
def test_a_role_finds_only_what_it_may_open(client_of: ClientOf):
    number = Order.objects.get(pk=id_of(place(cart("1 MUG"), deed()))).number
    assert number in names(listed(client_of("Cashier"), number))
    assert number not in names(listed(client_of("Rep"), number))
    assert "Nothing has these words" in listed(client_of("Cashier"), "LOYAL")
    assert "DV1" in names(listed(client_of("Merchandiser"), "DV1"))
    assert names(listed(client_of("Support"), "DV1")) == ["DV…"]
    assert names(listed(client_of("Support"), "DV")) == []


@spec("IF-30", "QU-40")
@pytest.mark.parametrize(
    ("role", "may"),
    [("Merchandiser", True), ("Administrator", True), ("Auditor", False), ("Cashier", False)],
)
def test_deeds_are_offered_to_those_who_may_do_them(role: str, may: bool, client_of: ClientOf):
    client = client_of(role)
    assert ("Add promotion" in names(listed(client))) == may
    assert ("Add promotion" in names(listed(client, "add promo"))) == may
    assert ("Add promotion" in names(listed(client, "new discount"))) == may


@spec("IF-30")
def test_without_words_it_offers_deeds_and_places(owner: Client):
    assert titles(listed(owner)) == ["Do", "Go to"]
    assert "Dashboard" in names(listed(owner))


@spec("IF-30", "AL-2")
def test_places_settings_and_reports_are_found_by_what_they_are_for(owner: Client):
    for words, name in (
        ("hide allot", "Hide organization allotments tab"),
        ("tax tables", "Locations"),
        ("report given", "Cost by offer"),
        ("journ", "Journal"),
    ):
        html = listed(owner, words)
        assert name in names(html), words
        assert "Go to" in titles(html)
    setting = reverse("admin:configuration")
    assert f'href="{setting}?q=Hide+organization+allotments+tab"' in listed(owner, "hide allot")


@spec("IF-30")
def test_what_the_words_name_best_comes_first(owner: Client):
    Partner.objects.create(code="hb", name="Harbor Union")
    for name in ("Anika Sharma", "Mo Harper", "Harriet Lowe"):
        Customer.objects.create(number=name[:3], name=name)
    place(cart("1 MUG", buyer="Ani"), deed())
    html = listed(owner, "har")
    assert titles(html)[:2] == ["Customers", "Partners"]
    assert titles(html)[-1] == "Orders"
    assert names(html)[:3] == ["Harriet Lowe", "Mo Harper", "Anika Sharma"]
    assert '<b class="mid">Har</b>riet Lowe' in html


@spec("IF-30")
def test_a_partner_and_an_organization_lead_to_what_is_done_with_them(owner: Client):
    cafe, school = Partner.objects.get(code="cafe"), Organization.objects.get(code="school")
    html = listed(owner, "caf")
    url = f"{reverse('admin:offers_voucherbook_assign')}?partner={cafe.pk}"
    assert f'href="{url}"' in html
    assert f'<option value="{cafe.pk}" selected' in owner.get(url).content.decode()
    url = reverse("admin:crm_organization_add_allotment", args=[school.pk])
    assert f'href="{url}"' in listed(owner, "school")


@spec("IF-30")
def test_of_many_records_it_leads_to_the_list_of_all(owner: Client):
    for n in range(6):
        Customer.objects.create(number=f"M{n}", name=f"Mira {n}")
    html = listed(owner, "mira")
    assert names(html) == [f"Mira {n}" for n in range(4)] + ["All customers with “mira”"]
    url = f"{reverse('admin:crm_customer_changelist')}?q=mira"
    assert f'href="{url}"' in html


@spec("QU-44")
def test_what_is_typed_is_text(owner: Client):
    Customer.objects.create(number="X", name="<b>Bo</b>")
    html = listed(owner, "<b>bo")
    assert "<b>Bo" not in html
    assert "&lt;b&gt;Bo" in html


@spec("QU-40")
def test_who_is_not_signed_in_is_asked_to_sign_in():
    answer = Client(SERVER_NAME="localhost").get(reverse("admin:palette"))
    assert answer["Location"].startswith("/back-office/login/")
