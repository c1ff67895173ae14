"""What a draft would do: in words, and to a sample cart priced with it in today's book."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from largesse.backoffice.building.draft import Draft, finished
from largesse.backoffice.building.fault_words import place_in_words, sentence
from largesse.backoffice.building.known import Known
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, normal_code
from largesse.engine.conditions.base import UNBOUNDED
from largesse.engine.facts import Facts, SingleUseCode
from largesse.engine.faults import Faults
from largesse.engine.met import Met, conditions_met
from largesse.engine.offers.promotion import Promotion, Suggest
from largesse.engine.pricing import price
from largesse.engine.quote import Quote, QuoteLine
from largesse.engine.summary import summary
from largesse.offers.promotions import PROMOTIONS
from largesse.orders.facts import facts_for
from largesse.pages.figures import amount_text, day_text

TRIED: Final = "THE CODE OF THIS PREVIEW"
"""Stands for one of the draft's single-use codes."""

UNNAMED: Final = "DRAFT"
"""The code of a draft that has none yet."""


class Less(NamedTuple):
    """What came off a line, or why nothing did."""

    words: str
    amount: int | None


class Shown(NamedTuple):
    """A line of the sample cart with what came off it."""

    quantity: str
    name: str
    gross: int
    less: tuple[Less, ...]


class Why(NamedTuple):
    """What was judged, whether it is so, and the figures."""

    is_met: bool
    subject: str
    words: str
    sub: str = ""


class Preview(NamedTuple):
    """A sample cart priced with the draft. Amounts are minor units."""

    lines: tuple[Shown, ...]
    gross: int
    net: int
    extra: tuple[tuple[str, str], ...]
    whys: tuple[Why, ...]
    notes: tuple[str, ...]
    milliseconds: str
    gives: int


class Judged(NamedTuple):
    """A draft in words, or what it still lacks."""

    value: Promotion | None
    words: str
    lacks: tuple[str, ...]


def judged(draft: Draft, book: OfferBook) -> Judged:
    """The draft as a promotion, and in plain words."""
    try:
        value = PROMOTIONS.read_one({"code": UNNAMED, **_alone(finished(draft))}, book).value
    except Faults as found:
        lacks = dict.fromkeys(
            sentence(place_in_words(fault.place), fault) for fault in found.faults
        )
        return Judged(None, "", tuple(lacks))
    return Judged(value, summary(value, book.currency, book.catalog.calendar), ())


def _alone(value: Any) -> Any:
    """The draft without the names under which parts of it shall be shared: they aren't yet."""
    if isinstance(value, list):
        return [_alone(each) for each in value]
    if isinstance(value, Mapping):
        left_out = "name" if "kind" in value else ""
        return {name: _alone(each) for name, each in value.items() if name != left_out}
    return value


# --- a cart ----------------------------------------------------------------------------------------


def previewed(draft: Promotion, cart: Cart, known: Known) -> Preview:
    """The cart priced with the draft switched on, on the first day that it holds."""
    book = known.book
    value: Promotion = msgspec.structs.replace(draft, active=True, archived=False)
    cart, notes = _able(value, cart)
    with_it = book.with_promotion(value)
    without = book.with_promotion(msgspec.structs.replace(value, active=False))
    facts = _facts(value, with_it, cart)
    begun = time.perf_counter()
    quote = price(with_it, cart, facts)
    took = time.perf_counter() - begun
    before = price(without, cart, facts)
    return Preview(
        tuple(_shown(line, quote, value) for line in quote.lines),
        quote.gross,
        quote.net,
        tuple(_extra(quote, value)),
        _whys(quote, before, value, known),
        notes,
        f"{took * 1000:.1f}",
        sum(a.amount for a in quote.adjustments if a.offer == value.code),
    )


def _able(value: Promotion, cart: Cart) -> tuple[Cart, tuple[str, ...]]:
    """The cart as somebody would fill it for whom the promotion is, and what was added."""
    notes = []
    at, start = cart.at, value.window.start
    if start is not None and start > at:
        at = start
        notes.append(f"as of {day_text(start)}, its first day")
    codes = cart.codes
    if value.promo_code is not None:
        codes = (*codes, value.promo_code)
        notes.append(f"with the code {value.promo_code}")
    if value.single_use_codes:
        codes = (*codes, TRIED)
        notes.append("with one of its single-use codes")
    answers = dict(cart.answers)
    if value.suggest is not Suggest.NO:
        answers[value.code] = True
        notes.append("accepted by the buyer")
    found: Cart = msgspec.structs.replace(cart, at=at, codes=codes, answers=answers)
    return found, tuple(notes)


