"""What a sale comes to, from what the lines cost to what is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from largesse.engine.money import percent_string
from largesse.engine.quote import Quote
from largesse.engine.quoted import QuoteLine
from largesse.engine.stage import Stage
from largesse.pages.figures import units_text
from largesse.till.pricing import Work

_NAMES: Final[Mapping[Stage, str]] = {
    Stage.MANUAL: "By hand",
    Stage.ALLOTMENT: "Allotments",
    Stage.DEAL: "Deals",
    Stage.STANDARD: "Promotions",
    Stage.POST: "Promotions",
    Stage.REWARD: "Rewards",
    Stage.SHIPPING: "Off the shipping",
}


class Sum(Struct, frozen=True):
    """A row of the sums; `kind` is the receipt row's: lead, given, or quiet."""

    label: str
    amount: int
    kind: str = ""


def sums_of(work: Work) -> tuple[Sum, ...]:
    """The rows above the total."""
    quote = work.quote
    rows = [Sum(count_of(quote.lines), quote.gross)]
    off: dict[str, int] = {}
    for adjustment in quote.adjustments:
        if adjustment.stage is not Stage.VOUCHER:
            name = _NAMES[adjustment.stage]
            off[name] = off.get(name, 0) + adjustment.amount
    rows += [Sum(name, amount, "given") for name, amount in off.items()]
    by_voucher = sum(a.amount for a in quote.adjustments if a.stage is Stage.VOUCHER)
    if by_voucher:
        if off:
            rows.append(Sum("Before voucher", quote.net + by_voucher, "quiet"))
        voucher = work.voucher
        rate = percent_string(voucher.percent) if voucher and voucher.percent else ""
        rows.append(Sum(f"Partner voucher {rate} %", by_voucher, "given"))
    return (*rows, *_tax(work))


def _tax(work: Work) -> Iterable[Sum]:
    quote = work.quote
    location = work.book.catalog.locations.get(work.counter.location.code)
    if location is None:
        return
    products = work.book.catalog.products
    rates = {location.tax.get(products[line.sku].tax_class, 0) for line in quote.lines}
    rate = f" {percent_string(rates.pop())} %" if len(rates) == 1 else ""
    if location.prices_include_tax:
        yield Sum(f"Tax{rate}, included", quote.tax_included, "quiet")
    else:
        yield Sum(f"Sales tax{rate}", quote.tax, "quiet")


def count_of(lines: Iterable[QuoteLine]) -> str:
    """How much is sold; what is weighed counts as one item."""
    return units_text(sum(line.units for line in lines), "item")


def is_free(quote: Quote) -> bool:
    """Whether there is something to sell and nothing to pay."""
    return bool(quote.lines) and not quote.due
