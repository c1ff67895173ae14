"""A cart as a program sends it becomes the engine's; all that is wrong with it is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from largesse.api.amounts import Amount, minor_of
from largesse.api.buyers import buyer, remembered_buyer
from largesse.api.cart_lines import Code, GiveawayIn, LineIn, SpreeChoiceIn
from largesse.api.keys import Caller
from largesse.api.problems import Trouble
from largesse.api.scopes import Scope
from largesse.api.shipping import charge_at
from largesse.engine.book import OfferBook
from largesse.engine.cart import UNITS_MAX, Cart, CartLine, Channel, Customer, Giveaway, SpreeChoice
from largesse.engine.checks import cart_faults
from largesse.engine.faults import Fault, Faults, shown
from largesse.engine.formats.wording import Place
from largesse.engine.money import exact_decimal, is_huge

LINES_MAX: Final = 2_000
NAMED_MAX: Final = 50
"""So many codes, answers and gifts a cart has at most."""


class CartIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be bought, by whom, where."""

    lines: Annotated[list[LineIn], Meta(max_length=LINES_MAX)]
    customer: Annotated[
        Code | None, Meta(description="The customer's number, or its id such as cus_….")
    ] = None
    location: Annotated[Code | None, Meta(description="The code of the location.")] = None
    channel: Annotated[Channel, Meta(description="How the cart reached the business.")] = (
        Channel.API
    )
    codes: Annotated[
        list[str],
        Meta(max_length=NAMED_MAX, description="Promo codes and voucher numbers as entered."),
    ] = []
    answers: Annotated[
        dict[Code, bool],
        Meta(
            max_length=NAMED_MAX,
            description="What the shopper answered to suggested promotions, by their code: accepted or "
            "not. An answer to what isn't asked changes nothing.",
            examples=[{"GIFT-WRAP": True}],
        ),
    ] = msgspec.field(default_factory=dict)
    gifts: Annotated[
        dict[Code, Code],
        Meta(
            max_length=NAMED_MAX,
            description="The SKU of the gift that the buyer chose, by the code of the promotion that "
            "lets them choose. What isn't there to choose changes nothing.",
            examples=[{"FREE-MUG": "MUG"}],
        ),
    ] = msgspec.field(default_factory=dict)
    assign: Annotated[
        Literal["best", "picked"],
        Meta(
            description="Whether lines go on the deals that bring the most, or only on those picked."
        ),
    ] = "best"
    referred: Annotated[
        dict[Code, Amount],
        Meta(
            max_length=NAMED_MAX,
            description="Deals that are applied without their trigger, to be approved, to the lines "
            "picked for them; each with the giveaway credit that is asked for.",
            examples=[{"MUGS-10-1": {"amount": "29.00", "currency": "USD"}}],
        ),
    ] = msgspec.field(default_factory=dict)
    giveaways: Annotated[
        list[GiveawayIn],
        Meta(max_length=LINES_MAX, description="What is given away against the credit of deals."),
    ] = []
    party: Annotated[Code | None, Meta(description="The number of the party that it is of.")] = None
    host_reward: Annotated[
        bool,
        Meta(description="Whether it is the party's host reward order: its customer is the host."),
    ] = False
    sprees: Annotated[
        list[SpreeChoiceIn],
        Meta(max_length=LINES_MAX, description="What is chosen against shopping sprees."),
    ] = []
    credit: Annotated[
        dict[Annotated[str, Meta(max_length=64)], Amount],
        Meta(
            max_length=NAMED_MAX,
            description="The most that the customer pays from each of their credit accounts, by its "
            "name, which is empty for the main one. It pays no more than it has left, or is due.",
            examples=[{"store": {"amount": "25.00", "currency": "USD"}}],
        ),
    ] = msgspec.field(default_factory=dict)
    shipping_method: Annotated[
        Code | None, Meta(description="How it is shipped, as the business calls it.")
    ] = None
    country: Annotated[
        Annotated[str, Meta(pattern="^[A-Z]{2}$", examples=["AT"])] | None,
        Meta(description="The country that it is shipped to: its ISO 3166 code of two letters."),
    ] = None
    shipping: Annotated[
        Amount | None,
        Meta(
            description="The shipping charge, which needs the scope prices:set. If left out, an order "
            "of the channel shop pays its location's charge, any other nothing."
        ),
    ] = None


