"""A stored quote holds the cart and the facts that it was priced from, so it can be priced again
(BE-20).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, normal_code
from largesse.engine.facts import (
    CreditBalance,
    Facts,
    HistoryQuery,
    LimitQuery,
    PartyTotals,
    SingleUseCode,
)
from largesse.engine.faults import Faults, shown
from largesse.engine.formats.reader import DocumentReader
from largesse.engine.formats.text import parse_text
from largesse.engine.offers.voucher import Voucher
from largesse.engine.pricing import DEFAULT_DEAL_STEPS, price
from largesse.engine.quote import Quote


class Answer(HistoryQuery, frozen=True, kw_only=True):
    """A history query with its answer."""

    units: int


class Used(LimitQuery, frozen=True, kw_only=True):
    """A question about a limit with its answer."""

    units: int


class Credited(CreditBalance, frozen=True, kw_only=True):
    """A credit account, by its name."""

    account: str


class StoredFacts(Struct, frozen=True):
    """The facts of a quote, as its file has them."""

    history: tuple[Answer, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    used: tuple[Used, ...] = ()
    single_use_codes: tuple[SingleUseCode, ...] = ()
    referred_customers: int = 0
    party: PartyTotals | None = None
    allotments_left: Mapping[str, int] = field(default_factory=dict)
    credit: tuple[Credited, ...] = ()


class Budget(Struct, frozen=True):
    """The solver steps that a quote was priced with."""

    steps: int
    deal_steps: int = DEFAULT_DEAL_STEPS

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if self.steps < 0:
            yield "steps", "is 0 or more"
        if self.deal_steps < 0:
            yield "deal_steps", "is 0 or more"


_BUDGET = ("steps", "deal_steps")


def price_again(stored: bytes, book: OfferBook) -> Quote:
    """Price the cart of a stored quote again, from its own facts.

    Raises ValueError if it was priced with another book or is no quote, `Faults` if its cart, its
    facts or its steps are broken.
    """
    data = _quote(stored)
    if data["book"] != book.content_hash:
        raise ValueError(
            f"was priced with the book {shown(data['book'])[1:13]}…, "
            f"not with {book.content_hash[:12]}…"
        )
    reader = DocumentReader(book.currency, book.catalog.calendar)
    cart = reader.struct(Cart, data["cart"], ("cart",))
    facts = reader.struct(StoredFacts, data["facts"], ("facts",))
    budget = reader.struct(Budget, {n: data[n] for n in _BUDGET if n in data}, ())
    if reader.faults:
        raise Faults(reader.faults)
    return price(book, cart, _facts(facts), steps=budget.steps, deal_steps=budget.deal_steps)


def _quote(stored: bytes) -> Mapping[str, Any]:
    try:
        data = parse_text(stored.decode())
    except ValueError:
        data = None
    if not isinstance(data, Mapping) or not {"book", "cart", "facts", "steps"} <= set(data):
        raise ValueError("is not a quote that `largesse price --json` printed")
    return data


def _facts(stored: StoredFacts) -> Facts:
    return Facts(
        {
            HistoryQuery(**{n: getattr(a, n) for n in HistoryQuery.__struct_fields__}): a.units
            for a in stored.history
        },
        {normal_code(voucher.number): voucher for voucher in stored.vouchers},
        stored.allotments_left,
        {LimitQuery(u.promotion, u.limit, u.of): u.units for u in stored.used},
        {normal_code(code.code): code for code in stored.single_use_codes},
        stored.referred_customers,
        stored.party,
        {each.account: CreditBalance(each.given, each.left) for each in stored.credit},
    )
