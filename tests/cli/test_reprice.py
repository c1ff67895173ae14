"""`largesse reprice`: the same cart, facts and book give the same bytes (EX-4, BE-20)."""

import json
from pathlib import Path
from typing import Any

import pytest

from largesse import (
    ApplicableOrders,
    Calendar,
    Cart,
    CartLine,
    Catalog,
    Customer,
    DiscountOrder,
    Facts,
    OfferBook,
    Period,
    Product,
    ProductCount,
    Promotion,
    percent,
    price,
)
from largesse.engine.formats.stored import price_again
from tests.cli.command import run
from tests.formats.documents import SHOP, read_plain

spec = pytest.mark.spec


def stored(file: Path, cart: str) -> Path:
    """The quote of a cart, as `price --json` prints it, in a file."""
    quote = file.with_name(f"{cart}.quote.json")
    quote.write_bytes(run("price", file, "--cart", cart, "--json").stdout_bytes)
    return quote


@spec("EX-4", "BE-20", "IF-10")
@pytest.mark.parametrize("cart", ["c1", "c2"])
def test_a_stored_quote_is_priced_again_to_the_same_bytes(shop, cart):
    quote = stored(shop, cart)
    answer = run("reprice", quote, shop)

    assert answer.exit_code == 0
    assert answer.output.startswith(f"{quote}: the same to the byte")


@spec("EX-4", "IF-10")
def test_programs_read_whether_it_is_the_same_and_what_differs(shop):
    quote = stored(shop, "c1")
    total = json.loads(quote.read_bytes())["total"]

    same = run("reprice", quote, shop, "--json")
    quote.write_text(quote.read_text("utf-8").replace(f'"total": "{total}"', '"total": "0.01"'))
    other = run("reprice", quote, shop, "--json")

    assert (same.exit_code, other.exit_code) == (0, 1)
    told = {"quote": str(quote), "same": True, "currency": "EUR", "total": total}
    assert json.loads(same.stdout) == {**told, "differences": []}
    differs = json.loads(other.stdout)
    assert (differs["same"], differs["total"]) == (False, total)
    assert '-  "total": "0.01",' in differs["differences"]
    assert f'+  "total": "{total}",' in differs["differences"]


@spec("EX-4")
def test_it_needs_no_facts_but_those_of_the_quote(shop, tmp_path):
    quote = stored(shop, "c1")
    book = tmp_path / "book.json"
    bare = {k: v for k, v in SHOP.items() if k not in ("carts", "vouchers", "history", "customers")}
    book.write_text(json.dumps(bare), "utf-8")

    assert run("reprice", quote, book).exit_code == 0


@spec("EX-4", "BE-20")
def test_a_book_that_was_changed_is_noticed(shop):
    quote = stored(shop, "c1")
    shop.write_text(shop.read_text("utf-8").replace("12.3456", "12.3457"), "utf-8")
    answer = run("reprice", quote, shop)

    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"{quote}: was priced with the book ")
    assert len(answer.stderr.splitlines()) == 1


TAMPERED: list[tuple[str, Any]] = [
    ("total", "0.01"),
    ("discount", "1.00"),
    ("proven", None),
    ("adjustments", []),
    ("refusals", []),
    ("consumptions", []),
    ("facts", {}),
]


@spec("EX-4", "BE-20")
@pytest.mark.parametrize(("field", "value"), TAMPERED)
def test_a_quote_that_was_tampered_with_is_noticed(shop, field, value):
    quote = stored(shop, "c1")
    data = json.loads(quote.read_bytes())
    assert data[field] != value
    quote.write_text(json.dumps({**data, field: value}, indent=2) + "\n", "utf-8")
    answer = run("reprice", quote, shop)

    assert answer.exit_code == 1
    assert answer.output.splitlines()[0] == f"{quote}: differs"
    assert "--- stored" in answer.output


@spec("EX-4")
def test_other_units_in_the_cart_of_the_quote_are_noticed(shop):
    quote = stored(shop, "c2")
    quote.write_text(quote.read_text("utf-8").replace('"quantity": 6', '"quantity": 5'), "utf-8")

    assert run("reprice", quote, shop).exit_code == 1


