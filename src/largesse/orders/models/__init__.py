"""The records of selling: parties, carts, orders with their lines and parts, refunds. Amounts are minor
units.
"""

from largesse.orders.models.carts import Cart
from largesse.orders.models.orders import Earned, Notice, Order, OrderLine, Part
from largesse.orders.models.parties import Party, PartyLink, PartyVisit
from largesse.orders.models.refunds import Correction, Refund, RefundLine

__all__ = [
    "Cart", "Correction", "Earned", "Notice", "Order", "OrderLine", "Part", "Party",
    "PartyLink", "PartyVisit", "Refund", "RefundLine",
]  # fmt: skip
