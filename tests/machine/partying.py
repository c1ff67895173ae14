"""The machine, with parties besides: guests, hosts who are rewarded, and corrections (SP-1, SP-12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from largesse.engine.cart import Cart, Customer, SpreeChoice
from largesse.ids import parse_id
from largesse.ledger import reading
from largesse.ledger.accounts import Kind
from largesse.offers import promotions
from largesse.orders.answers import Answered, AwardChanged, Deed, Done, Refused
from largesse.orders.models import Correction
from largesse.orders.models import Order as Record
from largesse.orders.models import Party as PartyRecord
from largesse.orders.parties import making
from largesse.orders.parties.answers import PartyAnswered, PartyDone
from largesse.orders.parties.settling import settle
from largesse.orders.parties.totals import party_totals
from largesse.orders.placing import place, reserve
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.machine.hosted import MOST, PERCENT, Hosted, Reward
from tests.machine.machine import START, Machine, line, some
from tests.machine.model import Order

SPREE: Final = "HOST"
PARTIES_MAX: Final = 2

lines = st.lists(line, min_size=1, max_size=2)


def set_up() -> None:
    """A spree for hosts; it changes no other order."""
    from largesse.crm.models import Customer as Buyer

    Buyer.objects.create(number="hanna", name="Hanna")
    spree = {
        "kind": "shopping_spree",
        "description": "Host reward",
        "order_types": ["host_reward"],
        "calculation": "percentage",
        "percent": PERCENT,
        "of": "party_total",
        "maximum": f"{MOST // 100}.00",
        "carry_over": "credit",
    }
    promotions.revise({"code": SPREE, "actions": [spree]}, by=None, at=START)


class PartyMachine(Machine):
    """Hanna hosts; guests order at her parties, and give back."""

    # What has nothing to do with parties is left to the other machine.
    order: ClassVar[Any] = None
    ask_for_a_quote: ClassVar[Any] = None
    change_the_allotment: ClassVar[Any] = None
    change_the_limit: ClassVar[Any] = None

    def __init__(self) -> None:
        super().__init__()
        self.parties: list[tuple[PartyRecord, Hosted]] = []
        self.owed = _owed()

    # --- the party ----------------------------------------------------------------------------------

    def _party(self, pick: int) -> tuple[PartyRecord, Hosted]:
        return self.parties[pick % len(self.parties)]

    def _party_deed(self, verb: Any, record: PartyRecord) -> PartyAnswered:
        answer: PartyAnswered = verb(record.id, self._new_deed())
        return answer

    @precondition(lambda self: len(self.parties) < PARTIES_MAX)
    @rule()
    def a_party_begins(self) -> None:
        from largesse.crm.models import Customer as Buyer

        host = Buyer.objects.get(number="hanna")
        record = PartyRecord(title="Party", host=host, held_on=self.now.date())
        answer = making.make(record, self._new_deed()).answer
        assert isinstance(answer, PartyDone)
        stored = PartyRecord.objects.get(id=parse_id(PartyRecord.prefix, answer.party))
        self.parties.append((stored, Hosted()))

    @initialize(pots=st.integers(1, 6), units=st.none() | st.integers(0, 1))
    def a_party_is_over(self, pots: int, units: int | None) -> None:
        """Two guests have bought pots at it, and the host was rewarded, or is to be."""
        self.a_party_begins()
        for _ in range(2):
            self.a_guest_orders(0, [("POT", pots, False)], 0, False)
            self.post_one(len(self.ids) - 1)
        self.close_or_reopen(0, False)
        if units is not None:
            self.a_host_is_rewarded(0, units)

    @precondition(lambda self: self.parties)
    @rule(pick=some, again=st.booleans())
    def close_or_reopen(self, pick: int, again: bool) -> None:
        record, hosted = self._party(pick)
        answer = self._party_deed(making.reopen if again else making.close, record).answer
        if hosted.state != ("closed" if again else "open"):
            assert isinstance(answer, Refused)
            assert answer.code == "wrong_party_state"
            return
        hosted.state = "open" if again else "closed"
        assert isinstance(answer, PartyDone)
        assert answer.state == hosted.state

    # --- guests -------------------------------------------------------------------------------------

    @precondition(lambda self: any(hosted.state == "open" for _, hosted in self.parties))
    @rule(pick=some, lines=lines, code=some, held=st.booleans())
    def a_guest_orders(
        self, pick: int, lines: list[tuple[str, int, bool]], code: int, held: bool
    ) -> None:
        record, hosted = self._party(pick)
        wanted = self._wanted(lines, code, 0)
        cart = _at_party(self._cart(wanted), record)
        expected = self.model.priced(wanted)

        def deed_of(deed: Deed) -> Answered:
            return reserve(cart, deed, minutes=15) if held else place(cart, deed)

        answer = self._do(deed_of)
        if hosted.state != "open":
            return self._refused(answer, "party_not_open")
        expected.state = "held" if held else "placed"
        if held:
            expected.held_until = self.now + timedelta(minutes=15)
        assert isinstance(answer, Done)
        id = parse_id(Record.prefix, answer.order)
        self.model.take(id, expected)
        self.ids.append(id)
        hosted.guests.append(expected)
        self._check(id, answer)

    @precondition(lambda self: any(hosted.counted for _, hosted in self.parties))
    @rule(pick=some, which=some, units=st.integers(1, 2))
    def a_guest_gives_back(self, pick: int, which: int, units: int) -> None:
        _, hosted = self._party(pick)
        if hosted.counted:
            order = hosted.counted[which % len(hosted.counted)]
            place = next(n for n, id in enumerate(self.ids) if self.model.orders[id] is order)
            if order.state == "placed":
                self.post_one(place)
            self.refund_one(place, units, True, False)

    def _host_of(self, order: Order) -> Hosted | None:
        for _, hosted in self.parties:
            if any(order is guest for guest in hosted.guests):
                return hosted
        return None

    def _takes(self, order: Order) -> bool:
        hosted = self._host_of(order)
        return hosted is None or hosted.state == "open"

    def _came_back(self, order: Order, answer: Done) -> None:
        hosted = self._host_of(order)
        expected = None if hosted is None else hosted.corrected()
        made = answer.correction
        assert (None if made is None else (made.before, made.after)) == expected

    # --- the reward ---------------------------------------------------------------------------------

    @precondition(lambda self: self.parties)
    @rule(pick=some, units=st.integers(0, 3), anew=st.booleans())
    def reward_the_host(self, pick: int, units: int, anew: bool) -> None:
        """Place the host reward order, or place it anew."""
        record, hosted = self._party(pick)
        anew = anew and hosted.reward is not None
        cart = _reward_cart(self.now, record, units)
        replaced = hosted.reward_id if anew else None
        answer = self._do(lambda deed: place(cart, deed, replaces=replaced))
        price, award = self.model.prices["POT"], hosted.award
        old = hosted.reward
        if anew and old is not None and old.state != "placed":
            return self._refused(answer, "wrong_state")
        if old is not None and not anew:
            return self._refused(answer, "host_rewarded")
        if hosted.state != "closed":
            return self._refused(answer, "party_not_closed")
        if units * price > award or (units and not award):
            return self._refused(answer, "sprees_refused")
        assert isinstance(answer, Done)
        assert (answer.state, answer.due) == ("placed", 0)
        hosted.reward = Reward(award, units, price)
        hosted.reward_id = parse_id(Record.prefix, answer.order)

    @precondition(lambda self: any(hosted.state == "closed" for _, hosted in self.parties))
    @rule(pick=some, units=st.integers(0, 3))
    def a_host_is_rewarded(self, pick: int, units: int) -> None:
        """The host reward order is placed, or placed anew, and posted at once."""
        self.reward_the_host(pick, units, True)
        self.post_the_reward(pick)

    @precondition(lambda self: any(hosted.reward for _, hosted in self.parties))
    @rule(pick=some)
    def post_the_reward(self, pick: int) -> None:
        _, hosted = self._party(pick)
        reward = hosted.reward
        if reward is None:
            return
        answer = self._do(lambda deed: post(hosted.reward_id, deed))
        if reward.state != "placed":
            return self._refused(answer, "wrong_state")
        if hosted.state != "closed":
            return self._refused(answer, "party_not_closed")
        if hosted.award != reward.award:
            assert isinstance(answer, AwardChanged)
            assert (answer.placed.award, answer.today.award) == (reward.award, hosted.award)
            return
        hosted.post()
        assert isinstance(answer, Done)
        assert answer.state == "posted"

    @precondition(lambda self: any(hosted.reward for _, hosted in self.parties))
    @rule(pick=some, whole=st.booleans())
    def take_the_reward_back(self, pick: int, whole: bool) -> None:
        """Give a pot of it back, or all of it."""
        _, hosted = self._party(pick)
        reward = hosted.reward
        if reward is None:
            return
        named = {f"{SPREE}+POT": 1} if not whole and reward.units else None
        answer = self._do(lambda deed: refund(hosted.reward_id, deed, named))
        if reward.state not in ("posted", "partly_refunded"):
            return self._refused(answer, "wrong_state")
        assert isinstance(answer, Done)
        reward.refunded += 1 if named else reward.units - reward.refunded
        reward.state = "partly_refunded"
        waived = hosted.take_back() if reward.refunded == reward.units else 0
        assert (answer.refund_total, len(answer.waived)) == (0, waived)

    @precondition(lambda self: any(hosted.corrections for _, hosted in self.parties))
    @rule(pick=some, which=some, how=st.sampled_from(["charge", "waive"]))
    def settle_a_correction(self, pick: int, which: int, how: Any) -> None:
        record, hosted = self._party(pick)
        if not hosted.corrections:
            return
        nth = which % len(hosted.corrections)
        row = Correction.objects.filter(party=record).order_by("id")[nth]
        answer = self._do(lambda deed: settle(row.id, deed, how))
        if hosted.corrections[nth][2] != "open":
            return self._refused(answer, "correction_settled")
        assert isinstance(answer, Done)
        hosted.settle(nth, how)

    # --- what always holds --------------------------------------------------------------------------

    @invariant()
    def parties_are_as_their_orders_make_them(self) -> None:
        for record, hosted in self.parties:
            record.refresh_from_db(fields=["state", "closed_at"])
            totals = party_totals(record)
            assert (record.state, totals.total) == (hosted.state, hosted.total)
            rows = Correction.objects.filter(party=record).order_by("id")
            assert [[c.before, c.after, c.state] for c in rows] == hosted.corrections
        assert _owed() - self.owed == sum(hosted.credit for _, hosted in self.parties)


def _at_party(cart: Cart, record: PartyRecord) -> Cart:
    from msgspec.structs import replace

    return replace(cart, party=record.number)


def _reward_cart(now: Any, record: PartyRecord, units: int) -> Cart:
    chosen = (SpreeChoice(SPREE, "POT", units),) if units else ()
    return Cart(
        (),
        at=now,
        customer=Customer("hanna"),
        party=record.number,
        host_reward=True,
        sprees=chosen,
    )


def _owed() -> int:
    """What Hanna is owed."""
    return -sum(total.balance for total in reading.totals([Kind.CUSTOMER_CREDIT]))
