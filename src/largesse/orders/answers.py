"""What a use case of orders is told, and what it answers; the answer is kept for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct


class Deed(Struct, frozen=True, kw_only=True):
    """Who does something to an order, when, why, and under which idempotency key.

    `body` is what was asked, as the face received it: the same key with another body is refused (OR-3).
    """

    key: str
    body: bytes
    at: datetime
    actor: str
    reason: str = ""


class UnearnedUnits(Struct, frozen=True):
    """Units of a bonus line that a deal's credit pays for no more; `value` is at list price."""

    line: str
    sku: str
    name: str
    units: int
    value: int


class Unearned(Struct, frozen=True, kw_only=True):
    """What the units that were kept don't earn of a deal any more (DE-16). Amounts are minor units.

    `reaches` says what they reach: the tier that held, another one, or none. `discount` is what they
    bear beyond what they would get, as discount or rebate; `giveaways` is what `units` are worth.
    """

    deal: str
    title: str
    reaches: Literal["same", "other", "none"]
    discount: int
    giveaways: int
    units: tuple[UnearnedUnits, ...] = ()

    @property
    def amount(self) -> int:
        """All of it."""
        return self.discount + self.giveaways


class Corrected(Struct, frozen=True):
    """A correction by its shown id: the award before a guest's return, and by what is left after it."""

    correction: str
    before: int
    after: int


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """It happened. Amounts are minor units; ids are as they are shown."""

    order: str
    number: str
    state: str
    currency: str
    total: int
    due: int
    refunded: int = 0
    """What the buyer has got back in all."""
    refund: str | None = None
    """The refund that this deed made."""
    refund_total: int = 0
    unearned: tuple[Unearned, ...] = ()
    """What the kept units don't earn of deals after this refund."""
    charged_back: int = 0
    """What all refunds together paid back less for it."""
    held_until: datetime | None = None
    lapsed_credit: int = 0
    """Giveaway credit that nothing was given away for (DE-13)."""
    note: str = ""
    """What it brought about besides, that was not asked for."""
    correction: Corrected | None = None
    """The correction of a host's award that it made, or settled (SP-12)."""
    waived: tuple[str, ...] = ()
    """The open corrections that lapsed, because the host reward order was given back."""


class PriceChanged(Struct, frozen=True, kw_only=True, tag="price_changed"):
    """The price is worse than the one that the buyer confirmed; nothing was done (OR-2)."""

    confirmed: int
    due: int
    currency: str
    quote: msgspec.Raw
    """The new quote in the file format, to be confirmed."""


class FieldError(Struct, frozen=True):
    """What is wrong with one field of what was asked."""

    field: str
    value: str
    message: str


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """It can't be done, and why: a stable code, a sentence, and the field that it is about.

    Where several fields are wrong, `errors` tells them all at once.
    """

    code: str
    message: str
    field: str = ""
    errors: tuple[FieldError, ...] = ()


class Reward(Struct, frozen=True):
    """What a host reward order comes to: the award of its sprees, what they give of it, what is due."""

    award: int
    given: int
    due: int


class AwardChanged(Refused, frozen=True, kw_only=True, tag="award_changed"):
    """The party's orders award something else than when its host reward order was placed; it is not
    posted (SP-12). Amounts are minor units.
    """

    currency: str
    placed: Reward
    today: Reward
    quote: msgspec.Raw
    """The quote of today's award in the file format."""


Answer = Done | PriceChanged | Refused | AwardChanged


class Answered(Struct, frozen=True):
    """An answer, and whether it is an earlier one that is repeated for its key."""

    answer: Answer
    repeated: bool = False


def to_bytes(answer: Struct) -> bytes:
    return msgspec.json.encode(answer)


_decoder: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


def from_bytes(stored: bytes) -> Answer:
    return _decoder.decode(stored)
