"""The report of a party as programs read it (SP-10)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from largesse.api.amounts import Amounts, Money, amounts_of
from largesse.api.corrections import CorrectionOut, correction_out
from largesse.api.order_shapes import State
from largesse.api.party_shapes import PartyOut, PartyTotalsOut, party_out, totals_out
from largesse.engine.money import Currency
from largesse.orders.parties.report import Award, GuestOrder, Report


class GuestOrderOut(Struct, frozen=True, kw_only=True):
    """A guest order of a party."""

    id: str
    number: str
    customer: Annotated[str | None, Meta(description="The guest's number.")]
    state: State
    merchandise: Annotated[
        Money, Meta(description="What was kept of it, after discounts, before tax and shipping.")
    ]
    counts: Annotated[bool, Meta(description="Whether that is in the party's total.")]


class PartyAwardOut(Struct, frozen=True, kw_only=True):
    """A spree of the host: what there is to spend, and what is spent of it."""

    offer: str
    title: str
    award: Money
    spent: Annotated[Money, Meta(description="What it pays of the products that were kept.")]
    due: Annotated[Money, Meta(description="What these cost beyond the award.")]
    left: Annotated[Money, Meta(description="What nothing was chosen for.")]
    carried_over: Annotated[Money, Meta(description="What of that is credited to the host.")]
    rep: Annotated[str | None, Meta(description="Whose taxable income it is, by number.")]
    rep_income: Money
    retained_earnings: bool


class RetainedOut(Struct, frozen=True, kw_only=True):
    """What a party leaves: merchandise that was kept and paid for, less what sprees gave."""

    as_set: Annotated[Money, Meta(description="With the products of sprees that apply to it.")]
    with_all: Annotated[Money, Meta(description="With the products of all sprees.")]
    without_any: Annotated[Money, Meta(description="Without the products of any spree.")]


class SettledOut(Struct, frozen=True, kw_only=True):
    """What corrections come to, by what became of them."""

    open: Money
    charged: Money
    waived: Money


class PartyReportOut(Struct, frozen=True, kw_only=True):
    """A party at a moment."""

    object: Literal["party_report"] = "party_report"
    party: PartyOut
    orders: Annotated[list[GuestOrderOut], Meta(description="Its guest orders, the oldest first.")]
    totals: PartyTotalsOut
    host_reward_order: Annotated[str | None, Meta(description="Its id, if there is one.")]
    frozen: Annotated[
        bool, Meta(description="Whether the awards follow the guests' orders no more.")
    ]
    awards: Annotated[
        list[PartyAwardOut],
        Meta(description="Those of the host reward order; before that, those that it would have."),
    ]
    corrections: list[CorrectionOut]
    settled: SettledOut
    retained_earnings: RetainedOut


def report_out(report: Report, currency: Currency, link: str | None) -> PartyReportOut:
    """A party's report; its link for who may see it."""
    money = amounts_of(currency)
    return PartyReportOut(
        party=party_out(report.party, link),
        orders=[_guest(each, money) for each in report.guests],
        totals=totals_out(report.party.number, report.totals, currency),
        host_reward_order=None if report.reward is None else report.reward.public_id,
        frozen=report.frozen,
        awards=[_award(each, money) for each in report.awards],
        corrections=[correction_out(each, report.party.number) for each in report.corrections],
        settled=SettledOut(
            open=money[report.settled.open],
            charged=money[report.settled.charged],
            waived=money[report.settled.waived],
        ),
        retained_earnings=RetainedOut(
            as_set=money[report.retained.as_set],
            with_all=money[report.retained.with_all],
            without_any=money[report.retained.without_any],
        ),
    )


def _guest(guest: GuestOrder, money: Amounts) -> GuestOrderOut:
    order = guest.order
    return GuestOrderOut(
        id=order.public_id,
        number=order.number,
        customer=None if order.customer is None else order.customer.number,
        state=order.state,  # type: ignore[arg-type]
        merchandise=money[guest.merchandise],
        counts=guest.counts,
    )


def _award(award: Award, money: Amounts) -> PartyAwardOut:
    return PartyAwardOut(
        offer=award.offer,
        title=award.title,
        award=money[award.award],
        spent=money[award.spent],
        due=money[award.due],
        left=money[award.left],
        carried_over=money[award.carried_over],
        rep=award.rep,
        rep_income=money[award.rep_income],
        retained_earnings=award.retained_earnings,
    )
