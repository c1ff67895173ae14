"""The library alone prices a cart: light to import, typed, documented, unchanging (IF-1, IF-2)."""

import inspect
import os
import subprocess
import sys
from datetime import UTC, datetime
from enum import Enum
from importlib import resources
from typing import Any

import msgspec
import pytest

import largesse
from largesse import (
    Cart,
    CartLine,
    Catalog,
    DiscountOrderLine,
    OfferBook,
    Product,
    ProductGroup,
    Promotion,
    percent,
    price,
)

spec = pytest.mark.spec

HEAVY = (
    "asyncio", "django", "duckdb", "hypothesis", "jsonschema", "numpy", "pandas", "pyarrow",
    "pydantic", "rich", "sqlite3", "typer", "yaml",
)  # fmt: skip
AT = datetime(2026, 6, 1, tzinfo=UTC)


@spec("IF-1", "QU-7")
def test_importing_it_loads_no_server_and_nothing_heavy():
    """The figure of QU-7 is measured under bench/; here is what would spoil it."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import largesse, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    ).stdout.split()

    assert "largesse.engine.pricing" in loaded
    assert [module for module in HEAVY if module in loaded] == []


@spec("IF-1")
def test_a_cart_is_priced_without_files_or_settings():
    book = OfferBook(
        Catalog(products={"HAT": Product("HAT", 4000)}),
        [Promotion(code="TEN", actions=(DiscountOrderLine(percent=percent(10)),))],
    )

    assert price(book, Cart((CartLine("1", "HAT"),), AT)).total == 3600


@spec("IF-2")
def test_it_says_that_it_is_typed():
    assert resources.files("largesse").joinpath("py.typed").is_file()


@spec("IF-2")
@pytest.mark.parametrize("name", largesse.__all__)
def test_every_public_name_can_be_imported_and_is_documented(name):
    thing = getattr(largesse, name)

    assert inspect.getdoc(thing), name


def own_docstring(thing: Any) -> bool:
    """Whether a class has a docstring of its own, not one of Enum's or of a base."""
    return bool(thing.__dict__.get("__doc__"))


@spec("IF-2")
@pytest.mark.parametrize(
    "name", [n for n in largesse.__all__ if inspect.isclass(getattr(largesse, n))]
)
def test_every_public_class_has_its_own_docstring(name):
    assert own_docstring(getattr(largesse, name))


@spec("IF-2")
def test_the_public_names_are_in_order_and_named_once():
    assert largesse.__all__ == sorted(set(largesse.__all__), key=largesse.__all__.index)
    assert set(largesse.__all__) <= set(vars(largesse))


VALUES = [
    name
    for name in largesse.__all__
    if inspect.isclass(getattr(largesse, name)) and issubclass(getattr(largesse, name), msgspec.Struct)
]  # fmt: skip


@spec("IF-2")
@pytest.mark.parametrize("name", VALUES)
def test_every_value_is_frozen(name):
    assert getattr(largesse, name).__struct_config__.frozen


@spec("IF-2")
@pytest.mark.parametrize(
    ("value", "field"),
    [
        (Product("HAT", 4000), "price"),
        (CartLine("1", "HAT"), "quantity"),
        (Cart((), AT), "lines"),
        (Promotion(code="P", actions=()), "code"),
        (DiscountOrderLine(percent=1), "percent"),
        (ProductGroup("g", frozenset()), "products"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, msgspec.Struct) else value,
)
def test_a_value_can_not_be_changed(value, field):
    with pytest.raises(AttributeError):
        setattr(value, field, None)


@spec("IF-2")
@pytest.mark.parametrize("name", ["total", "lines", "adjustments"])
def test_a_quote_can_not_be_changed(name):
    quote = price(OfferBook(Catalog()), Cart((), AT))

    with pytest.raises(AttributeError):
        setattr(quote, name, None)


@spec("IF-2")
def test_a_book_does_not_change_with_what_it_was_made_from():
    products = {"HAT": Product("HAT", 4000)}
    book = OfferBook(Catalog(products=products))
    products["HAT"] = Product("HAT", 1)

    assert price(book, Cart((CartLine("1", "HAT"),), AT)).total == 4000


@spec("IF-2", "ST-4")
def test_pricing_changes_nothing_that_it_was_given():
    book = OfferBook(
        Catalog(products={"HAT": Product("HAT", 4000)}),
        [Promotion(code="TEN", actions=(DiscountOrderLine(percent=percent(10)),))],
    )
    cart = Cart((CartLine("1", "HAT", 3),), AT)
    once, again = price(book, cart).to_json(), price(book, cart).to_json()

    assert once == again
    assert cart == Cart((CartLine("1", "HAT", 3),), AT)


@spec("MO-5", "BI-1", "IF-2")
@pytest.mark.parametrize(
    "action",
    [
        DiscountOrderLine(percent=percent(150)),
        DiscountOrderLine(),
        DiscountOrderLine(amount=-100),
        largesse.BuyXGetY(buy=-1),
        largesse.QuantityTiers(tiers=()),
    ],
    ids=repr,
)
def test_a_book_refuses_an_offer_that_makes_no_sense(action):
    with pytest.raises(ValueError, match="P"):
        OfferBook(Catalog(), [Promotion(code="P", actions=(action,))])


@spec("BI-1")
def test_a_cart_of_the_library_tells_all_its_faults_too():
    book = OfferBook(Catalog(products={"HAT": Product("HAT", 4000)}))
    cart = Cart((CartLine("1", "CAP"), CartLine("1", "HAT", -1)), AT, currency="EUR")

    with pytest.raises(largesse.Faults) as found:
        price(book, cart)
    assert {fault.place for fault in found.value.faults} >= {
        "lines[0].sku",
        "lines[1].id",
        "lines[1].quantity",
        "currency",
    }


@spec("MO-1")
@pytest.mark.parametrize("quantity", [1.5, float("nan"), True, None, "3"])
def test_no_float_is_a_quantity(quantity):
    book = OfferBook(Catalog(products={"HAT": Product("HAT", 4000)}))

    with pytest.raises(largesse.Faults, match="quantity"):
        price(book, Cart((CartLine("1", "HAT", quantity),), AT))


@spec("IF-2")
def test_words_of_a_choice_are_those_of_the_file_format():
    for name in largesse.__all__:
        thing = getattr(largesse, name)
        if inspect.isclass(thing) and issubclass(thing, Enum):
            assert [m.value for m in thing] == [m.name.lower() for m in thing]
