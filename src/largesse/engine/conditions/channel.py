"""Channel: how the order reaches the business (CO-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from largesse.engine.cart import Channel
from largesse.engine.conditions.one_of import OneOf
from largesse.engine.refusals import RefusalCode

if TYPE_CHECKING:
    from largesse.engine.cart import Cart


class ThroughChannel(OneOf, frozen=True, kw_only=True, eq=False):
    """The order comes through one of some channels."""

    kind: ClassVar[str] = "channel"
    label: ClassVar[str] = "Channel"
    field: ClassVar[str] = "channels"
    noun: ClassVar[str] = "channel"
    preposition: ClassVar[str] = "through"
    refusal: ClassVar[RefusalCode] = RefusalCode.OTHER_CHANNEL

    channels: frozenset[Channel]
    """The channels."""

    def word(self, cart: Cart) -> str | None:
        return cart.channel
