"""A promotion is conditions and actions, with a window, a target, a priority and perhaps a code."""

import pytest

import largesse as lg
from tests.words import (
    both,
    bought,
    by_offer,
    cart,
    customer,
    distributor,
    either,
    exclusion,
    no,
    off,
    order_off,
    priced,
    product,
    promotion,
    reason,
    saved,
    spec,
    tagged,
    window,
    worth,
)  # fmt: skip

MUG = cart("1 mug @ 50.00")


# --- PR-1: fields ----------------------------------------------------------------------------------


@spec("PR-1")
@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-11-01T00:00:00+00:00", None),
        ("2026-11-30T23:59:59+00:00", None),
        ("2026-10-31T23:59:59+00:00", "not_started"),
        ("2026-12-01T00:00:00+00:00", "ended"),
    ],
)
def test_a_promotion_holds_from_its_start_until_its_end(at, code):
    november = promotion(off("10%"), window=window("2026-11-01", "2026-12-01"))
    quote = priced(cart("1 mug @ 50.00", at=at), november)

    assert saved(quote) == ("5.00" if code is None else "0.00")
    if code is not None:
        assert reason(quote) == code


@spec("PR-1")
def test_start_and_end_are_days_of_the_business_both_inclusive():
    document = document_with(
        {"code": "P", "starts": "2026-11-21", "ends": "2026-11-21"}, zone="America/New_York"
    )

    def saving(at: str) -> int:
        return lg.price(document.book, cart("1 mug", at=at)).discount

    # Midnight in New York is five hours after midnight in Greenwich.
    assert saving("2026-11-21T04:59:59+00:00") == 0
    assert saving("2026-11-21T05:00:00+00:00") == 500
    assert saving("2026-11-22T04:59:59+00:00") == 500
    assert saving("2026-11-22T05:00:00+00:00") == 0


@spec("PR-1", "BI-1")
def test_an_end_before_the_start_is_refused():
    with pytest.raises(lg.Faults) as wrong:
        document_with({"code": "P", "starts": "2026-11-22", "ends": "2026-11-21"})

    (fault,) = wrong.value.faults
    assert fault.place == "promotions[0].ends"
    assert "ends before it starts" in fault.message


def document_with(promotion: dict[str, object], zone: str = "UTC") -> lg.Document:
    """A mug at 50.00 and a promotion of 10 % off it."""
    from largesse.engine.formats.document import document_of

    action = {"kind": "discount_order_line", "percent": "10"}
    return document_of(
        {
            "format": 1,
            "time_zone": zone,
            "products": [{"sku": "mug", "price": "50.00"}],
            "promotions": [{"actions": [action], **promotion}],
        }
    )


@spec("PR-1")
@pytest.mark.parametrize("field", [{"active": False}, {"archived": True}], ids=str)
def test_a_promotion_that_is_inactive_or_archived_gives_nothing(field):
    quote = priced(MUG, promotion(off("10%"), **field))

    assert saved(quote) == "0.00"
    assert reason(quote) == "inactive"


@spec("PR-1")
def test_a_promotion_holds_in_its_channels():
    at_the_till = promotion(off("10%"), channels=frozenset({lg.Channel.TILL}))

    assert saved(priced(cart("1 mug @ 50.00", channel=lg.Channel.TILL), at_the_till)) == "5.00"
    assert reason(priced(MUG, at_the_till)) == "other_channel"


@spec("PR-1")
def test_a_promotion_holds_at_its_locations():
    in_vienna = promotion(off("10%"), locations=frozenset({"vienna"}))

    assert saved(priced(MUG, in_vienna, location=lg.Location("vienna"))) == "5.00"
    assert reason(priced(MUG, in_vienna, location=lg.Location("graz"))) == "other_location"
    assert reason(priced(MUG, in_vienna)) == "other_location"


@spec("PR-1")
def test_a_code_is_used_once_in_a_book_and_a_group_must_exist():
    with pytest.raises(ValueError, match="used twice"):
        priced(MUG, promotion(off("10%")), promotion(off("20%")))
    with pytest.raises(ValueError, match="exclusion group 'G'"):
        priced(MUG, promotion(off("10%"), exclusion_group="G"))
    assert saved(priced(MUG, exclusion("G"), promotion(off("10%"), exclusion_group="G"))) == "5.00"


# --- PR-2: whose orders ----------------------------------------------------------------------------


@spec("PR-2")
@pytest.mark.parametrize(
    ("target", "to_customers", "to_distributors"),
    [("both", "5.00", "5.00"), ("customer", "5.00", "0.00"), ("distributor", "0.00", "5.00")],
)
def test_a_promotion_is_for_orders_of_customers_of_distributors_or_of_both(
    target, to_customers, to_distributors
):
    offer = promotion(off("10%"), target=target)

    assert saved(priced(cart("1 mug @ 50.00", customer=customer()), offer)) == to_customers
    assert saved(priced(cart("1 mug @ 50.00", customer=distributor()), offer)) == to_distributors
    # Somebody unknown is a customer.
    assert saved(priced(MUG, offer)) == to_customers


@spec("PR-2", "EX-1")
def test_who_is_no_target_is_told_so():
    quote = priced(MUG, promotion(off("10%"), target="distributor"))

    assert reason(quote) == "other_customer_type"


# --- PR-4: cumulative ------------------------------------------------------------------------------


