"""A discount is a percentage, an amount off each unit, or a fixed unit price."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from largesse.engine.money import ONE, Currency, Money, Rate, percent_string, round_div
from largesse.engine.running import Line


class Discount(Struct, frozen=True):
    """Exactly one of a percentage, an amount off each unit, and the price that a unit shall cost."""

    percent: Rate | None = None
    amount: Money | None = None
    price: Money | None = None

    @property
    def rate_bound(self) -> int:
        """The largest share of a value that it can take, in millionths."""
        return ONE if self.percent is None else self.percent

    def said(self, of: str, currency: Currency) -> str:
        """What it does to each unit `of` something, in words: "15 % off every product"."""
        if self.percent is not None:
            return f"{percent_string(self.percent)} % off {of}"
        if self.amount is not None:
            return f"{currency.format(self.amount)} off each unit of {of}"
        assert self.price is not None
        return f"{of} at {currency.format(self.price)} a unit"

    def wanted(self, line: Line, net: int, units: int, half_even: bool) -> int:
        """What it would take off, if neither the price nor a floor set a limit (MO-5)."""
        if self.amount is not None:
            return line.per_unit(self.amount, units)
        return self.off(line, net, units, half_even)

    def off(self, line: Line, net: int, units: int, half_even: bool) -> int:
        """What it takes off `units` units of a line that now cost `net`; never more than that."""
        if self.percent is not None:
            if half_even:
                return round_div(net * self.percent, ONE, half_even=True)
            return (2 * net * self.percent + ONE) // (2 * ONE)
        if self.amount is not None:
            return min(net, line.per_unit(self.amount, units))
        assert self.price is not None
        return max(0, net - line.per_unit(self.price, units))


def discount_faults(**fields: int | None) -> Iterable[tuple[str, str]]:
    """What is wrong with the fields of a discount: exactly one is set, no percentage exceeds 100."""
    if sum(value is not None for value in fields.values()) != 1:
        yield "percent", f"exactly one of {', '.join(fields)} is set"
    percent = fields["percent"]
    if percent is not None and not 0 < percent <= ONE:
        yield "percent", "is more than 0 and at most 100"
