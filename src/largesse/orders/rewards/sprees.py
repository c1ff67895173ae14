"""The award of a shopping spree is an account of the ledger, the order's own (SP-7)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stage import Stage
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.plan import Movement
from largesse.orders.answers import FieldError, Refused
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
    refusals = [each for each in quote.refusals if each.code in _REFUSALS]
    if not refusals:
        return None
    errors = tuple(_not_given(quote, refusals))
    return Refused(
        code=OVER_AWARD,
        message=" ".join(dict.fromkeys(each.sentence for each in refusals)),
        field=errors[0].field if errors else "sprees",
        errors=errors,
    )


def _not_given(quote: Quote, refusals: Iterable[Refusal]) -> Iterator[FieldError]:
    """Each choice of the cart of which units are not on the order.

    A promotion's refusals come in the order of the choices that they are about.
    """
    given: Counter[tuple[str | None, str]] = Counter()
    for line in quote.lines:
        if line.spree:
            given[line.added_by, line.sku] += line.units
    told: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        told[refusal.offer].append(refusal)
    for place, wanted in enumerate(quote.cart.sprees):
        if given[wanted.promotion, wanted.sku] < wanted.units and told[wanted.promotion]:
            why = told[wanted.promotion].pop(0).sentence
            yield FieldError(f"sprees[{place}]", str(wanted.units), why)
