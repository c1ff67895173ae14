"""Credit that a customer was given pays for later orders, and is never spent twice (SP-12, SP-13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from largesse.ledger import reading
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.reading import Counters, counters
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.checking import orders as checking
from largesse.orders.models import Order
from largesse.orders.over_the_counter import sell_now
from largesse.orders.placing import place, reserve
from largesse.orders.posting import post
from largesse.orders.quoting import quote
from largesse.orders.refunding import money_back
from largesse.orders.repricing import priced_again
from largesse.orders.tenders import Tender, payment_of
from tests.orders.journal import booked
from tests.orders.offers import bought, buys, gives_back, on_offer
from tests.orders.store import AT, cart, changed, deed, done, id_of, later, order_of
from tests.orders.test_credits import owed
from tests.words import money, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

HAS_POT = {"kind": "product_count", "minimum": 1, "products": "pots", "orders": "only_current"}
ALL = {"store": money("999.00")}
"""Whoever pays with all of the account asks for more than there ever is."""


def gives(amount: str = "30.00", account: str = "store") -> None:
    """Whoever buys a pot is given credit."""
    action = {"kind": "award_credit", "account": account, "amount": amount}
    on_offer(action, code=f"GIVES-{account.upper()}", conditions=[HAS_POT])


@pytest.fixture
def thirty() -> UUID:
    """Anna has 30.00 on her account, given by this order."""
    gives()
    return bought("1 POT")


def payable(account: str = "store", who: str = "anna") -> int:
    """What the account can pay: what a quote is told."""
    found = quote(cart("1 HAT", buyer=who, credit={account: 1})).facts.credit
    return found[account].left if account in found else 0


def limit(account: str = "store") -> Counters | None:
    name = Account(Kind.CREDIT, owner_of("anna", account), "USD")
    return counters([name]).get(name)


def due(order_id: UUID) -> int:
    return Order.objects.get(id=order_id).due


# --- it pays ---------------------------------------------------------------------------------------


@spec("SP-13", "JO-3")
def test_credit_pays_a_part_of_an_order_and_is_owed_no_more_once_that_is_posted(
    thirty: UUID,
) -> None:
    order_id = buys("1 HAT", location=None, credit={"store": 1200})
    assert (due(order_id), owed(), payable()) == (2800, 3000, 1800)
    done(post(order_id, deed()))
    assert (owed(), payable()) == (1800, 1800)
    assert booked(order_id) == {
        "receivables": 2800,
        "sales": -4000,
        "customer-credit anna/store": 1200,
    }


@spec("SP-13")
def test_credit_pays_a_whole_order_but_never_more_than_was_given(thirty: UUID) -> None:
    first = bought("1 MUG", credit=ALL)
    assert (due(first), payable()) == (0, 3000 - 1375)
    second = bought("1 HAT", credit=ALL)
    assert (due(second), payable(), owed()) == (4400 - 1625, 0, 0)
    assert due(bought("1 HAT", credit=ALL)) == 4400


@spec("SP-13", "OR-1")
def test_what_an_order_holds_pays_no_other_one_and_comes_back_when_it_is_cancelled(
    thirty: UUID,
) -> None:
    order_id = buys("1 HAT", credit=ALL)
    assert (payable(), due(buys("1 HAT", credit=ALL))) == (0, 4400)
    done(cancel(order_id, deed()))
    assert (payable(), due(buys("1 HAT", credit=ALL))) == (3000, 1400)


@spec("SP-13", "OR-4")
def test_a_reservation_that_lapses_gives_its_credit_back(thirty: UUID) -> None:
    done(reserve(cart("1 HAT", credit=ALL), deed(), minutes=15))
    assert payable() == 0
    expire_lapsed(later(minutes=15))
    assert payable() == 3000


@spec("SP-13")
def test_credit_is_its_customers_own_and_each_account_apart(thirty: UUID) -> None:
    gives("5.00", "points")
    bought("1 POT")
    assert (payable("store", "dora"), payable("points"), payable("store")) == (0, 500, 6000)
    assert due(bought("1 HAT", buyer="dora", credit=ALL)) == 4400
    order_id = bought("1 POT", credit={"points": 9900, "store": 100})
    assert due(order_id) == 11000 - 500 - 100
    # It gave to both again.
    assert (payable("points"), payable("store")) == (500, 8900)


@spec("SP-13", "DE-3")
def test_the_rebate_of_a_deal_pays_from_the_main_account() -> None:
    from largesse.offers import deals

    rebate = {"kind": "rebate", "amount": "7.00"}
    definition = {"code": "REBATE", "sets": [{"products": "pots"}], "tiers": [{"benefit": rebate}]}
    deals.revise(definition, by=None, at=AT)
    bought("1 POT")
    order_id = bought("1 HAT", credit={"": 900})
    assert due(order_id) == 4400 - 700
    gives_back(order_id)
    assert payable("") == 700


@spec("SP-13", "EX-4")
def test_an_order_that_credit_paid_is_priced_again_to_the_same_bytes(thirty: UUID) -> None:
    order_id = bought("1 HAT", credit=ALL)
    order = Order.objects.get(id=order_id)
    assert priced_again(order).to_json(near_misses=False).decode() == order.quote


# --- who comes first -------------------------------------------------------------------------------


@pytest.fixture
def another_first(thirty: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the pricing and the placing of an order, another one takes all credit."""
    from largesse.orders import placing

    real: Callable[..., Any] = placing.priced  # type: ignore[attr-defined]
    asked = 0

    def priced(cart_: Any) -> Any:
        nonlocal asked
        found = real(cart_)
        asked += 1
        if asked == 1:
            buys("1 HAT", credit=ALL)
        return found

    monkeypatch.setattr(placing, "priced", priced)


