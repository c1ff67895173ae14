"""The machine, with orders that are referred, approved, declined and edited besides (DE-8, DE-14)."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from largesse.ids import parse_id
from largesse.orders.answers import Answered, Deed, Done
from largesse.orders.models import Order as Record
from largesse.orders.placing import place
from largesse.orders.referring import approve, decline, place_pending, refer
from tests.machine.machine import DEAL, Machine, line, some
from tests.machine.model import EDITABLE, WAITING, Order, Wanted

ASKED = 2000
"""The giveaway credit that an order asks for, in cents."""

lines = st.lists(line, min_size=1, max_size=2)
asks = st.booleans()


class ReferringMachine(Machine):
    """Ines refers; Omar decides, and now and then Ines tries to."""

    def _asking(self, lines: list[tuple[str, int, bool]], code: int, asks: bool) -> Wanted:
        wanted = self._wanted(lines, code, 0)
        if asks:
            wanted.lines.append(("POT", 1, False))
            wanted.asked = ASKED
        return wanted

    def _keep(self, order: Order, state: str, answer: Done) -> None:
        order.state = state
        id = parse_id(Record.prefix, answer.order)
        self.model.take(id, order)
        self.ids.append(id)
        self._check(id, answer)

    @rule(lines=lines, code=some, asks=asks)
    def refer_one(self, lines: list[tuple[str, int, bool]], code: int, asks: bool) -> None:
        wanted = self._asking(lines, code, asks)
        cart, expected = self._cart(wanted), self.model.priced(wanted)
        if asks:
            self._refused(self._do(lambda deed: place(cart, deed)), "referral_needed")
        answer = self._do(lambda deed: refer(cart, deed, by_user=True))
        assert isinstance(answer, Done)
        self._keep(expected, "referred" if asks else "referred_by_user", answer)

    @precondition(lambda self: self.ids)
    @rule(pick=some, lines=lines, code=some, asks=asks)
    def edit_one(
        self, pick: int, lines: list[tuple[str, int, bool]], code: int, asks: bool
    ) -> None:
        """Refer its edited form, or place it, if that needs no approval."""
        id, old = self._one(pick)
        wanted = self._asking(lines, code, asks)
        cart = self._cart(wanted)

        def deed_of(deed: Deed) -> Answered:
            if asks:
                return refer(cart, deed, replaces=id)
            return place(cart, deed, replaces=id)

        answer = self._do(deed_of)
        if old.state not in EDITABLE:
            return self._refused(answer, "wrong_state")
        self.model.give_back(old)
        assert isinstance(answer, Done)
        self._keep(self.model.priced(wanted), "referred" if asks else "placed", answer)
        self._check_replaced(id)

    def _check_replaced(self, id: UUID) -> None:
        stored, expected = Record.objects.get(id=id), self.model.orders[id]
        assert (stored.state, stored.events) == ("cancelled", expected.events)

    @precondition(lambda self: self.ids)
    @rule(pick=some, own=st.sampled_from([True, False, False]), less=st.booleans())
    def approve_one(self, pick: int, own: bool, less: bool) -> None:
        """Approve it, with the credit asked for or half of it."""
        id, order = self._one(pick)
        credits = {DEAL: ASKED // 2} if less and order.asked is not None else None
        actor = "ines" if own else "omar"
        answer = self._do(lambda deed: approve(id, deed, credits=credits), actor)
        if order.state not in WAITING:
            return self._refused(answer, "wrong_state")
        if own:
            return self._refused(answer, "own_referral")
        if credits is None:
            order.state = "pending"
            order.events += 1
            return self._check(id, answer)
        # What the old order held is the new one's, at the same price.
        new = Order(order.lines, order.percent_off, order.voucher, order.credit, order.shipping, "")
        new.promoted, new.asked, new.shipping_left = order.promoted, ASKED // 2, order.shipping
        self.model.give_back(order)
        self._keep(new, "pending", answer)
        self._check_replaced(id)

    @precondition(lambda self: self.ids)
    @rule(pick=some, own=st.sampled_from([True, False, False]))
    def decline_one(self, pick: int, own: bool) -> None:
        id, order = self._one(pick)
        answer = self._do(lambda deed: decline(id, deed), "ines" if own else "omar")
        if order.state not in WAITING:
            return self._refused(answer, "wrong_state")
        if own:
            return self._refused(answer, "own_referral")
        self.model.give_back(order, "declined")
        self._check(id, answer)

    @precondition(lambda self: self.ids)
    @rule(pick=some)
    def place_what_is_approved(self, pick: int) -> None:
        id, order = self._one(pick)
        answer = self._do(lambda deed: place_pending(id, deed))
        if order.state != "pending":
            return self._refused(answer, "wrong_state")
        order.state = "placed"
        order.events += 1
        self._check(id, answer)


__all__ = ["Machine", "ReferringMachine"]
