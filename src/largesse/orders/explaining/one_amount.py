"""Where one amount of a quote comes from: which offer took it, off what, and how it was computed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from largesse.engine.money import ONE, percent_string, share_out
from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment, QuoteLine
from largesse.engine.stage import Stage
from largesse.orders.explaining.voice import Voice


class Share(Struct, frozen=True):
    """A line's share of an amount that was spread: exact, with more digits, and as it was given."""

    name: str
    exact: str
    given: int
    here: bool


class Taken(Struct, frozen=True):
    """One adjustment, with what the units of the line cost before and after it."""

    title: str
    code: str
    revision: int
    units: int
    of_units: int
    before: int
    amount: int
    after: int
    cut_from: int | None
    working: str
    """The arithmetic, where it can be said in one line."""
    result: str
    spread_of: int
    shares: tuple[Share, ...]

    @property
    def minus(self) -> int:
        return -self.amount


class Cent(Struct, frozen=True):
    """Where one amount of the matrix comes from."""

    line: str
    stage: str
    amount: int
    taken: tuple[Taken, ...]

    @property
    def minus(self) -> int:
        return -self.amount


def cent_of(quote: Quote, found: Sequence[Adjustment], voice: Voice) -> Cent:
    line = next(line for line in quote.lines if line.id == found[0].line)
    return Cent(
        line.name or line.sku,
        voice.stages[found[0].stage],
        sum(a.amount for a in found),
        tuple(_taken(quote, line, a, voice) for a in found),
    )


def _taken(quote: Quote, line: QuoteLine, a: Adjustment, voice: Voice) -> Taken:
    before = _before(quote, line, a)
    shares = _shares(quote, line, a)
    working, result = ("", "") if shares else _working(quote, line, a, before)
    spread_of = sum(b.amount for b in _same_award(quote, a)) if shares else 0
    if shares:
        whole = sum(_before(quote, each, b) for each, b in _spread_over(quote, a))
        working = f"{quote.format(spread_of)} × {quote.format(before)} ÷ {quote.format(whole)}"
        result = f"= {next(share.exact for share in shares if share.here)}"
    return Taken(
        a.title or a.offer,
        a.offer if voice.codes else "",
        a.revision,
        a.units,
        line.units,
        before,
        a.amount,
        before - a.amount,
        a.cut_from,
        working,
        result,
        spread_of,
        shares,
    )


def _before(quote: Quote, line: QuoteLine, adjustment: Adjustment) -> int:
    """What the line cost when the adjustment was made: they stand in the order of application."""
    left = line.gross
    for a in quote.adjustments:
        if a is adjustment:
            break
        if a.line == line.id:
            left -= a.amount
    return left


def _same_award(quote: Quote, adjustment: Adjustment) -> list[Adjustment]:
    said = (adjustment.stage, adjustment.offer, adjustment.kind)
    return [a for a in quote.adjustments if (a.stage, a.offer, a.kind) == said]


def _spread_over(quote: Quote, adjustment: Adjustment) -> list[tuple[QuoteLine, Adjustment]]:
    lines = {line.id: line for line in quote.lines}
    return [(lines[a.line], a) for a in _same_award(quote, adjustment) if a.line is not None]


def _shares(quote: Quote, line: QuoteLine, adjustment: Adjustment) -> tuple[Share, ...]:
    """How an amount was spread over the lines by what they cost (MO-4).

    Empty where that isn't the whole story: for an offer that takes each line by itself, some of the
    units only, or none below a floor.
    """
    over = _spread_over(quote, adjustment)
    weights = [_before(quote, each, a) for each, a in over]
    given = tuple(a.amount for _, a in over)
    total = sum(given)
    if adjustment.kind not in ("discount_order", "percentage_voucher") or len(over) < 2:
        return ()
    if share_out(total, weights) != given or not sum(weights):
        return ()
    digits = quote.book.currency.exponent
    return tuple(
        Share(
            each.name or each.sku,
            _exact(total * weight, sum(weights), digits),
            a.amount,
            each.id == line.id,
        )
        for (each, a), weight in zip(over, weights, strict=True)
    )


def _exact(numerator: int, denominator: int, digits: int) -> str:
    """A quotient of minor units with two more digits than the currency has; … where more follow."""
    scaled, rest = divmod(numerator * 100, denominator)
    whole, part = divmod(scaled, 10 ** (digits + 2))
    return f"{whole:,}.{part:0{digits + 2}}{'…' if rest else ''}"


def _working(quote: Quote, line: QuoteLine, a: Adjustment, before: int) -> tuple[str, str]:
    """The arithmetic of one adjustment and its result; empty where one line can't say it truly."""
    money = quote.format
    if a.units == line.units:
        for rate in _rates(quote, a):
            # Rounded once, half away from zero or to even: within half a minor unit of the exact value.
            if abs(2 * (before * rate - a.amount * ONE)) <= ONE:
                return f"{percent_string(rate)} % of {money(before)}", f"= {money(a.amount)}"
    for each in _amounts(quote, a):
        if each * a.units == a.amount:
            return f"{a.units:,} × {money(each)}", f"= {money(a.amount)}"
    if before == a.amount:
        return f"all of {money(before)}", f"= {money(a.amount)}"
    each, rest = divmod(a.amount, a.units)
    if a.stage is Stage.ALLOTMENT and not rest:
        return f"{a.units:,} × {money(each)}", f"= {money(a.amount)}"
    return "", ""


def _rates(quote: Quote, a: Adjustment) -> list[int]:
    """The percentages that the offer may have taken."""
    if a.stage is Stage.VOUCHER:
        voucher = quote.facts.vouchers.get(a.offer)
        return [voucher.percent] if voucher is not None and voucher.percent else []
    return _terms(quote, a, "percent")


def _amounts(quote: Quote, a: Adjustment) -> list[int]:
    """The amounts off a unit that the offer may have taken."""
    return _terms(quote, a, "amount")


def _terms(quote: Quote, a: Adjustment, name: str) -> list[int]:
    """What the offer's actions or benefits of the adjustment's kind say under a name."""
    promotion, deal = quote.book.promotions.get(a.offer), quote.book.deals.get(a.offer)
    of_kind: list[object] = []
    if promotion is not None:
        actions = [action for action in promotion.actions if action.kind == a.kind]
        of_kind += [said for action in actions for said in (action, *getattr(action, "tiers", ()))]
    if deal is not None:
        of_kind += [tier.benefit for tier in deal.tiers if tier.benefit.kind == a.kind]
    values = (getattr(said, name, None) for said in of_kind)
    return [value for value in values if value]
