"""A draft is saved: it becomes an order that is placed, or one that waits for approval (DE-8)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from msgspec import Struct

from largesse.orders.answers import Answered, Deed, Done
from largesse.orders.models import Cart, Order
from largesse.orders.placing import place
from largesse.orders.referring import refer
from largesse.rep import desk
from largesse.rep.work import Work

_ASKED: Final = "rep-asked"
_KEPT: Final = 20
"""Of so many drafts what was written to an approver is kept until they are sent."""


class Asked(Struct, frozen=True):
    """What an approver is told, and who it is; empty is anyone else."""

    note: str = ""
    approver: str = ""


def asked_of(request: HttpRequest, record: Cart) -> Asked:
    """What was written to the approver of a draft so far."""
    said = request.session.get(_ASKED, {}).get(record.public_id, {})
    return Asked(said.get("note", ""), said.get("approver", ""))


def remember(request: HttpRequest, record: Cart, asked: Asked) -> None:
    """Keep what was written to the approver until the draft is sent."""
    kept = dict(request.session.get(_ASKED, {}))
    kept.pop(record.public_id, None)
    kept[record.public_id] = {"note": asked.note, "approver": asked.approver}
    request.session[_ASKED] = dict(list(kept.items())[-_KEPT:])


def claimed(work: Work) -> bool:
    """Take a draft to save it: False where another page has changed or saved it meanwhile.

    What is refused then may be sent again: the draft has a new version, and the deed a new key.
    """
    return desk.keep(work.record, work.kept, work.now)


def sent_for_approval(work: Work, asked: Asked, actor: str) -> Answered:
    """Make an order that waits for approval; by hand, where no deal of it is referred."""
    answered = refer(
        work.cart(work.draft),
        _deed(work, "refer", actor, asked),
        by_user=not work.quote.referred,
        approver=asked.approver,
        replaces=_replaced(work),
    )
    _remember_order(work, answered)
    return answered


def placed(work: Work, payment: dict[str, Any], confirmed: int, actor: str) -> Answered:
    """Place the order at the sum that was shown, or less."""
    answered = place(
        work.cart(work.draft),
        _deed(work, "place", actor, Asked()),
        confirmed_due=confirmed,
        payment=payment,
        replaces=_replaced(work),
    )
    _remember_order(work, answered)
    return answered


def _deed(work: Work, what: str, actor: str, asked: Asked) -> Deed:
    """A deed of one version of the draft, which is saved once (OR-3)."""
    version = desk.version(work.record)
    return Deed(
        key=f"rep:{work.record.public_id}:{version}:{what}",
        body=version.encode(),
        at=work.now,
        actor=actor,
        reason=asked.note,
    )


def _replaced(work: Work) -> Any:
    return work.record.order.id if work.record.order is not None else None


def _remember_order(work: Work, answered: Answered) -> None:
    if isinstance(answered.answer, Done):
        order = Order.by_public_id(answered.answer.order)
        # Not later than the order: what is kept is what was saved.
        Cart.objects.filter(pk=work.record.pk).update(order=order, changed_at=order.placed_at)
