"""What returns leave unearned is charged back, where the business says so: a refund pays less (DE-16).

How much is charged in all follows from what has been returned by now, and is never more than what came
back; so refunds in parts charge what one refund does. Of what is kept no more, nothing is charged: that
is given back, and once nothing is kept nothing is charged. A refund never pays less than nothing: where
an earlier one paid too much for that, the buyer owes it until later ones make up for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Entry, Reverse
from largesse.ledger.reading import TransferRow
from largesse.orders.answers import Unearned

_CHARGED: Final = (Kind.DEALS, Kind.GIVEAWAY_STOCK)

Charges = Mapping[Account, int]
"""What is charged back to the buyer, by the account of the deal that gets it."""

NOTHING: Final[Charges] = MappingProxyType({})


def is_charge(source: Account, target: Account) -> bool:
    """Whether an entry between these accounts charges something back: no sale does that."""
    return target.kind is Kind.RECEIVABLES and source.kind in _CHARGED


def chargeable(unearned: Iterable[Unearned], most: int, currency: str) -> Charges:
    """What may be charged back in all: what is unearned, cut at `most`, what has come back."""
    found: dict[Account, int] = {}
    for each in unearned:
        for kind, amount in ((Kind.DEALS, each.discount), (Kind.GIVEAWAY_STOCK, each.giveaways)):
            cut = min(amount, most)
            most -= cut
            if cut:
                found[Account(kind, each.deal, currency)] = cut
    return found


def at_most(charges: Charges, charged: Charges) -> Charges:
    """Charges of which none is more than it was: where nothing more is to be charged."""
    cut = {account: min(n, charged.get(account, 0)) for account, n in charges.items()}
    return {account: amount for account, amount in cut.items() if amount}


def charged(rows: Iterable[TransferRow]) -> Charges:
    """What an order's refunds have charged back by now."""
    found: dict[Account, int] = defaultdict(int)
    for row in rows:
        if row.kind == "entry" and is_charge(row.source, row.target) and row.reversible:
            found[row.source] += row.reversible
    return dict(found)


def movements(
    rows: Iterable[TransferRow], before: Charges, after: Charges, currency: str
) -> Iterator[Entry | Reverse]:
    """What charges more, and what books earlier charges back."""
    charges = [row for row in rows if row.kind == "entry" and is_charge(row.source, row.target)]
    for account in sorted({*before, *after}):
        more = after.get(account, 0) - before.get(account, 0)
        if more > 0:
            owed = Account(Kind.RECEIVABLES, "", currency)
            yield Entry(id=uuid7(), source=account, target=owed, amount=more)
        for row in charges:
            back = min(-more, row.reversible) if row.source == account else 0
            if back > 0:
                more += back
                yield Reverse(id=uuid7(), transfer=row.id, amount=back)
