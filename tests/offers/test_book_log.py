"""The log of the book: every change is an entry, and nothing else is."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError

from largesse.business.models import Business
from largesse.catalog.models import KitComponent, Location, Product, ProductGroup, TaxRate
from largesse.offers import book_log, checking
from largesse.offers.contents import Kind
from largesse.offers.current import current
from largesse.offers.models import BookEntry, ExclusionGroup, Promotion
from tests.offers.store import group, on_group, product, revise, ten_percent
from tests.words import spec

pytestmark = pytest.mark.django_db


def entries() -> int:
    return BookEntry.objects.count()


def version() -> int:
    return book_log.newest().version


def book():
    return current().book


# --- what is logged --------------------------------------------------------------------------------


@spec("QU-6")
def test_a_saved_product_is_in_the_book_and_a_deleted_one_is_not():
    mug = product("MUG", 1250)
    assert book().catalog.products["MUG"].price == 1250

    mug.price = 1300
    mug.save()
    assert book().catalog.products["MUG"].price == 1300

    mug.delete()
    assert book().catalog.products == {}


def test_a_product_that_is_not_active_is_in_no_book():
    mug = product("MUG", active=False)
    assert "MUG" not in book().catalog.products

    mug.active = True
    mug.save()
    assert "MUG" in book().catalog.products


def test_a_record_saved_unchanged_writes_nothing():
    mug = product()
    revise(ten_percent())
    before = entries(), version()

    mug.save()
    mug.description = "The book knows no descriptions."
    mug.save()
    revise(ten_percent())

    assert (entries(), version()) == before


def test_the_parts_of_a_kit_are_the_kits_content():
    kit, mug, hat = product("SET"), product("MUG"), product("HAT")
    part = KitComponent.objects.create(kit=kit, component=mug, units=2)
    KitComponent.objects.create(kit=kit, component=hat)
    assert book().catalog.products["SET"].components == {"HAT": 1, "MUG": 2}

    part.delete()
    assert book().catalog.products["SET"].components == {"HAT": 1}


def test_products_come_to_a_group_and_leave_it_from_either_side():
    mug, hat = product("MUG"), product("HAT")
    things = group("things", mug)
    hat.groups.add(things)
    assert book().catalog.groups["things"].products == {"MUG", "HAT"}

    things.products.remove(mug)
    assert book().catalog.groups["things"].products == {"HAT"}

    hat.groups.clear()
    assert book().catalog.groups["things"].products == set()


def test_a_deleted_product_leaves_its_groups():
    mug, hat = product("MUG"), product("HAT")
    group("things", mug, hat)

    hat.delete()

    assert book().catalog.groups["things"].products == {"MUG"}
    assert checking.check() == ()


def test_a_tax_rate_is_its_locations_content():
    main = Location.objects.create(code="main", title="Main street")
    rate = TaxRate.objects.create(location=main, tax_class="food", rate=50_000)
    assert book().catalog.locations["main"].tax == {"food": 50_000}

    rate.delete()
    assert book().catalog.locations["main"].tax == {}

    TaxRate.objects.create(location=main, tax_class="food", rate=50_000)
    main.delete()
    assert book().catalog.locations == {}


def test_the_currency_and_the_calendar_are_the_businesss():
    Business.objects.create(name="Kanda", currency="JPY", time_zone="Asia/Tokyo")

    assert book().currency.code == "JPY"
    assert book().catalog.calendar.time_zone == "Asia/Tokyo"


def test_another_time_zone_moves_the_days_of_promotions():
    shop = Business.objects.create(name="Shop", time_zone="UTC")
    revise(ten_percent(starts="2026-06-01"))
    before = book().promotions["TEN"].window.start

    shop.time_zone = "America/New_York"
    shop.save()

    after = book().promotions["TEN"].window.start
    assert before is not None
    assert after is not None
    assert (after - before).total_seconds() == 4 * 3600
    assert Promotion.objects.get().starts == after


def test_an_exclusion_group_is_in_the_book():
    ExclusionGroup.objects.create(code="one-of", mode="first", order=3)

    assert book().exclusion_groups["one-of"].order == 3


# --- with the change, or not at all ----------------------------------------------------------------


def test_an_entry_is_written_with_its_change_or_not_at_all():
    product("MUG")
    before = entries()

    with transaction.atomic():
        product("HAT")
        assert entries() == before + 1
        transaction.set_rollback(True)

    assert entries() == before
    assert "HAT" not in book().catalog.products


def test_each_change_has_the_next_version_and_those_of_one_bulk_change_share_it():
    first = version()
    product("A")
    product("B")
    assert version() == first + 2

    Product.objects.update(price=99)
    assert book_log.publish(Kind.PRODUCT, ["A", "B"]) == first + 3
    assert book_log.publish(Kind.PRODUCT, ["A", "B"]) is None
    assert {p.price for p in book().catalog.products.values()} == {99}


def test_thousands_of_things_are_published_at_once():
    Product.objects.bulk_create(Product(sku=f"P{i}", name=str(i), price=i) for i in range(2500))

    book_log.publish(Kind.PRODUCT, [f"P{i}" for i in range(2500)])

    assert entries() == 2500
    assert book().catalog.products["P2499"].price == 2499


# --- codes -----------------------------------------------------------------------------------------


def test_a_code_stays_because_offers_and_orders_call_a_thing_by_it():
    product("MUG")
    mug = Product.objects.get(sku="MUG")
    mug.sku = "CUP"

    with pytest.raises(ValidationError, match="MUG is what orders and offers call it") as raised:
        mug.full_clean()
    assert list(raised.value.message_dict) == ["sku"]
    with pytest.raises(ValidationError):
        mug.save()


@pytest.mark.parametrize("delete", [lambda p: p.delete(), lambda p: type(p).objects.all().delete()])
def test_what_a_promotion_names_cannot_be_deleted(delete):
    mugs = group("mugs", product("MUG"))
    revise(on_group("P", "mugs"))

    with pytest.raises(ProtectedError):
        delete(mugs)

    revise(ten_percent("P"))
    delete(mugs)
    assert not ProductGroup.objects.exists()


# --- checking --------------------------------------------------------------------------------------


def test_a_check_finds_rows_that_were_changed_past_the_log():
    product("A")
    product("B")
    revise(ten_percent())
    assert checking.check() == ()

    Product.objects.filter(sku="A").update(price=1)
    Product.objects.filter(sku="B").update(active=False)
    Product.objects.bulk_create([Product(sku="C", name="C", price=5)])
    found = {finding.code: finding.message for finding in checking.check()}

    assert found == {
        "A": "is in the book as it was before its record was changed in bulk",
        "B": "is in the book, and its record is gone or no longer active",
        "C": "is in no book: its record was made in bulk and not published",
    }
    book_log.publish(Kind.PRODUCT, ["A", "B", "C"])
    assert checking.check() == ()


def test_a_saved_product_costs_few_queries(django_assert_max_num_queries):
    mug = product()
    mug.price += 1

    # The row and its history; the lock, the record with its parts, the log; version and entry.
    with django_assert_max_num_queries(14, connection=connection):
        mug.save()
