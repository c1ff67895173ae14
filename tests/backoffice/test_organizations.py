"""An organization's pages: members, allotments, links and uses, the report, who may do what."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import python_calamine
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from largesse.business import configuration
from largesse.business.configuration import HIDE_ALLOTMENTS_TAB
from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Customer, Organization
from largesse.engine.cart import CartLine
from largesse.offers import allotments
from largesse.offers.allotment_links import ensured_path, opened
from largesse.offers.models import Allotment, AllotmentLink, LinkVisit
from largesse.orders.cancelling import cancel
from largesse.orders.models import Order
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.backoffice.browsing import sent_by
from tests.backoffice.conftest import ClientOf
from tests.orders.store import AT, cart, deed, id_of
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")


def school() -> Organization:
    return Organization.objects.get(code="school")


def pots() -> Allotment:
    return Allotment.objects.get(code="SCHOOL-POTS")


def group(code: str) -> ProductGroup:
    return ProductGroup.objects.get(code=code)


def tab(name: str = "change", organization: Organization | None = None) -> str:
    """The address of one of the organization's pages."""
    return reverse(f"admin:crm_organization_{name}", args=[(organization or school()).pk])


def one(name: str, allotment: Allotment | None = None) -> str:
    """The address of one of an allotment's pages."""
    return reverse(f"admin:offers_allotment_{name}", args=[(allotment or pots()).pk])


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode()).replace("&#x27;", "'").replace("&amp;", "&")


def shown(client: Client, address: str, status: int = 200, **query: Any) -> str:
    return text_of(client.get(address, query), status)


def parts(client: Client, address: str, target: str = "", **query: Any) -> str:
    """What a page answers to a part of it that asks for a target's new content."""
    headers = {"HX-Request": "true", "HX-Target": target}
    return text_of(client.get(address, query, headers=headers))


def takes(units: int = 1, *, at: Any = AT, buyer: str = "anna") -> UUID:
    """A posted order of free pots."""
    line = CartLine("1", "POT", units, allotment="SCHOOL-POTS")
    order = id_of(place(cart(line, buyer=buyer, at=at), deed(at=at)))
    post(order, deed(at=at))
    return order


def granted(title: str, *, quantity: int = 10, **fields: Any) -> Allotment:
    """Another allotment of the school, of mugs."""
    said = {"product_group": group("mugs"), "at": AT, "by": "ines", **fields}
    return allotments.grant(school(), Product.objects.get(sku="MUG"), quantity, title, **said)


def row(html: str, title: str) -> str:
    """The row of an allotment."""
    return next(
        each for each in re.findall(r"<tr class=\"two\">.*?</tr>", html, re.S) if title in each
    )


def cells(html: str) -> list[str]:
    """The texts of a row's cells."""
    plain = [
        re.sub(r"<[^>]*>", "", each).strip() for each in re.findall(r"<td.*?</td>", html, re.S)
    ]
    return [" ".join(each.split()) for each in plain]


def asked(**fields: Any) -> dict[str, Any]:
    """What is sent to grant the school four mugs."""
    said = {"product_group": group("mugs").pk, "product": Product.objects.get(sku="MUG").pk}
    return {**said, "title": "Mugs", "quantity": "4", **fields}