@spec("SP-13", "OR-2")
def test_who_comes_too_late_for_the_credit_is_told_what_is_due(another_first: None) -> None:
    late = changed(place(cart("1 HAT", credit=ALL), deed(), confirmed_due=1400))
    assert (late.confirmed, late.due) == (1400, 4400)
    assert Order.objects.filter(due=1400).count() == 1
    assert payable() == 0


@spec("SP-13", "OR-2")
def test_who_confirmed_no_price_pays_what_the_credit_no_longer_does(another_first: None) -> None:
    assert order_of(place(cart("1 HAT", credit=ALL), deed())).due == 4400


# --- what was given is taken back ------------------------------------------------------------------


@spec("SP-12", "SP-13")
def test_what_is_taken_back_before_it_is_spent_can_not_be_spent(thirty: UUID) -> None:
    bought("1 HAT", credit={"store": 1000})
    gives_back(thirty)
    assert (owed(), payable()) == (-1000, 0)
    order_id = buys("1 HAT", credit=ALL)
    assert due(order_id) == 4400


@spec("SP-12", "SP-13")
def test_what_was_spent_and_taken_back_is_made_up_for_before_the_account_pays_again(
    thirty: UUID,
) -> None:
    bought("1 HAT", credit=ALL)
    gives_back(thirty)
    assert (owed(), payable()) == (-3000, 0)
    bought("1 POT")
    assert (owed(), payable()) == (0, 0)
    bought("1 POT")
    assert due(bought("1 HAT", credit=ALL)) == 1400
    assert limit() == Counters(granted=6000, held=0, posted=6000)


@spec("SP-12", "SP-13")
def test_the_limit_follows_what_was_given_down_to_what_is_used(thirty: UUID) -> None:
    more = bought("1 POT")
    bought("1 HAT", credit={"store": 1000})
    assert limit() == Counters(granted=6000, held=0, posted=1000)
    gives_back(more)
    bought("1 HAT", credit={"store": 500})
    assert limit() == Counters(granted=3000, held=0, posted=1500)


# --- refunds ---------------------------------------------------------------------------------------


@spec("SP-13", "OR-5")
def test_a_refund_gives_back_tenders_then_credit_then_value_vouchers(thirty: UUID) -> None:
    # A hat and a mug, 57.75: the voucher pays 10.00, credit 20.00, cash the rest.
    wanted = cart("1 HAT", "1 MUG", codes=("GV1",), credit={"store": 2000})
    cash = payment_of([Tender(method="cash", amount=2775)])
    order_id = id_of(sell_now(wanted, deed(), confirmed_due=2775, payment=cash))
    assert payable() == 1000

    gives_back(order_id, "2: 1")  # 13.75, all of it in cash
    assert (given_back(order_id), payable()) == ((1375, 0, 0), 1000)
    order = Order.objects.get(id=order_id)
    rows = reading.transfers_of(order_id)
    assert money_back(order, rows, 4400) == (1375, 2775, 2000, 1000)
    gives_back(order_id)
    assert (given_back(order_id), payable(), owed()) == ((2775, 2000, 1000), 3000, 3000)


