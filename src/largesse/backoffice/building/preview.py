"""What a draft would do: in words, and to a sample cart priced with it in today's book."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from largesse.backoffice.building.draft import Draft
from largesse.backoffice.building.fault_words import place_in_words, sentence
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart
from largesse.engine.facts import Facts
from largesse.engine.faults import Faults
from largesse.engine.money import Currency
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import Promotion
from largesse.engine.pricing import price
from largesse.engine.quote import Quote
from largesse.engine.quoted import QuoteLine
from largesse.engine.window import Calendar
from largesse.offers.revising import Revising
from largesse.pages.figures import amount_text

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


class Judged(NamedTuple):
    """A draft in words, or what it still lacks."""

    value: Any
    words: str
    lacks: tuple[str, ...]


def judged(
    draft: Draft,
    revising: Revising[Any, Any],
    summary: Callable[[Any, Currency, Calendar], str],
    book: OfferBook,
) -> Judged:
    """The draft as an offer, and in plain words."""
    try:
        value = revising.read_one({"code": UNNAMED, **_alone(draft)}, book).value
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


class Tried(NamedTuple):
    """An offer on trial: the book with it and without it, and the cart as somebody would fill it for
    whom the offer is; `notes` say what of the cart was taken for granted.
    """

    offer: Promotion | Deal
    with_it: OfferBook
    without: OfferBook
    cart: Cart
    facts: Facts
    notes: tuple[str, ...]


class Telling(NamedTuple):
    """What a sort of offer tells of a quote: why it gave what it did, what it gave beside the lines.

    `left_out` says of a line on which it gave nothing why that is so, if there is something to say.
    """

    whys: Callable[[Quote], Iterable[Why]]
    extra: Callable[[Quote], Iterable[tuple[str, str]]]
    left_out: Callable[[QuoteLine], str]


def previewed(tried: Tried, telling: Telling) -> Preview:
    """The cart priced with the offer, and told."""
    begun = time.perf_counter()
    quote = price(tried.with_it, tried.cart, tried.facts)
    took = time.perf_counter() - begun
    before = price(tried.without, tried.cart, tried.facts)
    return Preview(
        tuple(_shown(line, quote, tried.offer, telling.left_out) for line in quote.lines),
        quote.gross,
        quote.net,
        tuple(telling.extra(quote)),
        (*telling.whys(quote), *_giving_way(quote, before)),
        tried.notes,
        f"{took * 1000:.1f}",
    )


def _shown(
    line: QuoteLine,
    quote: Quote,
    offer: Promotion | Deal,
    left_out: Callable[[QuoteLine], str],
) -> Shown:
    less = [
        Less(adjustment.title or _title(adjustment.offer, offer), adjustment.amount)
        for adjustment in quote.adjustments
        if adjustment.line == line.id and adjustment.amount
    ]
    if all(a.offer != offer.code for a in quote.adjustments if a.line == line.id):
        told = left_out(line)
        less += [Less(told, None)] if told else []
    name = line.name or (quote.book.catalog.products[line.sku].name or line.sku)
    return Shown(f"{line.quantity:,}", name, line.gross, tuple(less))


def _title(code: str, offer: Promotion | Deal) -> str:
    if code != offer.code:
        return code
    return "This deal" if isinstance(offer, Deal) else "This promotion"


# --- why -------------------------------------------------------------------------------------------


def outcome(quote: Quote, offer: Promotion | Deal, told: Iterable[str]) -> Iterator[Why]:
    """Why the draft gave nothing, where that was not told yet."""
    if offer.code in quote.awarded:
        return
    refusal = quote.explain(offer.code).refusal
    if refusal is not None and refusal.sentence not in set(told):
        yield Why(False, "It gives nothing here", "", refusal.sentence)


def _giving_way(quote: Quote, before: Quote) -> Iterator[Why]:
    """Offers that would have given more, if the draft were not."""
    now, then = quote.discount_by_offer(), before.discount_by_offer()
    book, currency = quote.book, quote.book.currency
    for code, amount in then.items():
        left = now.get(code, 0)
        if left >= amount:
            continue
        offer: Promotion | Deal | None = book.promotions.get(code) or book.deals.get(code)
        title = offer.name if offer is not None else code
        if left:
            told = f"{amount_text(left, currency)} instead of {amount_text(amount, currency)}"
            yield Why(False, title, "gives less", told)
            continue
        refusal = quote.explain(code).refusal if offer is not None else None
        yield Why(False, title, "gives way", refusal.sentence if refusal is not None else "")
