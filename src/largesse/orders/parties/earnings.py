"""What a party leaves the business: what was paid for what was kept, less what sprees gave (SP-10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from largesse.orders.returning.giving_back import Returned


class Retained(NamedTuple):
    """Retained earnings three ways, in minor units; below zero where sprees gave more than was paid."""

    as_set: int
    """With the products of those sprees that apply to retained earnings."""
    with_all: int
    """With the products of all sprees."""
    without_any: int
    """Without the products of any spree."""


def retained(orders: Iterable[Returned]) -> Retained:
    """What the orders of a party leave, before tax and shipping.

    What was chosen against a spree counts with what was paid for it less what the spree gave, or not at
    all.
    """
    bought = applying = other = 0
    for order in orders:
        applies = {
            line
            for spree in order.promises.sprees
            if spree.retained_earnings
            for line in spree.lines
        }
        for line, share in order.kept:
            paid = share.net - share.tax_included
            if not line.record.spree:
                bought += paid
            elif line.record.line in applies:
                applying += paid - sum(share.parts)
            else:
                other += paid - sum(share.parts)
    return Retained(bought + applying, bought + applying + other, bought)
