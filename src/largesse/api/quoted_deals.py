"""What deals do to a cart, as programs read it."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from largesse.api.amounts import Amounts, Money
from largesse.engine.deals.progress import DealProgress
from largesse.engine.deals.proof import Assignment
from largesse.engine.quoted import AppliedDeal
from largesse.engine.refusals import Shortfall
from largesse.engine.restrictions import Restriction


class AppliedDealOut(Struct, frozen=True):
    """A deal that has lines on it, and what it brings."""

    offer: str
    revision: int
    title: str
    tier: Annotated[
        int, Meta(description="The number of the tier that holds; 0 where each line has its own.")
    ]
    lines: Annotated[list[str], Meta(description="The ids of the lines on it.")]
    off: Annotated[Money, Meta(description="What came off the lines.")]
    rebate: Annotated[Money, Meta(description="What is credited once the order is posted.")]
    credit: Annotated[Money, Meta(description="What there is to give stock away with.")]
    used: Annotated[Money, Meta(description="What giveaways use of the credit.")]
    left: Annotated[Money, Meta(description="What lapses of it when the order is placed.")]
    benefit: Annotated[Money, Meta(description="All of it; credit at its face value.")]
    referred: Annotated[
        bool, Meta(description="Whether it is applied without its trigger, to be approved.")
    ]


class ShortfallOut(Struct, frozen=True, omit_defaults=True):
    """What lacks, with the numbers that were compared."""

    code: Annotated[str, Meta(description="A stable code; the reference lists them.")]
    sentence: str
    needed: int | Money | UnsetType = UNSET
    found: int | Money | UnsetType = UNSET


class DealProgressOut(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How far the cart is with a deal that is open to it."""

    offer: str
    title: str
    state: Literal["applied", "referred", "qualifies", "not_met"]
    lines: Annotated[
        list[str], Meta(description="The lines on it; where none is, those that would be.")
    ]
    units: Annotated[int, Meta(description="The units that count towards its trigger.")]
    value: Annotated[Money, Meta(description="Their value at list price, before discounts.")]
    tier: Annotated[int, Meta(description="The tier that they meet, from 1; 0 is none.")]
    brings: Annotated[Money, Meta(description="What it brings now.")]
    would_bring: Annotated[
        Money, Meta(description="What it would bring with all lines that qualify on it.")
    ]
    lacks: Annotated[ShortfallOut | None, Meta(description="What lacks for its lowest tier.")] = (
        None
    )


class RestrictionOut(Struct, frozen=True):
    """A rule, and what it costs the buyer against the best without it."""

    rule: Literal["pick", "one_deal_a_line", "no_splitting", "exclusion_group"]
    subject: Annotated[
        str, Meta(description="The line or the exclusion group; empty for a rule of all lines.")
    ]
    cost: Money
    proven: Annotated[bool, Meta(description="Whether it costs exactly that, or at least that.")]


CHECKED_MOST: Final = 2_500
"""Lines × deals of the largest assignments that are checked while a caller waits."""


class AssignmentOut(Struct, frozen=True):
    """The proof that no other assignment of lines to deals brings more."""

    plan: Annotated[dict[str, str], Meta(description="The deal of each line, by the line's id.")]
    value: Annotated[Money, Meta(description="What the plan brings.")]
    bound: Annotated[Money, Meta(description="No plan brings more, says the solver.")]
    checked_bound: Annotated[Money, Meta(description="No plan brings more, says its certificate.")]
    proven: Annotated[bool, Meta(description="Whether the plan brings what no plan exceeds.")]
    wrong: Annotated[
        list[str] | None,
        Meta(
            description="What a checker finds that shares no code with the solver; nothing is good. "
            "Null where the order is too large to be checked while you wait: check it in Python."
        ),
    ]


def applied_deal(deal: AppliedDeal, money: Amounts) -> AppliedDealOut:
    return AppliedDealOut(
        deal.offer,
        deal.revision,
        deal.title,
        deal.tier,
        list(deal.lines),
        money[deal.off],
        money[deal.rebate],
        money[deal.credit],
        money[deal.used],
        money[deal.left],
        money[deal.benefit],
        deal.referred,
    )


def deal_progress(progress: DealProgress, money: Amounts) -> DealProgressOut:
    return DealProgressOut(
        offer=progress.offer,
        title=progress.title,
        state=progress.state,
        lines=list(progress.lines),
        units=progress.units,
        value=money[progress.value],
        tier=progress.tier,
        brings=money[progress.brings],
        would_bring=money[progress.would_bring],
        lacks=None if progress.lacks is None else _shortfall(progress.lacks, money),
    )


def restriction(found: Restriction, money: Amounts) -> RestrictionOut:
    return RestrictionOut(found.rule, found.subject, money[found.cost], found.proven)


def assignment(found: Assignment, money: Amounts) -> AssignmentOut:
    return AssignmentOut(
        found.plan,
        money[found.value],
        money[found.bound],
        money[found.checked_bound],
        found.value == found.bound,
        list(found.check()) if found.size <= CHECKED_MOST else None,
    )


def _shortfall(lacks: Shortfall, money: Amounts) -> ShortfallOut:
    needed, compared = (
        number_told(number, lacks.unit, money) for number in (lacks.needed, lacks.found)
    )
    return ShortfallOut(lacks.code, lacks.sentence, needed, compared)


def number_told(
    number: int | None, unit: Literal["units", "money"], money: Amounts
) -> int | Raw | UnsetType:
    """One of the numbers that a refusal compared: units, or an amount."""
    if number is None:
        return UNSET
    return money[number] if unit == "money" else number
