"""Where the sources of the specification leave room: what was resolved, one test each (CO-1 to CO-3).

And what holds of conditions whatever their kind: how they combine, and that none hides a promotion from
a cart that meets it.
"""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

import largesse as lg
from largesse.engine.formats.document import document_of
from tests.engine.judging import judged, past
from tests.engine.worlds import Plain, documents
from tests.words import (
    both,
    bought,
    cart,
    customer,
    distributor,
    either,
    group,
    no,
    off,
    priced,
    product,
    promotion,
    saved,
    spec,
    tagged,
    worth,
)  # fmt: skip

MUGS = group("mug", code="MUGS", title="mugs")
ALL, CURRENT, BEFORE = lg.ApplicableOrders


@spec("CO-1")
def test_a_year_is_the_twelve_months_back_from_today_not_the_calendar_year():
    rolling = bought(1, of=MUGS, orders=BEFORE, period=lg.Period.YEAR)
    calendar = bought(1, of=MUGS, orders=BEFORE, period=lg.Period.CALENDAR_YEAR)

    def told(day: str) -> tuple[bool, bool]:
        history = [past(day, ("mug", 1))]
        return bool(judged(rolling, history=history)), bool(judged(calendar, history=history))

    # Today is 21 November 2026.
    assert told("2025-11-20") == (False, False)
    assert told("2025-11-21") == (True, False)
    assert told("2025-12-31") == (True, False)
    assert told("2026-01-01") == (True, True)


@spec("CO-2")
@pytest.mark.parametrize(
    ("counting", "count"), [("parent", 1), ("child", 2), ("parent_and_child", 3)]
)
@pytest.mark.parametrize("orders", [CURRENT, BEFORE])
def test_the_kit_of_the_source_counts_1_2_or_3_now_and_later(counting, count, orders):
    kit = product("A", "10.00", components={"B": 1, "C": 1})
    condition = bought(
        1, of=group("A", "B", "C", code="KIT"), orders=orders, kit_counting=lg.KitCounting(counting)
    )
    lines = ("1 A",) if orders is CURRENT else ("1 other",)

    told = judged(
        condition, *lines, history=[past("2026-11-20", ("A", 1))],
        products=[kit, product("other", "1.00")],
    )  # fmt: skip
    assert told.times == count


@spec("CO-1")
def test_leaving_out_promotional_items_has_effect_in_the_post_stage_only():
    standard = promotion(off("50%", on="mug", stacking=lg.Stacking.BOTH), code="STANDARD")
    condition = bought(1, of=MUGS, exclude_promotional=True)

    assert judged(condition, "1 mug @ 10.00", others=[standard])
    assert not judged(condition, "1 mug @ 10.00", others=[standard], post=True)
    assert judged(condition, "1 mug @ 10.00", post=True)


@spec("CO-1")
def test_a_reps_order_qualifies_a_customer_where_everyones_orders_count():
    history = [
        past("2026-11-20", ("mug", 1), buyer="dora", customer_type=lg.CustomerType.DISTRIBUTOR)
    ]

    def told(whose: str) -> bool:
        return bool(judged(bought(1, of=MUGS, orders=BEFORE, whose=whose), history=history))

    assert told("everyone")
    assert not told("buyer")


@spec("CO-1")
def test_who_became_a_rep_starts_anew_where_the_buyers_own_orders_count():
    history = [past("2026-11-20", ("mug", 1))]
    condition = bought(1, of=MUGS, orders=BEFORE)

    assert judged(condition, history=history)
    assert not judged(condition, history=history, customer=distributor("anna"))


@spec("CO-1", "PR-4")
def test_a_count_above_the_maximum_is_not_met_at_all_instead_of_up_to_it():
    assert judged(bought(2, 5, of=MUGS), "5 mug @ 10.00").times == 2
    told = judged(bought(2, 5, of=MUGS), "6 mug @ 10.00")
    assert (told.times, told.code) == (0, "too_many_units")


@spec("CO-3")
def test_units_that_were_given_back_drop_out_and_what_is_not_posted_does_not_count_yet():
    # A past order is told with what is left of it; the records' own tests show how it comes to that.
    condition = bought(3, of=MUGS, orders=BEFORE)

    assert judged(condition, history=[past("2026-11-20", ("mug", 3))])
    assert not judged(condition, history=[past("2026-11-20", ("mug", 2))])


@spec("CO-1")
def test_an_order_of_tomorrow_is_no_prior_order():
    assert not judged(bought(1, of=MUGS, orders=BEFORE), history=[past("2026-11-22", ("mug", 1))])


