"""Around a quote: what it uses up, why each other offer did not apply, what had to be known."""

from __future__ import annotations

from typing import Final, assert_never

from msgspec import Struct

from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart
from largesse.engine.conditions.ranged import of_products
from largesse.engine.facts import VOLUMES, Facts, HistoryQuery, LimitQuery
from largesse.engine.money import percent_string
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import Promotion
from largesse.engine.quote import Quote
from largesse.engine.quoted import Consumption
from largesse.engine.refusals import Refusal, RefusalCode, units_of
from largesse.orders.explaining.voice import Voice

ASKED_MAX: Final = 300
"""The most offers whose reasons are worked out for one page; those that touch the cart come first."""

_NEARER_WITH_MORE: Final = frozenset(
    {
        RefusalCode.TOO_FEW_UNITS,
        RefusalCode.SUBTOTAL_TOO_LOW,
        RefusalCode.MINIMUM_NOT_REACHED,
        RefusalCode.VOLUME_TOO_LOW,
        RefusalCode.TOO_FEW_PRODUCTS,
        RefusalCode.TOO_FEW_REFERRED,
        RefusalCode.PARTY_TOO_SMALL,
        RefusalCode.NOT_EARNED_BEFORE,
    }
)
_LOST_TO_ANOTHER: Final = frozenset({RefusalCode.UNITS_TAKEN, RefusalCode.GROUP_CHOSE_ANOTHER})


class No(Struct, frozen=True):
    """An offer that did not apply, and why (EX-1). `near` is how near it came, in percent."""

    title: str
    kind: str
    sentence: str
    code: str
    needed: int | None
    found: int | None
    in_money: bool
    lost: bool
    """It lost to another offer: `needed` is what that one saves."""
    near: int | None

    @property
    def is_near(self) -> bool:
        """Whether it is half reached, or lost to another."""
        return self.lost or (self.near is not None and self.near >= 50)


class UsedUp(Struct, frozen=True):
    """What placing the order uses up."""

    title: str
    code: str
    what: str


class FactRead(Struct, frozen=True):
    """One thing that the pricing had to know, and the answer."""

    question: str
    answer: str


def used_up(quote: Quote, book: OfferBook, voice: Voice) -> tuple[UsedUp, ...]:
    """What placing it uses up. How much there is of a promotion is for staff to know."""
    found = []
    for used in quote.consumptions:
        match used.kind:
            case "voucher":
                found.append(UsedUp("Voucher", used.code, "used once"))
            case "single_use_code":
                found.append(UsedUp("Code", used.code, "used once"))
            case "allotment":
                found.append(UsedUp(_title(used.code, book), "", units_of(used.units)))
            case "uses" | "uses_per_customer" | "uses_per_day" | "budget" if voice.codes:
                title = book.promotions[used.code].name
                found.append(UsedUp(title, used.code, _of_limit(quote, used)))
            case _:
                pass
    return tuple(found)


def _of_limit(quote: Quote, used: Consumption) -> str:
    """How much of a promotion's limit it takes, such as "1 use of 500"."""
    most = used.limit or 0
    match used.kind:
        case "budget":
            return f"{quote.format(used.units)} of its budget of {quote.format(most)}"
        case "uses_per_customer":
            return f"1 use of {most:,} for the customer"
        case "uses_per_day":
            return f"1 use of {most:,} a day"
        case _:
            return f"1 use of {most:,}"


def nos_of(quote: Quote, book: OfferBook, cart: Cart, voice: Voice) -> tuple[tuple[No, ...], int]:
    """Why each other offer did not apply, the nearest first, and how many more there are."""
    gave = quote.awarded | {p.code for p in quote.payments}
    skus = {line.sku for line in cart.lines}
    running = [
        offer
        for offers in (book.promotions, book.deals)
        for code, offer in offers.items()
        if code not in gave and _runs(offer, cart)
    ]
    running.sort(key=lambda p: (not _touches(p, skus), -p.priority, p.code))
    nos = []
    for refusal in quote.refusals:
        if refusal.offer not in book.promotions and refusal.offer not in gave:
            kind = _kind(refusal.offer, book)
            nos.append(_no(refusal, _title(refusal.offer, book), kind, voice))
    told_already = {refusal.offer for refusal in quote.refusals}
    for offer in running[:ASKED_MAX]:
        refusal_found = quote.explain(offer.code).refusal
        if isinstance(offer, Deal):
            if refusal_found is not None and offer.code not in told_already:
                nos.append(_no(refusal_found, offer.name, "Deal", voice))
        elif refusal_found is not None:
            kind = f"Promotion, {offer.stage.value}" if voice.codes else "Promotion"
            nos.append(_no(refusal_found, offer.name, kind, voice))
    told = [no for no in nos if no is not None]
    told.sort(key=lambda no: (-(no.near or 0), not no.lost))
    return tuple(told), max(0, len(running) - ASKED_MAX)


def _title(code: str, book: OfferBook) -> str:
    deal, allotment = book.deals.get(code), book.allotments.get(code)
    if deal is not None:
        return deal.name
    return allotment.title or code if allotment is not None else code


