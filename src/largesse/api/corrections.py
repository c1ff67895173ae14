"""Corrections of what hosts were awarded, and how they are settled (SP-12)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from django.db.models import QuerySet
from msgspec import Meta, Struct
from ninja import Field, Query, Router, Schema

from largesse.api.amounts import Money, amounts_of
from largesse.api.deeds import COMMON, DoneOut, Reason, deed_of, told
from largesse.api.finding import found
from largesse.api.headers import IdempotencyKey
from largesse.api.instants import Instant
from largesse.api.keys import Caller
from largesse.api.paging import Listed, Page, page_of
from largesse.api.reading import read
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.engine.money import Currency
from largesse.orders.models import Correction
from largesse.orders.parties.settling import How, settle

router: Final = Router(tags=["corrections"])

CorrectionState = Literal["open", "charged", "waived"]


class CorrectionOut(Struct, frozen=True, kw_only=True):
    """What a guest's return would have changed of an award that is frozen."""

    object: Literal["correction"] = "correction"
    id: str
    party: Annotated[str, Meta(description="The party's number.")]
    order: Annotated[str, Meta(description="The id of the guest's order.")]
    at: Instant
    before: Annotated[Money, Meta(description="The award by the orders as they were before.")]
    after: Annotated[Money, Meta(description="The award by what was left of them.")]
    amount: Annotated[Money, Meta(description="What the host was awarded beyond that.")]
    state: CorrectionState
    settled_at: Instant | None
    settled_by: str
    reason: str


class SettleIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a correction is settled, and why."""

    how: Annotated[
        How,
        Meta(
            description="charge: its amount is taken from the host's main credit account, which may "
            "go below zero. waive: nothing is booked."
        ),
    ]
    reason: Reason


class CorrectionFilters(Schema):
    """Which corrections are listed."""

    party: str | None = Field(None, max_length=16, description="Those of the party of this number.")
    state: CorrectionState | None = None


@operation(
    router,
    Route(
        method="GET",
        path="/corrections",
        tag="corrections",
        scope=Scope.PARTIES_READ,
        name="list_corrections",
        answer=Listed[CorrectionOut],
    ),
)
def list_corrections(request: Call, page: Query[Page], filters: Query[CorrectionFilters]) -> Struct:
    """The corrections that the key may see, the newest first."""
    rows = _corrections_for(request.caller)
    if filters.party is not None:
        rows = rows.filter(party__number=filters.party)
    if filters.state is not None:
        rows = rows.filter(state=filters.state)
    records, more, following = page_of(rows, page, Correction.prefix)
    data = [correction_out(each, each.party.number) for each in records]
    return Listed(data=data, has_more=more, next=following)


@operation(
    router,
    Route(
        method="GET",
        path="/corrections/{id}",
        tag="corrections",
        scope=Scope.PARTIES_READ,
        name="get_correction",
        answer=CorrectionOut,
        problems=("not_found",),
    ),
)
def get_correction(request: Call, id: str) -> Struct:
    """One correction."""
    correction = found(_corrections_for(request.caller), id)
    return correction_out(correction, correction.party.number)


@operation(
    router,
    Route(
        method="POST",
        path="/corrections/{id}/settle",
        tag="corrections",
        scope=Scope.CORRECTIONS_SETTLE,
        name="settle_correction",
        answer=DoneOut,
        body=SettleIn,
        problems=(
            *COMMON,
            "not_found",
            "correction_unknown",
            "correction_settled",
            "reason_needed",
        ),
        headers=("Idempotent-Replayed",),
        example={"how": "charge", "reason": "Agreed with the host."},
    ),
)
def settle_correction(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Charge a correction to the host's credit, or waive it: once. The answer is the host reward order,
    whose event it is.
    """
    asked = read(SettleIn, request.body)
    correction = found(_corrections_for(request.caller), id)
    return told(settle(correction.id, deed_of(request, key, asked.reason), asked.how))


def _corrections_for(caller: Caller) -> QuerySet[Correction]:
    rows = Correction.objects.select_related("party", "order")
    return rows.filter(party__location__code__in=caller.locations) if caller.locations else rows


def correction_out(correction: Correction, party: str) -> CorrectionOut:
    """A correction, its order read with it, of the party of a number."""
    money = amounts_of(Currency.of(correction.order.currency))
    return CorrectionOut(
        id=correction.public_id,
        party=party,
        order=correction.order.public_id,
        at=correction.at,
        before=money[correction.before],
        after=money[correction.after],
        amount=money[correction.amount],
        state=correction.state,  # type: ignore[arg-type]
        settled_at=correction.settled_at,
        settled_by=correction.settled_by,
        reason=correction.reason,
    )
