"""The Summary tab: what the order comes to, and saving it."""

from __future__ import annotations

from largesse.catalog.models import Product
from largesse.orders.models import Order
from tests.rep.store import ORDER, OnOrder
from tests.words import spec


@spec("IF-32", "EX-3")
def test_the_summary_shows_line_by_line_what_came_off_and_why(order: OnOrder):
    order.orders(**ORDER)
    order.calculate()
    order.picks("BOARD", "BOARD-5")
    page = order.see("summary")
    assert "Stoneware mug, chalk Mug mix 36 14.50 522.00 −62.64 459.36" in page
    assert "Gross 2,270.00 Taken off −172.40 Net 2,097.60 Tax 209.76 Total USD 2,307.36" in page
    assert "72.00 of credit lapses when the order is saved." in page
    assert "Place order, 2,307.36" in page


@spec("IF-32")
def test_an_order_is_placed_with_the_customers_own_number(order: OnOrder):
    order.orders(GLASS="2")
    page = order.save(place="1", due="1980", reference="PO-9", delivery="Ring twice.")
    saved = Order.objects.get()
    assert saved.state == "placed"
    assert saved.channel == "rep"
    assert saved.payment == {"method": "on account", "reference": "PO-9", "delivery": "Ring twice."}
    assert f"Order {saved.number} is placed." in page
    assert "Purchase order PO-9" in page
    assert "How each cent came about" in order.see("order/explanation")


@spec("OR-3")
def test_a_form_that_is_sent_twice_places_one_order(order: OnOrder):
    order.orders(GLASS="2")
    fields = {"place": "1", "due": "1980", "version": order.version}
    order.rep.do(f"{order.url}summary", **fields)
    order.rep.do(f"{order.url}summary", **fields)
    assert Order.objects.count() == 1


@spec("OR-2")
def test_a_price_that_has_risen_is_told_and_nothing_is_placed(order: OnOrder):
    order.orders(GLASS="2")
    glass = Product.objects.get(sku="GLASS")
    glass.price = 1000
    glass.save()
    page = order.save(place="1", due="1980")
    assert "The order comes to 22.00 now, not 19.80. Nothing was saved; look at it again." in page
    assert not Order.objects.exists()
    order.save(place="1", due="2200")
    assert Order.objects.get().total == 2200


@spec("IF-32")
def test_an_order_without_lines_is_not_saved(order: OnOrder):
    assert "Nothing is ordered yet" in order.save(place="1", due="0")
    assert not Order.objects.exists()


@spec("IF-32")
def test_a_summary_that_is_older_than_the_order_saves_nothing(order: OnOrder):
    order.orders(GLASS="2")
    seen = order.version
    order.orders(GLASS="200")
    page = order.rep.do(f"{order.url}summary", place="1", due="1980", version=seen)
    assert "changed in another window" in page
    assert not Order.objects.exists()


@spec("DE-3", "IF-32")
def test_rebates_are_shown_as_what_comes_at_posting(order: OnOrder):
    order.orders(CHALK="35")
    order.calculate()
    page = order.see("summary")
    assert "First ceramics: rebate to the account at posting 10.00" in page
