"""What a promotion gives once the order is posted: credit, and rights to later orders (AC-7)."""

from __future__ import annotations

from uuid import UUID

import pytest

from largesse.crm.models import Customer
from largesse.ledger import reading
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.offers.models import SingleUseCode
from largesse.orders.cancelling import cancel
from largesse.orders.checking import orders as checking
from largesse.orders.models import Order
from largesse.orders.posting import post
from largesse.orders.quoting import quote
from tests.orders.journal import booked
from tests.orders.offers import bought, buys, gives_back, on_offer, saved, used
from tests.orders.store import cart, deed, done, later
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

CREDIT = {"kind": "award_credit", "account": "store", "percent": "3.33"}
"""Of a pot and three hats, 220.00, that is 7.33."""


def owed(who: str = "anna", account: str = "store") -> int:
    """What is owed to a customer's credit account."""
    name = Account(Kind.CUSTOMER_CREDIT, owner_of(who, account), "USD")
    found = [t for t in reading.totals([Kind.CUSTOMER_CREDIT]) if t.account == name]
    return -sum(total.balance for total in found)


@spec("AC-7", "JO-3")
def test_credit_is_owed_to_the_customer_once_the_order_is_posted() -> None:
    on_offer(CREDIT)
    order_id = buys("1 POT", location=None)
    assert owed() == 0
    done(post(order_id, deed()))
    assert owed() == 333
    assert booked(order_id) == {
        "receivables": 10000,
        "sales": -10000,
        "promotions SPRING": 333,
        "customer-credit anna/store": -333,
    }


@spec("AC-7")
def test_an_order_that_is_cancelled_gives_no_credit() -> None:
    on_offer(CREDIT, budget="5.00")
    done(cancel(buys("1 POT"), deed()))
    assert (owed(), used("budget")) == (0, 0)


@spec("AC-7", "OR-5", "MO-4")
@pytest.mark.parametrize("refunds", [("1: 1", "2: 1", "2: 2"), ("2: 2", "1: 1", "2: 1")])
def test_credit_goes_back_with_the_units_that_bear_it_to_the_last_cent(
    refunds: tuple[str, ...],
) -> None:
    # The pot bears 3.33 of it; the three hats 4.00: 1.34, 1.33 and 1.33.
    borne = {"1: 1": 333, "2: 1": None, "2: 2": None}
    on_offer(CREDIT, budget="50.00")
    order_id = bought("1 POT", "3 HAT")
    assert (owed(), used("budget")) == (733, 733)
    for each in refunds:
        before = owed()
        gives_back(order_id, each)
        if borne[each] is not None:
            assert before - owed() == borne[each]
        assert used("budget") == owed()
    assert owed() == 0


@spec("AC-7", "MO-4")
def test_the_parts_of_a_credit_are_the_same_however_they_are_given_back() -> None:
    on_offer(CREDIT)
    at_once, one_by_one = (bought("1 POT", "3 HAT", buyer=who) for who in ("anna", "dora"))
    gives_back(at_once, "2: 2")
    for _ in range(2):
        gives_back(one_by_one, "2: 1")
    assert owed("anna") == owed("dora") == 733 - 267


@spec("AC-7")
def test_credit_may_go_to_whoever_referred_the_buyer() -> None:
    referrer = Customer.objects.create(number="bob/1", name="Bob")
    Customer.objects.filter(number="anna").update(referred_by=referrer)
    on_offer({**CREDIT, "to": "referrer", "amount": "5.00", "percent": None})
    order_id = bought("1 POT")
    assert (owed("bob/1"), owed("anna")) == (500, 0)
    gives_back(order_id)
    assert owed("bob/1") == 0


@spec("AC-7", "PR-5")
def test_credit_uses_the_budget_up_and_is_cut_at_what_is_left() -> None:
    on_offer(CREDIT, budget="5.00")
    for _ in range(3):
        bought("1 POT")
    assert (owed(), used("budget")) == (500, 500)


@spec("AC-7", "JO-3")
def test_shipping_is_earned_before_its_discount_which_is_the_promotions_cost() -> None:
    on_offer({"kind": "shipping_discount", "percent": 100})
    order_id = bought("1 HAT", location=None, shipping=650)
    assert Order.objects.get(id=order_id).total == 4000
    assert booked(order_id) == {
        "receivables": 4000,
        "sales": -4000,
        "shipping": -650,
        "promotions SPRING": 650,
    }


# --- rights ----------------------------------------------------------------------------------------


