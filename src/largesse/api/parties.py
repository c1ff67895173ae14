"""Parties are made, read, edited, closed and opened again (SP-1); what they came to is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from msgspec import UNSET, Struct
from msgspec.structs import replace
from ninja import Field, Query, Router, Schema

from largesse.api.calling import now
from largesse.api.deeds import COMMON, deed_of, refusal
from largesse.api.fields import Writing
from largesse.api.finding import found
from largesse.api.headers import IdempotencyKey, KnownVersion, Version
from largesse.api.keys import Caller
from largesse.api.paging import Listed, Page, page_of
from largesse.api.party_report import PartyReportOut, report_out
from largesse.api.party_shapes import (
    PartyChanges,
    PartyDeedIn,
    PartyDoneOut,
    PartyIn,
    PartyOut,
    PartyState,
    PartyTotalsOut,
    party_out,
    totals_out,
)
from largesse.api.problems import Trouble, invalid
from largesse.api.reading import read
from largesse.api.resources import check_version, etag_of
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.business import values as business_values
from largesse.orders.answers import Deed
from largesse.orders.models import Party
from largesse.orders.parties import links, making
from largesse.orders.parties.answers import PartyAnswered, PartyDone
from largesse.orders.parties.report import report
from largesse.orders.parties.totals import party_totals

router: Final = Router(tags=["parties"])

_RELATED: Final = ("host", "rep", "location", "booked_at")


class PartyFilters(Schema):
    """Which parties are listed."""

    q: str | None = Field(None, max_length=100, description="A part of the title, number or host.")
    state: PartyState | None = None
    host: str | None = Field(None, max_length=64, description="The host's number.")
    rep: str | None = Field(None, max_length=64, description="The rep's number.")
    held_from: date | None = Field(None, description="Held on this day or later.")
    held_until: date | None = Field(None, description="Held before this day.")


def parties_for(caller: Caller) -> QuerySet[Party]:
    """The parties that a key may see: those of its locations."""
    rows = Party.objects.select_related(*_RELATED)
    return rows.filter(location__code__in=caller.locations) if caller.locations else rows


# --- reading ---------------------------------------------------------------------------------------


@operation(
    router,
    Route(
        method="GET",
        path="/parties",
        tag="parties",
        scope=Scope.PARTIES_READ,
        name="list_parties",
        answer=Listed[PartyOut],
    ),
)
def list_parties(request: Call, page: Query[Page], filters: Query[PartyFilters]) -> Struct:
    """The parties that the key may see, the newest first."""
    rows = _filtered(parties_for(request.caller), filters)
    records, more, following = page_of(rows, page, Party.prefix)
    linked = _links(request, records)
    told = [party_out(each, linked.get(each.pk)) for each in records]
    return Listed(data=told, has_more=more, next=following)


@operation(
    router,
    Route(
        method="GET",
        path="/parties/{id}",
        tag="parties",
        scope=Scope.PARTIES_READ,
        name="get_party",
        answer=PartyOut,
        problems=("not_found",),
        headers=("ETag",),
    ),
)
def get_party(request: Call, id: str, known: KnownVersion = None) -> Reply:
    """One party, by its id or its number. The ETag names its version."""
    reply = _reply(request, party_of(request, id))
    return Reply(None, 304, reply.headers) if known == reply.headers["ETag"] else reply


@operation(
    router,
    Route(
        method="GET",
        path="/parties/{id}/totals",
        tag="parties",
        scope=Scope.PARTIES_READ,
        name="get_party_totals",
        answer=PartyTotalsOut,
        problems=("not_found",),
    ),
)
def get_party_totals(request: Call, id: str) -> Struct:
    """What a party came to by now: awards are a part of it, and conditions ask for it."""
    party = party_of(request, id)
    return totals_out(party.number, party_totals(party), business_values.currency())


@operation(
    router,
    Route(
        method="GET",
        path="/parties/{id}/report",
        tag="parties",
        scope=Scope.PARTIES_READ,
        name="get_party_report",
        answer=PartyReportOut,
        problems=("not_found",),
    ),
)
def get_party_report(request: Call, id: str) -> Struct:
    """The report of a party: guest orders, totals, awards, corrections, retained earnings."""
    party = party_of(request, id)
    link = _links(request, [party]).get(party.pk)
    return report_out(report(party, at=now()), business_values.currency(), link)


def _filtered(rows: QuerySet[Party], filters: PartyFilters) -> QuerySet[Party]:
    if filters.q:
        said = Q(title__icontains=filters.q) | Q(number__icontains=filters.q)
        rows = rows.filter(said | Q(host__name__icontains=filters.q))
    exact = {
        "state": filters.state,
        "host__number": filters.host,
        "rep__number": filters.rep,
        "held_on__gte": filters.held_from,
        "held_on__lt": filters.held_until,
    }
    return rows.filter(**{name: said for name, said in exact.items() if said is not None})


def party_of(call: Call, said: str) -> Party:
    """The party of a number or an id, among those that the key may see."""
    return found(parties_for(call.caller), said, "number")


def _links(call: Call, records: Iterable[Party]) -> dict[UUID, str]:
    """The links of some parties, for a key that may pass them on."""
    if not call.caller.may(Scope.PARTIES_WRITE):
        return {}
    paths = links.paths_of(records)
    return {key: call.build_absolute_uri(path) for key, path in paths.items()}


def _reply(call: Call, party: Party) -> Reply:
    value = party_out(party, _links(call, [party]).get(party.pk))
    # A link that is signed anew makes no other version of a party.
    return Reply(value, None, {"ETag": etag_of(replace(value, link=None))})


# --- writing ---------------------------------------------------------------------------------------


@operation(
    router,
    Route(
        method="POST",
        path="/parties",
        tag="parties",
        scope=Scope.PARTIES_WRITE,
        name="create_party",
        answer=PartyDoneOut,
        status=201,
        body=PartyIn,
        problems=(*COMMON, "location_not_allowed"),
        headers=("Idempotent-Replayed", "Location"),
        example={
            "title": "Hannah’s party",
            "host": "C-1001",
            "held_on": "2026-11-14",
            "rep": "R-7",
            "location": "main",
        },
    ),
)
def create_party(request: Call, key: IdempotencyKey) -> Reply:
    """Make a party, which is open; its number is drawn. Once for the idempotency key."""
    deed, party = deed_of(request, key, ""), Party()
    made = making.made_before(deed)
    if made is None:
        _write(request, party, read(PartyIn, request.body))
        made = making.make(party, deed)
    reply = _told(made)
    assert isinstance(reply.value, PartyDoneOut)
    headers = {**reply.headers, "Location": f"/v1/parties/{reply.value.id}"}
    return Reply(reply.value, 201, headers)


@operation(
    router,
    Route(
        method="PATCH",
        path="/parties/{id}",
        tag="parties",
        scope=Scope.PARTIES_WRITE,
        name="change_party",
        answer=PartyOut,
        body=PartyChanges,
        problems=("not_found", "location_not_allowed", "changed_meanwhile", "if_match_missing"),
        headers=("ETag",),
        example={"title": "Hannah’s party in the garden"},
    ),
)
def change_party(request: Call, id: str, version: Version) -> Reply:
    """Change what is said of a party; If-Match names the version that you change."""
    party = party_of(request, id)
    check_version(version, _reply(request, party).headers["ETag"])
    _write(request, party, read(PartyChanges, request.body))
    making.change(party, by=request.caller.actor)
    return _reply(request, party_of(request, party.public_id))


def _write(call: Call, party: Party, asked: PartyIn | PartyChanges) -> None:
    """Set what was asked for. Raises `Trouble` with all that is wrong."""
    writing = Writing(party, business_values.currency())
    for name in making.EDITED:
        value: Any = getattr(asked, name)
        if value is not UNSET:
            writing.set(name, value)
    if writing.faults:
        raise invalid(writing.faults)
    place = None if party.location is None else party.location.code
    if not call.caller.may_act_at(place):
        where = ", ".join(sorted(call.caller.locations))
        raise Trouble("location_not_allowed", f"The key holds at {where}; name one as `location`.")


@operation(
    router,
    Route(
        method="POST",
        path="/parties/{id}/close",
        tag="parties",
        scope=Scope.PARTIES_WRITE,
        name="close_party",
        answer=PartyDoneOut,
        body=PartyDeedIn,
        body_required=False,
        problems=(*COMMON, "not_found", "party_unknown", "wrong_party_state"),
        headers=("Idempotent-Replayed",),
        example={},
    ),
)
def close_party(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Close a party: guests order no more, and its host reward order can be placed."""
    return _do(request, id, key, making.close)


