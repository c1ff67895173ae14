"""What an order's shopping sprees hold, book and give back (SP-7, SP-9, SP-11, SP-12)."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.engine.cart import SpreeChoice
from largesse.ledger.accounts import Kind
from largesse.ledger.reading import Counters
from largesse.orders.answers import AwardChanged, Reward
from largesse.orders.cancelling import cancel
from largesse.orders.checking import orders as checking
from largesse.orders.models import Earned, Order, OrderLine, Party
from largesse.orders.placing import place, reserve
from largesse.orders.posting import post
from largesse.orders.quoting import quote
from largesse.orders.repricing import priced_again
from tests.orders.journal import booked
from tests.orders.offers import bought, gives_back, on_offer, used
from tests.orders.parties import (
    SPREE,
    asks_for_reward,
    balance,
    closes,
    guest_buys,
    on_spree,
    owed_to_host,
    party,
    people,
    reopens,
    reward_cart,
    reward_placed,
    rewarded,
    rewards,
    spree_of,
)
from tests.orders.store import cart, deed, done, id_of, order_of, refused
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture(autouse=True)
def hosts(store: None) -> None:
    people()


@pytest.fixture
def hundred() -> Party:
    """A closed party whose guests bought for 1,000.00: the host may spend 100.00."""
    on_spree()
    one = party()
    guest_buys(one, "10 POT")
    closes(one)
    return one


def to_spend(*chosen: str, code: str = SPREE) -> tuple[SpreeChoice, ...]:
    pairs = (each.split() for each in chosen)
    return tuple(SpreeChoice(code, sku, int(units)) for units, sku in pairs)


# --- an order of no party --------------------------------------------------------------------------


def on_order(**fields: Any) -> None:
    """Whoever buys is given 50.00 to spend."""
    said: dict[str, Any] = {
        "order_types": ["order"],
        "calculation": "flat",
        "amount": "50.00",
        **fields,
    }
    on_spree(percent=None, of=None, maximum=None, **said)


@spec("SP-7", "JO-2", "JO-3")
def test_a_spree_of_an_ordinary_order_is_held_booked_and_given_back() -> None:
    on_order(carry_over="ignore")
    order_id = id_of(place(cart("1 HAT", location=None, sprees=to_spend("2 MUG")), deed()))
    assert spree_of(order_id) == Counters(granted=2500, held=2500, posted=0)
    done(post(order_id, deed()))
    assert spree_of(order_id) == Counters(granted=2500, held=0, posted=2500)
    assert booked(order_id) == {"receivables": 4000, "shopping-sprees HOST": 2500, "sales": -6500}
    line = OrderLine.objects.get(order=order_id, spree=True)
    assert (line.sku, line.units, line.gross, line.net) == ("MUG", 2, 2500, 0)
    gives_back(order_id, f"{line.line}: 1")
    assert spree_of(order_id) == Counters(granted=2500, held=0, posted=1250)
    gives_back(order_id)
    assert spree_of(order_id) == Counters(granted=2500, held=0, posted=0)
    assert booked(order_id) == {}


@spec("SP-7", "OR-5")
def test_what_is_held_of_an_award_is_given_up_when_the_order_is_cancelled() -> None:
    on_order()
    order_id = id_of(place(cart("1 HAT", sprees=to_spend("2 MUG")), deed()))
    done(cancel(order_id, deed()))
    assert spree_of(order_id) == Counters(granted=2500, held=0, posted=0)
    assert booked(order_id) == {}


@spec("SP-7")
def test_more_than_the_award_is_refused_with_what_is_missing() -> None:
    on_order()
    wanted = cart("1 HAT", sprees=to_spend("1 POT", "2 MUG"))
    over = refused(place(wanted, deed()))
    assert (over.code, over.field) == ("sprees_refused", "sprees[0]")
    assert over.message == "50.00 is missing for the next unit of Pot; remove 1 unit of it."
    assert [(error.field, error.value) for error in over.errors] == [("sprees[0]", "1")]
    assert Order.objects.count() == 0


@spec("SP-6", "SP-7")
def test_what_is_not_on_the_reward_list_or_of_no_spree_is_refused() -> None:
    on_order(include=rewards("MUG"))
    wanted = cart("1 HAT", sprees=(*to_spend("1 POT"), *to_spend("1 MUG", code="OTHER")))
    over = refused(place(wanted, deed()))
    assert [error.field for error in over.errors] == ["sprees[0]", "sprees[1]"]
    assert "POT is not on the reward list" in over.errors[0].message
    assert "OTHER gives no shopping spree" in over.errors[1].message


@spec("SP-7", "SP-8")
def test_beyond_the_award_the_difference_is_charged_where_that_is_allowed() -> None:
    on_order(over_purchase=True)
    # A mug and a hat for 52.50, of which 50.00 are given: by price 11.90 and 38.10.
    order_id = bought("1 POT", location=None, sprees=to_spend("1 MUG", "1 HAT"))
    order = Order.objects.get(id=order_id)
    assert (order.due, order.discount) == (10250, 5000)
    lines = OrderLine.objects.filter(order=order_id, spree=True).order_by("position")
    assert [(line.sku, line.net) for line in lines] == [("MUG", 60), ("HAT", 190)]
    assert booked(order_id) == {
        "receivables": 10250,
        "shopping-sprees HOST": 5000,
        "sales": -15250,
    }
    mug, hat = (line.line for line in lines)
    assert gives_back(order_id, f"{hat}: 1").refund_total == 190
    assert gives_back(order_id, f"{mug}: 1").refund_total == 60
    assert spree_of(order_id) == Counters(granted=5000, held=0, posted=0)


@spec("SP-9")
def test_the_taxable_income_of_a_rep_goes_back_in_proportion_to_what_was_given() -> None:
    on_order(rep_income="percentage", rep_income_percent="33.33")
    # Hanna is Rita's. Three mugs for 37.50: 12.49875, rounded 12.50, in parts of 4.17, 4.16 and 4.17.
    order_id = bought("1 HAT", buyer="hanna", location=None, sprees=to_spend("3 MUG"))
    line = OrderLine.objects.get(order=order_id, spree=True).line
    assert income("rita") == 1250
    for left in (833, 417, 0):
        gives_back(order_id, f"{line}: 1")
        assert income("rita") == left
    assert balance(Kind.REP_INCOME_CONTRA) == 0


@spec("SP-9")
def test_an_amount_of_taxable_income_goes_back_when_nothing_of_the_spree_is_left() -> None:
    on_order(rep_income="amount", rep_income_amount="20.00")
    order_id = bought("1 HAT", buyer="hanna", location=None, sprees=to_spend("3 MUG"))
    line = OrderLine.objects.get(order=order_id, spree=True).line
    gives_back(order_id, f"{line}: 2")
    assert (income("rita"), balance(Kind.REP_INCOME_CONTRA)) == (2000, -2000)
    gives_back(order_id, f"{line}: 1")
    assert (income("rita"), balance(Kind.REP_INCOME_CONTRA)) == (0, 0)


@spec("SP-9")
def test_a_spree_of_a_buyer_without_a_rep_counts_to_nobody() -> None:
    on_order(rep_income="percentage", rep_income_percent="50")
    order_id = bought("1 HAT", sprees=to_spend("1 MUG"))
    assert "rep-taxable-income-contra" not in booked(order_id)


def income(rep: str) -> int:
    return balance(Kind.REP_INCOME, rep)


@spec("SP-11")
def test_what_is_left_of_an_award_is_credited_when_the_order_is_posted_once() -> None:
    on_order()
    order_id = id_of(place(cart("1 HAT", location=None, sprees=to_spend("1 MUG")), deed()))
    assert owed("anna") == 0
    first = post(order_id, deed("post"))
    assert owed("anna") == 3750
    assert post(order_id, deed("post")).answer == first.answer
    assert refused(post(order_id, deed())).code == "wrong_state"
    assert owed("anna") == 3750
    assert booked(order_id) == {
        "receivables": 4000,
        "shopping-sprees HOST": 5000,
        "sales": -5250,
        "customer-credit anna/": -3750,
    }


@spec("SP-11")
def test_what_is_left_is_gone_where_it_is_not_carried_over() -> None:
    on_order(carry_over="ignore")
    bought("1 HAT", sprees=to_spend("1 MUG"))
    assert owed("anna") == 0


@spec("SP-12", "SP-11")
def test_what_was_carried_over_goes_back_with_the_whole_order_and_not_before() -> None:
    on_order()
    order_id = bought("1 HAT", sprees=to_spend("1 MUG"))
    line = OrderLine.objects.get(order=order_id, spree=True).line
    gives_back(order_id, f"{line}: 1")
    assert owed("anna") == 3750
    gives_back(order_id)
    assert owed("anna") == 0


@spec("SP-12", "SP-13")
def test_credit_that_was_spent_before_the_order_is_given_back_leaves_the_account_below_zero() -> (
    None
):
    on_order()
    order_id = bought("1 HAT", sprees=to_spend("1 MUG"))
    # Each order gives 50.00 more, so that one without any comes from another time.
    on_order(conditions=[{"kind": "subtotal", "minimum": "999.00"}])
    bought("1 HAT", location=None, credit={"": 9900})
    assert owed("anna") == 0
    gives_back(order_id)
    assert owed("anna") == -3750


def owed(customer: str) -> int:
    return -balance(Kind.CUSTOMER_CREDIT, f"{customer}/")


@spec("SP-6", "CO-1")
def test_what_was_chosen_against_a_spree_was_not_bought() -> None:
    on_order()
    loyal = {"kind": "product_count", "minimum": 1, "orders": "all_except_current"}
    tenth = {"kind": "discount_order_line", "percent": 10, "include": "hats"}
    on_offer(tenth, code="MUGS", conditions=[{**loyal, "products": "mugs"}])
    bought("1 POT", sprees=to_spend("2 MUG"))
    assert "MUGS" not in quote(cart("1 HAT")).awarded
    bought("1 MUG")
    assert "MUGS" in quote(cart("1 HAT")).awarded


@spec("PR-5", "SP-5")
def test_a_spree_uses_the_limits_of_its_promotion_and_gives_them_back() -> None:
    on_order(max_uses=5, budget="60.00", carry_over="ignore")
    order_id = bought("1 HAT", sprees=to_spend("2 MUG"))
    assert (used(code=SPREE), used("budget", code=SPREE)) == (1, 2500)
    # 35.00 are left of the budget.
    assert quote(cart("1 HAT")).sprees[0].award == 3500
    line = OrderLine.objects.get(order=order_id, spree=True).line
    gives_back(order_id, f"{line}: 1")
    assert (used(code=SPREE), used("budget", code=SPREE)) == (1, 1250)
    gives_back(order_id, f"{line}: 1")
    assert (used(code=SPREE), used("budget", code=SPREE)) == (0, 0)


@spec("PR-5", "SP-11")
def test_what_is_carried_over_takes_from_the_budget_until_the_whole_order_is_given_back() -> None:
    on_order(max_uses=5, budget="60.00")
    order_id = bought("1 HAT", sprees=to_spend("2 MUG"))
    assert (used(code=SPREE), used("budget", code=SPREE)) == (1, 5000)
    line = OrderLine.objects.get(order=order_id, spree=True).line
    gives_back(order_id, f"{line}: 2")
    assert (used(code=SPREE), used("budget", code=SPREE)) == (1, 2500)
    gives_back(order_id)
    assert (used(code=SPREE), used("budget", code=SPREE)) == (0, 0)


@spec("SP-7")
def test_an_order_with_a_spree_has_earned_its_promotion_also_with_nothing_chosen() -> None:
    on_order()
    order_id = bought("1 HAT")
    assert Earned.objects.filter(order=order_id, promotion=SPREE).exists()


# --- the award follows the party -------------------------------------------------------------------


@spec("SP-12", "SP-3")
def test_the_award_follows_the_party_until_the_host_reward_order_is_posted(hundred: Party) -> None:
    assert award(hundred) == 10000
    reopens(hundred)
    more = guest_buys(hundred, "2 POT", buyer="gus")
    assert award(hundred) == 12000
    gives_back(more)
    assert award(hundred) == 10000


def award(party: Party) -> int:
    """What the host would have to spend now."""
    return quote(reward_cart(party)).sprees[0].award


@spec("SP-12", "SP-1", "JO-3")
def test_posting_the_host_reward_order_rewards_the_party(hundred: Party) -> None:
    order_id = reward_placed(hundred, "2 HAT")
    assert (hundred.state, spree_of(order_id).held) == ("closed", 8000)
    done(post(order_id, deed()))
    hundred.refresh_from_db()
    assert hundred.state == "rewarded"
    assert [row.state for row in hundred.history.all()] == ["rewarded", "closed", "open"]
    assert spree_of(order_id) == Counters(granted=8000, held=0, posted=8000)
    assert owed_to_host() == 2000
    assert booked(order_id) == {
        "shopping-sprees HOST": 10000,
        "sales": -8000,
        "customer-credit hanna/": -2000,
    }


@spec("SP-12")
def test_an_award_that_fell_since_is_not_posted_but_told_and_placed_anew(hundred: Party) -> None:
    order_id = reward_placed(hundred, "2 HAT", "1 MUG")
    number = Order.objects.get(id=order_id).number
    late = Order.objects.get(party=hundred, host_reward=False)
    gives_back(late.id, "1: 3")
    told = refused(post(order_id, deed("post")))
    assert isinstance(told, AwardChanged)
    assert (told.placed, told.today) == (
        Reward(award=10000, given=9250, due=0),
        Reward(award=7000, given=5250, due=0),
    )
    assert told.message == (
        f"The award of order {number} is 70.00 now, not 100.00; 0.00 would be due, not 0.00. "
        "Place it anew, or cancel it."
    )
    assert b'"award":"70.00"' in bytes(told.quote).replace(b" ", b"")
    assert post(order_id, deed("post")).answer == told
    assert spree_of(order_id) == Counters(granted=9250, held=9250, posted=0)

    anew = place(reward_cart(hundred, "1 HAT", "2 MUG"), deed(), replaces=order_id)
    assert Order.objects.get(id=order_id).state == "cancelled"
    assert order_of(anew).replaces_id == order_id
    done(post(id_of(anew), deed()))
    assert owed_to_host() == 500


@spec("SP-12")
def test_an_award_that_rose_since_is_told_too(hundred: Party) -> None:
    order_id = reward_placed(hundred, "2 HAT")
    reopens(hundred)
    guest_buys(hundred, "1 POT", buyer="gus")
    assert refused(post(order_id, deed())).code == "party_not_closed"
    closes(hundred)
    told = refused(post(order_id, deed()))
    assert isinstance(told, AwardChanged)
    assert (told.placed.award, told.today.award) == (10000, 11000)


@spec("SP-12", "SP-4")
def test_a_return_that_leaves_the_award_as_it_is_keeps_nothing_from_being_posted() -> None:
    on_spree(maximum="50.00")
    one = party()
    late = guest_buys(one, "10 POT")
    closes(one)
    order_id = reward_placed(one, "1 HAT")
    gives_back(late, "1: 5")
    done(post(order_id, deed()))
    assert owed_to_host() == 1000


@spec("SP-12", "SP-7")
def test_what_is_due_beyond_the_award_is_part_of_what_must_be_the_same() -> None:
    on_spree(over_purchase=True)
    one = party()
    late = guest_buys(one, "10 POT")
    closes(one)
    order_id = reward_placed(one, "3 HAT")
    assert Order.objects.get(id=order_id).due == 2000
    gives_back(late, "1: 1")
    told = refused(post(order_id, deed()))
    assert isinstance(told, AwardChanged)
    assert (told.placed.due, told.today.due) == (2000, 3000)


@spec("SP-12", "SP-3")
def test_an_award_that_is_an_amount_follows_nothing() -> None:
    on_spree(calculation="flat", amount="20.00", percent=None, of=None, maximum=None)
    one = party()
    late = guest_buys(one, "10 POT")
    closes(one)
    order_id = reward_placed(one, "1 MUG")
    gives_back(late)
    done(post(order_id, deed()))


@spec("SP-12", "EX-4")
def test_a_later_revision_of_the_spree_changes_nothing_that_was_placed(hundred: Party) -> None:
    order_id = reward_placed(hundred, "2 HAT")
    on_spree(percent="20")
    done(post(order_id, deed()))
    assert spree_of(order_id).posted == 8000
    assert priced_again(Order.objects.get(id=order_id)).sprees[0].award == 10000


@spec("SP-12", "DE-8")
def test_a_host_reward_order_is_replaced_by_one_of_the_same_party_only(hundred: Party) -> None:
    order_id = reward_placed(hundred, "2 HAT")
    other = refused(place(cart("1 MUG"), deed(), replaces=order_id))
    assert (other.code, other.field) == ("other_party", "party")
    assert Order.objects.get(id=order_id).state == "placed"
    guest = Order.objects.get(party=hundred, host_reward=False).id
    assert refused(place(cart("1 MUG"), deed(), replaces=guest)).code == "wrong_state"


@spec("SP-7", "SP-12")
def test_what_would_exceed_todays_award_is_not_placed_anew(hundred: Party) -> None:
    order_id = reward_placed(hundred, "2 HAT")
    gives_back(Order.objects.get(party=hundred, host_reward=False).id, "1: 5")
    wanted = reward_cart(hundred, "2 HAT")
    assert refused(place(wanted, deed(), replaces=order_id)).code == "sprees_refused"
    assert Order.objects.get(id=order_id).state == "placed"


@spec("SP-12", "OR-4")
def test_a_host_reward_order_can_be_held_and_lapses_with_its_award(hundred: Party) -> None:
    held = id_of(reserve(reward_cart(hundred, "2 HAT"), deed(), minutes=15))
    assert refused(asks_for_reward(hundred)).code == "host_rewarded"
    done(cancel(held, deed()))
    reward_placed(hundred, "2 HAT")


@spec("SP-11", "SP-12")
def test_a_host_who_chooses_nothing_has_it_all_carried_over_and_taken_back(hundred: Party) -> None:
    order_id = rewarded(hundred)
    assert (owed_to_host(), OrderLine.objects.filter(order=order_id).count()) == (10000, 0)
    gives_back(order_id)
    hundred.refresh_from_db()
    assert (owed_to_host(), hundred.state) == (0, "closed")
    assert Order.objects.get(id=order_id).state == "refunded"


@spec("SP-12", "SP-1")
def test_a_part_of_the_host_reward_order_can_come_back_and_the_party_stays_rewarded(
    hundred: Party,
) -> None:
    order_id = rewarded(hundred, "2 HAT")
    line = OrderLine.objects.get(order=order_id).line
    gives_back(order_id, f"{line}: 1")
    hundred.refresh_from_db()
    assert (hundred.state, owed_to_host(), spree_of(order_id).posted) == ("rewarded", 2000, 4000)


@spec("SP-12", "SP-11", "SP-9")
def test_reversing_the_host_reward_order_leaves_nothing_and_the_party_closed() -> None:
    on_spree(rep_income="percentage", rep_income_percent="50")
    one = party()
    guest_buys(one, "10 POT")
    closes(one)
    order_id = rewarded(one, "2 HAT")
    assert (income("rita"), owed_to_host()) == (4000, 2000)
    gives_back(order_id)
    one.refresh_from_db()
    assert (one.state, booked(order_id), owed_to_host(), income("rita")) == ("closed", {}, 0, 0)
    again = rewarded(one, "1 HAT")
    assert (one.state, again != order_id, owed_to_host()) == ("rewarded", True, 6000)


# --- the check -------------------------------------------------------------------------------------


def found() -> list[str]:
    return [finding.message for finding in checking.check()]


@spec("JO-4", "SP-7")
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"given": "80.00"', '"given": "70.00"', "it held 8000 of rights:shopping-spree"),
        ('"rep_income": "40.00"', '"rep_income": "41.00"', "4000 is booked from memorandum"),
        ('"amount": "20.00"', '"amount": "19.00"', "2000 is booked from liabilities"),
    ],
)
def test_the_check_finds_a_spree_that_is_not_what_its_quote_says(
    old: str, new: str, told: str
) -> None:
    on_spree(rep_income="percentage", rep_income_percent="50")
    one = party()
    guest_buys(one, "10 POT")
    closes(one)
    order = Order.objects.get(id=rewarded(one, "2 HAT"))
    assert order.quote.count(old) == 1
    Order.objects.filter(id=order.id).update(quote=order.quote.replace(old, new))
    messages = found()
    Order.objects.filter(id=order.id).update(quote=order.quote)
    assert any(told in message for message in messages), messages


@spec("JO-4", "SP-6")
def test_the_check_finds_a_line_that_is_said_to_be_chosen_or_not() -> None:
    on_order()
    order_id = bought("1 HAT", sprees=to_spend("1 MUG"))
    chosen = OrderLine.objects.get(order=order_id, spree=True)
    OrderLine.objects.filter(id=chosen.id).update(spree=False)
    assert found() == [f"line {chosen.line}: spree is False, its quote says True"]
    OrderLine.objects.filter(id=chosen.id).update(spree=True)