# --- PR-7: all, any, not ---------------------------------------------------------------------------

MET, UNMET = worth("1.00"), worth("1000.00")


@spec("PR-7")
@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (both(MET, MET), True),
        (both(MET, UNMET), False),
        (both(), True),
        (either(UNMET, MET), True),
        (either(UNMET, UNMET), False),
        (no(UNMET), True),
        (no(MET), False),
        (no(no(MET)), True),
        (both(either(UNMET, no(UNMET)), no(both(MET, UNMET))), True),
        (either(both(MET, UNMET), no(either(MET, UNMET))), False),
    ],
)
def test_conditions_combine_with_all_any_and_not_as_deep_as_one_likes(condition, holds):
    assert bool(judged(condition)) == holds


@spec("PR-7")
def test_no_condition_always_qualifies():
    assert saved(priced(cart("1 mug @ 10.00"), promotion(off("10%")))) == "1.00"


@spec("PR-7", "PR-4")
def test_all_is_met_as_often_as_the_least_and_any_as_often_as_the_most():
    twice, thrice = bought(2, of=MUGS), worth("20.00")
    lines = ("4 mug @ 15.00",)

    assert judged(both(twice, thrice), *lines).times == 2
    assert judged(either(twice, thrice), *lines).times == 3
    # What does not count is met as often as anybody else asks.
    assert judged(both(thrice, lg.ThroughChannel(channels=frozenset({lg.Channel.SHOP}))), *lines
                  ).times == 3  # fmt: skip
    assert judged(no(UNMET), *lines).times == 1


@spec("PR-7", "EX-1")
def test_the_first_condition_that_is_not_met_says_why():
    assert judged(both(MET, tagged("vip"), UNMET)).code == "tag_needed"
    assert judged(either(tagged("vip"), UNMET)).sentence == (
        "None of these holds. For customers tagged vip; this one is not. "
        "Or: Needs a subtotal of 1000.00, found 20.00."
    )
    assert judged(no(MET)).code == "condition_excludes"


@spec("CO-4", "CO-1")
def test_what_conditions_within_others_ask_about_is_asked_too():
    nested = no(either(lg.FirstOrder(), both(lg.ReferredCustomers(), lg.PartyTotal(minimum=1))))
    offer = promotion(off("10%"), nested)
    from tests.words import book

    needed = book(offer).facts_needed(cart("1 mug @ 1.00", customer=customer()))
    assert needed.history == (lg.HistoryQuery(None, None, measure="orders"),)
    assert needed.asks == {"referred_customers", "party"}


# --- whatever the kind -----------------------------------------------------------------------------


@spec("QU-2", "CO-4")
@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(documents())
def test_a_condition_that_needs_a_product_is_never_met_without_it(data: Plain):
    from largesse.engine.running import Line
    from largesse.engine.scene import Scene

    document = document_of(data)
    catalog = document.book.catalog
    for basket in document.carts:
        lines = [
            Line(i, line, catalog.products[line.sku], None) for i, line in enumerate(basket.lines)
        ]
        facts = document.facts(basket)
        scene = Scene(basket, facts, lines, document.book.currency, catalog.calendar, frozenset())
        skus = {line.sku for line in basket.lines}
        for offer in document.book.promotions.values():
            for condition in offer.conditions:
                needed = condition.products_needed()
                if needed is not None and not needed & skus:
                    assert condition.times(scene) == 0


def shuffled(random: Random, data: Plain) -> Plain:
    """The document with its sections, the keys of its objects and its sets in another order."""

    def mixed(value):
        if isinstance(value, dict):
            return {key: mixed(value[key]) for key in random.sample(list(value), len(value))}
        return [mixed(each) for each in value] if isinstance(value, list) else value

    found = mixed(data)
    for section in ("products", "product_groups", "promotions", "customers", "history", "vouchers"):
        random.shuffle(found[section])
    for offer in found["promotions"]:
        for condition in offer.get("conditions", ()):
            for name in ("days", "channels", "locations", "countries", "tags", "organizations"):
                random.shuffle(condition.get(name, []))
    return found


@spec("QU-25", "CO-4")
@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(documents())
def test_definitions_in_another_order_give_the_same_bytes(data: Plain):
    def quoted(plain: Plain) -> list[bytes]:
        document = document_of(plain)
        return [
            lg.price(document.book, basket, document.facts(basket)).to_json()
            for basket in document.carts
        ]

    assert quoted(shuffled(Random(json.dumps(data)), data)) == quoted(data)
