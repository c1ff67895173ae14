"""A party as its host sees it: who bought, what it came to, what it awards, and what became of that
(SP-1, SP-12). What a guest bought, and for how much, is the guest's own.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q, QuerySet
from msgspec import Struct

from largesse.crm.models import Customer
from largesse.engine.cart import OrderType
from largesse.engine.conditions.of_party import OfParty
from largesse.engine.quote import Quote
from largesse.engine.refusals import RefusalCode
from largesse.engine.sprees import spree_of
from largesse.orders.answers import AwardChanged
from largesse.orders.models import Correction, Order, Party
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.parties.drafting import draft_of, to_price
from largesse.orders.parties.report import FROZEN
from largesse.orders.parties.rewarding import at_totals, award_changed
from largesse.orders.parties.totals import COUNTED, party_totals
from largesse.orders.quoting import quote
from largesse.orders.repricing import priced_again
from largesse.pages.spree.picker import Head
from largesse.pages.spree.receipt import Receipt, receipt_of
from largesse.shop.sprees import to_spend


class Guest(Struct, frozen=True):
    """A guest order: whose, and when it was placed."""

    name: str
    at: datetime


class Award(Struct, frozen=True):
    """A spree of the host: what there is to spend, or was."""

    description: str
    head: Head


class NotYet(Struct, frozen=True):
    """A spree that asks for a larger party: it has `found` of what is `needed`, as a sentence says."""

    title: str
    sentence: str
    found: int
    needed: int


class Hosted(Struct, frozen=True, kw_only=True):
    """A party of a host now. Amounts are minor units."""

    party: Party
    guests: tuple[Guest, ...]
    bought: int
    """What its guests bought (SP-1)."""
    awards: tuple[Award, ...]
    """As they are now: those of the host reward order or, before there is one, those that it would
    have."""
    not_yet: tuple[NotYet, ...]
    """Those that the party is too small for, while it can grow, or where it awards nothing else."""
    receipt: Receipt
    """What is chosen against them, and what is due for it."""
    order: Order | None
    """The host reward order."""
    changed: AwardChanged | None
    """How the order would differ, were it placed now."""
    credited: int
    """What of the award became credit, or will once the order is posted."""
    corrections: tuple[Correction, ...]
    """What guests' returns would have changed since it is frozen."""

    @property
    def is_open(self) -> bool:
        return self.party.state == Party.State.OPEN

    @property
    def is_frozen(self) -> bool:
        """Whether the award follows the party's orders no more."""
        return self.order is not None and self.order.state in FROZEN

    @property
    def may_choose(self) -> bool:
        """Whether the host chooses now: the party is closed, and nothing is placed yet."""
        return self.party.state == Party.State.CLOSED and self.order is None

    @property
    def may_place_anew(self) -> bool:
        """Whether what is placed can be chosen anew."""
        is_placed = self.order is not None and self.order.state == Order.State.PLACED
        return self.party.state == Party.State.CLOSED and is_placed


def hosted_by(customer: Customer) -> QuerySet[Party]:
    """The parties of a host, the latest first, each with how many `guest_orders` count."""
    counted = Q(orders__host_reward=False, orders__state__in=COUNTED)
    found = Party.objects.filter(host=customer).annotate(
        guest_orders=Count("orders", filter=counted)
    )
    return found.order_by("-held_on", "-id")


def hosted(party: Party, *, now: datetime) -> Hosted:
    """A party as it is now; `now` decides which offers hold for what isn't placed yet."""
    order = host_reward_of(party)
    totals = party_totals(party)
    priced = reward_quote(party, now=now) if order is None else priced_again(order)
    is_placed = order is not None and order.state == Order.State.PLACED
    changed = award_changed(order, totals) if order is not None and is_placed else None
    today = priced if changed is None else at_totals(priced, totals)
    can_grow = party.state == Party.State.OPEN or not priced.sprees
    return Hosted(
        party=party,
        guests=guests_of(party),
        bought=totals.total,
        awards=_awards(today, is_frozen=order is not None and order.state in FROZEN),
        not_yet=not_yet(priced) if order is None and can_grow else (),
        receipt=receipt_of(priced, place_of(party)),
        order=order,
        changed=changed,
        credited=credited(priced),
        corrections=tuple(Correction.objects.filter(party=party)),
    )


def _awards(quote: Quote, *, is_frozen: bool) -> tuple[Award, ...]:
    found = (Award(each.description, each.head) for each in to_spend(quote))
    return tuple(_as_it_was(each, quote) if is_frozen else each for each in found)


def _as_it_was(award: Award, quote: Quote) -> Award:
    """An award that is frozen: what nothing was chosen for has become what it becomes."""
    if not award.head.left:
        return award
    said = "became credit" if credited(quote) else "was not spent"
    return Award(award.description, award.head._replace(left_said=said))


def not_yet(quote: Quote) -> tuple[NotYet, ...]:
    """The sprees for hosts that ask for nothing but a larger party, by their titles."""
    found = []
    for promotion in quote.book.promotions.values():
        spree = spree_of(promotion)
        is_for_hosts = spree is not None and OrderType.HOST_REWARD in spree.order_types
        if is_for_hosts and all(isinstance(each, OfParty) for each in promotion.conditions):
            refusal = quote.explain(promotion.code).refusal
            if refusal is not None and refusal.code is RefusalCode.PARTY_TOO_SMALL:
                numbers = (refusal.found or 0, refusal.needed or 0)
                found.append(NotYet(promotion.name, refusal.sentence, *numbers))
    return tuple(sorted(found, key=lambda each: (each.title, each.needed)))


def place_of(party: Party) -> str:
    """Where a party is, in words; empty where that is not said."""
    return party.location.title if party.location is not None else ""


def reward_quote(party: Party, *, now: datetime) -> Quote:
    """The quote of what is chosen for the host and isn't placed yet."""
    return quote(to_price(party, draft_of(party).choices, now=now))


def credited(quote: Quote) -> int:
    """What sprees carry over to the buyer's credit (SP-11)."""
    return sum(credit.amount for credit in quote.credits if credit.by == "spree")


def guests_of(party: Party) -> tuple[Guest, ...]:
    """The guest orders of a party that count, in the order of placing."""
    found = Order.objects.filter(party=party, host_reward=False, state__in=COUNTED)
    rows = found.select_related("customer").defer("quote", "digest").order_by("placed_at", "id")
    return tuple(Guest(shortened(row.buyer_name), row.placed_at) for row in rows)


def shortened(name: str) -> str:
    """A guest's name as the host reads it: the first name, and an initial.

    >>> shortened("Gwen Ada Miller"), shortened("Gus"), shortened("")
    ('Gwen M.', 'Gus', 'A guest')
    """
    words = name.split()
    if len(words) < 2:
        return words[0] if words else "A guest"
    return f"{words[0]} {words[-1][0]}."
