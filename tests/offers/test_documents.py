"""Documents become records, and the book a document."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Customer
from largesse.crm.values import customer_value
from largesse.engine.faults import Faults
from largesse.engine.formats.document import document_of
from largesse.engine.formats.writer import listed
from largesse.ledger import checking as journal
from largesse.offers import book_log, checking, documents, vouchers
from largesse.offers.current import current
from largesse.offers.models import BookEntry, Promotion, PromotionRevision
from tests.engine.worlds import Plain
from tests.engine.worlds import documents as worlds
from tests.offers.store import AT, DOCUMENT, revise, ten_percent
from tests.words import spec


def load(data: Plain) -> None:
    documents.load(document_of(data), at=AT, by=None)


@pytest.mark.django_db
def test_what_a_document_says_is_on_offer():
    load(DOCUMENT)

    book, wanted = current().book, document_of(DOCUMENT).book
    assert book.catalog.calendar == wanted.catalog.calendar
    assert book.catalog.products == wanted.catalog.products
    assert book.catalog.locations == wanted.catalog.locations
    members = {g.code: g.products for g in wanted.catalog.groups.values()}
    # An allotment needs a product group, and the document has none with pots.
    members["only-POT"] = frozenset({"POT"})
    assert {g.code: g.products for g in book.catalog.groups.values()} == members
    assert set(book.promotions) == set(wanted.promotions)
    assert {code: listed(deal, book.currency) for code, deal in book.deals.items()} == {
        code: listed(deal, book.currency) for code, deal in wanted.deals.items()
    }
    assert book.allotments == wanted.allotments
    anna = customer_value(Customer.objects.get(number="anna"))
    assert anna == document_of(DOCUMENT).customers["anna"]
    assert vouchers.voucher_values(["GV1"])["GV1"].value == 1000
    assert checking.check() == ()
    assert journal.check() == ()


@pytest.mark.django_db
def test_loaded_again_nothing_changes():
    load(DOCUMENT)
    before = BookEntry.objects.count(), PromotionRevision.objects.count()

    load(DOCUMENT)

    assert (BookEntry.objects.count(), PromotionRevision.objects.count()) == before


@pytest.mark.django_db
def test_what_changed_is_changed_and_the_rest_stays():
    load(DOCUMENT)
    mug, *others = DOCUMENT["products"]
    load({**DOCUMENT, "products": [{**mug, "price": "13.00"}, *others], "promotions": []})

    book = current().book
    assert book.catalog.products["MUG"].price == 1300
    assert "LOYAL" in book.promotions
    assert Product.objects.get(sku="MUG").history.count() == 2


@pytest.mark.django_db
def test_members_of_a_group_come_and_go():
    load(DOCUMENT)
    load({**DOCUMENT, "product_groups": [
        {**g, "products": ["HAT", "POT"] if g["code"] == "mugs" else g["products"]}
        for g in DOCUMENT["product_groups"]
    ]})  # fmt: skip

    assert current().book.catalog.groups["mugs"].products == {"HAT", "POT"}
    assert ProductGroup.objects.get(code="mugs").products.count() == 2


@pytest.mark.django_db
def test_the_units_left_of_an_allotment_are_what_the_document_says():
    load(DOCUMENT)
    (entry,) = DOCUMENT["allotments"]
    load({**DOCUMENT, "allotments": [{**entry, "left": 7}]})

    assert documents.document()["allotments"][0]["left"] == 7


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"currency": "EUR"}, "EUR is not the currency of the business, which is USD"),
        ({"allotments": [{"code": "A", "product": "POT", "organization": "school"}]},
         r"allotments\[0\].quantity"),
        ({"vouchers": [{"number": "X1", "percent": 5, "status": "redeemed"}]},
         "X1 is redeemed: only one that can still be used is loaded"),
    ],
    ids=["currency", "no units", "redeemed"],
)  # fmt: skip
def test_a_document_that_cannot_be_loaded_changes_nothing(change, told):
    load(DOCUMENT)
    before = BookEntry.objects.count()
    cheap = [{**each, "price": "1.00"} for each in DOCUMENT["products"]]

    with pytest.raises(Faults, match=told):
        load({**DOCUMENT, "products": cheap, **change})
    assert BookEntry.objects.count() == before


@pytest.mark.django_db
@spec("IF-3")
def test_the_document_of_the_book_is_read_to_the_same_book(tmp_path):
    load(DOCUMENT)
    path = tmp_path / "book.json"
    path.write_text(json.dumps(documents.document()))

    documents.load(path, at=AT, by=None)

    assert document_of(documents.document()).book.content_hash == current().book.content_hash


SHARING: Plain = {
    **DOCUMENT,
    "conditions": [
        {"name": "loyal", "kind": "customer_tags", "tags": ["vip"]},
        {"name": "a-loyal", "kind": "all", "of": ["loyal", {"kind": "not", "condition": "loyal"}]},
    ],
    "actions": [
        {"name": "ten", "kind": "discount_order_line", "percent": 10, "include": "mugs"},
        {"name": "next-time", "kind": "delayed_promotion", "promotion": "LATER"},
    ],
    "promotions": [
        {"code": "A", "actions": ["next-time"]},
        {**ten_percent("LATER"), "single_use_codes": True},
        {"code": "P", "actions": ["ten"], "conditions": ["a-loyal"]},
        {"code": "Q", "actions": ["ten", {"kind": "discount_order", "amount": "5.00"}]},
    ],
}  # fmt: skip
"""What promotions share, one of them within another."""


@pytest.mark.django_db
@spec("IF-3", "PR-8")
def test_a_document_has_what_promotions_share_and_names_it(tmp_path):
    load(SHARING)

    written = documents.document()

    assert [each["name"] for each in written["conditions"]] == ["loyal", "a-loyal"]
    assert written["conditions"][1]["of"] == ["loyal", {"kind": "not", "condition": "loyal"}]
    assert [each["actions"] for each in written["promotions"]] == [
        ["next-time"],
        [{"kind": "discount_order_line", "percent": "10"}],
        ["ten"],
        ["ten", {"kind": "discount_order", "amount": "5.00"}],
    ]
    before = book_log.newest()
    path = tmp_path / "book.json"
    path.write_text(json.dumps(written))
    documents.load(path, at=AT, by=None)
    assert book_log.newest() == before
    assert document_of(written).book.content_hash == current().book.content_hash


@pytest.mark.django_db
@spec("PR-8")
def test_a_part_that_a_document_changes_is_changed_everywhere():
    load(SHARING)
    revise({"code": "MINE", "actions": ["ten"]})
    ten, later = SHARING["actions"]

    load({**SHARING, "actions": [{**ten, "percent": 15}, later]})

    book = current().book
    tens = [book.promotions[code].actions[0] for code in ("P", "Q", "MINE")]
    assert {listed(action, book.currency)["percent"] for action in tens} == {"15"}
    assert dict(Promotion.objects.values_list("code", "revision")) == {
        "A": 1, "LATER": 1, "MINE": 2, "P": 2, "Q": 2,
    }  # fmt: skip


@spec("IF-3")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_a_value_is_read_from_its_listing_as_it_was(data: Plain):
    book = document_of(data).book
    money = book.currency
    again: Plain = {
        "format": 1,
        "products": [listed(each, money) for each in book.catalog.products.values()],
        "product_groups": [listed(each, money) for each in book.catalog.groups.values()],
        "locations": [listed(each, money) for each in book.catalog.locations.values()],
        "exclusion_groups": [listed(each, money) for each in book.exclusion_groups.values()],
        "promotions": [listed(each, money) for each in book.promotions.values()],
        "deals": [listed(each, money) for each in book.deals.values()],
        "allotments": [listed(each, money) for each in book.allotments.values()],
        **{k: data[k] for k in ("currency", "rounding", "time_zone", "week_starts") if k in data},
    }

    assert document_of(again).book.content_hash == book.content_hash
