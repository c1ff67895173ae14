"""A right to a later promotion is an automatic single-use code, made at posting (AC-7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from largesse.crm.models import Customer
from largesse.ids import uuid7
from largesse.ledger.plan import Insert
from largesse.offers import codes
from largesse.offers.models import Promotion, SingleUseCode
from largesse.orders.models import Order
from largesse.orders.rewards.promises import Promises

_LETTERS: Final = 16
"""The random letters of an automatic code: nobody has to type it."""


def given(order: Order, promises: Promises, *, at: datetime, by: str) -> tuple[Insert, ...]:
    """The codes that posting an order gives, as rows."""
    rights = promises.rights
    if not rights:
        return ()
    promotions = _ids(Promotion.objects.filter(code__in={r.promotion for r in rights}), "code")
    customers = _ids(Customer.objects.filter(number__in={r.customer for r in rights}), "number")
    rows = [
        {
            "id": uuid7(),
            "code": code,
            "promotion_id": promotions[right.promotion],
            "customer_id": customers[right.customer],
            "starts": right.starts,
            "ends": right.ends,
            "automatic": True,
            "given_by": order.id,
            "made_at": at,
            "made_by": by,
        }
        for code, right in zip(codes.new_codes(len(rights), _LETTERS), rights, strict=True)
        # The check of the orders finds a right to what isn't there; posting doesn't fail for it.
        if right.promotion in promotions and right.customer in customers
    ]
    return (codes.rows_of(SingleUseCode, rows),)


def _ids(rows: QuerySet[Any], field: str) -> Mapping[str, UUID]:
    return dict(rows.values_list(field, "id"))