def engine_cart(
    asked: CartIn, caller: Caller, book: OfferBook, at: datetime, *, fresh: bool = True
) -> Cart:
    """The cart to be priced. Raises `Trouble` for what the key may not do, else `Faults`, all at once.

    The customer is read anew where `fresh` is set; a quote may know it from a second ago.
    """
    _check_rights(asked, caller)
    found: list[Fault] = []
    lines = tuple(
        [
            _line(line, number, book, found)
            if line.unit_price or line.gross or line.less or type(line.quantity) is not int
            else CartLine(
                line.id or str(number),
                line.sku,
                line.quantity,
                None,
                None,
                0,
                line.allotment,
                line.deal,
                line.option_of,
            )
            for number, line in enumerate(asked.lines, start=1)
        ]
    )
    shipping = _amount(asked.shipping, ("shipping",), book, found)
    if shipping is None:
        shipping = charge_at(asked.location) if asked.channel is Channel.SHOP else 0
    cart = Cart(
        lines=lines,
        at=at,
        currency=book.currency.code,
        customer=_customer(asked.customer, found, fresh),
        location=asked.location,
        channel=asked.channel,
        codes=tuple(asked.codes),
        shipping=shipping,
        shipping_method=asked.shipping_method,
        country=asked.country,
        answers=asked.answers,
        gifts=asked.gifts,
        assign=asked.assign,
        referred={
            code: _amount(credit, ("referred", code), book, found) or 0
            for code, credit in asked.referred.items()
        },
        giveaways=tuple([Giveaway(each.deal, each.sku, each.units) for each in asked.giveaways]),
        party=asked.party,
        host_reward=asked.host_reward,
        sprees=tuple([SpreeChoice(each.promotion, each.sku, each.units) for each in asked.sprees]),
        credit={
            account: _amount(most, ("credit", account), book, found) or 0
            for account, most in asked.credit.items()
        },
    )
    if found:
        told = {fault.place for fault in found}
        raise Faults([*found, *(f for f in cart_faults(book, cart) if f.place not in told)])
    return cart


def _check_rights(asked: CartIn, caller: Caller) -> None:
    if not caller.may_act_at(asked.location):
        where = ", ".join(sorted(caller.locations))
        named = "names none" if asked.location is None else f"names {shown(asked.location)}"
        raise Trouble(
            "location_not_allowed", f"The key holds at {where}; the cart {named} as its location."
        )
    if caller.may(Scope.PRICES_SET):
        return
    named_prices = [
        Fault(f"lines[{i}].{name}", None, f"needs the scope {Scope.PRICES_SET}")
        for i, line in enumerate(asked.lines)
        if line.unit_price is not None or line.gross is not None or line.less is not None
        for name in ("unit_price", "gross", "less")
        if getattr(line, name) is not None
    ]
    if asked.shipping is not None:
        named_prices.append(Fault("shipping", None, f"needs the scope {Scope.PRICES_SET}"))
    if named_prices:
        raise Trouble(
            "scope_missing",
            f"The key may not set prices: it lacks the scope {Scope.PRICES_SET}.",
            faults=named_prices,
        )


def _line(line: LineIn, number: int, book: OfferBook, found: list[Fault]) -> CartLine:
    place: Place = ("lines", number - 1)
    return CartLine(
        id=line.id or str(number),
        sku=line.sku,
        quantity=_quantity(line.quantity, number - 1, found),
        unit_price=_amount(line.unit_price, (*place, "unit_price"), book, found),
        gross=_amount(line.gross, (*place, "gross"), book, found),
        less=_amount(line.less, (*place, "less"), book, found) or 0,
        allotment=line.allotment,
        deal=line.deal,
        option_of=line.option_of,
    )


def _quantity(said: int | str, row: int, found: list[Fault]) -> int | Decimal:
    number = exact_decimal(said)
    if number is None or is_huge(number) or not 0 < number <= UNITS_MAX:
        rule = f"is more than 0 and at most {UNITS_MAX:,}, written like 3 or 1.250"
        found.append(Fault(f"lines[{row}].quantity", said, rule))
        return 1
    return int(number) if number == number.to_integral_value() else number


def _amount(said: Amount | None, place: Place, book: OfferBook, found: list[Fault]) -> int | None:
    if said is None:
        return None
    try:
        return minor_of(said, book.currency, place)
    except Faults as wrong:
        found.extend(wrong.faults)
        return None


def _customer(said: str | None, found: list[Fault], fresh: bool) -> Customer | None:
    if said is None:
        return None
    known = buyer(said) if fresh else remembered_buyer(said)
    if known is None:
        found.append(Fault("customer", said, "no active customer has this number or id"))
    return known


EXAMPLE: Final[Mapping[str, Any]] = {
    "customer": "C-1001",
    "location": "main",
    "codes": ["SPRING20"],
    "lines": [{"sku": "MUG", "quantity": 3}, {"sku": "TEA", "quantity": "0.250"}],
}
"""A cart as the documentation shows it."""
