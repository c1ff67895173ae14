"""The builder keeps what was typed, tells what is wrong beside its field, shows what a draft does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from largesse.backoffice.building.draft import do, finished, match_of, outer_match
from largesse.offers import parts, promotions
from largesse.offers.models import Action, Condition, Promotion
from tests.backoffice.browsing import sent_by
from tests.backoffice.conftest import ClientOf
from tests.orders.store import AT
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")
ADD = "admin:offers_promotion_add"


def address(code: str) -> str:
    return reverse("admin:offers_promotion_change", args=[Promotion.objects.get(code=code).pk])


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What the builder sends when nothing is touched."""
    return dict(sent_by(client.get(url).content.decode(), "builder"))


def after(client: Client, url: str, entries: dict[str, Any], deed: str) -> dict[str, Any]:
    """What the builder sends after one of its buttons."""
    html = client.post(url, {**entries, "do": deed}).content.decode()
    return dict(sent_by(html, "builder"))


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


# --- building --------------------------------------------------------------------------------------


@spec("IF-30", "PR-1", "PR-5", "PR-7")
def test_a_promotion_is_built_from_nothing_without_scripts(owner: Client):
    url = reverse(ADD)
    entries = form_of(owner, url)
    entries = after(owner, url, entries, "add conditions subtotal")
    entries = after(owner, url, entries, "add conditions customer_type")
    entries = after(owner, url, entries, "match conditions any")
    entries |= {
        "actions[0].percent": "12.5 %",
        "conditions[0].of[0].minimum": "1,250",
        "conditions[0].of[1].type": "distributor",
        "code": "BUILT",
        "title": "Built",
        "starts": "2027-01-01",
        "ends": "2027-01-31",
        "channels": ["shop", "till"],
        "budget": "20,000.00",
        "max_uses_per_customer": "2",
        "priority": "3",
        "reason": "For the new year",
    }
    answer = owner.post(url, entries)
    assert answer.status_code == 302, text_of(answer)
    built = Promotion.objects.get(code="BUILT")
    assert answer["Location"] == address("BUILT")
    assert promotions.definition_of(built) == {
        "code": "BUILT",
        "title": "Built",
        "starts": "2027-01-01",
        "ends": "2027-01-31",
        "channels": ["shop", "till"],
        "budget": "20000.00",
        "max_uses_per_customer": 2,
        "priority": 3,
        "conditions": [
            {
                "kind": "any",
                "of": [
                    {"kind": "subtotal", "minimum": "1250.00"},
                    {"kind": "customer_type", "type": "distributor"},
                ],
            }
        ],
        "actions": [{"kind": "discount_order_line", "percent": "12.5"}],
    }
    assert built.revisions.get().reason == "For the new year"


@spec("IF-30", "PR-8")
@pytest.mark.parametrize("code", ["LOYAL", "MUGS-3-FOR-2"])
def test_saving_what_is_shown_changes_nothing(owner: Client, code: str):
    assert owner.post(address(code), form_of(owner, address(code))).status_code == 302
    assert Promotion.objects.get(code=code).revision == 1


@spec("IF-30", "BI-1")
def test_each_fault_stands_beside_its_field_and_all_that_was_typed_stays(owner: Client):
    url = reverse(ADD)
    entries = form_of(owner, url)
    for _ in range(2):
        entries = after(owner, url, entries, "add conditions subtotal")
    entries = after(owner, url, entries, "group conditions any")
    entries = after(owner, url, entries, "add conditions[2].of product_count")
    wrong = {
        "actions[0].percent": "ten",
        "conditions[1].minimum": "50",
        "conditions[1].maximum": "40",
        "conditions[2].of[0].minimum": "few",
        "code": "X",
        "starts": "2027-01-01",
        "ends": "2026-12-31",
        "max_uses": "some",
    }
    html = owner.post(url, entries | wrong).content.decode()
    sent = sent_by(html, "builder")
    for name, value in wrong.items():
        kept = {"conditions[1].minimum": "50.00", "conditions[1].maximum": "40.00"}
        assert sent[name] == [kept.get(name, value)], name
    for place in (
        "actions-0-percent",
        "conditions-1-maximum",
        "conditions-2-of-0-minimum",
        "ends",
        "max_uses",
    ):
        assert f'id="f-{place}-error"' in html, place
    assert "Before the start. Choose 1 Jan 2027 or later." in html
    assert "5 entries need another look" in html
    assert not Promotion.objects.filter(code="X").exists()


