"""A pricing under way: the cart, its facts, its running lines, and what the stages have found so
far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.award import Award
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, normal_code
from largesse.engine.catalog import Location
from largesse.engine.deals.order_lines import DealLine
from largesse.engine.deals.proof import Round
from largesse.engine.facts import Facts, SingleUseCode, limit_query
from largesse.engine.offers.promotion import Promotion
from largesse.engine.offers.voucher import Voucher
from largesse.engine.qualification import Qualification
from largesse.engine.quote import Quote
from largesse.engine.quoted import (
    Adjustment,
    AppliedDeal,
    Consumption,
    Credit,
    GiftChoice,
    Payment,
    QuoteLine,
    Right,
)
from largesse.engine.refusals import Refusal, RefusalCode, Shortfall
from largesse.engine.running import Line
from largesse.engine.scene import Scene
from largesse.engine.stage import PromotionStage, Stage
from largesse.engine.window import Instant, micros

DEFAULT_STEPS: Final = 256
"""Combinations of offers that tie units together which a cart may try, if not told otherwise
(CH-2).
"""

_OF_PROMOTIONS: Final = (Stage.STANDARD, Stage.POST, Stage.SHIPPING)
"""The stages in which promotions discount; an allotment or a voucher may be called like one. What
sprees give is kept apart.
"""


def usable_codes(cart: Cart, facts: Facts, entered: Iterable[str]) -> Mapping[str, SingleUseCode]:
    """The single-use code that a cart would use, by promotion: the first entered, else an automatic
    one.
    """
    known = facts.single_use_codes
    automatic = (code for code in sorted(known) if known[code].automatic)
    found: dict[str, SingleUseCode] = {}
    for key in (*entered, *automatic):
        code = known.get(key)
        if code is not None and code_refusal(cart, code) is None:
            found.setdefault(code.promotion, code)
    return found


def code_refusal(cart: Cart, code: SingleUseCode) -> Refusal | None:
    """Why a single-use code can't be used on this order (BI-2)."""
    told, window = f"The code {code.code}", code.window
    if code.used:
        return Refusal(code.code, RefusalCode.CODE_USED, f"{told} has been used.")
    if code.customer is not None and (cart.customer is None or cart.customer.id != code.customer):
        sentence = f"{told} belongs to another customer."
        return Refusal(code.code, RefusalCode.OTHER_CUSTOMER, sentence)
    if window.start is not None and cart.at < window.start:
        return Refusal(code.code, RefusalCode.NOT_STARTED, f"{told} can be used later.")
    if cart.at not in window:
        return Refusal(code.code, RefusalCode.ENDED, f"{told} has expired.")
    return None


class LineTax(NamedTuple):
    """What a line owes: the taxable amount, the tax added to its net, the tax within it."""

    taxable: int = 0
    added: int = 0
    included: int = 0


