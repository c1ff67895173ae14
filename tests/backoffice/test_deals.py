"""The deal builder keeps what was typed, tells what is wrong beside its field, and tries the draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from msgspec import Struct

from largesse.backoffice.building.deal_cards import deal_cards, read_deal
from largesse.backoffice.building.known import Known
from largesse.crm.models import Customer, Tag
from largesse.engine.benefits import BENEFITS
from largesse.engine.money import Currency
from largesse.engine.offers.deal import Deal as DealValue
from largesse.offers import deals
from largesse.offers.models import Deal, Promotion
from tests.backoffice.browsing import sent_by
from tests.backoffice.conftest import ClientOf
from tests.backoffice.test_builder import after, form_of, text_of
from tests.backoffice.test_kind_forms import filled
from tests.orders.store import AT
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")
ADD = "admin:offers_deal_add"


def percentage(percent: str = "10", units: int = 2, **more: Any) -> dict[str, Any]:
    return {"min_units": units, "benefit": {"kind": "percentage", "percent": percent}, **more}


def make(code: str = "TRADE", **fields: Any) -> Deal:
    """A deal on pots that is there already."""
    definition = {"code": code, "sets": [{"products": "pots"}], "tiers": [percentage()], **fields}
    return deals.revise(definition, by=None, at=AT)


def address(deal: Deal) -> str:
    return reverse("admin:offers_deal_change", args=[deal.pk])


def look(client: Client, entries: dict[str, Any]) -> str:
    return text_of(client.post(reverse(ADD), {**entries, "do": "look"}))


# --- building --------------------------------------------------------------------------------------


@spec("IF-30", "DE-1", "DE-2", "DE-3")
def test_a_deal_is_built_from_nothing_without_scripts(owner: Client):
    Tag.objects.create(name="wholesale")
    url = reverse(ADD)
    entries = form_of(owner, url)
    entries = after(owner, url, entries, "row sets")
    entries = after(owner, url, entries, "row tiers")
    entries["tiers[1].benefit.kind"] = "bonus_stock"
    entries = after(owner, url, entries, "kind tiers[1].benefit")
    entries |= {
        "sets[0].products": "mugs",
        "sets[1].products": "pots",
        "sets[1].exclude": "hats",
        "sets[1].min_units": "1",
        "tiers[0].min_units": "10",
        "tiers[0].benefit.percent": "5",
        "tiers[1].min_units": "20",
        "tiers[1].min_value": "1,000",
        "tiers[1].benefit.every": "10",
        "tiers[1].benefit.remainder": "whole_multiples",
        "required": ["HAT", ""],
        "selection": "mugs",
        "tags": ["wholesale"],
        "customers": ["dora"],
        "channels": ["rep"],
        "not_bought_before": "hats",
        "code": "BUILT",
        "title": "Built",
        "starts": "2027-01-01",
        "ends": "2027-01-31",
        "priority": "3",
        "referable": "on",
        "reason": "For the new year",
    }
    answer = owner.post(url, entries)
    assert answer.status_code == 302, text_of(answer)
    built = Deal.objects.get(code="BUILT")
    assert answer["Location"] == address(built)
    assert deals.definition_of(built) == {
        "code": "BUILT",
        "title": "Built",
        "sets": [{"products": "mugs"}, {"products": "pots", "exclude": "hats", "min_units": 1}],
        "tiers": [
            {"min_units": 10, "benefit": {"kind": "percentage", "percent": "5"}},
            {
                "min_units": 20,
                "min_value": "1000.00",
                "benefit": {"kind": "bonus_stock", "every": 10, "remainder": "whole_multiples"},
            },
        ],
        "required": ["HAT"],
        "selection": "mugs",
        "tags": ["wholesale"],
        "customers": ["dora"],
        "channels": ["rep"],
        "not_bought_before": "hats",
        "starts": "2027-01-01",
        "ends": "2027-01-31",
        "priority": 3,
        "referable": True,
    }
    assert built.revisions.get().reason == "For the new year"
    assert owner.post(address(built), form_of(owner, address(built))).status_code == 302
    assert Deal.objects.get(code="BUILT").revision == 1


@spec("IF-30", "BI-1", "DE-1")
def test_each_fault_stands_beside_its_field_and_all_that_was_typed_stays(owner: Client):
    entries = after(owner, reverse(ADD), form_of(owner, reverse(ADD)), "row tiers")
    wrong = {
        "tiers[0].min_units": "few",
        "tiers[0].benefit.percent": "150",
        "title": "A title that is longer than a small screen",
        "required": "NOPE",
        "code": "X",
    }
    html = owner.post(reverse(ADD), entries | wrong).content.decode()
    sent = sent_by(html, "builder")
    for name, value in wrong.items():
        assert sent[name][0] == value, name
    for place in ("sets-0-products", "tiers-0-min_units"):
        assert f'id="f-{place}-error"' in html, place
    assert "Benefit is missing." in html
    assert "need another look" in html
    assert not Deal.objects.exists()

    # What needs the whole of it is told once its fields can be read.
    entries = after(owner, reverse(ADD), entries | wrong, "remove tiers[1]")
    entries |= {"tiers[0].min_units": "2", "sets[0].products": "pots"}
    html = owner.post(reverse(ADD), entries | {"tiers[0].benefit.percent": "15"}).content.decode()
    assert 'id="f-title-error"' in html
    assert "Title has at most 20 characters" in html.replace("Title shown to the buyer", "Title")
    assert "No product &#x27;NOPE&#x27;" in html


@spec("DE-1")
def test_a_code_that_another_offer_has_is_told_beside_it(owner: Client):
    make("TRADE")
    entries = form_of(owner, reverse(ADD))
    entries |= {"sets[0].products": "pots", "tiers[0].benefit.percent": "5"}
    for code, told in (("TRADE", "another deal"), ("LOYAL", "a promotion")):
        html = owner.post(reverse(ADD), entries | {"code": code}).content.decode()
        assert f"Code is the code of {told}." in html
        assert 'id="f-code-error"' in html
    assert Promotion.objects.get(code="LOYAL").revision == 1


def sent_back(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft that the cards send when nothing is touched."""
    known = Known()
    html = render_to_string(
        "backoffice/builder/deal_cards.html",
        {"cards": deal_cards(draft, known), "known": known, "currency": known.currency},
    )
    sent = QueryDict(mutable=True)
    for name, values in sent_by(html).items():
        sent.setlist(name, values)
    return read_deal(sent, Currency("USD"))


