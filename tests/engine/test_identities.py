"""What holds for every quote, whatever the offers and the cart."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st

import largesse as lg
from largesse.engine.formats.document import document_of
from largesse.engine.formats.stored import price_again
from largesse.engine.money import part_of
from tests.engine.cases import for_all
from tests.engine.worlds import Plain, documents, facts_of, promotions
from tests.words import spec


def quote_of(data: Plain, *, steps: int = 500) -> lg.Quote:
    document = document_of(data)
    (cart,) = document.carts
    return lg.price(document.book, cart, facts_of(document, cart), steps=steps)


# --- sums ------------------------------------------------------------------------------------------


@spec("ST-4")
@for_all(documents(), times=60, soak=20_000)
def test_every_sum_of_a_quote_adds_up(data: Plain) -> None:
    quote = quote_of(data)
    off = Counter[str | None]()
    for adjustment in quote.adjustments:
        off[adjustment.line] += adjustment.amount

    assert all(line.net == line.gross - off[line.id] for line in quote.lines)
    assert set(off) <= {line.id for line in quote.lines} | {None}
    assert quote.shipping == quote.cart.shipping - off[None]
    assert quote.net == sum(line.net for line in quote.lines)
    assert quote.tax == sum(line.tax for line in quote.lines)
    assert quote.total == quote.net + quote.shipping + quote.tax
    assert quote.due == quote.total - sum(payment.amount for payment in quote.payments)
    assert quote.saved == quote.discount + off[None] == sum(quote.discount_by_offer().values())
    assert quote.saved == sum(discount.amount for discount in quote.discounts)


@spec("MO-5")
@for_all(documents(), times=60, soak=20_000)
def test_nothing_goes_below_zero(data: Plain) -> None:
    quote = quote_of(data)

    assert all(line.net >= 0 and line.taxable >= 0 for line in quote.lines)
    assert all(line.tax >= 0 and line.tax_included >= 0 for line in quote.lines)
    assert all(a.amount >= 0 and (a.units > 0 or a.line is None) for a in quote.adjustments)
    assert all(a.cut_from is None or a.cut_from > a.amount for a in quote.adjustments)
    assert all(credit.amount > 0 for credit in quote.credits)
    assert quote.shipping >= 0
    assert all(p.amount >= 0 and p.forfeited >= 0 for p in quote.payments)
    assert quote.due >= 0
    assert quote.gap >= 0


def marked_below(data: Plain) -> bool:
    """Whether an offer of the document may go below floors."""
    return any(
        action.get("below_floor", action["kind"] in ("gift", "gift_choice", "shopping_spree"))
        for promotion in data["promotions"]
        for action in promotion["actions"]
    )


@spec("FL-1")
@for_all(documents().filter(lambda data: not marked_below(data)), times=60, soak=20_000)
def test_no_line_goes_below_the_floor_of_its_charged_units(data: Plain) -> None:
    quote = quote_of(data)
    document = document_of(data)
    (cart,) = document.carts
    location = document.book.catalog.locations.get(cart.location or "")
    free = Counter[str | None]()
    by_hand = {a.line for a in quote.adjustments if a.stage is lg.Stage.MANUAL}
    for adjustment in quote.adjustments:
        if adjustment.stage is lg.Stage.ALLOTMENT:
            free[adjustment.line] += adjustment.units
    for line in quote.lines:
        if not isinstance(line.quantity, int) or line.id in by_hand or line.bonus:
            continue
        product = document.book.catalog.products[line.sku]
        floor = product.floor
        if location is not None:
            floor = max(floor, part_of(product.price, location.floor_margin))
        charged = line.quantity - free[line.id]
        before = line.gross - sum(
            a.amount
            for a in quote.adjustments
            if a.line == line.id and a.stage is lg.Stage.ALLOTMENT
        )
        # A price that is below its floor already is left as it is.
        assert line.net >= min(floor * charged, before)


@spec("AC-4", "CH-1")
@for_all(documents(), times=60, soak=20_000)
def test_no_unit_is_taken_twice_by_promotions_that_stack_with_nothing(data: Plain) -> None:
    alone = {
        promotion["code"]
        for promotion in data["promotions"]
        if all(action.get("stacking", "none") == "none" for action in promotion["actions"])
    }
    quote = quote_of(data)
    taken = Counter[str | None]()
    for adjustment in quote.adjustments:
        if adjustment.offer in alone or adjustment.stage is lg.Stage.ALLOTMENT:
            taken[adjustment.line] += adjustment.units

    for line in quote.lines:
        assert taken[line.id] <= (line.quantity if isinstance(line.quantity, int) else 1)


@spec("AL-7", "VO-3", "VO-30")
@for_all(documents(), times=50, soak=10_000)
def test_no_more_is_consumed_than_there_is(data: Plain) -> None:
    quote = quote_of(data)
    left = {allotment["code"]: allotment["left"] for allotment in data["allotments"]}
    used = Counter[str]()
    for consumption in quote.consumptions:
        if consumption.kind == "allotment":
            used[consumption.code] += consumption.units

    assert all(units <= left[code] for code, units in used.items())
    assert sum(c.kind == "voucher" for c in quote.consumptions) <= 1
    for payment in quote.payments:
        if payment.kind == "value_voucher":
            assert payment.amount == min(payment.amount + payment.forfeited, quote.total)


@spec("SP-13", "ST-4")
@for_all(documents(), times=60, soak=10_000)
def test_credit_pays_no_more_than_was_asked_for_or_is_left_and_takes_what_it_pays(
    data: Plain,
) -> None:
    quote = quote_of(data)
    taken = {c.code: c for c in quote.consumptions if c.kind == "credit"}
    for payment in quote.payments:
        if payment.kind == "credit_account":
            balance, consumption = quote.facts.credit[payment.code], taken.pop(payment.code)
            assert 0 < payment.amount <= min(balance.left, quote.cart.credit[payment.code])
            assert (consumption.units, consumption.limit) == (payment.amount, balance.given)
            assert quote.cart.customer is not None
            assert consumption.of == quote.cart.customer.id
    assert taken == {}


PROMOTIONS = (lg.Stage.STANDARD, lg.Stage.POST, lg.Stage.SHIPPING)


def given_by_promotion(quote: lg.Quote) -> Counter[str]:
    """What each promotion gives, in minor units; a right counts nothing."""
    given = Counter[str]()
    for adjustment in quote.adjustments:
        if adjustment.stage in PROMOTIONS or adjustment.kind == "shopping_spree":
            given[adjustment.offer] += adjustment.amount
    for credit in quote.credits:
        if credit.by != "deal":
            given[credit.offer] += credit.amount
    for right in quote.rights:
        given[right.offer] += 0
    return given


@spec("PR-5")
@for_all(documents(), times=100, soak=20_000)
def test_no_limit_is_exceeded_and_each_is_consumed_by_what_is_given(data: Plain) -> None:
    quote = quote_of(data)
    given = given_by_promotion(quote)
    consumed = {(c.code, c.kind): c for c in quote.consumptions}
    for code, promotion in quote.book.promotions.items():
        for limit, most in promotion.limits:
            consumption = consumed.pop((code, limit), None)
            if code not in given:
                assert consumption is None
                continue
            units = given[code] if limit == "budget" else 1
            assert (0 if consumption is None else consumption.units) == units
            of = "" if consumption is None else consumption.of
            assert units <= most - quote.facts.used.get(lg.LimitQuery(code, limit, of), 0)
    assert {kind for _, kind in consumed} <= {"voucher", "allotment", "single_use_code", "credit"}


@spec("PR-6")
@for_all(documents(), times=60, soak=10_000)
def test_who_gives_by_a_single_use_code_consumes_one_and_nobody_else_does(data: Plain) -> None:
    quote = quote_of(data)
    codes = quote.facts.single_use_codes
    used = [codes[c.code] for c in quote.consumptions if c.kind == "single_use_code"]
    coded = {code for code, p in quote.book.promotions.items() if p.single_use_codes}

    assert Counter(c.promotion for c in used) == Counter(coded & given_by_promotion(quote).keys())
    assert not any(code.used for code in used)


@spec("AC-2", "AC-7", "SP-6")
@for_all(documents(), times=60, soak=10_000)
def test_every_item_that_is_added_is_of_a_promotion_that_gives_it(data: Plain) -> None:
    quote = quote_of(data)
    wanted = {line.id for line in quote.cart.lines}
    for line in quote.lines:
        assert (line.added_by is None) == (line.id in wanted)
        if line.added_by is not None:
            offers = [a.offer for a in quote.adjustments if a.line == line.id]
            chosen = [spree.offer for spree in quote.sprees if line.id in spree.lines]
            assert line.added_by in (chosen if line.spree else offers)
    for choice in quote.gifts:
        assert choice.chosen is None or choice.chosen in choice.products


@spec("CH-3")
@for_all(documents(), times=60, soak=10_000)
def test_one_promotion_of_an_exclusion_group_gives_unless_they_stack(data: Plain) -> None:
    quote = quote_of(data)
    applied = Counter[tuple[str, str]]()
    for code in quote.awarded & quote.book.promotions.keys():
        promotion = quote.book.promotions[code]
        if promotion.exclusion_group is not None:
            applied[promotion.exclusion_group, promotion.stage] += 1

    for (group, _), count in applied.items():
        mode = quote.book.exclusion_groups[group].mode
        assert count == 1 or mode is lg.GroupMode.STACK


@spec("DE-4", "DE-13", "ST-4")
@for_all(documents(), times=100, soak=20_000)
def test_what_deals_bring_is_what_their_lines_and_credits_say(data: Plain) -> None:
    quote = quote_of(data)
    lines = {line.id: line for line in quote.lines}
    on = Counter(id for deal in quote.deals for id in deal.lines)
    assert set(on.values()) <= {1}
    assert {id for id, line in lines.items() if line.deal is not None} == set(on)
    for deal in quote.deals:
        ours = [a for a in quote.adjustments if a.offer == deal.offer]
        assert all(lines[id].deal == deal.offer for id in deal.lines)
        assert deal.off == sum(a.amount for a in ours if a.stage is lg.Stage.DEAL)
        assert deal.used == sum(a.amount for a in ours if a.stage is lg.Stage.REWARD)
        rebates = [c for c in quote.credits if c.by == "deal" and c.offer == deal.offer]
        assert deal.rebate == sum(c.amount for c in rebates)
        assert {id for c in rebates for id in c.lines} <= set(deal.lines)
        assert 0 <= deal.used <= deal.credit
    given = sum(deal.off + deal.rebate + deal.credit for deal in quote.deals)
    assert given == quote.assignment.value
    assert quote.assignment.check() == ()


@spec("DE-15", "ST-2")
@for_all(documents(), times=60, soak=10_000)
def test_what_is_given_away_is_free_and_takes_part_in_nothing(data: Plain) -> None:
    quote = quote_of(data)
    for line in quote.lines:
        if line.bonus:
            (given,) = [a for a in quote.adjustments if a.line == line.id]
            assert (given.stage, given.amount) == (lg.Stage.REWARD, line.gross)
            assert (line.net, line.tax, line.taxable, line.deal) == (0, 0, 0, None)


@spec("VO-10")
@for_all(documents(), times=50, soak=10_000)
def test_the_parts_of_a_voucher_sum_to_its_percentage_or_say_what_was_cut(data: Plain) -> None:
    quote = quote_of(data)
    parts = [a for a in quote.adjustments if a.stage is lg.Stage.VOUCHER]
    if parts:
        (voucher,) = data["vouchers"]
        given = sum(a.amount for a in parts)
        open_to_it = quote.net - sum(line.net for line in quote.lines if line.spree)
        whole = part_of(
            open_to_it + given,
            lg.percent(voucher["percent"]),
            half_even=data["rounding"] == "half_even",
        )
        (cut_from,) = {a.cut_from for a in parts}
        assert given == whole if cut_from is None else given < whole == cut_from


@spec("EX-1", "EX-3")
@for_all(documents(), times=50, soak=5000)
def test_every_offer_is_applied_or_refused_with_a_sentence(data: Plain) -> None:
    ham = {"kind": "discount_order_line", "percent": "1", "include": "HAM"}
    each_stage = [
        {"code": f"HAM-{stage}", "stage": stage, "actions": [ham]} for stage in ("standard", "post")
    ]
    data = {**data, "promotions": [*data["promotions"], *each_stage]}
    quote = quote_of(data)
    applied = {*given_by_promotion(quote), *(spree.offer for spree in quote.sprees)}
    for promotion in data["promotions"]:
        explanation = quote.explain(promotion["code"])
        if promotion["code"] in applied:
            assert explanation.refusal is None
        else:
            assert explanation.refusal is not None
            assert explanation.refusal.sentence.endswith(".")
    on = {deal.offer for deal in quote.deals}
    for deal in data["deals"]:
        explanation = quote.explain(deal["code"])
        if deal["code"] in on:
            assert explanation.refusal is None
        else:
            assert explanation.refusal is not None
            assert explanation.refusal.sentence.endswith(".")
    assert quote.format(quote.total) in quote.receipt()
    assert quote.format(quote.total) in quote.receipt_html()


# --- a pure function -------------------------------------------------------------------------------


@spec("EX-4", "QU-25")
@for_all(documents(), times=50, soak=10_000)
def test_pricing_twice_and_pricing_what_was_stored_give_the_same_bytes(data: Plain) -> None:
    document = document_of(data)
    (cart,) = document.carts
    quote = lg.price(document.book, cart, facts_of(document, cart), steps=500)

    assert lg.price(document.book, cart, facts_of(document, cart), steps=500).to_json() == (
        stored := quote.to_json()
    )
    assert price_again(stored, document.book).to_json() == stored
    assert price_again(stored, document_of(data).book).to_json() == stored


SHUFFLED = (
    "products", "product_groups", "exclusion_groups", "promotions", "deals", "allotments",
)  # fmt: skip


@spec("QU-25", "CH-1")
@for_all(documents(), st.randoms(use_true_random=False), times=60, soak=20_000)
def test_the_order_of_products_groups_and_offers_in_the_file_does_not_matter(data, random) -> None:
    shuffled = {
        name: random.sample(part, len(part)) if name in SHUFFLED else part
        for name, part in data.items()
    }

    assert quote_of(shuffled).to_json() == quote_of(data).to_json()


@spec("QU-25", "CH-2")
@for_all(documents(), st.randoms(use_true_random=False), st.integers(0, 6), times=50, soak=10_000)
def test_nor_does_it_where_the_steps_run_out(data, random, steps) -> None:
    offers = data["promotions"]
    shuffled = {**data, "promotions": random.sample(offers, len(offers))}

    assert quote_of(shuffled, steps=steps).to_json() == quote_of(data, steps=steps).to_json()


@spec("CH-4")
@for_all(documents(), promotions("NEW"), times=50, soak=10_000)
def test_a_promotion_of_products_that_are_not_in_the_cart_changes_nothing(data, unrelated) -> None:
    other = {"sku": "other", "price": "9.00"}
    elsewhere = [{"code": "ELSEWHERE", "products": ["other"]}]
    action = {"kind": "discount_order_line", "percent": "50", "include": "ELSEWHERE"}
    wide = {**data, "products": [*data["products"], other], "product_groups": [
        *data["product_groups"], *elsewhere]}  # fmt: skip
    unrelated = {
        **{name: value for name, value in unrelated.items() if name != "promo_code"},
        "actions": [action],
        "conditions": [],
    }
    more = {**wide, "promotions": [*data["promotions"], unrelated]}

    one, two = quote_of(wide), quote_of(more)

    assert two.adjustments == one.adjustments
    assert (two.lines, two.total, two.due) == (one.lines, one.total, one.due)
    assert (two.refusals, two.near_misses) == (one.refusals, one.near_misses)


@spec("CH-2")
@for_all(documents(), times=50, soak=10_000)
def test_more_steps_than_a_cart_needs_change_nothing(data: Plain) -> None:
    quote, more = quote_of(data, steps=1000), quote_of(data, steps=100_000)
    if quote.proven:
        assert more.adjustments == quote.adjustments