def csv_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def xlsx_of(answer: Any) -> list[list[Any]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return book.get_sheet_by_index(0).to_python()


# --- the tab -----------------------------------------------------------------------------------------


@spec("AL-2", "IF-30")
def test_the_page_has_tabs_with_how_much_they_list(owner: Client):
    granted("Closed ones")
    allotments.close(Allotment.objects.get(title="Closed ones"))
    takes()

    html = shown(owner, tab())

    nav = re.search(r'<nav class="tabs".*?</nav>', html, re.S)
    assert nav is not None
    words = " ".join(re.sub(r"<[^>]*>", " ", nav[0]).split())
    assert words == "Overview Members 1 Allotments 1 Orders 1 Journal History"
    for name in ("members", "allotments", "orders", "journal", "history"):
        assert f'href="{tab(name)}" aria-current="page"' in shown(owner, tab(name))


@spec("AL-2")
def test_the_setting_hides_the_tab_and_its_address_says_where_the_setting_is(owner: Client):
    configuration.change(HIDE_ALLOTMENTS_TAB, True)

    for name in ("change", "members", "history"):
        assert tab("allotments") not in shown(owner, tab(name))
    for name in ("allotments", "allotments_export", "add_allotment"):
        html = shown(owner, tab(name), 404)
        assert "Hide organization allotments tab" in html
        assert f'{reverse("admin:configuration")}?q=allotment"' in html
    # Allotments themselves go on, and what is done to one leads on to the list of all.
    answer = owner.post(one("close"))
    assert answer["Location"] == reverse("admin:offers_allotment_changelist")

    configuration.change(HIDE_ALLOTMENTS_TAB, False)
    assert tab("allotments") in shown(owner, tab())


@spec("AL-2", "AL-9")
def test_the_tab_shows_available_used_and_quantity_with_sums_and_states(owner: Client):
    takes(2)
    now = timezone.now()
    granted("Later mugs", starts=now + timedelta(days=9))
    granted("Former mugs", ends=now - timedelta(days=1))
    granted("Tight mugs", quantity=1)
    allotments.close(granted("Closed mugs"))

    html = shown(owner, tab("allotments"))

    assert cells(row(html, "Pots"))[2:5] == ["1", "2", "3"]
    assert "Planned" in row(html, "Later mugs")
    assert "Ended" in row(html, "Former mugs")
    assert cells(row(html, "Former mugs"))[2] == "0"
    assert "Closed mugs" not in html
    assert "<td>4 allotments</td>" in html
    assert re.search(r"tfoot.*>12</td>.*>2</td>.*>24</td>", html, re.S)
    assert "Closed mugs" in shown(owner, tab("allotments"), state="closed")
    takes(1)
    assert "Used up" in row(shown(owner, tab("allotments")), "Pots")


@spec("AL-9")
def test_an_allotment_that_is_nearly_used_up_says_how_many_are_left(owner: Client):
    allotments.set_quantity(pots(), 20, at=AT, by="ines")
    takes(17)
    assert "badge" not in row(shown(owner, tab("allotments")), "Pots")
    takes(1)
    html = row(shown(owner, tab("allotments")), "Pots")
    assert "2 left" in html
    assert 'class="is-low"' in html


@spec("AL-2")
def test_the_list_is_searched_filtered_and_sorted(owner: Client):
    now = timezone.now()
    granted("Later mugs", starts=now + timedelta(days=800))
    granted("Former mugs", ends=now - timedelta(days=400))

    def titles(**query: Any) -> list[str]:
        html = shown(owner, tab("allotments"), **query)
        return re.findall(r'<a class="title"[^>]*>(.*?)</a>', html)

    assert titles(q="pot") == ["Pots"]
    assert set(titles(q="MUG")) == {"Later mugs", "Former mugs"}
    assert titles(product_group__id__exact=group("pots").pk) == ["Pots"]
    assert titles(runs="month") == ["Pots"]
    assert titles(runs="next-year") == ["Pots"]
    assert titles(state="planned") == ["Later mugs"]
    assert titles(state="ended") == ["Former mugs"]
    assert titles(state="available") == ["Pots"]
    assert titles() == ["Former mugs", "Pots", "Later mugs"]
    assert titles(o="-2")[0] == "Later mugs"
    assert "Nothing found" in shown(owner, tab("allotments"), q="zzz")


@spec("AL-2", "IF-38")
def test_a_tab_without_allotments_says_what_they_are_and_adds_one(owner: Client):
    empty = Organization.objects.create(code="club", name="Club")
    html = shown(owner, tab("allotments", empty))
    assert "No allotments yet" in html
    assert "a number of free units of a product" in html
    assert tab("add_allotment", empty) in html


@spec("AL-9", "AL-6")
def test_tiles_sum_up_what_is_left_used_given_and_opened(owner: Client):
    now = timezone.now()
    order = takes(2, at=now)
    refund(order, deed(at=now), {"1": 1})
    sku, token = link_of(owner).rsplit("/", 2)[1:]
    opened(sku, token, at=now)
    opened(sku, token + "x", at=now)

    html = shown(owner, tab("allotments"))

    figures = re.findall(r'<div class="tile-figure">(.*?)</div>', html)
    assert [re.sub(r"<[^>]*>", " ", each).split()[-1] for each in figures] == [
        "2",
        "1",
        "100.00",
        "1",
    ]
    assert "1 returned and counted back" in html
    assert '<span class="down">1 altered</span>, refused and logged' in html
    assert LinkVisit.objects.count() == 2


def link_of(client: Client, title: str = "Pots") -> str:
    """The link that the tab shows."""
    found = re.search(r'data-copies="([^"]*)"', row(shown(client, tab("allotments")), title))
    assert found is not None
    return found[1]


# --- the link ----------------------------------------------------------------------------------------


@spec("AL-5")
def test_register_leads_to_the_cart_by_the_link_that_is_copied(owner: Client):
    link = link_of(owner)

    assert link.startswith("http://localhost/register/POT/")
    assert f'<a class="btn btn-sm" href="{link}">Register</a>' in shown(owner, tab("allotments"))
    sku, token = link.rsplit("/", 2)[1:]
    assert opened(sku, token, at=AT).allotment == pots()
    # Whoever holds it: nobody is signed in.
    answer = Client(SERVER_NAME="localhost").get(link)
    assert answer["Location"] == reverse("shop:cart")


@spec("AL-5")
def test_nobody_registers_before_an_allotment_starts_or_after_it_ended(owner: Client):
    now = timezone.now()
    granted("Later mugs", starts=now + timedelta(days=9))
    granted("Former mugs", ends=now - timedelta(days=1))
    html = shown(owner, tab("allotments"))
    for title, said in (("Later mugs", "Starts "), ("Former mugs", "Ended ")):
        assert f'aria-disabled="true" title="{said}' in row(html, title)


@spec("AL-6")
def test_revoking_asks_says_what_happens_and_makes_a_new_link(owner: Client):
    old = link_of(owner)
    for html in (shown(owner, one("revoke")), parts(owner, one("revoke"), "question")):
        assert "Whoever holds the link that is out pays the ordinary price from now on" in html
        assert "Keep the link" in html
    assert link_of(owner) == old

    html = text_of(owner.post(one("revoke"), follow=True))

    assert "The link of Pots is revoked; it has a new one." in html
    new = link_of(owner)
    assert new != old
    outcomes = [opened(*each.rsplit("/", 2)[1:], at=AT).outcome for each in (old, new)]
    assert outcomes == ["revoked", "opened"]


@spec("AL-6")
def test_after_a_dialog_one_is_where_it_was_opened_and_nowhere_else(owner: Client):
    here = f"http://localhost{tab('allotments')}?q=pot"
    for said, leads in ((here, here), ("https://evil.example/", tab("allotments"))):
        headers = {"HX-Request": "true", "HX-Current-URL": said}
        html = text_of(owner.get(one("revoke"), headers=headers))
        answer = owner.post(one("revoke"), {"whence": sent_by(html)["whence"][0]})
        assert answer["Location"] == leads
        assert owner.post(one("revoke"), {"whence": said})["Location"] == leads


@spec("AL-6")
def test_the_allotments_tab_is_only_read(owner: Client):
    shown(owner, tab("allotments"))  # whatever a first visit makes, such as a session
    for made_before in (True, False):
        AllotmentLink.objects.all().delete()
        if made_before:
            ensured_path(pots(), at=timezone.now(), by="ines")
        with CaptureQueriesContext(connection) as asked:
            html = shown(owner, tab("allotments"))
        assert ("/register/POT/" in html) is made_before
        assert {each["sql"].split()[0] for each in asked} == {"SELECT"}


@spec("AL-6")
def test_editing_keeps_the_link(owner: Client):
    old = link_of(owner)
    answer = owner.post(one("change"), {"title": "Big pots", "quantity": "9"})
    assert answer["Location"] == tab("allotments")
    assert link_of(owner, "Big pots") == old
    assert allotments.units_of(pots()).granted == 9


# --- granting and editing ----------------------------------------------------------------------------


@spec("AL-3")
def test_the_default_group_is_chosen_and_without_one_the_choice_is_mandatory(owner: Client):
    html = shown(owner, tab("add_allotment"))
    assert sent_by(html)["product_group"] == [""]
    answer = owner.post(tab("add_allotment"), asked(product_group=""))
    assert "This field is required." in text_of(answer)

    ProductGroup.objects.filter(code="mugs").update(is_default=True)
    html = shown(owner, tab("add_allotment"))
    assert sent_by(html)["product_group"] == [str(group("mugs").pk)]


@spec("AL-3")
def test_products_are_searched_inside_the_group_only(owner: Client):
    def found(term: str, of: str) -> list[str]:
        sought = {"term": term, "group": of, "field_name": "product"}
        where = {"app_label": "offers", "model_name": "allotment"}
        answer = owner.get(reverse("admin:offers_allotment_products"), {**sought, **where})
        return [each["text"] for each in answer.json()["results"]]

    group("mugs").products.add(Product.objects.get(sku="HAT"))
    assert found("", str(group("mugs").pk)) == ["Hat (HAT)", "Mug (MUG)"]
    assert found("mu", str(group("mugs").pk)) == ["Mug (MUG)"]
    assert found("mu", str(group("pots").pk)) == []
    assert found("mu", "") == []


@spec("AL-3")
def test_another_group_keeps_the_product_that_is_in_it_too_and_empties_the_field_of_others(
    owner: Client,
):
    group("hats").products.add(Product.objects.get(sku="MUG"))
    html = parts(owner, tab("add_allotment"), "in-group", **asked(product_group=group("hats").pk))
    assert sent_by(html)["product"] == [str(Product.objects.get(sku="MUG").pk)]
    assert f"group={group('hats').pk}" in html

    html = parts(owner, tab("add_allotment"), "in-group", **asked(product_group=group("pots").pk))
    assert sent_by(html).get("product") in (None, [""])


@spec("AL-1", "AL-3", "BI-1")
def test_all_faults_of_an_allotment_are_told_at_once_and_nothing_typed_is_lost(owner: Client):
    hat = Product.objects.get(sku="HAT")
    days = {"first_day": "2027-03-01", "last_day": "2027-02-01"}
    wrong = asked(product=hat.pk, title=" ", quantity="0", members_only="on", **days)

    html = text_of(owner.post(tab("add_allotment"), wrong))

    assert "Hat (HAT) is not in the product group Mugs." in html
    assert "Last day is before the first day." in html
    assert "This field is required." in html
    assert "greater than or equal to 1" in html
    kept = sent_by(html)
    assert kept["product"] == [str(hat.pk)]
    assert (kept["first_day"], kept["last_day"]) == (["2027-03-01"], ["2027-02-01"])
    assert (kept["quantity"], kept["members_only"]) == (["0"], ["on"])
    assert not Allotment.objects.exclude(code="SCHOOL-POTS").exists()


@spec("AL-1", "AL-2")
def test_an_allotment_is_granted_on_the_organization_s_page_in_days_of_the_business(owner: Client):
    days = {"first_day": "2027-03-01", "last_day": "2027-05-31"}
    answer = owner.post(tab("add_allotment"), asked(members_only="on", **days))

    assert answer["Location"] == tab("allotments")
    made = Allotment.objects.get(title="Mugs")
    assert (made.organization, made.members_only) == (school(), True)
    # New York's midnights.
    assert (made.starts.isoformat(), made.ends.isoformat()) == (  # type: ignore[union-attr]
        "2027-03-01T05:00:00+00:00",
        "2027-06-01T04:00:00+00:00",
    )
    html = row(shown(owner, tab("allotments")), "Mugs")
    assert "1 Mar 2027 to 31 May 2027 · Members only" in html
    kept = sent_by(shown(owner, one("change", made)))
    assert (kept["first_day"], kept["last_day"]) == (["2027-03-01"], ["2027-05-31"])


@spec("AL-11", "BI-1")
def test_a_quantity_below_what_is_used_is_refused_beside_its_field(owner: Client):
    takes(2)
    wrong = {"title": "Pots", "quantity": "1", "last_day": "2027-01-01"}

    html = text_of(owner.post(one("change"), wrong))

    assert "Quantity is at least 2, which are used or reserved." in html
    assert sent_by(html)["last_day"] == ["2027-01-01"]
    assert (pots().ends, allotments.units_of(pots()).granted) == (None, 3)
    assert owner.post(one("change"), {**wrong, "quantity": "2"}).status_code == 302
    assert allotments.units_of(pots()).granted == 2


@spec("AL-11")
def test_closing_asks_and_what_is_closed_stays_on_record(owner: Client):
    takes(2)
    assert "2 units" in shown(owner, one("close"))
    assert not pots().closed

    html = text_of(owner.post(one("close"), follow=True))

    assert "Pots is closed." in html
    assert "Pots" not in re.findall(r'<a class="title"[^>]*>(.*?)</a>', html)
    closed = row(shown(owner, tab("allotments"), state="all"), "Pots")
    assert "Closed" in closed
    assert "Register" not in closed
    assert "data-copies" not in closed
    assert "It is closed." in shown(owner, one("change"))
    assert owner.post(one("change"), {"title": "Pots", "quantity": "9"}).status_code == 403
    assert owner.post(one("close")).status_code == 404
    assert owner.post(one("revoke")).status_code == 404
    assert owner.post(one("delete"), {"post": "yes"}).status_code == 403
    assert pots().closed


@spec("AL-11", "AL-6")
def test_the_history_of_an_allotment_has_its_units_and_its_links(owner: Client):
    link_of(owner)
    owner.post(one("change"), {"title": "Big pots", "quantity": "9"})
    owner.post(one("revoke"))

    html = shown(owner, one("history"))

    for said in ("Granted", "Raised", "Link made", "Link revoked", "<del>Pots</del>"):
        assert said in html
    assert "<del>3</del>" in html
    assert "<ins>9</ins>" in html


@spec("AL-11", "IF-30")
def test_several_are_closed_at_once_after_a_question(owner: Client):
    made = [granted(f"Mugs {i}") for i in range(2)]
    every = reverse("admin:offers_allotment_changelist")
    chosen = {"action": "close", "_selected_action": [each.pk for each in made]}

    html = text_of(owner.post(every, chosen))

    assert "Close 2 allotments?" in html
    assert not Allotment.objects.filter(closed=True).exists()
    sent = sent_by(html.partition('<form method="post" class="card')[2])
    assert "2 allotments closed." in text_of(owner.post(every, sent, follow=True))
    assert set(Allotment.objects.filter(closed=True)) == set(made)


# --- uses --------------------------------------------------------------------------------------------


@spec("AL-9")
def test_the_used_count_opens_who_used_it_on_which_order_when_and_what_came_back(owner: Client):
    first, second = takes(1), takes(2, buyer="dora")
    refund(second, deed(), {"1": 1})
    assert f'hx-get="{one("uses")}"' in row(shown(owner, tab("allotments")), "Pots")

    html = parts(owner, one("uses"), "uses")

    assert re.findall(r'<b class="mid">(Anna|Dora)</b>', html) == ["Dora", "Anna"]
    for order in (first, second):
        assert reverse("admin:orders_order_change", args=[order]) in html
    assert "1 Jun 2026, 08:00" in html
    assert "1 returned 1 Jun 2026" in html
    assert "of 3 used" in html
    assert f'href="{one("close")}"' in html
    assert "Anna" not in parts(owner, one("uses"), "use-rows", q="dor")
    assert "No use has “zz”" in parts(owner, one("uses"), "use-rows", q="zz")
    # Without scripts it is a page.
    assert "<h1>School</h1>" in shown(owner, one("uses"))


@spec("AL-9")
def test_more_uses_are_shown_when_one_asks_for_them(owner: Client):
    allotments.set_quantity(pots(), 90, at=AT, by="ines")
    for _ in range(13):
        takes(1)
    html = parts(owner, one("uses"), "uses")
    assert html.count('<b class="mid">Anna</b>') == 10
    more = re.search(r'hx-get="([^"]*)"[^>]*>Show 3 more<', html)
    assert more is not None

    rest = text_of(owner.get(more[1], headers={"HX-Request": "true", "HX-Target": "more-uses"}))

    assert rest.count('<b class="mid">Anna</b>') == 3
    assert "more" not in rest
    assert "<ul" not in rest
    # Without scripts they are on a page of their own.
    assert '<ul class="uses">' in text_of(owner.get(more[1]))


@spec("AL-9", "QU-44")
def test_uses_are_taken_away_as_csv_and_xlsx(owner: Client):
    Customer.objects.filter(number="anna").update(name="=Anna")
    refund(takes(2), deed(), {"1": 1})

    head, *rows = csv_of(owner.get(one("uses"), {"as": "csv"}))
    assert head[:4] == ["Buyer", "Customer number", "E-mail", "Order"]
    assert [(each[0], each[5], each[6], each[8]) for each in rows] == [
        ("'=Anna", "1", "1", "partly returned")
    ]
    assert xlsx_of(owner.get(one("uses"), {"as": "xlsx"}))[1][0] == "=Anna"
    assert LogEntry.objects.filter(object_repr="The uses of Pots").count() == 2


@spec("AL-2", "AL-13", "QU-44")
def test_the_list_is_taken_away_as_csv_and_xlsx_as_it_is_filtered(owner: Client):
    granted("=Mugs", ends=timezone.now() + timedelta(days=3))
    takes(3)
    for address in (tab("allotments_export"), reverse("admin:offers_allotment_export")):
        head, *rows = csv_of(owner.get(address, {"as": "csv", "q": "pot"}))
        found = dict(zip(head, rows[0], strict=True))
        assert len(rows) == 1
        assert (found["Allotment"], found["SKU"], found["State"]) == ("Pots", "POT", "Used up")
        assert (found["Available"], found["Used"], found["Quantity"]) == ("0", "3", "3")
        sheet = xlsx_of(owner.get(address, {"as": "xlsx", "q": "mug"}))
        assert [each[0] for each in sheet[1:]] == ["=Mugs"]


# --- the report --------------------------------------------------------------------------------------


@spec("AL-13")
def test_the_report_tells_usage_by_organization_product_and_period(owner: Client):
    allotments.set_quantity(pots(), 90, at=AT, by="ines")
    takes(2)
    takes(3, at=AT + timedelta(days=40))
    usage = reverse("admin:offers_allotment_usage")
    assert f'{usage}?organization=school"' in shown(owner, tab("allotments"))
    assert f'href="{usage}"' in shown(owner, reverse("admin:offers_allotment_changelist"))
    assert f'href="{usage}"' in shown(owner, reverse("admin:crm_organization_changelist"))

    html = shown(owner, usage)
    assert "School" in html
    assert "500.00" in html
    html = shown(owner, usage, organization="school", product="POT", until="2026-06-30")
    assert "200.00" in html
    assert "500.00" not in html
    html = shown(owner, usage, step="calendar_month")
    assert "1 Jun 2026" in html
    assert "1 Jul 2026" in html
    assert "Nothing used" in shown(owner, usage, since="2027-01-01")
    assert "It is before the first day." in shown(
        owner, usage, since="2027-01-02", until="2027-01-01"
    )


@spec("AL-13", "QU-44")
def test_the_report_is_csv_and_xlsx_of_the_same(owner: Client):
    takes(2)
    usage = reverse("admin:offers_allotment_usage")
    asked_for = {"organization": "school", "since": "2026-06-01", "until": "2026-06-01"}
    lines = csv_of(owner.get(usage, {**asked_for, "as": "csv"}))
    assert lines[1] == ["School", "Pot", "POT", "", "2", "0", "2", "0", "200.0"]
    sheet = xlsx_of(owner.get(usage, {**asked_for, "as": "xlsx"}))
    assert sheet[1] == ["School", "Pot", "POT", "", 2, 0, 2, 0, 200]


# --- members, orders, journal, history ---------------------------------------------------------------


@spec("IF-30")
def test_a_member_is_added_once_and_taken_off_with_an_undo(owner: Client):
    dora, anna = (Customer.objects.get(number=number) for number in ("dora", "anna"))
    assert owner.post(tab("members"), {"customer": dora.pk})["Location"] == tab("members")
    assert set(school().members.all()) == {anna, dora}
    assert "Dora is a member already." in text_of(owner.post(tab("members"), {"customer": dora.pk}))
    assert "choose the customer" in text_of(owner.post(tab("members"), {"customer": ""}))

    html = text_of(owner.post(tab("members"), {"remove": dora.pk}, follow=True))

    assert "Dora removed from School." in html
    assert set(school().members.all()) == {anna}
    undo = re.search(r'<form method="post" action="([^"]*restore[^"]*)"', html)
    assert undo is not None
    assert "Dora is a member again." in text_of(owner.post(undo[1], follow=True))
    assert set(school().members.all()) == {anna, dora}


@spec("IF-30")
def test_several_members_are_taken_off_at_once(owner: Client):
    school().members.add(Customer.objects.get(number="dora"))
    chosen = list(school().members.values_list("pk", flat=True))
    sent = {"action": "take_off", "_selected_action": chosen}
    html = text_of(owner.post(tab("members"), sent, follow=True))
    assert "2 customers removed from School." in html
    assert not school().members.exists()
    assert "No members yet" in html


@spec("IF-30")
def test_a_thousand_members_are_paged_and_searched(
    owner: Client, django_assert_max_num_queries: Any
):
    crowd = Customer.objects.bulk_create(
        Customer(number=f"M{i:04}", name=f"Member {i:04}") for i in range(1000)
    )
    school().members.add(*crowd)
    with django_assert_max_num_queries(25):
        html = shown(owner, tab("members"))
    assert "1 to 50 of 1,001" in html
    assert "Member 0990" not in html
    assert "Member 0990" in shown(owner, tab("members"), q="0990")
    assert "Member 0990" in shown(owner, tab("members"), p="20")


@spec("IF-30")
def test_name_code_and_email_are_edited_with_errors_beside_their_fields(owner: Client):
    Organization.objects.create(code="club", name="Club")
    add = reverse("admin:crm_organization_add")
    wrong = {"name": "", "code": "club", "email": "nobody", "active": "on"}
    html = text_of(owner.post(add, wrong))
    for said in ("This field is required.", "already exists", "Enter a valid email address."):
        assert said in html

    answer = owner.post(tab(), {"name": "High School", "code": "school", "email": "a@b.example"})

    assert answer["Location"] == tab()
    assert (school().name, school().email, school().active) == ("High School", "a@b.example", False)
    assert "Inactive" in shown(owner, tab())


@spec("JO-4")
def test_the_journal_tells_what_its_allotments_gave_and_what_came_back(owner: Client):
    takes(2)
    order = takes(1)
    refund(order, deed(), {"1": 1})

    html = shown(owner, tab("journal"))

    amounts = re.findall(r'<td class="field-given_shown[^"]*">(.*?)</td>', html)
    assert [re.sub(r"<[^>]*>", "", each) for each in amounts] == ["100.00", "−100.00", "−200.00"]
    assert [
        re.sub(r"<[^>]*>", " ", each).split()[1]
        for each in re.findall(r'<div class="tile-figure">(.*?)</div>', html)
    ] == ["300.00", "100.00", "200.00"]
    mugs = granted("Mugs")
    assert "200.00" not in shown(owner, tab("journal"), allotment=mugs.code)


@spec("IF-30")
def test_orders_are_those_that_used_its_allotments(owner: Client):
    order = takes(2)
    place(cart("1 POT"), deed())
    cancel(id_of(place(cart(CartLine("1", "POT", 1, allotment="SCHOOL-POTS")), deed())), deed())
    html = shown(owner, tab("orders"))
    assert re.findall(r"orders/order/([0-9a-f-]*)/change", html) == [str(order)]
    refund(order, deed())
    assert str(order) in shown(owner, tab("orders"))
    assert ">2</td>" in html
    assert ">200.00</td>" in html


@spec("IF-30")
def test_the_history_tells_of_the_record_its_members_and_its_allotments(owner: Client):
    dora = Customer.objects.get(number="dora")
    owner.post(tab("members"), {"customer": dora.pk})
    owner.post(tab("members"), {"remove": dora.pk})
    owner.post(tab(), {"name": "High School", "code": "school", "active": "on"})
    owner.post(one("change"), {"title": "Big pots", "quantity": "9"})
    owner.post(one("close"))

    html = shown(owner, tab("history"))

    said = re.findall(r'<td class="what">(.*?)<', html)
    assert said[:6] == [
        "Allotment closed",
        "Allotment changed",
        "Allotment raised",
        "Changed",
        "Member removed",
        "Member added",
    ]
    assert "<del>School</del>" in html


@spec("IF-30", "QU-44")
def test_members_orders_and_journal_are_taken_away_too(owner: Client):
    Customer.objects.filter(number="anna").update(name="=Anna")
    order = takes(2)
    refund(order, deed(), {"1": 1})
    number = Order.objects.get(pk=order).number

    rows = csv_of(owner.get(tab("members_export"), {"as": "csv"}))
    assert rows[1][:2] == ["'=Anna", "anna"]
    rows = csv_of(owner.get(tab("orders_export"), {"as": "csv"}))
    assert (rows[1][0], rows[1][4:7]) == (number, ["2", "200.0", "0.0"])
    rows = csv_of(owner.get(tab("journal_export"), {"as": "csv"}))
    assert [(each[2], each[3], each[5]) for each in rows[1:]] == [
        (number, "Pots", "-100.0"),
        (number, "Pots", "200.0"),
    ]
    assert xlsx_of(owner.get(tab("journal_export"), {"as": "xlsx"}))[2][5] == 200


# --- who may do what ---------------------------------------------------------------------------------


@spec("QU-40")
@pytest.mark.parametrize("role", ["Auditor", "Support", "Approver"])
def test_who_may_only_look_sees_no_button_that_is_not_theirs_and_is_refused(
    role: str, client_of: ClientOf
):
    takes(1)
    client = client_of(role)
    html = shown(client, tab("allotments"))
    for absent in ("Add allotment", "Register", "data-copies", one("close"), one("revoke")):
        assert absent not in html
    assert cells(row(html, "Pots"))[2:5] == ["2", "1", "3"]
    assert one("close") not in parts(client, one("uses"), "uses")
    fields = shown(client, one("change"))
    assert "Save" not in fields
    for address in (one("close"), one("revoke"), one("change"), tab("add_allotment")):
        assert client.post(address, {"title": "x", "quantity": "1"}).status_code == 403
    assert not pots().closed
    assert client.get(reverse("admin:offers_allotment_usage")).status_code == 200


@spec("QU-40")
def test_members_are_changed_by_who_may_change_organizations_or_customers(client_of: ClientOf):
    dora = Customer.objects.get(number="dora")
    for role, may in (("Merchandiser", True), ("Support", True), ("Auditor", False)):
        client = client_of(role)
        html = shown(client, tab("members"))
        assert ("Add member" in html) == may
        assert ('name="remove"' in html) == may
        answer = client.post(tab("members"), {"customer": dora.pk})
        assert answer.status_code == (302 if may else 403)
        school().members.remove(dora)
        assert client.post(f"{tab('restore')}?customer={dora.pk}").status_code == (
            302 if may else 403
        )
        dora.organizations.clear()
    anna = Customer.objects.get(number="anna")
    chosen = {"action": "take_off", "_selected_action": [anna.pk]}
    assert client_of("Auditor").post(tab("members"), chosen).status_code == 403
    assert set(school().members.all()) == {anna}


@spec("QU-40")
def test_who_may_see_no_organizations_opens_none_of_its_pages(client_of: ClientOf):
    for role in ("Cashier", "Rep"):
        client = client_of(role)
        exports = ("members_export", "allotments_export", "orders_export", "journal_export")
        for name in ("members", "allotments", "orders", "journal", *exports):
            assert client.get(tab(name)).status_code == 403, (role, name)
        for name in ("uses", "close", "revoke"):
            assert client.get(one(name)).status_code == 403, (role, name)
        assert client.get(reverse("admin:offers_allotment_usage")).status_code == 403
        assert client.get(reverse("admin:offers_allotment_products")).status_code in (403, 404)


@spec("IF-30")
def test_fifty_allotments_are_listed_in_as_many_queries_as_two(
    owner: Client, django_assert_max_num_queries: Any
):
    for i in range(49):
        granted(f"Mugs {i}")
    shown(owner, tab("allotments"))  # makes the links
    with django_assert_max_num_queries(34):
        html = shown(owner, tab("allotments"))
    assert html.count("data-copies") == 50


@spec("QU-45")
def test_the_pages_need_no_inline_script_or_style(owner: Client):
    takes(1)
    pages = [tab(name) for name in ("change", "members", "allotments", "journal", "add_allotment")]
    for address in (*pages, one("uses"), one("close"), reverse("admin:offers_allotment_usage")):
        html = shown(owner, address)
        for forbidden in ("<style", " style=", "<script>", " onclick="):
            assert forbidden not in html, address
