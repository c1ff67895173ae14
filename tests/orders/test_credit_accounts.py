"""Credit accounts are found by the journal; they tell what moved on them, and what is left (SP-13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from largesse.crm.models import Customer
from largesse.engine.money import Currency
from largesse.ledger.models import Account as AccountRow
from largesse.offers import deals, promotions
from largesse.offers.models import Promotion
from largesse.orders.answers import Done, Refused
from largesse.orders.cancelling import cancel
from largesse.orders.credit.accounts import (
    CreditAccount,
    matching,
    of_customer,
    told,
    with_balances,
)
from largesse.orders.credit.by_hand import Booked, CreditAnswered, give, names_to_give, take
from largesse.orders.credit.names import accounts_of
from largesse.orders.credit.statements import (
    Movement,
    Period,
    What,
    balance_before,
    movements,
    part,
)
from largesse.orders.models import Order
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.orders.offers import bought, buys, gives_back, on_offer
from tests.orders.parties import SPREE, people
from tests.orders.store import AT, deed, done, later
from tests.orders.test_corrections import Rewarded, last, settles
from tests.orders.test_credits import owed
from tests.orders.test_paying_by_credit import ALL, HAS_POT, due, gives, payable
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

USD = Currency.of("USD")


@pytest.fixture
def thirty() -> UUID:
    """Anna has 30.00 on her account, given by this order."""
    gives()
    return bought("1 POT")


def account(name: str = "store", who: str = "anna") -> CreditAccount:
    (found,) = (each for each in of_customer(who) if each.account == name)
    return found


def lines_of(found: CreditAccount, **days: Any) -> list[tuple[str, bool, int, int]]:
    """A statement in short, the oldest first."""
    rows = movements(found.id, Period(**days))
    return [(each.what.value, each.is_back, each.change, each.after) for each in rows]


def listed(words: str = "") -> list[tuple[str, str]]:
    """The accounts that words find: the customer's number and the account's name, sorted."""
    rows = matching(with_balances(AccountRow.objects.all()), words)
    return sorted((each.number, each.account) for each in told(rows))


def handed(answered: CreditAnswered) -> Booked:
    assert isinstance(answered.answer, Booked), answered
    return answered.answer


# --- accounts --------------------------------------------------------------------------------------


@spec("SP-12", "SP-13")
def test_an_account_tells_what_is_owed_what_orders_hold_and_what_it_can_pay(thirty: UUID) -> None:
    buys("1 HAT", credit={"store": 1200})
    found = account()
    assert (found.balance, found.held, found.payable) == (3000, 1200, 1800)
    assert (found.title, found.currency) == ("Store", "USD")
    assert found.customer == Customer.objects.get(number="anna")


@spec("SP-12")
def test_an_account_below_zero_is_listed_and_pays_nothing(thirty: UUID) -> None:
    bought("1 HAT", credit=ALL)
    gives_back(thirty)
    assert (account().balance, account().payable) == (-3000, 0)
    below = with_balances(AccountRow.objects.all()).filter(balance__lt=0)
    assert [each.number for each in told(below)] == ["anna"]


@spec("SP-13")
def test_the_account_of_an_archived_promotion_stays_usable_and_listed(thirty: UUID) -> None:
    promotion = Promotion.objects.get(code="GIVES-STORE")
    promotions.archive(promotion, by=None, at=AT)
    assert accounts_of("anna", "USD") == ("store",)
    assert account().payable == 3000
    assert due(bought("1 HAT", credit=ALL)) == 1400


@spec("SP-13")
def test_names_that_hold_signs_of_the_ledger_are_told_back() -> None:
    for number, name in (("a/b%2F", "c/d"), ("ANNA", "store"), ("an", "na/store")):
        Customer.objects.create(number=number, name="Of signs")
        handed(give(number, name, 100, USD, deed(reason="late")))
        assert [(each.number, each.account) for each in of_customer(number)] == [(number, name)]
    assert accounts_of("anna", "USD") == ()


@spec("SP-13")
@pytest.mark.parametrize("number", ["anna", "%" * 32])
def test_names_too_long_for_the_ledger_are_told_back_by_what_gave_first(number: str) -> None:
    # Both names are shortened to the same first letters.
    first, second = (f"{'/' * 60}{n}" for n in (1, 2))
    Customer.objects.get_or_create(number=number, defaults={"name": "Of percents"})
    on_offer({"kind": "award_credit", "account": first, "amount": "3.00"}, conditions=[HAS_POT])
    bought("1 POT", buyer=number)
    handed(give(number, second, 500, USD, deed(reason="late")))
    assert accounts_of(number, "USD") == (first, second)
    assert [each.balance for each in of_customer(number)] == [300, 500]
    assert [each[0] for each in listed()] == [number, number]
    bought("1 HAT", buyer=number, credit={first: 100})
    assert account(first, number).balance == 200


@spec("SP-12")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ann", [("anna", ""), ("anna", "store")]),
        ("ANNA", [("anna", ""), ("anna", "store")]),
        ("stor", [("anna", "store"), ("dora", "store")]),
        ("main", [("anna", "")]),
        ("nobody", []),
        (" ", [("anna", ""), ("anna", "store"), ("dora", "store")]),
    ],
)
def test_accounts_are_found_by_customer_and_by_name(
    words: str, found: list[tuple[str, str]]
) -> None:
    for number, name in (("anna", ""), ("anna", "store"), ("dora", "store")):
        handed(give(number, name, 100, USD, deed(reason="late")))
    assert listed(words) == found


@spec("SP-12")
def test_an_account_whose_customer_is_gone_is_still_listed() -> None:
    Customer.objects.create(number="gone", name="Gone")
    handed(give("gone", "", 100, USD, deed(reason="late")))
    Customer.objects.filter(number="gone").delete()
    (found,) = of_customer("gone")
    assert (found.customer, found.title, found.balance) == (None, "Main account", 100)


# --- statements ------------------------------------------------------------------------------------


@spec("SP-13")
def test_a_statement_tells_what_each_movement_was_for_and_what_was_owed_after_it(
    thirty: UUID,
) -> None:
    paid = bought("1 HAT", location=None, credit={"store": 1200})
    gives_back(paid)
    gives_back(thirty)
    handed(give("anna", "store", 500, USD, deed(reason="a broken mug")))
    handed(take("anna", "store", 200, USD, deed(reason="found it")))
    found = account()
    assert lines_of(found) == [
        ("promotion", False, 3000, 3000),
        ("payment", False, -1200, 1800),
        ("payment", True, 1200, 3000),
        ("promotion", True, -3000, 0),
        ("by_hand", False, 500, 500),
        ("by_hand", False, -200, 300),
    ]
    first, second, *_, by_hand, _ = movements(found.id)
    assert (first.code, first.title) == ("GIVES-STORE", "GIVES-STORE")
    assert (first.order, second.order) == tuple(Order.objects.get(id=id) for id in (thirty, paid))
    assert (by_hand.order, by_hand.actor, by_hand.reason) == (None, "ines", "a broken mug")


@spec("SP-13", "DE-3")
def test_a_statement_calls_an_offer_by_its_title_also_when_it_is_archived() -> None:
    rebate = {"kind": "rebate", "amount": "7.00"}
    tiers = [{"benefit": rebate}]
    definition = {"code": "BACK", "title": "Money back", "sets": [{"products": "pots"}]}
    made = deals.revise({**definition, "tiers": tiers}, by=None, at=AT)
    bought("1 POT")
    deals.archive(made, by=None, at=AT)
    (found,) = movements(account("").id)
    assert (found.what, found.code, found.title) == (What.DEAL, "BACK", "Money back")


@spec("SP-13")
def test_a_statement_of_a_period_begins_with_what_was_owed_before_it(thirty: UUID) -> None:
    for days in (1, 2, 3):
        done(
            post(
                buys("1 HAT", at=later(days=days), credit={"store": 500}), deed(at=later(days=days))
            )
        )
    found, second, third = account(), date(2026, 6, 3), date(2026, 6, 4)
    assert balance_before(found.id, second) == 2500
    assert lines_of(found, since=second, until=third) == [("payment", False, -500, 2000)]
    assert balance_before(found.id, third) == 2000
    assert balance_before(found.id, None) == 1500 == found.balance


@spec("SP-13")
def test_a_statement_is_paged_from_the_newest_on_and_back() -> None:
    for amount in range(100, 800, 100):
        handed(give("anna", "", amount, USD, deed(reason="late")))
    found = account("").id
    whole = tuple(movements(found))[::-1]
    first = part(found, 3)
    second = part(found, 3, after=first.movements[-1].id)
    third = part(found, 3, after=second.movements[-1].id)
    assert first.movements + second.movements + third.movements == whole
    assert [(each.newer, each.older) for each in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert part(found, 3, before=second.movements[0].id) == first
    assert part(found, 3, before=third.movements[0].id) == second


@spec("SP-13")
def test_a_movement_of_another_account_is_no_place_in_a_statement() -> None:
    for who in ("anna", "dora"):
        handed(give(who, "", 100, USD, deed(reason="late")))
    (foreign,) = movements(account("", "dora").id)
    with pytest.raises(LookupError):
        part(account("").id, 3, after=foreign.id)


@spec("SP-13", "AC-7")
def test_what_an_order_gives_stands_before_what_it_spends() -> None:
    # In one event, whatever ids its entries drew.
    gives("40.00")
    bought("1 POT")
    for _ in range(5):
        bought("1 POT", credit=ALL)
    assert min(after for *_, after in lines_of(account())) >= 0


@spec("SP-11", "SP-12", "SP-13")
def test_a_statement_tells_what_was_left_of_a_spree_and_what_a_correction_charged() -> None:
    people()
    one = Rewarded()
    gives_back(one.guest, "1: 5")
    settles(last(), "charge")
    gives_back(one.reward)
    assert lines_of(account("", "hanna")) == [
        ("shopping_spree", False, 2000, 2000),
        ("correction", False, -5000, -3000),
        ("correction", True, 5000, 2000),
        ("shopping_spree", True, -2000, 0),
    ]
    first, *_ = movements(account("", "hanna").id)
    assert (first.code, first.offer) == (SPREE, Promotion.objects.get(code=SPREE))


# --- by hand ---------------------------------------------------------------------------------------


@spec("SP-13", "JO-2")
def test_credit_by_hand_is_a_cost_of_discounts_by_hand_and_can_be_spent() -> None:
    from largesse.ledger import reading
    from largesse.ledger.accounts import Kind

    handed(give("anna", "", 2500, USD, deed(reason="late parcel")))
    (total,) = reading.totals([Kind.MANUAL])
    assert (total.account.owner, total.balance) == ("credit", 2500)
    assert due(bought("1 HAT", credit={"": 9900})) == 4400 - 2500


@spec("SP-13", "OR-3")
def test_credit_by_hand_is_given_once_for_its_key() -> None:
    one = deed("office:1", body=b"10.00", reason="late")
    first, second = (give("anna", "", 1000, USD, one) for _ in range(2))
    assert (first.answer, first.repeated, second.repeated) == (second.answer, False, True)
    assert account("").balance == 1000
    again = give("anna", "", 2000, USD, deed("office:1", body=b"20.00", reason="late"))
    assert isinstance(again.answer, Refused)
    assert again.answer.code == "idempotency_key_reused"


@spec("SP-13")
def test_no_more_is_taken_off_by_hand_than_orders_leave_unless_it_may_go_below_zero(
    thirty: UUID,
) -> None:
    buys("1 HAT", credit={"store": 1200})
    refused = take("anna", "store", 1801, USD, deed(reason="late")).answer
    assert isinstance(refused, Refused)
    assert (refused.code, refused.field) == ("credit_too_small", "amount")
    assert "18.00" in refused.message
    handed(take("anna", "store", 1800, USD, deed(reason="late")))
    assert (account().balance, account().payable) == (1200, 0)
    handed(take("anna", "store", 2000, USD, deed(reason="late"), below_zero=True))
    assert account().balance == -800


@spec("SP-13", "OR-3")
def test_what_was_refused_by_hand_is_refused_again_under_its_key() -> None:
    one = deed("office:2", reason="twice")
    no = take("anna", "", 100, USD, one).answer
    handed(give("anna", "", 100, USD, deed(reason="late")))
    assert take("anna", "", 100, USD, one) == CreditAnswered(no, repeated=True)


@spec("SP-13")
@pytest.mark.parametrize("does", [give, take])
@pytest.mark.parametrize("reason", ["", " "])
def test_credit_by_hand_needs_a_reason(does: Callable[..., CreditAnswered], reason: str) -> None:
    refused = does("anna", "", 100, USD, deed(reason=reason)).answer
    assert isinstance(refused, Refused)
    assert (refused.code, refused.field) == ("reason_needed", "reason")
    assert of_customer("anna") == ()


@spec("SP-13")
def test_the_accounts_that_offers_give_to_and_the_main_one_can_be_given_to() -> None:
    from largesse.offers.current import current

    gives("1.00", "points")
    assert names_to_give(current().book) == ("", "points")


# --- any history -----------------------------------------------------------------------------------


@pytest.fixture
def giving() -> None:
    """Whoever buys a pot is given 30.00."""
    gives()


DEEDS = ("earn", "spend", "hold", "post", "cancel", "refund", "part", "give", "take")


@spec("SP-13", "SP-12", "JO-4")
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.sampled_from(DEEDS), st.integers(1, 5000), st.integers(0, 9)), max_size=14
    )
)
def test_after_any_history_statement_list_and_journal_agree_and_no_payment_went_below_zero(
    giving: None, history: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        told_by = _History()
        for what, amount, place in history:
            told_by.does(what, amount, place)
        told_by.agrees()
        transaction.set_rollback(True)


class _History:
    """What Anna and the shop do with her account; each payment is compared with what there was."""

    def __init__(self) -> None:
        self.held: list[UUID] = []
        self.posted: list[UUID] = []

    def does(self, what: str, amount: int, place: int) -> None:
        match what:
            case "earn":
                self.posted.append(self.pays("1 POT", amount if place % 2 else 0))
            case "spend":
                self.posted.append(self.pays("2 MUG", amount))
            case "hold":
                self.held.append(self.pays("1 HAT", amount, posted=False))
            case "post" if self.held:
                self.posts(self.held[place % len(self.held)])
            case "cancel" if self.held:
                done(cancel(self.held.pop(place % len(self.held)), deed()))
            case "refund" if self.posted:
                # What was given back before is refused, which changes nothing.
                refund(self.posted.pop(place % len(self.posted)), deed())
            case "part" if self.posted:
                refund(self.posted[place % len(self.posted)], deed(), {"1": 1})
            case "give":
                handed(give("anna", "store", amount, USD, deed(reason="late")))
            case "take":
                self.takes(amount)
            case _:
                pass  # there is no order yet to do it to

    def pays(self, bought_: str, asked: int, *, posted: bool = True) -> UUID:
        """An order that asks for credit pays with no more than was there, and with all that it may."""
        free = self.free()
        order_id = buys(bought_, credit={"store": asked} if asked else {})
        order = Order.objects.get(id=order_id)
        paid = order.total - order.due
        assert paid == min(asked, max(0, free), order.total)
        assert self.free() == free - paid
        if posted:
            done(post(order_id, deed()))
        return order_id

    def posts(self, order_id: UUID) -> None:
        """It is posted where the account still has what it is to be paid with."""
        order, before = Order.objects.get(id=order_id), owed()
        paid = order.total - order.due
        is_done = isinstance(post(order_id, deed()).answer, Done)
        assert is_done == (not paid or paid <= before)
        if is_done:
            self.held.remove(order_id)
            self.posted.append(order_id)
            assert owed() >= min(before, 0)

    def takes(self, amount: int) -> None:
        free = self.free()
        answer = take("anna", "store", amount, USD, deed(reason="late")).answer
        assert isinstance(answer, Booked) == (amount <= free)
        assert self.free() == (free - amount if isinstance(answer, Booked) else free)

    def free(self) -> int:
        """What is owed beyond what orders hold; below zero, what was taken back of it."""
        found = [each for each in of_customer("anna") if each.account == "store"]
        return found[0].balance - found[0].held if found else 0

    def agrees(self) -> None:
        found = [each for each in of_customer("anna") if each.account == "store"]
        if not found:
            assert owed() == 0
            return
        rows = tuple(movements(found[0].id))
        assert sum(each.change for each in rows) == rows[-1].after == found[0].balance == owed()
        assert all(b.after == a.after + b.change for a, b in pairwise(rows))
        assert _paged(found[0].id) == rows[::-1]
        assert payable() == found[0].payable


def _paged(account_id: UUID) -> tuple[Movement, ...]:
    found = part(account_id, 3)
    rows = found.movements
    while found.older:
        found = part(account_id, 3, after=rows[-1].id)
        rows += found.movements
    return rows
