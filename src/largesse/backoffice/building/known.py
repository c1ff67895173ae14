"""What a form of offers may name: product groups, places, tags, shared conditions and actions; and how
many products a choice of groups comes to.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from largesse.catalog.models import Location
from largesse.crm.models import Organization, Tag
from largesse.engine.actions.base import Action
from largesse.engine.benefits.base import Benefit
from largesse.engine.book import OfferBook
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.reader import DocumentReader
from largesse.engine.money import Currency
from largesse.offers import parts
from largesse.offers.current import current
from largesse.offers.models import ExclusionGroup, Part, Promotion
from largesse.pages.figures import units_text

GROUPS_MAX: Final = 300
"""The most product groups that are listed; of more, one types the code and is offered what matches."""

_BASES: Final[Mapping[str, type]] = {
    "action": Action,
    "condition": Condition,
    "benefit": Benefit,
}

_ALL_IF_EMPTY: Final = ("include", "products")
"""Choices of a product group that are all products where none is chosen."""


class Choice(NamedTuple):
    """Something that can be chosen: what the definition says, and what people read."""

    value: str
    label: str


class Known:
    """Asked for once for a page, each list when it is first needed."""

    def __init__(self) -> None:
        self._records: dict[str, tuple[Choice, ...]] = {}
        self._shared: dict[str, dict[str, Part]] = {}

    @cached_property
    def book(self) -> OfferBook:
        return current(fresh=True).book

    @property
    def currency(self) -> Currency:
        return self.book.currency

    @cached_property
    def groups(self) -> tuple[Choice, ...]:
        """The product groups, by what they are called."""
        groups = self.book.catalog.groups.values()
        found = [Choice(group.code, group.title or group.code) for group in groups]
        return tuple(sorted(found, key=lambda choice: choice.label.casefold()))

    @property
    def lists_groups(self) -> bool:
        return len(self.book.catalog.groups) <= GROUPS_MAX

    def matching(self, name: str, chosen: Mapping[str, str | None]) -> str:
        """How many products a choice of groups comes to: those of a field, less those left out."""
        excluded = self._products(chosen.get("exclude"))
        if name == "exclude":
            return f"{units_text(len(excluded), 'product')}. Except beats in." if excluded else ""
        group = chosen[name]
        if group is None and name not in _ALL_IF_EMPTY:
            return ""
        included = self._products(group) if group else self.book.catalog.products.keys()
        count = len(included) - len(excluded & included)
        return f"{units_text(count, 'product')} {'matches' if count == 1 else 'match'}"

    def _products(self, group: str | None) -> frozenset[str]:
        found = self.book.catalog.groups.get(group) if group else None
        return found.products if found is not None else frozenset()

    def records(self, sort: str) -> tuple[Choice, ...]:
        """The records that a field names, as they can be chosen."""
        found = self._records.get(sort)
        if found is None:
            found = self._records[sort] = tuple(Choice(*pair) for pair in _FINDERS[sort]())
        return found

    # --- shared conditions and actions --------------------------------------------------------------

    def _parts(self, base: str) -> Mapping[str, Part]:
        if base not in self._shared:
            self._shared[base] = {each.name: each for each in Part.objects.filter(base=base)}
        return self._shared[base]

    def shared(self, base: str) -> tuple[Choice, ...]:
        """The shared ones that a promotion may newly name."""
        found = self._parts(base).values()
        return tuple(Choice(each.name, str(each)) for each in found if not each.archived)

    def shared_named(self, base: str, name: str) -> Choice | None:
        found = self._parts(base).get(name)
        return Choice(found.name, str(found)) if found is not None else None

    def said(self, base: str, name: str) -> str:
        """What a shared one says, in words."""
        found = self._parts(base).get(name)
        return self.words_of(base, parts.definition_of(found)) if found is not None else ""

    def words_of(self, base: str, definition: Any) -> str:
        """A condition, an action or a benefit in words; empty where its definition is broken."""
        reader = DocumentReader(self.currency, self.book.catalog.calendar)
        reader.groups = dict(self.book.catalog.groups)
        value = reader.read(_BASES[base], definition, ())
        if reader.faults:
            return ""
        if isinstance(value, Benefit):
            return value.said("its products", self.currency)
        return str(value.said(self.currency))


def _organizations() -> Any:
    return Organization.objects.order_by("name").values_list("code", "name")


def _promotions() -> Any:
    found = Promotion.objects.filter(archived=False).order_by("code")
    return [(each.code, f"{each} ({each.code})") for each in found]


_FINDERS: Final[Mapping[str, Any]] = {
    "location": lambda: Location.objects.order_by("title").values_list("code", "title"),
    "tag": lambda: [(name, name) for name in Tag.objects.values_list("name", flat=True)],
    "organization": _organizations,
    "exclusion_group": lambda: [(each.code, str(each)) for each in ExclusionGroup.objects.all()],
    "promotion": _promotions,
}
