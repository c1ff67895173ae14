"""The cards of the deal builder: products, tiers, stock that is given away, for whom, the deal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.http import QueryDict

from largesse.backoffice.building.cards import laid_out, marks_in, nearest
from largesse.backoffice.building.draft import Draft
from largesse.backoffice.building.form_fields import Shower
from largesse.backoffice.building.form_reading import FormReader
from largesse.backoffice.building.form_values import Field, Placed
from largesse.backoffice.building.kind_forms import Input, Widget, inputs_of
from largesse.backoffice.building.known import Known
from largesse.engine.benefits import BENEFITS
from largesse.engine.faults import Fault
from largesse.engine.money import Currency
from largesse.engine.offers.deal import Deal

TRIGGER: Final = (("assorted", 3), ("required", 3))
STOCK: Final = (("gives", 3), ("selection", 3))
WHO: Final = (
    ("tags", 6),
    ("customers", 6),
    ("channels", 6),
    ("locations", 6),
    ("bought_before", 3),
    ("not_bought_before", 3),
)
ABOUT: Final = (
    ("code", 3),
    ("title", 3),
    ("description", 6),
    ("starts", 2),
    ("ends", 2),
    ("priority", 2),
    ("high_priority", 3),
    ("manual", 3),
    ("pinned", 3),
    ("referable", 3),
    ("active", 3),
)
"""Where the fields of each card stand, each with its columns of six."""

HIDDEN: Final = ("archived",)
"""What the builder keeps as it is: a button of the page changes it."""

_APART: Final = {
    "sets", "tiers", "revision",
    *HIDDEN, *(name for name, _ in (*TRIGGER, *STOCK, *WHO, *ABOUT)),
}  # fmt: skip


class DealCards(NamedTuple):
    """The cards, and what is wrong and belongs to none of their fields.

    `stock` is empty where the deal gives no stock away.
    """

    sets: Field
    tiers: Field
    trigger: tuple[Placed, ...]
    stock: tuple[Placed, ...]
    who: tuple[Placed, ...]
    about: tuple[Placed, ...]
    hidden: tuple[Field, ...]
    untold: tuple[str, ...]

    @property
    def fields(self) -> Iterator[Field]:
        yield from (self.sets, self.tiers)
        for placed in (*self.trigger, *self.stock, *self.who, *self.about):
            yield placed.field

    @property
    def errors(self) -> int:
        """How many entries are marked."""
        return len(self.untold) + sum(1 for field in self.fields for _ in marks_in(field))

    @property
    def group_fields(self) -> Iterator[Field]:
        """The fields that choose product groups."""
        rows = (field for row in self.sets.rows for field in row.fields)
        return (f for f in (*rows, *self.fields) if f.asked.widget is Widget.GROUP)


def deal_inputs() -> tuple[Input, ...]:
    """What the cards ask for, in the order of the deal's fields."""
    return tuple(each for each in inputs_of(Deal) if each.name != "revision")


def read_deal(sent: QueryDict, currency: Currency) -> Draft:
    """The draft that a form was sent with."""
    return FormReader(sent, currency).fields(deal_inputs(), "")


def finished_deal(draft: Draft) -> Draft:
    """The draft as it is saved: what is empty is not said."""
    return {name: value for name, value in draft.items() if value != []}


def deal_cards(draft: Draft, known: Known, faults: Sequence[Fault] = ()) -> DealCards:
    """The cards of a draft. Each fault stands beside the nearest field that is shown."""
    first = Shower(known)
    shown = _cards(draft, first)
    if not faults:
        return shown
    return _cards(draft, Shower(known, (nearest(fault, first.seen) for fault in faults)))


def _cards(draft: Draft, shower: Shower) -> DealCards:
    gives_stock = _gives_stock(draft)
    asked = [i for i in deal_inputs() if gives_stock or i.name not in dict(STOCK)]
    found = shower.with_matches(shower.fields(asked, draft, ""))
    fields = {field.asked.name: field for field in found}
    # A field that no card has a place for comes last, on the deal's own.
    rest = [Placed(field, field.span) for name, field in fields.items() if name not in _APART]
    return DealCards(
        fields["sets"],
        fields["tiers"],
        laid_out(fields, TRIGGER),
        laid_out(fields, STOCK),
        laid_out(fields, WHO),
        (*laid_out(fields, ABOUT), *rest),
        tuple(fields[name] for name in HIDDEN),
        shower.untold,
    )


def _gives_stock(draft: Draft) -> bool:
    """Whether it gives stock away, or says what: then there is a card for that."""
    kinds = {_kind(tier) for tier in draft.get("tiers", [])}
    gives = any(BENEFITS[kind].gives_stock for kind in kinds & BENEFITS.keys())
    return gives or any(name in draft for name, _ in STOCK)


def _kind(tier: Any) -> str:
    benefit = tier.get("benefit") if isinstance(tier, dict) else None
    return str(benefit.get("kind", "")) if isinstance(benefit, dict) else ""
