"""An award that is taken back while an order pays with it comes before it or after it (SP-13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from largesse.engine.money import Currency
from largesse.ledger import writing
from largesse.offers import limits
from largesse.orders import posting
from largesse.orders.answers import Answered, Done
from largesse.orders.credit import paying as credit
from largesse.orders.credit import taken_back
from largesse.orders.credit.by_hand import Booked, take
from largesse.orders.credit.statements import balance_before
from largesse.orders.models import Order
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.databases import at_once, committed_database
from tests.orders.offers import bought
from tests.orders.store import cart, deed, done, id_of, set_up
from tests.orders.test_paying_by_credit import ALL, gives
from tests.words import spec

__all__ = ["committed_database"]

pytestmark = pytest.mark.django_db(transaction=True)

USD = Currency.of("USD")
BRIEFLY = 1.0
"""Seconds that who takes back has to overtake the order that pays."""

ORDERS = 12


@pytest.fixture
def thirty(committed_database: str) -> Iterator[UUID]:
    """Anna has 30.00 on her account, given by this order."""
    from largesse.ledger import checking as journal
    from largesse.orders.checking import orders as checking

    set_up()
    gives()
    yield bought("1 POT")
    assert journal.check() == ()
    assert checking.check() == ()


class Overtaking:
    """Somebody who takes the award back just when an order has read what it may pay."""

    def __init__(self, deed_: Callable[[], Any]):
        self.deed = deed_
        self.is_done = Event()
        self.was_quicker = False
        self._started: Future[Any] | None = None
        self._pool = ThreadPoolExecutor(1)

    def start(self) -> None:
        if self._started is None:
            self._started = self._pool.submit(self._do)
            self.was_quicker = self.is_done.wait(BRIEFLY)

    def _do(self) -> Any:
        try:
            answer = self.deed()
            self.is_done.set()
            return answer
        finally:
            connection.close()

    def answer(self) -> Any:
        assert self._started is not None
        found = self._started.result()
        self._pool.shutdown()
        return found


def overtaken(monkeypatch: pytest.MonkeyPatch, deed_: Callable[[], Any]) -> tuple[UUID, Overtaking]:
    """An order that pays by credit, and who did something between its look and its payment."""
    other = Overtaking(deed_)
    real = limits.follow

    def follow(wanted: Any, **said: Any) -> bool:
        followed = real(wanted, **said)
        if any(account.kind == "rights:customer-credit" for account in wanted):
            other.start()
        return followed

    monkeypatch.setattr(limits, "follow", follow)
    order_id = id_of(place(cart("1 HAT", credit=ALL), deed()))
    return order_id, other


def overtaken_while_posting(monkeypatch: pytest.MonkeyPatch, award: UUID) -> Overtaking:
    """Who gives an order back just when another one was found to have its credit."""
    other = Overtaking(lambda: refund(award, deed()))
    real = taken_back.lacking

    def lacking(order: Order) -> Any:
        found = real(order)
        other.start()
        return found

    monkeypatch.setattr(taken_back, "lacking", lacking)
    return other


def paid(order_id: UUID) -> int:
    order = Order.objects.get(id=order_id)
    return order.total - order.due


def owed() -> int:
    account = credit.owed_to("anna", "store", "USD")
    return balance_before(account.id, None)


@spec("SP-12", "SP-13", "OR-6")
def test_an_award_is_not_taken_back_between_the_look_and_the_payment(
    thirty: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, other = overtaken(monkeypatch, lambda: refund(thirty, deed()))
    assert isinstance(other.answer().answer, Done)
    assert (other.was_quicker, paid(order_id)) == (False, 3000)
    assert not isinstance(post(order_id, deed()).answer, Done)
    assert owed() == 0


@spec("SP-13", "OR-6")
def test_an_award_is_not_taken_back_between_the_look_and_the_posting(
    thirty: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = id_of(place(cart("1 HAT", credit=ALL), deed()))
    other = overtaken_while_posting(monkeypatch, thirty)
    done(post(order_id, deed()))
    assert isinstance(other.answer().answer, Done)
    # The award was spent when it was taken back.
    assert (other.was_quicker, owed()) == (False, -3000)


def test_control_who_lets_others_book_while_posting_takes_the_account_below_zero_by_a_payment(
    thirty: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = id_of(place(cart("1 HAT", credit=ALL), deed()))
    other = overtaken_while_posting(monkeypatch, thirty)
    monkeypatch.setattr(posting, "keep_still", lambda owed: None)
    monkeypatch.setattr(writing, "together", lambda do: do())
    done(post(order_id, deed()))
    assert isinstance(other.answer().answer, Done)
    assert (other.was_quicker, owed()) == (True, -3000)


@spec("SP-13", "OR-6")
def test_credit_is_not_taken_off_by_hand_between_the_look_and_the_payment(
    thirty: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = deed(reason="twice")
    order_id, other = overtaken(monkeypatch, lambda: take("anna", "store", 100, USD, one))
    assert not isinstance(other.answer().answer, Booked)
    assert (other.was_quicker, paid(order_id)) == (False, 3000)
    done(post(order_id, deed()))
    assert owed() == 0


def test_control_who_lets_others_book_meanwhile_pays_what_is_there_no_more(
    thirty: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credit, "keep_still", lambda owed: None)
    monkeypatch.setattr(writing, "together", lambda do: do())
    order_id, other = overtaken(monkeypatch, lambda: refund(thirty, deed()))
    assert isinstance(other.answer().answer, Done)
    assert (other.was_quicker, owed()) == (True, 0)
    assert paid(order_id) == 3000


@spec("SP-12", "SP-13", "OR-6")
def test_what_is_taken_back_after_the_price_was_worked_out_pays_nothing(
    thirty: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = credit.carry_out
    others = [lambda: refund(thirty, deed())]

    def carry_out(plan: Any) -> Any:
        if others:
            done(others.pop()())
        return real(plan)

    monkeypatch.setattr(credit, "carry_out", carry_out)
    order_id = id_of(place(cart("1 HAT", credit=ALL), deed()))
    assert (paid(order_id), owed()) == (0, 0)


@spec("SP-13", "QU-20", "OR-6")
def test_many_orders_at_once_spend_what_is_there_while_awards_are_taken_back(thirty: UUID) -> None:
    awards = [bought("1 POT") for _ in range(ORDERS // 2)]

    def does(nth: int) -> Answered:
        if nth % 2:
            return refund(awards[nth // 2], deed(f"back-{nth}"))
        # Each other order asks for a third of an award.
        return place(cart("1 HAT", credit={"store": 1000}), deed(f"order-{nth}"))

    answers = at_once(ORDERS, does)
    orders = [id_of(each) for each in answers[::2]]
    spent = sum(map(paid, orders))
    assert all(isinstance(each.answer, Done) for each in answers)
    assert {paid(each) for each in orders} <= {0, 1000}
    # All awards but the first were taken back.
    assert owed() == 3000
    posted = [id for id in orders if isinstance(post(id, deed()).answer, Done)]
    # So many of them are posted as there is credit for, and no payment takes it below zero.
    assert sum(map(paid, posted)) == min(spent, 3000)
    assert owed() == 3000 - min(spent, 3000)