@spec("PR-8")
def test_who_saves_an_older_revision_is_told_and_loses_nothing(owner: Client):
    entries = form_of(owner, address("LOYAL"))
    changed = promotions.definition_of(Promotion.objects.get(code="LOYAL")) | {"priority": 7}
    promotions.revise(changed, by=None, at=AT, reason="")
    answer = owner.post(address("LOYAL"), entries | {"title": "Mine"})
    assert "was changed meanwhile" in text_of(answer)
    assert sent_by(answer.content.decode(), "builder")["title"] == ["Mine"]
    assert Promotion.objects.get(code="LOYAL").revision == 2


@spec("PR-1")
def test_a_code_that_another_promotion_has_is_told_beside_it(owner: Client):
    entries = form_of(owner, reverse(ADD)) | {"code": "LOYAL", "actions[0].percent": "5"}
    html = owner.post(reverse(ADD), entries).content.decode()
    assert "Code is the code of another promotion." in html
    assert 'id="f-code-error"' in html


@spec("IF-30")
def test_another_kind_keeps_what_both_kinds_ask_for(owner: Client):
    entries = form_of(owner, reverse(ADD))
    entries |= {"actions[0].percent": "8", "actions[0].include": "mugs", "actions[0].quantity": "3"}
    entries["actions[0].kind"] = "discount_order"
    shown = after(owner, reverse(ADD), entries, "kind actions[0]")
    assert shown["actions[0].was"] == ["discount_order"]
    assert shown["actions[0].percent"] == ["8"]
    assert shown["actions[0].include"] == ["mugs"]
    assert "actions[0].quantity" not in shown


# --- deeds -----------------------------------------------------------------------------------------


def draft(*conditions: Any) -> dict[str, Any]:
    return {"actions": [], "conditions": list(conditions)}


@spec("PR-7")
def test_how_many_conditions_are_needed_can_be_changed_without_losing_them():
    two = [{"kind": "subtotal"}, {"kind": "customer_type"}]
    made = draft(*two)
    do(made, "match conditions any")
    assert made["conditions"] == [{"kind": "any", "of": two}]
    do(made, "match conditions[0].of none")
    assert outer_match(made).match == "none"
    assert outer_match(made).items == two
    do(made, "match conditions[0].condition.of all")
    assert made == draft(*two)


@spec("PR-7")
def test_a_group_within_the_list_is_changed_where_it_stands():
    made = draft({"kind": "subtotal"}, {"kind": "any", "of": [{"kind": "subtotal"}]})
    do(made, "match conditions[1].of none")
    found = match_of(made["conditions"][1], "conditions[1]")
    assert found is not None
    assert (found.match, found.items) == ("none", [{"kind": "subtotal"}])


@spec("IF-30")
def test_conditions_are_moved_and_removed():
    made = draft({"kind": "a"}, {"kind": "b"}, {"kind": "c"})
    do(made, "up conditions[2]")
    do(made, "down conditions[0]")
    do(made, "remove conditions[2]")
    assert [each["kind"] for each in made["conditions"]] == ["c", "a"]


@pytest.mark.parametrize(
    "deed", ["fly conditions", "remove conditions[9]", "match x y", "remove", "add"]
)
def test_a_deed_that_cannot_be_done_is_refused(deed: str):
    with pytest.raises(LookupError):
        do(draft({"kind": "subtotal"}), deed)


def test_a_choice_between_no_conditions_is_no_condition():
    assert finished(draft({"kind": "any", "of": []})) == {}


# --- seen live -------------------------------------------------------------------------------------


def look(client: Client, entries: dict[str, Any], url: str = "") -> str:
    return text_of(client.post(url or reverse(ADD), {**entries, "do": "look"}))


@spec("IF-30")
def test_a_draft_is_told_in_words_and_priced_before_it_has_a_code(owner: Client):
    entries = form_of(owner, reverse(ADD))
    assert "Exactly one of percent, amount, price" in look(owner, entries)
    entries |= {"actions[0].percent": "10", "sample": "pasted", "pasted": "POT × 2\n3 HAT"}
    entries |= {"actions[0].exclude": "hats"}
    shown = look(owner, entries)
    assert "10 % off" in shown
    assert "2 Pot" in shown
    assert "−20.00" in shown
    assert "left out by the action" in shown
    assert '<span class="was">320.00</span>&ensp;300.00' in shown
    assert "3 products match" in shown
    assert "1 product. Except beats in." in shown


