"""The lines of a sale as the till shows them: what each costs, and what came off it by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from largesse.engine.money import percent_string
from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment, QuoteLine
from largesse.engine.stage import Stage
from largesse.orders.explaining.explanation import cell_key
from largesse.till.pricing import Work
from largesse.till.ringing import Rung

TAGS: Final[Mapping[Stage, tuple[str, str]]] = {
    Stage.MANUAL: ("By hand", "pencil"),
    Stage.ALLOTMENT: ("Allotment", "gift"),
    Stage.DEAL: ("Deal", "handshake"),
    Stage.STANDARD: ("Promotion", "badge-percent"),
    Stage.POST: ("Promotion", "badge-percent"),
    Stage.REWARD: ("Reward", "gift"),
}
"""The word and the icon of what came off a line; the voucher comes off the whole sale."""


class Off(Struct, frozen=True):
    """What came off a line; `key` asks for the cent on the page that explains it."""

    tag: str
    icon: str
    title: str
    amount: int
    key: str


class Line(Struct, frozen=True):
    """A line of the sale. `each` is the price of a unit; None where a label priced the whole.

    `added_by` is the title of the offer that added the line: nobody rang it up, nobody changes it.
    """

    id: str
    sku: str
    name: str
    quantity: str
    unit: str
    each: int | None
    gross: int
    net: int
    offs: tuple[Off, ...]
    added_by: str
    is_discounted: bool
    is_selected: bool


def lines_of(work: Work, selected: str = "") -> tuple[Line, ...]:
    """All lines; the one that was touched last is selected."""
    rungs = {line.id: line for line in work.rings.lines}
    if selected not in rungs and rungs:
        selected = work.rings.lines[-1].id
    off: dict[str | None, list[Adjustment]] = {}
    for adjustment in work.quote.adjustments:
        off.setdefault(adjustment.line, []).append(adjustment)
    return tuple(
        _line(work, place, line, rungs.get(line.id), off.get(line.id, ()), line.id == selected)
        for place, line in enumerate(work.quote.lines)
    )


def _line(
    work: Work,
    place: int,
    line: QuoteLine,
    rung: Rung | None,
    off: list[Adjustment] | tuple[()],
    is_selected: bool,
) -> Line:
    product = work.book.catalog.products[line.sku]
    weighed = product.quantity_decimals > 0
    return Line(
        id=line.id,
        sku=line.sku,
        name=line.name or line.sku,
        quantity=str(line.quantity) if isinstance(line.quantity, int) else f"{line.quantity:f}",
        unit="weighed" if weighed else "",
        each=None if rung is not None and rung.gross is not None else product.price,
        gross=line.gross,
        net=line.net,
        offs=tuple(_off(work, place, rung, each) for each in off if each.stage in TAGS),
        added_by=_added_by(work.quote, line),
        is_discounted=rung is not None and rung.discount is not None,
        is_selected=is_selected,
    )


def _off(work: Work, place: int, rung: Rung | None, adjustment: Adjustment) -> Off:
    tag, icon = TAGS[adjustment.stage]
    title = adjustment.title or adjustment.offer
    if adjustment.stage is Stage.MANUAL and rung is not None and rung.discount is not None:
        title = discount_words(work, rung)
    elif adjustment.stage is not Stage.MANUAL and adjustment.units > 1:
        title = f"{title}, on {adjustment.units}"
    return Off(tag, icon, title, adjustment.amount, cell_key(place, adjustment.stage))


def discount_words(work: Work, rung: Rung) -> str:
    """What was taken off by hand, and why: "15 % off, Damaged"."""
    discount = rung.discount
    assert discount is not None
    money = work.business.money
    if discount.way == "percent":
        return f"{percent_string(discount.value)} % off, {discount.reason}"
    if discount.way == "price":
        return f"{money.format(discount.value)} each, {discount.reason}"
    return f"{money.format(discount.value)} off, {discount.reason}"


def _added_by(quote: Quote, line: QuoteLine) -> str:
    return "" if line.added_by is None else quote.book.name_of(line.added_by)
