"""A document holds all that is needed to price: products, groups, offers, customers, history, carts
(IF-3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, field

from largesse.engine.book import Catalog, OfferBook
from largesse.engine.cart import Cart, CartLine, Customer, normal_code
from largesse.engine.catalog import Location, Product, ProductGroup
from largesse.engine.checks import cart_faults
from largesse.engine.facts import Facts, PastOrder, answer
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.reader import FAULTY, DocumentReader, Place
from largesse.engine.money import Currency
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.promotion import ExclusionGroup, Promotion
from largesse.engine.offers.voucher import Voucher
from largesse.engine.window import WEEKDAYS, Calendar

Keyed = TypeVar("Keyed", bound=Struct)


class Document(Struct, frozen=True):
    """What a file says: the compiled book, the carts, and what answers for their facts."""

    book: OfferBook
    carts: tuple[Cart, ...] = ()
    vouchers: Mapping[str, Voucher] = field(default_factory=dict)
    allotments_left: Mapping[str, int] = field(default_factory=dict)
    past_orders: tuple[PastOrder, ...] = ()

    def facts(self, cart: Cart) -> Facts:
        """The facts that pricing a cart needs, from this document."""
        needed = self.book.facts_needed(cart)
        catalog = self.book.catalog
        return Facts(
            history={
                query: answer(query, self.past_orders, cart, catalog.products, catalog.groups)
                for query in needed.history
            },
            vouchers={n: self.vouchers[n] for n in needed.voucher_numbers if n in self.vouchers},
            allotments_left={
                code: self.allotments_left.get(code, 0)
                for code in needed.allotments
                if code in self.book.allotments
            },
        )


class AllotmentEntry(Allotment, frozen=True, kw_only=True):
    """An allotment with the units that are left of it."""

    left: int = 0


SECTIONS: Mapping[str, Any] = {
    "products": Product,
    "product_groups": ProductGroup,
    "locations": Location,
    "customers": Customer,
    "exclusion_groups": ExclusionGroup,
    "promotions": Promotion,
    "vouchers": Voucher,
    "allotments": AllotmentEntry,
    "history": PastOrder,
    "carts": Cart,
}
HEADER = ("format", "currency", "rounding", "time_zone", "week_starts")


def document_of(data: Any) -> Document:
    """The document that plain data describes. Raises `Faults` with everything that is wrong in it."""
    if not isinstance(data, Mapping):
        raise Faults(
            [Fault("", data, "a document is an object with fields such as products and carts")]
        )
    faults: list[Fault] = []
    currency, calendar = _header(data, faults)
    reader = DocumentReader(currency, calendar)
    reader.faults = faults

    products = _keyed(reader, Product, data, "products", "sku")
    groups = _groups(reader, data, products)
    locations = _keyed(reader, Location, data, "locations", "code")
    reader.customers = _keyed(reader, Customer, data, "customers", "id")
    exclusion_groups = _keyed(reader, ExclusionGroup, data, "exclusion_groups", "code")
    promotions = _keyed(reader, Promotion, data, "promotions", "code")
    vouchers = _keyed(reader, Voucher, data, "vouchers", "number")
    allotments = _keyed(reader, AllotmentEntry, data, "allotments", "code")
    history = [h for h in _items(reader, PastOrder, data, "history") if h[1] is not FAULTY]
    _check_references(reader, data, promotions, exclusion_groups, products)

    catalog = Catalog(currency, calendar, products, groups, locations)
    book = OfferBook(
        catalog,
        (p for p in promotions.values() if p.exclusion_group in (None, *exclusion_groups)),
        exclusion_groups.values(),
        allotments.values(),
    )
    carts = _carts(reader, data, book)
    if faults:
        raise Faults(faults)
    return Document(
        book,
        carts,
        {normal_code(number): voucher for number, voucher in vouchers.items()},
        {code: allotment.left for code, allotment in allotments.items()},
        tuple(order for _, order in history),
    )


def _header(data: Mapping[str, Any], faults: list[Fault]) -> tuple[Currency, Calendar]:
    if data.get("format") != 1:
        faults.append(
            Fault(
                "format", data.get("format"), "is missing or unknown; this version reads format 1"
            )
        )
    known = [*HEADER, *SECTIONS]
    for name in data:
        if name not in known:
            faults.append(
                Fault(
                    str(name),
                    None,
                    f"is not a section of a document; sections are {', '.join(known)}",
                )
            )
    code = data.get("currency", "USD")
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code):
        faults.append(Fault("currency", code, f"{code!r} is not an ISO 4217 code such as USD"))
        code = "USD"
    rounding = data.get("rounding", "half_up")
    if rounding not in ("half_up", "half_even"):
        faults.append(Fault("rounding", rounding, f"{rounding!r} is not one of half_up, half_even"))
    zone = data.get("time_zone", "UTC")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, TypeError, OSError):
        faults.append(
            Fault("time_zone", zone, f"{zone!r} is not a time zone such as Europe/Vienna")
        )
        zone = "UTC"
    week_starts = data.get("week_starts", "monday")
    if week_starts not in WEEKDAYS:
        faults.append(Fault("week_starts", week_starts, f"is not one of {', '.join(WEEKDAYS)}"))
        week_starts = "monday"
    return Currency.of(code, half_even=rounding == "half_even"), Calendar(zone, week_starts)


def _items(
    reader: DocumentReader, struct: type[Keyed], data: Mapping[str, Any], section: str
) -> list[tuple[int, Any]]:
    """Each item of a section with its place in the list; FAULTY ones too."""
    entries = data.get(section, ())
    if not isinstance(entries, (list, tuple)):
        reader.fault((section,), entries, "is a list")
        return []
    return [(i, reader.struct(struct, entry, (section, i))) for i, entry in enumerate(entries)]


def _keyed(
    reader: DocumentReader, struct: type[Keyed], data: Mapping[str, Any], section: str, key: str
) -> dict[str, Keyed]:
    found: dict[str, Keyed] = {}
    for i, item in _items(reader, struct, data, section):
        if item is FAULTY:
            continue
        name = getattr(item, key)
        if name in found:
            reader.fault((section, i, key), name, f"{name!r} is used twice")
        found[name] = item
    return found


def _groups(
    reader: DocumentReader, data: Mapping[str, Any], products: Mapping[str, Product]
) -> dict[str, ProductGroup]:
    # A group that is broken in one place is still known by its code, or every offer would be at
    # fault.
    for entry in (
        data.get("product_groups", ()) if isinstance(data.get("product_groups"), list) else ()
    ):
        if isinstance(entry, Mapping) and isinstance(entry.get("code"), str):
            reader.groups[entry["code"]] = ProductGroup(entry["code"], frozenset())
    groups = _keyed(reader, ProductGroup, data, "product_groups", "code")
    listed = set(products) | _skus_named(data)
    for i, entry in enumerate(data.get("product_groups", ())):
        for j, sku in enumerate(entry.get("products", ()) if isinstance(entry, Mapping) else ()):
            if str(sku) not in listed:
                reader.fault(("product_groups", i, "products", j), sku, f"no product {sku!r}")
    reader.groups.update(groups)
    return groups


def _skus_named(data: Mapping[str, Any]) -> set[str]:
    """The SKUs of the products section, of faulty products too."""
    entries = data.get("products", ())
    if not isinstance(entries, list):
        return set()
    return {str(e["sku"]) for e in entries if isinstance(e, Mapping) and "sku" in e}


def _check_references(
    reader: DocumentReader,
    data: Mapping[str, Any],
    promotions: Mapping[str, Promotion],
    exclusion_groups: Mapping[str, ExclusionGroup],
    products: Mapping[str, Product],
) -> None:

    for i, entry in enumerate(data.get("promotions", ())):
        promotion = promotions.get(str(entry.get("code"))) if isinstance(entry, Mapping) else None
        if promotion is None:
            continue
        group = promotion.exclusion_group
        if group is not None and group not in exclusion_groups:
            reader.fault(
                ("promotions", i, "exclusion_group"), group, f"no exclusion group {group!r}"
            )
        for j, action in enumerate(promotion.actions):
            sku = action.adds
            if sku is not None and sku not in products:
                reader.fault(("promotions", i, "actions", j, "product"), sku, f"no product {sku!r}")


def _carts(reader: DocumentReader, data: Mapping[str, Any], book: OfferBook) -> tuple[Cart, ...]:
    """The carts; lines that can be read are checked even where others can't."""
    entries = data.get("carts", ())
    if not isinstance(entries, (list, tuple)):
        reader.fault(("carts",), entries, "is a list")
        return ()
    carts = []
    for i, entry in enumerate(entries):
        place: Place = ("carts", i)
        if not isinstance(entry, Mapping):
            reader.fault(place, entry, "is an object with lines")
            continue
        rows = entry.get("lines", ())
        if not isinstance(rows, (list, tuple)):
            reader.fault((*place, "lines"), rows, "is a list")
            continue
        # A line needs no id in a file: its number serves.
        numbered = [
            {"id": str(n), **row} if isinstance(row, Mapping) else row
            for n, row in enumerate(rows, start=1)
        ]
        lines = [
            reader.struct(CartLine, row, (*place, "lines", n)) for n, row in enumerate(numbered)
        ]
        sound = [n for n, line in enumerate(lines) if line is not FAULTY]
        bare = reader.struct(
            Cart,
            {"id": f"cart {i + 1}", "currency": book.currency.code, **entry, "lines": []},
            place,
        )
        if bare is FAULTY:
            continue
        cart = msgspec.structs.replace(bare, lines=tuple(lines[n] for n in sound))
        for fault in cart_faults(book, cart):
            reader.faults.append(_moved(fault, i, sound))
        carts.append(cart)
    return tuple(carts)


