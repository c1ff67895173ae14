"""Where offers compete, the customer gets the combination that saves most."""

from typing import Any

import pytest

import largesse as lg
from tests.words import (
    bought,
    buy,
    by_offer,
    cart,
    exclusion,
    gift,
    gift_of,
    nets,
    new_item,
    off,
    order_off,
    post,
    priced,
    product,
    promotion,
    reason,
    refused,
    saved,
    shares,
    spec,
    tiers,
    usd,
)  # fmt: skip

STACKED: dict[str, Any] = {"stacking": lg.Stacking.BOTH}


# --- CH-1: the largest saving ----------------------------------------------------------------------


@spec("CH-1")
def test_of_two_offers_for_one_line_the_larger_saving_applies():
    quote = priced(
        cart("1 mug @ 50.00"),
        promotion(off("10%"), code="A"),
        promotion(off("6.00"), code="B"),
    )

    assert by_offer(quote) == {"B": "6.00"}


@spec("CH-1")
def test_each_line_gets_its_own_best():
    quote = priced(
        cart("1 mug @ 50.00", "1 hat @ 100.00"),
        promotion(off("10%"), code="A"),
        promotion(off("6.00"), code="B"),
    )

    assert by_offer(quote) == {"B": "6.00", "A": "10.00"}


@spec("CH-1")
def test_an_offer_on_the_order_is_dropped_where_the_lines_save_more_apart():
    lines = promotion(off("30%", on=["mug", "hat"]), code="LINES")
    order = promotion(order_off("10.00"), code="ORDER")
    basket = cart("1 mug @ 50.00", "1 hat @ 50.00")

    assert by_offer(priced(basket, lines, order)) == {"LINES": "30.00"}
    assert by_offer(priced(basket, order)) == {"ORDER": "10.00"}


@spec("CH-1")
def test_an_amount_off_the_order_leaves_lines_that_it_can_do_without_to_other_offers():
    quote = priced(
        cart("1 mug @ 50.00", "1 hat @ 50.00"),
        promotion(off("30%"), code="LINES"),
        promotion(order_off("25.00"), code="ORDER"),
    )

    assert saved(quote) == "40.00"


@spec("CH-1")
def test_offers_that_touch_different_units_all_apply():
    quote = priced(
        cart("3 mug @ 10.00", "1 hat @ 50.00", "2 pen @ 2.00"),
        promotion(buy(2, on="mug"), code="3FOR2"),
        promotion(off("10%", on="hat"), code="HATS"),
        promotion(order_off("1.00", on="pen"), code="PENS"),
    )

    assert by_offer(quote) == {"3FOR2": "10.00", "HATS": "5.00", "PENS": "1.00"}


@spec("CH-1")
def test_the_units_that_one_offer_leaves_go_to_the_next():
    quote = priced(
        cart("4 mug @ 10.00"),
        promotion(buy(2, on="mug"), code="3FOR2"),
        promotion(off("20%"), code="ALL"),
    )

    assert shares(quote, "3FOR2") == [("1", 3, 1000)]
    assert shares(quote, "ALL") == [("1", 1, 200)]


@spec("CH-1")
def test_ties_go_to_the_higher_priority_then_to_the_earlier_code():
    def winner(**priorities: int) -> str:
        offers = [promotion(off("10%"), code=code, priority=p) for code, p in priorities.items()]
        return next(iter(by_offer(priced(cart("1 mug @ 50.00"), *offers))))

    assert winner(A=0, B=0) == "A"
    assert winner(B=0, A=0) == "A"
    assert winner(A=0, B=1) == "B"


@spec("CH-1")
def test_ties_between_offers_that_tie_units_together_are_settled_alike():
    def winner(**priorities: int) -> str:
        offers = [
            promotion(order_off("5.00"), code=code, priority=p) for code, p in priorities.items()
        ]
        return next(iter(by_offer(priced(cart("1 mug @ 5.00", "1 hat @ 9.00"), *offers))))

    assert winner(B=0, A=0) == "A"
    assert winner(A=0, B=1) == "B"


# --- CH-2: proof -----------------------------------------------------------------------------------


