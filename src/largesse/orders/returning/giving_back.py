"""What of an order's vouchers, free units, limits and codes has come back, once units were refunded.

A voucher, a use of a promotion and a single-use code are whole: they come back when nothing is left of
what they gave. A budget gets back what was given back, to the minor unit; an allotment its free units;
a giveaway credit what the units are worth at list price, a spree what it paid for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from largesse.engine.quoted import Consumption
from largesse.ledger.accounts import Account, Kind
from largesse.orders.booking import claimed
from largesse.orders.models import Order, Part
from largesse.orders.returning.shares import Share, credit_shares, share_of, units_of_part
from largesse.orders.returning.sold import StoredLine
from largesse.orders.rewards import sprees
from largesse.orders.rewards.giveaways import account_of
from largesse.orders.rewards.promises import CreditAccount, PromisedCredit, PromisedSpree, Promises

_OF_PROMOTIONS: Final = (Kind.PROMOTIONS, Kind.SPREES)
"""The accounts that what a promotion takes off lines is booked to."""


class Returned(NamedTuple):
    """An order with what has been given back of it: units of each line, in order, and the shipping
    charge or not.
    """

    order: Order
    promises: Promises
    lines: Sequence[StoredLine]
    units: Sequence[int]
    shipping: bool
    taken_back: bool = False
    """Whether an order that has no lines was given back."""

    @property
    def whole(self) -> bool:
        """Whether no unit is left. The shipping charge may be: it pays for what was done."""
        if not self.lines:
            return self.taken_back
        return all(n == line.sold.units for n, line in zip(self.units, self.lines, strict=True))

    @property
    def kept(self) -> Iterator[tuple[StoredLine, Share]]:
        """What the kept units of each line bear."""
        for line, back in zip(self.lines, self.units, strict=True):
            yield line, share_of(line.sold, back, line.sold.units)

    @property
    def merchandise_kept(self) -> int:
        """What the kept units came to after discounts, before tax (SP-1)."""
        return sum(share.net - share.tax_included for _, share in self.kept)

    @property
    def credits(self) -> Mapping[CreditAccount, int]:
        """What of each credit has been taken back (AC-7, DE-3). What was carried over of a spree's
        award goes back with the whole order (SP-12).
        """
        back: dict[CreditAccount, int] = {}
        for credit in self.promises.credits:
            if credit.to.by == "spree":
                amount = credit.amount if self.whole else 0
            else:
                amount = sum(self.credit_back(credit).values())
            back[credit.to] = back.get(credit.to, 0) + amount
        return back

    @property
    def rep_income(self) -> Mapping[str, int]:
        """What of the taxable income of distributors has been taken back, by their number (SP-9)."""
        back: dict[str, int] = {}
        for spree in self.promises.sprees:
            if spree.rep is not None:
                income = spree.income_back(self.spree_back(spree), whole=self.whole)
                back[spree.rep] = back.get(spree.rep, 0) + income
        return back

    def spree_back(self, spree: PromisedSpree) -> int:
        """What of a spree's award was given back with the units that it paid for."""
        return self._discount_back(Kind.SPREES, spree.offer)

    def credit_back(self, credit: PromisedCredit) -> Mapping[str, int]:
        """What of a credit has been taken back, by the lines that it lies on."""
        return self._credit_shares(credit, self.units)

    def credit_kept(self, credit: PromisedCredit) -> Mapping[str, int]:
        """What of a credit the kept units bear, by the lines that it lies on."""
        whole = self._credit_shares(credit, [line.sold.units for line in self.lines])
        return {line: whole[line] - back for line, back in self.credit_back(credit).items()}

    def _credit_shares(self, credit: PromisedCredit, units: Sequence[int]) -> Mapping[str, int]:
        on = [
            (line.record.line, line.sold, n)
            for line, n in zip(self.lines, units, strict=True)
            if not credit.lines or line.record.line in credit.lines
        ]
        shares = credit_shares(credit.amount, [sold for _, sold, _ in on], [n for _, _, n in on])
        return {name: share for (name, _, _), share in zip(on, shares, strict=True)}

    @property
    def claims(self) -> Mapping[Account, int]:
        """What has come back to each limited account that the order took from, nothing left out but
        credit that paid: of that comes back what the payment does.
        """
        found: dict[Account, int] = {}
        for consumption in self.promises.consumptions:
            if consumption.kind == "credit":
                continue
            account = claimed(consumption, self.order.currency)
            found[account] = found.get(account, 0) + self._back(consumption)
        for deal in self.promises.deals:
            if deal.used:
                account = account_of(self.order.number, deal.offer, self.order.currency)
                found[account] = self._discount_back(Kind.GIVEAWAY_STOCK, deal.offer)
        for spree in self.promises.sprees:
            if spree.given:
                account = sprees.account_of(self.order.number, spree.offer, self.order.currency)
                found[account] = self.spree_back(spree)
        return found

    def _back(self, consumption: Consumption) -> int:
        match consumption.kind:
            case "voucher":
                # An order that was given back whole has not used its voucher (VO-6).
                return consumption.units if self.whole else 0
            case "allotment":
                return self._free_units(consumption.code)
            case "budget":
                return self._given_back_by(consumption.code)
            case _:
                used_no_more = self._is_undone(self.promises.promotion_of(consumption))
                return consumption.units if used_no_more else 0

    def _free_units(self, allotment: str) -> int:
        return sum(
            units_of_part(line.sold.parts[nth], 0, returned)
            for line, nth, returned in self._parts(Kind.ALLOTMENTS, allotment)
        )

    def _given_back_by(self, promotion: str) -> int:
        """What a promotion gave and has back: off lines, off the shipping charge, and credit."""
        off = sum(self._discount_back(kind, promotion) for kind in _OF_PROMOTIONS)
        credit = sum(amount for to, amount in self.credits.items() if to.is_of(promotion))
        shipping = self.promises.shipping_discounts.get(promotion, 0) if self.shipping else 0
        return off + credit + shipping

    def _discount_back(self, kind: Kind, owner: str) -> int:
        """What was given back of what is booked to an account of discounts."""
        return sum(
            share_of(line.sold, 0, returned).parts[nth]
            for line, nth, returned in self._parts(kind, owner)
        )

    def _is_undone(self, promotion: str) -> bool:
        """Whether nothing is left of what a promotion gave: all units that it discounted are back, or
        all of the order is.
        """
        if self.whole:
            return True
        if self.promises.gives_more(promotion):
            return False
        parts = [
            (line.sold.parts[nth], returned)
            for kind in _OF_PROMOTIONS
            for line, nth, returned in self._parts(kind, promotion)
        ]
        return bool(parts) and all(
            returned >= part.first_unit + part.units for part, returned in parts
        )

    def _parts(self, kind: Kind, owner: str) -> Iterator[tuple[StoredLine, int, int]]:
        """Each part that is booked to an account: its line, its place, and the line's units back."""
        for line, returned in zip(self.lines, self.units, strict=True):
            for nth, part in enumerate(line.parts):
                if _is_of(part, kind, owner):
                    yield line, nth, returned


def _is_of(part: Part, kind: Kind, owner: str) -> bool:
    return (part.account, part.owner) == (kind.value, owner)
