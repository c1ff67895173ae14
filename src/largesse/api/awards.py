"""What a host reward order comes to, when it was placed and today (SP-12)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from largesse.api.amounts import Money, amounts_of
from largesse.engine.money import Currency
from largesse.orders.answers import AwardChanged, Reward


class RewardOut(Struct, frozen=True):
    """The award of its sprees, what they pay of what is chosen, and what is due."""

    award: Money
    given: Money
    due: Money


class AwardOut(Struct, frozen=True):
    """What a host reward order came to when it was placed, and what it would come to now."""

    placed: RewardOut
    today: Annotated[RewardOut, Meta(description="By what the party's guests have bought by now.")]


def award_out(changed: AwardChanged) -> AwardOut:
    return AwardOut(
        _reward(changed.placed, changed.currency), _reward(changed.today, changed.currency)
    )


def _reward(reward: Reward, currency: str) -> RewardOut:
    money = amounts_of(Currency.of(currency))
    return RewardOut(money[reward.award], money[reward.given], money[reward.due])