@spec("BI-1")
@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "5",
        "null",
        '{"book": 1}',
        '{"book": "x", "cart": {}, "facts": {}, "steps": 1}',
    ],
)
def test_what_is_no_quote_is_one_line(small, tmp_path, content):
    quote = tmp_path / "quote.json"
    quote.write_text(content, "utf-8")
    answer = run("reprice", quote, small)

    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"{quote}: ")
    assert len(answer.stderr.splitlines()) == 1


@spec("BI-1")
def test_a_quote_that_is_not_there_is_one_line(small, tmp_path):
    answer = run("reprice", tmp_path / "none.json", small)

    assert (answer.exit_code, len(answer.stderr.splitlines())) == (2, 1)


@spec("BI-1")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cart", None),
        ("cart", 5),
        ("facts", None),
        ("facts", []),
        ("facts", {"history": 5}),
        ("facts", {"history": [5]}),
        ("facts", {"history": [{"products": "mugs", "since": "2026-01-01"}]}),
        ("facts", {"history": [{"products": "mugs", "since": "2026-01-01", "units": "x"}]}),
        ("facts", {"vouchers": 5}),
        ("facts", {"allotments_left": []}),
        ("facts", {"allotments_left": {"free-mugs": "x"}}),
        ("steps", "many"),
        ("steps", None),
        ("steps", -1),
        ("steps", 10**12),
    ],
)
def test_a_quote_with_something_else_in_a_field_is_a_fault_or_differs(shop, field, value):
    quote = stored(shop, "c1")
    data = json.loads(quote.read_bytes())
    quote.write_text(json.dumps({**data, field: value}), "utf-8")
    answer = run("reprice", quote, shop)

    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    assert answer.exit_code in (1, 2)


@spec("BI-1")
def test_a_fault_in_the_cart_of_a_quote_names_the_file(shop):
    quote = stored(shop, "c2")
    quote.write_text(quote.read_text("utf-8").replace('"quantity": 6', '"quantity": -6'), "utf-8")
    answer = run("reprice", quote, shop)

    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"{quote}")


@spec("EX-4", "QU-25")
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Vienna", "2026-03-29T10:00:00Z"),
        # Where the clock is changed at midnight.
        ("Africa/Cairo", "2026-04-24T09:00:00Z"),
        ("America/Santiago", "2026-09-06T15:00:00Z"),
        ("America/Havana", "2026-11-01T15:00:00Z"),
    ],
)
def test_history_is_found_again_on_the_day_when_the_clock_is_changed(zone, day):
    from datetime import datetime

    bought = ProductCount(orders=ApplicableOrders.ALL_EXCEPT_CURRENT, period=Period.DAY)
    book = OfferBook(
        Catalog(products={"MUG": Product("MUG", 1000)}, calendar=Calendar(zone)),
        [Promotion(code="P", conditions=(bought,), actions=(DiscountOrder(percent=percent(10)),))],
    )
    cart = Cart((CartLine("1", "MUG"),), datetime.fromisoformat(day), customer=Customer("anna"))
    (query,) = book.facts_needed(cart).history
    quote = price(book, cart, Facts(history={query: 1}))

    assert quote.discount == 100
    assert price_again(quote.to_json(), book).to_json() == quote.to_json()


@spec("EX-4", "MO-1")
@pytest.mark.parametrize("quantity", ["0.250", "2.000", "100.0"])
def test_a_weighed_line_is_priced_again_to_the_same_bytes(quantity):
    from datetime import UTC, datetime
    from decimal import Decimal

    book = OfferBook(Catalog(products={"TEA": Product("TEA", 3200, quantity_decimals=3)}))
    cart = Cart((CartLine("1", "TEA", Decimal(quantity)),), datetime(2026, 6, 1, tzinfo=UTC))
    quote = price(book, cart).to_json()

    assert price_again(quote, book).to_json() == quote


@spec("EX-4", "QU-25")
def test_a_quote_is_the_same_from_a_document_read_anew():
    one, other = read_plain(SHOP), read_plain(SHOP)
    cart = one.carts[0]

    assert (
        price(one.book, cart, one.facts(cart)).to_json()
        == price(other.book, cart, other.facts(cart)).to_json()
    )


@spec("EX-4", "VO-2")
def test_a_voucher_in_small_letters_is_priced_again_to_the_same_bytes(shop):
    shop.write_text(shop.read_text("utf-8").replace('"number": "DV1"', '"number": "dv1"'), "utf-8")

    assert run("reprice", stored(shop, "c1"), shop).exit_code == 0