def given_back(order_id: UUID) -> tuple[int, ...]:
    """What has gone back of an order: of tenders, of credit, of value vouchers."""
    rows = reading.transfers_of(order_id)
    kinds = (Kind.TENDERS, Kind.CUSTOMER_CREDIT, Kind.VOUCHER_CLEARING)
    return tuple(
        sum(row.reversed for row in rows if row.kind == "entry" and row.target.kind is kind)
        for kind in kinds
    )


@spec("SP-13", "OR-5")
def test_credit_goes_back_by_the_cent_in_refunds_in_parts_and_can_be_spent_again(
    thirty: UUID,
) -> None:
    # Three mugs for two: 25.00, of which 20.00 are credit. They bear 8.34, 8.33 and 8.33.
    order_id = bought("3 MUG", location=None, credit={"store": 2000})
    assert (due(order_id), payable()) == (500, 1000)
    # What isn't paid yet, 5.00, is owed no more before any credit goes back.
    for left in (1000 + 834 - 500, 1000 + 1667 - 500, 3000):
        gives_back(order_id, "1: 1")
        assert payable() == left
    assert owed() == 3000
    assert limit() == Counters(granted=3000, held=0, posted=0)


@spec("SP-13", "OR-5")
def test_of_several_accounts_the_last_by_name_is_given_back_first(thirty: UUID) -> None:
    gives("5.00", "points")
    bought("1 POT")
    order_id = bought("2 MUG", location=None, credit={"points": 500, "store": 2000})
    assert (due(order_id), payable("points"), payable("store")) == (0, 0, 4000)
    gives_back(order_id, "1: 1")
    assert (payable("points"), payable("store")) == (0, 5250)
    gives_back(order_id)
    assert (payable("points"), payable("store")) == (500, 6000)


@spec("SP-13", "AC-7")
def test_an_order_may_spend_credit_of_the_account_that_it_gives_to(thirty: UUID) -> None:
    order_id = bought("1 POT", credit=ALL)
    assert (due(order_id), payable(), owed()) == (8000, 3000, 3000)
    gives_back(order_id)
    assert (payable(), owed()) == (3000, 3000)


# --- the check -------------------------------------------------------------------------------------


@spec("JO-4", "SP-13")
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"units": 1200', '"units": 1100', "it held 1200 of rights:customer-credit anna/store"),
        ('"of": "anna"', '"of": "dora"', "its quote uses 1200 of rights:customer-credit dora"),
    ],
)
def test_the_check_finds_that_an_order_took_another_credit_than_its_quote_says(
    thirty: UUID, old: str, new: str, told: str
) -> None:
    order = Order.objects.get(id=bought("1 HAT", credit={"store": 1200}))
    assert order.quote.count(old) == 1
    Order.objects.filter(id=order.id).update(quote=order.quote.replace(old, new))
    found = [finding.message for finding in checking.check()]
    Order.objects.filter(id=order.id).update(quote=order.quote)
    assert any(told in message for message in found)


@spec("JO-4", "SP-13")
def test_the_check_finds_a_payment_that_was_booked_to_another_account(thirty: UUID) -> None:
    order = Order.objects.get(id=bought("1 HAT", credit={"store": 1200}))
    (payment,) = order.payments
    Order.objects.filter(id=order.id).update(payments=[{**payment, "owner": "dora/store"}])
    found = [finding.message for finding in checking.check()]
    Order.objects.filter(id=order.id).update(payments=order.payments)
    assert any(
        message.startswith("1200 is booked from assets:receivables to liabilities:customer-credit")
        for message in found
    )


@spec("JO-4", "SP-13")
def test_the_check_finds_credit_that_came_back_and_can_not_be_paid_again(
    thirty: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = "1200 of rights:customer-credit anna/store"
    assert found_after_refund("_credit_back", monkeypatch) == [
        f"nothing came back of what it used, it should be {wanted}"
    ]


@spec("JO-4", "SP-13", "OR-5")
def test_the_check_finds_a_payment_that_did_not_go_back(
    thirty: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found_after_refund("_payments_back", monkeypatch) == [
        "0 went back to liabilities:customer-credit, it should be 1200"
    ]


def found_after_refund(left_out: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the check finds once an order that credit paid was refunded without a part of that."""
    from largesse.orders import refunding

    order_id = bought("1 HAT", location=None, credit={"store": 1200})
    with transaction.atomic():
        monkeypatch.setattr(refunding, left_out, lambda *_: ())
        gives_back(order_id)
        found = [finding.message for finding in checking.check()]
        transaction.set_rollback(True)
    return found
