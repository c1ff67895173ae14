"""What is in stock follows from the last count and from what orders have done since.

Nothing is written when a product is sold, so no order waits for another one there. A count is of the
units that are free to be sold: what earlier orders were promised is put aside before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from largesse.catalog.models import Product
from largesse.ledger.models import Event
from largesse.orders.models import Order, OrderLine, RefundLine

GIVEN_UP: Final = (Order.State.CANCELLED, Order.State.DECLINED)
"""The states of orders that take nothing out of stock."""

_ENDS: Final = ("order.cancelled", "order.expired", "order.declined", "order.replaced")
"""The events with which an order's goods are free again."""

_SKUS_IN_A_QUERY: Final = 500


def on_hand(skus: Iterable[str]) -> dict[str, int]:
    """How many whole units of products are in stock; below zero where more was sold than there was.

    One that was never counted isn't in the answer.
    """
    asked = list(dict.fromkeys(skus))
    found: dict[str, int] = {}
    for start in range(0, len(asked), _SKUS_IN_A_QUERY):
        chunk = asked[start : start + _SKUS_IN_A_QUERY]
        counted = Product.objects.filter(sku__in=chunk, stock__isnull=False)
        rows = with_stock(counted).order_by().values_list("sku", "in_stock")
        found.update({sku: whole_units(thousandths) for sku, thousandths in rows})
    return found


def with_stock(products: QuerySet[Any]) -> QuerySet[Any]:
    """Products with `in_stock`, what is in stock in thousandths; None for one that isn't counted."""
    moved = (_sold(), _returned(), _given_up())
    sold, returned, given_up = (Coalesce(Subquery(rows), 0) for rows in moved)
    found: QuerySet[Any] = products.annotate(
        in_stock=F("stock") * 1000 - sold + returned + given_up
    )
    return found


def whole_units(thousandths: int) -> int:
    """Thousandths as whole units: of weighed goods what is begun does not count.

    >>> whole_units(2500), whole_units(-500)
    (2, -1)
    """
    return thousandths // 1000


def _sold() -> QuerySet[Any]:
    """Lines of orders since the count, units that are given away among them (DE-15)."""
    since = OrderLine.objects.filter(
        sku=OuterRef("sku"), order__placed_at__gte=OuterRef("stock_counted_at")
    )
    return _summed(since.exclude(order__state__in=GIVEN_UP), F("quantity"), "sku")


def _returned() -> QuerySet[Any]:
    """Units that were refunded since the count, whenever they were sold."""
    back = RefundLine.objects.filter(
        order_line__sku=OuterRef("sku"), refund__at__gte=OuterRef("stock_counted_at")
    )
    quantity = F("units") * F("order_line__quantity") / F("order_line__units")
    return _summed(back, quantity, "order_line__sku")


def _given_up() -> QuerySet[Any]:
    """Lines of orders that were put aside at the count, and given up since."""
    ends = Event.objects.filter(order_id=OuterRef("order_id"), kind__in=_ENDS)
    counted_at = OuterRef(OuterRef("stock_counted_at"))
    lines = OrderLine.objects.filter(
        Exists(ends.filter(at__gte=counted_at)),
        ~Exists(ends.filter(at__lt=counted_at)),
        sku=OuterRef("sku"),
        order__placed_at__lt=OuterRef("stock_counted_at"),
        order__state__in=GIVEN_UP,
    )
    return _summed(lines, F("quantity"), "sku")


def _summed(rows: QuerySet[Any], quantity: Combinable, by: str) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.order_by().values(by).annotate(sum=Sum(quantity)).values("sum")
    return found
