"""What a promotion gives once the order is posted: credit, and rights to later promotions (AC-7)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import largesse as lg
from tests.words import (
    book,
    bought,
    cart,
    credit,
    customer,
    distributor,
    exclusion,
    later,
    off,
    priced,
    product,
    promotion,
    reason,
    refused,
    spec,
    usd,
)

ANNA = customer("anna", sponsor="dora", referrer="bert")
MUGS = cart("2 mug @ 50.00", customer=ANNA)


# --- credit ----------------------------------------------------------------------------------------


@spec("AC-7")
@pytest.mark.parametrize(
    ("to", "owner"), [("buyer", "anna"), ("sponsor", "dora"), ("referrer", "bert")]
)
def test_credit_goes_to_the_buyer_the_sponsor_or_the_referrer(to, owner):
    quote = priced(MUGS, promotion(credit("5.00", to=to), title="Thanks", revision=3))

    assert quote.credits == (lg.Credit("PROMO", 3, "Thanks", "POINTS", owner, to, 500),)
    assert (quote.discount, quote.total) == (0, usd("100.00"))
    explanation = quote.explain("PROMO")
    assert (explanation.refusal, explanation.credits) == (None, quote.credits)


@spec("AC-7", "PR-4")
def test_an_amount_is_given_once_for_each_award():
    each = promotion(credit("5.00"), bought(1), cumulative=True)

    assert [c.amount for c in priced(MUGS, each).credits] == [1000]


@spec("AC-7", "MO-3")
def test_a_percentage_is_of_what_the_lines_cost_after_all_discounts():
    quote = priced(
        cart("1 mug @ 33.33", customer=ANNA, shipping="9.00"),
        promotion(off("10.00"), code="OFF"),
        promotion(credit("10%")),
    )

    assert [c.amount for c in quote.credits] == [233]


@spec("AC-7", "AC-5")
def test_a_percentage_may_be_of_a_volume_as_discounts_scaled_it():
    sold = [product("mug", "50.00", measures=lg.Measures(volume_1=4000))]
    half = off("50%", multipliers=lg.Multipliers(volume_1=500_000))
    points = promotion(credit("10%", of="volume_1"), code="POINTS")

    plain = priced(cart("2 mug", customer=ANNA), points, products=sold)
    scaled = priced(cart("2 mug", customer=ANNA), points, promotion(half), products=sold)

    assert [c.amount for c in plain.credits] == [800]
    assert [c.amount for c in scaled.credits] == [400]


@spec("AC-7", "EX-1")
@pytest.mark.parametrize(
    ("buyer", "to", "sentence"),
    [
        (None, "buyer", "Gives credit to the buyer, and no customer is named."),
        (None, "sponsor", "Gives credit to the sponsor, and no customer is named."),
        (customer(), "sponsor", "Gives credit to the sponsor of the buyer, who is not known."),
        (customer(), "referrer", "Gives credit to the referrer of the buyer, who is not known."),
    ],
)
def test_nobody_who_is_unknown_gets_credit(buyer, to, sentence):
    quote = priced(cart("1 mug @ 50.00", customer=buyer), promotion(credit("5.00", to=to)))

    assert quote.credits == ()
    refusal = refused(quote, "PROMO")
    assert (refusal.code.value, refusal.sentence) == ("customer_needed", sentence)


@spec("PR-5", "MO-5")
def test_a_budget_pays_discounts_first_and_cuts_the_credit():
    both = promotion(credit("10.00"), off("5.00"), budget=1200)
    quote = priced(MUGS, both)

    assert quote.discount == usd("10.00")
    assert [(c.amount, c.cut_from) for c in quote.credits] == [(200, 1000)]
    assert [(c.kind, c.units) for c in quote.consumptions] == [("budget", 1200)]


@spec("EX-1")
def test_credit_of_nothing_is_none():
    quote = priced(cart("1 mug @ 0.00", customer=ANNA), promotion(credit("10%")))

    assert quote.credits == ()
    assert reason(quote) == "nothing_to_give"


@spec("BI-1")
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "percent"),
        ({"amount": 1, "percent": 1}, "percent"),
        ({"amount": 1, "account": " "}, "account"),
    ],
)
def test_credit_that_makes_no_sense_is_refused(fields, field):
    with pytest.raises(lg.Faults) as wrong:
        book(promotion(lg.AwardCredit(**{"account": "POINTS", **fields})))

    assert [fault.place for fault in wrong.value.faults] == [
        f"promotions[PROMO].actions[0].{field}"
    ]


# --- a right to a later promotion ------------------------------------------------------------------

BACK = promotion(off("20%"), code="BACK", single_use_codes=True)


@spec("AC-7")
def test_a_right_opens_after_some_days_and_holds_for_some_in_whole_days_of_the_business():
    # Half past eleven in the evening of 20 November in New York.
    evening = cart("1 mug @ 50.00", customer=ANNA, at="2026-11-21T04:30:00+00:00")
    quote = priced(evening, BACK, promotion(later("BACK", after=7, days=2), title="Come back"),
                   calendar=lg.Calendar("America/New_York"))  # fmt: skip

    (right,) = quote.rights
    assert (right.offer, right.title, right.promotion, right.customer) == (
        "PROMO", "Come back", "BACK", "anna",
    )  # fmt: skip
    assert right.window == lg.Window(
        datetime(2026, 11, 27, 5, tzinfo=UTC), datetime(2026, 11, 29, 5, tzinfo=UTC)
    )
    assert quote.explain("PROMO").rights == quote.rights


@spec("AC-7")
def test_from_the_day_of_the_order_if_it_opens_after_no_day():
    (right,) = priced(MUGS, BACK, promotion(later("BACK", days=1))).rights

    assert right.window.start == datetime(2026, 11, 21, tzinfo=UTC)
    assert right.window.end == datetime(2026, 11, 22, tzinfo=UTC)


@spec("AC-7", "EX-1")
def test_an_unknown_buyer_gets_no_right():
    quote = priced(cart("1 mug @ 50.00"), BACK, promotion(later("BACK")))

    assert quote.rights == ()
    assert reason(quote) == "customer_needed"


@spec("AC-7")
def test_even_at_the_end_of_time_a_right_has_a_window():
    at = datetime(9998, 12, 31, tzinfo=UTC)
    (right,) = priced(
        cart("1 mug @ 50.00", customer=ANNA, at=at),
        BACK,
        promotion(later("BACK", after=3660, days=3660)),
    ).rights

    assert right.window.start is not None
    assert right.window.start > at


@spec("BI-1", "AC-7")
def test_the_promotion_of_a_right_must_exist_and_have_single_use_codes():
    with pytest.raises(lg.Faults) as wrong:
        book(
            promotion(later("NONE"), code="A"),
            promotion(later("OPEN"), code="B"),
            promotion(off("10%"), code="OPEN"),
            promotion(later("BACK", after=-1, days=0), code="C"),
            BACK,
        )

    assert [(fault.place, fault.message) for fault in wrong.value.faults] == [
        ("promotions[A].actions[0].promotion", "no promotion 'NONE'"),
        ("promotions[B].actions[0].promotion", "has no single-use codes, of which a right is one"),
        ("promotions[C].actions[0].opens_after", "is from 0 to 3660 days"),
        ("promotions[C].actions[0].holds_for", "is from 1 to 3660 days"),
    ]


@spec("BI-1", "AC-7")
def test_what_a_right_is_to_cannot_be_taken_out_of_a_book_nor_lose_its_codes():
    from largesse.engine.book import Changes

    whole = book(BACK, promotion(later("BACK")))

    with pytest.raises(lg.Faults):
        whole.with_changes(Changes(promotions={"BACK": None}))
    with pytest.raises(lg.Faults):
        whole.with_promotion(promotion(off("20%"), code="BACK"))
    whole.with_changes(Changes(promotions={"BACK": None, "PROMO": None}))


@spec("BI-1", "AC-7")
def test_a_file_is_told_where_the_promotion_of_a_right_is_missing():
    from largesse.engine.formats.document import document_of

    off_all = [{"kind": "discount_order_line", "percent": "10"}]
    with pytest.raises(lg.Faults) as wrong:
        document_of(
            {
                "format": 1,
                "promotions": [
                    {"code": "A", "actions": [{"kind": "delayed_promotion", "promotion": "BAK"}]},
                    {"code": "B", "actions": [{"kind": "delayed_promotion", "promotion": "OPEN"}]},
                    {"code": "OPEN", "actions": off_all},
                ],
            }
        )

    assert [fault.place for fault in wrong.value.faults] == [
        "promotions[0].actions[0].promotion",
        "promotions[1].actions[0].promotion",
    ]


# --- exclusion groups ------------------------------------------------------------------------------


@spec("CH-3")
def test_what_its_group_passed_over_owes_nothing():
    first = exclusion("G", "first")
    tenth = promotion(off("10%"), code="TENTH", exclusion_group="G", priority=1)
    points = promotion(credit("5.00"), later("BACK"), code="POINTS", exclusion_group="G")

    quote = priced(MUGS, first, tenth, points, BACK)
    assert (quote.credits, quote.rights) == ((), ())
    assert reason(quote, "POINTS") == "group_chose_another"

    turned = priced(MUGS, first, tenth, promotion(
        credit("5.00"), code="POINTS", exclusion_group="G", priority=2))  # fmt: skip
    assert turned.awarded == {"POINTS"}
    assert turned.discount == 0


@spec("CH-3")
def test_one_that_could_owe_nobody_is_no_member():
    first = exclusion("G", "first")
    tenth = promotion(off("10%"), code="TENTH", exclusion_group="G")
    points = promotion(credit("5.00"), code="POINTS", exclusion_group="G", priority=1)
    quote = priced(cart("1 mug @ 50.00"), first, tenth, points)

    assert quote.awarded == {"TENTH"}
    assert reason(quote, "POINTS") == "customer_needed"


@spec("PR-2")
def test_a_right_of_a_distributor_is_the_distributors():
    (right,) = priced(
        cart("1 mug @ 50.00", customer=distributor()), BACK, promotion(later("BACK"))
    ).rights

    assert right.customer == "dora"
