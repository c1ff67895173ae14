"""Which awards a cart qualifies for, how often, on which terms: each asked at most once a stage."""

from __future__ import annotations

from largesse.engine.award import Award
from largesse.engine.cart import CustomerType
from largesse.engine.discount import Discount
from largesse.engine.refusals import RefusalCode, Shortfall, used_up
from largesse.engine.running import Line, Lot
from largesse.engine.scene import Scene


class Qualification:
    """Answers for one scene, remembered."""

    __slots__ = ("_terms", "_times", "buyer_type", "closed", "half_even", "scene")

    def __init__(self, scene: Scene, closed: frozenset[str] = frozenset()):
        self.scene = scene
        self.closed = closed
        """Promotions that are not to be given, whatever they say."""
        self.half_even = scene.currency.half_even
        buyer = scene.customer
        self.buyer_type = CustomerType.CUSTOMER if buyer is None else buyer.type
        self._times: dict[Award, int] = {}
        self._terms: dict[Award, Discount | None] = {}

    def times(self, award: Award) -> int:
        """How often a live award is given; 0 is not at all."""
        times = self._times.get(award)
        if times is None:
            times = self._times[award] = self._found(award)
        return times

    def _found(self, award: Award) -> int:
        if not self.is_open(award):
            return 0
        if award.gated:
            promotion = award.promotion
            answers = self.scene.cart.answers
            if award.code in self.closed or not promotion.is_accepted(answers):
                return 0
            if not self.is_left(award):
                return 0
        return award.times(self.scene)

    def without(self, promotions: frozenset[str]) -> Qualification:
        """The same, but some promotions with a budget are not to be given."""
        return Qualification(self.scene, self.closed | promotions)

    def is_left(self, award: Award) -> bool:
        """Whether every limit of the promotion has something left for this cart (PR-5)."""
        left = self.scene.left
        return all([left(award.code, limit, most) > 0 for limit, most in award.promotion.limits])

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
        if not award.gated:
            return None
        return self._used_up(award) or self._not_accepted(award)

    def _used_up(self, award: Award) -> Shortfall | None:
        for limit, most in award.promotion.limits:
            if limit == "uses_per_customer" and self.scene.customer is None:
                return Shortfall(
                    RefusalCode.CUSTOMER_NEEDED,
                    "Limited for each customer, and no customer is named.",
                )
            if self.scene.left(award.code, limit, most) <= 0:
                return used_up(limit, most, self.scene.currency)
        return None

    def _not_accepted(self, award: Award) -> Shortfall | None:
        promotion, answers = award.promotion, self.scene.cart.answers
        if promotion.is_accepted(answers):
            return None
        if promotion.code in answers:
            return Shortfall(RefusalCode.DECLINED, "The shopper declined it.")
        return Shortfall(RefusalCode.NOT_ACCEPTED, "The shopper has not accepted it yet.")
