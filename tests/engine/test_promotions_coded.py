"""Single-use codes: each is good for one order, of its customer, in its window (PR-6)."""

from __future__ import annotations

from typing import Any

import pytest

import largesse as lg
from tests.words import (
    book,
    bought,
    by_offer,
    cart,
    customer,
    gift_of,
    off,
    priced,
    product,
    promotion,
    reason,
    refused,
    saved,
    spec,
    window,
)

CODED = promotion(off("10%"), single_use_codes=True, title="A tenth off")


def code(code: str = "ABC123", promotion: str = "PROMO", **fields: Any) -> lg.SingleUseCode:
    return lg.SingleUseCode(code, promotion, **fields)


def entered(*codes: str, known: tuple[lg.SingleUseCode, ...], **fields: Any) -> lg.Quote:
    return priced(cart("1 mug @ 50.00", codes=codes, **fields), CODED, single_use=known)


@spec("PR-6")
def test_without_a_code_it_gives_nothing():
    quote = entered(known=())

    assert saved(quote) == "0.00"
    assert reason(quote) == "code_needed"
    assert quote.refusals == ()


@spec("PR-6")
@pytest.mark.parametrize("said", ["ABC123", "abc123", " abc 123 "])
def test_a_code_gives_it_whatever_its_case_and_white_space_and_is_consumed(said):
    quote = entered(said, known=(code(),))

    assert saved(quote) == "5.00"
    assert [(c.kind, c.code, c.units) for c in quote.consumptions] == [
        ("single_use_code", "ABC123", 1)
    ]
    assert quote.refusals == ()


@spec("PR-6", "BI-2")
@pytest.mark.parametrize(
    ("fields", "refusal", "sentence"),
    [
        ({"used": True}, "code_used", "The code ABC123 has been used."),
        ({"customer": "bert"}, "other_customer", "The code ABC123 belongs to another customer."),
        (
            {"window": window("2026-11-22")},
            "not_started",
            "The code ABC123 can be used later.",
        ),
        ({"window": window(until="2026-11-21")}, "ended", "The code ABC123 has expired."),
    ],
)
def test_a_code_that_cannot_be_used_is_refused(fields, refusal, sentence):
    quote = entered("ABC123", known=(code(**fields),), customer=customer("anna"))

    assert saved(quote) == "0.00"
    assert [(r.offer, r.code.value, r.sentence) for r in quote.refusals] == [
        ("ABC123", refusal, sentence)
    ]
    assert quote.consumptions == ()


@spec("PR-6")
def test_a_customers_own_code_needs_the_customer_on_the_cart():
    assert saved(entered("ABC123", known=(code(customer="anna"),))) == "0.00"
    own = entered("ABC123", known=(code(customer="anna"),), customer=customer("anna"))
    assert saved(own) == "5.00"


@spec("PR-6", "BI-2")
def test_a_second_code_of_the_same_promotion_is_kept_for_another_order():
    quote = entered("FIRST", "SECOND", known=(code("FIRST"), code("SECOND")))

    assert saved(quote) == "5.00"
    assert [c.code for c in quote.consumptions] == ["FIRST"]
    (refusal,) = quote.refusals
    assert (refusal.offer, refusal.code.value) == ("SECOND", "nothing_to_give")
    assert refusal.sentence == "Another code of A tenth off is on the order already."


@spec("PR-6")
def test_of_several_codes_the_first_that_can_be_used_is():
    quote = entered("FIRST", "SECOND", known=(code("FIRST", used=True), code("SECOND")))

    assert [c.code for c in quote.consumptions] == ["SECOND"]
    assert [(r.offer, r.code.value) for r in quote.refusals] == [("FIRST", "code_used")]


@spec("PR-6", "AC-7")
def test_an_automatic_code_needs_no_entering_and_one_that_was_entered_goes_first():
    own = code("OWN", customer="anna", automatic=True)
    anna = customer("anna")

    assert [c.code for c in entered(known=(own,), customer=anna).consumptions] == ["OWN"]
    both = entered("ABC123", known=(own, code()), customer=anna)
    assert [c.code for c in both.consumptions] == ["ABC123"]
    assert both.refusals == ()


@spec("PR-6", "AC-7")
def test_an_automatic_code_that_cannot_be_used_says_nothing():
    late = code("OWN", customer="anna", automatic=True, window=window("2026-11-22"))
    quote = entered(known=(late,), customer=customer("anna"))

    assert saved(quote) == "0.00"
    assert quote.refusals == ()


@spec("PR-6", "BI-2")
def test_a_code_whose_promotion_does_not_qualify_is_told_why_and_stays():
    two = promotion(off("10%"), bought(2), single_use_codes=True)
    quote = priced(cart("1 mug @ 50.00", codes=["abc123"]), two, single_use=[code()])

    assert quote.consumptions == ()
    assert [(r.offer, r.code.value, r.needed, r.found) for r in quote.refusals] == [
        ("ABC123", "too_few_units", 2, 1)
    ]
    assert refused(quote, "PROMO").code.value == "too_few_units"


@spec("PR-6", "BI-2")
def test_a_code_of_a_promotion_that_is_gone_is_of_no_offer():
    quote = entered("ABC123", known=(code(promotion="GONE"),))

    assert [(r.offer, r.code.value) for r in quote.refusals] == [("ABC123", "inactive")]


@spec("PR-6")
def test_codes_of_several_promotions_may_be_used_together():
    other = promotion(off("5.00", "hat"), code="OTHER", single_use_codes=True)
    quote = priced(
        cart("1 mug @ 50.00", "1 hat @ 20.00", codes=["ONE", "TWO"]),
        promotion(off("10%", "mug"), single_use_codes=True),
        other,
        single_use=[code("ONE"), code("TWO", "OTHER")],
    )

    assert by_offer(quote) == {"PROMO": "5.00", "OTHER": "5.00"}
    assert [c.code for c in quote.consumptions] == ["ONE", "TWO"]


@spec("PR-6", "AC-7")
def test_a_code_is_not_consumed_before_the_gift_that_it_lets_choose_is_chosen():
    choice = promotion(gift_of("pen"), single_use_codes=True)
    sold = [product("mug", "50.00"), product("pen", "2.00")]

    def quote(**gifts: str) -> lg.Quote:
        mug = cart("1 mug", codes=["ABC123"], gifts=gifts)
        return priced(mug, choice, products=sold, single_use=[code()])

    assert (quote().consumptions, quote().refusals) == ((), ())
    assert [c.code for c in quote(PROMO="pen").consumptions] == ["ABC123"]


@spec("PR-6")
def test_a_code_is_not_consumed_by_a_promotion_that_needs_none_any_more():
    open_to_all = promotion(off("10%"))
    quote = priced(cart("1 mug @ 50.00", codes=["ABC123"]), open_to_all, single_use=[code()])

    assert saved(quote) == "5.00"
    assert quote.consumptions == ()


@spec("PR-6", "BI-1")
def test_a_promotion_has_one_generic_code_or_single_use_codes():
    with pytest.raises(lg.Faults) as wrong:
        book(promotion(off("10%"), promo_code="SPRING", single_use_codes=True))

    assert [fault.place for fault in wrong.value.faults] == ["promotions[PROMO].promo_code"]
