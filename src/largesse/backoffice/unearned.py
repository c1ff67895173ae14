"""What a return leaves unearned of deals, as the pages of an order say it (DE-16)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from largesse.ledger.models import Event
from largesse.orders.answers import Done, Unearned, UnearnedUnits, from_bytes
from largesse.orders.models import Order
from largesse.orders.returning.reckoning import Reckoning

_REACHES: Final = {
    "same": "What is kept still reaches its trigger.",
    "other": "What is kept reaches another tier only.",
    "none": "What is kept does not reach its trigger any more.",
}


class Row(NamedTuple):
    """A deal of which something is unearned. Amounts are minor units."""

    title: str
    sentence: str
    discount: int
    units: tuple[UnearnedUnits, ...]
    giveaways: int


class Shown(NamedTuple):
    """What is unearned, and what of it is charged back. Amounts are minor units."""

    rows: tuple[Row, ...]
    unearned: int
    charged_back: int


class Preview(NamedTuple):
    """What a refund would do, to be confirmed: `stamp` names exactly this."""

    shown: Shown
    returned: int
    """What the buyer had paid for what comes back."""
    total: int
    """What the buyer gets now."""
    stamp: str


def preview_of(reckoning: Reckoning) -> Preview | None:
    """What is shown before a refund is made; None where it leaves nothing unearned."""
    if not reckoning.unearned:
        return None
    asked = {r.line.record.line: r.stop - r.start for r in reckoning.returns}
    told = [asked, reckoning.shipping, reckoning.total, reckoning.unearned]
    stamp = sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()
    shown = _shown(reckoning.unearned, reckoning.charged_back)
    return Preview(shown, reckoning.returned, reckoning.total, stamp)


def unearned_of(order: Order) -> Shown | None:
    """What the refunds of an order left unearned, as the last one said; None if nothing."""
    if order.state != Order.State.PARTLY_REFUNDED:
        return None
    refunds = Event.objects.filter(order_id=order.pk, kind="order.refunded")
    last = refunds.order_by("-number").values_list("answer", flat=True).first()
    answer = None if last is None else from_bytes(bytes(last))
    if not isinstance(answer, Done) or not answer.unearned:
        return None
    return _shown(answer.unearned, answer.charged_back)


def _shown(unearned: Iterable[Unearned], charged_back: int) -> Shown:
    listed = tuple(unearned)
    rows = (
        Row(each.title, _REACHES[each.reaches], each.discount, each.units, each.giveaways)
        for each in listed
    )
    return Shown(tuple(rows), sum(each.amount for each in listed), charged_back)
