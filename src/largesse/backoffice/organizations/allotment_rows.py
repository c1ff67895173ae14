"""Allotments as lists show them: what is left of each, its state, its days, and its link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from largesse.backoffice.entry_pages import last_moment
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account
from largesse.offers import allotment_links
from largesse.offers.models import Allotment
from largesse.pages.figures import day_text

LOW: Final = 0.9
"""The share of its units from which on an allotment is nearly used up."""

CHANGE: Final = "offers.change_allotment"
"""Who may do that sees links: whoever holds one can use it."""


def with_units(rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
    """The rows with their units: `granted`, `used` (reserved ones too), `left`, and what of these is
    `available`: nothing once it is closed or has ended.
    """
    account = Account.objects.filter(
        kind=Kind.ALLOTMENT.value, owner=OuterRef("code"), asset="unit"
    )
    used = account.values(n=F("held") + F("posted"))[:1]
    counted = rows.annotate(
        granted=Coalesce(Subquery(account.values("granted")[:1]), Value(0)),
        used=Coalesce(Subquery(used), Value(0)),
    )
    available = Case(When(is_over(at), then=Value(0)), default=F("left"))
    found: QuerySet[Any] = counted.annotate(left=F("granted") - F("used"), available=available)
    return found


def is_over(at: datetime) -> Q:
    """Whether it gives nothing any more, whatever is left of it."""
    return Q(closed=True) | Q(ends__lte=at)


class State(NamedTuple):
    """A state by its name, and the word for it where that says more."""

    name: str
    word: str = ""


def state_of(row: Any, at: datetime) -> State | None:
    """The state of a row with its units; None of one that is simply in use."""
    if row.closed:
        return State("closed")
    if row.ends is not None and row.ends <= at:
        return State("ended")
    if row.left <= 0:
        return State("used_up")
    if row.starts is not None and at < row.starts:
        return State("planned")
    return State("low", f"{row.left:,} left") if is_low(row) else None


def is_low(row: Any) -> bool:
    return bool(row.left > 0 and row.used >= LOW * row.granted)


def days_of(allotment: Allotment, at: datetime) -> str:
    """When it holds, in days of the business.

    "1 Sep 2026 to 31 May 2027", "From 1 Mar 2027", "Since 1 Feb 2026", "To 30 Jun 2027" or "No end".
    """
    ends = last_moment(allotment.ends)
    first = day_text(timezone.localtime(allotment.starts)) if allotment.starts else ""
    last = day_text(timezone.localtime(ends)) if ends else ""
    if first and last:
        return f"{first} to {last}"
    if allotment.starts:
        return f"From {first}" if at < allotment.starts else f"Since {first}"
    return f"To {last}" if last else "No end"


def idle_because(state: State | None, allotment: Allotment) -> str:
    """Why its link gives nothing now; empty where it does, or lets buy at the ordinary price."""
    match state.name if state is not None else "":
        case "planned" if allotment.starts is not None:
            return f"Starts {day_text(timezone.localtime(allotment.starts))}"
        case "ended":
            ends = last_moment(allotment.ends)
            return f"Ended {day_text(timezone.localtime(ends))}" if ends else "Ended"
        case "closed":
            return "Closed"
        case _:
            return ""


class ShownAllotment(NamedTuple):
    """A row of a list. `link` is whole, to be passed on; empty for those who may not see it."""

    record: Any
    state: State | None
    days: str
    link: str
    idle: str
    is_low: bool


def shown(request: HttpRequest, rows: Iterable[Any], at: datetime) -> list[ShownAllotment]:
    """The rows of a page."""
    listed = list(rows)
    links = _links(request, listed)
    found = []
    for row in listed:
        state = state_of(row, at)
        link, idle = links.get(row.pk, ""), idle_because(state, row)
        found.append(ShownAllotment(row, state, days_of(row, at), link, idle, is_low(row)))
    return found


def _links(request: HttpRequest, rows: list[Any]) -> Mapping[UUID, str]:
    """The links of those that aren't closed, for who may pass them on."""
    if not request.user.has_perm(CHANGE):
        return {}
    paths = allotment_links.paths_of([row for row in rows if not row.closed])
    return {key: request.build_absolute_uri(path) for key, path in paths.items()}
