"""What an order's stored quote says and its lines don't: what it uses up, what comes off the shipping
charge, and what it gives once it is posted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from largesse.engine.facts import PartyTotals
from largesse.engine.money import Currency, round_div
from largesse.engine.quoted import Consumption, CreditedBy
from largesse.orders.models import Order

Key = TypeVar("Key")


class PromisedRight(Struct, frozen=True, rename={"starts": "from", "ends": "until"}):
    """A customer's right to a promotion on a later order, from `starts` until before `ends`."""

    offer: str
    promotion: str
    customer: str
    starts: datetime | None = None
    ends: datetime | None = None


class CreditAccount(NamedTuple):
    """A customer's credit account, and the offer that credits it."""

    by: CreditedBy
    customer: str
    account: str
    offer: str

    def is_of(self, promotion: str) -> bool:
        """Whether a promotion credits it, by an action or by what is left of its spree."""
        return self.by != "deal" and self.offer == promotion


class PromisedCredit(Struct, frozen=True):
    """What an offer credits to an account; `lines` are those that it lies on, none named is all."""

    to: CreditAccount
    lines: tuple[str, ...]
    amount: int


class PromisedDeal(Struct, frozen=True, kw_only=True):
    """A deal with lines on it; `credit` is to give stock away with, and `used` of it is."""

    offer: str
    title: str
    lines: tuple[str, ...]
    credit: int = 0
    used: int = 0


class PromisedSpree(Struct, frozen=True, kw_only=True):
    """A shopping spree of an order: of its award, `given` pays for the lines that were chosen (SP-7).

    `rep_income` is what it adds to a distributor's taxable income, in proportion to what it gives or,
    where that is `flat`, as long as it gives anything (SP-9).
    """

    offer: str
    title: str
    award: int
    given: int
    lines: tuple[str, ...]
    retained_earnings: bool
    rep: str | None
    rep_income: int
    flat: bool

    def income_back(self, given_back: int, *, whole: bool) -> int:
        """What of the rep's income goes back once so much of what it gave has come back, or the whole
        order has.

        It follows from all that has come back by now, so refunds in parts take back what one does.
        """
        if whole or (self.given and given_back == self.given):
            return self.rep_income
        if self.flat or not self.given:
            return 0
        return round_div(self.rep_income * given_back, self.given)


class Promises(Struct, frozen=True, kw_only=True):
    """What was agreed when the order was placed. Amounts are minor units."""

    consumptions: tuple[Consumption, ...]
    code_promotions: Mapping[str, str]
    """The promotion that each single-use code is for."""
    shipping_discounts: Mapping[str, int]
    """What each promotion took off the shipping charge."""
    credits: tuple[PromisedCredit, ...]
    deals: tuple[PromisedDeal, ...]
    sprees: tuple[PromisedSpree, ...]
    rights: tuple[PromisedRight, ...]
    party: PartyTotals | None
    """What its party came to, where that was asked for."""

    @property
    def award(self) -> int:
        """What its sprees award together."""
        return sum(spree.award for spree in self.sprees)

    @property
    def rep_income(self) -> Mapping[str, int]:
        """What its sprees add to the taxable income of distributors, by their number (SP-9)."""
        return _summed((each.rep, each.rep_income) for each in self.sprees if each.rep is not None)

    def promotion_of(self, consumption: Consumption) -> str:
        """The promotion whose limit or code a consumption is of."""
        if consumption.kind == "single_use_code":
            return self.code_promotions[consumption.code]
        return consumption.code

    def gives_more(self, promotion: str) -> bool:
        """Whether a promotion gives something that isn't taken off lines."""
        return (
            promotion in self.shipping_discounts
            or any(each.to.is_of(promotion) for each in self.credits)
            or any(right.offer == promotion for right in self.rights)
        )


class _Adjustment(Struct, frozen=True):
    offer: str
    amount: str
    line: str | None = None


class _Credit(Struct, frozen=True):
    offer: str
    account: str
    owner: str
    amount: str
    by: CreditedBy = "promotion"
    lines: tuple[str, ...] = ()


class _Deal(Struct, frozen=True):
    offer: str
    title: str
    lines: tuple[str, ...]
    credit: str = "0"
    used: str = "0"


class _Spree(Struct, frozen=True):
    offer: str
    title: str
    award: str
    given: str
    lines: tuple[str, ...] = ()
    retained_earnings: bool = False
    rep: str | None = None
    rep_income: str = "0"
    rep_income_by: str = ""

    def promised(self, money: Currency) -> PromisedSpree:
        return PromisedSpree(
            offer=self.offer,
            title=self.title,
            award=money.parse(self.award),
            given=money.parse(self.given),
            lines=self.lines,
            retained_earnings=self.retained_earnings,
            rep=self.rep,
            rep_income=money.parse(self.rep_income),
            flat=self.rep_income_by == "amount",
        )


class _Code(Struct, frozen=True):
    code: str
    promotion: str


class _Facts(Struct, frozen=True):
    single_use_codes: tuple[_Code, ...] = ()
    party: PartyTotals | None = None


class _Quote(Struct, frozen=True):
    consumptions: tuple[Consumption, ...]
    adjustments: tuple[_Adjustment, ...] = ()
    credits: tuple[_Credit, ...] = ()
    deals: tuple[_Deal, ...] = ()
    sprees: tuple[_Spree, ...] = ()
    rights: tuple[PromisedRight, ...] = ()
    facts: _Facts = _Facts()


# Made once, at import: two threads that first met the type at once would crash.
_QUOTES: Final = msgspec.json.Decoder(_Quote)


def promises_of(order: Order) -> Promises:
    """What the order's quote promises. Raises ValueError for a quote that can't be read."""
    quote = _QUOTES.decode(order.quote)
    money = Currency.of(order.currency)
    return Promises(
        consumptions=quote.consumptions,
        code_promotions={each.code: each.promotion for each in quote.facts.single_use_codes},
        shipping_discounts=_summed(
            (each.offer, money.parse(each.amount))
            for each in quote.adjustments
            if each.line is None
        ),
        credits=tuple(_credits(quote.credits, money)),
        deals=tuple(
            PromisedDeal(
                offer=each.offer,
                title=each.title,
                lines=each.lines,
                credit=money.parse(each.credit),
                used=money.parse(each.used),
            )
            for each in quote.deals
        ),
        sprees=tuple(each.promised(money) for each in quote.sprees),
        rights=quote.rights,
        party=quote.facts.party,
    )


def credits_of(credits: Iterable[PromisedCredit]) -> Mapping[CreditAccount, int]:
    """What some credits come to, by account and offer."""
    return _summed((each.to, each.amount) for each in credits)


def _credits(credits: Iterable[_Credit], money: Currency) -> Iterator[PromisedCredit]:
    """What goes to one account from one offer for the same lines is one credit."""
    sums = _summed(
        ((CreditAccount(c.by, c.owner, c.account, c.offer), c.lines), money.parse(c.amount))
        for c in credits
    )
    for (to, lines), amount in sums.items():
        yield PromisedCredit(to, lines, amount)


def _summed(amounts: Iterable[tuple[Key, int]]) -> Mapping[Key, int]:
    sums: dict[Key, int] = defaultdict(int)
    for key, amount in amounts:
        sums[key] += amount
    return dict(sums)