@spec("IF-30", "EX-1")
def test_the_preview_tells_what_each_condition_needs_and_which_offer_gives_way(owner: Client):
    entries = after(owner, reverse(ADD), form_of(owner, reverse(ADD)), "add conditions subtotal")
    entries |= {"actions[0].percent": "90", "conditions[0].minimum": "1000.00"}
    entries |= {"sample": "pasted", "pasted": "MUG × 3"}
    assert "Needs a subtotal of 1000.00, found 37.50." in look(owner, entries)
    shown = look(owner, entries | {"conditions[0].minimum": "10.00"})
    assert "Order subtotal</b> met 3 times" in shown
    assert "3 mugs for 2</b> gives way" in shown


@spec("IF-30", "SP-2")
def test_the_preview_tells_what_there_is_to_spend(owner: Client):
    spree = {"actions[0].kind": "shopping_spree"}
    entries = after(owner, reverse(ADD), form_of(owner, reverse(ADD)) | spree, "kind actions[0]")
    entries |= {"sample": "pasted", "pasted": "POT × 2", "actions[0].description": "A tenth"}
    entries |= {"actions[0].calculation": "percentage", "actions[0].percent": "10"}
    entries |= {"actions[0].order_types": ["order"], "actions[0].carry_over": "credit"}
    shown = look(owner, entries)
    assert "10 % of the subtotal to spend on every product" in shown
    assert "It is for orders of no party only. What is not spent becomes credit." in shown
    assert "To spend on the reward list</span><span>20.00" in shown
    hosts = look(owner, entries | {"actions[0].order_types": ["host_reward"]})
    assert "Its shopping spree is for host reward orders; this is an order of no party." in hosts


@spec("IF-30", "PR-6", "PR-3")
def test_the_preview_enters_the_code_accepts_and_waits_for_the_first_day(owner: Client):
    entries = form_of(owner, reverse(ADD))
    entries |= {"actions[0].percent": "10", "sample": "pasted", "pasted": "POT"}
    entries |= {"promo_code": "SPRING", "suggest": "unchecked", "starts": "2030-01-01"}
    shown = look(owner, entries)
    for told in ("−10.00", "with the code SPRING", "accepted by the buyer", "as of 1 Jan 2030"):
        assert told in shown, told
    del entries["promo_code"]
    assert "−10.00" in look(owner, entries | {"single_use_codes": "on"})


@spec("IF-30", "BI-1")
@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("NOPE × 2", "No product"),
        ("lines: [", "can&#x27;t be read"),
        ("just some words", "write one product a line"),
        ("lines:\n  - {sku: POT, quantity: -1}", "quantity"),
    ],
)
def test_a_pasted_cart_that_is_wrong_is_told(owner: Client, pasted: str, told: str):
    entries = form_of(owner, reverse(ADD)) | {"actions[0].percent": "10", "sample": "pasted"}
    assert told.lower() in look(owner, entries | {"pasted": pasted}).lower()


@spec("IF-30")
@pytest.mark.parametrize(
    "pasted",
    [
        "POT x 2",
        "2 × POT",
        "POT 2",
        "lines:\n  - sku: POT\n    quantity: 2\n",
        '{"customer": "anna", "lines": [{"sku": "POT", "quantity": 2}]}',
        '[{"sku": "POT", "quantity": 2}]',
    ],
)
def test_a_cart_is_pasted_as_lines_or_as_yaml_or_json(owner: Client, pasted: str):
    entries = form_of(owner, reverse(ADD)) | {"actions[0].percent": "10", "sample": "pasted"}
    assert "−20.00" in look(owner, entries | {"pasted": pasted})


@spec("IF-30")
def test_products_are_offered_as_one_types(owner: Client):
    url = reverse("admin:offers_promotion_named", args=["product"])
    found = owner.get(url, {"of": "actions[0].product", "actions[0].product": "mu"})
    assert found.content.decode() == '<option value="MUG">Mug</option>'
    assert owner.get(reverse("admin:offers_promotion_named", args=["keys"])).status_code == 404


# --- shared ----------------------------------------------------------------------------------------


