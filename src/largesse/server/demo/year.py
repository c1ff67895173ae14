"""A year of orders, each through the use cases and at its own time: placed, posted, some given back."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count, cycle
from random import Random
from typing import Final
from uuid import UUID

from largesse.catalog.models import Location, Product
from largesse.crm import models as crm
from largesse.crm.values import customer_values
from largesse.engine.cart import Cart, CartLine, Channel, Customer, CustomerType
from largesse.ids import parse_id
from largesse.orders.answers import Answered, Deed, Done
from largesse.orders.cancelling import cancel
from largesse.orders.models import Order, OrderLine
from largesse.orders.placing import place, reserve
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from largesse.server.demo.deals import WHOLESALE
from largesse.server.demo.offers import ALLOTMENTS, Held
from largesse.server.demo.promotions import PREFERRED_SKU, asked
from largesse.server.demo.promotions.gifts import TO_CHOOSE
from largesse.server.demo.trade import by_the_case

STAFF: Final = {Channel.SHOP: "shop", Channel.TILL: "Tomas Brandt", Channel.REP: "Jonas Reed"}
DAYS: Final = 365
LINKS: Final = tuple((code, sku) for _, code, _, sku, *_ in ALLOTMENTS)
"""What a buyer who follows an organization's link brings to the cart."""
ASKED: Final = tuple(each["code"] for each in asked.promotions(str))
"""The promotions that shoppers are asked about."""
SPENT: Final = 2000
"""At most so much credit is spent on an order, in minor units."""
KEPT: Final = timedelta(days=3)
"""How long what is reserved is kept."""

Happening = tuple[datetime, int, Callable[[datetime], object]]


