"""Deals without their trigger: asked for, approved or declined, edited and sent again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from largesse.business import configuration
from largesse.orders.answers import Deed, Done
from largesse.orders.models import Order
from largesse.orders.referring import approve, decline
from tests.rep.store import OnOrder, Rep
from tests.words import spec


@pytest.fixture
def towels(order: OnOrder) -> OnOrder:
    """20 tea towels, 180.00 of the 300.00 that Linen opening asks for."""
    order.orders(TOWEL="20")
    order.calculate()
    return order


def the_order(order: OnOrder) -> Order:
    record = order.record
    assert record.order is not None
    return record.order


def dana(order: OnOrder, note: str, key: str) -> Deed:
    return Deed(key=key, body=b"", at=datetime.now(UTC), actor="dana", reason=note)


def asked(order: OnOrder, credit: str = "20.00", **fields: str) -> str:
    return order.deed("refer", "OPENING", credit=credit, **fields)


def sent(order: OnOrder) -> Order:
    """The order with the referred deal, sent for approval."""
    asked(order, note="A second shop.", approver="dana")
    order.save(send="1", note="A second shop.", approver="dana")
    return the_order(order)


# --- asking ------------------------------------------------------------------------------------------


@spec("DE-8", "DE-14", "IF-32")
def test_a_deal_is_applied_without_its_trigger_and_the_order_waits(towels: OnOrder):
    page = towels.see("deals?refer=OPENING")
    assert "Refer Linen opening" in page
    assert "Needs 300.00 of towels at list price, found 180.00." in page
    page = asked(towels, note="A second shop.", approver="dana")
    assert "Linen opening is applied. Save the order to send it for approval." in page
    assert towels.deals() == {"TOWEL": "OPENING"}
    assert "Credit 20.00 Used 0.00 Left 20.00" in towels.see()
    assert "Asked for, to be approved" in towels.see()
    page = towels.see("summary")
    assert "Send for approval" in page
    assert "Place order" not in page
    assert "A second shop." in page

    page = towels.save(send="1", note="A second shop.", approver="dana")
    order = the_order(towels)
    assert (order.state, order.requested_by, order.approver) == ("referred", "jonas", "dana")
    assert f"Order {order.number} is sent for approval." in page
    assert "Waiting for approval." in page
    assert "“A second shop.” Jonas" in page
    assert "Held, referred" in towels.rep.see("/rep/?show=waiting")


@spec("DE-14", "IF-32")
@pytest.mark.parametrize(
    ("credit", "told"),
    [
        ("30.00", "This deal gives at most 20.00. Ask for 20.00 or less."),
        ("0", "Ask for an amount above 0."),
        ("", "This field is required."),
        ("twenty", "is not an amount"),
    ],
)
def test_a_credit_that_can_not_be_asked_for_is_told_beside_its_field(
    towels: OnOrder, credit: str, told: str
):
    page = asked(towels, credit, note="Keep me.")
    assert told in page
    assert "Keep me." in page
    assert towels.record.referred == {}


@spec("DE-8")
def test_a_deal_that_gives_no_stock_is_sent_at_once(order: OnOrder):
    order.orders(GLASS="3")
    assert "Credit asked for" not in order.see("deals?refer=GLASS-6")
    order.deed("refer", "GLASS-6", note="Half a case.", send="1")
    saved = the_order(order)
    assert saved.state == "referred"
    assert saved.net == 2430


@spec("DE-8")
def test_who_asks_is_not_among_those_who_may_be_asked(towels: OnOrder):
    html = towels.rep.html(f"{towels.url}deals?refer=OPENING")
    assert 'value="dana"' in html
    assert 'value="jonas"' not in html
    assert "Select a valid choice" in asked(towels, approver="jonas")


@spec("DE-8")
def test_deals_that_may_not_be_referred_are_not(towels: OnOrder):
    assert "Refer Linen case" not in towels.see("deals?refer=LINEN")
    assert "can’t be referred" in towels.deed("refer", "LINEN")
    # None of its products is on the order.
    assert "can’t be referred" in towels.deed("refer", "GLASS-6")
    configuration.change(configuration.REPS_REFER_ORDERS, False)
    assert "Refer" not in towels.see("deals").split("Referred A deal")[0]
    assert "can’t be referred" in asked(towels)
    assert towels.record.referred == {}


@spec("DE-8", "IF-32")
def test_an_order_is_referred_by_hand(order: OnOrder):
    order.orders(GLASS="3")
    order.save(send="1", note="They owe us for March.", approver="")
    assert the_order(order).state == "referred_by_user"
    assert "Held, referred by user" in order.see("order")


@spec("DE-14", "DE-12")
def test_bonus_stock_is_chosen_within_the_credit_asked_for(towels: OnOrder):
    asked(towels)
    assert "Used 18.00 Left 2.00" in towels.gives("OPENING", "MATCH", "2")
    assert "7.00 of credit is missing for unit 3." in towels.gives("OPENING", "MATCH", "3")


# --- the answer --------------------------------------------------------------------------------------


@spec("DE-8", "IF-32")
def test_an_approved_order_is_told_of_and_can_be_placed(towels: OnOrder):
    order = sent(towels)
    approve(order.id, dana(towels, "Go ahead.", "a1"))
    page = towels.rep.see("/rep/")
    assert "Dana approved order" in page
    assert "Go ahead." in page
    page = towels.see("order")
    assert "Approved. “Go ahead.” Dana. It can be placed at this price." in page
    page = towels.rep.do(f"{towels.url}order/place", reference="PO-77", delivery="At the back.")
    assert f"Order {order.number} is placed." in page
    assert "PO-77" in page
    order.refresh_from_db()
    assert order.state == "placed"
    assert order.payment == {
        "method": "on account",
        "reference": "PO-77",
        "delivery": "At the back.",
    }


@spec("DE-8")
def test_a_notice_is_read_once(towels: OnOrder):
    order = sent(towels)
    approve(order.id, dana(towels, "", "a1"))
    notice = towels.rep.user.notices.get()
    assert Rep("mira").client.post(f"/rep/notices/{notice.public_id}/read").status_code == 404
    assert "Dana approved" not in towels.rep.do(f"/rep/notices/{notice.public_id}/read")
    assert towels.rep.client.post("/rep/notices/nothing/read").status_code == 404


@spec("DE-8", "IF-32")
def test_a_declined_order_says_why_and_is_changed_and_sent_again(towels: OnOrder):
    first = sent(towels)
    decline(first.id, dana(towels, "Reach 270.00.", "d1"))
    page = towels.see("order")
    assert "Declined. “Reach 270.00.” Dana. Change the order and send it again." in page
    towels.rep.do(f"{towels.url}order/edit")
    page = towels.orders(TOWEL="30")
    assert f"Order {first.number} was declined. Change it and send it again." in page
    assert "“Reach 270.00.” Dana" in towels.see("deals")
    towels.save(send="1", note="Now 270.00.", approver="")
    second = the_order(towels)
    assert second.state == "referred"
    assert second.replaces_id == first.id
    page = towels.see("order")
    assert "Now 270.00." in page
    assert "Reach 270.00." in page


@spec("DE-8", "IF-32")
def test_editing_an_approved_order_warns_that_it_is_referred_again(towels: OnOrder):
    first = sent(towels)
    approve(first.id, dana(towels, "", "a1"))
    assert "Changing it refers it again." in towels.see("order")
    page = towels.rep.do(f"{towels.url}order/edit")
    assert "is approved. Saving the changed order sends it for approval again" in page
    towels.orders(TOWEL="21")
    # Until it is saved, the approved order stays.
    first.refresh_from_db()
    assert first.state == "pending"
    towels.save(send="1", note="", approver="")
    assert the_order(towels).state == "referred"
    first.refresh_from_db()
    assert first.state == "cancelled"


@spec("DE-8")
def test_an_edited_order_that_needs_no_approval_any_more_is_placed(towels: OnOrder):
    first = sent(towels)
    towels.rep.do(f"{towels.url}order/edit")
    towels.orders(TOWEL="40")
    page = towels.see("summary")
    assert "Place order" in page
    towels.save(place="1", due="99999")
    assert the_order(towels).state == "placed"
    first.refresh_from_db()
    assert first.state == "cancelled"


@spec("DE-8")
def test_what_was_changed_can_be_left(towels: OnOrder):
    first = sent(towels)
    towels.rep.do(f"{towels.url}order/edit")
    towels.orders(TOWEL="40")
    assert "stays as it was sent" in towels.rep.do(f"{towels.url}discard")
    assert "Waiting for approval." in towels.see()
    assert the_order(towels) == first
    towels.rep.do(f"{towels.url}order/edit")
    assert towels.record.lines[0]["quantity"] == 20


@spec("DE-14")
def test_an_order_that_was_approved_with_less_credit_is_followed(towels: OnOrder):
    asked(towels)
    towels.gives("OPENING", "MATCH", "2")
    towels.save(send="1", note="", approver="")
    first = the_order(towels)
    answer = approve(first.id, dana(towels, "Ten is enough.", "a1"), credits={"OPENING": 1000})
    assert isinstance(answer.answer, Done)
    page = towels.see("order")
    assert answer.answer.number in page
    assert "“Ten is enough.” Dana" in page
    assert "Match bottle Bonus Linen opening, worth 9.00 at list 1" in page
    towels.rep.do(f"{towels.url}order/place")
    assert the_order(towels).state == "placed"


@spec("DE-8")
def test_a_placed_order_is_not_changed_any_more(order: OnOrder):
    order.orders(GLASS="2")
    order.save(place="1", due="1980")
    assert "can’t be changed any more" in order.rep.do(f"{order.url}order/edit")
    assert "Placed" in order.see()
    assert order.rep.at.endswith("/order")
    saved = the_order(order)
    order.rep.do(f"{order.url}order/place")
    assert Order.objects.get() == saved
