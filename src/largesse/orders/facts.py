"""What a book asks about a cart's world, answered from the records in a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Sum

from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart
from largesse.engine.catalog import Product
from largesse.engine.facts import NO_FACTS, Facts, HistoryQuery, kit_units
from largesse.ledger import reading
from largesse.ledger.accounts import Account, Kind
from largesse.offers.vouchers import voucher_values
from largesse.orders.models import Order, OrderLine

COUNTED = (Order.State.POSTED, Order.State.PARTLY_REFUNDED)
"""Orders count once they are posted, with the units that were not given back (CO-3)."""


def facts_for(book: OfferBook, cart: Cart) -> Facts:
    """The facts that pricing a cart needs: at most one query for each sort of them."""
    needed = book.facts_needed(cart)
    if not (needed.history or needed.voucher_numbers or needed.allotments):
        return NO_FACTS
    return Facts(
        history=_history(needed.history, book, cart) if needed.history else {},
        vouchers=voucher_values(needed.voucher_numbers) if needed.voucher_numbers else {},
        allotments_left=_allotments_left(
            code for code in needed.allotments if code in book.allotments
        ),
    )


def _allotments_left(codes: Iterable[str]) -> Mapping[str, int]:
    accounts = {Account(Kind.ALLOTMENT, code, "unit"): code for code in codes}
    if not accounts:
        return {}
    left = reading.left(accounts)
    return {code: left.get(account, 0) for account, code in accounts.items()}


def _history(
    queries: tuple[HistoryQuery, ...], book: OfferBook, cart: Cart
) -> Mapping[HistoryQuery, int]:
    """The answers, from one sum by product for each span and each answer to *whose*."""
    spans = list(dict.fromkeys((query.whose, query.since) for query in queries))
    sums = _units_by_product(spans, cart)
    catalog = book.catalog
    answers: dict[HistoryQuery, int] = {}
    for query in queries:
        group = catalog.groups[query.products] if query.products is not None else None
        column = _column(spans.index((query.whose, query.since)))
        answers[query] = sum(
            kit_units(
                catalog.products.get(row["sku"]) or Product(row["sku"], 0),
                row[column] or 0,
                group,
                query.kit_counting,
            )
            for row in sums
        )
    return answers


def _units_by_product(
    spans: Sequence[tuple[str, datetime | None]], cart: Cart
) -> Sequence[Mapping[str, Any]]:
    buyer = _buyer(cart)
    columns: dict[str, Any] = {}
    any_span = Q(pk__in=[])
    for i, (whose, since) in enumerate(spans):
        within = Q() if since is None else Q(order__placed_at__gte=since)
        if whose == "buyer":
            if buyer is None:
                within = Q(pk__in=[])
            else:
                within &= buyer
        any_span |= within
        columns[_column(i)] = Sum(F("units") - F("units_refunded"), filter=within)
    return list(
        OrderLine.objects.filter(any_span, order__placed_at__lte=cart.at, order__state__in=COUNTED)
        .order_by()
        .values("sku")
        .annotate(**columns)
    )


def _buyer(cart: Cart) -> Q | None:
    """This buyer's orders, counted apart by the type that the buyer had then (CO-1)."""
    if cart.customer is None:
        return None
    return Q(
        order__customer__number=cart.customer.id, order__customer_type=cart.customer.type.value
    )


def _column(number: int) -> str:
    return f"span_{number}"