class Pricing:
    """What the stages share. It lives as long as its quote, which explains itself from it."""

    def __init__(
        self,
        book: OfferBook,
        cart: Cart,
        facts: Facts,
        lines: list[Line],
        location: Location | None,
        steps: int,
        deal_steps: int,
    ):
        self.book = book
        self.cart = cart
        self.facts = facts
        self.lines = lines
        self.location = location
        self.steps = steps
        self.deal_steps = deal_steps
        self.at: Instant = micros(cart.at)
        self.codes = tuple(dict.fromkeys(normal_code(code) for code in cart.codes))
        self.adjustments: list[Adjustment] = []
        self.refusals: list[Refusal] = []
        self.consumptions: list[Consumption] = []
        self.payments: list[Payment] = []
        self.taxes: list[LineTax] = []
        self.added_by: dict[str, str] = {}
        self.single_use = usable_codes(cart, facts, self.codes)
        """The single-use code that the order uses, by its promotion (PR-6)."""
        self.later: list[tuple[Award, int]] = []
        """Awards that qualify and act after all others: on shipping, or once the order is posted."""
        self.passed_over: dict[str, int] = {}
        """Promotions whose exclusion group applied others, and what each would have saved (CH-3)."""
        self.gifts: list[GiftChoice] = []
        self.deals: list[AppliedDeal] = []
        self.deal_lines: Sequence[DealLine] = ()
        """The lines as they stood before deals took anything off them."""
        self.deal_of: dict[str, str] = {}
        """The deal of each line that is on one (DE-4)."""
        self.nets_on_deals: dict[int, tuple[int, int]] = {}
        """What the charged units of a line cost before and after its deal, by the line's index."""
        self.sprees: list[AppliedSpree] = []
        self.chosen: list[Line] = []
        """The lines that are chosen against sprees (SP-6)."""
        self.not_awarded: dict[str, Shortfall] = {}
        """Why the spree of a promotion that qualifies has nothing to spend."""
        self.bonus: set[str] = set()
        """The lines that are given away against a deal's credit (DE-15)."""
        self.rounds: list[Round] = []
        self.credits: list[Credit] = []
        self.rights: list[Right] = []
        self.shipping = cart.shipping
        """The shipping charge as its discounts left it."""
        self._qualifications: dict[PromotionStage, Qualification] = {}
        self.voucher: Voucher | None = None
        """The one voucher that the order uses (VO-3)."""
        self.nets_before_voucher: list[int] = []
        self.steps_left = steps
        self.gap = 0

    def qualification(self, stage: PromotionStage) -> Qualification:
        """What qualifies in a stage: asked first when it begins, it keeps the cart as it was then."""
        found = self._qualifications.get(stage)
        if found is None:
            scene = Scene(
                self.cart,
                self.facts,
                tuple(self.lines),
                self.book.currency,
                self.book.catalog.calendar,
                frozenset(self.codes),
            )
            found = self._qualifications[stage] = Qualification(scene)
        return found

    @property
    def gave(self) -> dict[str, None]:
        """The promotions that gave something so far, in the order in which they did."""
        found = dict.fromkeys([a.offer for a in self.adjustments if a.stage in _OF_PROMOTIONS])
        if self.sprees:
            found.update(dict.fromkeys([spree.offer for spree in self.sprees if spree.given]))
        found.update(dict.fromkeys([c.offer for c in self.credits if c.by != "deal"]))
        found.update(dict.fromkeys([right.offer for right in self.rights]))
        return found

    def given(self, promotion: str) -> int:
        """What a promotion has given to this cart so far, in minor units."""
        off = sum(
            [
                a.amount
                for a in self.adjustments
                if a.offer == promotion and a.stage in _OF_PROMOTIONS
            ]
        )
        off += sum([spree.given for spree in self.sprees if spree.offer == promotion])
        credits = [c for c in self.credits if c.offer == promotion and c.by != "deal"]
        return off + sum([credit.amount for credit in credits])

    def budget_left(self, promotion: Promotion) -> int | None:
        """What a promotion may still give to this cart; None without a budget (PR-5)."""
        if promotion.budget is None:
            return None
        query = limit_query(promotion.code, "budget", self.cart, self.book.catalog.calendar)
        left = promotion.budget - self.facts.used.get(query, 0) - self.given(promotion.code)
        return max(0, left)

    def quote(self) -> Quote:
        return Quote(
            _pricing=self,
            adjustments=tuple(self.adjustments),
            shipping=self.shipping,
            tax=sum([tax.added for tax in self.taxes]),
            tax_included=sum([tax.included for tax in self.taxes]),
            payments=tuple(self.payments),
            refusals=tuple(self.refusals),
            consumptions=tuple(self.consumptions),
            gap=self.gap,
            credits=tuple(self.credits),
            rights=tuple(self.rights),
            gifts=tuple(self.gifts),
            deals=tuple(self.deals),
            sprees=tuple(self.sprees),
        )

    def quote_lines(self) -> tuple[QuoteLine, ...]:
        taxes = self.taxes or [LineTax()] * len(self.lines)
        chosen = {line.id for line in self.chosen}
        return tuple(
            QuoteLine(
                line.id,
                line.sku,
                line.product.name,
                line.quantity,
                line.units,
                line.gross,
                line.net,
                tax.added,
                tax.included,
                tax.taxable,
                self.added_by.get(line.id),
                self.deal_of.get(line.id),
                line.id in self.bonus,
                line.id in chosen,
            )
            for line, tax in zip(self.lines, taxes, strict=True)
        )
