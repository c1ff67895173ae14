"""Promotions change by revisions, and are refused with all that is wrong."""

from __future__ import annotations

import pytest
from django.db.models import ProtectedError

from largesse.business.models import Business, User
from largesse.engine.faults import Faults
from largesse.offers import promotions, vouchers
from largesse.offers.current import current
from largesse.offers.differences import difference
from largesse.offers.models import ExclusionGroup, Promotion
from tests.offers.store import AT, group, on_group, product, revise, ten_percent
from tests.words import spec, window

pytestmark = pytest.mark.django_db


def faults(definition, **fields) -> dict[str, str]:
    """What is wrong with a definition, by place."""
    with pytest.raises(Faults) as raised:
        revise(definition, **fields)
    return {fault.place: fault.message for fault in raised.value.faults}


@spec("PR-1")
def test_a_promotion_has_the_fields_that_its_definition_says():
    Business.objects.create(name="Shop", time_zone="America/New_York")
    ExclusionGroup.objects.create(code="one-of")

    made = revise(
        ten_percent(
            "SPRING",
            title="Spring",
            stage="post",
            priority=7,
            starts="2026-03-01",
            ends="2026-03-31",
            promo_code="spring 26",
            exclusion_group="one-of",
            active=False,
        )
    )

    made.refresh_from_db()
    value = current().book.promotions["SPRING"]
    assert (made.title, made.stage, made.priority, made.active) == ("Spring", "post", 7, False)
    assert made.exclusion_group == ExclusionGroup.objects.get(code="one-of")
    assert made.promo_code == "spring 26"
    # Both days are inside, in the business's time zone.
    assert value.window == window("2026-03-01T05:00:00+00:00", "2026-04-01T04:00:00+00:00")
    assert (made.starts, made.ends) == (value.window.start, value.window.end)
    assert promotions.definition_of(made)["ends"] == "2026-03-31"


@spec("PR-1", "IF-30")
def test_a_promotion_is_refused_with_all_that_is_wrong_each_in_its_place():
    definition = {
        "code": "BAD",
        "starts": "2026-03-31",
        "ends": "2026-03-01",
        "locations": ["nowhere"],
        "actions": [{"kind": "discount_order_line", "percent": "120x", "include": "mugz"}],
    }
    group("mugs")

    found = faults(definition)

    assert found["ends"] == "ends before it starts, 2026-03-31"
    assert found["actions[0].percent"] == "'120x' is not a percentage; write it like 12.5"
    assert found["actions[0].include"] == "no product group 'mugz'; did you mean 'mugs'?"
    assert not Promotion.objects.exists()


def test_names_in_a_definition_are_looked_up():
    adds = {"kind": "discount_order_line", "apply_to": "new_item", "product": "GIFT", "percent": 5}

    assert faults({"code": "P", "actions": [adds], "locations": ["nowhere"]}) == {
        "locations[0]": "no location 'nowhere'",
        "actions[0].product": "no product 'GIFT'",
    }
    assert list(faults(ten_percent(exclusion_group="none"))) == ["exclusion_group"]
    assert list(faults(ten_percent("X" * 65))) == ["code"]


@spec("CO-4", "BI-1")
def test_what_a_condition_names_is_looked_up_however_deep_it_stands():
    at = {"kind": "location", "locations": ["nowhere"]}
    earned = {"kind": "past_promotion", "promotion": "SUMMR"}
    revise(ten_percent("SUMMER"))

    found = faults(ten_percent(conditions=[{"kind": "any", "of": [at, earned]}]))

    assert found == {
        "conditions[0].of[0].locations": "no location 'nowhere'",
        "conditions[0].of[1].promotion": "no promotion 'SUMMR'; did you mean 'SUMMER'?",
    }


@spec("PR-6")
def test_a_promo_code_is_not_the_number_of_a_voucher():
    vouchers.create(["SPRING26"], at=AT, by="Ann", percent=100_000)

    assert faults(ten_percent(promo_code="spring 26")) == {
        "promo_code": "is the number of a voucher; take another code"
    }


@spec("PR-8")
def test_every_change_makes_a_revision_that_says_who_when_and_why():
    ines = User.objects.create(username="ines")
    revise(ten_percent())
    made = revise(ten_percent(title="Ten"), by=ines, reason="It needs a name.")

    latest, first = made.revisions.all()
    assert (made.revision, latest.number, first.number) == (2, 2, 1)
    assert (latest.by, latest.at, latest.reason) == (ines, AT, "It needs a name.")
    assert "title" not in first.definition


@spec("PR-8")
def test_the_same_said_in_other_words_makes_no_revision():
    revise(ten_percent(priority=0))
    made = revise(
        {
            "actions": [{"percent": "10.00", "kind": "discount_order_line", "quantity": None}],
            "code": "TEN",
            "active": True,
            "revision": 17,
        }
    )

    assert made.revision == 1


@spec("PR-8")
def test_a_promotion_cannot_be_deleted_only_archived():
    made = revise(ten_percent())

    with pytest.raises(ProtectedError):
        made.delete()
    with pytest.raises(ProtectedError):
        Promotion.objects.all().delete()

    archived = promotions.archive(made, by=None, at=AT)
    assert (archived.archived, archived.revision) == (True, 2)
    assert current().book.promotions["TEN"].archived
    assert not promotions.restore(made, by=None, at=AT).archived


def test_a_promotion_is_switched_off_and_on():
    made = revise(ten_percent())

    assert not promotions.set_active(made, False, by=None, at=AT).active
    assert not current().book.promotions["TEN"].active
    assert promotions.set_active(made, True, by=None, at=AT).active


def test_who_changes_what_someone_else_has_changed_is_told():
    revise(ten_percent())
    revise(ten_percent(priority=1), expected=1)

    assert faults(ten_percent(priority=2), expected=1) == {
        "revision": "was changed meanwhile: it is at revision 2, not 1"
    }


def test_a_copy_is_switched_off_and_has_a_code_of_its_own():
    made = revise(ten_percent(title="Ten"))
    copy = promotions.duplicate(made, "TEN-2", by=None, at=AT)

    assert (copy.code, copy.title, copy.active, copy.revision) == ("TEN-2", "Ten (copy)", False, 1)
    with pytest.raises(Faults, match="is the code of another promotion"):
        promotions.duplicate(made, "TEN-2", by=None, at=AT)


@spec("IF-30")
def test_a_difference_names_the_fields_that_changed():
    group("mugs")
    revise(on_group("P", "mugs", percent=10))
    more = on_group("P", "mugs", percent=15)
    more["actions"].append({"kind": "discount_order", "amount": "5.00"})
    made = revise({**more, "title": "More"})
    after, before = made.revisions.all()

    assert difference(before, after) == (
        ("actions[0].percent", "10", "15"),
        ("actions[1]", None, {"kind": "discount_order", "amount": "5.00"}),
        ("title", None, "More"),
    )


def test_many_promotions_are_made_all_or_none():
    product("MUG")
    good = [ten_percent(f"P{i}") for i in range(5)]

    with pytest.raises(Faults, match=r"promotions\[5\]\.actions"):
        promotions.revise_all([*good, {"code": "BAD", "actions": []}], by=None, at=AT)
    assert not Promotion.objects.exists()
    with pytest.raises(Faults, match=r"promotions\[5\]\.code: is used twice"):
        promotions.revise_all([*good, ten_percent("P0")], by=None, at=AT)

    assert len(promotions.revise_all(good, by=None, at=AT)) == 5
    assert set(current().book.promotions) == {f"P{i}" for i in range(5)}
