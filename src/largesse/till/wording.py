"""Words that the till's pages share."""

from __future__ import annotations

from msgspec import Struct

from largesse.engine.cart import normal_code
from largesse.till.pricing import Work


class CodeState(Struct, frozen=True):
    """A promo code on the sale: it gives something, or waits for what its sentence says."""

    code: str
    gives: bool
    sentence: str


def codes_of(work: Work) -> tuple[CodeState, ...]:
    """The promo codes that were entered, each with what it does."""
    return tuple(_state(code, work) for code in work.rings.codes)


def _state(code: str, work: Work) -> CodeState:
    quote = work.quote
    single = quote.facts.single_use_codes.get(code)
    brought = (
        [single.promotion]
        if single is not None
        else [promotion.code for promotion in quote.book.promotions_of_code(code)]
    )
    if not quote.awarded.isdisjoint(brought):
        return CodeState(code, True, "")
    told = [r.sentence for r in quote.refusals if normal_code(r.offer) == code]
    for offer in brought:
        if offer in quote.book.promotions and not told:
            refusal = quote.explain(offer).refusal
            told += [refusal.sentence] if refusal is not None else []
    return CodeState(code, False, told[0] if told else "It does nothing on this sale.")
