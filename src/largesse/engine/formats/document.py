"""A document holds all that is needed to price: products, groups, offers, customers, history,
parties, carts (IF-3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from largesse.engine.actions.base import Action
from largesse.engine.book import Catalog, OfferBook
from largesse.engine.cart import Cart, Customer, normal_code
from largesse.engine.catalog import Location, Product, ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.facts import Facts, PartyTotals, PastOrder, answer
from largesse.engine.faults import Fault, Faults, shown
from largesse.engine.formats.carts import carts_of
from largesse.engine.formats.reader import DocumentReader
from largesse.engine.formats.sections import (
    AllotmentEntry,
    PartyEntry,
    check_catalog_names,
    check_deal_names,
    check_promotion_names,
    keyed,
    past_orders,
    read_shared,
)
from largesse.engine.formats.wording import did_you_mean
from largesse.engine.money import Currency
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import ExclusionGroup, Promotion
from largesse.engine.offers.voucher import Voucher
from largesse.engine.window import WEEKDAYS, Calendar

Word = TypeVar("Word", bound=str)


class Document(Struct, frozen=True):
    """What a file says: the compiled book, the carts, who buys, and what answers for their facts."""

    book: OfferBook
    carts: tuple[Cart, ...] = ()
    vouchers: Mapping[str, Voucher] = field(default_factory=dict)
    allotments_left: Mapping[str, int] = field(default_factory=dict)
    past_orders: tuple[PastOrder, ...] = ()
    customers: Mapping[str, Customer] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    parties: Mapping[str, PartyTotals] = field(default_factory=dict)

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
            referred_customers=(
                self._referred_by(cart.customer) if "referred_customers" in needed.asks else 0
            ),
            party=self._party_of(cart) if "party" in needed.asks else None,
        )

    def _referred_by(self, buyer: Customer | None) -> int:
        if buyer is None:
            return 0
        return sum(customer.referrer == buyer.id for customer in self.customers.values())

    def _party_of(self, cart: Cart) -> PartyTotals | None:
        """What the cart's party came to: nothing, where the document does not say."""
        if cart.party is None:
            return None
        return self.parties.get(cart.party, PartyTotals())


SECTIONS: Mapping[str, Any] = {
    "products": Product,
    "product_groups": ProductGroup,
    "locations": Location,
    "customers": Customer,
    "exclusion_groups": ExclusionGroup,
    "conditions": Condition,
    "actions": Action,
    "promotions": Promotion,
    "deals": Deal,
    "vouchers": Voucher,
    "allotments": AllotmentEntry,
    "history": PastOrder,
    "parties": PartyEntry,
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

    # Groups and customers are read as values of what names them; a broken one stands for itself.
    products = keyed(reader, Product, data, "products", "sku")
    groups = keyed(reader, ProductGroup, data, "product_groups", "code")
    reader.groups = {c: ProductGroup(c, frozenset()) for c in groups.names} | dict(groups.items)
    customers = keyed(reader, Customer, data, "customers", "id")
    reader.customers = {i: Customer(i) for i in customers.names} | dict(customers.items)
    locations = keyed(reader, Location, data, "locations", "code")
    exclusion_groups = keyed(reader, ExclusionGroup, data, "exclusion_groups", "code")
    for section, base in (("conditions", Condition), ("actions", Action)):
        read_shared(reader, base, data, section)
    promotions = keyed(reader, Promotion, data, "promotions", "code")
    deals = keyed(reader, Deal, data, "deals", "code")
    vouchers = keyed(reader, Voucher, data, "vouchers", "number", normal_code)
    allotments = keyed(reader, AllotmentEntry, data, "allotments", "code")
    history = past_orders(reader, data)
    parties = keyed(reader, PartyEntry, data, "parties", "number")
    check_catalog_names(reader, data, products, groups, allotments)
    check_promotion_names(reader, data, promotions, products, locations, exclusion_groups)
    check_deal_names(reader, data, deals, products, locations, promotions)

    catalog = Catalog(currency, calendar, products.items, groups.items, locations.items)
    if faults:
        # The carts are checked all the same, and for that a book needs no offers.
        broken = {*products.names, *locations.names} - {*products.items, *locations.items}
        carts_of(reader, data, OfferBook(catalog), broken)
        raise Faults(faults)
    book = OfferBook(
        catalog,
        promotions.items.values(),
        exclusion_groups.items.values(),
        (entry.allotment for entry in allotments.items.values()),
        deals.items.values(),
    )
    carts = carts_of(reader, data, book, ())
    if faults:
        raise Faults(faults)
    return Document(
        book,
        carts,
        vouchers.items,
        {code: allotment.left for code, allotment in allotments.items.items()},
        history,
        customers.items,
        reader.shared[Condition],
        reader.shared[Action],
        {number: entry.totals for number, entry in parties.items.items()},
    )


def _header(data: Mapping[str, Any], faults: list[Fault]) -> tuple[Currency, Calendar]:
    def told(name: str, value: object, message: str) -> None:
        faults.append(Fault(name, value, message))

    version = data.get("format")
    if type(version) is not int or version != 1:
        told("format", version, "is missing or unknown; this version reads format 1")
    known = [*HEADER, *SECTIONS]
    for name in data:
        if name not in known:
            meant = did_you_mean(name, known)
            told(str(name), None, f"is no section{meant}; sections are {', '.join(known)}")
    code = data.get("currency", "USD")
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code):
        told("currency", code, f"{shown(code)} is not an ISO 4217 code such as USD")
        code = "USD"
    rounding = _choice(data, "rounding", ("half_up", "half_even"), told)
    zone = data.get("time_zone", "UTC")
    if not _is_zone(zone):
        told("time_zone", zone, f"{shown(zone)} is not a time zone such as Europe/Vienna")
        zone = "UTC"
    week_starts = _choice(data, "week_starts", WEEKDAYS, told)
    return Currency.of(code, half_even=rounding == "half_even"), Calendar(zone, week_starts)


def _choice(
    data: Mapping[str, Any],
    name: str,
    words: tuple[Word, ...],
    told: Callable[[str, object, str], None],
) -> Word:
    """One of some words; the first where none is given, and where a fault is told."""
    given = data.get(name, words[0])
    for word in words:
        if isinstance(given, str) and given == word:
            return word
    told(
        name, given, f"{shown(given)} is not one of {', '.join(words)}{did_you_mean(given, words)}"
    )
    return words[0]


def _is_zone(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False
