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
from largesse.orders.explaining.voice import Voice

_SIGN_IN: Final = "Sign in to use it."
_TAKE: Final = "Take its offer in your cart to use it."
_HOLDERS: Final = {
    RefusalCode.CUSTOMER_NEEDED: _SIGN_IN,
    RefusalCode.NOT_FIRST_ORDER: "It is for a first order.",
    RefusalCode.NOT_BIRTHDAY: "It holds around your birthday.",
    RefusalCode.EARNED_BEFORE: "You have had it before.",
}
"""What only who entered the code of an offer is told."""


def says(refusal: Refusal) -> str | None:
    """The sentence for a shopper, or None where the offer is none of theirs."""
    told: str | None
    match refusal.code:
        case (
            RefusalCode.TOO_FEW_UNITS
            | RefusalCode.TOO_MANY_UNITS
            | RefusalCode.SUBTOTAL_TOO_LOW
            | RefusalCode.SUBTOTAL_TOO_HIGH
            | RefusalCode.UNITS_TAKEN
            | RefusalCode.MINIMUM_NOT_REACHED
            | RefusalCode.TOO_FEW_PRODUCTS
            | RefusalCode.TOO_MANY_PRODUCTS
            | RefusalCode.NO_CREDIT
            | RefusalCode.NOT_TO_GIVE
            | RefusalCode.CREDIT_TOO_SMALL
            | RefusalCode.NO_CREDIT_LEFT
            | RefusalCode.PICK_NOT_VALID
            | RefusalCode.NO_SPREE
            | RefusalCode.NOT_IN_SPREE
            | RefusalCode.SPREE_EXCEEDED
        ):
            told = refusal.sentence
        case RefusalCode.NO_UNITS:
            told = "Nothing in your cart takes part in it."
        case RefusalCode.NOTHING_TO_GIVE:
            told = "There is nothing left on your cart that it could take off."
        case RefusalCode.GROUP_CHOSE_ANOTHER:
            told = "It can’t be combined with another offer on your cart."
        case RefusalCode.ONE_VOUCHER_PER_ORDER:
            told = "One voucher an order, and another is on your cart."
        case RefusalCode.USED_UP:
            # An allotment's units, or a limit of a promotion: its uses, or its budget.
            told = "It has been used up."
        case RefusalCode.DECLINED:
            told = "You chose not to take it."
        case RefusalCode.NOT_ACCEPTED:
            told = "You are asked in your cart, once it qualifies."
        case RefusalCode.GIFT_NOT_CHOSEN:
            told = "Choose your gift in your cart."
        case RefusalCode.OUTSIDE_HOURS:
            told = "It holds on other days, or at other hours."
        case (
            RefusalCode.CONDITION_EXCLUDES
            | RefusalCode.VOLUME_TOO_LOW
            | RefusalCode.VOLUME_TOO_HIGH
            | RefusalCode.EXPRESSION_FALSE
            | RefusalCode.PRODUCT_MISSING
            | RefusalCode.NOT_PICKED
        ):
            told = "Your cart doesn’t qualify for it."
        case RefusalCode.MEMBERS_ONLY:
            told = _SIGN_IN
        case (
            # It may be for somebody else even then: only who holds its code is told.
            RefusalCode.CUSTOMER_NEEDED
            | RefusalCode.NOT_FIRST_ORDER
            | RefusalCode.NOT_BIRTHDAY
            | RefusalCode.BIRTHDAY_UNKNOWN
            | RefusalCode.EARNED_BEFORE
            | RefusalCode.NOT_EARNED_BEFORE
            | RefusalCode.JOIN_DATE_UNKNOWN
            | RefusalCode.JOINED_TOO_EARLY
            | RefusalCode.JOINED_TOO_LATE
            | RefusalCode.TOO_FEW_REFERRED
            | RefusalCode.TOO_MANY_REFERRED
            | RefusalCode.OTHER_COUNTRY
            | RefusalCode.OTHER_CURRENCY
            | RefusalCode.OTHER_SHIPPING_METHOD
            | RefusalCode.PARTY_NEEDED
            | RefusalCode.PARTY_TOO_SMALL
            | RefusalCode.PARTY_TOO_LARGE
            | RefusalCode.EXPRESSION_FAILED
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
            | RefusalCode.TILL_ONLY
            | RefusalCode.CODE_USED
            | RefusalCode.NOT_BOUGHT_BEFORE
            | RefusalCode.BOUGHT_BEFORE
            | RefusalCode.NOT_REFERABLE
            | RefusalCode.OTHER_ORDER_TYPE
        ):
            told = None
        case _:
            assert_never(refusal.code)
    return told


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
    offers = _offers_of(code, quote, book)
    asked = {suggestion.offer for suggestion in quote.suggestions if not suggestion.accepted}
    refusals = [each for each in quote.refusals if normal_code(each.offer) == code]
    if _is_used(code, quote) or (not refusals and not quote.awarded.isdisjoint(offers)):
        return CodeState(code, True)
    if not asked.isdisjoint(offers):
        return CodeState(code, False, _TAKE)
    refusals += [r for r in (quote.explain(offer).refusal for offer in offers) if r is not None]
    return CodeState(
        code, False, next((s for s in map(_says_of_code, refusals) if s is not None), None)
    )


def _is_used(code: str, quote: Quote) -> bool:
    """Whether the order uses up a code that holds once: a voucher's number, or a single-use code."""
    used = {
        normal_code(c.code) for c in quote.consumptions if c.kind in ("voucher", "single_use_code")
    }
    return code in used


def _says_of_code(refusal: Refusal) -> str | None:
    return _HOLDERS.get(refusal.code) or says(refusal)


def _offers_of(code: str, quote: Quote, book: OfferBook) -> list[str]:
    """The promotions that a code brings in, or that have a condition that asks for it."""
    single = quote.facts.single_use_codes.get(code)
    if single is not None:
        return [single.promotion] if single.promotion in book.promotions else []
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
