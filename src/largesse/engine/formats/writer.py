"""Values become plain data and canonical bytes: the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct

from largesse.engine.actions.base import Action
from largesse.engine.assignment import DEFAULT_STEPS as DEFAULT_DEAL_STEPS
from largesse.engine.benefits.base import Benefit
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.shape import fields_of, unit_of, without_none
from largesse.engine.money import Currency, percent_string
from largesse.engine.window import Calendar, Window

if TYPE_CHECKING:
    from largesse.engine.explain import Explanation
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
    if isinstance(value, date):
        whole = value.astimezone(UTC) if isinstance(value, datetime) else value
        return whole.isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        # A whole quantity is a whole number however it was written: 2.000 is 2, and 100.0 no 1E+2.
        return int(value) if value == int(value) else format(value.normalize(), "f")
    if isinstance(value, (frozenset, set, tuple, list)):
        items = [plain(item, currency) for item in value]
        return sorted(items) if isinstance(value, (frozenset, set)) else items
    if isinstance(value, Mapping):
        inner = getattr(hint, "__args__", (None, None))[-1]
        return {str(k): plain(value[k], currency, inner) for k in sorted(value)}
    return value


class _Written(NamedTuple):
    """How one field of a value type is written; worked out once for each type."""

    name: str
    required: bool
    default: Any
    write: Callable[[Any, Currency], Any]


def _plain_struct(value: Struct, currency: Currency) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(value, (Condition, Action, Benefit)):
        found["kind"] = value.kind
    for name, required, default, write in _written(type(value)):
        item = getattr(value, name)
        if not required and (item is default or item == default):
            continue
        if isinstance(item, Window):
            # A part of an offer is told as a file has it, wherever the offer is told.
            found |= _inclusive(item, currency) if "kind" in found else _half_open(item, currency)
        else:
            found[name] = write(item, currency)
    return found


def _half_open(window: Window, currency: Currency) -> dict[str, Any]:
    """A window as the engine has it: a file's inclusive end is one day or instant earlier."""
    edges = {"from": window.start, "until": window.end}
    return {name: plain(at, currency) for name, at in edges.items() if at is not None}


def _inclusive(window: Window, currency: Currency) -> dict[str, Any]:
    """A window as a file has it: its end is the last microsecond that is inside."""
    end = None if window.end is None else window.end - timedelta(microseconds=1)
    edges = {"starts": window.start, "ends": end}
    return {name: plain(at, currency) for name, at in edges.items() if at is not None}


@cache
def _written(struct: type[Struct]) -> tuple[_Written, ...]:
    return tuple(
        _Written(name, required, default, _writing(hint))
        for name, hint, required, default in fields_of(struct)
    )


def _writing(hint: Any) -> Callable[[Any, Currency], Any]:
    inner, _ = without_none(hint)
    match unit_of(inner):
        case "money":
            return lambda amount, currency: None if amount is None else currency.format(amount)
        case "percent":
            return lambda rate, _: None if rate is None else percent_string(rate)
        case _:
            pass
    if inner in (str, int, bool):
        return lambda item, _: item
    return lambda item, currency: plain(item, currency, inner)


def listed(value: Struct, currency: Currency) -> dict[str, Any]:
    """A value as its section of a document lists it: read again, it is the same value."""
    found = _plain_struct(value, currency)
    for name, hint, _, _ in fields_of(type(value)):
        if hint is Window:
            found.pop("from", None)
            found.pop("until", None)
            found |= _inclusive(getattr(value, name), currency)
    return found


def canonical(value: Any) -> bytes:
    """Bytes of plain data: keys sorted, no white space."""
    return msgspec.json.encode(value, order="deterministic")


def canonical_head(currency: Currency, calendar: Calendar) -> bytes:
    """What all of a book's content is in terms of, to be hashed."""
    return canonical([FORMAT, plain(currency, currency), plain(calendar, currency)])


def canonical_part(thing: Struct, currency: Currency) -> bytes:
    """One thing of a book, to be hashed."""
    if isinstance(thing, ProductGroup):
        return canonical([thing.code, thing.title, sorted(thing.products)])
    return canonical(plain(thing, currency))


