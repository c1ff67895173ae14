"""A sample cart priced with the draft of a promotion: which conditions are met, what it gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from largesse.backoffice.building.known import Known
from largesse.backoffice.building.preview import Preview, Telling, Tried, Why, outcome, previewed
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, normal_code
from largesse.engine.conditions.base import UNBOUNDED
from largesse.engine.facts import Facts, SingleUseCode
from largesse.engine.met import Met, conditions_met
from largesse.engine.offers.promotion import Promotion, Suggest
from largesse.engine.quote import Quote
from largesse.engine.quoted import QuoteLine
from largesse.orders.facts import facts_for
from largesse.pages.figures import amount_text, day_text

TRIED: Final = "THE CODE OF THIS PREVIEW"
"""Stands for one of the draft's single-use codes."""


def promotion_previewed(draft: Promotion, cart: Cart, known: Known) -> Preview:
    """The cart priced with the draft switched on, on the first day that it holds."""
    book = known.book
    value: Promotion = msgspec.structs.replace(draft, active=True, archived=False)
    cart, notes = _able(value, cart)
    with_it = book.with_promotion(value)
    without = book.with_promotion(msgspec.structs.replace(value, active=False))
    tried = Tried(value, with_it, without, cart, _facts(value, with_it, cart), notes)

    def left_out(line: QuoteLine) -> str:
        return "left out by the action" if _is_left_out(line.sku, value) else ""

    return previewed(
        tried,
        Telling(
            lambda quote: _whys(quote, value, known), lambda quote: _extra(quote, value), left_out
        ),
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
    for spree in quote.sprees:
        if spree.offer == value.code:
            yield "To spend on the reward list", amount_text(spree.award, currency)


# --- why -------------------------------------------------------------------------------------------


def _whys(quote: Quote, value: Promotion, known: Known) -> Iterator[Why]:
    conditions = [why for met in conditions_met(quote, value) for why in _judged(met, known)]
    yield from conditions
    yield from outcome(quote, value, [why.sub for why in conditions])


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
