"""Deals: what triggers them, what they give, which lines go on which (DE-1 to DE-7)."""

from __future__ import annotations

import msgspec
import pytest

import largesse as lg
from tests.words import (
    allotment,
    cart,
    customer,
    deal,
    discounts,
    group,
    nets,
    off,
    on_deals,
    order_off,
    priced,
    product,
    product_set,
    promotion,
    reason,
    refused,
    spec,
    tier,
    usd,
    window,
)

MUGS = [product("moss", "10.00"), product("chalk", "10.00"), product("hat", "40.00")]
ANY_MUG = group("moss", "chalk", code="MUGS", title="Mugs")


def only(quote: lg.Quote) -> lg.AppliedDeal:
    (applied,) = quote.deals
    return applied


# --- triggers --------------------------------------------------------------------------------------


@spec("DE-2", "DE-3")
def test_lines_reach_a_minimum_quantity_together():
    few = priced(cart("3 moss", "2 chalk"), deal("10%", ANY_MUG, units=6), products=MUGS)
    enough = priced(cart("3 moss", "3 chalk"), deal("10%", ANY_MUG, units=6), products=MUGS)

    assert discounts(few) == ["0.00", "0.00"]
    assert discounts(enough) == ["3.00", "3.00"]
    refusal = refused(few, "DEAL")
    assert (refusal.code, refusal.needed, refusal.found) == (lg.RefusalCode.TOO_FEW_UNITS, 6, 5)


@spec("DE-2")
def test_a_minimum_value_is_at_list_price_before_discounts():
    listed = [product("moss", "8.00", list_price="10.00")]
    ten = deal("10%", "moss", value="50.00")

    quote = priced(cart("5 moss less 30.00"), ten, products=listed)
    assert discounts(quote) == ["31.00"]
    short = priced(cart("4 moss"), ten, products=listed)
    refusal = refused(short, "DEAL")
    assert refusal.code is lg.RefusalCode.SUBTOTAL_TOO_LOW
    assert (refusal.needed, refusal.found) == (usd("50.00"), usd("40.00"))


@spec("DE-2")
def test_where_both_minimums_are_asked_for_both_must_be_reached():
    both = deal("10%", ANY_MUG, units=5, value="100.00")

    assert on_deals(priced(cart("9 moss"), both, products=MUGS)) == ["-"]
    assert on_deals(priced(cart("10 moss"), both, products=MUGS)) == ["DEAL"]


@spec("DE-2")
def test_a_deal_per_product_asks_each_line_by_itself():
    each = deal("10%", ANY_MUG, units=5, assorted=False)
    quote = priced(cart("4 moss", "6 chalk"), each, products=MUGS)

    assert discounts(quote) == ["0.00", "6.00"]
    assert on_deals(quote) == ["-", "DEAL"]


@spec("DE-2")
def test_each_line_of_a_deal_per_product_has_its_own_tier():
    tiers = deal([tier("5%", units=5), tier("10%", units=10)], ANY_MUG, assorted=False)
    quote = priced(cart("5 moss", "10 chalk"), tiers, products=MUGS)

    assert discounts(quote) == ["2.50", "10.00"]
    assert only(quote).tier == 0


@spec("DE-2")
def test_the_highest_tier_met_wins_also_where_a_lower_one_gives_more():
    better_below = deal([tier("10%", units=5), tier("4%", units=10)], ANY_MUG)

    assert discounts(priced(cart("9 moss"), better_below, products=MUGS)) == ["9.00"]
    assert discounts(priced(cart("10 moss"), better_below, products=MUGS)) == ["4.00"]


@spec("DE-2", "DE-5")
def test_a_line_is_left_out_where_it_would_lift_the_deal_to_a_worse_tier():
    better_below = deal([tier("10%", units=5), tier("4%", units=10)], ANY_MUG)
    quote = priced(cart("8 moss", "2 chalk"), better_below, products=MUGS)

    assert on_deals(quote) == ["DEAL", "-"]
    assert discounts(quote) == ["8.00", "0.00"]


