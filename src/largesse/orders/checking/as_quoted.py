"""The rows of an order say what its stored quote says: what was sold, and for how much (QU-28)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from largesse.engine.money import Currency
from largesse.orders.models import Order
from largesse.orders.returning.sold import StoredLine

_SUMS = ("gross", "discount", "net", "shipping", "tax", "tax_included", "total", "due")
_AMOUNTS = ("gross", "net", "tax", "tax_included")


def differences(order: Order, lines: Sequence[StoredLine]) -> Iterator[str]:
    """What a column says and the quote says otherwise. Raises ValueError for an unreadable quote."""
    quote = msgspec.json.decode(order.quote)
    currency = Currency.of(order.currency)
    yield from _compared("it", order, _order(quote, currency))
    party = None if order.party is None else order.party.number
    if party != quote["cart"].get("party"):
        yield f"it is of party {party}, its quote of {quote['cart'].get('party')}"
    options = {line["id"]: line.get("option_of", "") for line in quote["cart"]["lines"]}
    if len(quote["lines"]) != len(lines):
        yield f"it has {len(lines)} lines, its quote {len(quote['lines'])}"
    for line, quoted in zip(lines, quote["lines"], strict=False):
        where = f"line {quoted['id']}"
        yield from _compared(where, line.record, _line(quoted, currency))
        yield from _compared(where, line.record, {"option_of": options.get(quoted["id"], "")})
        off = [a for a in quote["adjustments"] if a.get("line") == quoted["id"]]
        if len(off) != len(line.parts):
            yield f"{where} has {len(line.parts)} parts, its quote {len(off)}"
        for position, (part, adjustment) in enumerate(zip(line.parts, off, strict=False)):
            yield from _compared(
                f"part {position + 1} of {where}", part, _part(adjustment, position, currency)
            )


def _order(quote: Mapping[str, Any], currency: Currency) -> dict[str, Any]:
    cart = quote["cart"]
    buyer = cart.get("customer")
    return {
        "currency": quote["currency"],
        "channel": cart.get("channel", "shop"),
        "customer_type": "" if buyer is None else buyer.get("type", "customer"),
        "host_reward": cart.get("host_reward", False),
        "placed_at": datetime.fromisoformat(cart["at"]),
        **{name: currency.parse(quote[name]) for name in _SUMS},
    }


def _line(quoted: Mapping[str, Any], currency: Currency) -> dict[str, Any]:
    return {
        "line": quoted["id"],
        "sku": quoted["sku"],
        "name": quoted["name"],
        "quantity": int(Decimal(str(quoted["quantity"])) * 1000),
        "units": quoted["units"],
        "deal": quoted.get("deal") or "",
        "bonus": quoted.get("bonus", False),
        "spree": quoted.get("spree", False),
        **{name: currency.parse(quoted.get(name, "0")) for name in _AMOUNTS},
    }


def _part(adjustment: Mapping[str, Any], position: int, currency: Currency) -> dict[str, Any]:
    return {
        "position": position,
        "stage": adjustment["stage"],
        "offer": adjustment["offer"],
        "revision": adjustment["revision"],
        "title": adjustment.get("title", ""),
        "kind": adjustment.get("kind", ""),
        "amount": currency.parse(adjustment["amount"]),
    }


def _compared(where: str, row: Any, quoted: Mapping[str, Any]) -> Iterator[str]:
    for name, value in quoted.items():
        kept = getattr(row, name)
        if kept != value:
            yield f"{where}: {name} is {kept}, its quote says {value}"
