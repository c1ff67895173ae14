"""What a book asks about a cart's world, answered from the records in a few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.expressions import Combinable

from largesse.crm.models import Customer
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart
from largesse.engine.catalog import Product, ProductGroup, selected
from largesse.engine.facts import (
    NO_FACTS,
    VOLUMES,
    Facts,
    HistoryQuery,
    Measure,
    Whose,
    kit_units,
)
from largesse.ledger import reading
from largesse.ledger.accounts import Account, Kind
from largesse.offers.codes import code_values
from largesse.offers.limits import used
from largesse.offers.vouchers import voucher_values
from largesse.orders.credit.paying import balances
from largesse.orders.models import Earned, Order, OrderLine
from largesse.orders.parties.totals import totals_of
from largesse.orders.returning.left import CHARGED, left

_BOUGHT: Final = OrderLine.objects.filter(bonus=False, spree=False)
"""What was given away against a deal's credit, or chosen against a spree, was not bought: it counts
toward no trigger (DE-15, SP-6).
"""

COUNTED: Final = (Order.State.POSTED, Order.State.PARTLY_REFUNDED)
"""Orders count once they are posted, with the units that were not given back (CO-3)."""


def facts_for(book: OfferBook, cart: Cart) -> Facts:
    """The facts that pricing a cart needs: one query for each sort of them, two for purchases."""
    needed = book.facts_needed(cart)
    buyer = cart.customer.id if cart.customer is not None else None
    codes = needed.voucher_numbers
    automatic = needed.automatic_codes and buyer is not None
    allotments = [code for code in needed.allotments if code in book.allotments]
    found = Facts(
        history=_history(needed.history, book, cart) if needed.history else {},
        vouchers=voucher_values(codes) if codes else {},
        allotments_left=_allotments_left(allotments) if allotments else {},
        used=used(needed.limits) if needed.limits else {},
        single_use_codes=code_values(codes, buyer, automatic=automatic)
        if codes or automatic
        else {},
        referred_customers=_referred_by(buyer) if "referred_customers" in needed.asks else 0,
        party=totals_of(cart.party) if cart.party is not None and "party" in needed.asks else None,
        credit=balances(buyer, needed.credit, book.currency.code)
        if buyer is not None and needed.credit
        else {},
    )
    return NO_FACTS if found == NO_FACTS else found


def _allotments_left(codes: Iterable[str]) -> Mapping[str, int]:
    accounts = {Account(Kind.ALLOTMENT, code, "unit"): code for code in codes}
    left = reading.left(accounts)
    return {code: left.get(account, 0) for account, code in accounts.items()}


def _referred_by(buyer: str | None) -> int:
    if buyer is None:
        return 0
    return Customer.objects.filter(referred_by__number=buyer, active=True).count()


# --- prior orders ----------------------------------------------------------------------------------


class Span(NamedTuple):
    """Some of the prior orders: whose, since when, and those that earned a promotion."""

    whose: Whose
    since: datetime | None
    promotion: str | None

    @classmethod
    def of(cls, query: HistoryQuery) -> Span:
        return cls(query.whose, query.since, query.promotion)

    def condition(self, cart: Cart, order: str = "") -> Q:
        """The span as a filter; `order` is how the order is reached, with what joins its fields."""
        found = Q() if self.since is None else Q(**{f"{order}placed_at__gte": self.since})
        if self.promotion is not None:
            earned = Earned.objects.filter(promotion=self.promotion).values("order")
            found &= Q(**{f"{order}pk__in": earned})
        if self.whose == "buyer":
            found &= _buyers(cart, order)
        return found


def _any_of(spans: Collection[Q]) -> Q:
    """What lies in one of the spans; an empty filter, which takes all, is lost when it is joined."""
    return reduce(or_, spans) if all(spans) else Q()


def _buyers(cart: Cart, order: str) -> Q:
    """This buyer's orders, counted apart by the type that the buyer had then (CO-1)."""
    if cart.customer is None:
        return Q(pk__in=[])
    number, kind = cart.customer.id, cart.customer.type.value
    return Q(**{f"{order}customer__number": number, f"{order}customer_type": kind})


