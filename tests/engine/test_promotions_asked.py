"""Suggested promotions: the shopper is asked, and what they answer decides (PR-3)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import largesse as lg
from tests.engine.cases import for_all
from tests.engine.worlds import Plain, documents, facts_of
from tests.words import (
    book,
    bought,
    by_offer,
    cart,
    credit,
    gift_of,
    off,
    post,
    priced,
    product,
    promotion,
    reason,
    saved,
    shipping_off,
    spec,
    usd,
)

CHECKED, UNCHECKED = lg.Suggest.CHECKED, lg.Suggest.UNCHECKED


def tenth(suggest: lg.Suggest, *parts: lg.Condition, **fields: Any) -> lg.Promotion:
    return promotion(off("10%"), *parts, suggest=suggest, title="A tenth off", **fields)


def answered(suggest: lg.Suggest, **answers: bool) -> lg.Quote:
    return priced(cart("1 mug @ 50.00", answers=answers), tenth(suggest))


@spec("PR-3")
def test_one_that_is_not_suggested_is_forced_whatever_was_answered():
    quote = answered(lg.Suggest.NO, PROMO=False)

    assert saved(quote) == "5.00"
    assert quote.suggestions == ()


@spec("PR-3")
def test_a_checked_one_applies_until_it_is_declined():
    assert saved(answered(CHECKED)) == "5.00"
    assert saved(answered(CHECKED, PROMO=True)) == "5.00"
    declined = answered(CHECKED, PROMO=False)
    assert saved(declined) == "0.00"
    assert reason(declined) == "declined"


@spec("PR-3")
def test_an_unchecked_one_applies_once_it_is_accepted():
    unasked = answered(UNCHECKED)
    assert saved(unasked) == "0.00"
    assert reason(unasked) == "not_accepted"
    assert saved(answered(UNCHECKED, PROMO=True)) == "5.00"
    assert reason(answered(UNCHECKED, PROMO=False)) == "declined"


@spec("PR-3")
@pytest.mark.parametrize("suggest", [CHECKED, UNCHECKED])
@pytest.mark.parametrize("answers", [{}, {"PROMO": True}, {"PROMO": False}], ids=str)
def test_the_shopper_is_told_what_holds_and_what_it_saves(suggest, answers):
    holds = answers.get("PROMO", suggest is CHECKED)

    assert answered(suggest, **answers).suggestions == (
        lg.Suggestion("PROMO", "A tenth off", "", holds, 500),
    )


@spec("PR-3")
def test_an_answer_counts_only_where_the_promotion_still_qualifies():
    two = tenth(UNCHECKED, bought(2))

    quote = priced(cart("1 mug @ 50.00", answers={"PROMO": True}), two)
    assert quote.suggestions == ()
    assert reason(quote) == "too_few_units"
    again = priced(cart("2 mug @ 50.00", answers={"PROMO": True}), two)
    assert saved(again) == "10.00"


@spec("PR-3")
def test_what_a_suggestion_saves_is_the_difference_of_both_ways():
    # Accepted, the fifth goes and the tenth does not stack with it.
    rival = promotion(off("4.00"), code="RIVAL")
    (suggestion,) = priced(cart("1 mug @ 50.00"), tenth(UNCHECKED), rival).suggestions

    assert suggestion.saving == usd("1.00")


@spec("PR-3")
def test_one_that_would_give_nothing_is_not_suggested():
    better = promotion(off("20%"), code="BETTER")

    assert priced(cart("1 mug @ 50.00"), tenth(UNCHECKED), better).suggestions == ()


@spec("PR-3", "PR-5")
def test_nor_one_of_which_nothing_is_left():
    used = {lg.LimitQuery("PROMO", "uses"): 3}
    quote = priced(cart("1 mug @ 50.00"), tenth(UNCHECKED, max_uses=3), used=used)

    assert quote.suggestions == ()
    assert reason(quote) == "used_up"


@spec("PR-3")
def test_shipping_credit_and_choices_are_suggested_too():
    sold = [product("mug", "50.00"), product("pen", "2.00")]
    quote = priced(
        cart("1 mug", shipping="6.00", customer=lg.Customer("anna")),
        promotion(shipping_off("100%"), code="SHIP", suggest=UNCHECKED),
        promotion(credit("5.00"), code="CREDIT", suggest=UNCHECKED),
        promotion(gift_of("pen"), code="GIFT", suggest=UNCHECKED),
        products=sold,
    )

    assert {s.offer: s.saving for s in quote.suggestions} == {"SHIP": 600, "CREDIT": 0, "GIFT": 0}
    assert quote.awarded == frozenset()


@spec("PR-3")
def test_post_promotions_never_ask():
    with pytest.raises(lg.Faults) as wrong:
        book(post(off("10%"), suggest=CHECKED))

    (fault,) = wrong.value.faults
    assert fault.place == "promotions[PROMO].suggest"


@spec("PR-3")
def test_several_are_suggested_by_priority_then_code():
    three = [
        promotion(off("1%", sku), code=code, priority=priority, suggest=CHECKED)
        for code, sku, priority in (("A", "a", 0), ("B", "b", 1), ("C", "c", 0))
    ]
    quote = priced(cart("1 a @ 1.00", "1 b @ 1.00", "1 c @ 1.00"), *three)

    assert [s.offer for s in quote.suggestions] == ["B", "A", "C"]
    assert by_offer(quote) == {"A": "0.01", "B": "0.01", "C": "0.01"}


@spec("PR-3")
@for_all(documents(), times=60, soak=10_000)
def test_every_suggestion_saves_the_difference_of_both_quotes(data: Plain) -> None:
    from largesse.engine.formats.document import document_of

    document = document_of(data)
    (asked,) = document.carts
    facts = facts_of(document, asked)

    def price(**answers: bool) -> lg.Quote:
        answered = msgspec.structs.replace(asked, answers={**asked.answers, **answers})
        return lg.price(document.book, answered, facts, steps=500)

    quote = price()
    for suggestion in quote.suggestions:
        accepted, declined = (price(**{suggestion.offer: answer}) for answer in (True, False))
        # What a shopping spree gives to spend is saved once something is chosen.
        both = [each.saved + each.to_spend for each in (accepted, declined)]
        assert suggestion.saving == both[0] - both[1]
        assert suggestion.offer in accepted.awarded
        assert suggestion.offer not in declined.awarded
        assert suggestion.accepted == (suggestion.offer in quote.awarded)
