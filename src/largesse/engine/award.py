"""An award is one action of one promotion, compiled: what it may take, and an exact bound on what
it saves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from largesse.engine.actions.base import Display, Offered, Stacking, Take
from largesse.engine.catalog import Multipliers
from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.conditions.compound import All
from largesse.engine.discount import Discount
from largesse.engine.running import Line, Lot
from largesse.engine.stage import PromotionStage, Stage
from largesse.engine.window import Instant, micros

if TYPE_CHECKING:
    from largesse.engine.offers.promotion import Promotion
    from largesse.engine.scene import Scene

_STANDARD_TOO = (Stacking.STANDARD, Stacking.BOTH)
_POST_TOO = (Stacking.POST, Stacking.BOTH)


class Quoted(NamedTuple):
    """What every adjustment of an award says alike."""

    stage: Stage
    offer: str
    revision: int
    title: str
    kind: str
    multipliers: Multipliers
    separate: bool


class Award:
    """One action of a promotion. Awards are compared by identity and ordered by `rank`."""

    __slots__ = (
        "action",
        "acts_on",
        "adds",
        "bound",
        "by_line",
        "code",
        "condition",
        "end",
        "exclude",
        "fixed_terms",
        "gated",
        "gives_amounts",
        "include",
        "joins_own",
        "joins_post",
        "joins_standard",
        "most",
        "on_deal_lines",
        "promotion",
        "quoted",
        "rank",
        "rate",
        "shares",
        "stage",
        "start",
    )  # fmt: skip

    def __init__(self, promotion: Promotion, number: int):
        action = promotion.actions[number]
        include, exclude = action.targets()
        self.promotion = promotion
        self.action = action
        self.code = promotion.code
        self.stage = promotion.stage
        self.rank = (-promotion.priority, promotion.code, number)
        """The order in which awards apply: the higher priority first, then the code."""
        self.condition: Condition | None = _all_of(promotion.conditions)
        self.by_line = action.by_line
        self.acts_on = action.acts_on
        self.adds = action.adds
        self.bound = action.rate_bound
        self.include = None if include is None else include.products
        self.exclude = None if exclude is None else exclude.products
        self.joins_standard = action.stacking in _STANDARD_TOO
        self.joins_post = action.stacking in _POST_TOO
        self.joins_own = self.joins(self.stage)
        """Whether it stacks with awards of its own stage."""
        self.shares = self.joins_own or action.below_floor
        """Whether it may add to what others take off the same units, or goes where they may not."""
        self.most = action.most(1) if not promotion.cumulative else None
        """The most that it takes off in all, in minor units, if it has such a limit."""
        self.fixed_terms = action.fixed_terms
        self.gives_amounts = action.gives_amounts
        self.on_deal_lines = promotion.on_deal_lines
        self.gated = bool(promotion.limits) or promotion.suggest != "no"
        """Whether a limit or the shopper's answer may keep it from a cart that qualifies."""
        self.rate: int | None = None
        """Its percentage in millionths, where every cart gets it on every unit."""
        if self.fixed_terms is not None and self.condition is None and not _is_for_some(promotion):
            self.rate = None if self.gated else self.fixed_terms.percent
        self.quoted = Quoted(
            Stage(promotion.stage.value),
            promotion.code,
            promotion.revision,
            promotion.name,
            action.kind,
            action.multipliers,
            action.display is Display.SEPARATE,
        )
        self.start: Instant = micros(promotion.window.start, open=-(10**18))
        self.end: Instant = micros(promotion.window.end, open=10**18)

    def joins(self, stage: PromotionStage) -> bool:
        """Whether it may take units that a promotion of that stage discounted (AC-4)."""
        return self.joins_standard if stage is PromotionStage.STANDARD else self.joins_post

    def targets(self, sku: str) -> bool:
        if self.exclude is not None and sku in self.exclude:
            return False
        return self.include is None or sku in self.include

    def may_take(self, lot: Lot) -> bool:
        """Whether the lot is not free, on no deal if that matters, and every award that took it agrees
        to stack (AC-4, ST-2, ST-3).
        """
        if lot.free or (lot.deal and not self.on_deal_lines):
            return False
        return all([self.joins(m.stage) and m.joins(self.stage) for m in lot.marks])

    def times(self, scene: Scene) -> int:
        """How often a cart that it is open to is awarded; 0 is not at all (PR-4)."""
        if self.condition is None:
            return 1
        met = self.condition.times(scene)
        if not met:
            return 0
        return met if self.promotion.cumulative and met < UNBOUNDED else 1

    def terms(self, scene: Scene) -> Discount | None:
        return self.fixed_terms or self.action.terms(scene)

    def room(self, line: Line, lot: Lot) -> int:
        """What may come off a lot: its net, or less where a floor holds (FL-1)."""
        return lot.net if self.action.below_floor else line.room(lot)

    def take(
        self,
        lots: Sequence[tuple[Line, Lot]],
        times: int,
        scene: Scene,
        *,
        floored: bool = True,
    ) -> Sequence[Take]:
        """What it takes of lots that it may take, the dearest unit first.

        Without floors it is what it would take, had they none.
        """
        nets = [lot.net for _, lot in lots]
        offered = Offered(
            [line for line, _ in lots],
            [lot.units for _, lot in lots],
            nets,
            [self.room(line, lot) for line, lot in lots] if floored else nets,
        )
        return self.action.take(offered, times, scene)

    def __repr__(self) -> str:
        return f"Award({self.code}#{self.rank[2]})"


def _is_for_some(promotion: Promotion) -> bool:
    """Whether it is for some channels, locations or types of customer only."""
    return bool(promotion.channels or promotion.locations or promotion.target != "both")


def _all_of(conditions: tuple[Condition, ...]) -> Condition | None:
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else All(of=conditions)
