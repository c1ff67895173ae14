"""A party is made, edited, closed and opened again; posting its host reward order rewards it (SP-1)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from largesse.crm.models import Customer
from largesse.engine.faults import Fault, Faults
from largesse.ledger import reading, writing
from largesse.ledger.plan import Change, Insert, Plan, Stale
from largesse.orders import events
from largesse.orders.answers import Deed, Refused
from largesse.orders.models import Party
from largesse.orders.parties import links
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.parties.answers import PartyAnswer, PartyAnswered, PartyDone, party_answered
from largesse.orders.parties.changing import changed, columns_of, history_row
from largesse.orders.rows import inserted

EDITED: Final = ("title", "host", "rep", "held_on", "location", "booked_at")
"""What people say of a party. Its number and its state are the use cases' own."""

_FIRST_DIGITS: Final = 4
_BUSY: Final = PartyAnswered(events.BUSY_REFUSAL)


def make(party: Party, deed: Deed) -> PartyAnswered:
    """Store a new party under a number of its own, once for the deed's key; it is open, and has a link.

    Raises `Faults` for one that can't be.
    """
    _check(party)
    for attempt in range(events.ATTEMPTS):
        party.number, party.state = _new_number(attempt), Party.State.OPEN
        party.closed_at, party.made_at = None, deed.at
        party_row = inserted(Party, [columns_of(party)])
        rows = (party_row, history_row(party, deed, "+"), links.first_of(party, deed))
        try:
            return _written(deed, "party.made", _done(party), inserts=rows) or _BUSY
        except IntegrityError:
            continue  # another party has the number
    return _BUSY


def made_before(deed: Deed) -> PartyAnswered | None:
    """What the key of a deed was answered before, if it was."""
    found = reading.stored_answer(deed.key, events.body_hash(deed))
    return None if found is None else party_answered(found)


def _new_number(attempt: int) -> str:
    """A number such as P-2214: drawn, so that no two makers wait for each other, with one more digit
    for each that was taken.
    """
    least = 10 ** (_FIRST_DIGITS - 1 + attempt)
    return f"P-{least + secrets.randbelow(9 * least)}"


def change(party: Party, *, by: str) -> None:
    """Save what was edited on a party. Raises `Faults`.

    Host and rep stay as they are as long as there is a host reward order: it is the host's, and its
    spree counts to the rep's income.
    """
    with transaction.atomic():
        stored = Party.objects.select_for_update().get(pk=party.pk)
        _check(party)
        if host_reward_of(stored) is not None:
            said = "stays as it is, since the party has a host reward order"
            moved = [name for name in ("host", "rep") if _differs(stored, party, name)]
            if moved:
                raise Faults([Fault(name, None, said) for name in moved])
        party.state, party.closed_at = stored.state, stored.closed_at
        party._change_reason = by  # type: ignore[attr-defined]
        party.save(update_fields=EDITED)


def _differs(one: Party, other: Party, name: str) -> bool:
    return bool(getattr(one, f"{name}_id") != getattr(other, f"{name}_id"))


def _check(party: Party) -> None:
    faults = list(_faults(party))
    if faults:
        raise Faults(faults)


def _faults(party: Party) -> Iterator[Fault]:
    rep = party.rep
    if rep is not None and rep.type != Customer.Type.DISTRIBUTOR:
        yield Fault("rep", rep.number, "is no distributor")
    if party.booked_at_id == party.id:
        yield Fault("booked_at", party.number, "is the party itself; it was booked at another one")


# --- states ----------------------------------------------------------------------------------------


def close(party_id: UUID, deed: Deed) -> PartyAnswered:
    """Close an open party: guests order no more, and its host reward order can be placed."""

    def decide(party: Party) -> PartyDone | Refused:
        if party.state != Party.State.OPEN:
            return _wrong_state(party, "only an open party can be closed")
        return _done(party, Party.State.CLOSED)

    return _take_step(party_id, deed, "party.closed", decide)


def reopen(party_id: UUID, deed: Deed) -> PartyAnswered:
    """Open a closed party again: guests can order, and the award follows what they do."""

    def decide(party: Party) -> PartyDone | Refused:
        if party.state == Party.State.REWARDED:
            wanted = "take its host reward order back first"
            return _wrong_state(party, wanted)
        if party.state != Party.State.CLOSED:
            return _wrong_state(party, "only a closed party can be opened again")
        return _done(party, Party.State.OPEN)

    return _take_step(party_id, deed, "party.reopened", decide)


def _take_step(
    party_id: UUID, deed: Deed, kind: str, decide: Callable[[Party], PartyDone | Refused]
) -> PartyAnswered:
    """Change a party's state: decided on what it is now, and again if another came first."""
    for _ in range(events.ATTEMPTS):
        party = Party.objects.filter(id=party_id).first()
        if party is None:
            answer: PartyAnswer = Refused(code="party_unknown", message="No such party.")
        else:
            answer = decide(party)
        if party is None or isinstance(answer, Refused):
            refused = _written(deed, "refused", answer)
            assert refused is not None
            return refused
        closed_at = deed.at if answer.state == Party.State.CLOSED else None
        row, past = changed(party, deed, state=answer.state, closed_at=closed_at)
        found = _written(deed, kind, answer, changes=(row,), inserts=(past,))
        if found is not None:
            return found
    return _BUSY


def _written(
    deed: Deed,
    kind: str,
    answer: PartyAnswer,
    *,
    changes: tuple[Change, ...] = (),
    inserts: tuple[Insert, ...] = (),
) -> PartyAnswered | None:
    """Carry a deed out as an event of no order; None where another came first."""
    event = events.event_of(deed, kind, answer)
    outcome = writing.carry_out(Plan(event=event, changes=changes, inserts=inserts))
    return None if isinstance(outcome, Stale) else party_answered(outcome)


def _done(party: Party, state: Party.State = Party.State.OPEN) -> PartyDone:
    return PartyDone(party=party.public_id, number=party.number, state=state.value)


def _wrong_state(party: Party, wanted: str) -> Refused:
    message = f"Party {party.number} is {party.state}; {wanted}."
    return Refused(code="wrong_party_state", message=message, field="state")
