"""A broken document is told all of its faults at once, each with its place (BI-1)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from largesse import Fault, Faults, price, read_document
from largesse.engine.faults import shown
from largesse.engine.formats.text import parse_text
from largesse.engine.formats.wording import path_of
from tests.formats.documents import (
    SHOP,
    SMALL,
    Place,
    faults_in,
    read,
    read_plain,
    replaced,
    shop,
    without,
)

spec = pytest.mark.spec

CART: Place = ("carts", 0)
LINE: Place = (*CART, "lines", 0)
CLUB: Place = ("promotions", 0)
COUNT: Place = (*CLUB, "conditions", 0)
GET: Place = (*CLUB, "actions", 0)
GIFT: Place = ("promotions", 2, "actions", 1)
TIERS: Place = ("promotions", 2, "actions", 0, "tiers")


def exact(data: Any) -> Any:
    """Plain data as a JSON file gives it, with exact numbers."""
    return parse_text(json.dumps(data))


BROKEN: list[tuple[Place, Any, str, str]] = [
    # where, what is there instead, the place that the fault names, what is allowed
    (("format",), 2, "format", "reads format 1"),
    (("rounding",), "up", "rounding", "half_up, half_even"),
    (("time_zone",), "Mars", "time_zone", "such as Europe/Vienna"),
    (("week_starts",), "Montag", "week_starts", "monday, tuesday"),
    (("producs",), [], "producs", "products"),
    (("products", 0), 5, "products[0]", "an object with fields"),
    (("products", 0, "sku"), " ", "products[0].sku", "not blank"),
    (("products", 0, "sku"), 1.5, "products[0].sku", "is text"),
    (("products", 0, "price"), "-1", "products[0].price", "0 or more"),
    (("products", 0, "price"), "1.234", "products[0].price", "2 decimals of EUR"),
    (("products", 0, "price"), "ten", "products[0].price", "write it like"),
    (("products", 0, "price"), True, "products[0].price", "write it like"),
    (("products", 0, "price"), None, "products[0].price", "write it like"),
    (("products", 0, "price"), 1e20, "products[0].price", "largest amount"),
    (("products", 0, "prize"), 1, "products[0].prize", "did you mean 'price'?"),
    (("products", 0, "quantity_decimals"), 4, "products[0].quantity_decimals", "from 0 to 3"),
    # A cart weighs it.
    (("products", 2, "quantity_decimals"), 40, "products[2].quantity_decimals", "from 0 to 3"),
    (("products", 0, "quantity_decimals"), "3", "products[0].quantity_decimals", "whole number"),
    (("products", 3, "components"), [], "products[3].components", "an object"),
    (("products", 3, "components", "HAT"), 0, "products[3].components", "1 unit or more"),
    (("products", 1, "sku"), "MUG", "products[1].sku", "used twice"),
    (("product_groups", 1, "code"), "mugs", "product_groups[1].code", "used twice"),
    (("product_groups", 0, "products", 0), "MUGG", "product_groups[0].products[0]", "no product"),
    (("locations", 0, "tax", "food"), "x", "locations[0].tax.food", "write it like 12.5"),
    (("customers", 0, "type"), "rep", "customers[0].type", "customer, distributor"),
    (("customers", 0, "tags"), "club", "customers[0].tags", "is a list"),
    (("exclusion_groups", 0, "mode"), "bst", "exclusion_groups[0].mode", "did you mean 'best'?"),
    ((*CLUB, "code"), "", "promotions[0].code", "not blank"),
    ((*CLUB, "code"), "GIFT", "promotions[2].code", "used twice"),
    ((*CLUB, "active"), "yes", "promotions[0].active", "true or false"),
    ((*CLUB, "starts"), "June", "promotions[0].starts", "write it like"),
    ((*CLUB, "ends"), "2025-01-01", "promotions[0].ends", "ends before it starts"),
    ((*CLUB, "channels", 0), "tl", "promotions[0].channels[0]", "did you mean 'till'?"),
    ((*CLUB, "exclusion_group"), "two", "promotions[0].exclusion_group", "no exclusion group"),
    ((*CLUB, "actions"), [], "promotions[0].actions", "at least one action"),
    ((*CLUB, "promo_code"), " ", "promotions[0].promo_code", "not blank"),
    ((*GET, "kind"), "buy_x_get", "promotions[0].actions[0].kind", "did you mean 'buy_x_get_y'?"),
    ((*GET, "kind"), ["x"], "promotions[0].actions[0].kind", "one of award_credit"),
    ((*GET, "get"), 0, "promotions[0].actions[0].get", "1 or more"),
    ((*GET, "percent"), "101", "promotions[0].actions[0].percent", "at most 100"),
    ((*GET, "percent"), "0", "promotions[0].actions[0].percent", "more than 0"),
    ((*GET, "percent"), "1.23456", "promotions[0].actions[0].percent", "4 decimals"),
    ((*GET, "products"), "mug", "promotions[0].actions[0].products", "did you mean 'mugs'?"),
    ((*GET, "max_times"), 0, "promotions[0].actions[0].max_times", "1 or more"),
    ((*COUNT, "minimum"), -1, "promotions[0].conditions[0].minimum", "0 or more"),
    ((*COUNT, "maximum"), 1, "promotions[0].conditions[0].maximum", "below the minimum"),
    ((*CLUB, "conditions", 1, "of"), [], "promotions[0].conditions[1].of", "at least one"),
    (("promotions", 1, "actions", 0, "percent"), "5", "promotions[1].actions[0].percent", "one of"),
    (TIERS, [], "promotions[2].actions[0].tiers", "at least one tier"),
    ((*TIERS, 1, "minimum"), 2, "promotions[2].actions[0].tiers", "same minimum"),
    ((*GIFT, "product"), "CAP", "promotions[2].actions[1].product", "no product"),
    (("vouchers", 0, "value"), "5", "vouchers[0].percent", "and not both"),
    (("vouchers", 0, "percent"), "120", "vouchers[0].percent", "at most 100"),
    (("vouchers", 1, "number"), "DV1", "vouchers[1].number", "used twice"),
    (("history", 0, "at"), None, "history[0].at", "write it like"),
    ((*CART, "at"), "tomorrow", "carts[0].at", "write it like"),
    ((*CART, "currency"), "USD", "carts[0].currency", "EUR"),
    ((*CART, "customer"), "ana", "carts[0].customer", "did you mean 'anna'?"),
    ((*CART, "location"), "viena", "carts[0].location", "did you mean 'vienna'?"),
    ((*CART, "channel"), "web", "carts[0].channel", "shop, till"),
    ((*CART, "codes", 0), "", "carts[0].codes[0]", "1 to 64 characters"),
    ((*CART, "shipping"), "-1", "carts[0].shipping", "0 or more"),
    ((*CART, "lines"), 5, "carts[0].lines", "is a list"),
    ((*LINE, "id"), "3", "carts[0].lines[2].id", "ids are unique"),
    ((*LINE, "sku"), "MUGG", "carts[0].lines[0].sku", "did you mean 'MUG'?"),
    ((*LINE, "quantity"), 0, "carts[0].lines[0].quantity", "more than 0"),
    ((*LINE, "quantity"), -2, "carts[0].lines[0].quantity", "more than 0"),
    ((*LINE, "quantity"), 1.5, "carts[0].lines[0].quantity", "whole units"),
    ((*LINE, "quantity"), "many", "carts[0].lines[0].quantity", "write it like"),
    ((*LINE, "quantity"), 1_000_001, "carts[0].lines[0].quantity", "at most 1,000,000"),
    ((*CART, "lines", 1, "quantity"), "0.0001", "carts[0].lines[1].quantity", "3 decimals"),
    ((*CART, "lines", 2, "less"), "99", "carts[0].lines[2].less", "off a line of 35.00"),
    (("carts", 1, "lines", 1, "unit_price"), "1", "carts[1].lines[1].gross", "not both"),
]  # fmt: skip

IDS = [f"{'.'.join(map(str, place))}={value!r}" for place, value, _, _ in BROKEN]


@spec("BI-1")
@pytest.mark.parametrize(("where", "value", "place", "allowed"), BROKEN, ids=IDS)
def test_a_fault_names_its_place_and_what_is_allowed(where, value, place, allowed):
    told = faults_in(exact(replaced(SHOP, where, value)))

    assert [line for line in told if line.startswith(f"{place}: ") and allowed in line], told


@spec("BI-1", "PR-1")
@pytest.mark.parametrize(
    ("where", "place"),
    [
        (("format",), "format"),
        (("products", 0, "sku"), "products[0].sku"),
        (("products", 0, "price"), "products[0].price"),
        (("promotions", 0, "actions"), "promotions[0].actions"),
        ((*GET, "kind"), "promotions[0].actions[0].kind"),
        ((*GET, "buy"), "promotions[0].actions[0].buy"),
        ((*CART, "at"), "carts[0].at"),
        ((*LINE, "sku"), "carts[0].lines[0].sku"),
    ],
)
def test_what_is_missing_is_named(where, place):
    told = faults_in(without(SHOP, where))

    assert [line for line in told if line.startswith(f"{place}: ") and "is missing" in line], told


@spec("BI-1")
def test_every_fault_tells_the_value():
    for where, value, place, _ in BROKEN:
        if place != path_of(where) or value is None or isinstance(value, list):
            continue
        told = [x for x in faults_in(exact(replaced(SHOP, where, value))) if x.startswith(place)]
        assert shown(exact([value])[0]) in told[0]


@spec("BI-1")
def test_all_faults_are_told_at_once(tmp_path: Path):
    file = tmp_path / "shop.yaml"
    file.write_text(
        SMALL.replace('"40.00"', "forty")
        .replace("percent: 10}", "percent: 110}")
        .replace("quantity: 4", "quantity: -4, unit_price: cheap")
        .replace("{sku: HAT}", "{sku: CAP, quantity: 1.5}")
        .replace("id: first", "id: first\n    channel: web\n    shipping: -1"),
        "utf-8",
    )
    with pytest.raises(Faults) as found:
        read_document(file)

    lines = str(found.value).splitlines()
    assert len(lines) == len(found.value.faults)
    assert all(line.startswith(f"{file}:") for line in lines)
    assert {(fault.row, fault.place) for fault in found.value.faults} >= {
        (5, "products[1].price"),
        (16, "promotions[1].actions[0].percent"),
        (19, "carts[0].channel"),
        (20, "carts[0].shipping"),
        (23, "carts[0].lines[0].unit_price"),
    }


@spec("BI-1")
def test_all_faults_of_one_line_of_a_cart_are_told():
    data = shop()
    data["carts"][0]["lines"][0] = {
        "id": "a",
        "sku": "MUGG",
        "quantity": -2,
        "unit_price": "3.00",
        "gross": "6.00",
        "note": "blue",
    }
    told = {line.partition(":")[0] for line in faults_in(data)}

    assert told == {
        f"carts[0].lines[0].{name}" for name in ("sku", "quantity", "gross", "note")
    }  # fmt: skip


@spec("BI-1")
def test_a_broken_line_does_not_hide_the_faults_of_the_others():
    data = shop()
    del data["carts"][0]["lines"][0]["sku"]
    data["carts"][0]["lines"][3]["quantity"] = 0

    assert [line.partition(": ")[0] for line in faults_in(data)] == [
        "carts[0].lines[0].sku",
        "carts[0].lines[3].quantity",
    ]


@spec("AL-12", "BI-1")
def test_an_option_names_a_line_by_its_number_also_one_that_cannot_be_read():
    lines = [{"sku": "MUG"}, {"sku": "HAT", "option_of": "1"}, {"sku": "HAT", "option_of": "9"}]

    data = replaced(SHOP, (*CART, "lines"), lines)
    assert faults_in(data) == ["carts[0].lines[2].option_of: no line of the cart has the id '9'"]

    (fault,) = faults_in(replaced(SHOP, (*CART, "lines"), [{"sku": 1.5}, lines[1]]))
    assert fault.startswith("carts[0].lines[0].sku")


@spec("BI-1")
def test_a_broken_promotion_does_not_hide_the_faults_of_the_others():
    data = shop()
    data["promotions"][0]["priority"] = "high"
    data["promotions"][1]["actions"][0]["kind"] = "discount_odrer"

    assert [line.partition(": ")[0] for line in faults_in(data)] == [
        "promotions[0].priority",
        "promotions[1].actions[0].kind",
    ]


@spec("BI-1")
def test_a_group_with_a_fault_is_still_known_to_those_that_name_it():
    data = shop()
    data["product_groups"][0]["colour"] = "blue"

    assert [line.partition(":")[0] for line in faults_in(data)] == ["product_groups[0].colour"]


@spec("BI-2")
def test_an_unknown_code_is_no_fault_of_the_cart():
    document = read_plain(SHOP)
    quote = price(document.book, document.carts[0], document.facts(document.carts[0]))

    refusal = quote.explain("NOPE").refusal
    assert refusal is not None
    assert refusal.code == "unknown_code"


@spec("BI-1")
def test_the_row_is_that_of_the_value_in_json_too(tmp_path: Path):
    file = tmp_path / "shop.json"
    text = json.dumps(replaced(SHOP, (*LINE, "quantity"), -1), indent=2)
    file.write_text(text, "utf-8")
    with pytest.raises(Faults) as found:
        read_document(file)

    (row,) = {f.row for f in found.value.faults if f.place.endswith("quantity")}
    assert row is not None
    assert text.splitlines()[row - 1].strip() == '"quantity": -1,'


@spec("BI-1")
def test_what_is_missing_has_the_row_of_what_lacks_it(tmp_path: Path):
    file = tmp_path / "shop.yaml"
    file.write_text(SMALL.replace("      - {sku: HAT}", "      - {quantity: 2}"), "utf-8")
    with pytest.raises(Faults) as found:
        read_document(file)

    assert str(found.value) == f"{file}:22: carts[0].lines[1].sku: is missing"


@spec("BI-1")
@pytest.mark.parametrize("section", [s for s in SHOP if isinstance(SHOP[s], list)])
@pytest.mark.parametrize("value", [None, 5, True, "abc", {"a": 1}])
def test_a_section_that_is_no_list_is_a_fault(section, value):
    told = faults_in(shop(**{section: value}))

    assert f"{section}: is a list" in " ".join(told)


@spec("BI-1")
@pytest.mark.parametrize("value", [None, 5, True])
def test_products_of_a_group_that_are_no_list_are_a_fault(value):
    assert faults_in(replaced(SHOP, ("product_groups", 0, "products"), value))


@spec("BI-1")
def test_a_broken_action_is_a_fault_before_anything_is_computed_from_it():
    assert faults_in(replaced(SHOP, (*GET, "buy"), -1))


@spec("BI-1")
@pytest.mark.parametrize("where", [("products", 0, "price"), (*GET, "percent"), (*LINE, "gross")])
@pytest.mark.parametrize("value", ["1e999999", "1e-999999"])
def test_a_number_beyond_all_bounds_is_a_fault(where, value):
    assert faults_in(replaced(SHOP, where, value))


@spec("BI-1")
@pytest.mark.parametrize("value", ["1.00000000000000000000000000000000001", "0.00001"])
@pytest.mark.parametrize("where", [("products", 0, "price"), (*GET, "percent")])
def test_a_decimal_too_many_is_a_fault_however_far_out_it_stands(where, value):
    assert faults_in(replaced(SHOP, where, value))


@spec("BI-1")
@pytest.mark.parametrize("edge", ["starts", "ends"])
@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z"])
def test_a_date_at_the_end_of_time_is_a_fault_with_the_years_allowed(edge, value):
    told = faults_in(replaced(SHOP, (*CLUB, edge), value))

    assert f"promotions[0].{edge}: '{value}' is not in the years 1900 to 9998" in told


@spec("BI-1")
@pytest.mark.parametrize(
    "text",
    [
        '{"format": 1,\n"products": [{"sku": "A",\n"price": 1,\n"price": 2}]}',
        "format: 1\nproducts: [{sku: A,\nprice: 1,\nprice: 2}]",
    ],
)
def test_a_field_that_stands_twice_is_a_fault_with_its_name_and_line(text):
    with pytest.raises(ValueError, match="line 4, column 1: the field 'price' stands twice"):
        read(text)


@spec("BI-1")
def test_a_field_that_stands_twice_is_named_where_the_text_is_no_yaml():
    with pytest.raises(ValueError, match="the field 'format' stands twice"):
        read('{"format": 1,\t"format": 1, "currency": "\\/"}')


@spec("BI-1")
@pytest.mark.parametrize("written", ["0123", "1:30", "0x10", "1_000", "2026-06-01", ".inf", "1e5"])
def test_a_sku_in_yaml_is_kept_as_it_is_written(written):
    document = read(f"format: 1\nproducts: [{{sku: {written}, price: 1}}]")

    assert set(document.book.catalog.products) == {written}


@spec("BI-1", "MO-1")
@pytest.mark.parametrize("written", ["1:30", "1:30.5", "0x10", "0b1", "1_000", ".inf", ".nan"])
def test_an_amount_in_yaml_is_decimal_or_refused_with_its_row(written, tmp_path: Path):
    file = tmp_path / "shop.yaml"
    file.write_text(f"format: 1\nproducts:\n  - {{sku: A, price: {written}}}", "utf-8")
    with pytest.raises(Faults) as found:
        read_document(file)

    place = f"{file}:3: products[0].price"
    assert str(found.value) == f"{place}: '{written}' is not an amount; write it like \"12.34\""


@spec("MO-1")
def test_a_zero_before_an_amount_in_yaml_makes_it_no_octal_number():
    document = read("format: 1\nproducts: [{sku: A, price: 010}]")

    assert document.book.catalog.products["A"].price == 1000


@spec("BI-1")
def test_a_cart_must_have_lines():
    assert faults_in(without(SHOP, (*CART, "lines")))


@spec("BI-1", "VO-2")
def test_two_voucher_numbers_that_differ_in_case_alone_are_one():
    assert faults_in(replaced(SHOP, ("vouchers", 1, "number"), "dv 1"))


@spec("BI-1")
def test_two_carts_have_two_ids():
    assert faults_in(replaced(SHOP, ("carts", 1, "id"), "c1"))


@spec("BI-1")
@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("products", 3, "components"), {"CAP": 1}),
        (("allotments", 0, "product"), "CAP"),
        (("allotments", 0, "left"), -3),
        ((*CLUB, "locations"), ["mars"]),
        (("history", 0, "lines", 0, "quantity"), -4),
    ],
)
def test_a_reference_to_nothing_and_a_negative_count_are_faults(where, value):
    assert faults_in(replaced(SHOP, where, value))


@spec("BI-1")
@pytest.mark.parametrize(
    "where",
    [("products", 0, "price"), ("products", 0, "measures", "volume_1"),
     ("locations", 0, "floor_margin"), ("customers", 0, "type")],
)  # fmt: skip
def test_a_fault_of_a_product_is_no_fault_of_those_that_name_it(where):
    assert len(faults_in(replaced(SHOP, where, "x"))) == 1


@spec("BI-1")
def test_a_negative_quantity_is_one_fault():
    assert len(faults_in(replaced(SHOP, (*LINE, "quantity"), -2))) == 1


@spec("BI-1")
def test_a_fault_is_one_line_whatever_the_value():
    assert len(faults_in({"format": 1, "a\nb": 1})) == 1


@spec("BI-1")
def test_text_that_no_file_can_hold_is_a_fault():
    assert faults_in(replaced(SHOP, ("products", 0, "name"), "\ud800"))


@spec("BI-1")
@pytest.mark.parametrize(
    ("where", "value", "meant"),
    [
        (("product",), [], "products"),
        ((*CLUB, "exclusion_group"), "onee", "one"),
        ((*CLUB, "locations"), ["viena"], "vienna"),
        (("allotments", 0, "product"), "MUGG", "MUG"),
        (("week_starts",), "mnday", "monday"),
    ],
)
def test_a_name_that_is_misspelt_is_told_with_what_was_meant(where, value, meant):
    told = " ".join(faults_in(replaced(SHOP, where, value)))

    assert f"did you mean '{meant}'?" in told


@spec("BI-1")
@pytest.mark.parametrize(
    ("value", "kind"), [(date(2026, 1, 1), "a date"), (b"x", "bytes"), (Decimal(1), "a number")]
)
def test_what_is_no_text_is_called_what_it_is(value, kind):
    (told,) = faults_in(replaced(SHOP, ("products", 0, "name"), value))

    assert told.startswith(f"products[0].name: is text, not {kind}")


@spec("BI-1")
def test_a_fault_of_the_whole_file_has_no_empty_place():
    assert str(Fault("", None, "is not a text file in UTF-8", "shop.yaml")) == (
        "shop.yaml: is not a text file in UTF-8"
    )


@spec("BI-1")
def test_an_empty_cart_costs_nothing():
    document = read_plain(replaced(SHOP, ("carts", 1), {"at": "2026-06-02", "lines": []}))
    cart = document.carts[1]

    assert price(document.book, cart, document.facts(cart)).total == 0
