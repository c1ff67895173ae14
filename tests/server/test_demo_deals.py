"""The demo's trade deals: what they use, and what they bring to those who buy by the case."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import msgspec
import pytest

from largesse.engine.benefits import BENEFITS
from largesse.engine.formats.shape import fields_of
from largesse.engine.offers.deal import TITLE_MAX, Deal
from largesse.server.demo.deals import WHOLESALE, deals
from tests.databases import committed_database
from tests.words import spec

__all__ = ["committed_database"]

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@spec("IF-10", "DE-3")
def test_they_use_every_kind_of_benefit_and_every_field():
    made = list(deals(TODAY))
    tiers = [tier for each in made for tier in each["tiers"]]
    used = {name for each in made for name in each}

    assert 12 <= len(made) <= 16
    assert {tier["benefit"]["kind"] for tier in tiers} == set(BENEFITS)
    fields = {shape.name for shape in fields_of(Deal)} - {
        "window",
        "revision",
        "archived",
        "active",
    }
    assert used >= fields | {"starts", "ends"}
    assert all(len(each["title"]) <= TITLE_MAX for each in made)
    assert max(Counter(each["code"] for each in made).values()) == 1


@spec("IF-10")
def test_they_are_for_the_trade_alone_and_no_shopper_meets_one():
    for each in deals(TODAY):
        assert each["channels"] == ["rep"]
        assert each["tags"] == [WHOLESALE] or each["customers"]


@spec("IF-10", "DE-5", "DE-9", "DE-11", "QU-28")
@pytest.mark.django_db(transaction=True)
def test_those_who_buy_by_the_case_get_them_and_the_books_agree(committed_database):
    from largesse.crm.models import Customer
    from largesse.crm.values import customer_value
    from largesse.engine.cart import Cart, CartLine, Channel
    from largesse.ledger.checking import check as check_journal
    from largesse.offers import checking
    from largesse.offers.current import current
    from largesse.orders.checking.orders import check as check_orders
    from largesse.orders.models import Order
    from largesse.orders.quoting import quote
    from largesse.server.demo import build

    build(seed=1, orders=120, now=NOW, step=lambda *_: None)

    assert checking.check() == ()
    assert len(current().book.deals) == len(list(deals(TODAY)))
    buyer = customer_value(Customer.objects.get(number="W-201"))

    def found(sku: str, units: int) -> dict[str, str]:
        cart = Cart(
            (CartLine("1", sku, units),),
            NOW,
            customer=buyer,
            location="online",
            channel=Channel.REP,
        )
        priced = quote(cart)
        return {deal.offer: priced.format(deal.benefit) for deal in priced.deals}

    # The worked examples: 10 for 1 is the value of 4 for 40, and a minimum of 10 gives 50.00.
    assert found("CN-110", 40) == {"CANDLES-10-1": "72.00"}
    assert found("AP-2041", 10) == {"APRONS-50": "50.00"}
    assert found("AP-2041", 9) == {}
    assert found("MG-201", 36) == {"MUGS-CASE": "41.76"}

    given = Counter[str]()
    for order in Order.objects.all():
        kept = msgspec.json.decode(order.quote)
        given.update(deal["offer"] for deal in kept.get("deals", ()))
        if kept.get("deals"):
            assert order.customer is not None
            assert (order.channel, order.customer.number[:2]) == ("rep", "W-")
    assert given
    assert check_journal() == ()
    assert check_orders() == ()
