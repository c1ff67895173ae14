"""Promotions that are limited, and sentences about what is left of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from largesse.engine.facts import Limit, LimitQuery
from largesse.ledger.accounts import Account
from largesse.ledger.reading import Counters, counters
from largesse.offers import limits, promotions
from largesse.offers.limits import account_of
from largesse.offers.models import Promotion
from largesse.orders.answers import Done
from largesse.orders.models import Order
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.orders.store import AT, cart, deed, done, id_of, lines

TENTH = {"kind": "discount_order_line", "percent": 10, "include": "pots"}
"""10 % off each pot, that is 10.00."""


def on_offer(*actions: dict[str, Any], code: str = "SPRING", **fields: Any) -> Promotion:
    """A promotion, or its next revision; it takes a tenth off pots, if it isn't told otherwise."""
    definition = {"code": code, "actions": list(actions or (TENTH,)), **fields}
    return promotions.revise(definition, by=None, at=AT)


def buys(*asked: str, **fields: Any) -> UUID:
    """An order that is placed whatever it costs."""
    return id_of(place(cart(*asked, **fields), deed()))


def bought(*asked: str, **fields: Any) -> UUID:
    """An order that is placed and posted."""
    order_id = buys(*asked, **fields)
    done(post(order_id, deed()))
    return order_id


def gives_back(order_id: UUID, said: str = "", *, shipping: bool = False) -> Done:
    """Lines such as "1: 2" are given back, or all that is left."""
    return done(refund(order_id, deed(), lines(said) if said else None, shipping=shipping))


def saved(order_id: UUID) -> int:
    return Order.objects.get(id=order_id).discount


def used(limit: Limit = "uses", of: str = "", code: str = "SPRING") -> int:
    """What is used or held of a promotion's limit."""
    query = LimitQuery(code, limit, of)
    return limits.used([query])[query]


def counted(limit: Limit = "uses", of: str = "", code: str = "SPRING") -> Counters | None:
    """The account of a limit; None where nobody opened it."""
    account: Account = account_of(limit, code, of, "USD")
    return counters([account]).get(account)