@spec("DE-2")
def test_every_product_set_needs_its_own_units():
    mix = deal("10%", [product_set("moss", 2), product_set("hat", 1)])

    assert on_deals(priced(cart("5 moss"), mix, products=MUGS)) == ["-"]
    assert on_deals(priced(cart("2 moss", "1 hat"), mix, products=MUGS)) == ["DEAL", "DEAL"]
    refusal = refused(priced(cart("1 moss", "1 hat"), mix, products=MUGS), "DEAL")
    assert (refusal.needed, refusal.found) == (2, 1)


@spec("DE-2")
def test_a_product_set_leaves_out_what_it_excludes():
    but = deal("10%", [product_set(ANY_MUG, but="chalk")])

    assert on_deals(priced(cart("1 moss", "1 chalk"), but, products=MUGS)) == ["DEAL", "-"]


@spec("DE-2")
def test_required_products_must_be_on_the_order():
    with_hat = deal("10%", "moss", required=("hat",))

    assert reason(priced(cart("1 moss"), with_hat, products=MUGS), "DEAL") == "product_missing"
    assert on_deals(priced(cart("1 moss", "1 hat"), with_hat, products=MUGS)) == ["DEAL", "-"]


@spec("DE-2")
@pytest.mark.parametrize(("before", "again", "new"), [(0, "-", "NEW"), (3, "AGAIN", "-")])
def test_a_deal_may_ask_whether_the_buyer_bought_some_products_before(before, again, new):
    bought = lg.HistoryQuery("MUGS", None)
    for offer, expected in (
        (deal("10%", ANY_MUG, code="AGAIN", bought_before=ANY_MUG), again),
        (deal("10%", ANY_MUG, code="NEW", not_bought_before=ANY_MUG), new),
    ):
        quote = priced(
            cart("1 moss", customer=customer()),
            offer,
            products=MUGS,
            groups={"MUGS": ANY_MUG},
            history={bought: before},
        )
        assert on_deals(quote) == [expected]
        assert bought in quote.book.facts_needed(quote.cart).history


@spec("DE-2")
def test_who_buys_must_be_known_where_the_deal_asks_about_it():
    for offer in (
        deal("10%", "moss", tags=frozenset({"vip"})),
        deal("10%", "moss", not_bought_before=ANY_MUG),
        deal("5.00 rebate", "moss"),
    ):
        assert reason(priced(cart("1 moss"), offer, products=MUGS), "DEAL") == "customer_needed"


# --- for whom, where, when -------------------------------------------------------------------------


@spec("DE-1")
def test_a_deal_is_for_all_for_tags_or_for_a_list_of_customers():
    for_some = deal("10%", "moss", tags=frozenset({"vip"}), customers=frozenset({"bob"}))

    def reached(buyer: lg.Customer) -> list[str]:
        return on_deals(priced(cart("1 moss", customer=buyer), for_some, products=MUGS))

    assert reached(customer("anna", "vip")) == ["DEAL"]
    assert reached(customer("bob")) == ["DEAL"]
    assert reached(customer("carl")) == ["-"]
    assert on_deals(priced(cart("1 moss"), deal("10%", "moss"), products=MUGS)) == ["DEAL"]


@spec("DE-1")
def test_a_deal_holds_in_its_window_channels_and_locations():
    ended = deal("10%", "moss", window=window(until="2026-11-21"))
    later = deal("10%", "moss", window=window("2026-11-22"))
    reps = deal("10%", "moss", channels=frozenset({lg.Channel.REP}))
    there = deal("10%", "moss", locations=frozenset({"graz"}))
    off_now = deal("10%", "moss", active=False)

    for offer, why in (
        (ended, "ended"),
        (later, "not_started"),
        (reps, "other_channel"),
        (there, "other_location"),
        (off_now, "inactive"),
    ):
        assert reason(priced(cart("1 moss"), offer, products=MUGS), "DEAL") == why
    through_rep = cart("1 moss", channel=lg.Channel.REP)
    assert on_deals(priced(through_rep, reps, products=MUGS)) == ["DEAL"]