def _history(
    queries: Sequence[HistoryQuery], book: OfferBook, cart: Cart
) -> Mapping[HistoryQuery, int]:
    """The answers: sums over lines in one query, counts of orders in another."""
    orders = [query for query in queries if query.measure == "orders"]
    sums = [query for query in queries if query.measure != "orders"]
    answers = _counted(orders, book, cart) if orders else {}
    return answers | _summed(sums, book, cart) if sums else answers


def _counted(
    queries: Sequence[HistoryQuery], book: OfferBook, cart: Cart
) -> dict[HistoryQuery, int]:
    """How many orders there were of each span, of those with a unit of the products left."""
    columns = {}
    for number, query in enumerate(queries):
        within = Span.of(query).condition(cart)
        if query.products is not None or query.exclude is not None:
            lines = _BOUGHT.filter(order=OuterRef("pk"), units__gt=F("units_refunded"))
            within &= Q(Exists(lines.filter(sku__in=_skus(query, book))))
        columns[f"count_{number}"] = Count("pk", filter=within)
    spans = {span: span.condition(cart) for span in map(Span.of, queries)}
    met = Order.objects.filter(_any_of(spans.values()), placed_at__lte=cart.at, state__in=COUNTED)
    found = met.aggregate(**columns)
    return {query: found[f"count_{number}"] for number, query in enumerate(queries)}


def _skus(query: HistoryQuery, book: OfferBook) -> list[str]:
    """The products of which a unit counts for a query."""
    products = book.catalog.products
    include, exclude = _groups(query, book)
    known = {*products, *(include.products if include else ())}
    found = (products.get(sku) or Product(sku, 0) for sku in known)
    counting = query.kit_counting
    return sorted(p.sku for p in found if kit_units(p, 1, include, counting, exclude))


def _summed(
    queries: Sequence[HistoryQuery], book: OfferBook, cart: Cart
) -> dict[HistoryQuery, int]:
    """What was bought, from one sum by product for each span and each number of a line."""
    names: dict[tuple[Span, Measure], str] = {}
    spans: dict[Span, Q] = {}
    columns: dict[str, Sum] = {}
    for query in queries:
        span, number = Span.of(query), _number(query.measure)
        if span not in spans:
            spans[span] = span.condition(cart, "order__")
        if (span, number) not in names:
            name = names[span, number] = f"sum_{len(names)}"
            columns[name] = Sum(_LEFT[number], filter=spans[span])
    rows: Sequence[Mapping[str, Any]] = list(
        _BOUGHT.filter(
            _any_of(spans.values()), order__placed_at__lte=cart.at, order__state__in=COUNTED
        )
        .order_by()
        .values("sku")
        .annotate(**columns)
    )
    found = {}
    for query in queries:
        column = names[Span.of(query), _number(query.measure)]
        by_sku = {row["sku"]: row[column] or 0 for row in rows}
        found[query] = _answer(query, by_sku, book, cart)
    return found


def _number(measure: Measure) -> Measure:
    """The number of a line that a measure is made of."""
    return "units" if measure in ("products", "other_products") else measure


def _answer(query: HistoryQuery, by_sku: Mapping[str, int], book: OfferBook, cart: Cart) -> int:
    products = book.catalog.products
    include, exclude = _groups(query, book)
    if _number(query.measure) != "units":
        return sum(n for sku, n in by_sku.items() if selected(sku, include, exclude))
    counted = {
        sku: kit_units(
            products.get(sku) or Product(sku, 0), units, include, query.kit_counting, exclude
        )
        for sku, units in by_sku.items()
    }
    if query.measure == "units":
        return sum(counted.values())
    bought = {sku for sku, units in counted.items() if units}
    if query.measure == "other_products":
        bought -= {line.sku for line in cart.lines}
    return len(bought)


def _groups(
    query: HistoryQuery, book: OfferBook
) -> tuple[ProductGroup | None, ProductGroup | None]:
    groups = book.catalog.groups
    return (
        groups[query.products] if query.products is not None else None,
        groups[query.exclude] if query.exclude is not None else None,
    )


_LEFT: Final[Mapping[Measure, Combinable]] = {
    "units": F("units") - F("units_refunded"),
    "amount": left("net", CHARGED),
    "original": left("gross", F("units")),
    **{volume: left(volume, F("units")) for volume in VOLUMES},
}
"""What is left of each number of a line."""
