"""What all that is done to orders has in common: an idempotency key, an answer, what may go wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from largesse.api.amounts import Money, shown
from largesse.api.awards import award_out
from largesse.api.calling import now
from largesse.api.finding import found
from largesse.api.instants import Instant
from largesse.api.order_reading import orders_for
from largesse.api.problems import KINDS, Trouble
from largesse.api.routing import Call, Reply, Route
from largesse.api.scopes import Scope
from largesse.api.telling import stored_quote_out
from largesse.engine.faults import Fault
from largesse.orders.answers import (
    Answered,
    AwardChanged,
    Corrected,
    Deed,
    Done,
    PriceChanged,
    Refused,
    Unearned,
)
from largesse.outages import RETRY_AFTER_SECONDS

Reason = Annotated[str, Meta(max_length=200, description="Why, for the order's history.")]


class UnearnedUnitsOut(Struct, frozen=True, kw_only=True):
    """Units that were given away and that the deal's credit pays for no more."""

    line: str
    sku: str
    name: str
    units: int
    value: Annotated[Money, Meta(description="What they are worth at list price.")]


class UnearnedOut(Struct, frozen=True, kw_only=True):
    """What the units that were kept don't earn of a deal any more."""

    deal: str
    title: str
    reaches: Annotated[
        Literal["same", "other", "none"],
        Meta(description="What the kept units reach: the tier that held, another one, or none."),
    ]
    discount: Annotated[Money, Meta(description="The discount or rebate that is unearned.")]
    giveaways: Annotated[Money, Meta(description="The stock given away that is unearned.")]
    units: list[UnearnedUnitsOut]


class CorrectedOut(Struct, frozen=True, kw_only=True):
    """A correction of what a party's host was awarded."""

    id: str
    before: Annotated[Money, Meta(description="The award before the return.")]
    after: Annotated[Money, Meta(description="The award by what is left after it.")]


class DoneOut(Struct, frozen=True, kw_only=True):
    """What was done. The same idempotency key is answered with the same bytes for ever."""

    object: Literal["order"] = "order"
    id: str
    number: str
    state: str
    total: Money
    due: Money
    refunded: Annotated[Money, Meta(description="What the buyer has got back in all.")]
    refund: Annotated[str | UnsetType, Meta(description="The refund that this request made.")] = (
        UNSET
    )
    refund_total: Annotated[Money | UnsetType, Meta(description="What the buyer gets for it.")] = (
        UNSET
    )
    unearned: Annotated[
        list[UnearnedOut] | UnsetType,
        Meta(description="What the kept units don't earn of deals after this refund, if anything."),
    ] = UNSET
    charged_back: Annotated[
        Money | UnsetType, Meta(description="What all refunds together paid back less for that.")
    ] = UNSET
    held_until: Instant | UnsetType = UNSET
    lapsed_credit: Annotated[
        Money | UnsetType,
        Meta(description="Giveaway credit that nothing was given away for, and that is gone."),
    ] = UNSET
    note: Annotated[
        str | UnsetType, Meta(description="What it brought about besides, that was not asked for.")
    ] = UNSET
    correction: Annotated[
        CorrectedOut | UnsetType,
        Meta(description="The correction of a host's award that it made, or settled."),
    ] = UNSET
    waived: Annotated[
        list[str] | UnsetType,
        Meta(description="The open corrections that lapsed with their host reward order."),
    ] = UNSET


order_route = partial(
    Route,
    method="POST",
    tag="orders",
    scope=Scope.ORDERS_WRITE,
    answer=DoneOut,
    headers=("Idempotent-Replayed",),
)
COMMON: Final = ("idempotency_key_missing", "idempotency_key_reused", "busy")
OF_ONE: Final = (*COMMON, "not_found", "order_unknown", "wrong_state")


def do_on(
    call: Call, said: str, key: str, reason: str, verb: Callable[[UUID, Deed], Answered]
) -> Reply:
    """Do something to the order that the address names, once for the idempotency key."""
    order = found(orders_for(call.caller).only("id"), said)
    return told(verb(order.id, deed_of(call, key, reason)))


