"""What a shopper wants is kept between visits; each change of it makes a new value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from largesse import crm
from largesse.business.models import Business
from largesse.catalog.models import Location
from largesse.crm.values import customer_value
from largesse.engine import cart as engine
from largesse.engine.cart import SpreeChoice, normal_code
from largesse.orders.models import Cart
from largesse.orders.rewards.choosing import choices_of, column_of, with_choice
from largesse.shop.lines import Wanted, merged

LINES_MAX: Final = 200
"""The most lines of a cart in the shop."""

CODES_MAX: Final = 10
"""The most codes that a cart in the shop keeps."""

ANSWERS_MAX: Final = 100
"""The most answers, and the most gifts, that a cart in the shop keeps."""

_Chosen = TypeVar("_Chosen", bool, str)


class Kept(Struct, frozen=True):
    """What is kept of a cart: its lines, the codes entered, what was answered to suggestions by
    promotion (PR-3), the product chosen as a gift by promotion (AC-7), the most that credit accounts
    pay, by name in minor units (SP-13), what was chosen against shopping sprees (SP-6), and the key of
    the party that it is filled at (SP-1).

    Answers, gifts and choices outlast their promotion's qualifying: they hold again when it does again.
    """

    lines: tuple[Wanted, ...] = ()
    codes: tuple[str, ...] = ()
    answers: Mapping[str, bool] = {}
    gifts: Mapping[str, str] = {}
    credit: Mapping[str, int] = {}
    sprees: tuple[SpreeChoice, ...] = ()
    party: UUID | None = None


NOTHING: Final = Kept()
"""What is kept of no cart."""


class Full(ValueError):
    """More has no room in the cart."""


def with_room(lines: tuple[Wanted, ...]) -> tuple[Wanted, ...]:
    """The lines, if a cart in the shop holds so many. Raises `Full`."""
    if len(lines) > LINES_MAX:
        raise Full
    return lines


def kept_of(cart: Cart | None) -> Kept:
    """What is kept of a cart; nothing of no cart."""
    if cart is None:
        return NOTHING
    lines = msgspec.convert(cart.lines, tuple[Wanted, ...], strict=False)
    chosen = choices_of(cart.sprees)
    own = (cart.answers, cart.gifts, cart.credit, chosen, cart.party_id)
    return Kept(lines, tuple(cart.codes), *own)


def columns_of(kept: Kept) -> dict[str, Any]:
    """The columns of a cart that hold it."""
    return {
        "lines": msgspec.to_builtins(list(kept.lines)),
        "codes": list(kept.codes),
        "answers": dict(kept.answers),
        "gifts": dict(kept.gifts),
        "credit": dict(kept.credit),
        "sprees": column_of(kept.sprees),
        "party_id": kept.party,
    }


def joined(own: Kept, other: Kept) -> Kept:
    """Two carts in one; what was answered and chosen in the other, which is the later one, holds."""
    sprees = own.sprees
    for each in other.sprees:
        sprees = with_choice(sprees, each.promotion, each.sku, each.units)
    return Kept(
        merged(own.lines, other.lines),
        tuple(dict.fromkeys((*own.codes, *other.codes))),
        {**own.answers, **other.answers},
        {**own.gifts, **other.gifts},
        {**own.credit, **other.credit},
        sprees,
        other.party or own.party,
    )


# --- codes -------------------------------------------------------------------------------------------


def with_code(codes: Sequence[str], code: str) -> tuple[str, ...]:
    """The codes with one more; one that is there already is not added again. Raises `Full`."""
    found = tuple(dict.fromkeys((*codes, normal_code(code))))
    if len(found) > CODES_MAX:
        raise Full
    return found


def without_code(codes: Sequence[str], code: str) -> tuple[str, ...]:
    return tuple(each for each in codes if each != normal_code(code))


# --- answers and gifts -------------------------------------------------------------------------------


def with_answer(answers: Mapping[str, bool], promotion: str, accepted: bool) -> Mapping[str, bool]:
    """The answers with one more, or another one (PR-3); the oldest give way."""
    return _last({**_without(answers, promotion), promotion: accepted})


def with_gift(gifts: Mapping[str, str], promotion: str, sku: str) -> Mapping[str, str]:
    """The gifts with one chosen, or with none of the promotion where the SKU is empty (AC-7)."""
    others = _without(gifts, promotion)
    return _last({**others, promotion: sku}) if sku else others


def _without(chosen: Mapping[str, _Chosen], promotion: str) -> dict[str, _Chosen]:
    return {code: value for code, value in chosen.items() if code != promotion}


def _last(chosen: dict[str, _Chosen]) -> dict[str, _Chosen]:
    return dict(list(chosen.items())[-ANSWERS_MAX:])


# --- credit ------------------------------------------------------------------------------------------


def with_credit(credit: Mapping[str, int], account: str, most: int) -> Mapping[str, int]:
    """The credit accounts with one that pays so much at most; with 0 it pays nothing."""
    others = {name: amount for name, amount in credit.items() if name != account}
    return {**others, account: most} if most else others


# --- pricing -----------------------------------------------------------------------------------------


def to_price(
    kept: Kept,
    *,
    now: datetime,
    business: Business,
    location: Location | None,
    customer: crm.models.Customer | None,
    party: str | None = None,
    id: str = "",
) -> engine.Cart:
    """The cart that the engine prices. Prices are never the client's: only products, quantities and
    choices are (QU-43). How and to which country it is shipped is not known before checkout. At the
    party of a number, what is on offer at parties holds.
    """
    return engine.Cart(
        tuple(
            engine.CartLine(
                line.id,
                line.sku,
                line.quantity,
                allotment=line.allotment,
                option_of=line.option_of,
            )
            for line in kept.lines
        ),
        at=now,
        currency=business.currency,
        id=id,
        customer=customer_value(customer) if customer is not None else None,
        location=location.code if location is not None else None,
        channel=engine.Channel.SHOP if party is None else engine.Channel.PARTY,
        party=party,
        codes=kept.codes,
        shipping=location.shipping if location is not None and kept.lines else 0,
        answers=kept.answers,
        gifts=kept.gifts,
        # Without a customer there is nobody whose credit it could be.
        credit=kept.credit if customer is not None else {},
        # A spree comes with what is bought: it fills no empty cart.
        sprees=kept.sprees if kept.lines else (),
    )