@spec("IF-30", "DE-3")
@pytest.mark.parametrize("all_fields", [True, False], ids=["all", "needed"])
@pytest.mark.parametrize(("kind", "struct"), BENEFITS.items(), ids=BENEFITS)
def test_what_the_form_of_a_deal_shows_it_sends_back(
    kind: str, struct: type[Struct], all_fields: bool
):
    Tag.objects.create(name="MUG")
    about = filled(DealValue, all_fields=all_fields)
    benefit = {"kind": kind, **filled(struct, all_fields=all_fields)}
    draft = {
        **{name: value for name, value in about.items() if name != "revision"},
        "tiers": [{"min_units": 7, "benefit": benefit}, {"min_value": "12.50", "benefit": benefit}],
        "sets": [{"products": "mugs", "exclude": "pots", "min_units": 7}],
    }

    assert sent_back(draft) == draft


@spec("DE-12", "DE-3")
def test_what_is_given_away_is_asked_for_where_stock_is_given_away(owner: Client):
    entries = form_of(owner, reverse(ADD))
    assert "selection" not in entries
    entries["tiers[0].benefit.kind"] = "free_stock"
    entries = after(owner, reverse(ADD), entries, "kind tiers[0].benefit")
    assert entries["selection"] == [""]
    assert "name what may be given away" in look(
        owner, entries | {"sets[0].products": "mugs", "tiers[0].benefit.amount": "5"}
    )


# --- seen live -------------------------------------------------------------------------------------