def _facts(value: Promotion, book: OfferBook, cart: Cart) -> Facts:
    facts = facts_for(book, cart)
    if not value.single_use_codes:
        return facts
    code = normal_code(TRIED)
    known = {**facts.single_use_codes, code: SingleUseCode(code, value.code)}
    found: Facts = msgspec.structs.replace(facts, single_use_codes=known)
    return found


def _shown(line: QuoteLine, quote: Quote, value: Promotion) -> Shown:
    book = quote.book
    less = [
        Less(_title(adjustment.title, adjustment.offer, value), adjustment.amount)
        for adjustment in quote.adjustments
        if adjustment.line == line.id and adjustment.amount
    ]
    gave = {a.offer for a in quote.adjustments if a.line == line.id}
    if value.code not in gave and _is_left_out(line.sku, value):
        less.append(Less("left out by the action", None))
    name = line.name or (book.catalog.products[line.sku].name or line.sku)
    return Shown(f"{line.quantity:,}", name, line.gross, tuple(less))


def _title(title: str, offer: str, value: Promotion) -> str:
    return title or ("This promotion" if offer == value.code else offer)


def _is_left_out(sku: str, value: Promotion) -> bool:
    targets = [action.targets() for action in value.actions]
    return any(excluded is not None and sku in excluded.products for _, excluded in targets)


def _extra(quote: Quote, value: Promotion) -> Iterator[tuple[str, str]]:
    currency = quote.book.currency
    for adjustment in quote.adjustments:
        if adjustment.line is None and adjustment.offer == value.code:
            yield "Off the shipping charge", amount_text(-adjustment.amount, currency)
    for credit in quote.credits:
        if credit.offer == value.code:
            yield f"Credit to the {credit.to}", amount_text(credit.amount, currency)
    for right in quote.rights:
        if right.offer == value.code:
            yield "A right to a later promotion", right.promotion
    for gift in quote.gifts:
        if gift.offer == value.code:
            yield "A gift to choose", f"one of {len(gift.products)}"


# --- why -------------------------------------------------------------------------------------------


def _whys(quote: Quote, before: Quote, value: Promotion, known: Known) -> tuple[Why, ...]:
    conditions = tuple(_conditions(quote, value, known))
    told = {why.sub for why in conditions}
    return (*conditions, *_outcome(quote, value, told), *_giving_way(quote, before))


def _conditions(quote: Quote, value: Promotion, known: Known) -> Iterator[Why]:
    for met in conditions_met(quote, value):
        yield from _judged(met, known)


def _judged(met: Met, known: Known) -> Iterator[Why]:
    """A condition, and after a group those that it is made of."""
    name = met.condition.name
    shared = known.shared_named("condition", name) if name else None
    subject = shared.label if shared is not None else met.condition.label
    told = "" if met.within or met.shortfall is None else met.shortfall.sentence
    yield Why(met.shortfall is None, subject, _times(met), told)
    for each in met.within:
        yield from _judged(each, known)


def _times(met: Met) -> str:
    if met.shortfall is not None:
        return "not met"
    if met.times >= UNBOUNDED:
        return "met"
    return "met once" if met.times == 1 else f"met {met.times:,} times"


def _outcome(quote: Quote, value: Promotion, told: Collection[str]) -> Iterator[Why]:
    """Why the draft gave nothing although all its conditions are met."""
    if value.code in quote.awarded:
        return
    refusal = quote.explain(value.code).refusal
    if refusal is not None and refusal.sentence not in told:
        yield Why(False, "It gives nothing here", "", refusal.sentence)


def _giving_way(quote: Quote, before: Quote) -> Iterator[Why]:
    """Offers that would have given more, if the draft were not."""
    now, then = quote.discount_by_offer(), before.discount_by_offer()
    currency = quote.book.currency
    for code, amount in then.items():
        left = now.get(code, 0)
        if left >= amount:
            continue
        promotion = quote.book.promotions.get(code)
        title = promotion.name if promotion is not None else code
        if left:
            told = f"{amount_text(left, currency)} instead of {amount_text(amount, currency)}"
            yield Why(False, title, "gives less", told)
            continue
        refusal = quote.explain(code).refusal if promotion is not None else None
        yield Why(False, title, "gives way", refusal.sentence if refusal is not None else "")