@spec("DE-1")
def test_a_title_has_twenty_characters_at_most():
    with pytest.raises(lg.Faults, match=r"deals\[DEAL\].title: has at most 20 characters"):
        priced(cart("1 moss"), deal("10%", "moss", title="x" * 21), products=MUGS)


@spec("DE-2", "BI-1")
def test_all_that_is_wrong_with_a_deal_is_told_at_once():
    wrong = lg.Deal(
        code="MUGS",
        sets=(),
        tiers=(tier("10%", units=5), tier("5%", units=5)),
        gives=("cup",),
        required=("cap",),
    )
    with pytest.raises(lg.Faults) as told:
        priced(cart("1 moss"), wrong, promotion(off("5%"), code="MUGS"), products=MUGS)

    assert {fault.place for fault in told.value.faults} == {
        "deals[MUGS].sets",
        "deals[MUGS].tiers",
        "deals[MUGS].gives",
        "deals[MUGS].gives[0]",
        "deals[MUGS].required[0]",
        "deals[MUGS].code",
    }


# --- benefits --------------------------------------------------------------------------------------


@spec("DE-3")
@pytest.mark.parametrize(
    ("said", "off_each"),
    [("12.5%", ["7.50", "5.00"]), ("1.50", ["9.00", "6.00"]), ("= 9.25", ["4.50", "3.00"])],
)
def test_a_benefit_comes_off_each_line(said, off_each):
    quote = priced(cart("6 moss", "4 chalk"), deal(said, ANY_MUG, units=10), products=MUGS)

    assert discounts(quote) == off_each
    assert {a.stage for a in quote.adjustments} == {lg.Stage.DEAL}
    assert only(quote).benefit == quote.discount == quote.benefit


@spec("DE-3")
def test_a_rebate_leaves_the_price_and_is_credited_at_posting():
    offer = deal("10% rebate", ANY_MUG, units=5)
    quote = priced(cart("3 moss", "2 chalk", "1 hat", customer=customer()), offer, products=MUGS)

    assert quote.discount == 0
    (credit,) = quote.credits
    assert (credit.offer, credit.by, credit.owner, credit.amount) == (
        "DEAL", "deal", "anna", usd("5.00"),
    )  # fmt: skip
    assert credit.lines == ("1", "2")
    assert quote.benefit == usd("5.00")


@spec("DE-3")
def test_a_rebate_of_an_amount_is_given_once():
    offer = deal("10.00 rebate", ANY_MUG, value="50.00")
    quote = priced(cart("30 moss", "2 chalk", customer=customer()), offer, products=MUGS)

    assert sum(credit.amount for credit in quote.credits) == usd("10.00")


@spec("DE-3", "FL-1")
def test_a_deal_takes_no_unit_below_its_floor():
    floored = [product("moss", "10.00", floor="9.50")]
    quote = priced(cart("2 moss"), deal("3.00", "moss"), products=floored)

    assert discounts(quote) == ["1.00"]
    assert quote.adjustments[0].cut_from == usd("6.00")


@spec("DE-3", "ST-5")
def test_tax_is_due_on_what_a_deal_leaves_of_the_price():
    graz = lg.Location("graz", tax={"standard": lg.percent(20)})
    quote = priced(cart("2 moss"), deal("25%", "moss"), products=MUGS, location=graz)

    assert (quote.net, quote.tax) == (usd("15.00"), usd("3.00"))


# --- which lines -----------------------------------------------------------------------------------


