"""A document in JSON and in YAML is the same document (IF-3)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from largesse import DiscountOrder, Document, Faults, price, read_document
from largesse.engine.actions import ACTIONS
from largesse.engine.conditions import CONDITIONS
from largesse.engine.formats.writer import listed
from largesse.engine.sprees import spree_of
from tests.formats.documents import SHOP, SMALL, at, places, read, read_plain, shop

spec = pytest.mark.spec


def quotes(document: Document) -> list[bytes]:
    return [price(document.book, c, document.facts(c)).to_json() for c in document.carts]


@spec("IF-3")
def test_json_and_yaml_give_the_same_document():
    from_json = read(json.dumps(SHOP))
    from_yaml = read(yaml.safe_dump(SHOP, sort_keys=False))

    assert from_yaml.book.content_hash == from_json.book.content_hash
    assert from_yaml.carts == from_json.carts
    assert from_yaml.vouchers == from_json.vouchers
    assert from_yaml.allotments_left == from_json.allotments_left
    assert from_yaml.past_orders == from_json.past_orders
    assert quotes(from_yaml) == quotes(from_json)


@spec("IF-3")
def test_yaml_as_people_write_it_is_the_same_document():
    as_written = json.dumps(
        {
            "format": 1,
            "currency": "EUR",
            "products": [
                {"sku": "MUG", "name": "Coffee mug", "price": "12.50"},
                {"sku": "HAT", "name": "Straw hat", "price": "40.00"},
            ],
            "product_groups": [{"code": "mugs", "title": "mugs", "products": ["MUG"]}],
            "promotions": [
                {
                    "code": "MUGS-3-FOR-2",
                    "title": "Three mugs for two",
                    "actions": [{"kind": "buy_x_get_y", "buy": 2, "get": 1, "products": "mugs"}],
                },
                {
                    "code": "SUMMER-10",
                    "title": "Summer sale",
                    "starts": "2026-06-01",
                    "ends": "2026-08-31",
                    "actions": [{"kind": "discount_order_line", "percent": "10"}],
                },
            ],
            "carts": [
                {
                    "id": "first",
                    "at": "2026-06-01T10:00:00Z",
                    "lines": [{"sku": "MUG", "quantity": 4}, {"sku": "HAT"}],
                }
            ],
        }
    )

    assert quotes(read(SMALL)) == quotes(read(as_written))


def test_the_example_uses_every_kind():
    values = [at(SHOP, place) for place in places(SHOP) if place[-1] == "kind"]

    assert set(values) == {*CONDITIONS, *ACTIONS}


@spec("IF-3", "SP-2")
@pytest.mark.parametrize(
    ("starts", "ends", "says"),
    [
        ("2026-11-01", "2026-12-31", ("2026-10-31T23:00:00Z", "2026-12-31T22:59:59.999999Z")),
        (None, "2026-12-31T10:00:00Z", (None, "2026-12-31T10:00:00Z")),
        ("2026-11-01", None, ("2026-10-31T23:00:00Z", None)),
        (None, None, (None, None)),
    ],
)
def test_the_days_of_an_action_are_written_as_they_are_read(starts, ends, says):
    days = {name: day for name, day in (("starts", starts), ("ends", ends)) if day is not None}
    spree = {"kind": "shopping_spree", "description": "Days", "amount": "9.00", **days}
    document = read_plain(
        {
            "format": 1,
            "time_zone": "Europe/Vienna",
            "promotions": [{"code": "P", "actions": [spree]}],
        }
    )
    written = listed(document.book.promotions["P"], document.book.currency)
    again = read_plain({"format": 1, "time_zone": "Europe/Vienna", "promotions": [written]})

    (action,) = written["actions"]
    assert (action.get("starts"), action.get("ends")) == says
    assert again.book.content_hash == document.book.content_hash
    one, two = (spree_of(each.book.promotions["P"]) for each in (document, again))
    assert one is not None
    assert two is not None
    assert one.window == two.window


@spec("IF-3")
def test_a_file_is_read_whatever_its_name(tmp_path: Path):
    (tmp_path / "shop.txt").write_text(json.dumps(SHOP), "utf-8")
    (tmp_path / "shop").write_text(SMALL, "utf-8")

    assert read_document(tmp_path / "shop.txt").carts[0].id == "c1"
    assert read_document(str(tmp_path / "shop")).carts[0].id == "first"


@spec("QU-25")
def test_the_order_of_what_a_file_lists_does_not_matter():
    backwards = shop(
        **{
            name: SHOP[name][::-1]
            for name in ("products", "product_groups", "promotions", "vouchers", "customers")
        }
    )

    assert read_plain(backwards).book.content_hash == read_plain(SHOP).book.content_hash
    assert quotes(read_plain(backwards)) == quotes(read_plain(SHOP))


@spec("EX-4")
def test_a_book_that_differs_in_one_figure_has_another_hash():
    dearer = shop()
    dearer["products"][0]["price"] = "12.51"

    assert read_plain(dearer).book.content_hash != read_plain(SHOP).book.content_hash


@spec("EX-4")
def test_vouchers_history_and_carts_are_no_part_of_the_book():
    bare = shop(vouchers=[], history=[], carts=[], customers=[])

    assert read_plain(bare).book.content_hash == read_plain(SHOP).book.content_hash


@spec("EX-4")
def test_the_units_left_of_an_allotment_are_no_part_of_the_book():
    fewer = shop()
    fewer["allotments"][0]["left"] += 1

    assert read_plain(fewer).book.content_hash == read_plain(SHOP).book.content_hash


# Amounts


@spec("IF-3", "MO-1")
@pytest.mark.parametrize("written", ["0.1", '"0.1"', "0.10", "1.0e-1"])
def test_an_amount_in_yaml_is_exact(written):
    document = read(f"format: 1\nproducts: [{{sku: A, price: {written}}}, {{sku: B, price: 0.2}}]")
    products = document.book.catalog.products

    assert products["A"].price + products["B"].price == 30


@spec("IF-3", "MO-1")
def test_an_amount_in_json_is_exact_beyond_what_a_float_holds():
    document = read('{"format": 1, "products": [{"sku": "A", "price": 9007199254740.99}]}')

    assert document.book.catalog.products["A"].price == 900719925474099


@spec("MO-1")
@pytest.mark.parametrize(
    ("currency", "price", "minor"),
    [("JPY", "1200", 1200), ("USD", "12.34", 1234), ("KWD", "1.555", 1555)],
)
def test_a_currency_has_its_own_minor_unit(currency, price, minor):
    document = read(f"format: 1\ncurrency: {currency}\nproducts: [{{sku: A, price: {price}}}]")

    assert document.book.catalog.products["A"].price == minor


@spec("MO-2")
def test_a_percentage_has_four_exact_decimals():
    document = read(
        "format: 1\npromotions: [{code: P, actions: [{kind: discount_order, percent: 12.3456}]}]"
    )
    (action,) = document.book.promotions["P"].actions

    assert isinstance(action, DiscountOrder)
    assert action.percent == 123_456


def test_a_cart_without_ids_numbers_its_lines_and_itself():
    document = read("format: 1\nproducts: [{sku: A, price: 1}]\n"
                    "carts: [{at: 2026-01-01, lines: [{sku: A}, {sku: A}]}]")  # fmt: skip

    assert document.carts[0].id == "cart 1"
    assert [line.id for line in document.carts[0].lines] == ["1", "2"]


def test_an_unquoted_number_is_a_sku():
    document = read("format: 1\nproducts: [{sku: 4711, price: 1}]\n"
                    "carts: [{at: 2026-01-01, lines: [{sku: 4711}]}]")  # fmt: skip

    assert document.carts[0].lines[0].sku == "4711"


# Facts


@spec("CO-1", "CO-2")
def test_a_document_answers_for_the_facts_of_its_carts():
    document = read_plain(SHOP)
    facts = document.facts(document.carts[0])

    # Two kits with two mugs each were bought in February, on an order that earned FIVE-OFF.
    assert [n for query, n in facts.history.items() if query.measure == "units"] == [4]
    assert [n for query, n in facts.history.items() if query.promotion == "FIVE-OFF"] == [1]
    assert set(facts.vouchers) == {"DV1"}
    assert facts.allotments_left == {"free-mugs": 3}


@spec("VO-2")
@pytest.mark.parametrize("entered", ["DV1", "dv1", " Dv 1 "])
def test_a_voucher_number_is_found_however_it_was_typed(entered):
    data = shop()
    data["carts"][0]["codes"] = [entered]
    document = read_plain(data)
    (cart, _) = document.carts

    assert "DV1" in price(document.book, cart, document.facts(cart)).discount_by_offer()


# Time


def live(document: Document, code: str, instant: datetime) -> bool:
    return instant in document.book.promotions[code].window


def sale(starts: str, ends: str, zone: str = "Europe/Vienna") -> Document:
    return read(
        f"format: 1\ntime_zone: {zone}\npromotions:\n"
        f"  - {{code: SALE, starts: {starts}, ends: {ends},\n"
        "     actions: [{kind: discount_order, percent: 10}]}"
    )


FIRST_AND_LAST_INSTANTS = [
    # zone, first day, last day, first instant, last second (both in UTC)
    ("UTC", "2026-06-01", "2026-06-30", "2026-06-01T00:00:00", "2026-06-30T23:59:59"),
    ("Europe/Vienna", "2026-06-01", "2026-06-30", "2026-05-31T22:00:00", "2026-06-30T21:59:59"),
    # From winter into summer time: the last Sunday of March has 23 hours.
    ("Europe/Vienna", "2026-03-29", "2026-03-29", "2026-03-28T23:00:00", "2026-03-29T21:59:59"),
    # From summer into winter time: the last Sunday of October has 25 hours.
    ("Europe/Vienna", "2026-10-25", "2026-10-25", "2026-10-24T22:00:00", "2026-10-25T22:59:59"),
    # Here summer time begins at midnight, so that the day begins at 1 o'clock.
    ("Africa/Cairo", "2026-04-24", "2026-04-24", "2026-04-23T22:00:00", "2026-04-24T20:59:59"),
    ("Asia/Kathmandu", "2026-01-01", "2026-01-01", "2025-12-31T18:15:00", "2026-01-01T18:14:59"),
    ("Pacific/Auckland", "2026-01-01", "2026-01-01", "2025-12-31T11:00:00", "2026-01-01T10:59:59"),
]


@spec("PR-1", "IF-3")
@pytest.mark.parametrize(("zone", "starts", "ends", "first", "last"), FIRST_AND_LAST_INSTANTS)
def test_days_are_inclusive_in_the_time_zone_of_the_business(zone, starts, ends, first, last):
    document = sale(starts, ends, zone)
    opens = datetime.fromisoformat(first).replace(tzinfo=UTC)
    closes = datetime.fromisoformat(last).replace(tzinfo=UTC)
    moment = timedelta(microseconds=1)

    assert live(document, "SALE", opens)
    assert not live(document, "SALE", opens - moment)
    assert live(document, "SALE", closes)
    assert not live(document, "SALE", closes + timedelta(seconds=1))


@spec("PR-1")
def test_an_instant_is_inclusive_too():
    document = sale("2026-06-01T09:00:00", "2026-06-01T18:00:00")

    assert live(document, "SALE", datetime(2026, 6, 1, 16, 0, tzinfo=UTC))
    assert not live(document, "SALE", datetime(2026, 6, 1, 16, 0, 1, tzinfo=UTC))


@spec("IF-3")
@pytest.mark.parametrize(
    "written",
    [
        "2026-06-01T10:00:00+02:00",
        "2026-06-01T08:00:00Z",
        "2026-06-01T10:00:00",
        "2026-06-01 10:00",
        '"2026-06-01T10:00"',
    ],
)
def test_an_instant_without_an_offset_is_in_the_time_zone_of_the_business(written):
    document = read(f"format: 1\ntime_zone: Europe/Vienna\ncarts: [{{at: {written}, lines: []}}]")

    assert document.carts[0].at == datetime(2026, 6, 1, 8, tzinfo=UTC)


@spec("PR-1")
def test_an_end_before_the_start_is_refused():
    with pytest.raises(Faults, match="ends before it starts"):
        sale("2026-06-02", "2026-06-01")
