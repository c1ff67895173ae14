"""The neutral workload as a book and carts of Largesse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from largesse.engine.actions.base import Action
from largesse.engine.actions.buy_x_get_y import BuyXGetY
from largesse.engine.actions.discount_order import DiscountOrder
from largesse.engine.actions.discount_order_line import DiscountOrderLine
from largesse.engine.actions.quantity_tiers import QuantityTier, QuantityTiers
from largesse.engine.book import Catalog, OfferBook
from largesse.engine.cart import Cart, CartLine
from largesse.engine.catalog import Product, ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.conditions.product_value import ProductValue
from largesse.engine.money import percent
from largesse.engine.offers.promotion import Promotion

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def book_of(workload: Mapping[str, Any], **window: Any) -> OfferBook:
    """The workload's promotions over its catalogue."""
    products = {p["sku"]: Product(p["sku"], p["price"]) for p in workload["catalogue"]}
    promotions = [promotion_of(p, **window) for p in workload["promotions"]]
    return OfferBook(Catalog(products=products), promotions)


def promotion_of(p: Mapping[str, Any], **more: Any) -> Promotion:
    group = ProductGroup(p["id"], frozenset(p["skus"]))
    conditions: tuple[Condition, ...] = ()
    action: Action
    match p["kind"]:
        case "percent_off":
            action = DiscountOrderLine(percent=percent(p["percent"]), include=group)
        case "bxgy":
            action = BuyXGetY(
                products=group, buy=p["buy"], get=p["get"], percent=percent(p["percent"])
            )
        case "order_threshold":
            conditions = (ProductValue(minimum=p["threshold"], products=group),)
            if p["percent"] is not None:
                action = DiscountOrderLine(percent=percent(p["percent"]), include=group)
            else:
                action = DiscountOrder(amount=p["fixed"], include=group)
        case "qty_tier":
            tiers = [
                QuantityTier(minimum=t["min_qty"], percent=percent(t["percent"]))
                for t in p["tiers"]
            ]
            action = QuantityTiers(include=group, tiers=tuple(tiers))
        case kind:
            raise ValueError(f"the workload has a kind {kind!r} that is not mapped")
    return Promotion(
        code=p["id"], priority=p["priority"], conditions=conditions, actions=(action,), **more
    )


def carts_of(workload: Mapping[str, Any], size: str) -> list[Cart]:
    return [
        Cart(
            id=cart["id"],
            at=AT,
            lines=tuple(
                CartLine(str(i), line["sku"], line["qty"]) for i, line in enumerate(cart["lines"])
            ),
        )
        for cart in workload["carts"][size]
    ]
