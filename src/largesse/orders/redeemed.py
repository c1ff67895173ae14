"""Which order a voucher is on: who bought, where, through whom, and what came off (VO-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from largesse.engine.stage import Stage
from largesse.ledger.models import Event, Transfer
from largesse.offers.vouchers import account_of
from largesse.orders.models import Order, Part

OVER: Final = (Order.State.CANCELLED, Order.State.DECLINED, Order.State.REFUNDED)
"""The states in which an order has given its voucher back."""


class DiscountLine(NamedTuple):
    """What a voucher took off one line, or paid of the order. Minor units."""

    what: str
    amount: int


class Redemption(NamedTuple):
    """The order that a voucher is on; `by` is who placed it, the cashier at a till."""

    order: Order
    by: str
    at: datetime
    lines: tuple[DiscountLine, ...]

    @property
    def amount(self) -> int:
        """What it took off, or paid, in all."""
        return sum(line.amount for line in self.lines)


def orders_of(numbers: Iterable[str]) -> dict[str, Order]:
    """The order that each voucher is on, of those that are on one; two queries."""
    accounts = {account_of(number).id: number for number in numbers}
    if not accounts:
        return {}
    holds = Transfer.objects.filter(limited__in=list(accounts), kind=Transfer.Kind.HOLD)
    rows = holds.order_by("seq").values_list("limited_id", "event__order_id")
    latest: dict[UUID, UUID] = dict(rows)
    found = Order.objects.select_related("customer", "location").defer("quote")
    orders = found.exclude(state__in=OVER).in_bulk(set(latest.values()))
    return {
        accounts[account]: orders[order] for account, order in latest.items() if order in orders
    }


def redemption_of(number: str) -> Redemption | None:
    """The order that a voucher is on, with all that its page tells of it; None while it is unused."""
    order = orders_of([number]).get(number)
    if order is None:
        return None
    first = Event.objects.filter(order_id=order.id).order_by("number").first()
    return Redemption(
        order,
        first.actor if first is not None else "",
        order.placed_at,
        (*_taken_off(order, number), *_paid(order, number)),
    )


def _taken_off(order: Order, number: str) -> Iterable[DiscountLine]:
    parts = Part.objects.filter(
        order_line__order=order, stage=Stage.VOUCHER.value, offer=number
    ).select_related("order_line")
    for part in parts.order_by("order_line__position", "position"):
        yield DiscountLine(part.order_line.name, part.amount)


def _paid(order: Order, number: str) -> Iterable[DiscountLine]:
    for payment in order.payments:
        if payment["kind"] == "value_voucher" and payment["code"] == number:
            yield DiscountLine("Part payment", payment["amount"])


def event_ids_of(number: str) -> list[UUID]:
    """The events of the journal that touched a voucher's use, and those of its orders."""
    account = account_of(number).id
    touched = Transfer.objects.filter(limited=account).values("event")
    orders = Event.objects.filter(id__in=touched, order_id__isnull=False).values("order_id")
    found = Event.objects.filter(order_id__in=orders) | Event.objects.filter(id__in=touched)
    return list(found.order_by("id").values_list("id", flat=True))
