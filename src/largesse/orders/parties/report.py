"""What a party came to: guest orders, its host's reward, corrections, what it leaves (SP-1, SP-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import QuerySet

from largesse.engine.facts import PartyTotals
from largesse.orders.models import Correction, Order, Party
from largesse.orders.parties.admitting import OVER
from largesse.orders.parties.drafting import draft_of, to_price
from largesse.orders.parties.earnings import Retained, retained
from largesse.orders.parties.totals import COUNTED, party_totals
from largesse.orders.quoting import quote
from largesse.orders.returning.giving_back import Returned
from largesse.orders.returning.sold import lines_of
from largesse.orders.rewards.promises import promises_of

FROZEN: Final = (Order.State.POSTED, Order.State.PARTLY_REFUNDED)
"""The states of a host reward order whose award follows the party's orders no more (SP-12)."""


class GuestOrder(NamedTuple):
    """A guest order; `counts` is whether its merchandise is in the party's total (SP-1)."""

    order: Order
    merchandise: int
    """What was kept of it, after discounts, before tax and shipping."""
    counts: bool


class Award(NamedTuple):
    """A spree of the host, in minor units: what there is to spend, and what is spent of it."""

    offer: str
    title: str
    award: int
    spent: int
    """What pays for the products that were kept."""
    due: int
    """What the chosen products cost beyond the award."""
    left: int
    """What nothing was chosen for."""
    carried_over: int
    """What of that is credited to the host; from posting on, what was."""
    rep: str | None
    rep_income: int
    retained_earnings: bool


class Settled(NamedTuple):
    """What corrections come to, by what became of them; in minor units."""

    open: int
    charged: int
    waived: int


class Report(NamedTuple):
    """A party at a moment. Amounts are minor units of the business's currency."""

    party: Party
    guests: tuple[GuestOrder, ...]
    totals: PartyTotals
    reward: Order | None
    """The host reward order."""
    awards: tuple[Award, ...]
    """Those of the host reward order; before there is one, those that it would have now, with what is
    chosen so far."""
    retained: Retained
    corrections: tuple[Correction, ...]
    settled: Settled

    @property
    def frozen(self) -> bool:
        """Whether the award follows the party's orders no more."""
        return self.reward is not None and self.reward.state in FROZEN

    @property
    def award(self) -> int:
        return sum(each.award for each in self.awards)

    @property
    def spent(self) -> int:
        return sum(each.spent for each in self.awards)

    @property
    def left(self) -> int:
        return sum(each.left for each in self.awards)

    @property
    def carried_over(self) -> int:
        return sum(each.carried_over for each in self.awards)

    @property
    def rep_income(self) -> int:
        return sum(each.rep_income for each in self.awards)


def report(party: Party, *, at: datetime) -> Report:
    """What a party came to by now. `at` decides which offers hold for an award not placed yet."""
    orders = [_returned(order) for order in _orders(party)]
    guests = [each for each in orders if not each.order.host_reward]
    reward = next((each for each in orders if _is_reward(each.order)), None)
    corrections = tuple(Correction.objects.filter(party=party).select_related("order"))
    return Report(
        party=party,
        guests=tuple(_guest(each) for each in guests),
        totals=party_totals(party),
        reward=None if reward is None else reward.order,
        awards=tuple(_expected(party, at) if reward is None else _awards(reward)),
        retained=retained(each for each in orders if each.order.state in COUNTED),
        corrections=corrections,
        settled=_settled(corrections),
    )


def _orders(party: Party) -> QuerySet[Order]:
    rows = Order.objects.filter(party=party).select_related("customer")
    return rows.prefetch_related("lines__parts", "refunds").order_by("id")


def _is_reward(order: Order) -> bool:
    return order.host_reward and order.state not in OVER


def _returned(order: Order) -> Returned:
    """An order with what has been given back of it."""
    lines = lines_of(order)
    return Returned(
        order,
        promises_of(order),
        lines,
        [line.record.units_refunded for line in lines],
        any(refund.shipping for refund in order.refunds.all()),
        taken_back=order.state == Order.State.REFUNDED,
    )


def _guest(each: Returned) -> GuestOrder:
    return GuestOrder(each.order, each.merchandise_kept, each.order.state in COUNTED)


# --- the award -------------------------------------------------------------------------------------


def _awards(reward: Returned) -> Iterator[Award]:
    """The awards of a host reward order, less what has been given back of it."""
    credits = reward.promises.credits
    for spree in reward.promises.sprees:
        back = reward.spree_back(spree)
        carried = [c.amount for c in credits if (c.to.by, c.to.offer) == ("spree", spree.offer)]
        paid = [share.net for line, share in reward.kept if line.record.line in spree.lines]
        yield Award(
            offer=spree.offer,
            title=spree.title,
            award=spree.award,
            spent=spree.given - back,
            due=sum(paid),
            left=spree.award - spree.given,
            carried_over=sum(carried),
            rep=spree.rep,
            rep_income=spree.rep_income - spree.income_back(back, whole=reward.whole),
            retained_earnings=spree.retained_earnings,
        )


def _expected(party: Party, at: datetime) -> Iterator[Award]:
    """The awards of a host reward order of what is chosen so far."""
    cart = to_price(party, draft_of(party).choices, now=at)
    for spree in quote(cart).sprees:
        yield Award(
            offer=spree.offer,
            title=spree.title,
            award=spree.award,
            spent=spree.given,
            due=spree.due,
            left=spree.excess,
            carried_over=spree.excess if spree.carry_over == "credit" else 0,
            rep=spree.rep,
            rep_income=spree.rep_income,
            retained_earnings=spree.retained_earnings,
        )


# --- corrections -----------------------------------------------------------------------------------


def _settled(corrections: Iterable[Correction]) -> Settled:
    sums = dict.fromkeys(Correction.State.values, 0)
    for each in corrections:
        sums[each.state] += each.amount
    return Settled(**sums)
