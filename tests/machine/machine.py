"""Orders are driven through all that can happen to them, with a model beside that says what should."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from largesse.engine.cart import Cart, CartLine, Customer
from largesse.engine.facts import LimitQuery
from largesse.ids import parse_id
from largesse.ledger import reading
from largesse.ledger.accounts import Kind
from largesse.offers import allotments, deals, limits, promotions, vouchers
from largesse.offers.models import Allotment
from largesse.orders.answers import Answered, Deed, Done, PriceChanged, Refused, to_bytes
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.models import Order as Record
from largesse.orders.placing import place, place_held, reserve
from largesse.orders.posting import post
from largesse.orders.quoting import quote
from largesse.orders.refunding import refund
from tests.machine.model import HALVED, OPEN, Model, Order, Wanted

ALLOTMENT: Final = "FREE"
DEAL: Final = "GIFTS"
PROMOTION: Final = "HALF"
SKUS: Final = ("POT", "HAT")
START: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)

USES: Final = LimitQuery(PROMOTION, "uses")

_numbers = itertools.count(1)

line = st.tuples(st.sampled_from(SKUS), st.integers(1, 4), st.booleans())
some = st.integers(0, 2**16)
"""Which of those that there are: the remainder chooses."""


def set_up() -> None:
    """A business whose discounts all come from what is limited."""
    from largesse.business.models import Business
    from largesse.catalog.models import Location, Product, ProductGroup, TaxRate
    from largesse.crm.models import Customer as Buyer
    from largesse.crm.models import Organization

    Business.objects.create(name="Machine")
    products = [Product.objects.create(sku=sku, name=sku, price=1000) for sku in SKUS]
    group = ProductGroup.objects.create(code="all", title="All")
    group.products.add(*products)
    main = Location.objects.create(code="main", title="Main street")
    TaxRate.objects.create(location=main, rate=100_000)
    hats = ProductGroup.objects.create(code="hats", title="Hats")
    hats.products.add(*(product for product in products if product.sku == HALVED))
    school = Organization.objects.create(code="school", name="School")
    Buyer.objects.create(number="anna", name="Anna").organizations.add(school)
    allotments.grant(
        school, products[0], 3, "Pots", at=START, by="ines", product_group=group, code=ALLOTMENT
    )
    gifts_for_pots()


def gifts_for_pots() -> None:
    """A deal that no cart of the machine triggers; it gives credit, so that no price changes."""
    free = {"kind": "free_stock", "amount": "50.00"}
    deals.revise(
        {
            "code": DEAL,
            "sets": [{"products": "all"}],
            "tiers": [{"min_units": 1000, "benefit": free}],
            "selection": "hats",
            "referable": True,
        },
        by=None,
        at=START,
    )


def half_off_hats(uses_max: int) -> None:
    """The promotion, or its next revision."""
    half = {
        "kind": "discount_order_line",
        "percent": 50,
        "include": "hats",
        "multipliers": {"taxable": 50},
    }
    promotions.revise(
        {"code": PROMOTION, "actions": [half], "max_uses": uses_max}, by=None, at=START
    )


class Machine(RuleBasedStateMachine):
    """One database for all runs: each begins with what it finds left, and vouchers of its own."""

    operations: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        # The invariant is checked once before the first operation, too.
        Machine.operations -= 1
        self.now = START
        self.allotment = Allotment.objects.get(code=ALLOTMENT)
        units = allotments.units_of(self.allotment)
        self.model = Model(dict.fromkeys(SKUS, 1000), units.left, units.granted)
        for sku in SKUS:
            self._set_price(sku, 1000)
        self.model.uses = limits.used([USES])[USES]
        self._limit_to(self.model.uses + 2)
        self.ids: list[UUID] = []
        self.told: list[tuple[Callable[[Deed], Answered], str, bytes]] = []
        self.before = _money()

    # --- what is on offer ---------------------------------------------------------------------------

    @rule(percent=st.booleans())
    def give_a_voucher(self, percent: bool) -> None:
        number = f"V{next(_numbers)}"
        sort: dict[str, int] = {"percent": 200_000} if percent else {"value": 1000}
        vouchers.create([number], at=self.now, by="ines", **sort)  # type: ignore[arg-type]
        self.model.vouchers[number] = True
        if not percent:
            self.model.credits.add(number)

    @rule(units=st.integers(-3, 5))
    def change_the_allotment(self, units: int) -> None:
        model = self.model
        new = model.units_granted + units
        used = model.units_granted - model.units_left
        if new >= max(used, 1):
            allotments.set_quantity(self.allotment, new, at=self.now, by="ines")
            model.units_granted, model.units_left = new, model.units_left + units

    @rule(uses=st.integers(-3, 3))
    def change_the_limit(self, uses: int) -> None:
        """Raise it, or lower it, also below what is used."""
        self._limit_to(max(1, self.model.uses_max + uses))

    def _limit_to(self, uses: int) -> None:
        half_off_hats(uses)
        self.model.uses_max = uses

    @rule(sku=st.sampled_from(SKUS), tens=st.integers(1, 9))
    def change_a_price(self, sku: str, tens: int) -> None:
        self._set_price(sku, tens * 1000)

    def _set_price(self, sku: str, price: int) -> None:
        from largesse.catalog.models import Product

        product = Product.objects.get(sku=sku)
        if product.price != price:
            product.price = price
            product.save()
        self.model.prices[sku] = price

    @rule(minutes=st.integers(1, 30))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # --- a cart -------------------------------------------------------------------------------------

    def _wanted(self, lines: list[tuple[str, int, bool]], code: int, shipping: int) -> Wanted:
        known = [None, *self.model.vouchers]
        asked = [(sku, units, free and sku == "POT") for sku, units, free in lines]
        return Wanted(asked, known[code % len(known)], shipping)

    def _cart(self, wanted: Wanted) -> Cart:
        last = len(wanted.lines) if wanted.asked is not None else 0
        lines = tuple(
            CartLine(
                str(nth),
                sku,
                units,
                allotment=ALLOTMENT if free else None,
                deal=DEAL if nth == last else None,
            )
            for nth, (sku, units, free) in enumerate(wanted.lines, 1)
        )
        return Cart(
            lines,
            at=self.now,
            customer=Customer("anna", organizations=frozenset({"school"})),
            location="main",
            codes=() if wanted.voucher is None else (wanted.voucher,),
            shipping=wanted.shipping,
            referred={} if wanted.asked is None else {DEAL: wanted.asked},
        )

    @rule(lines=st.lists(line, min_size=1, max_size=3), code=some)
    def ask_for_a_quote(self, lines: list[tuple[str, int, bool]], code: int) -> None:
        wanted = self._wanted(lines, code, 0)
        found, expected = quote(self._cart(wanted)), self.model.priced(wanted)
        assert (found.total, found.due) == (expected.total, expected.due)

    @rule(
        lines=st.lists(line, min_size=1, max_size=3),
        code=some,
        shipping=st.sampled_from([0, 500]),
        minutes=st.sampled_from([None, 1, 15]),
        less=st.sampled_from([None, 0, 0, 1]),
    )
    def order(
        self,
        lines: list[tuple[str, int, bool]],
        code: int,
        shipping: int,
        minutes: int | None,
        less: int | None,
    ) -> None:
        """Place or reserve; the buyer has confirmed nothing, the price, or a cent less."""
        wanted = self._wanted(lines, code, shipping)
        cart, expected = self._cart(wanted), self.model.priced(wanted)
        confirmed = None if less is None else max(0, expected.due - less)

        def deed_of(deed: Deed) -> Answered:
            if minutes is None:
                return place(cart, deed, confirmed_due=confirmed)
            return reserve(cart, deed, minutes=minutes, confirmed_due=confirmed)

        answer = self._do(deed_of)
        if confirmed is not None and confirmed < expected.due:
            assert isinstance(answer, PriceChanged)
            assert answer.due == expected.due
            return
        expected.state = "placed" if minutes is None else "held"
        if minutes is not None:
            expected.held_until = self.now + timedelta(minutes=minutes)
        assert isinstance(answer, Done)
        id = parse_id(Record.prefix, answer.order)
        self.model.take(id, expected)
        self.ids.append(id)
        self._check(id, answer)

    # --- an order -----------------------------------------------------------------------------------

    def _one(self, pick: int) -> tuple[UUID, Order]:
        id = self.ids[pick % len(self.ids)]
        return id, self.model.orders[id]

    def _new_deed(self, actor: str = "ines") -> Deed:
        key = f"machine-{next(_numbers)}"
        return Deed(key=key, body=key.encode(), at=self.now, actor=actor, reason="as it is")

    def _do(self, deed_of: Callable[[Deed], Answered], actor: str = "ines") -> Any:
        """Do it under a new key, which is kept to be sent again."""
        deed = self._new_deed(actor)
        answered = deed_of(deed)
        assert not answered.repeated
        self.told.append((deed_of, deed.key, to_bytes(answered.answer)))
        return answered.answer

    def _check(self, id: UUID, answer: Done) -> None:
        """What is answered and stored is what the model says."""
        expected, stored = self.model.orders[id], Record.objects.get(id=id)
        for found in (answer, stored):
            assert found.state == expected.state
            assert (found.total, found.due) == (expected.total, expected.due)
            assert found.refunded == expected.refunded
        assert stored.events == expected.events
        assert stored.held_until == expected.held_until
        assert stored.gross - stored.discount == stored.net
        assert stored.net + stored.tax + stored.shipping == stored.total

    def _refused(self, answer: Any, code: str) -> None:
        assert isinstance(answer, Refused)
        assert answer.code == code

    @precondition(lambda self: self.ids)
    @rule(pick=some)
    def place_what_is_held(self, pick: int) -> None:
        id, order = self._one(pick)
        answer = self._do(lambda deed: place_held(id, deed))
        if order.state != "held":
            return self._refused(answer, "wrong_state")
        assert order.held_until is not None
        if order.held_until <= self.now:
            return self._refused(answer, "hold_lapsed")
        if not self._takes(order):
            return self._refused(answer, "party_not_open")
        order.state, order.held_until = "placed", None
        order.events += 1
        self._check(id, answer)

    @precondition(lambda self: self.ids)
    @rule(pick=some)
    def post_one(self, pick: int) -> None:
        id, order = self._one(pick)
        answer = self._do(lambda deed: post(id, deed))
        if order.state != "placed":
            return self._refused(answer, "wrong_state")
        order.state = "posted"
        order.events += 1
        self._check(id, answer)

    @precondition(lambda self: self.ids)
    @rule(pick=some)
    def cancel_one(self, pick: int) -> None:
        id, order = self._one(pick)
        answer = self._do(lambda deed: cancel(id, deed))
        if order.state not in OPEN:
            return self._refused(answer, "wrong_state")
        self.model.give_back(order)
        self._check(id, answer)
        self._came_back(order, answer)

    @precondition(lambda self: self.ids)
    @rule(pick=some, units=st.integers(1, 3), named=st.booleans(), shipping=st.booleans())
    def refund_one(self, pick: int, units: int, named: bool, shipping: bool) -> None:
        """Refund some units of the first line, or all that is left."""
        id, order = self._one(pick)
        asked = {"1": units} if named else None
        answer = self._do(lambda deed: refund(id, deed, asked, shipping=shipping))
        if order.state not in ("posted", "partly_refunded"):
            return self._refused(answer, "wrong_state")
        left = {name: each.units - each.refunded for name, each in order.lines.items()}
        if asked is not None and units > left["1"]:
            return self._refused(answer, "cannot_refund")
        back = self.model.refund(order, left if asked is None else asked, shipping)
        assert answer.refund_total == back
        self._check(id, answer)
        self._came_back(order, answer)

    @rule()
    def what_has_lapsed_expires(self) -> None:
        lapsed = [
            order
            for order in self.model.orders.values()
            if order.held_until is not None and order.held_until <= self.now
        ]
        assert expire_lapsed(self.now) == len(lapsed)
        for order in lapsed:
            self.model.give_back(order)

    @precondition(lambda self: self.told)
    @rule(pick=some)
    def send_an_earlier_key_again(self, pick: int) -> None:
        deed_of, key, told = self.told[pick % len(self.told)]
        again = deed_of(Deed(key=key, body=key.encode(), at=self.now, actor="ines"))
        assert again.repeated
        assert to_bytes(again.answer) == told

    @precondition(lambda self: self.told)
    @rule(pick=some)
    def send_an_earlier_key_with_another_request(self, pick: int) -> None:
        deed_of, key, _ = self.told[pick % len(self.told)]
        other = deed_of(Deed(key=key, body=b"another", at=self.now, actor="ines"))
        self._refused(other.answer, "idempotency_key_reused")

    # --- what an order means to others --------------------------------------------------------------

    def _takes(self, order: Order) -> bool:
        """Whether what a held order belongs to lets it be placed."""
        return True

    def _came_back(self, order: Order, answer: Done) -> None:
        """An order was cancelled, or given back in part or whole."""

    # --- what always holds --------------------------------------------------------------------------

    @invariant()
    def what_is_limited_is_counted(self) -> None:
        Machine.operations += 1
        model = self.model
        assert limits.used([USES]) == {USES: model.uses}
        accounts = {vouchers.account_of(number): number for number in model.vouchers}
        units = allotments.account_of(ALLOTMENT)
        found = reading.counters([units, *accounts])
        for account, one in found.items():
            assert one.held >= 0
            assert one.posted >= 0
            assert one.left >= 0
            if account == units:
                assert (one.left, one.granted) == (model.units_left, model.units_granted)
            else:
                assert (one.left, one.granted) == (int(model.vouchers[accounts[account]]), 1)

    def teardown(self) -> None:
        """The money of all orders is where it should be, and nothing is left held for the next run."""
        for order in self.model.orders.values():
            if order.held_until is not None:
                self.now = max(self.now, order.held_until)
        expire_lapsed(self.now)
        receivables, clearing = self.before
        for order in self.model.orders.values():
            if order.state in ("posted", "partly_refunded", "refunded"):
                receivables += order.due - min(order.refunded, order.due)
                clearing += order.credit - max(0, order.refunded - order.due)
        assert _money() == (receivables, clearing)


def _money() -> tuple[int, int]:
    """The balances of receivables and of the clearing account of value vouchers."""
    found = {Kind.RECEIVABLES: 0, Kind.VOUCHER_CLEARING: 0}
    for total in reading.totals(list(found)):
        found[total.account.kind] += total.balance
    return found[Kind.RECEIVABLES], found[Kind.VOUCHER_CLEARING]
