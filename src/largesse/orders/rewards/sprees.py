"""The award of a shopping spree is an account of the ledger, the order's own (SP-7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment
from largesse.engine.refusals import RefusalCode
from largesse.engine.stage import Stage
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.plan import Movement
from largesse.orders.answers import Refused
from largesse.orders.rewards.not_given import Chosen, not_given
from largesse.orders.rewards.own_credit import granted

OVER_AWARD: Final = "sprees_refused"
"""The code of the refusal of an order that chooses what its sprees do not give."""

_REFUSALS: Final = (RefusalCode.NO_SPREE, RefusalCode.NOT_IN_SPREE, RefusalCode.SPREE_EXCEEDED)


def account_of(order: str, promotion: str, currency: str) -> Account:
    """What holds the award of a promotion's spree on the order of a number."""
    return Account(Kind.SPREE, owner_of(order, promotion), currency)


def spree_movements(order: str, quote: Quote) -> tuple[Movement, ...]:
    """The awards of a new order: each is granted, what came off the chosen lines is held, and the rest
    lapses; the credit that it becomes is booked when the order is posted (SP-11).
    """
    return tuple(_spree_movements(order, quote))


def _spree_movements(order: str, quote: Quote) -> Iterator[Movement]:
    for spree in quote.sprees:
        account = account_of(order, spree.offer, quote.currency)
        used = sum(a.amount for a in quote.adjustments if is_of(a, spree.offer))
        yield from granted(account, spree.award, used)


def is_of(adjustment: Adjustment, promotion: str) -> bool:
    """Whether it is what a promotion's spree pays."""
    kind = (adjustment.stage, adjustment.kind)
    return kind == (Stage.REWARD, "shopping_spree") and adjustment.offer == promotion


# --- what does not fit -----------------------------------------------------------------------------


def over_award(quote: Quote) -> Refused | None:
    """Why an order can't be made of a quote that gives less than was chosen against its sprees: what is
    missing of each (SP-7).
    """
    chosen = [Chosen(each.promotion, each.sku, each.units) for each in quote.cart.sprees]
    return not_given(quote, chosen, refused_by=_REFUSALS, code=OVER_AWARD, field="sprees")
