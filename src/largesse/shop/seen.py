"""What a shopper saw before they agreed to it, and what of it does not hold any more (AL-8, OR-2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import QueryDict
from msgspec import Struct

from largesse.engine.quote import Quote
from largesse.engine.stage import Stage
from largesse.shop.allotted import Allotted, Why
from largesse.shop.cart_page import Line
from largesse.shop.sprees import given_units


class Seen(Struct, frozen=True):
    """The amount to pay, in minor units; how many units were free by an allotment, by line; how many of
    the units that were chosen shopping sprees gave.
    """

    due: int
    free: Mapping[str, int] = {}
    chosen: int = 0


def seen_in(quote: Quote) -> Seen:
    """What a quote shows."""
    free = [a for a in quote.adjustments if a.stage is Stage.ALLOTMENT]
    chosen = sum(given_units(quote).values())
    return Seen(quote.due, {a.line: a.units for a in free if a.line is not None}, chosen)


def seen_of(form: QueryDict) -> Seen | None:
    """What a cart's page said that it showed; None where that is no amount.

    The units only find the words for a price that got worse: what is no count is left out.
    """
    due = whole(form.get("due", ""))
    if due is None:
        return None
    pairs = [said.rpartition(":") for said in form.getlist("free")[:_LINES_READ]]
    counts = {line: whole(units) for line, _, units in pairs}
    free = {line: units for line, units in counts.items() if units is not None}
    return Seen(due, free, whole(form.get("chosen", "")) or 0)


_LINES_READ = 1000


def whole(text: str) -> int | None:
    """The whole number that a page wrote into its form; None for anything else.

    >>> whole("1250"), whole("12.50"), whole("")
    (1250, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 17 else None


class Fewer(Struct, frozen=True):
    """A line of which fewer units are free than its shopper saw: `taken` fewer."""

    gift: Allotted
    icon: str
    taken: int

    @property
    def keep(self) -> int:
        """How many units can be had without paying for any; 0 takes the line off."""
        return self.gift.free

    @property
    def sentence(self) -> str:
        """What happened, and what it costs now. Nobody is to blame."""
        gift = self.gift
        if gift.why is not Why.NONE_LEFT:
            return f"{gift.heading} {gift.costs_now}"
        if gift.free:
            took = "one" if self.taken == 1 else f"{self.taken:,}"
            return f"Others took {took} of them a moment ago. {gift.heading} {gift.costs_now}"
        if gift.units == 1:
            return f"The last free one went to somebody else a moment ago. {gift.costs_now}"
        return f"The last free ones went to somebody else a moment ago. {gift.costs_now}"

    @property
    def instead(self) -> str:
        """What a shopper may choose instead of paying."""
        if self.keep:
            return "Keep the free one" if self.keep == 1 else f"Keep the {self.keep:,} free ones"
        return "Take it off" if self.gift.units == 1 else "Take them off"


def fewer(lines: Iterable[Line], seen: Seen) -> tuple[Fewer, ...]:
    """The lines of which fewer units are free than was seen."""
    gifts = [(line.allotted, line.icon) for line in lines if line.allotted is not None]
    found = [(gift, icon, seen.free.get(gift.line, 0) - gift.free) for gift, icon in gifts]
    return tuple(Fewer(*each) for each in found if each[2] > 0)