@spec("DE-4", "DE-5", "CH-1")
def test_each_line_is_on_the_one_deal_that_serves_the_order_best():
    """Apart, each deal would take the mugs; together one of them has to do without."""
    mugs = deal("10%", ANY_MUG, units=6, code="MUGS-10")
    with_hat = deal("8%", ["moss", "hat"], units=4, code="MIX-8")
    quote = priced(cart("3 moss", "3 chalk", "1 hat"), mugs, with_hat, products=MUGS)

    assert on_deals(quote) in (["MUGS-10", "MUGS-10", "-"], ["MIX-8", "-", "MIX-8"])
    assert quote.discount == max(usd("6.00"), usd("5.60"))
    assert quote.proven
    assert quote.assignment.check() == ()


@spec("DE-5")
def test_a_line_may_go_on_a_deal_at_a_loss_to_reach_its_trigger_for_others():
    big = deal("20%", ["moss", "hat"], units=2, code="BIG")
    small = deal("25%", "moss", code="SMALL")
    quote = priced(cart("1 moss", "1 hat"), big, small, products=MUGS)

    assert on_deals(quote) == ["BIG", "BIG"]
    assert discounts(quote) == ["2.00", "8.00"]


@spec("DE-5")
def test_deals_of_high_priority_choose_first():
    high = deal("5%", ANY_MUG, code="HIGH", high_priority=True)
    more = deal("50%", "moss", code="MORE")
    quote = priced(cart("1 moss", "1 chalk"), high, more, products=MUGS)

    assert on_deals(quote) == ["HIGH", "HIGH"]


@spec("DE-1", "CH-1")
def test_ties_go_to_the_higher_priority_and_then_to_the_earlier_code():
    first, second = deal("10%", "moss", code="B"), deal("10%", "moss", code="A")
    assert on_deals(priced(cart("1 moss"), first, second, products=MUGS)) == ["A"]

    raised = msgspec.structs.replace(first, priority=1)
    assert on_deals(priced(cart("1 moss"), raised, second, products=MUGS)) == ["B"]


@spec("DE-1")
def test_a_manual_deal_takes_only_lines_that_are_picked_for_it():
    manual = deal("50%", ANY_MUG, code="MANUAL", manual=True)
    picked = lg.CartLine("1", "moss", 1, deal="MANUAL")

    quote = priced(cart("1 moss"), manual, products=MUGS)
    assert on_deals(quote) == ["-"]
    assert reason(quote, "MANUAL") == "not_picked"
    assert on_deals(priced(cart(picked, "1 chalk"), manual, products=MUGS)) == ["MANUAL", "-"]


@spec("ST-2")
def test_units_that_an_allotment_made_free_count_toward_no_trigger():
    ten = deal("10%", "moss", units=4)
    mine = allotment(2, "moss", members_only=False)

    assert on_deals(priced(cart("5 moss by CLUB"), ten, mine, products=MUGS)) == ["-"]
    quote = priced(cart("6 moss by CLUB"), ten, mine, products=MUGS)
    assert discounts(quote) == ["24.00"]
    assert only(quote).off == usd("4.00")


@spec("ST-3")
def test_a_line_on_a_deal_is_no_target_for_promotions_unless_they_say_so():
    ten = deal("10%", "moss")
    half = promotion(off("50%"), code="HALF")
    too = msgspec.structs.replace(half, on_deal_lines=True)

    quote = priced(cart("1 moss", "1 chalk"), ten, half, products=MUGS)
    assert nets(quote) == ["9.00", "5.00"]
    quote = priced(cart("1 moss", "1 chalk"), ten, too, products=MUGS)
    assert nets(quote) == ["4.50", "5.00"]


@spec("ST-3")
def test_promotions_that_tie_lines_together_pass_over_deal_lines_too():
    ten = deal("10%", "moss")
    quote = priced(cart("1 moss", "1 chalk"), ten, promotion(order_off("4.00")), products=MUGS)

    assert nets(quote) == ["9.00", "6.00"]


