"""The rows of a new order, made from its quote: the order, its lines, and the parts of each line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Model

from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.engine.facts import VOLUMES
from largesse.engine.faults import Fault, Faults
from largesse.engine.quote import Quote
from largesse.engine.quoted import QuoteLine
from largesse.ids import uuid7
from largesse.ledger.plan import DIGEST, Insert
from largesse.orders.booking import discount_account, payments_of
from largesse.orders.models import Earned, Order, OrderLine, Part, Party
from largesse.orders.quoting import Priced
from largesse.orders.returning.shares import sold


def inserted(model: type[Model], rows: Iterable[dict[str, Any]]) -> Insert:
    """Rows for the ledger to write; fields that a row does not name have their defaults."""
    fields = model._meta.concrete_fields
    whole = tuple(
        tuple(row[f.attname] if f.attname in row else f.get_default() for f in fields)
        for row in rows
    )
    return Insert(
        table=model._meta.db_table, columns=tuple(str(f.column) for f in fields), rows=whole
    )


def order_rows(
    order_id: UUID,
    number: str,
    state: Order.State,
    priced: Priced,
    payment: dict[str, Any] | None,
    held_until: datetime | None,
    referral: Mapping[str, Any] | None = None,
) -> tuple[Insert, ...]:
    """The rows of an order that is held or placed. Raises `Faults` for an unknown customer, place or
    party.

    `referral` are its columns of the same names: who asked whom for approval, what it replaces (DE-8).
    """
    quote, cart, buyer = priced.quote, priced.quote.cart, priced.quote.cart.customer
    order = {
        "id": order_id,
        "number": number,
        "state": state.value,
        "events": 1,
        "digest": DIGEST,
        "customer_id": None if buyer is None else _id_of(Customer, "number", buyer.id),
        "customer_type": "" if buyer is None else buyer.type.value,
        "location_id": None if cart.location is None else _id_of(Location, "code", cart.location),
        "channel": cart.channel.value,
        "party_id": None if cart.party is None else _id_of(Party, "number", cart.party),
        "host_reward": cart.host_reward,
        "currency": quote.currency,
        "gross": quote.gross,
        "discount": quote.discount,
        "net": quote.net,
        "shipping": quote.shipping,
        "tax": quote.tax,
        "tax_included": quote.tax_included,
        "total": quote.total,
        "payments": _json(payments_of(quote)),
        "due": quote.due,
        "refunded": 0,
        "placed_at": cart.at,
        "held_until": held_until,
        "book_version": priced.book_version,
        "quote": quote.to_json(near_misses=False).decode(),
        "payment": _json(payment) if payment is not None else None,
        **(referral or {}),
    }
    lines: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    for position, (line, volumes) in enumerate(zip(quote.lines, quote.volumes(), strict=True)):
        row, its_parts = _line_rows(order_id, position, line, quote)
        lines.append({**row, **dict(zip(VOLUMES, volumes, strict=True))})
        parts += its_parts
    earned = [
        {"id": uuid7(), "order_id": order_id, "promotion": code}
        for code in sorted(quote.awarded)
        if code in quote.book.promotions
    ]
    some = ((Part, parts), (Earned, earned))
    return (
        inserted(Order, [order]),
        inserted(OrderLine, lines),
        *(inserted(model, rows) for model, rows in some if rows),
    )


def _line_rows(
    order_id: UUID, position: int, line: QuoteLine, quote: Quote
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    made, adjustments = sold(line, quote)
    goes_with = quote.goes_with.get(line.id)
    row = {
        "id": uuid7(),
        "order_id": order_id,
        "position": position,
        "line": line.id,
        "sku": line.sku,
        "name": line.name,
        "quantity": int(line.quantity * 1000),
        "units": line.units,
        "free_units": made.free_units,
        "units_refunded": 0,
        "gross": line.gross,
        "net": line.net,
        "tax": line.tax,
        "tax_included": line.tax_included,
        "deal": line.deal or "",
        "bonus": line.bonus,
        "spree": line.spree,
        "option_of": goes_with.id if goes_with is not None else "",
    }
    parts: list[dict[str, Any]] = []
    for nth, (part, adjustment) in enumerate(zip(made.parts, adjustments, strict=True)):
        kind, owner = discount_account(adjustment, quote.facts)
        parts.append(
            {
                "id": uuid7(),
                "order_line_id": row["id"],
                "position": nth,
                "stage": adjustment.stage.value,
                "offer": adjustment.offer,
                "revision": adjustment.revision,
                "title": adjustment.title,
                "kind": adjustment.kind,
                "first_unit": part.first_unit,
                "units": part.units,
                "amount": part.amount,
                "account": kind.value,
                "owner": owner,
            }
        )
    return row, parts


def _id_of(model: type[Model], field: str, value: str) -> UUID:
    """The key of the customer or location that a cart names.

    In plain SQL: this is in the way of every order, and the ORM's query costs five times as much.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {model._meta.db_table} WHERE {field} = %s", [value])
        row = cursor.fetchone()
    if row is None:
        name = str(model._meta.verbose_name)
        raise Faults([Fault(name, value, f"is not known; create the {name} first")])
    return row[0] if isinstance(row[0], UUID) else UUID(row[0])


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
