"""A party's row changes by plans, with its history: so of two who would change it at once, one does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

from largesse.business.models import User
from largesse.ledger.plan import Change, Insert
from largesse.orders.answers import Deed
from largesse.orders.models import Order, Party

_REASON_MAX: Final = 100
_ORDERS: Final = Order._meta.db_table
_SEEN: Final = ("state", "closed_at", "host_id", "rep_id")
"""The columns by which it is told that nobody has changed a party since it was read."""


def unchanged(party: Party) -> Change:
    """Changes nothing: the plan is stale where the party is not as it was seen."""
    return _change(party, {"state": party.state})


def changed(party: Party, deed: Deed, **new: Any) -> tuple[Change, Insert]:
    """Columns change, if the party is still as it was seen; and the row of its history."""
    return _change(party, new), history_row(party, deed, "~", new)


def guests_unchanged(party: Party, *, besides: UUID | None = None) -> tuple[Change, ...]:
    """Change nothing: the plan is stale where an event of a guest order came meanwhile.

    Read before what is made of these orders.
    """
    orders = Order.objects.filter(party=party, host_reward=False)
    if besides is not None:
        orders = orders.exclude(id=besides)
    return tuple(
        Change(table=_ORDERS, id=id, expected={"events": events}, new={"events": events})
        for id, events in orders.order_by("id").values_list("id", "events")
    )


def _change(party: Party, new: Mapping[str, Any]) -> Change:
    seen = {name: getattr(party, name) for name in _SEEN}
    return Change(table=Party._meta.db_table, id=party.id, expected=seen, new=new)


def history_row(
    party: Party, deed: Deed, sort: Literal["+", "~"], new: Mapping[str, Any] | None = None
) -> Insert:
    """The row of a party's history: made, or changed in some columns, by a deed."""
    model = Party.history.model
    said = f"{deed.actor}: {deed.reason}" if deed.reason else deed.actor
    row = {
        **columns_of(party),
        **(new or {}),
        "history_date": deed.at,
        "history_change_reason": said[:_REASON_MAX],
        "history_type": sort,
        "history_user_id": User.objects.filter(username=deed.actor)
        .values_list("pk", flat=True)
        .first(),
    }
    # Its own key is a number that the database gives.
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return Insert(
        table=model._meta.db_table,
        columns=tuple(str(field.column) for field in fields),
        rows=(tuple(row[field.attname] for field in fields),),
    )


def columns_of(party: Party) -> dict[str, Any]:
    """A party's columns with their values."""
    return {field.attname: getattr(party, field.attname) for field in party._meta.concrete_fields}
