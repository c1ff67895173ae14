"""Shopping sprees: what the shopper chose becomes free, as far as each award goes (SP-5 to SP-9).

An award counts the order as it stands before its own lines are added, and before the order voucher.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from largesse.engine.actions.shopping_spree import ShoppingSpree
from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.award import Award
from largesse.engine.cart import Cart, CartLine, SpreeChoice
from largesse.engine.catalog import Product
from largesse.engine.money import AMOUNT_MAX, percent_string, share_out
from largesse.engine.quoted import Adjustment, Credit
from largesse.engine.refusals import Refusal, RefusalCode, Shortfall, units_of
from largesse.engine.running import Line, Lot
from largesse.engine.stage import Stage
from largesse.engine.stages.new_items import fresh_id
from largesse.engine.stages.pricing_state import Pricing
from largesse.engine.stages.tax import tax_of


class Awarded(NamedTuple):
    """A spree with something to spend: `amount`, and what it would be without a budget."""

    award: Award
    spree: ShoppingSpree
    times: int
    base: int | None
    amount: int
    wanted: int


def run(pricing: Pricing) -> None:
    """Give the sprees that the order qualifies for, by rank; refuse what is chosen against others."""
    qualified = [each for each in pricing.later if each[0].acts_on == "reward"]
    qualified.sort(key=lambda each: each[0].rank)
    awarded = [
        found
        for award, times in qualified
        if (found := _awarded(pricing, award, times)) is not None
    ]
    pricing.refusals += _without_spree(pricing, {each.award.code for each in awarded})
    for each in awarded:
        _give(pricing, each)


# --- what there is to spend ------------------------------------------------------------------------


def _awarded(pricing: Pricing, award: Award, times: int) -> Awarded | None:
    """What an award that qualifies gives to spend; None where that is nothing."""
    spree = award.action
    assert isinstance(spree, ShoppingSpree)
    if spree.shortfall(pricing.qualification(award.stage).scene) is not None:
        return None
    base = _base(pricing, spree)
    half_even = pricing.book.currency.half_even
    wanted = min(AMOUNT_MAX, spree.award(base or 0, times, half_even=half_even))
    left = pricing.budget_left(award.promotion)
    amount = wanted if left is None else min(wanted, left)
    if amount:
        return Awarded(award, spree, times, base, amount, wanted)
    pricing.not_awarded[award.code] = _nothing(pricing, spree, base or 0, wanted)
    return None


def _base(pricing: Pricing, spree: ShoppingSpree) -> int | None:
    """What the percentage is of; None where the award is an amount (SP-3)."""
    if spree.calculation == "flat":
        return None
    if spree.of == "subtotal":
        return _subtotal(pricing)
    party = pricing.facts.party
    return 0 if party is None else party.total


def _subtotal(pricing: Pricing) -> int:
    """What the lines cost now, without the tax that is in their prices."""
    location = pricing.location
    if location is None or not location.prices_include_tax:
        return sum(line.net for line in pricing.lines)
    return sum(
        max(0, line.net - tax_of(pricing, line, location).included) for line in pricing.lines
    )


def _nothing(pricing: Pricing, spree: ShoppingSpree, base: int, wanted: int) -> Shortfall:
    """Why a spree that qualifies gives nothing to spend."""
    money = pricing.book.currency.format
    if wanted:
        told = f"Its shopping spree would be {money(wanted)}, and nothing is left of its budget."
        return Shortfall(RefusalCode.USED_UP, told, wanted, 0, "money")
    rate, of = percent_string(spree.percent or 0), spree.of.replace("_", " ")
    told = f"Its shopping spree is {rate} % of the {of}, {money(base)}: nothing to spend."
    return Shortfall(RefusalCode.NOTHING_TO_GIVE, told, None, 0, "money")


def _without_spree(pricing: Pricing, given: Collection[str]) -> Iterator[Refusal]:
    for choice in pricing.cart.sprees:
        code = choice.promotion
        if code not in given:
            promotion = pricing.book.promotions.get(code)
            name = code if promotion is None else promotion.name
            told = f"{name} gives no shopping spree on this order; remove {choice.sku}."
            yield Refusal(code, RefusalCode.NO_SPREE, told, choice.units, 0)


# --- what is chosen --------------------------------------------------------------------------------


def _give(pricing: Pricing, awarded: Awarded) -> None:
    """Put what is chosen on the order, and spread the award over it by price (SP-7, SP-8)."""
    award, _, _, _, amount, wanted = awarded
    lines = [_line(pricing, award, *each) for each in _chosen(pricing, awarded)]
    rooms = [award.room(line, line.lots[0]) for line in lines]
    shares = share_out(amount, [line.gross for line in lines], rooms)
    could = min(wanted, sum(line.gross for line in lines))
    cut = could if sum(shares) < could else None
    for line, off in zip(lines, shares, strict=True):
        _discount(pricing, award, line, off, cut)
    applied = _applied(pricing, awarded, lines, sum(shares))
    pricing.sprees.append(applied)
    _carry_over(pricing, applied)


def _applied(pricing: Pricing, awarded: Awarded, lines: Sequence[Line], given: int) -> AppliedSpree:
    """What the quote says of a spree that pays `given` of what is chosen."""
    award, spree, times, base, amount, wanted = awarded
    rep, half_even = _rep(pricing.cart), pricing.book.currency.half_even
    income = 0 if rep is None else spree.income(given, half_even=half_even)
    in_part = spree.calculation == "percentage"
    return AppliedSpree(
        offer=award.code,
        revision=award.promotion.revision,
        title=award.quoted.title,
        description=spree.description,
        times=times,
        base=base,
        percent=spree.percent if in_part else None,
        maximum=spree.maximum if in_part else None,
        award=amount,
        selected=sum(line.gross for line in lines),
        given=given,
        lines=tuple([line.id for line in lines]),
        over_purchase=spree.over_purchase,
        carry_over=spree.carry_over,
        retained_earnings=spree.retained_earnings,
        rep=rep if income else None,
        rep_income=income,
        rep_income_by=spree.rep_income if income else "none",
        cut_from=wanted if amount < wanted else None,
    )


def _chosen(pricing: Pricing, awarded: Awarded) -> Iterator[tuple[Product, int]]:
    """The products and units that the spree gives, in the order of choosing; others are refused."""
    award, spree, _, _, left, _ = awarded
    for choice in pricing.cart.sprees:
        if choice.promotion != award.code:
            continue
        product = pricing.book.catalog.products.get(choice.sku)
        if product is None or not spree.rewards(product):
            told = f"{choice.sku} is not on the reward list of {award.quoted.title}; remove it."
            pricing.refusals.append(Refusal(award.code, RefusalCode.NOT_IN_SPREE, told))
            continue
        units = choice.units
        if not spree.over_purchase and product.price:
            units = min(units, left // product.price)
        if units < choice.units:
            pricing.refusals.append(_too_much(pricing, choice, product, units, left))
        left -= units * product.price
        if units:
            yield product, units


def _too_much(
    pricing: Pricing, choice: SpreeChoice, product: Product, units: int, left: int
) -> Refusal:
    """What the first unit lacks that the award does not pay for, and what to remove (SP-7)."""
    money = pricing.book.currency.format
    missing = product.price - (left - units * product.price)
    name = product.name or product.sku
    told = (
        f"{money(missing)} is missing for the next unit of {name}; "
        f"remove {units_of(choice.units - units)} of it."
    )
    needed = choice.units * product.price
    return Refusal(choice.promotion, RefusalCode.SPREE_EXCEEDED, told, needed, left, "money")


def _line(pricing: Pricing, award: Award, product: Product, units: int) -> Line:
    """Put units of a product on the order, at its own price."""
    id = fresh_id(f"{award.code}+{product.sku}", {line.id for line in pricing.lines})
    wanted, half_even = CartLine(id, product.sku, units), pricing.book.currency.half_even
    line = Line(len(pricing.lines), wanted, product, pricing.location, half_even)
    pricing.lines.append(line)
    pricing.chosen.append(line)
    pricing.added_by[id] = award.code
    return line


def _discount(pricing: Pricing, award: Award, line: Line, off: int, cut_from: int | None) -> None:
    """Take its part of an award off a chosen line, which is then closed to all later stages (ST-2)."""
    (lot,) = line.lots
    line.hold((Lot(lot.units, lot.gross, lot.net - off, (award,), True),))
    if off:
        _, offer, revision, title, kind, multipliers, separate = award.quoted
        pricing.adjustments.append(
            Adjustment(
                Stage.REWARD, offer, revision, line.id, line.units, off, title, kind, multipliers,
                cut_from, separate,
            )
        )  # fmt: skip


def _rep(cart: Cart) -> str | None:
    """Whose taxable income it is: the cart's rep, else the buyer's sponsor (SP-9)."""
    if cart.rep is not None or cart.customer is None:
        return cart.rep
    return cart.customer.sponsor


def _carry_over(pricing: Pricing, spree: AppliedSpree) -> None:
    """Credit a known buyer with what is not spent, on the main credit account (SP-11)."""
    buyer = pricing.cart.customer
    if spree.carry_over == "credit" and spree.excess and buyer is not None:
        credit = Credit(
            spree.offer, spree.revision, spree.title, "", buyer.id, "buyer", spree.excess, by="spree"
        )  # fmt: skip
        pricing.credits.append(credit)
