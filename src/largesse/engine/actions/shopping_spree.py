"""Shopping spree: money to spend on a list of products, for the buyer or for a party's host (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final, Literal, assert_never

from largesse.engine.actions.base import Action, products_said
from largesse.engine.applied_spree import CarryOver, RepIncome
from largesse.engine.cart import OrderType
from largesse.engine.catalog import Product, ProductGroup, selected
from largesse.engine.money import ONE, Currency, Money, Rate, part_of, percent_string
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.window import ALWAYS, Calendar, Window, day_said, days_said

if TYPE_CHECKING:
    from largesse.engine.facts import Ask, PartyTotals
    from largesse.engine.scene import Scene

_TYPES: Final = {
    OrderType.ORDER: "orders of no party",
    OrderType.PARTY: "guest orders",
    OrderType.HOST_REWARD: "host reward orders",
}
_ONE_OF: Final = {
    OrderType.ORDER: "an order of no party",
    OrderType.PARTY: "a guest order",
    OrderType.HOST_REWARD: "a host reward order",
}


class ShoppingSpree(Action, frozen=True, kw_only=True, eq=False):
    """An amount, or a percentage, that the buyer may spend on products of a reward list.

    What they choose is put on the order, and costs nothing as far as the award goes. `multipliers`
    scale the measures of the part that is free; the part that is paid keeps them whole (SP-8).
    """

    kind: ClassVar[str] = "shopping_spree"
    label: ClassVar[str] = "Shopping spree"
    shown: ClassVar[str] = "Shopping sprees"

    description: str
    """What it is called where it is chosen from."""
    window: Window = ALWAYS
    """When it holds, beside the promotion's own days."""
    order_types: frozenset[OrderType] = frozenset(OrderType)
    """The types of order that it is for."""
    calculation: Literal["flat", "percentage"] = "flat"
    """Whether the award is the amount, or the percentage; what says the other is ignored."""
    amount: Money | None = None
    """The amount to spend, once for each time that the promotion is awarded."""
    percent: Rate | None = None
    """The percentage to spend, of what `of` says, for each time that the promotion is awarded."""
    of: Literal["subtotal", "party_total"] = "subtotal"
    """What the percentage is of: what the order's own lines cost after discounts, or the party's guest
    orders; both before tax and shipping."""
    maximum: Money | None = None
    """The most that the percentage awards, however often; empty is no cap."""
    include: ProductGroup | None = None
    """The product group that is chosen from; empty is every product."""
    exclude: ProductGroup | None = None
    """A product group that is not chosen from; exclude beats include."""
    over_purchase: bool = False
    """Whether more may be chosen than the award pays for, and the difference is charged."""
    carry_over: CarryOver = "ignore"
    """What becomes of an award that is not spent: nothing, or credit for the buyer (SP-11)."""
    rep_income: RepIncome = "none"
    """What counts as taxable income of the rep: nothing, a percentage of what is given, or an amount
    where anything is (SP-9)."""
    rep_income_percent: Rate | None = None
    """The percentage that counts as the rep's income."""
    rep_income_amount: Money | None = None
    """The amount that counts as the rep's income."""
    retained_earnings: bool = False
    """Whether what is chosen counts toward a party's retained earnings (SP-10)."""
    below_floor: bool = True
    """Whether a product may be given below its floor price; if not, it costs that."""

    @property
    def acts_on(self) -> Literal["reward"]:
        return "reward"

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.description.strip():
            yield "description", "is not blank"
        start, end = self.window.start, self.window.end
        if start is not None and end is not None and end <= start:
            yield "window", "ends before it starts"
        if not self.order_types:
            yield "order_types", "names at least one type of order"
        if self.calculation == "flat" and not self.amount:
            yield "amount", "is more than 0 where the award is an amount"
        if self.calculation == "percentage" and not 0 < (self.percent or 0) <= ONE:
            yield "percent", "is more than 0 and at most 100 where the award is a percentage"
        if self.rep_income == "percentage" and not 0 < (self.rep_income_percent or 0) <= ONE:
            yield (
                "rep_income_percent",
                "is more than 0 and at most 100 where it is the rep's income",
            )
        if self.rep_income == "amount" and not self.rep_income_amount:
            yield "rep_income_amount", "is more than 0 where it is the rep's income"

    def asks(self) -> tuple[Ask, ...]:
        return ("party",) if self.calculation == "percentage" and self.of == "party_total" else ()

    # --- what there is to spend ------------------------------------------------------------------

    def rewards(self, product: Product) -> bool:
        """Whether a product is on the reward list (SP-6). Weighed goods never are: units are chosen."""
        return not product.quantity_decimals and selected(product.sku, self.include, self.exclude)

    def award(self, base: Money, times: int, *, half_even: bool) -> Money:
        """What there is to spend, rounded once (SP-5): an amount asks for no base."""
        if self.calculation == "flat":
            assert self.amount is not None
            return self.amount * times
        assert self.percent is not None
        award = part_of(base * times, self.percent, half_even=half_even)
        return award if self.maximum is None else min(award, self.maximum)

    def income(self, given: Money, *, half_even: bool) -> Money:
        """What counts as the rep's taxable income (SP-9)."""
        match self.rep_income:
            case "percentage":
                assert self.rep_income_percent is not None
                return part_of(given, self.rep_income_percent, half_even=half_even)
            case "amount":
                assert self.rep_income_amount is not None
                return self.rep_income_amount if given else 0
            case "none":
                return 0
            case unknown:
                assert_never(unknown)

    def shortfall(self, scene: Scene) -> Shortfall | None:
        window, calendar = self.window, scene.calendar
        if window.start is not None and scene.at < window.start:
            told = f"Its shopping spree starts on {day_said(calendar.day_of(window.start))}."
            return Shortfall(RefusalCode.NOT_STARTED, told)
        if window.end is not None and scene.at >= window.end:
            told = f"Its shopping spree ended before {day_said(calendar.day_of(window.end))}."
            return Shortfall(RefusalCode.ENDED, told)
        order = scene.cart.order_type
        if order not in self.order_types:
            told = f"Its shopping spree is for {self._types_said()}; this is {_ONE_OF[order]}."
            return Shortfall(RefusalCode.OTHER_ORDER_TYPE, told)
        return None if self.calculation == "flat" else self._no_percentage(scene.facts.party)

    def _no_percentage(self, party: PartyTotals | None) -> Shortfall | None:
        if self.maximum == 0:
            told = "Its shopping spree awards at most nothing."
            return Shortfall(RefusalCode.NOTHING_TO_GIVE, told, None, 0, "money")
        if self.of == "party_total" and party is None:
            told = "Its shopping spree is a part of a party's total; this order is of none."
            return Shortfall(RefusalCode.PARTY_NEEDED, told)
        return None

    # --- in words --------------------------------------------------------------------------------

    def said(self, currency: Currency) -> str:
        on = products_said(self.include, self.exclude)
        return f"{self._award_said(currency)} to spend on {on}"

    def _award_said(self, currency: Currency) -> str:
        if self.calculation == "flat":
            return currency.format(self.amount or 0)
        award = f"{percent_string(self.percent or 0)} % of the {self.of.replace('_', ' ')}"
        cap = self.maximum
        return award if cap is None else f"{award}, at most {currency.format(cap)},"

    def said_more(self, currency: Currency, calendar: Calendar) -> Iterator[str]:
        span = days_said(self.window, calendar)
        if span:
            yield f"The shopping spree holds {span}."
        if len(self.order_types) < len(OrderType):
            yield f"It is for {self._types_said()} only."
        if self.over_purchase:
            yield "More may be chosen, and the difference is charged."
        if self.carry_over == "credit":
            yield "What is not spent becomes credit."
        if self.rep_income == "percentage":
            rate = percent_string(self.rep_income_percent or 0)
            yield f"{rate} % of what it gives is taxable income of the rep."
        elif self.rep_income == "amount":
            amount = currency.format(self.rep_income_amount or 0)
            yield f"{amount} is taxable income of the rep, where it gives anything."
        if self.retained_earnings:
            yield "It counts toward retained earnings."

    def _types_said(self) -> str:
        return " or ".join(words for type, words in _TYPES.items() if type in self.order_types)