def _moved(fault: Fault, cart: int, sound: Sequence[int]) -> Fault:
    """A fault of a cart that has the sound lines only, at its place in the file."""
    place = re.sub(r"^lines\[(\d+)\]", lambda m: f"lines[{sound[int(m[1])]}]", fault.place)
    return Fault(f"carts[{cart}].{place}", fault.value, fault.message)


def parse_text(text: str) -> Any:
    """Plain data of a JSON or YAML text, numbers exact. ValueError says where it can't be read."""
    if text.lstrip()[:1] in ("{", "["):
        import json

        try:
            return json.loads(text, parse_float=Decimal)
        except json.JSONDecodeError as wrong:
            raise ValueError(f"line {wrong.lineno}, column {wrong.colno}: {wrong.msg}") from None
    return _parse_yaml(text)


def _parse_yaml(text: str) -> Any:
    import yaml

    class ExactLoader(yaml.SafeLoader):
        """Reads numbers as they are written, never as floats."""

    def exact(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
        return Decimal(loader.construct_scalar(node))

    ExactLoader.add_constructor("tag:yaml.org,2002:float", exact)
    try:
        return yaml.load(text, ExactLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValueError(f"{where}{wrong.problem}") from None
    except (yaml.YAMLError, ArithmeticError) as wrong:
        raise ValueError(str(wrong)) from None


def rows_of(text: str, places: Iterable[str]) -> dict[str, int]:
    """The line of a JSON or YAML text, counted from 1, at which each place stands (or its parent)."""
    import yaml

    rows: dict[str, int] = {}

    def walk(node: yaml.Node, place: str) -> None:
        rows[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            for key, item in node.value:
                walk(item, f"{place}.{key.value}" if place else str(key.value))
        elif isinstance(node, yaml.SequenceNode):
            for i, item in enumerate(node.value):
                walk(item, f"{place}[{i}]")

    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return {}
    if root is not None:
        walk(root, "")
    found = {}
    for place in places:
        nearest = place
        while nearest and nearest not in rows:
            nearest = re.sub(r"(\.[^.\[]*|\[\d+\]|^[^.\[]+)$", "", nearest)
        if nearest in rows:
            found[place] = rows[nearest]
    return found
