"""A pricing under way: the cart, its facts, its running lines, and what the stages have found so
far.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, normal_code
from largesse.engine.catalog import Location
from largesse.engine.facts import Facts
from largesse.engine.offers.voucher import Voucher
from largesse.engine.qualification import Qualification
from largesse.engine.quote import Adjustment, Consumption, Payment, Quote, QuoteLine
from largesse.engine.refusals import Refusal
from largesse.engine.running import Line
from largesse.engine.scene import Scene
from largesse.engine.stage import PromotionStage
from largesse.engine.window import Instant, micros

DEFAULT_STEPS: Final = 256
"""Combinations of offers that tie units together which a cart may try, if not told otherwise
(CH-2).
"""


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
    ):
        self.book = book
        self.cart = cart
        self.facts = facts
        self.lines = lines
        self.location = location
        self.steps = steps
        self.at: Instant = micros(cart.at)
        self.codes = tuple(dict.fromkeys(normal_code(code) for code in cart.codes))
        self.adjustments: list[Adjustment] = []
        self.refusals: list[Refusal] = []
        self.consumptions: list[Consumption] = []
        self.payments: list[Payment] = []
        self.taxes: list[LineTax] = []
        self.added_by: dict[str, str] = {}
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

    def quote(self) -> Quote:
        return Quote(
            _pricing=self,
            adjustments=tuple(self.adjustments),
            shipping=self.cart.shipping,
            tax=sum([tax.added for tax in self.taxes]),
            tax_included=sum([tax.included for tax in self.taxes]),
            payments=tuple(self.payments),
            refusals=tuple(self.refusals),
            consumptions=tuple(self.consumptions),
            gap=self.gap,
        )

    def quote_lines(self) -> tuple[QuoteLine, ...]:
        taxes = self.taxes or [LineTax()] * len(self.lines)
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
            )
            for line, tax in zip(self.lines, taxes, strict=True)
        )
