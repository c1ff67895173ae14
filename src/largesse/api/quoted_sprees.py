"""What shopping sprees give an order to spend, as programs read it (SP-5 to SP-11)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from largesse.api.amounts import Amounts, Money
from largesse.engine.applied_spree import AppliedSpree, CarryOver
from largesse.engine.money import percent_string


class AppliedSpreeOut(Struct, frozen=True, omit_defaults=True):
    """A spree that the order qualifies for, also where nothing is chosen against it."""

    offer: Annotated[str, Meta(description="The promotion that gives it; choices name it.")]
    revision: int
    title: str
    description: str
    award: Annotated[Money, Meta(description="What there is to spend.")]
    selected: Annotated[Money, Meta(description="What the chosen products cost together.")]
    given: Annotated[Money, Meta(description="What the spree pays of them.")]
    due: Annotated[Money, Meta(description="What they cost beyond the award.")]
    excess: Annotated[Money, Meta(description="What nothing is chosen for.")]
    lines: Annotated[list[str], Meta(description="The ids of the lines that were chosen.")]
    over_purchase: Annotated[
        bool, Meta(description="Whether more may be chosen, and the difference is charged.")
    ]
    carry_over: Annotated[
        CarryOver, Meta(description="What becomes of the excess; a credit is among `credits`.")
    ]
    retained_earnings: Annotated[
        bool, Meta(description="Whether what is chosen counts toward a party's retained earnings.")
    ]
    times: Annotated[int, Meta(description="How often the promotion is awarded.")] = 1
    base: Annotated[
        Money | None, Meta(description="What a percentage is of; null where it is an amount.")
    ] = None
    percent: Annotated[str | None, Meta(description="The percentage, as in 12.5.")] = None
    maximum: Annotated[
        Money | None, Meta(description="The most that a percentage awards; null is no cap.")
    ] = None
    rep: Annotated[
        str | None, Meta(description="The number of the distributor whose taxable income it is.")
    ] = None
    rep_income: Annotated[
        Money | None, Meta(description="What is recorded as that income when it is posted.")
    ] = None


def applied_spree(spree: AppliedSpree, money: Amounts) -> AppliedSpreeOut:
    return AppliedSpreeOut(
        offer=spree.offer,
        revision=spree.revision,
        title=spree.title,
        description=spree.description,
        award=money[spree.award],
        selected=money[spree.selected],
        given=money[spree.given],
        due=money[spree.due],
        excess=money[spree.excess],
        lines=list(spree.lines),
        over_purchase=spree.over_purchase,
        carry_over=spree.carry_over,
        retained_earnings=spree.retained_earnings,
        times=spree.times,
        base=None if spree.base is None else money[spree.base],
        percent=None if spree.percent is None else percent_string(spree.percent),
        maximum=None if spree.maximum is None else money[spree.maximum],
        rep=spree.rep,
        rep_income=None if spree.rep is None else money[spree.rep_income],
    )
