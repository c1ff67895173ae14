"""Which awards a cart qualifies for, how often, on which terms: each asked at most once a stage."""

from __future__ import annotations

from largesse.engine.award import Award
from largesse.engine.cart import CustomerType
from largesse.engine.discount import Discount
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.running import Line, Lot
from largesse.engine.scene import Scene


class Qualification:
    """Answers for one scene, remembered."""

    __slots__ = ("_terms", "_times", "buyer_type", "half_even", "scene")

    def __init__(self, scene: Scene):
        self.scene = scene
        self.half_even = scene.currency.half_even
        buyer = scene.customer
        self.buyer_type = CustomerType.CUSTOMER if buyer is None else buyer.type
        self._times: dict[Award, int] = {}
        self._terms: dict[Award, Discount | None] = {}

    def times(self, award: Award) -> int:
        """How often a live award is given; 0 is not at all."""
        times = self._times.get(award)
        if times is None:
            times = self._times[award] = award.times(self.scene) if self.is_open(award) else 0
        return times

    def terms(self, award: Award) -> Discount | None:
        """The discount of an award that decides line by line; None where it gives none."""
        try:
            return self._terms[award]
        except KeyError:
            terms = award.terms(self.scene) if self.times(award) else None
            self._terms[award] = terms
            return terms

    def gives(self, award: Award, line: Line, lot: Lot) -> bool:
        """Whether an award that decides line by line takes anything off a lot."""
        terms = self.terms(award)
        if terms is None or not award.may_take(lot):
            return False
        off = terms.off(line, lot.net, lot.units, self.half_even)
        return min(off, award.room(line, lot)) > 0

    def is_open(self, award: Award) -> bool:
        """Whether the promotion is for this channel, location and type of customer."""
        promotion, cart = award.promotion, self.scene.cart
        return (
            (not promotion.channels or cart.channel in promotion.channels)
            and (not promotion.locations or cart.location in promotion.locations)
            and promotion.is_for(self.buyer_type)
        )

    def not_open(self, award: Award) -> Shortfall | None:
        """Why the promotion is not for this cart, whatever its conditions; None if it is."""
        promotion, cart = award.promotion, self.scene.cart
        if promotion.channels and cart.channel not in promotion.channels:
            where = ", ".join(sorted(promotion.channels))
            return Shortfall(
                RefusalCode.OTHER_CHANNEL, f"On offer in {where}; this cart is from {cart.channel}."
            )
        if promotion.locations and cart.location not in promotion.locations:
            where = ", ".join(sorted(promotion.locations))
            here = f"is at {cart.location}" if cart.location else "has no location"
            return Shortfall(RefusalCode.OTHER_LOCATION, f"On offer at {where}; this cart {here}.")
        if not promotion.is_for(self.buyer_type):
            return Shortfall(
                RefusalCode.OTHER_CUSTOMER_TYPE,
                f"For orders of {promotion.target}s; this is one of a {self.buyer_type}.",
            )
        return None
