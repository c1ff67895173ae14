"""Promo code: the buyer has entered one of some codes (CO-4, PR-6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.cart import normal_code
from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class PromoCode(Condition, frozen=True, kw_only=True, eq=False):
    """The cart carries one of the codes; case and white space don't matter."""

    kind: ClassVar[str] = "promo_code"
    label: ClassVar[str] = "Promo code"

    codes: tuple[str, ...]
    """The codes of which one is enough."""

    def promo_codes(self) -> Iterable[str]:
        return self.codes

    def times(self, scene: Scene) -> int:
        met = any(normal_code(code) in scene.codes for code in self.codes)
        return UNBOUNDED if met else 0

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.codes or not all(normal_code(code) for code in self.codes):
            yield "codes", "names at least one code, none of them blank"

    def shortfall(self, scene: Scene) -> Shortfall:
        return Shortfall(RefusalCode.CODE_NEEDED, "Needs a promo code that was not entered.")

    def said(self, currency: Currency) -> str:
        return f"the code {' or '.join(self.codes)} was entered"