def deed_of(call: Call, key: str, reason: str) -> Deed:
    """Keys are the business's, not one API key's: so a retry works after the API key was replaced.

    What is asked for is in the address as well as in the body.
    """
    asked = f"{call.method} {call.path_info}\n".encode() + call.body
    return Deed(key=f"api:{key}", body=asked, at=now(), actor=call.caller.actor, reason=reason)


def told(answered: Answered, *, tells_apart: bool = True) -> Reply:
    """An answer as HTTP has it: from what is stored alone, so that its bytes stay the same."""
    headers = {"Idempotent-Replayed": "true"} if answered.repeated else {}
    match answered.answer:
        case Done() as done:
            return Reply(_done(done), None, headers)
        case PriceChanged() as changed:
            detail = (
                f"The cart costs {_text(changed.due, changed.currency)} now; "
                f"{_text(changed.confirmed, changed.currency)} was confirmed. Nothing was placed."
            )
            encoded = _quote(changed.quote, tells_apart)
            raise Trouble("price_changed", detail, quote=encoded, headers=headers)
        case AwardChanged() as changed:
            encoded = _quote(changed.quote, tells_apart)
            award = award_out(changed)
            raise Trouble(
                "award_changed", changed.message, quote=encoded, award=award, headers=headers
            )
        case Refused() as refused:
            raise refusal(refused, headers)


def _quote(kept: Raw, tells_apart: bool) -> Raw:
    """A quote that an answer keeps, as programs read it."""
    quote = stored_quote_out(msgspec.json.decode(kept), tells_apart=tells_apart)
    return Raw(msgspec.json.encode(quote))


def refusal(refused: Refused, headers: dict[str, str]) -> Trouble:
    code = refused.code if refused.code in KINDS else "conflict"
    if code == "idempotency_key_reused":
        return Trouble(code, headers=headers)
    if code == "busy":
        headers = {**headers, "Retry-After": RETRY_AFTER_SECONDS}
    faults = [Fault(error.field, error.value, error.message) for error in refused.errors]
    return Trouble(code, refused.message, faults=faults, headers=headers)


def _done(done: Done) -> DoneOut:
    return DoneOut(
        id=done.order,
        number=done.number,
        state=done.state,
        total=shown(done.total, done.currency),
        due=shown(done.due, done.currency),
        refunded=shown(done.refunded, done.currency),
        refund=UNSET if done.refund is None else done.refund,
        refund_total=UNSET if done.refund is None else shown(done.refund_total, done.currency),
        unearned=[_unearned(each, done.currency) for each in done.unearned] or UNSET,
        charged_back=shown(done.charged_back, done.currency) if done.charged_back else UNSET,
        held_until=UNSET if done.held_until is None else done.held_until,
        lapsed_credit=shown(done.lapsed_credit, done.currency) if done.lapsed_credit else UNSET,
        note=done.note or UNSET,
        correction=UNSET if done.correction is None else _corrected(done.correction, done.currency),
        waived=list(done.waived) or UNSET,
    )


def _corrected(made: Corrected, currency: str) -> CorrectedOut:
    before, after = shown(made.before, currency), shown(made.after, currency)
    return CorrectedOut(id=made.correction, before=before, after=after)


def _unearned(each: Unearned, currency: str) -> UnearnedOut:
    return UnearnedOut(
        deal=each.deal,
        title=each.title,
        reaches=each.reaches,
        discount=shown(each.discount, currency),
        giveaways=shown(each.giveaways, currency),
        units=[
            UnearnedUnitsOut(
                line=some.line,
                sku=some.sku,
                name=some.name,
                units=some.units,
                value=shown(some.value, currency),
            )
            for some in each.units
        ],
    )


def _text(minor: int, currency: str) -> str:
    return f"{msgspec.json.decode(shown(minor, currency))['amount']} {currency}"