class Year:
    """The orders of the year before an instant, in the order of time in which they happened."""

    def __init__(self, chance: Random, now: datetime, held: Held):
        self._chance = chance
        self._now = now
        self._vouchers = [list(numbers) for numbers in held.vouchers.values()]
        self._postcards = list(held.postcards)
        self._numbers = count()
        self._ahead: list[Happening] = []
        buyers = crm.Customer.objects.order_by("number")
        everyone = list(customer_values(buyers))
        self._trade = cycle([who for who in everyone if WHOLESALE in who.tags])
        self._customers = [
            who
            for who in everyone
            if who.type is CustomerType.CUSTOMER and WHOLESALE not in who.tags
        ]
        self._distributors = [who for who in everyone if who.type is CustomerType.DISTRIBUTOR]
        self._stores = [place.code for place in Location.objects.filter(is_shop=False)]
        self._online = Location.objects.get(is_shop=True)
        self._shelf = list(Product.objects.order_by("sku"))
        self._pull = [self._popularity(product) for product in self._shelf]
        self._ordered = 0
        self._of_reps = count()
        self._known = count()
        self._newest = now - timedelta(hours=1)
        """The last order: it waits to be sent, whatever chance made of the others."""

    def run(self, orders: int, step: Callable[[int], None]) -> None:
        """Let it all happen; what would come after the instant does not."""
        for at in sorted(self._instants(orders)):
            self.plan(at, self._sell)
        done = 0
        while self._ahead:
            at, _, happen = heapq.heappop(self._ahead)
            happen(at)
            if happen == self._sell:
                done += 1
                step(done)

    def plan(self, at: datetime, happen: Callable[[datetime], object]) -> None:
        """Let something happen at an instant; what would come after the year's end does not."""
        if at <= self._now:
            heapq.heappush(self._ahead, (at, next(self._numbers), happen))

    def _instants(self, orders: int) -> list[datetime]:
        """More before the holidays and on Saturdays, all of them by day; the last one an hour ago."""
        days = [self._now - timedelta(days=back) for back in range(DAYS)]
        weights = [
            (2.2 if day.month == 12 else 1.5 if day.month == 11 else 1.0)
            * (1.6 if day.weekday() == 5 else 1.0)
            for day in days
        ]
        chosen = self._chance.choices(days, weights, k=orders)
        # The business's day begins at four in the afternoon, UTC.
        spread = (
            day.replace(hour=0, minute=0, second=0, microsecond=0)
            - timedelta(hours=8)
            + timedelta(seconds=self._chance.randrange(10 * 3600))
            for day in chosen
        )
        return [*sorted(min(at, self._newest) for at in spread)[:-1], self._newest][:orders]

    def _popularity(self, product: Product) -> float:
        if product.sku == PREFERRED_SKU:
            return 0.0
        favourite = 4.0 if product.sku.startswith(("CN", "MG", "TW", "AP-2")) else 1.0
        return favourite * self._chance.uniform(0.3, 1.7) * math.sqrt(2000 / product.price)

    # --- an order ------------------------------------------------------------------------------------

    def _sell(self, at: datetime) -> None:
        cart = self._cart(at)
        self._ordered += 1
        if cart.channel is Channel.REP and next(self._of_reps) % 2:
            cart = by_the_case(cart, next(self._trade))
        key = f"demo-{self._ordered}"
        deed = self._deed(f"{key}-place", at, cart.channel)
        waits = cart.channel is Channel.SHOP and self._now - at < KEPT and self._one_in(4)
        if waits:
            done = done_with(reserve(cart, deed, minutes=int(KEPT.total_seconds() // 60)))
            return
        done = done_with(place(cart, deed, payment=self._payment(cart.channel)))
        order = parse_id(Order.prefix, done.order)
        if cart.channel is not Channel.TILL and self._one_in(28):
            self.plan(at + self._hours(2, 20), lambda then: self._cancel(order, key, then))
            return
        ships = timedelta() if cart.channel is Channel.TILL else self._hours(8, 60)
        self.plan(at + ships, lambda then: self._post(order, key, cart.channel, then))
        if self._one_in(16):
            self.plan(
                at + ships + self._hours(30, 500), lambda then: self._refund(order, key, then)
            )

    def _payment(self, channel: Channel) -> dict[str, str]:
        if channel is Channel.REP:
            return {"method": "invoice"}
        return {"method": "test card", "last4": f"{self._chance.randrange(10_000):04d}"}

    def _cart(self, at: datetime) -> Cart:
        channel = self._chance.choices(
            (Channel.SHOP, Channel.TILL, Channel.REP), (50, 42, 8)
        )[0]  # fmt: skip
        if at == self._newest:
            channel = Channel.REP
        buyer = self._buyer(channel)
        if channel is Channel.TILL:
            location, shipping = self._chance.choice(self._stores), 0
        else:
            location, shipping = self._online.code, self._online.shipping
        return Cart(
            lines=self._lines(channel, buyer),
            at=at,
            customer=buyer,
            location=location,
            channel=channel,
            codes=self._codes(channel, at),
            shipping=shipping,
            answers=self._answers(channel),
            gifts=self._gifts(channel),
            credit=self._credit(buyer, channel),
        )

    def _buyer(self, channel: Channel) -> Customer | None:
        if channel is Channel.REP:
            return self._chance.choice(self._distributors)
        if channel is Channel.TILL and self._one_in(2):
            return None
        # A few come again and again.
        place = int(len(self._customers) * self._chance.random() ** 2)
        return self._customers[place]

    def _lines(self, channel: Channel, buyer: Customer | None) -> tuple[CartLine, ...]:
        rows = self._chance.choices((1, 2, 3, 4, 5, 7), (18, 28, 24, 16, 9, 5))[0]
        most = 12 if channel is Channel.REP else 4
        chosen = {each.sku: each for each in self._chance.choices(self._shelf, self._pull, k=rows)}
        if buyer is not None and channel is not Channel.REP and self._one_in(30):
            chosen[PREFERRED_SKU] = next(p for p in self._shelf if p.sku == PREFERRED_SKU)
        lines = [
            CartLine(str(i), product.sku, self._quantity(product, most))
            for i, product in enumerate(chosen.values(), start=1)
        ]
        if channel is Channel.SHOP and self._one_in(9):
            code, sku = self._chance.choice(LINKS)
            lines.append(CartLine("gift", sku, self._chance.choice((1, 1, 2)), allotment=code))
        return tuple(lines)

    def _quantity(self, product: Product, most: int) -> int | Decimal:
        if product.quantity_decimals:
            return Decimal(self._chance.randrange(100, 900)) / 1000
        if product.sku == PREFERRED_SKU or product.price > 5000:
            return 1
        return self._chance.choices(range(1, most + 1), [1 / n for n in range(1, most + 1)])[0]

    def _codes(self, channel: Channel, at: datetime) -> tuple[str, ...]:
        codes = []
        if channel is Channel.SHOP and self._one_in(12):
            codes.append(self._chance.choice(("WELCOME10", "FINCH-FRIEND")))
        if channel is not Channel.REP and 15 < (self._now - at).days < 75 and self._one_in(6):
            codes.append("FALL22")
        if channel is Channel.SHOP and self._postcards and self._one_in(14):
            codes.append(self._postcards.pop())
        book = self._chance.choice(self._vouchers)
        if book and channel is Channel.TILL and self._one_in(9):
            codes.append(book.pop())
        return tuple(codes)

    def _answers(self, channel: Channel) -> dict[str, bool]:
        """Most take what they are asked about; a few leave what is ticked for them."""
        if channel is not Channel.SHOP:
            return {}
        return {code: not self._one_in(4) for code in ASKED}

    def _gifts(self, channel: Channel) -> dict[str, str]:
        if channel is not Channel.SHOP:
            return {}
        return {code: self._chance.choice(skus) for code, skus in TO_CHOOSE.items()}

    def _credit(self, buyer: Customer | None, channel: Channel) -> dict[str, int]:
        """Every fifth of those who are known spends what promotions have given them."""
        is_asked = buyer is not None and channel is not Channel.REP
        return {"rewards": SPENT} if is_asked and next(self._known) % 5 == 0 else {}

    # --- what becomes of it --------------------------------------------------------------------------

    def _post(self, order: UUID, key: str, channel: Channel, at: datetime) -> None:
        done_with(post(order, self._deed(f"{key}-post", at, channel)))

    def _cancel(self, order: UUID, key: str, at: datetime) -> None:
        done_with(
            cancel(order, self._deed(f"{key}-cancel", at, Channel.SHOP, "the customer changed"))
        )

    def _refund(self, order: UUID, key: str, at: datetime) -> None:
        deed = self._deed(f"{key}-refund", at, Channel.TILL, "brought back")
        first = OrderLine.objects.filter(order_id=order).order_by("position")[0]
        some = None if self._one_in(2) else {first.line: 1}
        done_with(refund(order, deed, some))

    def _deed(self, key: str, at: datetime, channel: Channel, reason: str = "") -> Deed:
        return Deed(key=key, body=b"demo", at=at, actor=STAFF[channel], reason=reason)

    def _one_in(self, n: int) -> bool:
        return self._chance.randrange(n) == 0

    def _hours(self, least: int, most: int) -> timedelta:
        return timedelta(minutes=self._chance.randrange(least * 60, most * 60))


def done_with(answered: Answered) -> Done:
    """The answer of a deed that must have happened."""
    if not isinstance(answered.answer, Done):
        raise RuntimeError(f"the demo could not do what it meant to: {answered.answer}")
    return answered.answer
