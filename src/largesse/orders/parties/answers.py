"""What a deed on a party is answered, and kept for ever under its idempotency key (OR-3)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from largesse.ledger.plan import KeyReused, Outcome, Recorded, Short, Stale
from largesse.orders.answers import Refused
from largesse.orders.events import key_reused


class PartyDone(Struct, frozen=True, kw_only=True, tag="party"):
    """It happened. The id is as it is shown."""

    party: str
    number: str
    state: str


PartyAnswer = PartyDone | Refused


class PartyAnswered(Struct, frozen=True):
    """An answer, and whether it is an earlier one that is repeated for its key."""

    answer: PartyAnswer
    repeated: bool = False


_decoder: msgspec.json.Decoder[PartyAnswer] = msgspec.json.Decoder(PartyAnswer)


def party_answered(outcome: Outcome) -> PartyAnswered:
    """What is told of an outcome that is final."""
    match outcome:
        case Recorded(answer, repeated):
            return PartyAnswered(_decoder.decode(answer), repeated)
        case KeyReused(key):
            return PartyAnswered(key_reused(key))
        case Short() | Stale():
            raise AssertionError(f"{outcome} is not final")
