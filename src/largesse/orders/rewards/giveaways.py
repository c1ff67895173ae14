"""The credit of a deal to give stock away is an account of the ledger, the order's own (DE-13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from largesse.engine.quote import Quote
from largesse.engine.refusals import RefusalCode
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.plan import Movement
from largesse.orders.answers import Refused
from largesse.orders.rewards.not_given import Chosen, not_given
from largesse.orders.rewards.own_credit import granted

OVER_CREDIT: Final = "giveaway_over_credit"
"""The code of the refusal of an order that would give away more than its deals' credit pays for."""

_REFUSALS: Final = (RefusalCode.NO_CREDIT, RefusalCode.NOT_TO_GIVE, RefusalCode.CREDIT_TOO_SMALL)


def account_of(order: str, deal: str, currency: str) -> Account:
    """What holds the credit that a deal gives to the order of a number."""
    return Account(Kind.GIVEAWAY_CREDIT, owner_of(order, deal), currency)


def credit_movements(order: str, quote: Quote) -> tuple[Movement, ...]:
    """The credit of a new order: it is granted, what is used is held, and the rest lapses.

    What is used are the bonus lines themselves: the database refuses those that are more than the
    credit (OR-6).
    """
    return tuple(_credit_movements(order, quote))


def _credit_movements(order: str, quote: Quote) -> Iterator[Movement]:
    used: Mapping[str | None, int] = _used(quote)
    for deal in quote.deals:
        account = account_of(order, deal.offer, quote.currency)
        yield from granted(account, deal.credit, used[deal.offer])


def _used(quote: Quote) -> Mapping[str | None, int]:
    """What the bonus lines of each deal are worth at list price."""
    used: dict[str | None, int] = defaultdict(int)
    for line in quote.lines:
        if line.bonus:
            used[line.added_by] += line.gross
    return used


def lapsed(quote: Quote) -> int:
    """The credit that nothing is given away for: it lapses when the order is placed."""
    return sum(deal.left for deal in quote.deals)


# --- what does not fit -----------------------------------------------------------------------------


def over_credit(quote: Quote) -> Refused | None:
    """Why an order can't be made of a quote whose giveaways go beyond its deals' credit: what to remove
    of each (DE-13).
    """
    chosen = [Chosen(each.deal, each.sku, each.units) for each in quote.cart.giveaways]
    return not_given(quote, chosen, refused_by=_REFUSALS, code=OVER_CREDIT, field="giveaways")
