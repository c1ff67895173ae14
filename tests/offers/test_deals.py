"""Deals change by revisions as promotions do, and are refused with all that is wrong."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from django.db.models import ProtectedError

import largesse as lg
from largesse.business.models import Business, User
from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.engine.faults import Faults
from largesse.offers import book_log, checking, deals
from largesse.offers.contents import Kind
from largesse.offers.current import current
from largesse.offers.differences import difference
from largesse.offers.models import BookVersion, Deal, Promotion
from largesse.orders.quoting import priced
from tests.offers.store import AT, group, off_group, product, revise, revise_deal, ten_percent
from tests.words import cart, spec, usd, window

pytestmark = pytest.mark.django_db


def faults(definition, **fields) -> dict[str, str]:
    """What is wrong with a definition, by place."""
    with pytest.raises(Faults) as raised:
        revise_deal(definition, **fields)
    return {fault.place: fault.message for fault in raised.value.faults}


@pytest.fixture
def mugs():
    return group("mugs", product("MUG", 1000))


@spec("DE-1")
def test_a_deal_has_the_fields_that_its_definition_says(mugs):
    Business.objects.create(name="Shop", time_zone="America/New_York")

    made = revise_deal(
        off_group(
            "TRADE", "mugs", title="Trade mugs", priority=7, starts="2026-03-01", ends="2026-03-31",
            high_priority=True, manual=True, pinned=True, referable=True, active=False,
        )
    )  # fmt: skip

    made.refresh_from_db()
    value = current().book.deals["TRADE"]
    assert (made.title, made.priority, made.active) == ("Trade mugs", 7, False)
    assert {made.high_priority, made.manual, made.pinned, made.referable} == {True}
    assert value.window == window("2026-03-01T05:00:00+00:00", "2026-04-01T04:00:00+00:00")
    assert (made.starts, made.ends) == (value.window.start, value.window.end)
    assert deals.definition_of(made)["ends"] == "2026-03-31"


@spec("DE-1", "IF-30")
def test_a_deal_is_refused_with_all_that_is_wrong_each_in_its_place(mugs):
    definition = off_group(
        "BAD",
        "mugz",
        title="A title of more than twenty letters",
        locations=["nowhere"],
        required=["HAT"],
        customers=["nobody"],
    )

    found = faults(definition)

    assert found["sets[0].products"] == "no product group 'mugz'; did you mean 'mugs'?"
    # What names something is looked at once the deal itself can be read.
    found = faults({**definition, "sets": [{"products": "mugs"}], "title": ""})
    assert found == {
        "locations[0]": "no location 'nowhere'",
        "required[0]": "no product 'HAT'",
        "customers": "no customer 'nobody'",
    }
    assert list(faults(off_group("BAD", "mugs", title="x" * 21))) == ["title"]
    assert not Deal.objects.exists()


def test_a_customer_who_is_gone_does_not_keep_a_deal_from_changing(mugs):
    anna = Customer.objects.create(number="anna", name="Anna")
    made = revise_deal(off_group("TRADE", "mugs", customers=["anna"]))
    anna.delete()

    assert deals.archive(made, by=None, at=AT).archived


@spec("PR-8", "DE-1")
def test_every_change_makes_a_revision_that_says_who_when_and_why(mugs):
    ines = User.objects.create(username="ines")
    revise_deal(off_group("TRADE", "mugs"))
    revise_deal(off_group("TRADE", "mugs", percent=10, revision=9))
    made = revise_deal(off_group("TRADE", "mugs", 15), by=ines, reason="More.", expected=1)

    latest, first = made.revisions.all()
    assert (made.revision, latest.number, first.number) == (2, 2, 1)
    assert (latest.by, latest.at, latest.reason) == (ines, AT, "More.")
    assert difference(first, latest) == (("tiers[0].benefit.percent", "10", "15"),)
    assert faults(off_group("TRADE", "mugs", 20), expected=1) == {
        "revision": "was changed meanwhile: it is at revision 2, not 1"
    }


def test_a_deal_is_archived_restored_switched_and_copied_and_never_deleted(mugs):
    made = revise_deal(off_group("TRADE", "mugs", title="A long title, nearly"))

    with pytest.raises(ProtectedError):
        made.delete()
    assert deals.archive(made, by=None, at=AT).archived
    assert current().book.deals["TRADE"].archived
    assert not deals.restore(made, by=None, at=AT).archived
    assert not deals.set_active(made, False, by=None, at=AT).active
    copy = deals.duplicate(made, "TRADE-2", by=None, at=AT)
    assert (copy.title, copy.active) == ("A long title, (copy)", False)
    with pytest.raises(Faults, match="is the code of another deal"):
        deals.duplicate(made, "TRADE-2", by=None, at=AT)


@spec("DE-1")
def test_no_deal_has_the_code_of_a_promotion_nor_a_promotion_that_of_a_deal(mugs):
    revise(ten_percent("TEN"))
    revise_deal(off_group("TRADE", "mugs"))

    assert faults(off_group("TEN", "mugs")) == {"code": "is the code of a promotion"}
    with pytest.raises(Faults) as raised:
        revise(ten_percent("TRADE"))

    assert [(f.place, f.message) for f in raised.value.faults] == [
        ("code", "is the code of a deal")
    ]
    assert not Promotion.objects.filter(code="TRADE").exists()
    assert set(current().book.promotions) == {"TEN"}


def test_another_time_zone_moves_the_days_of_deals(mugs):
    shop = Business.objects.create(name="Shop", time_zone="UTC")
    revise_deal(off_group("TRADE", "mugs", starts="2026-06-01"))

    shop.time_zone = "America/New_York"
    shop.save()

    start = datetime(2026, 6, 1, 4, tzinfo=UTC)
    assert current().book.deals["TRADE"].window.start == start
    assert Deal.objects.get().starts == start


def test_what_a_deal_names_cannot_be_deleted(mugs):
    hat, vienna = product("HAT"), Location.objects.create(code="vienna", title="Vienna")
    revise_deal(off_group("TRADE", "mugs", required=["HAT"], locations=["vienna"]))

    for named in (mugs, hat, vienna):
        with pytest.raises(ProtectedError):
            named.delete()

    others = group("others", hat)
    revise_deal(off_group("TRADE", "others"))
    mugs.delete()
    assert set(current().book.catalog.groups) == {others.code}


# --- in the book -----------------------------------------------------------------------------------


@spec("DE-2", "IF-30")
def test_a_deal_is_left_out_while_a_product_that_it_asks_for_is_not_sold(mugs):
    hat = product("HAT", 4000)
    revise_deal(off_group("TRADE", "mugs", required=["HAT"]))
    revise_deal(off_group("OTHER", "mugs"))

    hat.active = False
    hat.save()
    assert set(current().book.deals) == {"OTHER"}
    assert [finding.code for finding in checking.check()] == ["TRADE"]

    hat.active = True
    hat.save()
    assert set(current().book.deals) == {"OTHER", "TRADE"}
    assert checking.check() == ()


def test_a_broken_deal_is_left_out_alone_logged_and_found(mugs, caplog):
    revise_deal(off_group("TRADE", "mugs"))
    BookVersion.objects.get_or_create(id=1)

    with caplog.at_level(logging.ERROR):
        book_log._append([book_log.Entry(Kind.DEAL, "BAD", '{"code": "BAD", "sets": []}')])
        assert set(current().book.deals) == {"TRADE"}

    assert "Deal BAD is left out of the book" in caplog.text
    assert [finding.code for finding in checking.check() if "left out" in finding.message] == [
        "BAD"
    ]


@pytest.mark.parametrize("first", ["deal", "promotion"])
def test_of_two_offers_of_one_code_the_deal_is_left_out(mugs, first):
    made = revise_deal(off_group("SAME", "mugs"))
    deal_entry = book_log.Entry(
        Kind.DEAL, "SAME", '{"code": "SAME", "sets": [{"products": "mugs"}], "tiers": '
        '[{"benefit": {"kind": "percentage", "percent": "10"}}]}',
    )  # fmt: skip
    promotion = book_log.Entry(
        Kind.PROMOTION, "SAME", '{"code": "SAME", "actions": '
        '[{"kind": "discount_order_line", "percent": "5"}]}',
    )  # fmt: skip
    assert set(current().book.deals) == {made.code}

    # Past all checks, one after the other.
    for entry in [deal_entry, promotion] if first == "deal" else [promotion, deal_entry]:
        book_log._append([entry])
        current(fresh=True)

    assert current().book.deals == {}
    assert set(current().book.promotions) == {"SAME"}


@spec("DE-4", "DE-5", "OR-2")
def test_carts_are_priced_with_the_deals_that_are_on_offer(mugs):
    revise_deal(off_group("TRADE", "mugs", 20, title="Trade mugs"))
    revise_deal(off_group("LESS", "mugs", 10))

    quote = priced(cart("3 MUG")).quote

    (applied,) = quote.deals
    assert (applied.offer, applied.off, applied.revision) == ("TRADE", usd("6.00"), 1)
    assert quote.lines[0].deal == "TRADE"
    assert quote.total == usd("24.00")
    again = lg.price(current().book, quote.cart, quote.facts)
    assert again.to_json() == quote.to_json()


@spec("DE-2")
def test_whether_the_buyer_bought_before_is_looked_up(mugs):
    anna = Customer.objects.create(number="anna", name="Anna")
    revise_deal(off_group("NEW", "mugs", not_bought_before="mugs"))

    asked = cart("1 MUG", customer=lg.Customer(anna.number))

    assert [deal.offer for deal in priced(asked).quote.deals] == ["NEW"]
