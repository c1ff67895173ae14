"""What a return leaves unearned of a deal: what the kept units bear and would not get by themselves.

The kept units are asked by the order's own book and revision of the deal. Of a tier that still holds,
what they bear is earned to the cent. Where another tier holds, or none, the difference to what that one
gives is unearned. Giveaway units are earned as far as the credit for the kept units pays for them, by
whole units, in the order in which they were given. The rest is unearned at list price (DE-16).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from largesse.engine.deals.kept import Kept
from largesse.ledger.accounts import Kind
from largesse.orders.answers import Unearned, UnearnedUnits
from largesse.orders.repricing import priced_again
from largesse.orders.returning.giving_back import Returned
from largesse.orders.returning.shares import share_of
from largesse.orders.rewards.promises import PromisedDeal


def unearned(returned: Returned) -> tuple[Unearned, ...]:
    """What the kept units of an order don't earn of its deals; a deal of which all is earned is absent.

    Raises LookupError if the book that the order was priced with is gone.
    """
    return tuple(each for each in standings(returned) if each.amount)


def standings(returned: Returned) -> tuple[Unearned, ...]:
    """Each deal of an order, with what its kept units reach and don't earn; as `unearned`."""
    if not returned.promises.deals or not any(returned.units):
        return ()
    quote = priced_again(returned.order)
    back = {
        line.record.line: units
        for line, units in zip(returned.lines, returned.units, strict=True)
        if units
    }
    kept = {applied.offer: quote.kept(applied, back) for applied in quote.deals}
    return tuple(_standing(returned, deal, kept[deal.offer]) for deal in returned.promises.deals)


def _standing(returned: Returned, deal: PromisedDeal, kept: Kept) -> Unearned:
    borne = _discount_kept(returned, deal, kept.others) + _rebate_kept(returned, deal, kept.others)
    units = tuple(_units_beyond(returned, deal, kept.credit))
    value = sum(each.value for each in units)
    more = borne - kept.off - kept.rebate
    # What another tier would give beyond what they bear makes up for stock that it doesn't give.
    amount = max(0, more + value)
    discount = max(0, more)
    return Unearned(
        deal=deal.offer,
        title=deal.title,
        reaches=_reaches(kept),
        discount=discount,
        giveaways=amount - discount,
        units=units,
    )


def _reaches(kept: Kept) -> Literal["same", "other", "none"]:
    if not kept.others:
        return "same"
    return "other" if kept.is_met else "none"


def _discount_kept(returned: Returned, deal: PromisedDeal, lines: Collection[str]) -> int:
    """What the kept units of some lines bear of what the deal took off."""
    borne = 0
    for line, back in zip(returned.lines, returned.units, strict=True):
        if line.record.line not in lines:
            continue
        share = share_of(line.sold, back, line.sold.units)
        for part, amount in zip(line.parts, share.parts, strict=True):
            if (part.account, part.owner) == (Kind.DEALS.value, deal.offer):
                borne += amount
    return borne


def _rebate_kept(returned: Returned, deal: PromisedDeal, lines: Collection[str]) -> int:
    """What the kept units of some lines bear of the deal's rebate."""
    return sum(
        amount
        for credit in returned.promises.credits
        if (credit.to.by, credit.to.offer) == ("deal", deal.offer)
        for line, amount in returned.credit_kept(credit).items()
        if line in lines
    )


def _units_beyond(returned: Returned, deal: PromisedDeal, credit: int) -> Iterator[UnearnedUnits]:
    """The kept giveaway units that a credit doesn't pay for."""
    for line, back in zip(returned.lines, returned.units, strict=True):
        record, left = line.record, line.sold.units - back
        if not record.bonus or not left or line.parts[0].offer != deal.offer:
            continue
        each = record.gross // record.units
        paid = min(left, credit // each) if each else left
        credit -= paid * each
        beyond = left - paid
        if beyond:
            yield UnearnedUnits(record.line, record.sku, record.name, beyond, beyond * each)
