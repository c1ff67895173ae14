"""What an organization gives on a line of a cart: how many units are free, how many are charged, and
why (AL-7).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, assert_never

from msgspec import Struct

from largesse.engine.quote import Quote
from largesse.engine.quoted import QuoteLine
from largesse.engine.refusals import RefusalCode
from largesse.engine.stage import Stage
from largesse.offers.models import Allotment
from largesse.pages.figures import amount_text, day_text
from largesse.shop.lines import Wanted

_INSTANT: Final = timedelta(microseconds=1)


class Why(StrEnum):
    """Why units of a line that came with a link are charged."""

    NONE_LEFT = "no free one left"
    NOT_STARTED = "before the start of the gift"
    OVER = "after the end of the gift"
    MEMBERS_ONLY = "free for members only"
    OTHER_PRODUCT = "the gift is for another product"
    REVOKED = "its link was replaced"


class Allotted(Struct, frozen=True, kw_only=True):
    """What an allotment gives on a line, in the words of the shop.

    `left` is how many units it had for this order. `cost` is what the charged units come to, `each` the
    product's ordinary price, both in minor units. `first` and `last` are its days; None is open.
    """

    line: str
    product: str
    title: str
    organization: str
    units: int
    free: int
    left: int
    cost: int
    each: int
    currency: str
    why: Why | None = None
    first: date | None = None
    last: date | None = None
    is_shipped: bool = False
    """Whether shipping is charged: the allotment does not cover it (AL-12)."""
    has_options: bool = False
    """Whether options go with it, which it does not cover either."""
    has_buyer: bool = False
    """Whether the buyer is known, and so whether they are a member."""

    @property
    def charged(self) -> int:
        """How many units are not free."""
        return self.units - self.free

    @property
    def tone(self) -> str:
        """The look of its note: nobody is to miss that what they came for free is charged."""
        if self.free:
            return "given"
        return "info" if self.why is Why.MEMBERS_ONLY else "warn"

    @property
    def asks_sign_in(self) -> bool:
        """Whether signing in, as a member, makes it free."""
        return self.why is Why.MEMBERS_ONLY and not self.has_buyer

    @property
    def signing_in_frees(self) -> str:
        """What is free once a member has signed in."""
        if self.units == 1:
            return "it is free"
        return f"{min(self.units, self.left):,} of the {self.units:,} are free"

    @property
    def short(self) -> str:
        """Beside the line, also of an order of long ago."""
        if self.why is None:
            return f"{_all(self.units)}, from {self.organization}"
        if self.free:
            return (
                f"{self.free:,} free from {self.organization}, {self.charged:,} charged: {self.why}"
            )
        return f"Charged: {self.why}"

    @property
    def heading(self) -> str:
        """What its note says first."""
        match self.why:
            case None:
                return f"A gift from {self.organization}."
            case Why.NONE_LEFT if self.free:
                are = "is" if self.free == 1 else "are"
                return f"{self.free:,} of your {self.units:,} {are} free."
            case Why.NONE_LEFT:
                return "The free ones are gone."
            case Why.NOT_STARTED:
                return f"This gift starts {_on(self.first)}."
            case Why.OVER:
                return "This gift is over."
            case Why.MEMBERS_ONLY:
                return f"Free for members of {self.organization}."
            case Why.OTHER_PRODUCT:
                return "This gift is for another product."
            case Why.REVOKED:
                return "The link of this gift was replaced."
            case _:
                assert_never(self.why)

    @property
    def sentence(self) -> str:
        """What its note says then: what is free, what is charged, and what that costs."""
        if self.free:
            return f"{self.product}: {self._what_is_free()}{self._what_is_not_covered()}"
        return f"{self.product}: {self._why_charged()} {self.costs}"

    @property
    def costs(self) -> str:
        """What the charged units come to."""
        return f"{self._charge()}."

    @property
    def costs_now(self) -> str:
        """The same, where that has just become so."""
        return f"{self._charge()} now."

    def _charge(self) -> str:
        money = amount_text(self.cost, self.currency)
        if self.units == 1:
            return f"It costs {money}"
        if self.free:
            other = "one costs" if self.charged == 1 else f"{self.charged:,} cost"
            return f"The other {other} {money}"
        return f"The {self.units:,} in your cart cost {money}"

    def _what_is_free(self) -> str:
        each = amount_text(self.each, self.currency)
        yours = (
            "the one in your cart costs"
            if self.units == 1
            else f"the {self.units:,} in your cart cost"
        )
        if self.why is not None:
            return f"{self.organization} has {self.left:,} left to give. {self.costs}"
        if self.free < self.left:
            upto = f"up to {self.left:,} are free with this link"
            return f"{upto}, and {yours} nothing. More are {each} each."
        if self.left == 1:
            return f"it is the last one, and costs nothing. One more is {each}."
        return f"{self.left:,} are left, and {yours} nothing. One more is {each}."

    def _what_is_not_covered(self) -> str:
        charged = (("shipping", self.is_shipped), ("options", self.has_options))
        named = " or ".join(what for what, is_charged in charged if is_charged)
        return f" The gift covers price and tax, not {named}." if named else ""

    def _why_charged(self) -> str:
        who = self.organization
        match self.why:
            case Why.NONE_LEFT | None:
                return f"{who} has none left to give."
            case Why.NOT_STARTED:
                return f"{who} gives it from then on."
            case Why.OVER:
                until = f"gave it until {day_text(self.last)}" if self.last else "gives it no more"
                return f"{who} {until}."
            case Why.MEMBERS_ONLY if self.has_buyer:
                return "your account is not one of a member."
            case Why.MEMBERS_ONLY:
                return "everybody else buys it."
            case Why.OTHER_PRODUCT:
                return f"it isn’t what {who} gives."
            case Why.REVOKED:
                return "whoever sent it may have the new one."
            case _:
                assert_never(self.why)


def _all(units: int) -> str:
    return "Free" if units == 1 else f"All {units:,} free"


def _on(day: date | None) -> str:
    return f"on {day_text(day)}" if day is not None else "later"


# --- reading it from a quote -------------------------------------------------------------------------


def allotted(quote: Quote, wanted: Iterable[Wanted] = ()) -> dict[str, Allotted]:
    """What allotments give on the lines that came with their links, by the lines' ids.

    `wanted` are the lines as they are kept, where it is a cart: those of a revoked link are priced as
    if they had none.
    """
    codes = {line.id: line.allotment for line in wanted if line.allotment}
    codes |= {line.id: line.allotment for line in quote.cart.lines if line.allotment}
    if not codes:
        return {}
    given = Allotment.objects.filter(code__in=codes.values())
    names = dict(given.values_list("code", "organization__name"))
    return {
        line.id: _allotted(quote, line, codes[line.id], names.get(codes[line.id], ""))
        for line in quote.lines
        if line.id in codes
    }


def _allotted(quote: Quote, line: QuoteLine, code: str, organization: str) -> Allotted:
    free = sum(
        a.units for a in quote.adjustments if a.stage is Stage.ALLOTMENT and a.line == line.id
    )
    left = quote.facts.allotments_left.get(code, 0)
    known = quote.book.allotments.get(code)
    window, day_of = known.window if known else None, quote.book.catalog.calendar.day_of
    return Allotted(
        line=line.id,
        product=line.name or line.sku,
        title=known.title if known else "",
        organization=organization,
        units=line.units,
        free=free,
        left=left,
        cost=line.net,
        each=quote.book.catalog.products[line.sku].price,
        currency=quote.currency,
        why=None if free == line.units else _why(quote, line.id, code, left),
        first=day_of(window.start) if window and window.start else None,
        last=day_of(window.end - _INSTANT) if window and window.end else None,
        is_shipped=quote.shipping > 0,
        has_options=any(each.option_of == line.id for each in quote.cart.lines),
        has_buyer=quote.cart.customer is not None,
    )


def _why(quote: Quote, line_id: str, code: str, left: int) -> Why:
    if not any(line.id == line_id and line.allotment for line in quote.cart.lines):
        return Why.REVOKED
    refusal = next(refusal for refusal in quote.refusals if refusal.offer == code)
    match refusal.code:
        case RefusalCode.NOT_STARTED:
            return Why.NOT_STARTED
        case RefusalCode.ENDED | RefusalCode.UNKNOWN_CODE:
            return Why.OVER
        case RefusalCode.NO_UNITS:
            return Why.OTHER_PRODUCT
        case RefusalCode.MEMBERS_ONLY if left > 0:
            return Why.MEMBERS_ONLY
        case _:
            return Why.NONE_LEFT
