"""What a shopper wants is kept between visits; each change of it makes a new value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from largesse import crm
from largesse.business.models import Business
from largesse.catalog.models import Location
from largesse.crm.values import customer_value
from largesse.engine import cart as engine
from largesse.engine.cart import UNITS_MAX, SpreeChoice, normal_code
from largesse.orders.models import Cart
from largesse.orders.rewards.choosing import choices_of, column_of, with_choice

LINES_MAX: Final = 200
"""The most lines of a cart in the shop."""

CODES_MAX: Final = 10
"""The most codes that a cart in the shop keeps."""

ANSWERS_MAX: Final = 100
"""The most answers, and the most gifts, that a cart in the shop keeps."""

_Chosen = TypeVar("_Chosen", bool, str)


class Wanted(Struct, frozen=True, omit_defaults=True):
    """A line of a kept cart: a product and how much of it. An `allotment` came with a `link`, which is
    named so that revoking it is noticed (AL-6).
    """

    id: str
    sku: str
    quantity: int | Decimal = 1
    allotment: str | None = None
    link: str = ""


# Met once, at import: two threads that first met the type at once would crash.
msgspec.convert([], tuple[Wanted, ...])


class Kept(Struct, frozen=True):
    """What is kept of a cart: its lines, the codes entered, what was answered to suggestions by
    promotion (PR-3), the product chosen as a gift by promotion (AC-7), the most that credit accounts
    pay, by name in minor units (SP-13), and what was chosen against shopping sprees (SP-6).

    Answers, gifts and choices outlast their promotion's qualifying: they hold again when it does again.
    """

    lines: tuple[Wanted, ...] = ()
    codes: tuple[str, ...] = ()
    answers: Mapping[str, bool] = {}
    gifts: Mapping[str, str] = {}
    credit: Mapping[str, int] = {}
    sprees: tuple[SpreeChoice, ...] = ()


NOTHING: Final = Kept()
"""What is kept of no cart."""


class NotAQuantity(ValueError):
    """What was typed is no quantity of the product; the message says what is."""


class LineGone(LookupError):
    """What was to be changed is in the cart no more."""


class Full(ValueError):
    """More has no room in the cart."""


def quantity_of(text: str, decimals: int) -> int | Decimal:
    """The quantity that a shopper typed, 0 or more. Raises `NotAQuantity`.

    >>> quantity_of(" 3 ", 0), quantity_of("0.250", 3)
    (3, Decimal('0.250'))
    """
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise NotAQuantity("Enter a number, such as 2.") from None
    if not value.is_finite() or value < 0:
        raise NotAQuantity("Enter a number, such as 2.")
    if value > UNITS_MAX:
        raise NotAQuantity(f"Enter {UNITS_MAX:,} or less.")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > decimals and value != round(value, decimals):
        kind = f"with at most {decimals} decimals" if decimals else "without decimals"
        raise NotAQuantity(f"Enter a number {kind}.")
    return round(value, decimals) if decimals else int(value)


def kept_of(cart: Cart | None) -> Kept:
    """What is kept of a cart; nothing of no cart."""
    if cart is None:
        return NOTHING
    lines = msgspec.convert(cart.lines, tuple[Wanted, ...], strict=False)
    chosen = choices_of(cart.sprees)
    return Kept(lines, tuple(cart.codes), cart.answers, cart.gifts, cart.credit, chosen)


def columns_of(kept: Kept) -> dict[str, Any]:
    """The columns of a cart that hold it."""
    return {
        "lines": msgspec.to_builtins(list(kept.lines)),
        "codes": list(kept.codes),
        "answers": dict(kept.answers),
        "gifts": dict(kept.gifts),
        "credit": dict(kept.credit),
        "sprees": column_of(kept.sprees),
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
    )


# --- lines -------------------------------------------------------------------------------------------


def with_added(lines: Sequence[Wanted], sku: str, quantity: int | Decimal) -> tuple[Wanted, ...]:
    """The lines with more of a product: on the line that has it, else on a new one.

    A line that came with a link stays as it is: who adds a product buys it (AL-5).
    """
    for line in lines:
        if line.sku == sku and line.allotment is None:
            return with_quantity(lines, line.id, min(UNITS_MAX, line.quantity + quantity))
    return (*lines, Wanted(_fresh_id(lines), sku, min(UNITS_MAX, quantity)))


def with_allotted(
    lines: Sequence[Wanted], sku: str, allotment: str, link: str, quantity: int | Decimal = 1
) -> tuple[Wanted, ...]:
    """The lines with a product that came with a link, once however often it is opened (AL-5): of two
    quantities the larger holds, of two links the later.
    """
    for line in lines:
        if (line.sku, line.allotment) == (sku, allotment):
            most = max(line.quantity, quantity)
            held = msgspec.structs.replace(line, quantity=most, link=link)
            return tuple(held if each is line else each for each in lines)
    return (*lines, Wanted(_fresh_id(lines), sku, quantity, allotment, link))


def line_of(lines: Sequence[Wanted], line_id: str) -> Wanted:
    """The line with an id. Raises `LineGone`."""
    for line in lines:
        if line.id == line_id:
            return line
    raise LineGone


def with_quantity(
    lines: Sequence[Wanted], line_id: str, quantity: int | Decimal
) -> tuple[Wanted, ...]:
    """The lines with another quantity on one; 0 takes it out."""
    changed = (
        msgspec.structs.replace(line, quantity=quantity) if line.id == line_id else line
        for line in lines
    )
    return tuple(line for line in changed if line.quantity)


def with_put_back(lines: Sequence[Wanted], line: Wanted, place: int) -> tuple[Wanted, ...]:
    """The lines with one that was removed, where it was; added to its like, where that is there."""
    if any((each.sku, each.allotment) == (line.sku, line.allotment) for each in lines):
        return _with_its_like(lines, line)
    if any(each.id == line.id for each in lines):
        line = msgspec.structs.replace(line, id=_fresh_id(lines))
    return (*lines[:place], line, *lines[place:])


def merged(lines: Sequence[Wanted], others: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """The lines of two carts in one."""
    found = tuple(lines)
    for line in others:
        found = _with_its_like(found, line)
    return found


def _with_its_like(lines: Sequence[Wanted], line: Wanted) -> tuple[Wanted, ...]:
    if line.allotment is None:
        return with_added(lines, line.sku, line.quantity)
    return with_allotted(lines, line.sku, line.allotment, line.link, line.quantity)


def _fresh_id(lines: Sequence[Wanted]) -> str:
    numbers = [int(line.id) for line in lines if line.id.isdecimal()]
    return str(max(numbers, default=0) + 1)


def with_room(lines: tuple[Wanted, ...]) -> tuple[Wanted, ...]:
    """The lines, if a cart in the shop holds so many. Raises `Full`."""
    if len(lines) > LINES_MAX:
        raise Full
    return lines


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
    id: str = "",
) -> engine.Cart:
    """The cart that the engine prices. Prices are never the client's: only products, quantities and
    choices are (QU-43). How and to which country it is shipped is not known before checkout.
    """
    return engine.Cart(
        tuple(
            engine.CartLine(line.id, line.sku, line.quantity, allotment=line.allotment)
            for line in kept.lines
        ),
        at=now,
        currency=business.currency,
        id=id,
        customer=customer_value(customer) if customer is not None else None,
        location=location.code if location is not None else None,
        channel=engine.Channel.SHOP,
        codes=kept.codes,
        shipping=location.shipping if location is not None and kept.lines else 0,
        answers=kept.answers,
        gifts=kept.gifts,
        # Without a customer there is nobody whose credit it could be.
        credit=kept.credit if customer is not None else {},
        # A spree comes with what is bought: it fills no empty cart.
        sprees=kept.sprees if kept.lines else (),
    )
