"""What holds for every shopping spree, whatever else is on offer and in the cart."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import floor

import msgspec

import largesse as lg
from largesse.engine.catalog import MEASURES
from largesse.engine.formats.document import document_of
from largesse.engine.formats.stored import price_again
from largesse.engine.measures import original, scaled
from largesse.engine.money import ONE
from largesse.engine.sprees import reward_list, spree_of
from tests.engine.cases import for_all
from tests.engine.worlds import Plain, facts_of, spree_documents
from tests.words import spec


def quote_of(data: Plain) -> lg.Quote:
    document = document_of(data)
    (cart,) = document.carts
    return lg.price(document.book, cart, facts_of(document, cart), steps=100)


def action_of(quote: lg.Quote, spree: lg.AppliedSpree) -> lg.ShoppingSpree:
    found = spree_of(quote.book.promotions[spree.offer])
    assert found is not None
    return found


def lines_of(quote: lg.Quote, spree: lg.AppliedSpree) -> list[lg.QuoteLine]:
    return [line for line in quote.lines if line.id in spree.lines]


def rounded(amount: Fraction, quote: lg.Quote) -> int:
    """To the minor unit, halves as the currency says (MO-3); amounts are not negative."""
    return round(amount) if quote.book.currency.half_even else floor(amount + Fraction(1, 2))


@spec("SP-7", "ST-4", "MO-5")
@for_all(spree_documents(), times=60, soak=20_000)
def test_a_spree_pays_what_is_chosen_up_to_its_award(data: Plain) -> None:
    quote = quote_of(data)
    for spree in quote.sprees:
        lines, action = lines_of(quote, spree), action_of(quote, spree)
        off = [
            a for a in quote.adjustments if a.kind == "shopping_spree" and a.offer == spree.offer
        ]
        assert spree.selected == sum(line.gross for line in lines)
        assert spree.given == sum(a.amount for a in off) <= spree.award
        assert {a.line for a in off} <= set(spree.lines)
        assert {a.stage for a in off} <= {lg.Stage.REWARD}
        assert spree.due == sum(line.net for line in lines) >= 0
        assert spree.excess >= 0
        could = min(spree.selected, spree.award if spree.cut_from is None else spree.cut_from)
        assert {a.cut_from for a in off} <= {could if spree.given < could else None}
        if action.below_floor:
            assert spree.given == min(spree.selected, spree.award)
        if not spree.over_purchase:
            assert spree.selected <= spree.award
            assert not action.below_floor or spree.due == 0


@spec("SP-7", "MO-4")
@for_all(spree_documents(), times=40, soak=10_000)
def test_what_is_paid_is_spread_by_price(data: Plain) -> None:
    """Each part is within a minor unit of its share, and of equal prices the earlier line has more."""
    quote = quote_of(data)
    for spree in quote.sprees:
        if not action_of(quote, spree).below_floor or not spree.selected:
            continue
        lines = lines_of(quote, spree)
        for line in lines:
            share = Fraction(spree.given * line.gross, spree.selected)
            assert abs(line.gross - line.net - share) < 1
        for one, other in pairwise(lines):
            assert one.gross != other.gross or one.net <= other.net


@spec("SP-8")
@for_all(spree_documents(), times=60, soak=20_000)
def test_multipliers_scale_the_free_part_of_each_measure(data: Plain) -> None:
    quote = quote_of(data)
    half_even = quote.book.currency.half_even
    running = {line.id: line for line in quote._pricing.lines}
    for spree in quote.sprees:
        action = action_of(quote, spree)
        for line in lines_of(quote, spree):
            free = Fraction(line.gross - line.net, line.gross) if line.gross else Fraction(1)
            for measure in MEASURES:
                rate = Fraction(getattr(action.multipliers, measure), ONE)
                whole = original(running[line.id], measure)
                expected = rounded(whole * (free * rate + (1 - free)), quote)
                assert scaled(running[line.id], measure, half_even=half_even) == expected
                if measure == "taxable" and quote.cart.location is not None:
                    untouched = rounded(Fraction(whole), quote)
                    assert line.taxable == (expected if action.recompute_tax else untouched)


@spec("SP-3", "SP-5", "PR-5")
@for_all(spree_documents(), times=60, soak=20_000)
def test_an_award_is_what_its_promotion_says_of_the_order(data: Plain) -> None:
    quote = quote_of(data)
    for spree in quote.sprees:
        action = action_of(quote, spree)
        wanted = spree.award if spree.cut_from is None else spree.cut_from
        assert spree.award <= wanted
        if action.calculation == "flat":
            assert (spree.base, wanted) == (None, (action.amount or 0) * spree.times)
            continue
        assert spree.base is not None
        part = Fraction(spree.base * spree.times * (action.percent or 0), ONE)
        most = wanted if action.maximum is None else action.maximum
        assert wanted == min(rounded(part, quote), most)
        if action.of == "party_total":
            assert quote.facts.party is not None
            assert spree.base == quote.facts.party.total


@spec("SP-3", "ST-1")
@for_all(spree_documents(), times=60, soak=20_000)
def test_the_subtotal_is_that_of_all_other_lines_before_the_voucher_without_tax(
    data: Plain,
) -> None:
    """The same order without choices and without the order voucher comes to the base."""
    quote = quote_of(data)
    bare = msgspec.structs.replace(quote.cart, sprees=(), codes=())
    plain = lg.price(quote.book, bare, msgspec.structs.replace(quote.facts, vouchers={}), steps=100)
    if {code for code in quote.cart.codes if code != "dv1"}:
        return
    expected = sum(max(0, line.net - line.tax_included) for line in plain.lines)
    for spree in quote.sprees:
        if spree.base is not None and action_of(quote, spree).of == "subtotal":
            assert spree.base == expected


@spec("SP-6", "SP-2")
@for_all(spree_documents(), times=40, soak=10_000)
def test_what_is_chosen_stands_in_the_order_of_choosing_and_is_on_the_list(data: Plain) -> None:
    quote = quote_of(data)
    for spree in quote.sprees:
        promotion = quote.book.promotions[spree.offer]
        rewards = {product.sku for product in reward_list(quote.book, promotion)}
        asked = {c.sku: c.units for c in quote.cart.sprees if c.promotion == spree.offer}
        lines = lines_of(quote, spree)
        assert [line.id for line in lines] == list(spree.lines)
        assert [line.sku for line in lines] == [
            sku for sku in asked if sku in {line.sku for line in lines}
        ]
        assert all(0 < line.units <= asked[line.sku] for line in lines)
        assert {line.sku for line in lines} <= rewards
        if spree.over_purchase:
            assert {line.sku: line.units for line in lines} == {
                sku: units for sku, units in asked.items() if sku in rewards
            }
        assert quote.cart.order_type in action_of(quote, spree).order_types


@spec("SP-7", "BI-2")
@for_all(spree_documents(), times=40, soak=10_000)
def test_each_unit_that_is_chosen_is_on_the_order_or_refused(data: Plain) -> None:
    quote = quote_of(data)
    refused = [r for r in quote.refusals if r.code in SPREE_CODES]
    short = 0
    for choice in quote.cart.sprees:
        put = [
            line.units
            for line in quote.lines
            if line.spree and (line.added_by, line.sku) == (choice.promotion, choice.sku)
        ]
        short += sum(put) < choice.units
    assert short == len(refused)
    assert all(r.sentence.endswith(".") for r in refused)


SPREE_CODES = (
    lg.RefusalCode.NO_SPREE,
    lg.RefusalCode.NOT_IN_SPREE,
    lg.RefusalCode.SPREE_EXCEEDED,
)


@spec("ST-2", "SP-8")
@for_all(spree_documents(), times=60, soak=20_000)
def test_no_other_offer_takes_anything_off_what_is_chosen(data: Plain) -> None:
    quote = quote_of(data)
    for line in quote.lines:
        if line.spree:
            assert {a.offer for a in quote.adjustments if a.line == line.id} <= {line.added_by}
            assert (line.deal, line.bonus) == (None, False)


@spec("SP-9", "SP-11")
@for_all(spree_documents(), times=60, soak=20_000)
def test_income_and_credit_follow_from_what_is_given(data: Plain) -> None:
    quote = quote_of(data)
    buyer = quote.cart.customer
    carried = {c.offer: c for c in quote.credits if c.by == "spree"}
    for spree in quote.sprees:
        action = action_of(quote, spree)
        rep = quote.cart.rep or (None if buyer is None else buyer.sponsor)
        rate = (action.rep_income_percent or 0) if action.rep_income == "percentage" else 0
        income = 0 if rep is None else rounded(Fraction(spree.given * rate, ONE), quote)
        assert (spree.rep_income, spree.rep) == (income, rep if income else None)
        assert spree.rep_income_by == (action.rep_income if income else "none")
        credit = carried.pop(spree.offer, None)
        if action.carry_over == "credit" and buyer is not None and spree.excess:
            assert credit is not None
            assert (credit.account, credit.owner) == ("", buyer.id)
            assert (credit.to, credit.amount) == ("buyer", spree.excess)
        else:
            assert credit is None
    assert carried == {}


@spec("EX-4", "QU-25")
@for_all(spree_documents(), times=40, soak=10_000)
def test_a_quote_with_sprees_is_priced_again_to_the_same_bytes(data: Plain) -> None:
    quote = quote_of(data)

    assert price_again(quote.to_json(), document_of(data).book).to_json() == quote.to_json()
