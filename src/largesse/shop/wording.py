"""What shoppers are told of an offer that does not apply: what they can do about it, or nothing.

Unknown, expired and foreign codes are not told apart to shoppers, so that nobody learns by trying
which codes exist (QU-41).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from msgspec import Struct

from largesse.engine.book import OfferBook
from largesse.engine.cart import normal_code
from largesse.engine.conditions.base import Condition
from largesse.engine.quote import Quote
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stage import Stage
from largesse.orders.voice import Voice

_SIGN_IN: Final = "Sign in to use it."


def says(refusal: Refusal) -> str | None:
    """The sentence for a shopper, or None where the offer is none of theirs."""
    match refusal.code:
        case (
            RefusalCode.TOO_FEW_UNITS
            | RefusalCode.TOO_MANY_UNITS
            | RefusalCode.SUBTOTAL_TOO_LOW
            | RefusalCode.SUBTOTAL_TOO_HIGH
            | RefusalCode.UNITS_TAKEN
            | RefusalCode.MINIMUM_NOT_REACHED
        ):
            return refusal.sentence
        case RefusalCode.NO_UNITS:
            return "Nothing in your cart takes part in it."
        case RefusalCode.NOTHING_TO_GIVE:
            return "There is nothing left on your cart that it could take off."
        case RefusalCode.GROUP_CHOSE_ANOTHER:
            return "It can’t be combined with another offer on your cart."
        case RefusalCode.ONE_VOUCHER_PER_ORDER:
            return "One voucher an order, and another is on your cart."
        case RefusalCode.USED_UP:
            return "All that was free has been used; the rest is charged."
        case RefusalCode.CONDITION_EXCLUDES:
            return "Your cart doesn’t qualify for it."
        case RefusalCode.MEMBERS_ONLY:
            return _SIGN_IN
        case (
            # It may be for somebody else even then: only who holds its code is asked to sign in.
            RefusalCode.CUSTOMER_NEEDED
            | RefusalCode.UNKNOWN_CODE
            | RefusalCode.INACTIVE
            | RefusalCode.NOT_STARTED
            | RefusalCode.ENDED
            | RefusalCode.OTHER_CHANNEL
            | RefusalCode.OTHER_LOCATION
            | RefusalCode.OTHER_CUSTOMER_TYPE
            | RefusalCode.OTHER_CUSTOMER
            | RefusalCode.CODE_NEEDED
            | RefusalCode.TAG_NEEDED
            | RefusalCode.VOUCHER_NOT_ASSIGNED
            | RefusalCode.VOUCHER_REDEEMED
            | RefusalCode.VOUCHER_VOID
            | RefusalCode.VOUCHER_EXPIRED
            | RefusalCode.DECLINED
            | RefusalCode.NOT_ACCEPTED
            | RefusalCode.CODE_USED
        ):
            return None
        case _:
            assert_never(refusal.code)


SHOPPER = Voice(
    {
        Stage.MANUAL: "Taken off",
        Stage.ALLOTMENT: "Gifts",
        Stage.DEAL: "Deals",
        Stage.STANDARD: "Offers",
        Stage.POST: "More offers",
        Stage.REWARD: "Rewards",
        Stage.VOUCHER: "Voucher",
        Stage.SHIPPING: "Shipping",
        Stage.PAYMENT: "Payment",
    },
    says,
    codes=False,
)
"""In whose words the shop explains a price."""


class CodeState(Struct, frozen=True):
    """A code on the cart: it gives something, or waits for what its sentence says; without a sentence
    it is not valid.
    """

    code: str
    gives: bool
    sentence: str | None = None

    @property
    def needs_sign_in(self) -> bool:
        return self.sentence == _SIGN_IN


def state_of_code(code: str, quote: Quote, book: OfferBook) -> CodeState:
    """What a code does for a quote that was priced with it."""
    code = normal_code(code)
    gave = {a.offer for a in quote.adjustments} | {p.code for p in quote.payments}
    offers = _offers_of(code, book)
    if code in gave or not gave.isdisjoint(offers):
        return CodeState(code, True)
    refusals = [refusal for refusal in quote.refusals if refusal.offer == code]
    refusals += [r for r in (quote.explain(offer).refusal for offer in offers) if r is not None]
    return CodeState(
        code, False, next((s for s in map(_says_of_code, refusals) if s is not None), None)
    )


def _says_of_code(refusal: Refusal) -> str | None:
    return _SIGN_IN if refusal.code is RefusalCode.CUSTOMER_NEEDED else says(refusal)


def _offers_of(code: str, book: OfferBook) -> list[str]:
    """The promotions that a code brings in, or that have a condition that asks for it."""
    own = [promotion.code for promotion in book.promotions_of_code(code)]
    if own or not book.is_promo_code(code):
        return own
    return [
        promotion.code
        for promotion in book.promotions.values()
        if code in map(normal_code, _codes_asked(promotion.conditions))
    ]


def _codes_asked(conditions: Iterable[Condition]) -> Iterable[str]:
    for condition in conditions:
        yield from condition.promo_codes()
