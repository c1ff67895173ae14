"""The forms of conditions and actions follow from the kinds: a new kind needs no form of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from msgspec import Struct

from largesse.backoffice.building.cards import cards
from largesse.backoffice.building.draft import read_draft
from largesse.backoffice.building.kind_forms import inputs_of
from largesse.backoffice.building.known import Known
from largesse.engine.actions import ACTIONS
from largesse.engine.actions.base import Action
from largesse.engine.benefits.base import Benefit
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions import CONDITIONS
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.reader import KINDS
from largesse.engine.formats.shape import fields_of, unit_of, without_none
from largesse.engine.money import Currency, Money, Rate
from largesse.engine.window import Period, Window
from tests.backoffice.browsing import sent_by
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")


def sent_back(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft that the builder's cards send when nothing is touched."""
    known = Known()
    html = render_to_string(
        "backoffice/builder/cards.html",
        {"cards": cards(draft, known), "known": known, "currency": known.currency, "address": ""},
    )
    sent = QueryDict(mutable=True)
    for name, values in sent_by(html).items():
        sent.setlist(name, values)
    return read_draft(sent, Currency("USD"))


def filled(struct: type[Struct], *, all_fields: bool, depth: int = 0) -> dict[str, Any]:
    """A definition with every field said, or only those that must be."""
    found: dict[str, Any] = {}
    for shape in fields_of(struct):
        if shape.type is Window:
            if all_fields:
                found |= {"starts": "2027-01-01", "ends": "2027-02-03"}
        elif shape.name != "name" and (all_fields or shape.required):
            value = sample(shape.type, shape.default, depth)
            if value is not None:
                found[shape.name] = value
    return found


def sample(hint: Any, default: Any, depth: int) -> Any:
    """A value of a type in the file format that is not its default."""
    inner, _ = without_none(hint)
    unit = unit_of(inner) or unit_of(hint)
    if unit:
        return "12.50" if unit == "money" else "12.5"
    origin, arguments = get_origin(inner), get_args(inner)
    if origin is Literal:
        return next(value for value in arguments if value != default)
    if origin in (Union, UnionType) and set(arguments) == {int, Decimal}:
        return 3
    if origin is not None:
        one = sample(arguments[-1 if issubclass(origin, Mapping) else 0], None, depth + 1)
        many = {"A": one} if issubclass(origin, Mapping) else [one]
        return None if one is None else many
    return sample_of_class(inner, default, depth)


def sample_of_class(inner: type, default: Any, depth: int) -> Any:
    if inner in KINDS:
        return None if depth > 2 else {"kind": "subtotal", "minimum": "5.00"}
    if inner is ProductGroup:
        return "mugs"
    if issubclass(inner, StrEnum):
        return next(each.value for each in inner if each != default)
    if issubclass(inner, Struct):
        return filled(inner, all_fields=True, depth=depth + 1)
    simple = {str: "MUG", int: 7, bool: not default}
    return simple.get(inner, "2027-03-04")


KINDS_TRIED = [
    *(
        pytest.param("actions", kind, struct, id=f"action-{kind}")
        for kind, struct in ACTIONS.items()
    ),
    *(
        pytest.param("conditions", kind, struct, id=f"condition-{kind}")
        for kind, struct in CONDITIONS.items()
    ),
]


@spec("IF-30", "PR-7")
@pytest.mark.parametrize("all_fields", [True, False], ids=["all", "needed"])
@pytest.mark.parametrize(("section", "kind", "struct"), KINDS_TRIED)
def test_what_the_form_of_a_kind_shows_it_sends_back(
    section: str, kind: str, struct: type[Struct], all_fields: bool
):
    definition = {"kind": kind, **filled(struct, all_fields=all_fields)}
    draft = {"actions": [], "conditions": [], section: [definition]}
    if section == "conditions":
        # A second one, so that a group stands as a group.
        draft[section].append({"kind": "customer_type", "type": "distributor"})
    assert sent_back(draft) == draft


@spec("IF-30")
@pytest.mark.parametrize("base", [Action, Condition, Benefit])
def test_each_field_of_a_kind_has_a_label_and_its_meaning(base: type):
    for kind, struct in KINDS[base].items():
        for asked in inputs_of(struct):
            assert asked.label, (kind, asked.name)
            assert asked.hint or asked.empty, (kind, asked.name)


class Moon(StrEnum):
    NEW = "new_moon"
    FULL = "full_moon"


class Step(Struct, frozen=True):
    """A step of the tide."""

    height: Money
    """How high."""
    share: Rate = 0
    """How much."""


class TideIs(Condition, frozen=True, kw_only=True, eq=False):
    """A kind that only this test has."""

    kind: ClassVar[str] = "tide"
    label: ClassVar[str] = "Tide"

    steps: tuple[Step, ...]
    """The steps."""
    moons: frozenset[Moon] = frozenset({Moon.NEW})
    """The moons; empty is any moon."""
    since: date | None = None
    """The first day."""
    hours: int | None = 6
    """The hours; empty is the whole day."""
    within: Period | None = Period.DAY
    """The period."""
    unless: Condition | None = None
    """What must not be met."""
    names: tuple[str, ...] = ()
    """The names of the ports."""


@spec("IF-30")
@pytest.mark.parametrize(
    "said",
    [
        {"steps": []},
        {"steps": [{"height": "1.20"}, {"height": "3.00", "share": "7.25"}]},
        {"steps": [{"height": "1.00"}], "moons": ["full_moon", "new_moon"], "hours": None},
        {"steps": [{}], "within": None, "names": ["Port, Old", "Hafen"], "since": "2027-01-02"},
        {"steps": [{"height": "ten"}], "hours": "many"},
        {
            "steps": [],
            "unless": {
                "kind": "any",
                "of": [{"kind": "subtotal", "minimum": "9.00"}, {"kind": "tide", "steps": []}],
            },
        },
    ],
)
def test_a_kind_that_is_new_has_its_form_at_once(
    said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(CONDITIONS, "tide", TideIs)
    definition = {"kind": "tide", **said}
    draft = {"actions": [], "conditions": [definition, {"kind": "subtotal"}]}
    assert sent_back(draft) == draft


@spec("PR-7", "IF-30")
@pytest.mark.parametrize("match", ["all", "any", "none"])
def test_groups_of_conditions_are_sent_back_nested(match: str):
    inner = [{"kind": "subtotal", "minimum": "5.00"}, {"kind": "customer_type", "type": "customer"}]
    group = {
        "all": {"kind": "all", "of": inner},
        "any": {"kind": "any", "of": inner},
        "none": {"kind": "not", "condition": {"kind": "any", "of": inner}},
    }[match]
    alone = {"actions": [], "conditions": [group]}
    nested = {"actions": [], "conditions": [{"kind": "any", "of": [group, group]}]}
    assert sent_back(alone) == alone
    assert sent_back(nested) == nested


@spec("IF-30")
def test_what_was_typed_stays_even_where_it_is_wrong():
    draft = {
        "code": "X",
        "priority": "high",
        "budget": "a lot",
        "ends": "2027-02-30",
        "channels": ["shop"],
        "actions": [{"kind": "discount_order", "percent": "ten", "include": "no-such-group"}],
        "conditions": [],
    }
    assert sent_back(draft) == draft
