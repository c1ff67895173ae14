"""What a book must be told about the world before it prices a cart: the questions, each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from largesse.engine.cart import Cart, normal_code
from largesse.engine.deals.eligibility import history_asked
from largesse.engine.facts import Ask, FactsNeeded, HistoryQuery, LimitQuery, limit_query
from largesse.engine.index import any_code_of
from largesse.engine.offers.promotion import Promotion
from largesse.engine.window import micros

if TYPE_CHECKING:
    from largesse.engine.book import OfferBook


def facts_needed(book: OfferBook, cart: Cart) -> FactsNeeded:
    """What `price` will look up for a cart."""
    calendar = book.catalog.calendar
    asking = [p for code in book.special.asking if cart.at in (p := book.promotions[code]).window]
    queries = {
        query
        for promotion in asking
        for condition in promotion.conditions
        for query in condition.history(cart.at, calendar)
    }
    codes = dict.fromkeys(normal_code(code) for code in cart.codes)
    return FactsNeeded(
        history=tuple(sorted(queries | _by_deals(book, cart), key=lambda q: q.rank)),
        voucher_numbers=tuple(code for code in codes if not book.is_promo_code(code)),
        allotments=tuple(dict.fromkeys(line.allotment for line in cart.lines if line.allotment)),
        limits=_limits_met(book, cart, codes) if book.special.limited else (),
        automatic_codes=cart.customer is not None and bool(book.special.coded),
        asks=frozenset(
            ask for p in asking for condition in p.conditions for ask in condition.asks()
        ).union(*(_by_actions(book, code, cart) for code in book.special.acting)),
        credit=() if cart.customer is None else tuple(sorted(cart.credit)),
    )


def _by_actions(book: OfferBook, code: str, cart: Cart) -> set[Ask]:
    promotion = book.promotions[code]
    if cart.at not in promotion.window:
        return set()
    return {ask for action in promotion.actions for ask in action.asks()}


def _by_deals(book: OfferBook, cart: Cart) -> set[HistoryQuery]:
    if not book.deal_index:
        return set()
    touching = book.deal_index.touching({line.sku for line in cart.lines}, micros(cart.at))
    return {query for deal in touching for query in history_asked(deal)}


def _limits_met(book: OfferBook, cart: Cart, codes: Iterable[str]) -> tuple[LimitQuery, ...]:
    """The limits of live promotions that the cart may bring in."""
    at = micros(cart.at)
    skus = {line.sku for line in cart.lines}
    # Which promotions single-use codes are of is a fact.
    named = {*codes, *(any_code_of(code) for code in book.special.coded & book.special.limited)}
    found: dict[str, Promotion] = {}
    for index in book.stages.values():
        sources = [index.everywhere, *(index.by_code[c] for c in named if c in index.by_code)]
        for table in (index.by_sku, index.by_need):
            sources += [table[sku] for sku in skus if sku in table]
        for postings in sources:
            found.update((p.code, p) for p in postings.live(at).limited)
    return tuple(
        sorted(
            limit_query(promotion.code, limit, cart, book.catalog.calendar)
            for promotion in found.values()
            for limit, _ in promotion.limits
            if limit != "uses_per_customer" or cart.customer is not None
        )
    )
