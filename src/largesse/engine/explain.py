"""Why an offer was applied or not, and what little more would bring. Computed when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

import msgspec
from msgspec import Struct

from largesse.engine.award import Award
from largesse.engine.cart import UNITS_MAX, Cart, CartLine, normal_code
from largesse.engine.deals.explaining import deal_shortfall
from largesse.engine.index import awards_of
from largesse.engine.money import Money
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import Promotion
from largesse.engine.refusals import Refusal, RefusalCode, Shortfall, units_of
from largesse.engine.running import Line
from largesse.engine.stage import PromotionStage
from largesse.engine.window import day_said

if TYPE_CHECKING:
    from largesse.engine.applied_spree import AppliedSpree
    from largesse.engine.quote import Quote
    from largesse.engine.quoted import Adjustment, AppliedDeal, Credit, Right
    from largesse.engine.stages.pricing_state import Pricing

NEAR_MISSES_TRIED = 24
"""How many near misses are priced, those that ask for the least first."""


class Explanation(Struct, frozen=True):
    """What an offer did to a cart, its adjustments and what it gives once posted; or the refusal.

    `deal` is the deal that lines are on, if the offer is one.
    """

    offer: str
    adjustments: tuple[Adjustment, ...]
    refusal: Refusal | None
    credits: tuple[Credit, ...] = ()
    rights: tuple[Right, ...] = ()
    deal: AppliedDeal | None = None
    spree: AppliedSpree | None = None
    """What the promotion gives to spend, also where nothing is chosen."""


class NearMiss(Struct, frozen=True):
    """What little more would bring: `units` more of `sku` save `saving` minor units more."""

    offer: str
    sku: str
    units: int
    saving: Money
    sentence: str


def explain(pricing: Pricing, quote: Quote, offer: str) -> Explanation:
    """Why an offer was applied or not (EX-1). KeyError if there is no such offer."""
    adjustments = tuple(a for a in quote.adjustments if a.offer == offer)
    payments = [p for p in quote.payments if p.code == offer]
    credits = tuple(c for c in quote.credits if c.offer == offer)
    rights = tuple(r for r in quote.rights if r.offer == offer)
    deal = next((each for each in quote.deals if each.offer == offer), None)
    spree = next((each for each in quote.sprees if each.offer == offer), None)
    if adjustments or payments or credits or rights or deal is not None or spree is not None:
        return Explanation(offer, adjustments, None, credits, rights, deal, spree)
    for refusal in quote.refusals:
        # That a spree is not given is what was asked, and no reason.
        if refusal.offer == offer and refusal.code is not RefusalCode.NO_SPREE:
            return Explanation(offer, (), refusal)
    book = pricing.book
    known = book.deals.get(offer) or book.promotions[offer]
    return Explanation(offer, (), refusal_of(pricing, known))


def refusal_of(pricing: Pricing, offer: Promotion | Deal) -> Refusal:
    """Why a promotion or a deal gave nothing; the first reason in a fixed order."""
    shortfall = _shortfall(pricing, offer)
    return Refusal(
        offer.code,
        shortfall.code,
        shortfall.sentence,
        shortfall.needed,
        shortfall.found,
        shortfall.unit,
    )


def _shortfall(pricing: Pricing, offer: Promotion | Deal) -> Shortfall:
    window, cart = offer.window, pricing.cart
    if not offer.active or offer.archived:
        return Shortfall(RefusalCode.INACTIVE, "Switched off.")
    if window.start is not None and cart.at < window.start:
        return Shortfall(RefusalCode.NOT_STARTED, f"Starts on {_day(pricing, window.start)}.")
    if window.end is not None and cart.at >= window.end:
        return Shortfall(RefusalCode.ENDED, f"Ended before {_day(pricing, window.end)}.")
    if isinstance(offer, Deal):
        return deal_shortfall(pricing, offer)
    return _of_promotion(pricing, offer)


def _of_promotion(pricing: Pricing, promotion: Promotion) -> Shortfall:
    code = promotion.promo_code
    if code is not None and normal_code(code) not in pricing.codes:
        return Shortfall(RefusalCode.CODE_NEEDED, "Needs a promo code that was not entered.")
    if promotion.single_use_codes and promotion.code not in pricing.single_use:
        told = "Needs one of its single-use codes, and none was entered that can be used."
        return Shortfall(RefusalCode.CODE_NEEDED, told)
    qualification = pricing.qualification(promotion.stage)
    reasons = []
    for award in awards_of(promotion):
        not_open = qualification.not_open(award)
        if not_open is not None:
            return not_open
        if award.condition is not None and not award.condition.times(qualification.scene):
            return award.condition.shortfall(qualification.scene)
        reasons.append(_nothing_taken(pricing, award))
    return reasons[0] if reasons else Shortfall(RefusalCode.INACTIVE, "Has no action.")


def _nothing_taken(pricing: Pricing, award: Award) -> Shortfall:
    """Why an award that qualifies gave nothing."""
    own = award.action.shortfall(pricing.qualification(award.promotion.stage).scene)
    if own is not None:
        return own
    over = pricing.passed_over.get(award.code)
    if over is not None:
        would = f"; by itself it would save {pricing.book.currency.format(over)}" if over else ""
        return Shortfall(
            RefusalCode.GROUP_CHOSE_ANOTHER,
            f"Its exclusion group {award.promotion.exclusion_group} applied another promotion{would}.",
            None,
            over,
            "money",
        )
    match award.acts_on:
        case "lines":
            return _not_on_lines(pricing, award)
        case "new_item":
            return _not_added(pricing, award)
        case "shipping":
            return _not_off_shipping(pricing, award)
        case "order":
            told = "What it would give for this order comes to nothing."
            return Shortfall(RefusalCode.NOTHING_TO_GIVE, told, None, 0)
        case "reward":
            return pricing.not_awarded[award.code]
        case unknown:
            assert_never(unknown)


def _not_on_lines(pricing: Pricing, award: Award) -> Shortfall:
    scene = pricing.qualification(award.promotion.stage).scene
    targets = [line for line in scene.lines if award.targets(line.sku)]
    if not targets:
        return Shortfall(RefusalCode.NO_UNITS, "The cart has no units that it discounts.")
    alone = _alone(pricing, award, targets)
    if not alone:
        return Shortfall(
            RefusalCode.NOTHING_TO_GIVE, "The prices leave nothing for it to take off.", None, 0
        )
    ids = {line.id for line in targets}
    given = sum(a.amount for a in pricing.adjustments if a.line in ids)
    return _taken(pricing, alone, given, "this line" if len(ids) == 1 else "these lines")


def _taken(pricing: Pricing, alone: int, given: int, where: str) -> Shortfall:
    """What others applied instead of an award, and what it would have saved by itself."""
    money = pricing.book.currency.format
    return Shortfall(
        RefusalCode.UNITS_TAKEN,
        f"By itself it would save {money(alone)}; what was applied to {where} saves {money(given)}.",
        given,
        alone,
        "money",
    )


def _not_added(pricing: Pricing, award: Award) -> Shortfall:
    """Why a new item was not added: it is to be chosen, costs too much, or nothing comes off it."""
    choices = award.action.choices
    sku = pricing.cart.gifts.get(award.code) if choices else award.adds
    if sku is None or (choices and sku not in choices):
        products = pricing.book.catalog.products
        names = ", ".join(products[choice].name or choice for choice in choices)
        return Shortfall(RefusalCode.GIFT_NOT_CHOSEN, f"One of these may be chosen: {names}.")
    left, price = pricing.budget_left(award.promotion), pricing.book.catalog.products[sku].price
    if left is not None and left < price:
        money = pricing.book.currency.format
        told = f"Its budget has {money(left)} left, and a unit of its gift costs {money(price)}."
        return Shortfall(RefusalCode.USED_UP, told, price, left, "money")
    told = "The price leaves nothing for it to take off."
    return Shortfall(RefusalCode.NOTHING_TO_GIVE, told, None, 0)


def _not_off_shipping(pricing: Pricing, award: Award) -> Shortfall:
    charge = pricing.cart.shipping
    times = pricing.qualification(award.promotion.stage).times(award)
    half_even = pricing.book.currency.half_even
    alone = min(charge, award.action.off_shipping(charge, times, half_even=half_even))
    if not alone:
        told = "The shipping charge leaves nothing for it to take off."
        return Shortfall(RefusalCode.NOTHING_TO_GIVE, told, None, 0)
    return _taken(pricing, alone, charge - pricing.shipping, "shipping")


def _alone(pricing: Pricing, award: Award, targets: Iterable[Line]) -> int:
    """What an award would save on the cart as its stage found it, if it had no rival."""
    qualification = pricing.qualification(award.promotion.stage)
    scene = qualification.scene
    offered = [
        (line, lot) for line in targets for lot in scene.lots[line.index] if award.may_take(lot)
    ]
    if not award.by_line:
        offered.sort(key=lambda o: -o[1].unit_price)
        takes = award.take(offered, award.times(scene), scene)
        return sum(amount for _, _, amount in takes)
    terms = award.terms(scene)
    if terms is None:
        return 0
    return sum(
        min(award.room(line, lot), terms.off(line, lot.net, lot.units, qualification.half_even))
        for line, lot in offered
    )


def near_misses(pricing: Pricing, quote: Quote) -> tuple[NearMiss, ...]:
    """Offers that a little more of some product would bring, the largest saving first (EX-2).

    Each is priced: the saving is the difference that the additional units make to all that comes
    off. What is added is the cheapest product that helps and that is in the cart
    already.
    """
    gave = quote.awarded
    wishes = []
    for offer in _relevant(pricing):
        if offer.code in gave:
            continue
        shortfall = _shortfall(pricing, offer)
        if not shortfall.add_units and not shortfall.add_amount:
            continue
        wish = _wish(pricing, shortfall)
        if wish is not None:
            line, units = wish
            cost = units * line.gross // max(1, line.units)
            wishes.append((cost, offer.code, offer, line, units))
    wishes.sort(key=lambda wish: wish[:2])
    found = []
    for _, code, offer, line, units in wishes[:NEAR_MISSES_TRIED]:
        saving = _saving_with(pricing, quote, line, units, code)
        if saving > 0:
            name = line.product.name or line.sku
            sentence = (
                f"Add {units_of(units)} of {name}: {offer.name} (saves {quote.format(saving)})."
            )
            found.append(NearMiss(code, line.sku, units, saving, sentence))
    return tuple(sorted(found, key=lambda miss: (-miss.saving, miss.offer)))


def _relevant(pricing: Pricing) -> list[Promotion | Deal]:
    """The live deals, and promotions without a code, that touch a product of the cart, by rank."""
    found: dict[str, Promotion | Deal] = {}
    if pricing.book.deal_index and pricing.cart.assign == "best":
        touching = pricing.book.deal_index.touching(
            {e.line.sku for e in pricing.deal_lines}, pricing.at
        )
        found.update((deal.code, deal) for deal in touching if not deal.manual)
    for stage in PromotionStage:
        index = pricing.book.stages[stage]
        sources = [index.everywhere]
        for line in pricing.lines:
            for table in (index.by_sku, index.by_need):
                if line.sku in table:
                    sources.append(table[line.sku])
        for postings in sources:
            live = postings.live(pricing.at)
            for award in (*live.alone, *live.stacking, *live.tied, *live.grouped):
                found[award.code] = award.promotion
    return sorted(found.values(), key=lambda offer: (-offer.priority, offer.code))


def _wish(pricing: Pricing, shortfall: Shortfall) -> tuple[Line, int] | None:
    """The cheapest line of which more would close the gap, and how many more units."""
    best: tuple[int, Line, int] | None = None
    for line in pricing.lines:
        if line.id in pricing.added_by or line.weighed:
            continue
        if shortfall.add_from is not None and line.sku not in shortfall.add_from.products:
            continue
        each = line.gross // line.units
        if shortfall.add_units:
            units = shortfall.add_units
        elif each > 0:
            units = -(-shortfall.add_amount // each)
        else:
            continue
        if line.units + units > UNITS_MAX:
            continue
        if best is None or (units * each, line.index) < (best[0], best[1].index):
            best = (units * each, line, units)
    return None if best is None else (best[1], best[2])


def _saving_with(pricing: Pricing, quote: Quote, line: Line, units: int, code: str) -> int:
    """How much more comes off with more units of a line, if that brings the offer in; 0 otherwise."""
    from largesse.engine.pricing import price

    cart = _with_more(pricing.cart, line.id, units)
    more = price(
        pricing.book, cart, pricing.facts, steps=pricing.steps, deal_steps=pricing.deal_steps
    )
    if code not in more.awarded:
        return 0
    return more.benefit - quote.benefit


def _with_more(cart: Cart, line_id: str, units: int) -> Cart:
    """The cart with more units of a line; of one that an allotment's link brought beside it, as more of
    those may be free: what is added is bought.
    """

    def grown(line: CartLine) -> Iterable[CartLine]:
        if line.id != line_id:
            return (line,)
        if line.allotment is not None:
            beside = msgspec.structs.replace(
                line, id=_unused_id(cart), quantity=units, gross=None, less=0, allotment=None
            )
            return (line, beside)
        assert isinstance(line.quantity, int)
        quantity = line.quantity + units
        gross = None if line.gross is None else line.gross * quantity // line.quantity
        return (msgspec.structs.replace(line, quantity=quantity, gross=gross),)

    lines = tuple(each for line in cart.lines for each in grown(line))
    return msgspec.structs.replace(cart, lines=lines)


def _unused_id(cart: Cart) -> str:
    """One character more than the longest."""
    return "+" * (1 + max(len(line.id) for line in cart.lines))


def _day(pricing: Pricing, instant: datetime) -> str:
    return day_said(pricing.book.catalog.calendar.day_of(instant))
