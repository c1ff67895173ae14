"""The sections of a document: what each lists, and that the names in them refer to something (BI-1)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import Struct

from largesse.engine.catalog import Location, Product, ProductGroup
from largesse.engine.facts import PartyTotals, PastOrder
from largesse.engine.formats.reader import FAULTY, DocumentReader
from largesse.engine.formats.wording import Place
from largesse.engine.money import Money
from largesse.engine.naming import conditions_of
from largesse.engine.offer_checks import CODE_OF_PROMOTION, NO_CODES
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import ExclusionGroup, Promotion

Item = TypeVar("Item", bound=Struct)


class AllotmentEntry(Allotment, frozen=True, kw_only=True):
    """An allotment with the units that are left of it."""

    left: int = 0

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if self.left < 0:
            yield "left", "is 0 or more"

    @property
    def allotment(self) -> Allotment:
        """The allotment itself: what is left of it is a fact, and in no book."""
        return Allotment(**{name: getattr(self, name) for name in Allotment.__struct_fields__})


class PartyEntry(Struct, frozen=True):
    """A party, with what it came to without the cart that is priced. A cart of it is a guest order,
    unless it says that it is the host reward order.
    """

    number: str
    """What identifies the party."""
    total: Money = 0
    """What its guest orders cost after discounts, before tax and shipping (SP-1)."""
    orders: int = 0
    """How many guest orders it has."""
    bookings: int = 0
    """How many parties were booked at it."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        for name, number in (("orders", self.orders), ("bookings", self.bookings)):
            if number < 0:
                yield name, "is 0 or more"

    @property
    def totals(self) -> PartyTotals:
        """What the engine is told about it."""
        return PartyTotals(self.total, self.orders, self.bookings)


class Section(NamedTuple, Generic[Item]):
    """The items of a section that could be read.

    `names` are those of the faulty ones too: what is broken is told where it stands, and not again
    wherever it is named.
    """

    items: Mapping[str, Item]
    places: Mapping[str, Place]
    names: Collection[str]


def listed(reader: DocumentReader, data: Mapping[str, Any], name: str) -> list[Any]:
    """The entries of a section as they stand in the file."""
    entries = data.get(name, [])
    if isinstance(entries, list):
        return entries
    reader.fault((name,), entries, "is a list of objects")
    return []


def names_in(data: Mapping[str, Any], section: str, key: str) -> dict[str, None]:
    """What the entries of a section are called, also those that can't be read, in their order."""
    entries = data.get(section)
    objects = [e for e in entries if isinstance(e, Mapping)] if isinstance(entries, list) else []
    return dict.fromkeys(str(e[key]) for e in objects if key in e)


def keyed(
    reader: DocumentReader,
    struct: type[Item],
    data: Mapping[str, Any],
    section: str,
    key: str,
    normal: Callable[[str], str] = str,
) -> Section[Item]:
    """The items of a section by what identifies each, which no two share in its normal form."""
    items: dict[str, Item] = {}
    places: dict[str, Place] = {}
    for i, entry in enumerate(listed(reader, data, section)):
        item = reader.struct(struct, entry, (section, i))
        if item is FAULTY:
            continue
        name = normal(getattr(item, key))
        if name in items:
            reader.fault((section, i, key), getattr(item, key), "is used twice")
        items[name], places[name] = item, (section, i)
    return Section(items, places, names_in(data, section, key))


def read_shared(reader: DocumentReader, base: type, data: Mapping[str, Any], section: str) -> None:
    """The conditions or actions that promotions name: each has a name, and may name those before it."""
    known = reader.shared[base]
    for i, entry in enumerate(listed(reader, data, section)):
        name = entry.get("name") if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or not name.strip():
            reader.fault((section, i, "name"), name, "is missing; promotions name it by it")
            continue
        if name in known:
            reader.fault((section, i, "name"), name, "is used twice")
        # A broken one stands too: what names it is not at fault.
        known[name] = reader.read(base, entry, (section, i))


def past_orders(reader: DocumentReader, data: Mapping[str, Any]) -> tuple[PastOrder, ...]:
    """The history. A product in it may be one that is no longer sold."""
    orders = (
        reader.struct(PastOrder, entry, ("history", i))
        for i, entry in enumerate(listed(reader, data, "history"))
    )
    return tuple(order for order in orders if order is not FAULTY)


def check_catalog_names(
    reader: DocumentReader,
    data: Mapping[str, Any],
    products: Section[Product],
    groups: Section[ProductGroup],
    allotments: Section[AllotmentEntry],
) -> None:
    """Groups, kits and allotments name products of the document."""
    for place in groups.places.values():
        _check_list(reader, data, (*place, "products"), products.names, "product")
    for sku, product in products.items.items():
        for component in product.components:
            place = (*products.places[sku], "components", component)
            reader.named(component, products.names, "product", place)
    for code, allotment in allotments.items.items():
        place = (*allotments.places[code], "product")
        reader.named(allotment.product, products.names, "product", place)


def check_promotion_names(
    reader: DocumentReader,
    data: Mapping[str, Any],
    promotions: Section[Promotion],
    products: Section[Product],
    locations: Section[Location],
    exclusion_groups: Section[ExclusionGroup],
) -> None:
    """Promotions name exclusion groups, locations, new items and promotions of the document."""
    for code, place in promotions.places.items():
        promotion = promotions.items[code]
        group = promotion.exclusion_group
        if group is not None:
            named_at = (*place, "exclusion_group")
            reader.named(group, exclusion_groups.names, "exclusion group", named_at)
        _check_list(reader, data, (*place, "locations"), locations.names, "location")
        for at, part in conditions_of(promotion, place):
            for what, field, name in part.mentions():
                known = locations.names if what == "location" else promotions.names
                reader.named(name, known, what, (*at, field))
        for i, action in enumerate(promotion.actions):
            at = (*place, "actions", i)
            if action.adds is not None:
                reader.named(action.adds, products.names, "product", (*at, "product"))
            for n, sku in enumerate(action.choices):
                reader.named(sku, products.names, "product", (*at, "products", n))
            if action.right_to is not None:
                _check_right(reader, action.right_to, promotions, (*at, "promotion"))


def check_deal_names(
    reader: DocumentReader,
    data: Mapping[str, Any],
    deals: Section[Deal],
    products: Section[Product],
    locations: Section[Location],
    promotions: Section[Promotion],
) -> None:
    """Deals name locations and products of the document, and share no code with a promotion."""
    for code, place in deals.places.items():
        _check_list(reader, data, (*place, "locations"), locations.names, "location")
        for field in ("required", "gives"):
            _check_list(reader, data, (*place, field), products.names, "product")
        if code in promotions.names:
            reader.fault((*place, "code"), code, CODE_OF_PROMOTION)


def _check_right(
    reader: DocumentReader, code: str, promotions: Section[Promotion], place: Place
) -> None:
    """A right is to a promotion of the document, and one of its single-use codes."""
    if not reader.named(code, promotions.names, "promotion", place):
        return
    promotion = promotions.items.get(code)
    if promotion is not None and not promotion.single_use_codes:
        reader.fault(place, code, NO_CODES)


def _check_list(
    reader: DocumentReader, data: Any, place: Place, known: Collection[str], what: str
) -> None:
    """Each name of a list is known. The list is taken from the file, because a set has no order."""
    section, i, field = place
    names = data[section][i].get(field)
    for j, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, (str, int)):
            reader.named(name, known, what, (*place, j))
