"""A draft is what a rep enters for a customer before it is an order; a change makes a new value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from largesse.business.models import Business
from largesse.catalog.models import Location
from largesse.engine import cart as engine
from largesse.engine.cart import UNITS_MAX, Giveaway
from largesse.orders.models import Cart, Party

LINES_MAX: Final = 500
"""The most lines of a draft."""

NO_DEAL: Final = ""
"""The pick that keeps a line off every deal."""


class Ordered(Struct, frozen=True, omit_defaults=True):
    """A line: a product, how much of it, and the deal that was picked for it (DE-6)."""

    id: str
    sku: str
    quantity: int | Decimal = 1
    deal: str | None = None


class Draft(Struct, frozen=True):
    """What is kept of a draft. Lines go on the best deals once that was asked for, before only on
    those picked for them (DE-5); `referred` has the credit asked for by deal (DE-8, DE-14); `credit` is
    the most that the customer pays from each of their accounts, by name in minor units (SP-13).
    """

    lines: tuple[Ordered, ...] = ()
    assign: Literal["best", "picked"] = "picked"
    referred: Mapping[str, int] = {}
    giveaways: tuple[Giveaway, ...] = ()
    credit: Mapping[str, int] = {}

    def line_of(self, sku: str) -> Ordered | None:
        return next((line for line in self.lines if line.sku == sku), None)

    def given(self, deal: str, sku: str) -> int:
        """The units of a product that are given away against the credit of a deal."""
        return sum(g.units for g in self.giveaways if (g.deal, g.sku) == (deal, sku))


# Met once, at import: two threads that first met the type at once would crash.
msgspec.convert({}, Draft)


class NotAQuantity(ValueError):
    """What was typed is no quantity of the product; the message says what is."""


def quantity_of(text: str, decimals: int) -> int | Decimal:
    """The quantity that was typed, 0 or more; nothing typed is 0. Raises `NotAQuantity`.

    >>> quantity_of(" 24 ", 0), quantity_of("", 0), quantity_of("0.250", 3)
    (24, 0, Decimal('0.250'))
    """
    try:
        value = Decimal(text.strip().replace(",", ".") or "0")
    except InvalidOperation:
        raise NotAQuantity("Enter a number, such as 12.") from None
    if not value.is_finite() or value < 0:
        raise NotAQuantity("Enter a number, such as 12.")
    if value > UNITS_MAX:
        raise NotAQuantity(f"Enter {UNITS_MAX:,} or less.")
    if value != round(value, decimals):
        kind = f"with at most {decimals} decimals" if decimals else "without decimals"
        raise NotAQuantity(f"Enter a number {kind}.")
    return round(value, decimals) if decimals else int(value)


# --- lines -------------------------------------------------------------------------------------------


def with_quantity(draft: Draft, sku: str, quantity: int | Decimal) -> Draft:
    """The draft with so much of a product: a new line where it has none, and none where it is 0."""
    if draft.line_of(sku) is None:
        if not quantity:
            return draft
        return replace(draft, lines=(*draft.lines, Ordered(_fresh_id(draft), sku, quantity)))
    changed = (
        replace(line, quantity=quantity) if line.sku == sku else line for line in draft.lines
    )
    return _without_lost(replace(draft, lines=tuple(line for line in changed if line.quantity)))


def _fresh_id(draft: Draft) -> str:
    return str(max((int(line.id) for line in draft.lines), default=0) + 1)


def _without_lost(draft: Draft) -> Draft:
    """A deal stays referred while a line is picked for it."""
    picked = {line.deal for line in draft.lines}
    return replace(draft, referred={d: n for d, n in draft.referred.items() if d in picked})


# --- deals -------------------------------------------------------------------------------------------


def with_pick(draft: Draft, lines: Collection[str], deal: str | None) -> Draft:
    """The draft with a deal picked for some lines; None leaves them to the best choice."""
    picked = (replace(line, deal=deal) if line.id in lines else line for line in draft.lines)
    return _without_lost(replace(draft, lines=tuple(picked)))


def with_best(draft: Draft) -> Draft:
    """The draft with each line on the deal that brings the most; what was picked stays (DE-5, DE-6)."""
    return replace(draft, assign="best")


def with_referral(draft: Draft, deal: str, asked: int, lines: Collection[str]) -> Draft:
    """The draft with a deal applied to some lines without its trigger; `asked` is credit (DE-8)."""
    picked = with_pick(draft, lines, deal)
    return replace(picked, referred={**picked.referred, deal: asked})


# --- giveaways ---------------------------------------------------------------------------------------


def with_given(draft: Draft, deal: str, sku: str, units: int) -> Draft:
    """The draft with so many units of a product given away against a deal's credit (DE-12)."""
    wanted = Giveaway(deal, sku, units) if units else None
    found: list[Giveaway] = []
    for each in draft.giveaways:
        if (each.deal, each.sku) != (deal, sku):
            found.append(each)
        elif wanted is not None:
            found.append(wanted)
            wanted = None
    return replace(draft, giveaways=(*found, wanted) if wanted is not None else tuple(found))


def without_gifts_of(draft: Draft, deals: Iterable[str]) -> Draft:
    """The draft without what is given away against the credit of some deals."""
    gone = set(deals)
    return replace(draft, giveaways=tuple(g for g in draft.giveaways if g.deal not in gone))


# --- credit ------------------------------------------------------------------------------------------


def with_credit(draft: Draft, account: str, most: int) -> Draft:
    """The draft with so much paid from a credit account at most; with 0 it pays nothing."""
    others = {name: amount for name, amount in draft.credit.items() if name != account}
    return replace(draft, credit={**others, account: most} if most else others)


# --- keeping and pricing -----------------------------------------------------------------------------


def draft_of(cart: Cart) -> Draft:
    """What is kept of a draft."""
    said = {
        "lines": cart.lines,
        "assign": cart.assign,
        "referred": cart.referred,
        "giveaways": cart.giveaways,
        "credit": cart.credit,
    }
    return msgspec.convert(said, Draft, strict=False)


def columns_of(draft: Draft) -> dict[str, Any]:
    """The columns of a record that keep a draft."""
    plain = msgspec.to_builtins(draft, builtin_types=(), order=None)
    return {name: plain[name] for name in Draft.__struct_fields__}


def to_price(
    draft: Draft,
    *,
    now: datetime,
    business: Business,
    location: Location | None,
    customer: engine.Customer | None,
    party: Party | None = None,
    id: str = "",
) -> engine.Cart:
    """The cart that the engine prices, of a guest where there is a `party`. Prices are never the
    browser's: only products, quantities and choices are (QU-43).
    """
    return engine.Cart(
        tuple(
            engine.CartLine(line.id, line.sku, line.quantity, deal=line.deal)
            for line in draft.lines
        ),
        at=now,
        currency=business.currency,
        id=id,
        customer=customer,
        location=location.code if location is not None else None,
        channel=engine.Channel.REP if party is None else engine.Channel.PARTY,
        party=party.number if party is not None else None,
        rep=party.rep.number if party is not None and party.rep is not None else None,
        assign=draft.assign,
        referred=draft.referred,
        giveaways=draft.giveaways,
        # Without a customer there is nobody whose credit it could be.
        credit=draft.credit if customer is not None else {},
    )


Change = Callable[[Draft], Draft]
"""What a deed makes of a draft."""