@spec("PR-4")
@pytest.mark.parametrize(("cumulative", "saving"), [(True, "15.00"), (False, "5.00")])
def test_a_cumulative_action_is_awarded_as_often_as_its_condition_was_met(cumulative, saving):
    quote = priced(
        cart("7 mug @ 10.00"),
        promotion(order_off("5.00"), bought(2, of="mug"), cumulative=cumulative),
    )

    assert saved(quote) == saving


@spec("PR-4")
def test_it_is_awarded_as_often_as_the_condition_that_was_met_least_often():
    quote = priced(
        cart("7 mug @ 10.00", "2 hat @ 10.00"),
        promotion(
            order_off("5.00"),
            bought(2, of="mug"),
            bought(1, of="hat"),
            tagged("loyal"),
            cumulative=True,
        ),
        products=[],
    )
    loyal = priced(
        cart("7 mug @ 10.00", "2 hat @ 10.00", customer=customer("anna", "loyal")),
        promotion(
            order_off("5.00"),
            bought(2, of="mug"),
            bought(1, of="hat"),
            tagged("loyal"),
            cumulative=True,
        ),
    )

    assert saved(quote) == "0.00"
    assert saved(loyal) == "10.00"


@spec("PR-4")
def test_each_award_takes_its_own_units():
    quote = priced(
        cart("6 mug @ 10.00", "5 hat @ 4.00"),
        promotion(off("50%", on="hat", units=1), bought(2, of="mug"), cumulative=True),
    )

    assert [(a.line, a.units, a.amount) for a in quote.adjustments] == [("2", 3, 600)]


@spec("PR-4")
def test_a_condition_that_does_not_count_is_met_once():
    quote = priced(
        cart("6 mug @ 10.00", customer=customer("anna", "loyal")),
        promotion(order_off("5.00"), tagged("loyal"), cumulative=True),
    )

    assert saved(quote) == "5.00"


# --- PR-6: a generic code --------------------------------------------------------------------------

SPRING = promotion(off("10%"), code="P1", promo_code="Spring 20")


@spec("PR-6")
@pytest.mark.parametrize("entered", ["Spring 20", "SPRING20", " spring\t2 0 "])
def test_a_generic_code_is_valid_for_anyone_whatever_its_case_and_white_space(entered):
    for buyer in (None, customer(), distributor()):
        quote = priced(cart("1 mug @ 50.00", codes=[entered], customer=buyer), SPRING)

        assert by_offer(quote) == {"P1": "5.00"}
        assert quote.refusals == ()


@spec("PR-6", "EX-1")
def test_without_its_code_a_promotion_gives_nothing():
    quote = priced(MUG, SPRING)

    assert saved(quote) == "0.00"
    assert reason(quote, "P1") == "code_needed"


@spec("PR-6")
def test_a_generic_code_holds_in_its_date_range():
    november = promotion(off("10%"), promo_code="NOV", window=window("2026-11-01", "2026-12-01"))
    late = priced(cart("1 mug @ 50.00", codes=["nov"], at="2026-12-01T00:00:00+00:00"), november)

    assert saved(priced(cart("1 mug @ 50.00", codes=["nov"]), november)) == "5.00"
    assert [(r.offer, r.code) for r in late.refusals] == [("PROMO", "ended")]


@spec("PR-6")
def test_one_code_may_bring_in_several_promotions():
    quote = priced(
        cart("1 mug @ 50.00", "1 hat @ 10.00", codes=["NOV"]),
        promotion(off("10%", on="mug"), code="A", promo_code="NOV"),
        promotion(off("20%", on="hat"), code="B", promo_code="nov"),
    )

    assert by_offer(quote) == {"A": "5.00", "B": "2.00"}


# --- PR-7: all, any, not ---------------------------------------------------------------------------


@spec("PR-7")
def test_no_condition_always_qualifies():
    assert saved(priced(MUG, promotion(off("10%")))) == "5.00"


@spec("PR-7")
@pytest.mark.parametrize("mugs", [0, 1])
@pytest.mark.parametrize("hats", [0, 1])
def test_conditions_combine_with_all_any_and_not(mugs, hats):
    lines = [*["1 mug @ 50.00"] * mugs, *["1 hat @ 50.00"] * hats, "1 pen @ 10.00"]
    mug, hat = bought(of="mug"), bought(of="hat")

    def met(*conditions: lg.Condition) -> bool:
        quote = priced(
            cart(*lines),
            promotion(off("10%", on="pen"), *conditions),
            products=[product("mug", 5000), product("hat", 5000)],
        )
        return saved(quote) == "1.00"

    assert met(mug, hat) == met(both(mug, hat)) == (mugs and hats)
    assert met(either(mug, hat)) == bool(mugs or hats)
    assert met(no(mug)) == (not mugs)
    assert met(either(both(mug, no(hat)), both(hat, no(mug)))) == (mugs != hats)
    assert met(no(no(mug))) == bool(mugs)


@spec("PR-7", "PR-4")
def test_any_is_met_as_often_as_the_one_that_is_met_most_often():
    quote = priced(
        cart("6 mug @ 10.00"),
        promotion(
            order_off("1.00"), either(bought(2), bought(3), worth("999.00")), cumulative=True
        ),
    )

    assert saved(quote) == "3.00"


@spec("PR-7", "EX-1")
def test_the_first_condition_that_is_not_met_is_the_reason():
    quote = priced(MUG, promotion(off("10%"), bought(1), worth("60.00"), bought(9)))

    refusal = quote.explain("PROMO").refusal
    assert refusal is not None
    assert (refusal.code, refusal.needed, refusal.found) == ("subtotal_too_low", 6000, 5000)
