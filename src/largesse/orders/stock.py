"""What is in stock follows from the last count and from what orders have done since.

Nothing is written when a product is sold, so no order waits for another one there. A count is of the
units that are free to be sold: what earlier orders were promised is put aside before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from largesse.orders.models import Order

_GIVEN_UP: Final = (Order.State.CANCELLED.value, Order.State.DECLINED.value)
"""The states of orders that take nothing out of stock."""

_ENDS: Final = ("order.cancelled", "order.expired", "order.declined", "order.replaced")
"""The events with which an order's goods are free again."""

_SKUS_IN_A_QUERY: Final = 5_000

_MOVED: Final = """
WITH counted AS (
    SELECT sku, stock, stock_counted_at AS at FROM catalog_product
    WHERE stock IS NOT NULL AND {skus})
SELECT sku, SUM(thousandths) FROM (
    SELECT sku, stock * 1000 AS thousandths FROM counted
    UNION ALL
    SELECT c.sku, CASE
        -- Lines of orders since the count, units that are given away among them (DE-15).
        WHEN o.state NOT IN {given_up} THEN CASE WHEN o.placed_at >= c.at THEN -l.quantity END
        -- Lines of orders that were put aside at the count, and given up since.
        WHEN o.placed_at < c.at AND c.at <= (
            SELECT MIN(e.at) FROM ledger_event e WHERE e.order_id = o.id AND e.kind IN {ends}
        ) THEN l.quantity END
    FROM counted c JOIN orders_orderline l ON l.sku = c.sku JOIN orders_order o ON o.id = l.order_id
    UNION ALL
    -- Units that were refunded since the count, whenever they were sold.
    SELECT c.sku, r.units * l.quantity / l.units
    FROM counted c JOIN orders_orderline l ON l.sku = c.sku
    JOIN orders_refundline r ON r.order_line_id = l.id JOIN orders_refund f ON f.id = r.refund_id
    WHERE f.at >= c.at
) moved GROUP BY sku
"""


def on_hand(skus: Iterable[str]) -> dict[str, int]:
    """How many whole units of products are in stock; below zero where more was sold than there was.

    Of weighed goods what is begun does not count. A product that was never counted isn't in the answer.
    """
    asked = list(dict.fromkeys(skus))
    found: dict[str, int] = {}
    for start in range(0, len(asked), _SKUS_IN_A_QUERY):
        found.update(_on_hand(asked[start : start + _SKUS_IN_A_QUERY]))
    return found


def _on_hand(skus: Sequence[str]) -> dict[str, int]:
    # In plain SQL: one pass over the lines of all products, where the ORM would make one for each.
    statement = _MOVED.format(
        skus=f"sku IN ({', '.join(['%s'] * len(skus))})", given_up=_GIVEN_UP, ends=_ENDS
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, skus)
        return {sku: int(thousandths // 1000) for sku, thousandths in cursor.fetchall()}
