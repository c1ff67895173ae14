"""Shopping sprees: what is chosen, what it costs, how its measures count (SP-6 to SP-8, ST-2)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import largesse as lg
from largesse.engine.facts import VOLUMES
from largesse.engine.sprees import reward_list
from tests.engine.rewards import PRODUCTS, SMALL, only, sold, sums
from tests.words import (
    allotment,
    bought,
    cart,
    chosen,
    credit,
    customer,
    deal,
    gift,
    group,
    nets,
    off,
    post,
    priced,
    product,
    promotion,
    shares,
    spec,
    spree,
    usd,
    voucher,
    worth,
)


def told(quote: lg.Quote) -> list[tuple[str, str]]:
    return [(refusal.code.value, refusal.sentence) for refusal in quote.refusals]


# --- the reward list -------------------------------------------------------------------------------


@spec("SP-6")
@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        # by name, a product without one by its SKU; weighed ham can't be chosen
        (None, None, ["apron", "candle", "mug", "board", "penny", "sample", "towel"]),
        (SMALL, None, ["candle", "mug", "towel"]),
        (None, SMALL, ["apron", "board", "penny", "sample"]),
        (SMALL, group("mug", "board"), ["candle", "towel"]),
        (group("gone"), None, []),
    ],
)
def test_the_reward_list_is_what_the_groups_choose(include: Any, exclude: Any, expected: Any):
    offer = promotion(spree("50.00", include, but=exclude))
    book = sold(cart(), offer).book

    assert [each.sku for each in reward_list(book, offer)] == expected
    assert reward_list(book, promotion(off("5%"))) == ()
    for sku in (each.sku for each in PRODUCTS):
        quote = sold(cart(sprees=chosen(f"1 {sku}")), offer)
        assert bool(only(quote).lines) == (sku in expected)


@spec("SP-6", "BI-2")
def test_what_is_not_on_the_list_is_refused_and_the_rest_is_given():
    wanted = chosen("1 apron", "1 mug", "1 teapot", "2 ham")
    quote = sold(cart(sprees=wanted), promotion(spree("50.00", SMALL), title="For you"))

    assert [(line.sku, line.spree) for line in quote.lines] == [("mug", True)]
    assert told(quote) == [
        ("not_in_spree", f"{sku} is not on the reward list of For you; remove it.")
        for sku in ("apron", "teapot", "ham")
    ]


@spec("SP-6", "BI-2")
def test_what_is_chosen_against_a_spree_that_is_not_given_is_refused():
    offer = promotion(spree("50.00"), worth("20.00"), title="For you")
    quote = sold(cart("1 towel", sprees=(*chosen("1 mug"), *chosen("1 mug", of="GONE"))), offer)

    assert [(line.sku, line.spree) for line in quote.lines] == [("towel", False)]
    assert told(quote) == [
        ("no_spree", "For you gives no shopping spree on this order; remove mug."),
        ("no_spree", "GONE gives no shopping spree on this order; remove mug."),
    ]
    # Asked about itself it says why.
    refusal = quote.explain("PROMO").refusal
    assert refusal is not None
    assert refusal.code is lg.RefusalCode.SUBTOTAL_TOO_LOW


@spec("SP-6", "ST-4")
def test_it_stands_on_the_order_at_its_own_price_in_the_order_of_choosing():
    wanted = cart("1 towel", sprees=chosen("2 candle", "1 apron"))
    quote = sold(wanted, promotion(spree("100.00", over_purchase=True), revision=4, title="Yours"))

    first, second = quote.lines[1:]
    assert (first.id, first.sku, first.units, first.gross) == ("PROMO+candle", "candle", 2, 3600)
    assert (first.added_by, first.spree, first.bonus, first.deal) == ("PROMO", True, False, None)
    assert second.id == "PROMO+apron"
    assert only(quote).lines == (first.id, second.id)
    adjustment = quote.adjustments[0]
    assert (adjustment.stage, adjustment.kind) == (lg.Stage.REWARD, "shopping_spree")
    assert (adjustment.offer, adjustment.revision, adjustment.title) == ("PROMO", 4, "Yours")
    assert (adjustment.line, adjustment.units, adjustment.amount) == (first.id, 2, 3600)


@spec("SP-6")
def test_its_id_is_none_that_the_cart_has():
    line = lg.CartLine("PROMO+mug", "towel")
    quote = sold(cart(line, sprees=chosen("1 mug")), promotion(spree("50.00")))

    assert [each.id for each in quote.lines] == ["PROMO+mug", "PROMO+mug-2"]


@spec("SP-6")
def test_each_spree_pays_for_what_is_chosen_against_it():
    first = promotion(spree("20.00"), code="FIRST", priority=1)
    second = promotion(spree("30.00"), code="SECOND")
    wanted = (*chosen("1 mug", of="SECOND"), *chosen("1 candle", of="FIRST"))
    quote = sold(cart(sprees=wanted), second, first)

    assert [(s.offer, s.given, s.lines) for s in quote.sprees] == [
        ("FIRST", 1800, ("FIRST+candle",)),
        ("SECOND", 1450, ("SECOND+mug",)),
    ]
    assert [line.sku for line in quote.lines] == ["candle", "mug"]


# --- what it costs ---------------------------------------------------------------------------------


@spec("SP-7", "SP-5")
@pytest.mark.parametrize(
    ("award", "wanted", "on", "off"),
    [
        # award, selected, given, due, excess
        ("128.46", ["1 apron", "2 candle", "1 mug"],
         ["128.46", "100.50", "100.50", "0.00", "27.96"],
         ["128.46", "100.50", "100.50", "0.00", "27.96"]),
        ("100.50", ["1 apron", "2 candle", "1 mug"],
         ["100.50", "100.50", "100.50", "0.00", "0.00"],
         ["100.50", "100.50", "100.50", "0.00", "0.00"]),
        # 100.49 lacks a cent of the mug: on, it costs 0.01; off, it is left out
        ("100.49", ["1 apron", "2 candle", "1 mug"],
         ["100.49", "100.50", "100.49", "0.01", "0.00"],
         ["100.49", "86.00", "86.00", "0.00", "14.49"]),
        # 60.00: the board of 50.00, one of three candles at 18.00 does not fit, a towel of 9.00 does
        ("60.00", ["1 board", "3 candle", "1 towel"],
         ["60.00", "113.00", "60.00", "53.00", "0.00"],
         ["60.00", "59.00", "59.00", "0.00", "1.00"]),
        # 40.00: two of three candles
        ("40.00", ["3 candle"],
         ["40.00", "54.00", "40.00", "14.00", "0.00"],
         ["40.00", "36.00", "36.00", "0.00", "4.00"]),
        # what costs nothing always fits
        ("5.00", ["1 apron", "7 sample"],
         ["5.00", "50.00", "5.00", "45.00", "0.00"],
         ["5.00", "0.00", "0.00", "0.00", "5.00"]),
    ],
)  # fmt: skip
def test_what_is_due_and_what_is_left(award, wanted, on, off):
    def quote(over: bool) -> lg.Quote:
        return sold(cart(sprees=chosen(*wanted)), promotion(spree(award, over_purchase=over)))

    for over, expected in ((True, on), (False, off)):
        found = quote(over)
        assert sums(found) == expected
        assert found.due == only(found).due == usd(expected[3])
        assert found.saved == only(found).given
        assert found.benefit == found.saved + only(found).excess
        assert {a.cut_from for a in found.adjustments} <= {None}


@spec("SP-7")
def test_what_exceeds_the_award_is_refused_with_what_is_missing_for_the_next_unit():
    wanted = cart(sprees=chosen("1 board", "3 candle", "2 towel"))
    quote = sold(wanted, promotion(spree("60.00")))

    assert [(line.sku, line.units) for line in quote.lines] == [("board", 1), ("towel", 1)]
    assert told(quote) == [
        ("spree_exceeded",
         "8.00 is missing for the next unit of Soy candle, fig; remove 3 units of it."),
        ("spree_exceeded", "8.00 is missing for the next unit of towel; remove 1 unit of it."),
    ]  # fmt: skip
    assert [(r.offer, r.needed, r.found, r.unit) for r in quote.refusals] == [
        ("PROMO", 5400, 1000, "money"),
        ("PROMO", 1800, 1000, "money"),
    ]


@spec("SP-7", "SP-8", "MO-4")
@pytest.mark.parametrize(
    ("award", "wanted", "expected"),
    [
        # 80.00 over 50.00, 36.00 and 14.50, of 100.50: 39.8009…, 28.6567…, 11.5422…
        ("80.00", ["1 apron", "2 candle", "1 mug"], ["10.20", "7.34", "2.96"]),
        # 0.02 over three equal parts: the odd cents go to the earlier
        ("0.02", ["1 apron", "1 board"], ["49.99", "49.99"]),
        ("0.01", ["1 apron", "1 board"], ["49.99", "50.00"]),
        ("0.01", ["1 board", "1 apron"], ["49.99", "50.00"]),
        # 0.01 over 50.00 and 9.00: the larger remainder
        ("0.01", ["1 towel", "1 apron"], ["9.00", "49.99"]),
        ("58.99", ["1 towel", "1 apron"], ["0.00", "0.01"]),
    ],
)
def test_a_purchase_over_the_award_is_paid_in_proportion_to_prices(award, wanted, expected):
    offer = promotion(spree(award, over_purchase=True))
    quote = sold(cart(sprees=chosen(*wanted)), offer)

    assert nets(quote) == expected
    # A line that nothing comes off has no adjustment.
    assert all(amount for _, _, amount in shares(quote, "PROMO"))


@spec("SP-7", "FL-1")
def test_it_goes_below_floors_unless_it_says_not_to():
    shelf = [product("vase", "40.00", floor="30.00"), product("cup", "20.00")]
    wanted = cart(sprees=chosen("1 vase", "1 cup"))

    free = priced(wanted, promotion(spree("60.00")), products=shelf)
    assert nets(free) == ["0.00", "0.00"]

    kept = priced(wanted, promotion(spree("60.00", below_floor=False)), products=shelf)
    assert nets(kept) == ["30.00", "0.00"]
    assert sums(kept) == ["60.00", "60.00", "30.00", "30.00", "30.00"]
    assert {a.cut_from for a in kept.adjustments} == {usd("60.00")}


# --- measures --------------------------------------------------------------------------------------


def scales(*rates: str) -> lg.Multipliers:
    """scales("taxable 50", "volume_1 12.5"); the rest stays whole."""
    said = (rate.split() for rate in rates)
    return lg.Multipliers(**{name: lg.percent(rate) for name, rate in said})


@spec("SP-8", "AC-5")
@pytest.mark.parametrize(
    ("award", "rate", "expected"),
    [
        # 4 × 18.00 = 72.00, volume 10.00 each: 40.00
        # all free
        ("72.00", "0", "0.00"),
        ("72.00", "50", "20.00"),
        ("72.00", "100", "40.00"),
        ("72.00", "12.3456", "4.94"),
        # half free, half paid: 40.00 × (1/2 × rate + 1/2)
        ("36.00", "0", "20.00"),
        ("36.00", "50", "30.00"),
        ("36.00", "100", "40.00"),
        ("36.00", "12.3456", "22.47"),
        # a cent free: 40.00 × (0.01 × 0 + 71.99) / 72.00 = 39.9944…
        ("0.01", "0", "39.99"),
        # a cent paid: 40.00 × (71.99 × 50 % + 0.01) / 72.00 = 20.0027…
        ("71.99", "50", "20.00"),
        ("71.99", "0", "0.01"),
        # more than the whole
        ("36.00", "200", "60.00"),
    ],
)
def test_the_free_share_of_a_measure_is_scaled_and_the_paid_share_is_not(award, rate, expected):
    candle = product("candle", "18.00", measures=lg.Measures(volume_1=1000, volume_2=1000))
    offer = spree(award, over_purchase=True, multipliers=scales(f"volume_1 {rate}"))
    quote = priced(cart(sprees=chosen("4 candle")), promotion(offer), products=[candle])

    ((scaled, untouched, *_),) = quote.volumes()
    assert quote.format(scaled) == expected
    assert quote.format(untouched) == "40.00"


SEATTLE = lg.Location("seattle", tax={"standard": lg.percent("10.25")})


@spec("SP-8", "ST-5")
@pytest.mark.parametrize(
    ("award", "rate", "recompute", "taxable", "tax"),
    [
        ("50.00", "100", True, "50.00", "5.13"),
        ("50.00", "50", True, "25.00", "2.56"),
        ("50.00", "0", True, "0.00", "0.00"),
        # 30.00 free at 50 %, 20.00 paid: 15.00 + 20.00
        ("30.00", "50", True, "35.00", "3.59"),
        ("30.00", "0", True, "20.00", "2.05"),
        # the tax stays what it is without the spree
        ("50.00", "50", False, "50.00", "5.13"),
        ("30.00", "0", False, "50.00", "5.13"),
    ],
)
def test_tax_is_due_on_the_scaled_free_part_and_on_what_is_paid(
    award, rate, recompute, taxable, tax
):
    multipliers = scales(f"taxable {rate}")
    offer = spree(award, over_purchase=True, multipliers=multipliers, recompute_tax=recompute)
    quote = sold(cart(sprees=chosen("1 apron")), promotion(offer), location=SEATTLE)
    (line,) = quote.lines

    assert (quote.format(line.taxable), quote.format(line.tax)) == (taxable, tax)


@spec("SP-7", "SP-8")
def test_an_award_of_80_00_against_100_50_comes_out_as_the_documentation_says():
    offer = spree("80.00", over_purchase=True, multipliers=scales("taxable 50"))
    wanted = cart(sprees=chosen("1 apron", "2 candle", "1 mug"))
    quote = sold(wanted, promotion(offer), location=SEATTLE)

    assert nets(quote) == ["10.20", "7.34", "2.96"]
    assert [quote.format(line.taxable) for line in quote.lines] == ["30.10", "21.67", "8.73"]
    assert quote.net == usd("20.50")


@spec("SP-8", "AL-12", "DE-15")
def test_what_no_award_made_free_owes_no_tax():
    member = customer(organizations=frozenset({"club"}))
    bonus = deal("10+1", "candle", select="towel")
    wanted = cart(
        "1 apron by CLUB", "10 candle", customer=member, sprees=chosen("1 mug"),
        giveaways=(lg.Giveaway("DEAL", "towel"),),
    )  # fmt: skip
    quote = sold(wanted, promotion(spree("20.00")), allotment(1, "apron"), bonus, location=SEATTLE)

    assert [(line.sku, quote.format(line.taxable)) for line in quote.lines] == [
        ("apron", "0.00"),
        ("candle", "180.00"),
        ("towel", "0.00"),
        ("mug", "14.50"),
    ]


@spec("SP-8", "AC-5")
def test_each_measure_has_a_multiplier_of_its_own():
    measures = lg.Measures(other_1=400, volume_1=100, volume_2=200, volume_3=300, volume_4=400)
    rates = [f"{volume} {rate}" for volume, rate in zip(VOLUMES, (0, 25, 50, 75), strict=True)]
    offer = spree("18.00", multipliers=scales(*rates))
    quote = priced(
        cart(sprees=chosen("1 candle")),
        promotion(offer),
        products=[product("candle", "18.00", measures=measures)],
    )

    assert quote.volumes() == ((0, 50, 150, 300),)


# --- the host reward order of the mockup -------------------------------------------------------------


@spec("SP-3", "SP-4", "SP-5", "SP-7", "SP-8", "SP-11")
def test_the_host_reward_order_of_a_party_comes_out_to_the_cent():
    """10 % of 1,284.60, at most 150.00: 128.46; chosen are 100.50, taxed at 10.25 % on half of it."""
    offer = spree(
        "10% of the party up to 150.00",
        order_types=frozenset({lg.OrderType.HOST_REWARD}),
        carry_over="credit",
        multipliers=scales("taxable 50"),
    )
    wanted = cart(
        customer=customer("hannah"),
        party="P-2214",
        host_reward=True,
        sprees=chosen("1 apron", "2 candle", "1 mug"),
    )
    party = lg.PartyTotals(total=usd("1284.60"), orders=9)
    quote = sold(wanted, promotion(offer), party=party, location=SEATTLE)

    assert sums(quote) == ["128.46", "100.50", "100.50", "0.00", "27.96"]
    assert [quote.format(line.taxable) for line in quote.lines] == ["25.00", "18.00", "7.25"]
    assert (quote.format(quote.tax), quote.format(quote.due)) == ("5.15", "5.15")
    (credit,) = quote.credits
    assert (credit.owner, quote.format(credit.amount)) == ("hannah", "27.96")


# --- what others do with it ------------------------------------------------------------------------


@spec("ST-2", "VO-10")
def test_the_order_voucher_takes_nothing_off_it_not_even_off_what_is_paid():
    offer = promotion(spree("30.00", over_purchase=True))
    wanted = cart("1 board", customer=customer(), sprees=chosen("1 apron"))
    quote = sold(wanted, offer, voucher("20%"), location=SEATTLE)

    # 20 % of the board alone; of the apron 20.00 is paid, and the free part is taxed like it.
    assert nets(quote) == ["40.00", "20.00"]
    assert [quote.format(line.taxable) for line in quote.lines] == ["40.00", "50.00"]


@spec("ST-2", "VO-10", "BI-2")
def test_a_voucher_on_nothing_but_choices_has_nothing_to_take_off():
    offer = promotion(spree("30.00", over_purchase=True))
    quote = sold(cart(customer=customer(), sprees=chosen("1 apron")), offer, voucher("20%"))

    assert nets(quote) == ["20.00"]
    assert [(r.offer, r.code.value) for r in quote.refusals] == [("DV1", "nothing_to_give")]
    assert quote.consumptions == ()


@spec("ST-2", "VO-30")
def test_payments_pay_what_is_due_for_it():
    offer = promotion(spree("30.00", over_purchase=True))
    quote = sold(cart(customer=customer(), sprees=chosen("1 apron")), offer, voucher("50.00"))

    assert (quote.total, quote.due, quote.payments[0].amount) == (2000, 0, 2000)


@spec("ST-2")
@pytest.mark.parametrize(
    "other",
    [
        promotion(off("50%"), code="OTHER", priority=9),
        promotion(off("50%", stacking=lg.Stacking.BOTH, below_floor=True), code="OTHER"),
        post(off("50%", stacking=lg.Stacking.BOTH), code="OTHER"),
        promotion(gift("mug"), bought(3), code="OTHER"),
        promotion(off("50%"), bought(3), code="OTHER"),
        post(off("50%"), bought(3, count_free=True), code="OTHER"),
        post(off("50%"), worth("60.00", original=True), code="OTHER"),
        deal("50%", ["apron", "towel"], units=3, code="OTHER"),
        deal("10+1", "apron", select="towel", code="OTHER"),
    ],
)
def test_no_other_offer_takes_it_or_counts_it(other: Any):
    """The towel is dealt with as if nothing else were on the order."""
    bare = sold(cart("1 towel"), promotion(spree("60.00")), other)
    quote = sold(cart("1 towel", sprees=chosen("1 apron")), promotion(spree("60.00")), other)

    assert quote.lines[: len(bare.lines)] == bare.lines
    assert quote.lines[-1].net == 0
    assert {a.offer for a in quote.adjustments if a.line == "PROMO+apron"} == {"PROMO"}
    assert [d.offer for d in quote.deals] == [d.offer for d in bare.deals]


@spec("AC-7", "SP-8")
def test_credit_that_is_a_part_of_the_order_counts_what_is_paid_and_what_is_scaled():
    candle = product("candle", "18.00", measures=lg.Measures(volume_1=1000))
    offer = spree("9.00", over_purchase=True, multipliers=scales("volume_1 0"))
    quote = priced(
        cart(customer=customer(), sprees=chosen("1 candle")),
        promotion(offer),
        promotion(credit("10%"), code="TOTAL"),
        promotion(credit("10%", of="volume_1"), code="VOLUME"),
        products=[candle],
    )

    assert {c.offer: c.amount for c in quote.credits} == {"TOTAL": 90, "VOLUME": 50}


@spec("SP-6", "ST-1")
def test_what_is_given_away_comes_before_what_is_chosen():
    bonus = deal("10+1", "candle", gives=("towel",))
    quote = sold(cart("10 candle", sprees=chosen("1 mug")), promotion(spree("20.00")), bonus)

    assert [(line.sku, line.bonus, line.spree) for line in quote.lines] == [
        ("candle", False, False),
        ("towel", True, False),
        ("mug", False, True),
    ]


@spec("AC-3")
def test_the_cart_shows_sprees_in_one_sum_or_apart():
    apart = spree("50.00", display=lg.Display.SEPARATE)
    one, two = promotion(spree("50.00"), title="One"), promotion(apart, code="TWO", title="Two")
    third = promotion(spree("50.00"), code="THREE")
    wanted = (*chosen("1 mug"), *chosen("1 candle", of="TWO"), *chosen("1 towel", of="THREE"))
    quote = sold(cart(sprees=wanted), one, two, third)

    assert {d.title: d.amount for d in quote.discounts} == {"Shopping sprees": 2350, "Two": 1800}


@spec("QU-25")
def test_who_stores_what_is_chosen_finds_it_in_the_quote():
    quote = sold(cart(sprees=chosen("1 mug")), promotion(spree("20.00")))
    said = msgspec.json.decode(quote.to_json())

    assert said["lines"][0]["spree"] is True
    assert said["sprees"] == [
        {
            "offer": "PROMO", "revision": 1, "title": "PROMO", "description": "Spree", "times": 1,
            "base": None, "percent": None, "maximum": None, "award": "20.00", "selected": "14.50",
            "given": "14.50", "lines": ["PROMO+mug"], "over_purchase": False,
            "carry_over": "ignore", "retained_earnings": False,
        }
    ]  # fmt: skip