def crowd(count: int) -> list[lg.Promotion]:
    """Offers for overlapping pairs of six products."""
    skus = [f"p{n}" for n in range(6)]
    return [
        promotion(
            order_off(f"{n + 3}.00", on=[skus[n % 6], skus[(n + 1 + n // 6) % 6]]), code=f"C{n:02}"
        )
        for n in range(count)
    ]


SIX = cart(*(f"1 p{n} @ 9.00" for n in range(6)))


@spec("CH-2")
def test_a_small_choice_is_proven_best():
    quote = priced(SIX, *crowd(6))

    assert quote.proven
    assert quote.gap == 0


@spec("CH-2")
def test_without_steps_the_quote_says_how_far_from_the_best_it_may_be():
    best = priced(SIX, *crowd(8))
    quick = priced(SIX, *crowd(8), steps=0)

    assert quick.discount == 0
    assert not quick.proven
    assert quick.gap >= best.discount > 0


@spec("CH-2")
@pytest.mark.parametrize("steps", [0, 1, 2, 5, 10, 50, 200])
def test_steps_that_run_out_are_no_error_and_the_same_steps_give_the_same_answer(steps):
    quote = priced(SIX, *crowd(12), steps=steps)
    again = priced(SIX, *crowd(12), steps=steps)

    assert quote.to_json() == again.to_json()
    assert quote.discount + quote.gap >= priced(SIX, *crowd(12)).discount


@spec("CH-2")
def test_running_out_of_steps_changes_no_smaller_cart():
    few = crowd(12)[:2]

    assert priced(SIX, *few, steps=32).discount_by_offer() == priced(SIX, *few).discount_by_offer()


# --- CH-3: exclusion groups ------------------------------------------------------------------------


def grouped(mode: str, *offers: tuple[str, str, int]) -> lg.Quote:
    """One mug at 100.00 with offers (code, off, priority) of one group."""
    return priced(
        cart("1 mug @ 100.00"),
        exclusion("G", mode),
        *(
            promotion(off(said, **STACKED), code=code, priority=priority, exclusion_group="G")
            for code, said, priority in offers
        ),
    )


THREE = (("A", "10%", 0), ("B", "30%", 1), ("C", "5.00", 0))


@spec("CH-3")
@pytest.mark.parametrize(
    ("mode", "applied"),
    [
        ("first", {"B": "30.00"}),
        ("best", {"B": "30.00"}),
        ("lowest", {"C": "5.00"}),
        # In the order of priority and code: 100.00, 70.00, 63.00.
        ("stack", {"B": "30.00", "A": "7.00", "C": "5.00"}),
    ],
)
def test_the_mode_of_an_exclusion_group_says_which_of_its_promotions_apply(mode, applied):
    assert by_offer(grouped(mode, *THREE)) == applied


@spec("CH-3")
def test_first_is_first_by_priority_even_where_another_saves_more():
    assert by_offer(grouped("first", ("A", "10%", 5), ("B", "30%", 1))) == {"A": "10.00"}


@spec("CH-3")
def test_first_passes_over_a_promotion_that_does_not_qualify():
    quote = priced(
        cart("1 mug @ 100.00"),
        exclusion("G", "first"),
        promotion(off("30%"), bought(2), code="A", priority=9, exclusion_group="G"),
        promotion(off("10%"), code="B", exclusion_group="G"),
    )

    assert by_offer(quote) == {"B": "10.00"}


@spec("CH-3")
def test_groups_are_evaluated_in_order():
    def applied(first: int, second: int) -> dict[str, str]:
        return by_offer(
            priced(
                cart("1 mug @ 100.00"),
                exclusion("G", "best", order=first),
                exclusion("H", "best", order=second),
                promotion(off("10%"), code="A", exclusion_group="G"),
                promotion(off("20%"), code="B", exclusion_group="H"),
            )
        )

    # Neither stacks: who comes first has the mug.
    assert applied(1, 2) == {"A": "10.00"}
    assert applied(2, 1) == {"B": "20.00"}


@spec("CH-3")
def test_a_group_of_negative_order_comes_before_the_promotions_without_a_group():
    def applied(order: int) -> dict[str, str]:
        return by_offer(
            priced(
                cart("1 mug @ 100.00"),
                exclusion("G", "best", order=order),
                promotion(off("10%"), code="A", exclusion_group="G"),
                promotion(off("20%"), code="B"),
            )
        )

    assert applied(-1) == {"A": "10.00"}
    assert applied(0) == {"B": "20.00"}


@spec("CH-3", "EX-1")
def test_who_loses_in_a_group_is_told_so():
    quote = grouped("first", ("A", "10%", 5), ("B", "30%", 1))

    assert reason(quote, "B") == "group_chose_another"
    assert refused(quote, "B").found == usd("30.00")


@spec("CH-3", "AC-2")
def test_the_saving_of_a_member_counts_its_new_items_and_those_passed_over_add_none():
    def quote(mode: str) -> lg.Quote:
        return priced(
            cart("1 mug"),
            exclusion("G", mode),
            promotion(gift("pen"), off("1%"), code="GIFT", exclusion_group="G"),
            promotion(off("10%"), code="TENTH", exclusion_group="G"),
            products=[product("mug", "100.00"), product("pen", "15.00")],
        )

    best = quote("best")
    assert by_offer(best) == {"GIFT": "16.00"}
    assert [line.sku for line in best.lines] == ["mug", "pen"]
    assert refused(best, "TENTH").found == usd("10.00")

    lowest = quote("lowest")
    assert by_offer(lowest) == {"TENTH": "10.00"}
    assert [line.sku for line in lowest.lines] == ["mug"]


@spec("CH-3", "AC-2")
def test_promotions_after_the_group_may_stack_on_what_it_added():
    quote = priced(
        cart("1 mug"),
        exclusion("G", order=-1),
        promotion(new_item("50%", "pen", **STACKED), code="NEW", exclusion_group="G"),
        promotion(off("10%", "pen", **STACKED), code="TENTH"),
        products=[product("mug", "100.00"), product("pen", "10.00")],
    )

    assert by_offer(quote) == {"NEW": "5.00", "TENTH": "0.50"}


@spec("CH-3", "AC-7")
def test_a_gift_that_is_not_chosen_yet_counts_as_the_least_that_it_may_be():
    def quote(rival: str, **chosen: str) -> lg.Quote:
        return priced(
            cart("1 mug", gifts=chosen),
            exclusion("G"),
            promotion(gift_of("pen", "hat"), code="GIFT", exclusion_group="G"),
            promotion(off(rival), code="OFF", exclusion_group="G"),
            products=[product("mug", "100.00"), product("pen", "15.00"), product("hat", "30.00")],
        )

    asked = quote("10.00")
    assert [choice.offer for choice in asked.gifts] == ["GIFT"]
    assert (saved(asked), reason(asked, "OFF")) == ("0.00", "group_chose_another")
    assert by_offer(quote("10.00", GIFT="hat")) == {"GIFT": "30.00"}

    # What another saves more than any gift is not asked about.
    sure = quote("40.00")
    assert (sure.gifts, by_offer(sure)) == ((), {"OFF": "40.00"})
    assert reason(sure, "GIFT") == "group_chose_another"


@spec("CH-3", "PR-5")
def test_a_member_saves_no_more_than_its_budget_has_left():
    quote = priced(
        cart("1 mug @ 100.00"),
        exclusion("G"),
        promotion(off("50%"), code="HALF", exclusion_group="G", budget=400),
        promotion(off("5%"), code="FIVE", exclusion_group="G"),
    )

    assert by_offer(quote) == {"FIVE": "5.00"}


# --- CH-4: awards apply in one fixed order ---------------------------------------------------------


@spec("CH-4")
def test_awards_take_their_units_in_the_order_of_priority_then_code():
    dear, cheap = "1 a @ 10.00", "1 b @ 8.00"

    def takes(**priorities: int) -> dict[str, str | None]:
        quote = priced(
            cart(dear, cheap),
            *(
                promotion(off("50%", units=1), code=code, priority=p)
                for code, p in priorities.items()
            ),
        )
        return {a.offer: a.line for a in quote.adjustments}

    assert takes(A=0, B=0) == {"A": "1", "B": "2"}
    assert takes(A=0, B=1) == {"B": "1", "A": "2"}


@spec("CH-4", "ST-1")
def test_an_offer_qualifies_by_units_that_another_takes():
    quote = priced(
        cart("3 mug @ 10.00", "1 hat @ 20.00"),
        promotion(off("50%", on="mug"), code="MUGS"),
        promotion(off("5.00", on="hat"), bought(3, of="mug"), code="HAT"),
        promotion(tiers({3: "1%"}, on="mug"), code="TIERS"),
    )

    assert by_offer(quote) == {"MUGS": "15.00", "HAT": "5.00"}


@spec("CH-4")
def test_parts_that_share_no_line_are_chosen_apart():
    left = [promotion(order_off(f"{n}.00", on="mug"), code=f"L{n}") for n in (1, 2, 3)]
    right = [promotion(order_off(f"{n}.00", on="hat"), code=f"R{n}") for n in (1, 2, 3)]
    mug, hat = "1 mug @ 10.00", "1 hat @ 10.00"

    both = priced(cart(mug, hat), *left, *right)

    assert by_offer(both) == {"L3": "3.00", "R3": "3.00"}
    assert both.proven


@spec("CH-1")
def test_stacking_offers_compete_with_one_that_stands_alone():
    stacked = [
        promotion(off("10%", **STACKED), code="A"),
        promotion(off("10%", **STACKED), code="B"),
    ]
    basket = cart("1 mug @ 100.00")

    assert by_offer(priced(basket, *stacked)) == {"A": "10.00", "B": "9.00"}
    assert by_offer(priced(basket, *stacked, promotion(off("18%"), code="C"))) == {
        "A": "10.00",
        "B": "9.00",
    }
    assert by_offer(priced(basket, *stacked, promotion(off("20%"), code="C"))) == {"C": "20.00"}


@spec("CH-1")
def test_the_post_stage_chooses_among_its_own():
    quote = priced(
        cart("1 mug @ 100.00"),
        post(off("10%"), code="A"),
        post(off("15%"), code="B"),
        products=[product("mug", "100.00")],
    )

    assert saved(quote) == "15.00"
    assert nets(quote) == ["85.00"]


@spec("CH-1")
@pytest.mark.parametrize("favoured", ["GROUPS", "ORDER"])
def test_of_tied_offers_that_save_the_same_the_higher_priority_wins(favoured):
    quote = priced(
        cart("2 mug @ 10.00"),
        promotion(buy(1), code="GROUPS", priority=favoured == "GROUPS"),
        promotion(order_off("10.00"), code="ORDER", priority=favoured == "ORDER"),
    )

    assert quote.discount_by_offer() == {favoured: 1000}
