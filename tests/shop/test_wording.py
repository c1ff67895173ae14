"""What shoppers are told of a refusal, and what is kept from them."""

from __future__ import annotations

import pytest

from largesse.engine.refusals import Refusal, RefusalCode
from largesse.shop.wording import says
from tests.words import spec

TOLD = "Needs 6 units of Tea towels, found 4."


def said(code: RefusalCode) -> str | None:
    return says(Refusal("OFFER", code, TOLD))


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_is_a_sentence_or_is_kept_to_ourselves(code: RefusalCode):
    sentence = said(code)
    assert sentence is None or (sentence[0].isupper() and sentence.endswith("."))


@spec("QU-41", "PR-6")
@pytest.mark.parametrize(
    "code",
    [
        RefusalCode.UNKNOWN_CODE,
        RefusalCode.CODE_USED,
        RefusalCode.ENDED,
        RefusalCode.OTHER_CUSTOMER,
        RefusalCode.VOUCHER_REDEEMED,
        RefusalCode.CODE_NEEDED,
    ],
)
def test_unknown_used_expired_and_foreign_codes_are_alike(code: RefusalCode):
    assert said(code) is None


@spec("PR-3", "PR-5")
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (RefusalCode.TOO_FEW_UNITS, TOLD),
        (RefusalCode.USED_UP, "It has been used up."),
        (RefusalCode.DECLINED, "You chose not to take it."),
        (RefusalCode.NOT_ACCEPTED, "You are asked in your cart, once it qualifies."),
        (RefusalCode.GIFT_NOT_CHOSEN, "Choose your gift in your cart."),
    ],
)
def test_shoppers_are_told_what_they_can_change(code: RefusalCode, sentence: str):
    assert said(code) == sentence
