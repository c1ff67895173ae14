"""Values become plain data and canonical bytes: the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from largesse.engine.actions.base import Action
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.shape import fields_of, unit_of, without_none
from largesse.engine.money import Currency, percent_string
from largesse.engine.window import Window

if TYPE_CHECKING:
    from largesse.engine.book import OfferBook
    from largesse.engine.facts import Facts
    from largesse.engine.quote import Quote

FORMAT = 1


def plain(value: Any, currency: Currency, hint: Any = None) -> Any:
    """A value as JSON has it: amounts and percentages as exact decimal strings, defaults left out."""
    if hint is not None:
        hint, _ = without_none(hint)
        unit = unit_of(hint)
        if unit is not None and value is not None:
            return currency.format(value) if unit == "money" else percent_string(value)
    if isinstance(value, ProductGroup):
        return value.code
    if isinstance(value, Struct):
        return _plain_struct(value, currency)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        # A whole quantity is a whole number however it was written: 2.000 is 2, and 100.0 no 1E+2.
        return int(value) if value == int(value) else format(value.normalize(), "f")
    if isinstance(value, (frozenset, set)):
        return sorted(plain(item, currency) for item in value)
    if isinstance(value, (tuple, list)):
        return [plain(item, currency) for item in value]
    if isinstance(value, Mapping):
        inner = getattr(hint, "__args__", (None, None))[-1]
        return {str(k): plain(value[k], currency, inner) for k in sorted(value)}
    return value


def _plain_struct(value: Struct, currency: Currency) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(value, (Condition, Action)):
        found["kind"] = value.kind
    for name, hint, required, default in fields_of(type(value)):
        item = getattr(value, name)
        if isinstance(item, Window):
            # Half-open, as the engine has it: a file's inclusive end is one day or instant earlier.
            for edge, instant in (("from", item.start), ("until", item.end)):
                if instant is not None:
                    found[edge] = plain(instant, currency)
        elif required or item != default:
            found[name] = plain(item, currency, hint)
    return found


def canonical(value: Any) -> bytes:
    """Bytes of plain data: keys sorted, no white space."""
    return msgspec.json.encode(value, order="deterministic")


def canonical_parts(book: OfferBook) -> Iterator[bytes]:
    """The content of a book, part by part in a fixed order, to be hashed."""
    catalog, currency = book.catalog, book.catalog.currency
    yield canonical([FORMAT, plain(currency, currency), plain(catalog.calendar, currency)])
    for name, products in (("products", catalog.products), ("locations", catalog.locations)):
        yield canonical(name)
        for key in sorted(products):
            yield canonical(plain(products[key], currency))
    yield canonical("groups")
    for code in sorted(catalog.groups):
        yield canonical([code, catalog.groups[code].title, sorted(catalog.groups[code].products)])
    for code in sorted(book.exclusion_groups):
        yield canonical(plain(book.exclusion_groups[code], currency))
    for code in sorted(book.promotions):
        yield canonical(plain(book.promotions[code], currency))
    for code in sorted(book.allotments):
        yield canonical(plain(book.allotments[code], currency))


def facts_plain(facts: Facts, currency: Currency) -> dict[str, Any]:
    """Facts as plain data; a history query and its answer make one entry."""
    history = [
        {**plain(query, currency), "units": units}
        for query, units in sorted(
            facts.history.items(),
            key=lambda i: (i[0].since, i[0].products or "", i[0].whose, i[0].kit_counting),
        )
    ]
    found = {
        "history": history,
        "vouchers": [plain(facts.vouchers[n], currency) for n in sorted(facts.vouchers)],
        "allotments_left": dict(sorted(facts.allotments_left.items())),
    }
    return {name: part for name, part in found.items() if part}


def quote_plain(quote: Quote) -> dict[str, Any]:
    """A quote as plain data: the answer, and with it the cart, the facts and the book's hash
    (EX-4).
    """
    pricing = quote._pricing
    currency = pricing.book.currency
    money = currency.format

    def amounts(item: Struct, *names: str) -> dict[str, Any]:
        found = _plain_struct(item, currency)
        return {k: money(getattr(item, k)) if k in names else v for k, v in found.items()}

    return {
        "format": FORMAT,
        "book": quote.book_hash,
        "cart": plain(pricing.cart, currency),
        "facts": facts_plain(pricing.facts, currency),
        "steps": pricing.steps,
        "currency": quote.currency,
        "lines": [
            amounts(line, "gross", "net", "tax", "tax_included", "taxable") for line in quote.lines
        ],
        "adjustments": [amounts(a, "amount", "cut_from") for a in quote.adjustments],
        "gross": money(quote.gross),
        "discount": money(quote.discount),
        "net": money(quote.net),
        "shipping": money(quote.shipping),
        "tax": money(quote.tax),
        "tax_included": money(quote.tax_included),
        "total": money(quote.total),
        "payments": [amounts(p, "amount", "forfeited") for p in quote.payments],
        "due": money(quote.due),
        "proven": quote.proven,
        "gap": money(quote.gap),
        "refusals": [_refusal(r, currency) for r in quote.refusals],
        "near_misses": [amounts(n, "saving") for n in quote.near_misses],
        "consumptions": [plain(c, currency) for c in quote.consumptions],
    }


def _refusal(refusal: Struct, currency: Currency) -> dict[str, Any]:
    found = _plain_struct(refusal, currency)
    if found.get("unit") == "money":
        for name in ("needed", "found"):
            if name in found:
                found[name] = currency.format(found[name])
    return found


def quote_bytes(quote: Quote) -> bytes:
    """The quote in the file format, indented for people; the same quote gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(quote_plain(quote)), indent=2) + b"\n"