@spec("ST-3")
def test_lines_on_deals_still_count_toward_conditions():
    ten = deal("10%", "moss")
    for_two = promotion(lg.Subtotal(minimum=usd("19.00")), off("50%"))
    quote = priced(cart("1 moss", "1 chalk"), ten, for_two, products=MUGS)

    assert nets(quote) == ["9.00", "5.00"]


# --- picks -----------------------------------------------------------------------------------------


def line(id: str, sku: str, quantity: int, pick: str | None = None) -> lg.CartLine:
    return lg.CartLine(id, sku, quantity, deal=pick)


GOOD = deal("20%", "moss", code="GOOD")
FAIR = deal("10%", ANY_MUG, code="FAIR")


@spec("DE-6")
def test_a_pick_is_kept_and_what_it_costs_is_told():
    quote = priced(cart(line("1", "moss", 5, "FAIR"), "1 chalk"), GOOD, FAIR, products=MUGS)

    assert on_deals(quote) == ["FAIR", "FAIR"]
    costs = {(r.rule, r.subject): r.cost for r in quote.restrictions}
    assert costs["pick", "1"] == usd("5.00")


@spec("DE-6")
def test_a_line_may_be_kept_off_every_deal():
    quote = priced(cart(line("1", "moss", 5, "")), GOOD, FAIR, products=MUGS)

    assert on_deals(quote) == ["-"]


@spec("DE-6")
def test_a_pick_that_can_not_hold_any_more_is_told_and_dropped():
    six = deal("10%", ANY_MUG, units=6, code="SIX")
    quote = priced(cart(line("1", "moss", 5, "SIX")), six, GOOD, products=MUGS)

    assert on_deals(quote) == ["GOOD"]
    (refusal,) = quote.refusals
    assert (refusal.offer, refusal.code) == ("SIX", lg.RefusalCode.PICK_NOT_VALID)


@spec("DE-6")
def test_of_two_picks_that_need_the_same_line_the_higher_ranked_deal_keeps_its_own():
    one = deal("10%", ["moss", "hat"], units=2, code="A")
    two = deal("10%", ["chalk", "hat"], units=2, code="B")
    picks = cart(line("1", "moss", 1, "A"), line("2", "chalk", 1, "B"), "1 hat")
    quote = priced(picks, one, two, products=MUGS)

    assert on_deals(quote) == ["A", "-", "A"]
    assert [refusal.offer for refusal in quote.refusals] == ["B"]


@spec("DE-7")
def test_where_only_picked_deals_apply_other_lines_stay_without():
    lines = (line("1", "moss", 5, "FAIR"), line("2", "chalk", 1))
    quote = priced(lg.Cart(lines, cart().at, assign="picked"), GOOD, FAIR, products=MUGS)

    assert on_deals(quote) == ["FAIR", "-"]
    (pick,) = [r for r in quote.restrictions if r.rule == "pick"]
    assert pick.cost == usd("10.00") + usd("1.00") - usd("5.00")


# --- what rules cost -------------------------------------------------------------------------------


@spec("BE-2")
def test_it_can_be_said_what_one_deal_a_line_and_no_splitting_cost():
    half = deal("50%", "moss", units=4, code="HALF")
    with_hat = deal("10%", ["moss", "hat"], units=3, code="HATS")
    quote = priced(cart("6 moss", "1 hat"), half, with_hat, products=MUGS)

    assert on_deals(quote) == ["HALF", "-"]
    costs = {r.rule: (r.cost, r.proven) for r in quote.restrictions}
    # Both on the moss: another 10 % of 100.00. Two of six to the hat: 20.00 + 6.00 instead of 30.00.
    assert costs["one_deal_a_line"] == (usd("10.00"), True)
    assert costs["no_splitting"] == (0, True)