def shared(minimum: str = "20.00", name: str = "from-20") -> Condition:
    definition = {"kind": "subtotal", "minimum": minimum, "name": name}
    made = parts.revise("condition", definition, by=None, at=AT)
    assert isinstance(made, Condition)
    return made


def use(owner: Client, code: str) -> None:
    entries = form_of(owner, reverse(ADD)) | {"code": code, "actions[0].percent": "5"}
    entries |= {"conditions[0].was": "shared", "conditions[0].use": "from-20"}
    assert owner.post(reverse(ADD), entries).status_code == 302


@spec("IF-30", "PR-8")
def test_a_condition_that_is_named_in_the_builder_is_shared_once_it_is_saved(owner: Client):
    entries = after(owner, reverse(ADD), form_of(owner, reverse(ADD)), "add conditions subtotal")
    entries |= {"code": "NEW", "conditions[0].minimum": "30", "conditions[0].name": "from-30"}
    entries |= {"actions[0].percent": "ten"}
    assert "can" in text_of(owner.post(reverse(ADD), entries))
    assert not Condition.objects.exists()
    entries |= {"actions[0].percent": "10"}
    assert owner.post(reverse(ADD), entries).status_code == 302
    made = Condition.objects.get(name="from-30")
    assert list(parts.used_by(made)) == [Promotion.objects.get(code="NEW")]
    other = entries | {"code": "OTHER", "conditions[0].minimum": "99"}
    assert "is the name of another shared condition" in text_of(owner.post(reverse(ADD), other))
    assert parts.definition_of(made)["minimum"] == "30.00"


@spec("IF-30")
def test_a_shared_one_can_be_made_the_promotions_own(owner: Client):
    shared()
    use(owner, "USES")
    shown = after(owner, address("USES"), form_of(owner, address("USES")), "own conditions[0]")
    assert shown["conditions[0].minimum"] == ["20.00"]
    assert "conditions[0].use" not in shown
    owner.post(address("USES"), shown)
    assert not parts.used_by(Condition.objects.get()).exists()


@spec("IF-30", "PR-8")
def test_changing_a_shared_one_says_which_promotions_change_and_asks(owner: Client):
    made = shared()
    use(owner, "USES")
    url = reverse("admin:offers_condition_change", args=[made.pk])
    entries = form_of(owner, url) | {"part.minimum": "25"}
    asked = owner.post(url, entries)
    assert "1 promotion gets a new revision" in text_of(asked)
    assert "USES" in text_of(asked)
    assert sent_by(asked.content.decode(), "builder")["part.minimum"] == ["25.00"]
    assert Promotion.objects.get(code="USES").revision == 1
    assert owner.post(url, entries | {"confirm": "1"}).status_code == 302
    assert Promotion.objects.get(code="USES").revision == 2
    revision = owner.get(reverse("admin:offers_condition_revision", args=[made.pk, 2]))
    assert "<del>20.00 USD</del>" in text_of(revision)
    # A title alone changes no promotion, and asks nothing.
    assert owner.post(url, form_of(owner, url) | {"title": "From 25"}).status_code == 302
    assert Promotion.objects.get(code="USES").revision == 2


@spec("IF-30")
def test_an_action_is_added_copied_archived_and_no_longer_offered(owner: Client):
    url = reverse("admin:offers_action_add")
    entries = form_of(owner, url) | {"part.percent": "ten", "name": "tenth"}
    wrong = owner.post(url, entries).content.decode()
    assert 'id="f-part-percent-error"' in wrong
    assert sent_by(wrong, "builder")["name"] == ["tenth"]
    assert owner.post(url, entries | {"part.percent": "10"}).status_code == 302
    made = Action.objects.get()
    assert "Reuse a shared one" in text_of(owner.get(reverse(ADD)))
    deed = reverse("admin:offers_action_do", args=[made.pk])
    owner.post(deed, {"deed": "duplicate"})
    assert Action.objects.filter(name="tenth copy").exists()
    bulk = {
        "action": "archive",
        "_selected_action": list(Action.objects.values_list("pk", flat=True)),
    }
    owner.post(reverse("admin:offers_action_changelist"), bulk)
    assert not Action.objects.filter(archived=False).exists()
    assert "Reuse a shared one" not in text_of(owner.get(reverse(ADD)))
    taken = owner.post(url, entries | {"part.percent": "10"})
    assert "Name is the name of another action." in text_of(taken)


