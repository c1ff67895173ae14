"""Award credit: once the order is posted, an amount goes to somebody's credit account (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.actions.base import Action, Owed, Sale
from largesse.engine.cart import Customer
from largesse.engine.discount import discount_faults
from largesse.engine.money import Currency, Money, Rate, part_of, percent_string
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene

CreditedTo = Literal["buyer", "sponsor", "referrer"]


class AwardCredit(Action, frozen=True, kw_only=True, eq=False):
    """An amount, or a percentage of what the order came to, as credit for later.

    It changes no price. Nobody gets any for an order whose buyer, or the buyer's sponsor or referrer,
    is unknown.
    """

    kind: ClassVar[str] = "award_credit"
    label: ClassVar[str] = "Award credit"
    shown: ClassVar[str] = "Credit"

    account: str
    """Which of the business's credit accounts it goes to."""
    amount: Money | None = None
    """The amount, once for each time that the promotion is awarded."""
    percent: Rate | None = None
    """The percentage, of what `of` says."""
    of: Literal["total", "volume_1", "volume_2", "volume_3", "volume_4"] = "total"
    """What the percentage is of: what the lines cost after all discounts, or one of their volumes."""
    to: CreditedTo = "buyer"
    """Who gets it: the buyer, the buyer's sponsor, or who referred the buyer."""

    @property
    def acts_on(self) -> Literal["order"]:
        return "order"

    def said(self, currency: Currency) -> str:
        if self.amount is not None:
            credit = f"{currency.format(self.amount)} of credit"
        else:
            of = "the total" if self.of == "total" else self.of.replace("_", " ")
            credit = f"{percent_string(self.percent or 0)} % of {of} as credit"
        owner = "" if self.to == "buyer" else f", for the {self.to}"
        return f"{credit} in {self.account}{owner}"

    def faults(self) -> Iterable[tuple[str, str]]:
        yield from discount_faults(percent=self.percent, amount=self.amount)
        if not self.account.strip():
            yield "account", "is not blank"

    def owes(self, sale: Sale, times: int) -> Iterable[Owed]:
        owner = _owner(sale.cart.customer, self.to)
        if owner is not None:
            yield Owed(owner, self.to, self.account, self._amount(sale, times))

    def _amount(self, sale: Sale, times: int) -> Money:
        if self.amount is not None:
            return self.amount * times
        assert self.percent is not None
        whole = sale.net if self.of == "total" else sale.measure(self.of)
        return part_of(whole, self.percent, half_even=sale.half_even)

    def shortfall(self, scene: Scene) -> Shortfall | None:
        if _owner(scene.customer, self.to) is not None:
            return None
        if scene.customer is None:
            told = f"Gives credit to the {self.to}, and no customer is named."
        else:
            told = f"Gives credit to the {self.to} of the buyer, who is not known."
        return Shortfall(RefusalCode.CUSTOMER_NEEDED, told)


def _owner(buyer: Customer | None, to: CreditedTo) -> str | None:
    if buyer is None:
        return None
    return {"buyer": buyer.id, "sponsor": buyer.sponsor, "referrer": buyer.referrer}[to]