@operation(
    router,
    Route(
        method="POST",
        path="/parties/{id}/reopen",
        tag="parties",
        scope=Scope.PARTIES_WRITE,
        name="reopen_party",
        answer=PartyDoneOut,
        body=PartyDeedIn,
        body_required=False,
        problems=(*COMMON, "not_found", "party_unknown", "wrong_party_state"),
        headers=("Idempotent-Replayed",),
        example={"reason": "A guest was late."},
    ),
)
def reopen_party(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Open a closed party again: guests can order, and the award follows what they do."""
    return _do(request, id, key, making.reopen)


def _do(call: Call, said: str, key: str, verb: Callable[[UUID, Deed], PartyAnswered]) -> Reply:
    asked = read(PartyDeedIn, call.body or b"{}")
    party = party_of(call, said)
    return _told(verb(party.id, deed_of(call, key, asked.reason)))


def _told(answered: PartyAnswered) -> Reply:
    headers = {"Idempotent-Replayed": "true"} if answered.repeated else {}
    done = answered.answer
    if not isinstance(done, PartyDone):
        raise refusal(done, headers)
    return Reply(done_out(done), None, headers)


def done_out(done: PartyDone) -> PartyDoneOut:
    """What was done to a party."""
    state: Any = done.state
    return PartyDoneOut(id=done.party, number=done.number, state=state)