@spec("IF-30", "DE-5")
def test_a_draft_is_told_in_words_and_priced_before_it_has_a_code(owner: Client):
    Tag.objects.create(name="wholesale")
    entries = form_of(owner, reverse(ADD))
    assert "Product set 1, products is missing." in look(owner, entries)
    entries |= {"sets[0].products": "pots", "tiers[0].min_units": "2"}
    entries |= {"tiers[0].benefit.percent": "10", "sample": "pasted", "pasted": "POT × 2\n3 HAT"}
    shown = look(owner, entries)
    assert "Every buyer gets 10 % off Pots from 2 units on." in shown
    assert "1 product matches" in shown
    assert '<span class="was">320.00</span>&ensp;300.00' in shown
    assert "Trigger</b> reached" in shown
    assert "2 units worth 200.00 at list price; it brings 20.00." in shown

    entries |= {"channels": "rep", "tags": "wholesale", "manual": "on", "starts": "2030-01-01"}
    shown = look(owner, entries)
    assert "−20.00" in shown
    for told in (
        "ordered by rep",
        "by a buyer tagged wholesale",
        "picked for its lines",
        "as of 1",
    ):
        assert told in shown, told
    assert "Needs 2 units of Pots, found 1." in look(owner, entries | {"pasted": "POT"})


@spec("DE-9", "DE-3", "DE-12")
def test_the_preview_tells_rebates_credit_and_what_is_given_away(owner: Client):
    entries = form_of(owner, reverse(ADD)) | {"tiers[0].benefit.kind": "bonus_stock"}
    entries = after(owner, reverse(ADD), entries, "kind tiers[0].benefit")
    entries |= {"sets[0].products": "mugs", "tiers[0].benefit.every": "10", "gives": ["MUG", ""]}
    shown = look(owner, entries | {"sample": "pasted", "pasted": "MUG × 25"})
    assert "Credit to give stock away</span><span>25.00, 0.00 left" in shown
    assert "given away" in shown

    entries["tiers[0].benefit.kind"] = "rebate"
    entries = after(owner, reverse(ADD), entries, "kind tiers[0].benefit")
    entries |= {"tiers[0].benefit.percent": "10", "sample": "pasted", "gives": ""}
    pasted = "customer: anna\nlines:\n  - {sku: HAT, quantity: 2}\n"
    shown = look(owner, entries | {"sets[0].products": "hats", "pasted": pasted})
    assert "Rebate to the account</span><span>8.00" in shown


@spec("DE-2", "IF-30")
def test_a_tier_that_gives_less_than_a_lower_one_is_warned_of_with_its_product(owner: Client):
    entries = after(owner, reverse(ADD), form_of(owner, reverse(ADD)), "row tiers")
    entries["tiers[1].benefit.kind"] = "amount_off"
    entries = after(owner, reverse(ADD), entries, "kind tiers[1].benefit")
    entries |= {
        "sets[0].products": "pots",
        "tiers[0].min_units": "5",
        "tiers[0].benefit.percent": "8",
        "tiers[1].min_units": "10",
        "tiers[1].benefit.amount": "5.00",
    }
    told = "Tier 2 gives less than tier 1: on 19 units of Pot it brings 95.00, not 152.00."
    assert told in look(owner, entries)
    assert told not in look(owner, entries | {"tiers[1].benefit.amount": "9.00"})
    # A warning is no refusal.
    assert owner.post(reverse(ADD), entries | {"code": "WEAK"}).status_code == 302


@spec("DE-5")
def test_the_preview_tells_which_offer_gives_way(owner: Client):
    make("LESS", title="Less")
    entries = form_of(owner, reverse(ADD)) | {"sample": "pasted", "pasted": "POT × 2"}
    entries |= {"sets[0].products": "pots", "tiers[0].benefit.percent": "20"}
    assert "Less</b> gives way" in look(owner, entries)


# --- its pages -------------------------------------------------------------------------------------


