"""Credit that is taken back under a placed order does not pay for it when it is posted (SP-13)."""

from __future__ import annotations

from uuid import UUID

import pytest

from largesse.engine.money import Currency
from largesse.ledger import checking as journal
from largesse.ledger.reading import Counters
from largesse.orders.answers import Answered, Done, Refused
from largesse.orders.cancelling import cancel
from largesse.orders.checking import orders as checking
from largesse.orders.credit.by_hand import Booked, give, take
from largesse.orders.models import Order
from largesse.orders.over_the_counter import sell_now
from largesse.orders.placing import place
from largesse.orders.posting import post
from tests.orders.offers import bought, buys, gives_back
from tests.orders.store import cart, deed, done, id_of
from tests.orders.test_credits import owed
from tests.orders.test_paying_by_credit import ALL, due, gives, limit, payable
from tests.words import spec

USD = Currency.of("USD")


@pytest.fixture(autouse=True)
def earned(store: None) -> UUID:
    """Anna has 30.00 on the store's account, given by this order."""
    gives()
    return bought("1 POT")


@pytest.fixture
def held(earned: UUID) -> UUID:
    """A placed order of 44.00, of which 30.00 were to be paid with credit that was taken back."""
    order_id = buys("1 HAT", credit=ALL)
    gives_back(earned)
    return order_id


def refused(answered: Answered) -> Refused:
    assert isinstance(answered.answer, Refused)
    return answered.answer


def state(order_id: UUID) -> str:
    return str(Order.objects.get(id=order_id).state)


@spec("SP-13")
def test_it_is_not_posted_and_says_what_is_missing(held: UUID) -> None:
    number = Order.objects.get(id=held).number
    no = refused(post(held, deed()))
    assert (no.code, no.field) == ("credit_taken_back", "credit")
    assert no.message == (
        f"Credit that pays for order {number} was taken back, 30.00 is missing: Store has 0.00 of "
        "30.00. Give it, place the order anew, or cancel it."
    )
    assert [(e.field, e.value, e.message) for e in no.errors] == [
        ("credit.store", "30.00", "30.00 is missing on the account")
    ]
    assert (state(held), owed()) == ("placed", 0)
    assert limit() == Counters(granted=3000, held=3000, posted=0)


@spec("SP-13", "OR-3")
def test_a_refused_posting_is_refused_again_under_its_key(held: UUID) -> None:
    one = deed()
    no = refused(post(held, one))
    assert isinstance(give("anna", "store", 3000, USD, deed(reason="ours")).answer, Booked)
    assert post(held, one) == Answered(no, repeated=True)


@spec("SP-13")
def test_what_is_missing_can_be_given_and_then_it_is_posted_as_it_was_placed(held: UUID) -> None:
    give("anna", "store", 2999, USD, deed(reason="ours"))
    assert "0.01 is missing" in refused(post(held, deed())).message
    give("anna", "store", 1, USD, deed(reason="ours"))
    assert done(post(held, deed())).due == 1400
    assert (owed(), payable()) == (0, 0)


@spec("SP-13", "OR-2")
def test_it_is_placed_anew_and_paid_with_what_there_is(held: UUID) -> None:
    give("anna", "store", 500, USD, deed(reason="ours"))
    anew = place(cart("1 HAT", credit=ALL), deed(), replaces=held)
    assert (state(held), due(id_of(anew))) == ("cancelled", 3900)
    done(post(id_of(anew), deed()))
    assert (owed(), payable()) == (0, 0)


@spec("SP-13", "OR-2")
def test_who_confirmed_what_was_due_before_is_asked_again_and_the_old_order_stays(
    held: UUID,
) -> None:
    answer = place(cart("1 HAT", credit=ALL), deed(), confirmed_due=1400, replaces=held)
    assert not isinstance(answer.answer, Done)
    assert (state(held), Order.objects.count()) == ("placed", 2)


@spec("SP-13")
def test_it_is_placed_anew_for_its_customer_alone(held: UUID) -> None:
    other = place(cart("1 HAT", buyer="dora"), deed(), replaces=held)
    assert (refused(other).code, state(held)) == ("other_customer", "placed")
    nobody = place(cart("1 HAT", buyer=None), deed(), replaces=held)
    assert (refused(nobody).code, state(held)) == ("other_customer", "placed")


@spec("SP-13", "DE-8")
def test_an_order_whose_credit_is_there_is_not_replaced() -> None:
    order_id = buys("1 HAT", credit=ALL)
    again = place(cart("1 HAT", credit=ALL), deed(), replaces=order_id)
    assert (refused(again).code, state(order_id)) == ("wrong_state", "placed")


@spec("SP-13", "OR-5")
def test_it_is_cancelled_and_nothing_is_owed(held: UUID) -> None:
    done(cancel(held, deed()))
    assert (state(held), owed(), payable()) == ("cancelled", 0, 0)


@spec("SP-13")
def test_of_two_orders_the_one_that_is_posted_first_is_paid(earned: UUID) -> None:
    more = bought("1 POT")
    one, two = (buys("1 HAT", credit={"store": 2000}) for _ in range(2))
    gives_back(more)
    done(post(two, deed()))
    assert "10.00 is missing: Store has 10.00 of 20.00" in refused(post(one, deed())).message
    assert owed() == 1000


@spec("SP-13")
def test_credit_that_staff_took_off_below_zero_does_not_pay_either() -> None:
    order_id = buys("1 HAT", credit=ALL)
    take("anna", "store", 3500, USD, deed(reason="given twice"), below_zero=True)
    told = refused(post(order_id, deed())).message
    assert "35.00 is missing: Store has -5.00 of 30.00" in told
    assert owed() == -500


@spec("SP-13")
def test_an_order_that_credit_does_not_pay_is_posted_whatever_is_owed() -> None:
    order_id = buys("1 HAT")
    take("anna", "store", 3500, USD, deed(reason="given twice"), below_zero=True)
    done(post(order_id, deed()))


@spec("SP-13")
def test_what_an_order_will_earn_does_not_pay_for_it(earned: UUID) -> None:
    order_id = buys("1 POT", credit=ALL)
    gives_back(earned)
    assert refused(post(order_id, deed())).code == "credit_taken_back"


@spec("SP-13")
def test_a_sale_over_the_counter_is_paid_with_what_was_there_when_it_was_placed() -> None:
    sold = sell_now(cart("1 HAT", credit=ALL), deed(), confirmed_due=1400, payment=None)
    assert (done(sold).due, owed()) == (1400, 0)


@spec("SP-13", "JO-4")
def test_the_journal_and_the_orders_are_sound_whichever_way_it_ends(held: UUID) -> None:
    refused(post(held, deed()))
    anew = place(cart("1 HAT", credit=ALL), deed(), replaces=held)
    done(post(id_of(anew), deed()))
    assert journal.check() == ()
    assert checking.check() == ()
