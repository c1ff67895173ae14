"""What moves when a deal is applied: two quotes, line by line, and what other deals lose (DE-7).

Amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from largesse.engine.quote import Quote
from largesse.engine.quoted import AppliedDeal, QuoteLine
from largesse.engine.refusals import RefusalCode
from largesse.pages.figures import amount_text, count_text
from largesse.rep.drafts import Draft, with_pick
from largesse.rep.line_deals import list_value
from largesse.rep.wording import listed, number_word
from largesse.rep.work import Work


class Move(Struct, frozen=True):
    """What a line, or a deal for all of its lines, brings now and then."""

    name: str
    said: str
    now: int
    then: int


class Question(Struct, frozen=True):
    """What is asked before a deal is applied. `gain` is what the customer gets more, or less."""

    deal: str
    title: str
    text: str
    moves: tuple[Move, ...]
    now: int
    then: int
    gain: int
    losing: str
    told: str
    button: str
    must_ask: bool


def applied(work: Work, deal: str) -> Draft:
    """The draft with a deal on every line with a qualifying quantity."""
    return with_pick(work.kept, qualifying(work, deal), deal)


def qualifying(work: Work, deal: str) -> set[str]:
    """The lines with a quantity that qualifies for a deal; none where its trigger is not met."""
    progress = next((p for p in work.quote.deal_progress if p.offer == deal), None)
    if progress is None or not progress.tier:
        return set()
    value, ordered = work.book.deals[deal], {line.id for line in work.draft.lines}
    return {
        line.id
        for line in work.quote.lines
        if line.id in ordered
        and value.covers(line.sku)
        and (value.assorted or value.met_tier(line.units, list_value(work.quote, line)))
    }


def not_applied(then: Quote, deal: str) -> str:
    """Why a deal that was picked does not hold; empty if it does."""
    for refusal in then.refusals:
        if refusal.offer == deal and refusal.code is RefusalCode.PICK_NOT_VALID:
            return refusal.sentence
    return ""


def question(work: Work, deal: str) -> Question:
    """What applying a deal would move."""
    now, then = work.quote, work.priced(applied(work, deal))
    title = work.book.deals[deal].name
    lines = _moved(now, then)
    moves = (*_line_moves(lines, now, then, deal), *_deal_moves(now, then), *_elsewhere(now, then))
    joining = [new for _, new in lines if new.deal == deal]
    leaving = [old for old, _ in lines if old.deal is not None]
    gain = then.benefit - now.benefit
    losing, told = _lost(now, then, deal, gain)
    return Question(
        deal,
        title,
        _said(len(joining), len(leaving), title),
        moves,
        sum(move.now for move in moves),
        sum(move.then for move in moves),
        gain,
        losing,
        told,
        f"Move {count_text(len(joining))} {'line' if len(joining) == 1 else 'lines'}",
        bool(leaving) or bool(losing),
    )


def _moved(now: Quote, then: Quote) -> list[tuple[QuoteLine, QuoteLine]]:
    """The lines that are on another deal then, or cost something else."""
    later = {line.id: line for line in then.lines}
    return [
        (line, later[line.id])
        for line in now.lines
        if not line.bonus
        and line.id in later
        and (line.deal, line.net) != (later[line.id].deal, later[line.id].net)
    ]


def _line_moves(
    lines: Sequence[tuple[QuoteLine, QuoteLine]], now: Quote, then: Quote, deal: str
) -> Iterator[Move]:
    for old, new in lines:
        yield Move(
            old.name or old.sku,
            _where(now, then, old, new, deal),
            old.gross - old.net,
            new.gross - new.net,
        )


def _where(now: Quote, then: Quote, old: QuoteLine, new: QuoteLine, deal: str) -> str:
    """Where a line comes from; where it goes, if not to the deal that is applied."""
    was, will = _title(now, old.deal), _title(then, new.deal)
    if old.deal == new.deal:
        return f"stays on {was}" if was else "on no deal"
    if new.deal == deal:
        return f"leaves {was}" if was else "no deal so far"
    if not will:
        return f"leaves {was}, on no deal then"
    return f"leaves {was} for {will}" if was else f"goes to {will}"


def _title(quote: Quote, deal: str | None) -> str:
    return quote.book.deals[deal].name if deal is not None else ""


def _deal_moves(now: Quote, then: Quote) -> Iterator[Move]:
    """What deals bring beside the lines' prices: rebates, and credit for bonus stock."""
    before, after = _by_code(now), _by_code(then)
    for code in dict.fromkeys((*before, *after)):
        old, new = before.get(code), after.get(code)
        title = now.book.deals[code].name
        for what, name in (("rebate", "rebate at posting"), ("credit", "credit for bonus stock")):
            had = getattr(old, what) if old is not None else 0
            has = getattr(new, what) if new is not None else 0
            if had != has:
                yield Move(title, name, had, has)


def _by_code(quote: Quote) -> Mapping[str, AppliedDeal]:
    return {deal.offer: deal for deal in quote.deals}


def _elsewhere(now: Quote, then: Quote) -> Iterator[Move]:
    """What offers take off the shipping charge."""
    had, has = (
        sum(adjustment.amount for adjustment in quote.adjustments if adjustment.line is None)
        for quote in (now, then)
    )
    if had != has:
        yield Move("Shipping", "other offers", had, has)


def _said(joining: int, leaving: int, title: str) -> str:
    lines = "line moves" if joining == 1 else "lines move"
    said = f"{number_word(joining)} {lines} to {title}."
    if not leaving:
        return said
    if leaving == 1 == joining:
        return f"{said} It leaves its deal."
    verb = "leaves its" if leaving == 1 else "leave their"
    return f"{said} {number_word(leaving)} of the lines shown {verb} deal."


def _lost(now: Quote, then: Quote, deal: str, gain: int) -> tuple[str, str]:
    """The deals that lose their trigger, or bring less, and what that means for the customer."""
    after = _by_code(then)
    gone = [each for each in now.deals if each.offer not in after]
    less = [
        each
        for each in now.deals
        if each.offer in after and each.offer != deal and after[each.offer].benefit < each.benefit
    ]
    balance = _balance(gain, now.currency)
    if gone:
        names = listed([each.title for each in gone])
        verb = "loses its trigger" if len(gone) == 1 else "lose their trigger"
        gave = amount_text(sum(each.benefit for each in gone), now.currency)
        together = "It" if len(gone) == 1 else "Together they"
        return f"{names} {verb}.", f"{together} gave {gave}. {balance}"
    if less:
        first = less[0]
        brings = amount_text(after[first.offer].benefit, now.currency)
        was = amount_text(first.benefit, now.currency)
        return f"{first.title} brings {brings} instead of {was}.", balance
    return ("", balance) if gain >= 0 else ("The customer gets less.", balance)


def _balance(gain: int, currency: str) -> str:
    if gain > 0:
        return f"The customer still gains {amount_text(gain, currency)}."
    if gain < 0:
        return f"The customer loses {amount_text(-gain, currency)} by it."
    return "The customer gets as much as now."
