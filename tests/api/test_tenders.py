"""An order through the API is paid by one method, or by tenders that come to what is due."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.orders.models import Order
from largesse.orders.tenders import Tender, tenders_of
from tests.api.callers import Program, cart
from tests.words import spec

pytestmark = pytest.mark.django_db


def dollars(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def paid(*tenders: dict[str, Any]) -> dict[str, Any]:
    """An order of a hat: 44.00 with its tax."""
    return {**cart("1 HAT"), "payment": {"tenders": list(tenders)}}


CARD = {"method": "card", "amount": dollars("20.00"), "reference": "pi_3Q"}
CASH = {"method": "cash", "amount": dollars("24.00"), "given": dollars("50.00")}


@spec("IF-20", "JO-3")
def test_several_tenders_pay_an_order(api: Program) -> None:
    assert api.do("/orders", paid(CARD, CASH)).status == 201
    order = Order.objects.get()
    assert tenders_of(order.payment, order.due) == (
        Tender(method="card", amount=2000, reference="pi_3Q"),
        Tender(method="cash", amount=2400, given=5000, change=2600),
    )


@spec("IF-20")
def test_tenders_that_do_not_come_to_what_is_due_are_refused(api: Program) -> None:
    told = api.do("/orders", paid(CARD))
    assert (told.status, told.code) == (409, "tenders_differ")
    assert Order.objects.count() == 0


@spec("IF-21")
@pytest.mark.parametrize(
    ("payment", "field"),
    [
        ({}, "payment"),
        ({"method": "card", "tenders": [CARD]}, "payment"),
        ({"reference": "pi", "tenders": [CARD]}, "payment.reference"),
        ({"tenders": [{**CASH, "given": dollars("1.00")}]}, "payment.tenders[0].given"),
        ({"tenders": [{**CARD, "amount": dollars("0.00")}]}, "payment.tenders[0].amount"),
    ],
)
def test_a_payment_that_says_nothing_clear_is_told(
    api: Program, payment: dict[str, Any], field: str
) -> None:
    told = api.do("/orders", {**cart("1 HAT"), "payment": payment})
    assert (told.status, told.fields) == (422, [field])
