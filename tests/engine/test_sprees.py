"""Shopping sprees: whom they are for, and what there is to spend (SP-2 to SP-5)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import largesse as lg
from largesse.engine.cart import UNITS_MAX
from largesse.engine.formats.stored import price_again
from largesse.engine.sprees import spree_of
from tests.engine.rewards import award, only, sold
from tests.words import (
    Offer,
    bought,
    cart,
    chosen,
    customer,
    deal,
    exclusion,
    gift,
    new_item,
    off,
    order_off,
    post,
    priced,
    product,
    promotion,
    reason,
    refused,
    spec,
    spree,
    usd,
    voucher,
    window,
    worth,
)

PARTY: dict[str, Any] = {"party": "P-2214", "host_reward": True}


# --- what a cart says ------------------------------------------------------------------------------


def faults(cart: lg.Cart) -> list[tuple[str, object]]:
    with pytest.raises(lg.Faults) as caught:
        sold(cart)
    return [(fault.place, fault.value) for fault in caught.value.faults]


@spec("SP-1", "SP-2")
@pytest.mark.parametrize(
    ("fields", "type"),
    [
        ({}, "order"),
        ({"party": "P-1"}, "party"),
        ({"party": "P-1", "host_reward": True}, "host_reward"),
    ],
)
def test_an_order_is_of_no_party_a_guest_order_or_the_host_reward_order(fields: Any, type: str):
    assert cart("1 apron", **fields).order_type == lg.OrderType(type)


@spec("BI-1", "SP-1")
def test_a_host_reward_order_names_its_party():
    assert faults(cart(host_reward=True)) == [("host_reward", True)]


@spec("BI-1", "MO-6")
@pytest.mark.parametrize("units", [0, -1, UNITS_MAX + 1, "2"])
def test_units_that_are_chosen_have_bounds(units: Any):
    choice = lg.SpreeChoice("PROMO", "apron", units)

    assert faults(cart(sprees=(choice,))) == [("sprees[0].units", units)]


@spec("BI-1", "MO-6")
def test_what_is_chosen_has_a_bound():
    dear = product("ring", 10**15)
    with pytest.raises(lg.Faults, match="what is chosen comes to more than"):
        priced(cart(sprees=chosen("2 ring")), products=[dear])


@spec("BI-1")
def test_a_product_is_chosen_once_for_a_promotion():
    twice = (*chosen("1 apron"), *chosen("1 apron", of="OTHER"), *chosen("2 apron"))

    assert faults(cart(sprees=twice)) == [("sprees[2].sku", "apron")]


@spec("EX-4")
def test_what_a_cart_says_of_parties_and_sprees_is_stored_where_it_says_anything():
    plain = msgspec.json.decode(sold(cart("1 apron")).to_json())
    assert not {"party", "host_reward", "sprees", "rep"} & plain["cart"].keys()
    assert "sprees" not in plain

    whole = cart(**PARTY, sprees=chosen("2 apron"), rep="dora")
    quote = sold(whole, promotion(spree("100.00")))
    said = msgspec.json.decode(quote.to_json())["cart"]
    assert (said["party"], said["host_reward"], said["rep"]) == ("P-2214", True, "dora")
    assert said["sprees"] == [{"promotion": "PROMO", "sku": "apron", "units": 2}]
    assert price_again(quote.to_json(), quote.book).to_json() == quote.to_json()


# --- what an action says ---------------------------------------------------------------------------


@spec("SP-2", "SP-3", "SP-9")
@pytest.mark.parametrize(
    ("said", "fields", "wrong"),
    [
        ("50.00", {"description": " "}, "description"),
        ("50.00", {"order_types": frozenset()}, "order_types"),
        ("50.00", {"window": window("2026-12-02", "2026-12-01")}, "window"),
        ("0.00", {}, "amount"),
        ("50.00", {"calculation": "percentage"}, "percent"),
        ("10%", {"calculation": "flat"}, "amount"),
        ("0%", {}, "percent"),
        ("100.0001%", {}, "percent"),
        ("50.00", {"rep_income": "percentage"}, "rep_income_percent"),
        ("50.00", {"rep_income": "percentage", "rep_income_percent": 0}, "rep_income_percent"),
        ("50.00", {"rep_income": "amount"}, "rep_income_amount"),
        ("50.00", {"maximum": 0, "percent": 0, "rep_income_percent": 0}, None),
        ("100%", {"amount": 0, "maximum": 0}, None),
    ],
)
def test_a_spree_says_an_amount_or_a_percentage_and_what_is_taxed(said, fields, wrong):
    assert [field for field, _ in spree(said, **fields).faults()] == ([wrong] if wrong else [])


@spec("SP-2")
def test_a_promotion_has_at_most_one_spree():
    one = promotion(off("5%"), spree("50.00"))
    two = promotion(spree("50.00"), spree("60.00"))

    assert spree_of(one) is one.actions[1]
    assert spree_of(promotion(off("5%"))) is None
    assert list(two.faults()) == [("actions", "at most one of them is a shopping spree")]


# --- whom it is for --------------------------------------------------------------------------------


@spec("SP-2")
@pytest.mark.parametrize(
    ("order", "types", "why"),
    [
        ({}, {"order"}, None),
        ({}, {"party", "host_reward"}, "other_order_type"),
        ({"party": "P-1"}, {"party"}, None),
        ({"party": "P-1"}, {"order", "host_reward"}, "other_order_type"),
        (PARTY, {"host_reward"}, None),
        (PARTY, {"order", "party"}, "other_order_type"),
        ({}, {"order", "party", "host_reward"}, None),
    ],
)
def test_it_is_for_the_types_of_order_that_it_says(order: Any, types: set[str], why: str | None):
    fields = {"order_types": frozenset(map(lg.OrderType, types))}
    quote = sold(cart("1 apron", **order), promotion(spree("50.00", **fields)))

    assert award(quote) == (None if why else "50.00")
    if why:
        assert reason(quote) == why


@spec("SP-2", "EX-1")
def test_which_orders_it_is_for_is_told():
    hosts = spree("50.00", order_types=frozenset({lg.OrderType.HOST_REWARD}))
    refusal = refused(sold(cart("1 apron", party="P-1"), promotion(hosts)), "PROMO")

    told = "Its shopping spree is for host reward orders; this is a guest order."
    assert refusal.sentence == told


@spec("SP-2")
@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-11-20T23:59:59Z", "not_started"),
        ("2026-11-21T00:00:00Z", None),
        ("2026-11-22T23:59:59Z", None),
        ("2026-11-23T00:00:00Z", "ended"),
    ],
)
def test_it_has_days_of_its_own(at: str, why: str | None):
    dated = spree("50.00", window=window("2026-11-21", "2026-11-23"))
    quote = sold(cart("1 apron", at=at), promotion(dated))

    assert award(quote) == (None if why else "50.00")
    if why:
        assert reason(quote) == why
        day = "21" if why == "not_started" else "23"
        assert f"{day} November 2026" in refused(quote, "PROMO").sentence


@spec("SP-2", "SP-6")
def test_a_spree_that_qualifies_is_there_before_anything_is_chosen():
    quote = sold(cart("1 apron"), promotion(spree("50.00"), revision=3, title="For you"))
    found = only(quote)

    assert (found.offer, found.revision, found.title) == ("PROMO", 3, "For you")
    assert (found.description, found.lines, found.excess) == ("Spree", (), usd("50.00"))
    assert (quote.saved, quote.benefit, quote.total) == (0, usd("50.00"), usd("50.00"))
    assert quote.awarded == {"PROMO"}
    assert quote.consumptions == ()


@spec("SP-2")
def test_an_order_of_nothing_else_may_be_chosen_for():
    quote = sold(cart(**PARTY, sprees=chosen("1 apron")), promotion(spree("60.00")))

    assert (quote.gross, quote.net, quote.due) == (usd("50.00"), 0, 0)


@spec("SP-2", "PR-1")
def test_its_promotion_must_be_met():
    quote = sold(cart("1 towel"), promotion(spree("50.00"), worth("10.00")))

    assert (quote.sprees, reason(quote)) == ((), "subtotal_too_low")


# --- what there is to spend ------------------------------------------------------------------------


TOTAL = "1284.60"
"""What the party came to."""


@spec("SP-3", "SP-4", "SP-5")
@pytest.mark.parametrize(
    ("said", "times", "expected"),
    [
        # flat × n; percentage and maximum are ignored
        ("50.00", 1, "50.00"),
        ("50.00", 3, "150.00"),
        ("50.00 up to 20.00", 3, "150.00"),
        # 1284.60 × 10 % = 128.46
        ("10% of the party", 1, "128.46"),
        ("10% of the party up to 150.00", 1, "128.46"),
        ("10% of the party up to 128.46", 1, "128.46"),
        ("10% of the party up to 128.45", 1, "128.45"),
        ("10% of the party up to 100.00", 1, "100.00"),
        # the cap holds for all times together
        ("10% of the party up to 150.00", 2, "150.00"),
        ("10% of the party", 2, "256.92"),
        # 1284.60 × 0.3333 % = 4.2815718; three times 12.8447154, rounded once
        ("0.3333% of the party", 1, "4.28"),
        ("0.3333% of the party", 3, "12.84"),
        ("100% of the party", 1, "1284.60"),
        # nothing
        ("10% of the party up to 0.00", 1, None),
        ("0.0001% of the party", 1, None),
    ],
)
def test_the_award_is_an_amount_or_a_capped_percentage(said, times, expected):
    found = sold(
        cart(f"{times} apron", **PARTY),
        promotion(spree(said), bought(1), cumulative=True),
        party=lg.PartyTotals(total=usd(TOTAL)),
    )

    assert award(found) == expected
    if expected is not None:
        assert only(found).times == times


@spec("SP-5", "PR-4")
def test_without_being_cumulative_it_is_given_once():
    quote = sold(cart("3 apron"), promotion(spree("50.00"), bought(1)))

    assert (award(quote), only(quote).times) == ("50.00", 1)


@spec("SP-5", "MO-3")
@pytest.mark.parametrize(
    ("half_even", "total", "expected"),
    [(False, "0.25", "0.03"), (True, "0.25", "0.02"), (True, "0.35", "0.04")],
)
def test_halves_go_where_the_currency_says(half_even: bool, total: str, expected: str):
    quote = sold(
        cart("1 apron", **PARTY),
        promotion(spree("10% of the party")),
        party=lg.PartyTotals(total=usd(total)),
        currency=lg.Currency.of("USD", half_even=half_even),
    )

    assert award(quote) == expected


@spec("SP-3", "SP-5")
def test_a_spree_tells_what_its_percentage_is_of():
    total = lg.PartyTotals(total=usd(TOTAL))
    part = spree("10% of the party up to 150.00", amount=usd("7.00"))
    found = only(sold(cart(**PARTY), promotion(part), party=total))
    assert (found.base, found.percent, found.maximum) == (usd(TOTAL), 100_000, usd("150.00"))

    flat = spree("7.00 up to 150.00", percent=100_000)
    found = only(sold(cart(**PARTY), promotion(flat), party=total))
    assert (found.award, found.base, found.percent, found.maximum) == (700, None, None, None)


@spec("SP-3")
def test_nothing_in_the_host_reward_order_is_counted_for_the_party_total():
    offer = promotion(spree("10% of the party"))
    wanted = cart("4 apron", **PARTY, sprees=chosen("1 candle"))

    assert award(sold(wanted, offer, party=lg.PartyTotals(total=usd("100.00")))) == "10.00"


@spec("SP-3", "EX-1")
@pytest.mark.parametrize(
    ("fields", "party", "why"),
    [
        ({}, None, "party_needed"),
        (PARTY, None, "party_needed"),
        (PARTY, lg.PartyTotals(), "nothing_to_give"),
    ],
)
def test_without_a_party_total_nothing_is_awarded(fields: Any, party: Any, why: str):
    quote = sold(cart("1 apron", **fields), promotion(spree("10% of the party")), party=party)

    assert (quote.sprees, reason(quote), quote.awarded) == ((), why, frozenset())


@spec("SP-4", "EX-1")
def test_a_maximum_of_nothing_awards_nothing_and_says_so():
    quote = sold(cart("1 apron"), promotion(spree("10% up to 0.00")))

    assert (quote.sprees, reason(quote)) == ((), "nothing_to_give")
    assert refused(quote, "PROMO").sentence == "Its shopping spree awards at most nothing."


@spec("SP-5", "EX-1")
def test_a_percentage_that_comes_to_nothing_says_of_what():
    quote = sold(cart("1 penny"), promotion(spree("10%")))

    told = "Its shopping spree is 10 % of the subtotal, 0.01: nothing to spend."
    assert (quote.sprees, refused(quote, "PROMO").sentence) == ((), told)


@spec("SP-3")
def test_which_facts_it_needs_follows_from_what_the_percentage_is_of():
    def asked(said: str, **fields: Any) -> Any:
        wanted, offer = cart(**PARTY), promotion(spree(said), **fields)
        return sold(wanted, offer).book.facts_needed(wanted).asks

    assert asked("10% of the party") == {"party"}
    assert asked("10%") == asked("50.00") == set()
    assert asked("10% of the party", window=window(None, "2026-11-21")) == set()
    assert asked("10% of the party", active=False) == set()


# --- the subtotal ----------------------------------------------------------------------------------


SHOP = lg.Location("shop", tax={"standard": 200_000})
GROSS_SHOP = lg.Location("shop", tax={"standard": 200_000}, prices_include_tax=True)


@spec("SP-3", "ST-1")
@pytest.mark.parametrize(
    ("offers", "location", "base"),
    [
        # 2 × 50.00
        ([], None, "100.00"),
        ([promotion(order_off("20%"), code="A")], None, "80.00"),
        ([post(off("30%"), code="A")], None, "70.00"),
        ([deal("25%", "apron")], None, "75.00"),
        ([promotion(gift("mug"), code="A")], None, "100.00"),
        # the order voucher comes after the award is settled
        ([voucher("50%")], None, "100.00"),
        # tax is never counted: 100.00 less the 16.67 of each 100.00 that is tax within it
        ([], SHOP, "100.00"),
        ([], GROSS_SHOP, "83.33"),
        ([voucher("50%")], GROSS_SHOP, "83.33"),
    ],
)
def test_the_subtotal_is_what_the_orders_own_lines_cost_after_discounts(offers, location, base):
    wanted = cart("2 apron", customer=customer(), shipping="9.90", sprees=chosen("1 candle"))
    quote = sold(wanted, promotion(spree("50%")), *offers, location=location)

    assert quote.format(only(quote).base or 0) == base


@spec("SP-3")
def test_a_unit_that_a_promotion_adds_counts_with_what_it_costs():
    quote = sold(cart("1 apron"), promotion(spree("10%")), promotion(gift("mug"), code="A"))
    assert only(quote).base == usd("50.00")

    half = promotion(new_item("50%", "mug"), code="A")
    assert only(sold(cart("1 apron"), promotion(spree("10%")), half)).base == usd("57.25")


@spec("SP-3", "SP-5")
def test_what_one_spree_gives_is_no_part_of_the_subtotal_of_another():
    first = promotion(spree("50%", over_purchase=True), priority=1)
    second = promotion(spree("10%"), code="SECOND")
    quote = sold(cart("2 towel", sprees=chosen("1 apron")), first, second)

    assert [(s.offer, s.base) for s in quote.sprees] == [
        ("PROMO", usd("18.00")),
        ("SECOND", usd("18.00")),
    ]


# --- budgets, groups, codes ------------------------------------------------------------------------


def used(amount: str) -> dict[lg.LimitQuery, int]:
    return {lg.LimitQuery("PROMO", "budget"): usd(amount)}


@spec("PR-5", "SP-5", "MO-5")
def test_an_award_is_cut_at_what_its_budget_has_left_and_says_so():
    offer = promotion(spree("100.00"), budget=usd("80.00"))
    quote = sold(cart("1 towel", sprees=chosen("1 apron")), offer, used=used("10.00"))

    assert (award(quote), only(quote).cut_from) == ("70.00", usd("100.00"))
    assert quote.consumptions == (
        lg.Consumption("budget", "PROMO", usd("50.00"), "", usd("80.00")),
    )

    more = spree("100.00", over_purchase=True)
    quote = sold(cart(sprees=chosen("2 apron")), promotion(more, budget=usd("80.00")))
    assert [(a.amount, a.cut_from) for a in quote.adjustments] == [(usd("80.00"), usd("100.00"))]


@spec("PR-5", "SP-11")
def test_what_is_carried_over_counts_against_the_budget():
    offer = promotion(spree("60.00", carry_over="credit"), budget=usd("55.00"), max_uses=9)
    quote = sold(cart(customer=customer(), sprees=chosen("1 apron")), offer)

    assert [(c.kind, c.units) for c in quote.consumptions] == [("uses", 1), ("budget", 5500)]
    assert [credit.amount for credit in quote.credits] == [usd("5.00")]


@spec("PR-5", "PR-6", "SP-11")
def test_an_award_that_is_carried_over_whole_uses_up_what_one_that_is_spent_does():
    carried = spree("60.00", carry_over="credit")
    offer = promotion(carried, budget=usd("80.00"), max_uses=9, single_use_codes=True)
    code = lg.SingleUseCode("ONE", "PROMO")
    quote = sold(cart("1 towel", customer=customer(), codes=["one"]), offer, single_use=[code])

    assert [(c.kind, c.code, c.units) for c in quote.consumptions] == [
        ("uses", "PROMO", 1),
        ("budget", "PROMO", 6000),
        ("single_use_code", "ONE", 1),
    ]


@spec("PR-5", "SP-5", "EX-1")
def test_a_budget_that_other_actions_used_up_leaves_nothing_to_spend():
    offer = promotion(off("50%"), spree("100.00"), budget=usd("25.00"))
    quote = sold(cart("2 apron"), offer)

    assert (quote.sprees, quote.discount) == ((), usd("25.00"))

    only_spree = promotion(spree("100.00"), budget=usd("25.00"))
    quote = sold(cart("2 apron"), only_spree, used=used("25.00"))
    assert reason(quote) == "used_up"


@spec("PR-5")
def test_an_award_that_nothing_is_chosen_for_uses_up_nothing():
    offer = promotion(spree("50.00"), max_uses=1, budget=usd("80.00"), promo_code="HOST")
    quote = sold(cart("1 towel", codes=["host"]), offer)

    assert (award(quote), quote.consumptions, quote.refusals) == ("50.00", (), ())


@spec("PR-6", "SP-2")
def test_a_code_brings_it_in_and_says_why_not():
    hosts = spree("50.00", order_types=frozenset({lg.OrderType.HOST_REWARD}))
    offer = promotion(hosts, promo_code="HOST")

    assert award(sold(cart(codes=["host"], **PARTY), offer)) == "50.00"
    refusals = sold(cart("1 towel", codes=["host"]), offer).refusals
    assert [(r.offer, r.code.value) for r in refusals] == [("PROMO", "other_order_type")]


@spec("CH-3", "SP-2")
@pytest.mark.parametrize(
    ("mode", "fields", "expected"),
    [
        # it saves nothing by itself: the 5 % are more
        ("best", {}, {"FIVE"}),
        ("lowest", {}, {"PROMO"}),
        ("first", {}, {"PROMO"}),
        ("stack", {}, {"PROMO", "FIVE"}),
        # where it is not for the order it takes no part
        ("first", {"order_types": frozenset({lg.OrderType.PARTY})}, {"FIVE"}),
        ("lowest", {"window": window("2027-01-01")}, {"FIVE"}),
    ],
)
def test_it_takes_part_in_an_exclusion_group_without_a_saving_of_its_own(mode, fields, expected):
    offers: list[Offer] = [
        exclusion("G", mode),
        promotion(spree("50.00", **fields), exclusion_group="G", priority=1),
        promotion(off("5%"), code="FIVE", exclusion_group="G"),
    ]
    quote = sold(cart("1 apron", sprees=chosen("1 candle")), *offers)

    assert quote.awarded == expected
    assert ("no_spree" in {r.code.value for r in quote.refusals}) == ("PROMO" not in expected)
    if expected == {"FIVE"} and not fields:
        assert reason(quote) == "group_chose_another"


@spec("PR-3", "SP-2")
def test_a_shopper_who_is_asked_is_told_what_there_is_to_spend():
    offer = promotion(spree("50.00"), suggest=lg.Suggest.UNCHECKED)
    (asked,) = sold(cart("1 apron"), offer).suggestions
    assert (asked.accepted, asked.saving) == (False, usd("50.00"))

    accepted = cart("1 apron", answers={"PROMO": True}, sprees=chosen("1 candle"))
    (asked,) = sold(accepted, offer).suggestions
    assert (asked.accepted, asked.saving) == (True, usd("50.00"))