@pytest.fixture
def later_gift() -> None:
    """Whoever buys a mug gets a tenth off pots, from the next day on, for a week."""
    on_offer(code="THANKS", single_use_codes=True)
    delayed = {
        "kind": "delayed_promotion",
        "promotion": "THANKS",
        "opens_after": 1,
        "holds_for": 7,
    }
    has_mug = {"kind": "product_count", "minimum": 1, "products": "mugs", "orders": "only_current"}
    on_offer(delayed, code="MUGS", conditions=[has_mug])


def saves(who: str = "anna", **when: int) -> int:
    """What a pot is cheaper for a customer, by THANKS alone."""
    found = quote(cart("1 POT", buyer=who, at=later(**when)))
    return found.discount_by_offer().get("THANKS", 0)


@spec("AC-7", "PR-6")
def test_a_right_opens_once_the_order_is_posted_for_its_buyer_and_its_days(
    later_gift: None,
) -> None:
    order_id = buys("1 MUG")
    assert saves(days=1) == 0
    done(post(order_id, deed()))
    assert [saves(days=n) for n in (0, 1, 7, 8)] == [0, 1000, 1000, 0]
    assert saves("dora", days=1) == 0


@spec("AC-7", "PR-6")
def test_a_right_is_used_once(later_gift: None) -> None:
    bought("1 MUG")
    tomorrow = later(days=1)
    first = buys("1 POT", at=tomorrow)
    assert [saved(first), saved(buys("1 POT", at=tomorrow))] == [1000, 0]
    done(cancel(first, deed()))
    assert saves(days=1) == 1000


@spec("AC-7", "OR-5")
def test_a_right_is_taken_back_with_the_whole_order_and_not_with_a_part(later_gift: None) -> None:
    order_id = bought("2 MUG")
    gives_back(order_id, "1: 1")
    assert saves(days=1) == 1000
    gives_back(order_id)
    assert saves(days=1) == 0


@spec("AC-7", "OR-5")
def test_a_right_that_was_used_stays_used_when_it_is_taken_back(later_gift: None) -> None:
    order_id = bought("1 MUG")
    second = buys("1 POT", at=later(days=1))
    gives_back(order_id)
    assert Order.objects.get(id=second).discount == 1000
    done(cancel(second, deed()))
    # It comes back to nobody.
    assert saves(days=1) == 0


# --- the check -------------------------------------------------------------------------------------


@spec("JO-4", "AC-7")
def test_the_check_finds_a_right_that_an_order_did_not_promise(later_gift: None) -> None:
    order_id = bought("1 MUG")
    other = Customer.objects.get(number="dora")
    right = SingleUseCode.objects.filter(given_by=order_id)
    right.update(customer=other)
    (found,) = (finding.message for finding in checking.check())
    assert "it gave the rights [('THANKS', 'dora'" in found
    right.update(customer=Customer.objects.get(number="anna"))


@spec("JO-4", "AC-7")
def test_the_check_finds_a_right_that_outlived_its_order(later_gift: None) -> None:
    order_id = bought("1 MUG")
    gives_back(order_id)
    right = SingleUseCode.objects.filter(given_by=order_id)
    since = right.get().void_since
    right.update(void_since=None)
    (found,) = (finding.message for finding in checking.check())
    assert found.endswith("is not void")
    right.update(void_since=since)


def _damaged(order_id: UUID, old: str, new: str) -> list[str]:
    order = Order.objects.get(id=order_id)
    assert old in order.quote
    Order.objects.filter(id=order_id).update(quote=order.quote.replace(old, new))
    found = [finding.message for finding in checking.check()]
    Order.objects.filter(id=order_id).update(quote=order.quote)
    return found


@spec("JO-4")
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"amount": "3.33"', '"amount": "3.32"', "333 is booked"),
        ('"consumptions"', '"consumption"', "it can't be read"),
        ('"kind": "budget"', '"kind": "bugdet"', "it can't be read"),
        ('"amount": "3.33"', '"amount": "three"', "it can't be read"),
        ('"units": 333', '"units": 332', "it held 333"),
    ],
)
def test_a_quote_that_was_changed_by_hand_is_a_finding(old: str, new: str, told: str) -> None:
    on_offer(CREDIT, budget="50.00")
    assert any(told in message for message in _damaged(bought("1 POT"), old, new))


@spec("JO-4")
def test_a_part_of_an_account_that_is_none_is_a_finding() -> None:
    from largesse.orders.models import Part

    on_offer()
    order_id = bought("1 POT")
    parts = Part.objects.filter(order_line__order_id=order_id)
    parts.update(account="expenses:nothing")
    assert any("it can't be read" in finding.message for finding in checking.check())
    parts.update(account=Kind.PROMOTIONS.value)