def _kind(code: str, book: OfferBook) -> str:
    if code in book.deals:
        return "Deal"
    return "Allotment" if code in book.allotments else "Code"


def _runs(offer: Promotion | Deal, cart: Cart) -> bool:
    return offer.active and not offer.archived and cart.at in offer.window


def _touches(offer: Promotion | Deal, skus: set[str]) -> bool:
    if isinstance(offer, Deal):
        return any(offer.covers(sku) for sku in skus)
    for action in offer.actions:
        include, exclude = action.targets()
        reached = skus if include is None else skus & include.products
        if reached - (exclude.products if exclude is not None else frozenset()):
            return True
    return False


def _no(refusal: Refusal, title: str, kind: str, voice: Voice) -> No | None:
    sentence = voice.says(refusal)
    if sentence is None:
        return None
    lost = refusal.code in _LOST_TO_ANOTHER
    near = None
    if refusal.code in _NEARER_WITH_MORE and refusal.needed and refusal.found:
        near = min(100, refusal.found * 100 // refusal.needed)
    return No(
        title=title,
        kind=kind,
        sentence=sentence,
        code=refusal.code.value if voice.codes else "",
        needed=refusal.needed,
        # What it would save alone says nothing without what beat it.
        found=None if lost and refusal.needed is None else refusal.found,
        in_money=refusal.unit == "money",
        lost=lost,
        near=near,
    )


def facts_read(quote: Quote, book: OfferBook, facts: Facts, voice: Voice) -> tuple[FactRead, ...]:
    """What the pricing had to know. Shoppers are told of themselves alone."""
    found = []
    for query, units in sorted(facts.history.items(), key=lambda item: item[0].rank):
        if voice.codes or query.whose == "buyer":
            in_money = query.measure in ("amount", "original", *VOLUMES)
            answer = quote.format(units) if in_money else f"{units:,}"
            found.append(FactRead(_bought(query, book, voice), answer))
    for voucher in facts.vouchers.values():
        worth = (
            f"{percent_string(voucher.percent)} %"
            if voucher.percent is not None
            else quote.format(voucher.value or 0)
        )
        state = f", {voucher.status.value}" if voice.codes else ""
        found.append(FactRead(f"Voucher {voucher.number}", f"{worth}{state}"))
    for code, left in facts.allotments_left.items():
        found.append(FactRead(f"Units left of {_title(code, book)}", f"{left:,}"))
    if facts.referred_customers:
        by = "this buyer" if voice.codes else "you"
        found.append(FactRead(f"Customers referred by {by}", f"{facts.referred_customers:,}"))
    if facts.party is not None:
        found.append(FactRead("The party’s total so far", quote.format(facts.party.total)))
        found.append(FactRead("The party’s orders so far", f"{facts.party.orders:,}"))
        found.append(FactRead("Parties booked at it", f"{facts.party.bookings:,}"))
    if voice.codes:
        found += [FactRead(*_used(query, n, quote)) for query, n in sorted(facts.used.items())]
    return tuple(dict.fromkeys(found))


def _used(query: LimitQuery, used: int, quote: Quote) -> tuple[str, str]:
    """How much of a promotion's limit was used or held before."""
    promotion = quote.book.promotions.get(query.promotion)
    name = promotion.name if promotion is not None else query.promotion
    match query.limit:
        case "uses":
            return f"Orders that got {name} before", f"{used:,}"
        case "uses_per_customer":
            return f"Orders of this buyer that got {name} before", f"{used:,}"
        case "uses_per_day":
            return f"Orders of {query.of} that got {name} before", f"{used:,}"
        case "budget":
            return f"What {name} gave before", quote.format(used)
        case _:
            assert_never(query.limit)


def _bought(query: HistoryQuery, book: OfferBook, voice: Voice) -> str:
    buyer = "by this buyer" if voice.codes else "by you"
    who = buyer if query.whose == "buyer" else "by everyone"
    since = ""
    if query.since is not None:
        day = query.since.astimezone(book.catalog.calendar.zone)
        since = f" since {day.day} {day:%B %Y}"
    earned = ""
    if query.promotion is not None:
        promotion = book.promotions.get(query.promotion)
        earned = f" with {promotion.name if promotion else query.promotion}"
    return f"{_summed(query, _products(query, book))} {who}{since}{earned}"


def _summed(query: HistoryQuery, what: str) -> str:
    """What is summed, in the words that begin a sentence."""
    match query.measure:
        case "units":
            return f"Units{what} bought"
        case "amount":
            return f"Value{what} bought"
        case "original":
            return f"Value before discounts{what} bought"
        case "volume_1" | "volume_2" | "volume_3" | "volume_4":
            return f"Volume {query.measure[-1]}{what} bought"
        case "orders":
            return f"Orders{what} placed"
        case "products":
            return f"Different products{what} bought"
        case "other_products":
            return f"Different products{what} that are not on this order, bought"
        case _:
            assert_never(query.measure)


def _products(query: HistoryQuery, book: OfferBook) -> str:
    groups = book.catalog.groups
    include = groups.get(query.products or "")
    exclude = groups.get(query.exclude or "")
    return of_products(include, exclude)
