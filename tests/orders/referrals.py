"""Deals that may be referred, the people who decide about it, and sentences about what they do."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group

from largesse.business.models import User
from largesse.engine.cart import Cart, CartLine, Giveaway
from largesse.offers import deals
from largesse.orders.answers import Answered, Deed
from largesse.orders.referring import refer
from tests.orders.store import AT, cart

OPENING: dict[str, Any] = {
    "code": "OPENING",
    "title": "Opening order",
    "sets": [{"products": "pots"}],
    "tiers": [{"min_value": "300.00", "benefit": {"kind": "free_stock", "amount": "50.00"}}],
    "selection": "mugs",
    "referable": True,
}
"""From 300.00 of pots on, 50.00 of credit to give mugs away, at 12.50 each."""

TRADE: dict[str, Any] = {
    "code": "TRADE",
    "title": "Trade hats",
    "sets": [{"products": "hats"}],
    "tiers": [{"min_units": 6, "benefit": {"kind": "percentage", "percent": 10}}],
    "referable": True,
}
"""From six hats on, a tenth off."""


def on_offer(*definitions: dict[str, Any]) -> None:
    for definition in definitions or (OPENING, TRADE):
        deals.revise(definition, by=None, at=AT)


def user(name: str, role: str = "Approver", *, first: str = "", **fields: Any) -> User:
    """Someone of a role who may sign in; a `first` name besides the username."""
    made = User.objects.create(username=name, is_staff=True, first_name=first, **fields)
    if role:
        made.groups.add(Group.objects.get(name=role))
    return made


def people() -> None:
    """Rita, a rep; Dana and Omar, who may approve."""
    user("rita", "Rep", first="Rita", email="rita@example.com")
    user("dana", first="Dana", email="dana@example.com")
    user("omar")


_keys = itertools.count(1)


def by(actor: str, key: str = "", *, body: bytes = b"", reason: str = "") -> Deed:
    """Something that a person does; under a key of its own, if none is given."""
    made = key or f"referral-{next(_keys)}"
    return Deed(key=made, body=body, at=AT, actor=actor, reason=reason)


def asking(
    pots: int = 1, *, credit: int = 3000, mugs: int = 0, hats: int = 0, **fields: Any
) -> Cart:
    """A cart of pots on OPENING, short of its trigger, with credit asked for in cents and mugs to be
    given away; and of hats.
    """
    lines: list[CartLine | str] = [CartLine("1", "POT", pots, deal="OPENING")]
    if hats:
        lines.append(CartLine("2", "HAT", hats))
    gifts = (Giveaway("OPENING", "MUG", mugs),) if mugs else ()
    return cart(*lines, referred={"OPENING": credit}, giveaways=gifts, **fields)


def referred(wanted: Cart | None = None, *, actor: str = "rita", **fields: Any) -> Answered:
    """An order that waits for approval."""
    return refer(wanted or asking(), by(actor, reason="for their second shop"), **fields)


def notices_of(name: str) -> list[str]:
    """What a user has not read, the newest first."""
    from largesse.orders.notices import unread

    return [notice.text for notice in unread(User.objects.get(username=name))]


def given(order: Any) -> Mapping[str, int]:
    """The units that an order gives away, by product."""
    return {line.sku: line.units for line in order.lines.filter(bonus=True)}