@spec("BE-2")
def test_splitting_a_line_may_serve_two_deals():
    four = deal("50%", "moss", units=4, code="FOUR")
    with_hat = deal("60%", ["moss", "hat"], units=3, code="HATS")
    quote = priced(cart("6 moss", "1 hat"), four, with_hat, products=MUGS)

    costs = {r.rule: r.cost for r in quote.restrictions}
    assert on_deals(quote) == ["HATS", "HATS"]
    assert costs["no_splitting"] == 0
    nine = deal("80%", "moss", units=4, code="FOUR")
    quote = priced(cart("6 moss", "1 hat"), nine, with_hat, products=MUGS)
    costs = {r.rule: r.cost for r in quote.restrictions}
    # 60.00 on HATS as it is; 4 moss at 80 %, 2 moss and the hat at 60 %: 32.00 + 36.00.
    assert quote.discount == usd("60.00")
    assert costs["no_splitting"] == usd("8.00")


@spec("BE-2", "CH-3")
def test_it_can_be_said_what_an_exclusion_group_costs():
    group_of = lg.ExclusionGroup("ONE", lg.GroupMode.BEST)
    moss = promotion(off("10%", "moss"), code="M", exclusion_group="ONE")
    chalk = promotion(off("20%", "chalk"), code="C", exclusion_group="ONE")
    quote = priced(cart("1 moss", "1 chalk"), moss, chalk, group_of, products=MUGS)

    costs = {(r.rule, r.subject): r.cost for r in quote.restrictions}
    assert costs["exclusion_group", "ONE"] == usd("1.00")


# --- progress and near misses ----------------------------------------------------------------------


@spec("EX-2", "DE-5")
def test_what_little_more_would_trigger_a_deal_is_a_near_miss():
    quote = priced(cart("5 moss"), deal("10%", "moss", units=6), products=MUGS)

    (miss,) = quote.near_misses
    assert (miss.offer, miss.sku, miss.units, miss.saving) == ("DEAL", "moss", 1, usd("6.00"))


@spec("IF-32")
def test_progress_tells_what_each_open_deal_has_and_needs():
    tiers = deal([tier("8%", units=4), tier("12%", units=8)], ANY_MUG, code="TIERS")
    hats = deal("5.00", "hat", units=2, code="HATS")
    ended = deal("5.00", "hat", code="ENDED", window=window(until="2026-11-01"))
    quote = priced(cart("5 moss", "1 hat"), tiers, hats, ended, products=MUGS)

    on, short = sorted(quote.deal_progress, key=lambda each: each.state)
    assert (on.offer, on.state, on.units, on.tier, on.lines) == ("TIERS", "applied", 5, 1, ("1",))
    assert (on.brings, on.would_bring) == (usd("4.00"), usd("4.00"))
    assert (short.offer, short.state, short.units, short.tier) == ("HATS", "not_met", 1, 0)
    assert short.lacks is not None
    assert short.lacks.add_units == 1


@spec("IF-32")
@pytest.mark.parametrize(
    ("said", "brings"),
    [("10%", "5.00"), ("10% rebate", "5.00"), ("7.00 rebate", "7.00"), ("5+1", "10.00")],
)
def test_progress_tells_what_a_deal_would_bring_with_all_of_its_lines(said, brings):
    offer = deal(said, "moss", code="NEW", select="hat" if "+" in said else None)
    quote = priced(cart("5 moss", customer=customer()), GOOD, offer, products=MUGS)

    (new,) = [each for each in quote.deal_progress if each.offer == "NEW"]
    assert new.would_bring == usd(brings)


@spec("EX-1")
def test_a_deal_that_others_outbid_tells_what_it_would_have_brought():
    quote = priced(cart("5 moss"), GOOD, FAIR, products=MUGS)

    refusal = refused(quote, "FAIR")
    assert refusal.code is lg.RefusalCode.UNITS_TAKEN
    assert (refusal.needed, refusal.found) == (usd("10.00"), usd("5.00"))
