"""What parties should come to, and their hosts be awarded, told again in plain dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tests.machine.model import Order

PERCENT: Final = 10
MOST: Final = 10_000
"""The most that a host is awarded, in cents."""


@dataclass
class Reward:
    """A host reward order: pots chosen against an award."""

    award: int
    units: int
    price: int
    state: str = "placed"
    refunded: int = 0

    @property
    def given(self) -> int:
        return self.units * self.price

    @property
    def left(self) -> int:
        """What becomes credit when it is posted."""
        return self.award - self.given


@dataclass
class Hosted:
    """A party as the model has it."""

    state: str = "open"
    guests: list[Order] = field(default_factory=list)
    reward: Reward | None = None
    reward_id: Any = None
    corrections: list[list[Any]] = field(default_factory=list)
    """Before, after, state: of this reward and of earlier ones."""
    of_reward: int = 0
    """How many of them are of earlier rewards."""
    credit: int = 0
    """What the host is owed."""

    @property
    def counted(self) -> list[Order]:
        return [o for o in self.guests if o.state in ("placed", "posted", "partly_refunded")]

    @property
    def total(self) -> int:
        return sum(order.merchandise for order in self.counted)

    @property
    def award(self) -> int:
        return min(MOST, self.total * PERCENT // 100)

    @property
    def left(self) -> int:
        """The award as the corrections have left it."""
        assert self.reward is not None
        its = self.corrections[self.of_reward :]
        return its[-1][1] if its else self.reward.award

    def corrected(self) -> tuple[int, int] | None:
        """A guest has given something back: the correction that this makes, if any."""
        if self.state != "rewarded" or self.award >= self.left:
            return None
        made = (self.left, self.award)
        self.corrections.append([*made, "open"])
        return made

    def post(self) -> None:
        assert self.reward is not None
        self.reward.state, self.state = "posted", "rewarded"
        self.of_reward = len(self.corrections)
        self.credit += self.reward.left

    def settle(self, nth: int, how: str) -> None:
        correction = self.corrections[nth]
        correction[2] = "charged" if how == "charge" else "waived"
        if how == "charge":
            self.credit -= correction[0] - correction[1]

    def take_back(self) -> int:
        """All of the reward is given back; how many open corrections are waived."""
        assert self.reward is not None
        self.credit -= self.reward.left
        its = self.corrections[self.of_reward :]
        self.credit += sum(before - after for before, after, state in its if state == "charged")
        waived = [each for each in its if each[2] == "open"]
        for each in waived:
            each[2] = "waived"
        self.reward, self.state, self.of_reward = None, "closed", len(self.corrections)
        return len(waived)