def facts_plain(facts: Facts, currency: Currency) -> dict[str, Any]:
    """Facts as plain data; a history query and its answer make one entry."""
    history = [
        {**plain(query, currency), "units": units}
        for query, units in sorted(
            facts.history.items(),
            key=lambda i: i[0].rank,
        )
    ]
    found = {
        "history": history,
        "vouchers": [plain(facts.vouchers[n], currency) for n in sorted(facts.vouchers)],
        "allotments_left": dict(sorted(facts.allotments_left.items())),
        "used": [
            {**plain(query, currency), "units": facts.used[query]} for query in sorted(facts.used)
        ],
        "single_use_codes": [
            listed(facts.single_use_codes[code], currency)
            for code in sorted(facts.single_use_codes)
        ],
        "referred_customers": facts.referred_customers,
        "party": None if facts.party is None else plain(facts.party, currency),
        "credit": [
            {"account": account, **plain(facts.credit[account], currency)}
            for account in sorted(facts.credit)
        ],
    }
    return {name: part for name, part in found.items() if part}


def quote_plain(quote: Quote, *, near_misses: bool = True) -> dict[str, Any]:
    """A quote as plain data: the answer, and with it the cart, the facts and the book's hash
    (EX-4).

    Near misses and suggestions cost more than all the rest, and can be left out, as can the discounts
    as the cart shows them, which follow from the adjustments.
    """
    pricing = quote._pricing
    currency = pricing.book.currency
    money = currency.format

    def each(items: Iterable[Struct]) -> list[dict[str, Any]]:
        return [_plain_struct(item, currency) for item in items]

    return {
        "format": FORMAT,
        "book": quote.book_hash,
        "cart": plain(pricing.cart, currency),
        "facts": facts_plain(pricing.facts, currency),
        "steps": pricing.steps,
        **_other_than(DEFAULT_DEAL_STEPS, deal_steps=pricing.deal_steps),
        "currency": quote.currency,
        "lines": each(quote.lines),
        "adjustments": each(quote.adjustments),
        "gross": money(quote.gross),
        "discount": money(quote.discount),
        "net": money(quote.net),
        "shipping": money(quote.shipping),
        "tax": money(quote.tax),
        "tax_included": money(quote.tax_included),
        "total": money(quote.total),
        "payments": each(quote.payments),
        "due": money(quote.due),
        "proven": quote.proven,
        "gap": money(quote.gap),
        "refusals": [_refusal(r, currency) for r in quote.refusals],
        **({"near_misses": each(quote.near_misses)} if near_misses else {}),
        "consumptions": each(quote.consumptions),
        **_if_any(
            discounts=each(quote.discounts) if near_misses else [],
            suggestions=each(quote.suggestions) if near_misses else [],
            gifts=each(quote.gifts),
            credits=each(quote.credits),
            rights=each(quote.rights),
            deals=each(quote.deals),
            sprees=each(quote.sprees),
        ),
    }


def explanation_plain(explanation: Explanation, quote: Quote) -> dict[str, Any]:
    """Why an offer was applied to a quote's cart or not, as plain data: each part as the quote tells
    it.
    """
    currency = quote.book.currency
    payments = [each for each in quote.payments if each.code == explanation.offer]
    refusal, deal, spree = explanation.refusal, explanation.deal, explanation.spree
    return {
        "offer": explanation.offer,
        "adjustments": [_plain_struct(each, currency) for each in explanation.adjustments],
        "refusal": None if refusal is None else _refusal(refusal, currency),
        "payments": [_plain_struct(each, currency) for each in payments],
        "credits": [_plain_struct(each, currency) for each in explanation.credits],
        "rights": [_plain_struct(each, currency) for each in explanation.rights],
        "deal": None if deal is None else _plain_struct(deal, currency),
        "spree": None if spree is None else _plain_struct(spree, currency),
    }


def _other_than(default: int, **steps: int) -> dict[str, int]:
    return {name: number for name, number in steps.items() if number != default}


def _if_any(**parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part}


def _refusal(refusal: Struct, currency: Currency) -> dict[str, Any]:
    found = _plain_struct(refusal, currency)
    if found.get("unit") == "money":
        for name in ("needed", "found"):
            if name in found:
                found[name] = currency.format(found[name])
    return found


def quote_bytes(quote: Quote, *, near_misses: bool = True) -> bytes:
    """The quote in the file format, indented for people; the same quote gives the same bytes."""
    plain_quote = quote_plain(quote, near_misses=near_misses)
    return msgspec.json.format(msgspec.json.encode(plain_quote), indent=2) + b"\n"
