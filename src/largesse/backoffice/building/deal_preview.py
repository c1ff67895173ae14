"""A sample cart priced with the draft of a deal: how far it comes, what it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from largesse.backoffice.building.known import Known
from largesse.backoffice.building.preview import Preview, Telling, Tried, Why, outcome, previewed
from largesse.engine.book import Changes
from largesse.engine.cart import Cart, Customer
from largesse.engine.deals.progress import DealProgress
from largesse.engine.deals.weak_tiers import weak_tiers
from largesse.engine.offers.deal import Deal
from largesse.engine.quote import Quote
from largesse.engine.quoted import QuoteLine
from largesse.orders.facts import facts_for
from largesse.pages.figures import amount_text, day_text, units_text


def deal_previewed(draft: Deal, cart: Cart, known: Known) -> Preview:
    """The cart priced with the draft switched on, for somebody whom it is for."""
    value: Deal = msgspec.structs.replace(draft, active=True, archived=False)
    off = msgspec.structs.replace(value, active=False)
    with_it, without = (
        known.book.with_changes(Changes(deals={value.code: each})) for each in (value, off)
    )
    notes = list[str]()
    cart = _able(value, cart, notes)
    tried = Tried(value, with_it, without, cart, facts_for(with_it, cart), tuple(notes))
    return previewed(
        tried,
        Telling(
            lambda quote: _whys(quote, value),
            lambda quote: _extra(quote, value),
            lambda line: _bonus(line, value),
        ),
    )


def tier_warnings(value: Deal, known: Known) -> Sequence[str]:
    """The tiers that give less than a lower one (DE-2)."""
    currency = known.currency
    return [
        each.said(currency) for each in weak_tiers(value, known.book.catalog.products, currency)
    ]


def _able(value: Deal, cart: Cart, notes: list[str]) -> Cart:
    """The cart as somebody would fill it for whom the deal is; what was changed is noted."""
    new: dict[str, object] = {}
    start = value.window.start
    if start is not None and start > cart.at:
        new["at"] = start
        notes.append(f"as of {day_text(start)}, its first day")
    if value.channels and cart.channel not in value.channels:
        new["channel"] = min(value.channels)
        notes.append(f"ordered by {str(new['channel']).replace('_', ' ')}")
    if value.locations and cart.location not in value.locations:
        new["location"] = min(value.locations)
        notes.append(f"at {new['location']}")
    buyer = _buyer(value, cart.customer, notes)
    if buyer is not cart.customer:
        new["customer"] = buyer
    if value.manual:
        new["lines"] = tuple(
            msgspec.structs.replace(line, deal=value.code) if value.covers(line.sku) else line
            for line in cart.lines
        )
        notes.append("picked for its lines")
    found: Cart = msgspec.structs.replace(cart, **new)
    return found


def _buyer(value: Deal, buyer: Customer | None, notes: list[str]) -> Customer | None:
    """The buyer, as one of those whom the deal is for."""
    if not (value.tags or value.customers):
        return buyer
    if buyer is not None and (buyer.id in value.customers or value.tags & buyer.tags):
        return buyer
    if value.tags:
        tag = min(value.tags)
        notes.append(f"by a buyer tagged {tag}")
        known = buyer or Customer("")
        tagged: Customer = msgspec.structs.replace(known, tags=known.tags | {tag})
        return tagged
    number = min(value.customers)
    notes.append(f"by customer {number}")
    return Customer(number)


def _bonus(line: QuoteLine, value: Deal) -> str:
    return "given away" if line.bonus and line.added_by == value.code else ""


def _extra(quote: Quote, value: Deal) -> Iterator[tuple[str, str]]:
    currency = quote.book.currency
    for deal in quote.deals:
        if deal.offer != value.code:
            continue
        if deal.rebate:
            yield "Rebate to the account", amount_text(deal.rebate, currency)
        if deal.credit:
            left = f", {amount_text(deal.left, currency)} left" if deal.used else ""
            yield "Credit to give stock away", f"{amount_text(deal.credit, currency)}{left}"


# --- why -------------------------------------------------------------------------------------------


def _whys(quote: Quote, value: Deal) -> Iterator[Why]:
    found = next((each for each in quote.deal_progress if each.offer == value.code), None)
    if found is not None:
        yield _reached(found, value, quote)
    if found is None or found.tier:
        yield from outcome(quote, value, ())


def _reached(found: DealProgress, value: Deal, quote: Quote) -> Why:
    """How far the lines that it covers come."""
    currency = quote.book.currency
    worth = f"{units_text(found.units, 'unit')} worth {amount_text(found.value, currency)}"
    has = f"{worth} at list price"
    if not found.tier:
        return Why(False, "Trigger", "not reached", found.lacks.sentence if found.lacks else has)
    words = f"tier {found.tier} of {len(value.tiers)}" if len(value.tiers) > 1 else "reached"
    brings = max(found.brings, found.would_bring)
    return Why(True, "Trigger", words, f"{has}; it brings {amount_text(brings, currency)}.")
