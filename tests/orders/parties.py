"""A party of the small business, its spree, and sentences about what guests and the host do."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from largesse.catalog.models import ProductGroup
from largesse.crm.models import Customer
from largesse.engine.cart import Cart, Channel, SpreeChoice
from largesse.ids import parse_id
from largesse.ledger import reading
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.reading import Counters, counters
from largesse.offers import promotions
from largesse.orders.answers import Answered, Done
from largesse.orders.models import Correction, Order, Party
from largesse.orders.parties import making
from largesse.orders.parties.answers import PartyAnswered, PartyDone
from largesse.orders.placing import place
from largesse.orders.posting import post
from tests.orders.store import AT, cart, deed, done, id_of

SPREE = "HOST"
"""The promotion that rewards hosts."""


def people() -> None:
    """Hanna hosts, Rita is her rep, and Gwen and Gus are guests."""
    rita = Customer.objects.create(number="rita", name="Rita", type=Customer.Type.DISTRIBUTOR)
    Customer.objects.create(number="hanna", name="Hanna", sponsor=rita)
    for guest in ("gwen", "gus"):
        Customer.objects.create(number=guest, name=guest.capitalize())


def on_spree(code: str = SPREE, **fields: Any) -> None:
    """A spree of 10 % of the party total, at most 150.00, for host reward orders; or as said."""
    spree: dict[str, Any] = {
        "kind": "shopping_spree",
        "description": "Host reward",
        "order_types": ["host_reward"],
        "calculation": "percentage",
        "percent": "10",
        "of": "party_total",
        "maximum": "150.00",
        "carry_over": "credit",
    }
    of_promotion = ("conditions", "max_uses", "budget")
    more: dict[str, Any] = {name: fields.pop(name) for name in of_promotion if name in fields}
    spree = {name: said for name, said in {**spree, **fields}.items() if said is not None}
    promotions.revise({"code": code, "actions": [spree], **more}, by=None, at=AT)


def party(**fields: Any) -> Party:
    """Hanna's party, which is open; Rita holds it."""
    said = {"title": "Hanna’s party", "held_on": date(2026, 5, 30), **fields}
    for name, number in (("host", "hanna"), ("rep", "rita")):
        said.setdefault(name, Customer.objects.get(number=number))
    told = done_with(making.make(Party(**said), deed()))
    return Party.objects.get(id=parse_id(Party.prefix, told.party))


def done_with(answered: PartyAnswered) -> PartyDone:
    """The answer of a deed on a party that must have happened."""
    assert isinstance(answered.answer, PartyDone), answered.answer
    return answered.answer


def closes(party: Party) -> None:
    done_with(making.close(party.id, deed()))
    party.refresh_from_db()


def reopens(party: Party) -> None:
    done_with(making.reopen(party.id, deed()))
    party.refresh_from_db()


# --- orders ----------------------------------------------------------------------------------------


def guest_cart(party: Party, *lines: str, buyer: str = "gwen", **fields: Any) -> Cart:
    """A guest's cart, at no location, so without tax."""
    said = {"location": None, "channel": Channel.PARTY, "party": party.number, **fields}
    return cart(*lines, buyer=buyer, **said)


def guest_places(party: Party, *lines: str, **fields: Any) -> UUID:
    return id_of(place(guest_cart(party, *lines, **fields), deed()))


def guest_buys(party: Party, *lines: str, **fields: Any) -> UUID:
    """A guest order that is placed and posted."""
    order_id = guest_places(party, *lines, **fields)
    done(post(order_id, deed()))
    return order_id


def reward_cart(
    party: Party, *chosen: str, lines: tuple[str, ...] = (), spree: str = SPREE, **fields: Any
) -> Cart:
    """The host's cart with what is chosen against the spree, such as "2 MUG"."""
    pairs = (each.split() for each in chosen)
    said = {
        "location": None,
        "channel": Channel.PARTY,
        "party": party.number,
        "host_reward": True,
        "sprees": tuple(SpreeChoice(spree, sku, int(units)) for units, sku in pairs),
        **fields,
    }
    return cart(*lines, buyer=said.pop("buyer", "hanna"), **said)


def asks_for_reward(party: Party, *chosen: str, **fields: Any) -> Answered:
    return place(reward_cart(party, *chosen, **fields), deed())


def reward_placed(party: Party, *chosen: str, **fields: Any) -> UUID:
    """The host reward order of a closed party, placed."""
    return id_of(asks_for_reward(party, *chosen, **fields))


def rewarded(party: Party, *chosen: str, **fields: Any) -> UUID:
    """The host reward order, placed and posted."""
    order_id = reward_placed(party, *chosen, **fields)
    done(post(order_id, deed()))
    party.refresh_from_db()
    return order_id


# --- what is on the books --------------------------------------------------------------------------


def spree_of(order_id: UUID, code: str = SPREE) -> Counters:
    """The account of an order's award, in minor units."""
    number = Order.objects.get(id=order_id).number
    account = Account(Kind.SPREE, owner_of(number, code), "USD")
    return counters([account])[account]


def balance(kind: Kind, owner: str = "") -> int:
    """What is on an account of money: debits above zero, credits below."""
    found = {total.account.owner: total.balance for total in reading.totals([kind])}
    return found.get(owner, 0)


def owed_to_host() -> int:
    """What the host's main credit account is worth to her."""
    return -balance(Kind.CUSTOMER_CREDIT, "hanna/")


def corrections(party: Party) -> list[tuple[int, int, str]]:
    """The corrections of a party: before, after, and their state."""
    rows = Correction.objects.filter(party=party).order_by("id")
    return [(each.before, each.after, each.state) for each in rows]


def given_back_by(answer: Done) -> tuple[int, int] | None:
    """The award before and after, as the answer of a guest's return tells of its correction."""
    made = answer.correction
    return None if made is None else (made.before, made.after)


def rewards(*skus: str) -> str:
    """The code of a reward list with these products."""
    from largesse.catalog.models import Product

    group, _ = ProductGroup.objects.get_or_create(code="rewards", defaults={"title": "Rewards"})
    group.products.set(Product.objects.filter(sku__in=skus))
    return group.code