@spec("IF-30", "DE-1")
def test_the_list_says_what_deals_cover_and_give_and_is_filtered(owner: Client):
    make("POTS", title="Pots", pinned=True, referable=True)
    free = {"min_units": 10, "benefit": {"kind": "free_stock", "amount": "50.00"}}
    make("FREE", tiers=[free], selection="mugs", manual=True)
    url = reverse("admin:offers_deal_changelist")

    shown = text_of(owner.get(url))
    for told in ("Percentage", "Free stock", "Shown first, may be referred", "Only when picked"):
        assert told in shown, told

    def codes(**filters: str) -> set[str]:
        page = owner.get(url, filters)
        return {deal.code for deal in page.context["cl"].result_list}

    assert codes() == {"POTS", "FREE"}
    assert codes(gives="free_stock") == {"FREE"}
    assert codes(q="pots") == {"POTS"}
    assert codes(manual__exact="1") == {"FREE"}
    assert codes(pinned__exact="1") == {"POTS"}


@spec("IF-30", "PR-8")
def test_deals_are_switched_archived_copied_and_restored(owner: Client):
    deal, other = make("A"), make("B")
    url = reverse("admin:offers_deal_changelist")
    owner.post(url, {"action": "switch_off", "_selected_action": [deal.pk, other.pk]})
    assert not Deal.objects.filter(active=True).exists()
    do = reverse("admin:offers_deal_do", args=[deal.pk])
    for deed in ("duplicate", "archive", "switch-on"):
        assert owner.post(do, {"deed": deed}).status_code == 302
    deal.refresh_from_db()
    assert (deal.archived, deal.active, deal.revision) == (True, True, 4)
    assert not Deal.objects.get(code="A-COPY").active
    assert owner.post(do, {"deed": "burn"}).status_code == 404


@spec("IF-30", "PR-8")
def test_a_revision_tells_what_it_changed_and_can_be_restored(owner: Client):
    deal = make(tiers=[percentage()])
    tiers = [percentage("15"), percentage("20", 5)]
    make(tiers=tiers, bought_before="mugs", customers=["anna"])

    page = reverse("admin:offers_deal_revision", args=[deal.pk, 2])
    shown = text_of(owner.get(page))
    assert "Tier 1, benefit, percentage" in shown
    assert "<del>10 %</del>" in shown
    assert "<ins>15 %</ins>" in shown
    assert "benefit 20 % off its products, units at least 5" in shown
    assert "Bought before" in shown

    first = reverse("admin:offers_deal_revision", args=[deal.pk, 1])
    assert owner.post(first).status_code == 302
    deal.refresh_from_db()
    assert deal.revision == 3
    assert deals.definition_of(deal)["tiers"] == [percentage()]


@spec("IF-30", "IF-3")
def test_a_deal_is_written_as_text_and_faults_are_told_with_their_lines(owner: Client):
    sets, tiers = (
        "sets:\n  - products: pots\n",
        "tiers:\n  - benefit: {kind: percentage, percent: x}\n",
    )
    text = f"code: TEXT\n{sets}{tiers}"
    shown = text_of(owner.post(reverse(ADD), {"definition": text}))
    assert "Line 5: tiers[0].benefit.percent" in shown
    right = text.replace("percent: x", "percent: 5")
    assert owner.post(reverse(ADD), {"definition": right}).status_code == 302
    back = owner.post(reverse(ADD), {"definition": right.replace("TEXT", "B"), "do": "form"})
    assert sent_by(back.content.decode(), "builder")["tiers[0].benefit.percent"] == ["5"]


@spec("IF-30", "QU-40")
def test_customers_are_offered_to_those_who_may_see_them(client_of: ClientOf):
    Customer.objects.create(number="anne", name="Anne Lister")
    url = reverse("admin:offers_promotion_named", args=["customer"])
    asked = {"of": "customers", "customers": "lis"}
    found = client_of("Merchandiser").get(url, asked)
    assert found.content.decode() == '<option value="anne">Anne Lister</option>'
    assert client_of("Rep").get(url, asked).status_code == 403


@spec("QU-40")
def test_who_may_only_look_sees_a_deal_and_cannot_change_it(client_of: ClientOf):
    deal = make()
    rep = client_of("Rep")
    assert "Save as revision" not in text_of(rep.get(address(deal)))
    assert rep.post(address(deal), form_of(rep, address(deal))).status_code == 403
    assert (
        rep.post(reverse("admin:offers_deal_do", args=[deal.pk]), {"deed": "archive"}).status_code
        == 403
    )
