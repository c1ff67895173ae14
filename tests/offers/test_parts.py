"""Shared actions and conditions change in one place, and with them the promotions that name them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import ProtectedError

from largesse.business.models import User
from largesse.engine.actions.discount_order_line import DiscountOrderLine
from largesse.engine.faults import Faults
from largesse.offers import parts, promotions
from largesse.offers.current import book_at, current
from largesse.offers.differences import difference
from largesse.offers.models import Action, Condition, Part, Promotion
from tests.offers.store import AT, group, product, revise
from tests.words import spec

pytestmark = pytest.mark.django_db

TEN = {"name": "ten-percent", "kind": "discount_order_line", "percent": "10"}
MIN = {"name": "from-50", "kind": "subtotal", "minimum": "50.00"}


def action(definition: dict[str, Any] = TEN, **fields: Any) -> Part:
    return parts.revise("action", {**definition, **fields}, by=None, at=AT)


def condition(definition: dict[str, Any] = MIN, **fields: Any) -> Part:
    return parts.revise("condition", {**definition, **fields}, by=None, at=AT)


def naming(code: str = "P", *conditions: Any, **fields: Any) -> Promotion:
    """A promotion that names the shared action."""
    return revise(
        {"code": code, "actions": ["ten-percent"], "conditions": list(conditions), **fields}
    )


def percent_of(value: Any) -> int | None:
    assert isinstance(value, DiscountOrderLine)
    return value.percent


def faults(make, *args: Any, **fields: Any) -> dict[str, str]:
    with pytest.raises(Faults) as raised:
        make(*args, **fields)
    return {fault.place: fault.message for fault in raised.value.faults}


# --- one text --------------------------------------------------------------------------------------


@spec("PR-8")
def test_a_promotion_that_names_a_shared_part_has_its_text():
    action()
    condition()
    made = naming("P", {"kind": "not", "condition": "from-50"})

    definition = promotions.definition_of(made)
    assert definition["actions"] == [TEN]
    assert definition["conditions"] == [{"kind": "not", "condition": MIN}]
    (action_value,) = current().book.promotions["P"].actions
    assert (action_value.name, percent_of(action_value)) == ("ten-percent", 100_000)


@spec("PR-8")
def test_a_changed_part_makes_a_revision_of_every_promotion_that_names_it():
    ines = User.objects.create(username="ines")
    shared = action()
    used = [naming("P1"), naming("P2")]
    revise({"code": "OTHER", "actions": [{**TEN, "name": ""}]})
    before = current()

    changed = parts.revise("action", {**TEN, "percent": 15}, by=ines, at=AT, reason="Spring")

    assert (changed.pk, changed.revision) == (shared.pk, 2)
    assert list(parts.used_by(changed).values_list("code", "revision")) == [("P1", 2), ("P2", 2)]
    latest = used[0].revisions.get(number=2)
    assert latest.reason == "the shared action ten-percent was changed: Spring"
    assert (latest.by, latest.at) == (ines, AT)
    after = current()
    assert after.version == before.version + 1
    assert percent_of(*after.book.promotions["P1"].actions) == 150_000
    # Who was priced before keeps what held then.
    assert percent_of(*book_at(before.version).promotions["P1"].actions) == 100_000
    assert Promotion.objects.get(code="OTHER").revision == 1


@spec("PR-7", "PR-8")
def test_a_part_within_parts_is_changed_wherever_it_is():
    condition()
    unless = {"kind": "not", "condition": "from-50"}
    condition({"name": "loyal", "kind": "any", "of": ["from-50", unless]})
    condition({"name": "all-of-it", "kind": "all", "of": ["loyal"]})
    action()
    made = naming("P", {"kind": "not", "condition": "all-of-it"})

    shared = condition({**MIN, "minimum": "80.00"})

    made.refresh_from_db()
    (found,) = promotions.definition_of(made)["conditions"]
    (loyal,) = found["condition"]["of"]
    new = {**MIN, "minimum": "80.00"}
    assert loyal["of"] == [new, {"kind": "not", "condition": new}]
    assert parts.definition_of(Condition.objects.get(name="loyal")) == loyal
    assert list(Condition.objects.values_list("name", "revision")) == [
        ("all-of-it", 2), ("from-50", 2), ("loyal", 2),
    ]  # fmt: skip
    assert made.revision == 2
    assert [each.code for each in parts.used_by(shared)] == ["P"]


def test_the_same_text_with_the_name_is_the_shared_one():
    action()
    made = revise({"code": "P", "actions": [{**TEN, "percent": "10.0"}]})

    assert list(parts.used_by(Action.objects.get())) == [made]


def test_another_text_under_the_name_of_a_shared_part_is_refused():
    action()

    assert faults(revise, {"code": "P", "actions": [{**TEN, "percent": 20}]}) == {
        "actions[0].name": "'ten-percent' is a shared action that says something else; "
        "change the shared one, or leave out the name"
    }


def test_a_name_that_no_part_has_is_refused():
    action()

    assert faults(revise, {"code": "P", "actions": ["ten-per-cent"]}) == {
        "actions[0]": "no action 'ten-per-cent'; did you mean 'ten-percent'?"
    }
    assert faults(revise, {"code": "P", "actions": [{**TEN, "name": "new"}]}) == {
        "actions[0].name": "no shared action 'new'; make it first, or leave out the name"
    }


def test_a_condition_is_no_part_of_itself():
    condition({"name": "a", "kind": "all", "of": []})
    condition({"name": "b", "kind": "all", "of": ["a"]})

    assert faults(condition, {"name": "a", "kind": "all", "of": ["b"]}) == {
        "of[0]": "'b' can't be a part of itself"
    }
    assert faults(condition, {"name": "b", "kind": "not", "condition": "b"}) == {
        "condition": "'b' can't be a part of itself"
    }


# --- revisions -------------------------------------------------------------------------------------


@spec("PR-8")
def test_the_same_said_again_makes_no_revision():
    action()
    made = naming()

    assert action({**TEN, "percent": 10}).revision == 1
    assert Promotion.objects.get(pk=made.pk).revision == 1


@spec("PR-8")
def test_a_title_is_new_for_staff_and_changes_no_promotion():
    action()
    made = naming()

    titled = action(title="Ten", description="For everybody.")
    kept = action(percent=15)

    assert (titled.title, titled.revision) == ("Ten", 2)
    assert (kept.title, kept.description, kept.revision) == ("Ten", "For everybody.", 3)
    assert Promotion.objects.get(pk=made.pk).revision == 2
    last, second, first = kept.revisions.all()
    assert difference(first, second) == (
        ("description", None, "For everybody."), ("title", None, "Ten"),
    )  # fmt: skip
    assert difference(second, last) == (("percent", "10", "15"),)


def test_a_part_is_refused_with_all_that_is_wrong_each_in_its_place():
    wrong = {"name": " ", "kind": "discount_order_line", "title": 4.5, "percent": "x"}
    assert faults(action, wrong) == {
        "title": "is text, not a number",
        "percent": "'x' is not a percentage; write it like 12.5",
        "name": "is missing, or has a space at its edge; promotions name it so",
    }
    assert list(faults(action, {**TEN, "name": ""})) == ["name"]
    assert list(faults(action, {**TEN, "name": "x" * 65})) == ["name"]
    gift = {"name": "gift", "kind": "gift", "product": "GIFT"}
    assert faults(action, gift) == {"product": "no product 'GIFT'"}
    assert not Part.objects.exists()


def test_who_changes_what_someone_else_has_changed_is_told():
    action()
    action(percent=12)

    with pytest.raises(Faults, match="was changed meanwhile: it is at revision 2, not 1"):
        parts.revise("action", TEN, by=None, at=AT, expected=1)


@spec("PR-8")
def test_a_change_that_would_break_a_promotion_is_refused_and_changes_nothing():
    product("GIFT")
    choice = {"kind": "gift_choice", "products": ["GIFT"]}
    action()
    revise({"code": "P", "actions": ["ten-percent", choice]})

    assert faults(action, {"name": "ten-percent", **choice}) == {
        "": "the promotion P, which names it: actions at most one of them lets the buyer choose a gift"
    }
    assert (Action.objects.get().revision, Promotion.objects.get().revision) == (1, 1)


# --- archived, copied, deleted ---------------------------------------------------------------------


@spec("PR-8")
def test_an_archived_part_stays_where_it_is_and_is_not_newly_named():
    shared = action()
    naming("OLD")

    parts.archive(shared, by=None, at=AT)

    assert naming("OLD", title="Still there").revision == 2
    assert faults(naming, "NEW") == {"actions[0]": "the shared action 'ten-percent' is archived"}
    parts.restore(shared, by=None, at=AT)
    assert naming("NEW").revision == 1


def test_a_copy_has_a_name_of_its_own():
    shared = action(title="Ten")
    copy = parts.duplicate(shared, "ten-percent-2", by=None, at=AT)

    assert (copy.name, copy.title, copy.revision) == ("ten-percent-2", "Ten (copy)", 1)
    assert parts.definition_of(copy) == {**TEN, "name": "ten-percent-2"}
    with pytest.raises(Faults, match="is the name of another action"):
        parts.duplicate(shared, "ten-percent-2", by=None, at=AT)


@spec("PR-8")
def test_a_part_in_use_and_what_it_names_cannot_be_deleted():
    mugs = group("mugs", product("MUG"))
    shared = action(include="mugs")
    naming()
    inner = condition()
    condition({"name": "outer", "kind": "not", "condition": "from-50"})

    for record in (mugs, shared, inner):
        with pytest.raises(ProtectedError):
            record.delete()

    Condition.objects.get(name="outer").delete()
    inner.delete()
    assert not Condition.objects.exists()


def test_an_action_and_a_condition_may_have_one_name():
    action({**TEN, "name": "spring"})
    condition({**MIN, "name": "spring"})
    made = revise({"code": "P", "actions": ["spring"], "conditions": ["spring"]})

    assert [list(parts.used_by(each)) for each in Part.objects.all()] == [[made], [made]]


@spec("AC-7", "PR-6")
def test_a_right_is_to_a_promotion_that_has_single_use_codes():
    later = {"name": "next-time", "kind": "delayed_promotion", "promotion": "LATER"}
    assert faults(action, later) == {"promotion": "no promotion 'LATER'"}

    revise({"code": "LATER", "actions": [{**TEN, "name": ""}], "single_use_codes": True})
    action(later)
    revise({"code": "NOW", "actions": ["next-time"]})

    assert faults(revise, {"code": "LATER", "actions": [{**TEN, "name": ""}]}) == {
        "single_use_codes": "stays true, for NOW gives a right to it"
    }