@spec("IF-30")
def test_a_shared_condition_can_be_a_group(owner: Client):
    url = reverse("admin:offers_condition_add")
    entries = form_of(owner, url) | {"part.kind": "any", "name": "either"}
    entries = after(owner, url, entries, "kind part")
    entries = after(owner, url, entries, "add part.of subtotal")
    entries = after(owner, url, entries, "match part.of none")
    entries["part.condition.of[0].minimum"] = "9"
    assert owner.post(url, entries).status_code == 302
    assert parts.definition_of(Condition.objects.get()) == {
        "kind": "not",
        "name": "either",
        "condition": {"kind": "any", "of": [{"kind": "subtotal", "minimum": "9.00"}]},
    }


# --- lists and revisions ---------------------------------------------------------------------------


@spec("IF-30", "PR-5")
def test_lists_are_filtered_by_what_promotions_say_and_tell_what_is_left(owner: Client):
    loyal = promotions.definition_of(Promotion.objects.get(code="LOYAL"))
    asks = {"suggest": "checked", "single_use_codes": True, "max_uses": 500, "budget": "1200.00"}
    promotions.revise(loyal | asks, by=None, at=AT, reason="")
    url = reverse("admin:offers_promotion_changelist")
    for query in ("gives=discount_order_line", "asks=checked", "with_code=single"):
        shown = text_of(owner.get(f"{url}?{query}"))
        assert "For whoever bought a hat" in shown, query
        assert "3 mugs for 2" not in shown, query
        assert "500 of 500 uses, 1,200.00 of 1,200.00" in shown
    for query in ("gives=buy_x_get_y", "asks=no", "with_code=none"):
        assert "For whoever bought a hat" not in text_of(owner.get(f"{url}?{query}")), query


@spec("PR-8", "IF-30")
def test_an_earlier_revision_is_made_the_latest_and_stays_as_archived_as_it_is_now(owner: Client):
    loyal = Promotion.objects.get(code="LOYAL")
    definition = promotions.definition_of(loyal)
    promotions.revise(definition | {"priority": 9}, by=None, at=AT, reason="")
    promotions.archive(loyal, by=None, at=AT)
    url = reverse("admin:offers_promotion_revision", args=[loyal.pk, 1])
    assert owner.post(url).status_code == 302
    loyal.refresh_from_db()
    assert (loyal.revision, loyal.priority, loyal.archived) == (4, 0, True)
    assert loyal.revisions.get(number=4).reason == "revision 1 again"


@spec("PR-8", "IF-30")
def test_differences_are_told_in_the_words_of_the_form(owner: Client):
    loyal = Promotion.objects.get(code="LOYAL")
    definition = promotions.definition_of(loyal)
    definition["conditions"][0] |= {"period": "week", "minimum": 2}
    definition["conditions"].append({"kind": "subtotal", "minimum": "5.00"})
    definition |= {"target": "customer", "ends": "2027-03-31", "budget": "10.00"}
    promotions.revise(definition, by=None, at=AT, reason="")
    shown = text_of(owner.get(reverse("admin:offers_promotion_revision", args=[loyal.pk, 2])))
    for told in (
        "Condition 1 (Product count), within",
        "This week",
        "Condition 2 (Order subtotal)",
        "31 Mar 2027",
        "10.00 USD",
        "Customers’ orders",
    ):
        assert told in shown, told


@spec("QU-40")
def test_who_may_only_read_can_neither_try_nor_change(client_of: ClientOf):
    auditor = client_of("Auditor")
    made = shared()
    pages = [address("LOYAL"), reverse("admin:offers_condition_change", args=[made.pk])]
    for url in pages:
        assert auditor.get(url).status_code == 200
        assert "disabled" in auditor.get(url).content.decode()
        assert auditor.post(url, {"do": "look"}).status_code == 403
    loyal = Promotion.objects.get(code="LOYAL")
    for url, sent in (
        (reverse("admin:offers_promotion_revision", args=[loyal.pk, 1]), {}),
        (reverse("admin:offers_promotion_do", args=[loyal.pk]), {"deed": "archive"}),
        (reverse("admin:offers_condition_do", args=[made.pk]), {"deed": "archive"}),
    ):
        assert auditor.post(url, sent).status_code == 403
