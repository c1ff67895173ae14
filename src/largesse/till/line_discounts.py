"""What a cashier takes off a line: an amount, a percentage, or down to a price, and why (VO-11)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from largesse.engine.money import Currency, part_of, percent
from largesse.engine.running import times_quantity

REASONS: Final = ("Damaged", "Price match", "Last piece", "Goodwill")
"""Reasons that are offered; another may be typed."""

REASON_MAX: Final = 60

Way = Literal["amount", "percent", "price"]


class LineDiscount(Struct, frozen=True):
    """How a line is discounted by hand.

    `value` is an amount off the whole line or the new price of a unit, in minor units, or a rate in
    millionths.
    """

    way: Way
    value: int
    reason: str

    def off(self, gross: int, quantity: int | Decimal, currency: Currency) -> int:
        """What comes off a line of that gross: never more than all of it, never less than nothing."""
        if self.way == "percent":
            wanted = part_of(gross, self.value, half_even=currency.half_even)
        elif self.way == "price":
            charged = times_quantity(self.value, quantity, half_even=currency.half_even)
            wanted = gross - charged
        else:
            wanted = self.value
        return max(0, min(gross, wanted))


class NotADiscount(ValueError):
    """What was typed is no discount; the message says what is, `field` where it was typed."""

    def __init__(self, message: str, field: str):
        super().__init__(message)
        self.field = field


def discount_of(way: str, typed: str, reason: str, gross: int, currency: Currency) -> LineDiscount:
    """The discount that a cashier typed for a line of that gross. Raises `NotADiscount`."""
    text = typed.strip().removesuffix("%").strip().replace(",", ".")
    if way not in ("amount", "percent", "price"):
        raise NotADiscount("Choose an amount, a percentage or a price.", "value")
    try:
        value = percent(text) if way == "percent" else currency.parse(text)
    except ValueError:
        example = "15" if way == "percent" else currency.format(1500)
        raise NotADiscount(f"Enter a number, such as {example}.", "value") from None
    if value < 0 or (value == 0 and way != "price"):
        raise NotADiscount("Enter more than 0.", "value")
    if way == "percent" and value > 1_000_000:
        raise NotADiscount("Enter 100 or less.", "value")
    if way == "amount" and value > gross:
        raise NotADiscount(f"The line comes to {currency.format(gross)}.", "value")
    why = " ".join(reason.split())[:REASON_MAX]
    if not why:
        raise NotADiscount("Say why: it stands on the order for good.", "reason")
    return LineDiscount(way, value, why)  # type: ignore[arg-type]
