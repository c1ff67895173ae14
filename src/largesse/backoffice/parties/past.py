"""What happened to a party: its record, its orders, its host's reward, its corrections (OR-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from largesse.backoffice.amounts import currency_of
from largesse.backoffice.journal import event_words
from largesse.backoffice.organizations.changes import SHOWN, Change, newest, of_links
from largesse.backoffice.parties.corrections import CAUSES
from largesse.backoffice.parties.frame import SEES_CORRECTIONS, shown
from largesse.backoffice.site import staff
from largesse.engine.money import Currency
from largesse.ledger.models import Event
from largesse.orders.models import Party
from largesse.orders.notices import names_of
from largesse.orders.parties.holding import visible_to
from largesse.pages.figures import amount_text

_STATES: Final = {"open": "Opened again", "closed": "Closed", "rewarded": "Rewarded"}


def page(request: HttpRequest, found: Party, record: list[Change]) -> HttpResponse:
    """The latest of it first; `record` are the changes of its own record."""
    rows = visible_to(staff(request)).select_related("host", "rep", "location", "booked_at")
    party = get_object_or_404(rows, pk=found.pk)
    sees = request.user.has_perm(SEES_CORRECTIONS)
    told = [
        *map(_of_record, record),
        *of_links(party.links.all()),
        *_of_orders(party),
        *(_of_corrections(party, currency_of(request)) if sees else ()),
    ]
    names = names_of({str(each["by"]) for each in told})
    named = ({**each, "by": names.get(str(each["by"]), each["by"])} for each in told)
    return shown(request, party, "history", {"changes": newest(named)})


def _of_record(change: Change) -> Change:
    """A change of the record: of its state in a word, of anything else with the difference.

    The use cases note who did it; that is told already, and what is left is why.
    """
    why = str(change["why"] or "").partition(": ")[2]
    fields = [each for each in change["fields"] if each["field"] not in ("State", "Closed at")]
    states = [each["new"] for each in change["fields"] if each["field"] == "State"]
    kind = _STATES.get(states[0], states[0]) if states else change["kind"]
    return {**change, "kind": kind, "why": why, "fields": fields}


def _event(at: Any, by: str, kind: str, why: str = "") -> Change:
    return {"at": at, "by": by, "kind": kind, "why": why, "fields": ()}


def _of_orders(party: Party) -> Iterator[Change]:
    """What happened to its guest orders, and to its host's; corrections are told by themselves."""
    orders = {
        order.pk: order
        for order in party.orders.select_related("customer").defer("quote", "digest")
    }
    rows = Event.objects.filter(order_id__in=orders).exclude(kind__startswith="correction.")
    for event in rows.order_by("-at")[:SHOWN]:
        order = orders[event.order_id]
        whose = "Host reward order" if order.host_reward else "Guest order"
        name = f", {order.buyer_name}" if order.buyer_name and not order.host_reward else ""
        kind = f"{whose} {event_words(event.kind).lower()}"
        yield _event(event.at, event.actor, kind, f"{order.number}{name}")


def _of_corrections(party: Party, currency: Currency) -> Iterator[Change]:
    for row in party.corrections.select_related("order"):
        amount = amount_text(row.amount, currency)
        cause = CAUSES.get(row.cause, row.cause).lower()
        yield _event(row.at, "", "Correction", f"{amount}: order {row.order.number} {cause}")
        if row.settled_at is not None:
            yield _event(
                row.settled_at,
                row.settled_by,
                f"Correction {row.state}",
                f"{amount}: {row.reason}",
            )
