"""A promotion is conditions and actions, evaluated in the standard or the post stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from largesse.engine.actions.base import Action
from largesse.engine.cart import Channel, CustomerType, normal_code
from largesse.engine.conditions.base import Condition
from largesse.engine.facts import Limit
from largesse.engine.money import Money
from largesse.engine.stage import PromotionStage
from largesse.engine.window import ALWAYS, Window


class GroupMode(StrEnum):
    """What an exclusion group applies of its promotions that qualify (CH-3)."""

    STACK = "stack"
    FIRST = "first"
    BEST = "best"
    LOWEST = "lowest"


class ExclusionGroup(Struct, frozen=True):
    """Promotions of which a mode says which apply. Groups are evaluated by `order`, then code
    (CH-3).

    Promotions without a group compete as if they were a group of order 0 before all others of order
    0.
    """

    code: str
    """What identifies the group; unique."""
    mode: GroupMode = GroupMode.BEST
    """Which of its promotions that qualify apply."""
    order: int = 0
    """Groups are evaluated from the lowest to the highest."""


Target = Literal["both", "customer", "distributor"]


class Suggest(StrEnum):
    """Whether the shopper is asked, and what holds until they answer (PR-3)."""

    NO = "no"
    """It applies when it qualifies, without asking."""
    CHECKED = "checked"
    """It applies unless the shopper declines it."""
    UNCHECKED = "unchecked"
    """It applies once the shopper accepts it."""


class Promotion(Struct, frozen=True, kw_only=True, eq=False):
    """Conditions that a cart meets, and the actions that it then gets (PR-1).

    Several conditions must all be met; none always qualifies (PR-7). `cumulative` gives each action
    as many times as all conditions were met (PR-4). `priority` orders what is applied and settles
    ties: the higher first, then the code.
    """

    code: str
    """What identifies the promotion; unique, and the last tie-breaker."""
    actions: tuple[Action, ...]
    """What it gives."""
    conditions: tuple[Condition, ...] = ()
    """What a cart must meet, all of them; none always qualifies."""
    title: str = ""
    """What shoppers read."""
    description: str = ""
    """More about it; a shopper who is asked about it reads this too."""
    stage: PromotionStage = PromotionStage.STANDARD
    """Whether it looks at the cart before other promotions awarded, or after."""
    window: Window = ALWAYS
    """When it holds."""
    active: bool = True
    """Whether it is switched on."""
    archived: bool = False
    """Whether it is kept for the record only."""
    priority: int = 0
    """The higher applies first and wins ties; it never beats a larger saving."""
    channels: frozenset[Channel] = frozenset()
    """Where it is on offer; none named is everywhere."""
    locations: frozenset[str] = frozenset()
    """The locations where it is on offer; none named is everywhere."""
    exclusion_group: str | None = None
    """The exclusion group that decides whether it applies."""
    target: Target = "both"
    """Whose orders it is for: customers', distributors', or both (PR-2)."""
    on_deal_lines: bool = False
    """Whether it may also take units of lines that are on a deal (ST-3)."""
    cumulative: bool = False
    """Whether it is awarded as often as its conditions are met, instead of once."""
    suggest: Suggest = Suggest.NO
    """Whether the shopper is asked before it applies; a post promotion never asks."""
    promo_code: str | None = None
    """A generic code that the cart must carry (PR-6)."""
    single_use_codes: bool = False
    """Whether the cart must carry one of its single-use codes, which are made in bulk (PR-6)."""
    max_uses: int | None = None
    """The most orders that it is given to, in all; empty is no limit (PR-5)."""
    max_uses_per_customer: int | None = None
    """The most orders of one customer that it is given to; empty is no limit."""
    max_uses_per_day: int | None = None
    """The most orders of one day that it is given to; empty is no limit."""
    budget: Money | None = None
    """The most that it gives in all, cut at what is left; empty is no limit."""
    revision: int = 1
    """Which version of the promotion this is; orders keep it."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if not self.code.strip():
            yield "code", "is not blank"
        if not self.actions:
            yield "actions", "names at least one action"
        start, end = self.window.start, self.window.end
        if start is not None and end is not None and end <= start:
            yield "window", "ends before it starts"
        if sum(bool(action.choices) for action in self.actions) > 1:
            yield "actions", "at most one of them lets the buyer choose a gift"
        if sum(action.acts_on == "reward" for action in self.actions) > 1:
            yield "actions", "at most one of them is a shopping spree"
        if self.promo_code is not None and not normal_code(self.promo_code):
            yield "promo_code", "is not blank"
        if self.promo_code is not None and self.single_use_codes:
            yield "promo_code", "is one generic code; this promotion has single-use codes"
        if self.stage is PromotionStage.POST and self.suggest is not Suggest.NO:
            yield "suggest", "is no for a post promotion, which never asks"
        for name in ("max_uses", "max_uses_per_customer", "max_uses_per_day", "budget"):
            most = getattr(self, name)
            if most is not None and most < 1:
                yield name, "is more than 0; archive a promotion to end it"

    @property
    def limits(self) -> tuple[tuple[Limit, int], ...]:
        """What its uses and its budget are limited to (PR-5)."""
        most: tuple[tuple[Limit, int | None], ...] = (
            ("uses", self.max_uses),
            ("uses_per_customer", self.max_uses_per_customer),
            ("uses_per_day", self.max_uses_per_day),
            ("budget", self.budget),
        )
        return tuple([(limit, number) for limit, number in most if number is not None])

    def is_accepted(self, answers: Mapping[str, bool]) -> bool:
        """Whether it may apply by the shopper's answer, or before they answered (PR-3)."""
        if self.suggest is Suggest.NO:
            return True
        return answers.get(self.code, self.suggest is Suggest.CHECKED)

    def is_for(self, type: CustomerType) -> bool:
        return self.target in ("both", type.value)

    @property
    def name(self) -> str:
        return self.title or self.code
