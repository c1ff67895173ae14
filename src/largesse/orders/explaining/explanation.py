"""How each cent of a quote came about, as values that a page shows: stage by stage, line by line.

It is made from the quote alone, so that a live cart and an order of the past are explained alike
(IF-36). Amounts are minor units; what was taken off is positive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment, QuoteLine
from largesse.engine.stage import Stage
from largesse.orders.explaining.not_applied import FactRead, No, UsedUp, facts_read, nos_of, used_up
from largesse.orders.explaining.on_deals import OnDeal, on_deals
from largesse.orders.explaining.one_amount import Cent, cent_of
from largesse.orders.explaining.voice import STAFF, Voice
from largesse.orders.explaining.waterfall import Step, Waterfall, waterfall

ALWAYS_SHOWN: Final = (Stage.ALLOTMENT, Stage.STANDARD, Stage.POST, Stage.VOUCHER)
"""Stages that every cart goes through, so that one that gave nothing is seen to have given nothing."""

_LOOKS: Final = {
    Stage.MANUAL: "p6",
    Stage.ALLOTMENT: "p4",
    Stage.DEAL: "p2",
    Stage.STANDARD: "p1",
    Stage.POST: "p1",
    Stage.REWARD: "p6",
    Stage.VOUCHER: "p3",
}


class Cell(Struct, frozen=True):
    """What a stage took off a line; `key` names the two, so that a page can ask where it comes from."""

    key: str
    amount: int
    is_open: bool

    @property
    def minus(self) -> int:
        return -self.amount


class Row(Struct, frozen=True):
    """A line of the matrix. `each` is the price of a unit where all cost the same; `added` is whether
    an offer added it, `chosen` whether it was chosen against a shopping spree. `goes_with` is what it
    is an option of.
    """

    name: str
    quantity: str
    each: int | None
    added: bool
    chosen: bool
    goes_with: str
    gross: int
    cells: tuple[Cell | None, ...]
    net: int
    tax: int


class OffShipping(Struct, frozen=True):
    """What an offer took off the shipping charge; `code` is empty for shoppers."""

    title: str
    code: str
    amount: int

    @property
    def minus(self) -> int:
        return -self.amount


class Later(Struct, frozen=True):
    """What an offer gives once the order is posted: a sentence, and an amount where it is credit."""

    sentence: str
    amount: int | None = None


class Explained(Struct, frozen=True):
    """A quote, explained. `nos` come the nearest first; `unasked` is how many offers are left out."""

    currency: str
    gross: int
    due: int
    proven: bool
    gap: int
    picture: Waterfall
    stages: tuple[str, ...]
    rows: tuple[Row, ...]
    deals: tuple[OnDeal, ...]
    stage_sums: tuple[int, ...]
    net: int
    tax: int
    tax_included: int
    shipping: int
    """The charge before its discounts."""
    off_shipping: tuple[OffShipping, ...]
    later: tuple[Later, ...]
    cent: Cent | None
    used_up: tuple[UsedUp, ...]
    nos: tuple[No, ...]
    unasked: int
    facts: tuple[FactRead, ...]
    book_hash: str
    priced_at: datetime

    @property
    def near_nos(self) -> tuple[No, ...]:
        """The offers that little was missing for, and those that lost to another."""
        return tuple(no for no in self.nos if no.is_near)

    @property
    def near_count(self) -> int:
        return len(self.near_nos)

    @property
    def far_count(self) -> int:
        return len(self.nos) - len(self.near_nos)


def explained(quote: Quote, voice: Voice = STAFF, *, open_cell: str = "") -> Explained:
    """The explanation of a quote. `open_cell` is the key of the amount whose working is shown; without
    one, or with one that is not there, the largest is.
    """
    stages = _stages(quote)
    taken = _by_cell(quote)
    key = open_cell if open_cell in taken else _largest(taken)
    nos, unasked = nos_of(quote, quote.book, quote.cart, voice)
    return Explained(
        currency=quote.currency,
        gross=quote.gross,
        due=quote.due,
        proven=quote.proven,
        gap=quote.gap,
        picture=waterfall(_steps(quote, stages, voice), quote.book.currency.exponent),
        stages=tuple(voice.stages[stage] for stage in stages),
        rows=tuple(_row(quote, line, stages, taken, key) for line in quote.lines),
        deals=on_deals(quote, voice),
        stage_sums=tuple(_stage_sum(quote, stage) for stage in stages),
        net=quote.net,
        tax=quote.tax,
        tax_included=quote.tax_included,
        shipping=quote.cart.shipping,
        off_shipping=tuple(
            OffShipping(a.title or a.offer, a.offer if voice.codes else "", a.amount)
            for a in quote.adjustments
            if a.line is None
        ),
        later=tuple(_later(quote, voice)),
        cent=cent_of(quote, taken[key], voice) if key else None,
        used_up=used_up(quote, quote.book, voice),
        nos=nos,
        unasked=unasked,
        facts=facts_read(quote, quote.book, quote.facts, voice),
        book_hash=quote.book_hash if voice.codes else "",
        priced_at=quote.cart.at,
    )


# --- stages ------------------------------------------------------------------------------------------


def _stages(quote: Quote) -> list[Stage]:
    """The stages that took something off lines, and those that every cart goes through, in order."""
    used = {a.stage for a in quote.adjustments if a.line is not None}
    return [s for s in Stage if s in used or s in ALWAYS_SHOWN]


def _stage_sum(quote: Quote, stage: Stage) -> int:
    return sum(a.amount for a in quote.adjustments if a.stage is stage)


def _steps(quote: Quote, stages: Sequence[Stage], voice: Voice) -> list[Step]:
    steps = [Step("Gross", _counted(len(quote.lines), "line"), quote.gross, "p-rest", True)]
    for stage in stages:
        offers = {a.offer for a in quote.adjustments if a.stage is stage}
        note = _counted(len(offers), "offer") if offers else "none"
        steps.append(Step(voice.stages[stage], note, -_stage_sum(quote, stage), _LOOKS[stage]))
    steps.append(Step("Shipping", "", quote.cart.shipping, "p6"))
    if quote.shipping < quote.cart.shipping:
        offers = {a.offer for a in quote.adjustments if a.line is None}
        off = quote.shipping - quote.cart.shipping
        steps.append(Step("Off shipping", _counted(len(offers), "offer"), off, "p1"))
    if quote.tax_included:
        steps.append(Step("Tax", "included", 0, "p6"))
    else:
        steps.append(Step("Tax", "added", quote.tax, "p6"))
    for payment in quote.payments:
        by = "Voucher" if payment.kind == "value_voucher" else "Credit"
        steps.append(Step(by, "payment", -payment.amount, "p6"))
    return [*steps, Step("Due", "", quote.due, "p-rest", True)]


def _later(quote: Quote, voice: Voice) -> Iterator[Later]:
    """Credit and rights that the order brings; a shopper is told of their own alone."""
    for credit in quote.credits:
        if voice.codes:
            yield Later(
                f"{credit.title}: credit for the {credit.to}, {credit.owner}", credit.amount
            )
        elif credit.to == "buyer":
            yield Later(f"{credit.title}: credit for you", credit.amount)
    for right in quote.rights:
        offer = quote.book.promotions[right.promotion]
        yield Later(f"{right.title}: {offer.name} on a later order")


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


# --- line by line ------------------------------------------------------------------------------------


def _by_cell(quote: Quote) -> dict[str, list[Adjustment]]:
    """The adjustments behind each amount of the matrix."""
    place = {line.id: i for i, line in enumerate(quote.lines)}
    found: dict[str, list[Adjustment]] = {}
    for a in quote.adjustments:
        if a.line is not None:
            found.setdefault(cell_key(place[a.line], a.stage), []).append(a)
    return found


def cell_key(place: int, stage: Stage) -> str:
    """What names the amount that a stage took off the line at a place, counted from 0."""
    return f"{place + 1}-{stage.value}"


def _largest(taken: Mapping[str, Sequence[Adjustment]]) -> str:
    """The key of the largest amount, the first of equals; empty where nothing was taken off."""
    return max(taken, key=lambda key: sum(a.amount for a in taken[key]), default="")


def _row(
    quote: Quote,
    line: QuoteLine,
    stages: Sequence[Stage],
    taken: Mapping[str, Sequence[Adjustment]],
    key: str,
) -> Row:
    cells: list[Cell | None] = []
    for stage in stages:
        of_line = [(k, found) for k, found in taken.items() if _is_of(found, line.id, stage)]
        cells.append(
            Cell(of_line[0][0], sum(a.amount for a in of_line[0][1]), of_line[0][0] == key)
            if of_line
            else None
        )
    whole, rest = divmod(line.gross, line.units)
    weighed = line.units == 1 and line.quantity != 1
    goes_with = quote.goes_with.get(line.id)
    return Row(
        line.name or line.sku,
        f"{line.quantity:,}",
        None if rest or weighed else whole,
        line.added_by is not None,
        line.spree,
        goes_with.name or goes_with.sku if goes_with is not None else "",
        line.gross,
        tuple(cells),
        line.net,
        line.tax or line.tax_included,
    )


def _is_of(found: Sequence[Adjustment], line: str, stage: Stage) -> bool:
    return found[0].line == line and found[0].stage is stage
