"""What is sold, and where: products, product groups and locations."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct
from ninja import Router

from largesse.api.amounts import Amount
from largesse.api.fields import Writing
from largesse.api.resources import Resource, Special, register
from largesse.api.scopes import Scope
from largesse.catalog.models import (
    KitComponent,
    Location,
    Product,
    ProductGroup,
    ProductOption,
    TaxRate,
)
from largesse.engine.cart import UNITS_MAX
from largesse.engine.faults import Fault
from largesse.engine.money import percent, percent_string
from largesse.offers.models import BookEntry

products: Final = Router(tags=["products"])
groups: Final = Router(tags=["product-groups"])
locations: Final = Router(tags=["locations"])

Code = Annotated[str, Meta(min_length=1, max_length=64)]
Title = Annotated[str, Meta(min_length=1, max_length=120)]
Percentage = Annotated[
    str, Meta(description='A percentage, as in "12.5".', pattern=r"^\d{1,3}(\.\d{1,4})?$")
]
Measure = Annotated[
    Amount | None, Meta(description="A figure of one unit that discounts may scale apart.")
]


class Component(Struct, frozen=True, forbid_unknown_fields=True):
    """How many units of a product one kit holds."""

    sku: Code
    units: Annotated[int, Meta(ge=1, le=UNITS_MAX)] = 1


class ProductIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that is sold."""

    sku: Code
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    price: Annotated[Amount, Meta(description="The price of one unit.")]
    description: Annotated[str, Meta(max_length=10_000)] = ""
    barcode: Annotated[str, Meta(max_length=64)] = ""
    icon: Annotated[str, Meta(min_length=1, max_length=40)] = "package"
    list_price: Annotated[
        Amount | None, Meta(description="Where it differs from the selling price.")
    ] = None
    floor: Annotated[
        Amount | None, Meta(description="No discount takes a unit below it; null is nothing.")
    ] = None
    tax_class: Annotated[str, Meta(min_length=1, max_length=40)] = "standard"
    quantity_decimals: Annotated[
        int, Meta(ge=0, le=3, description="0 for whole units; up to 3 for weighed goods.")
    ] = 0
    taxable: Measure = None
    shipping: Measure = None
    compare: Measure = None
    other_1: Measure = None
    other_2: Measure = None
    other_3: Measure = None
    other_4: Measure = None
    volume_1: Measure = None
    volume_2: Measure = None
    volume_3: Measure = None
    volume_4: Measure = None
    components: Annotated[
        list[Component], Meta(max_length=100, description="What a kit is made of.")
    ] = []
    options: Annotated[
        list[Code],
        Meta(
            max_length=100,
            description="The SKUs of what is offered with it, such as gift wrap, in their order. In a "
            "cart each is a line of its own, whose option_of names the product's line.",
            examples=[["GIFT-WRAP"]],
        ),
    ] = []
    active: Annotated[bool, Meta(description="Whether it can be sold.")] = True


class ProductOut(ProductIn, frozen=True, kw_only=True):
    """Something that is sold."""

    object: Literal["product"] = "product"
    id: str


class LocationIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A store, outlet or branch."""

    code: Code
    title: Title
    tax: Annotated[
        dict[str, Percentage], Meta(description="The tax rate in percent by tax class.")
    ] = {}
    prices_include_tax: bool = False
    floor_margin: Annotated[
        Percentage, Meta(description="No discount takes a unit below this part of its price.")
    ] = "0"
    shipping: Annotated[
        Amount | None, Meta(description="What an order from the shop pays; null is nothing.")
    ] = None
    is_shop: Annotated[bool, Meta(description="Whether the shop sells here; one does.")] = False
    promotional_partner: Annotated[
        bool, Meta(description="Whether partners may be added here.")
    ] = False
    active: bool = True


class LocationOut(LocationIn, frozen=True, kw_only=True):
    """A store, outlet or branch."""

    object: Literal["location"] = "location"
    id: str


class ProductGroupIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A named set of products."""

    code: Code
    title: Title
    products: Annotated[list[Code], Meta(max_length=10_000, description="The SKUs in it.")] = []
    location: Annotated[Code | None, Meta(description="The location that it belongs to.")] = None
    in_shop: Annotated[bool, Meta(description="Whether shoppers browse it.")] = False
    is_default: Annotated[
        bool, Meta(description="Whether it is the group that a new allotment takes.")
    ] = False


class ProductGroupOut(ProductGroupIn, frozen=True, kw_only=True):
    """A named set of products."""

    object: Literal["product_group"] = "product_group"
    id: str


# --- kits ------------------------------------------------------------------------------------------


def _components(product: Product) -> list[Component]:
    parts = sorted(product.parts.all(), key=lambda part: part.component.sku)
    return [Component(part.component.sku, part.units) for part in parts]


def _check_components(writing: Writing, components: list[Component]) -> None:
    kit = writing.record
    assert isinstance(kit, Product)
    known = set(
        Product.objects.filter(sku__in=[each.sku for each in components]).values_list(
            "sku", flat=True
        )
    )
    seen: set[str] = set()
    for i, each in enumerate(components):
        place = f"components[{i}].sku"
        if each.sku not in known:
            writing.faults.append(Fault(place, each.sku, "no product is called so"))
        elif each.sku in seen:
            writing.faults.append(Fault(place, each.sku, "is named twice"))
        elif each.sku == kit.sku:
            writing.faults.append(Fault(place, each.sku, "a kit does not hold itself"))
        seen.add(each.sku)
    if components and kit.quantity_decimals:
        message = "a kit is sold in whole units"
        writing.faults.append(Fault("quantity_decimals", None, message))


def _save_components(product: Product, components: list[Component]) -> None:
    product.parts.all().delete()
    found = Product.objects.in_bulk([each.sku for each in components], field_name="sku")
    KitComponent.objects.bulk_create(
        [KitComponent(kit=product, component=found[e.sku], units=e.units) for e in components]
    )


# --- options ---------------------------------------------------------------------------------------


def _options(product: Product) -> list[str]:
    return [row.option.sku for row in product.options.all()]


def _check_options(writing: Writing, options: list[str]) -> None:
    product = writing.record
    assert isinstance(product, Product)
    found = Product.objects.filter(sku__in=options).values_list("sku", "quantity_decimals")
    known = dict(found)
    for i, sku in enumerate(options):
        place = f"options[{i}]"
        if sku not in known:
            writing.faults.append(Fault(place, sku, "no product is called so"))
        elif sku in options[:i]:
            writing.faults.append(Fault(place, sku, "is named twice"))
        elif sku == product.sku:
            writing.faults.append(Fault(place, sku, "a product is not an option of itself"))
        elif known[sku]:
            writing.faults.append(Fault(place, sku, "an option is sold in whole units"))


def _save_options(product: Product, options: list[str]) -> None:
    product.options.all().delete()
    found = Product.objects.in_bulk(options, field_name="sku")
    ProductOption.objects.bulk_create(
        ProductOption(product=product, option=found[sku], position=position)
        for position, sku in enumerate(options, start=1)
    )


# --- tax -------------------------------------------------------------------------------------------


def _tax(location: Location) -> dict[str, str]:
    rates = sorted(location.tax_rates.all(), key=lambda rate: rate.tax_class)
    return {rate.tax_class: percent_string(rate.rate) for rate in rates}


def _check_tax(writing: Writing, tax: dict[str, str]) -> None:
    for name, rate in tax.items():
        writing.rate(f"tax.{name}", rate)
        if not 0 < len(name) <= 40:
            message = "the name of a tax class has 1 to 40 characters"
            writing.faults.append(Fault("tax", name, message))


def _save_tax(location: Location, tax: dict[str, str]) -> None:
    location.tax_rates.all().delete()
    TaxRate.objects.bulk_create(
        [TaxRate(location=location, tax_class=name, rate=percent(r)) for name, r in tax.items()]
    )


def _money(amount: str) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


register(
    products,
    Resource(
        tag="products",
        one="product",
        model=Product,
        natural="sku",
        fields=ProductIn,
        shown=ProductOut,
        reads=Scope.CATALOG_READ,
        writes=Scope.CATALOG_WRITE,
        search=("sku", "name", "barcode"),
        example={"sku": "MUG", "name": "Mug", "price": _money("12.50"), "barcode": "4006381333931"},
        book_kind=BookEntry.Kind.PRODUCT,
        fetched=("parts__component", "options__option"),
        special={
            "components": Special(_components, _check_components, _save_components),
            "options": Special(_options, _check_options, _save_options),
        },
    ),
)
register(
    groups,
    Resource(
        tag="product-groups",
        one="product_group",
        model=ProductGroup,
        natural="code",
        fields=ProductGroupIn,
        shown=ProductGroupOut,
        reads=Scope.CATALOG_READ,
        writes=Scope.CATALOG_WRITE,
        search=("code", "title"),
        example={"code": "drinks", "title": "Drinks", "products": ["MUG", "TEA"]},
        book_kind=BookEntry.Kind.GROUP,
        fetched=("products", "location"),
    ),
)
register(
    locations,
    Resource(
        tag="locations",
        one="location",
        model=Location,
        natural="code",
        fields=LocationIn,
        shown=LocationOut,
        reads=Scope.CATALOG_READ,
        writes=Scope.CATALOG_WRITE,
        search=("code", "title"),
        example={"code": "main", "title": "Main street", "tax": {"standard": "20"}},
        book_kind=BookEntry.Kind.LOCATION,
        fetched=("tax_rates",),
        special={"tax": Special(_tax, _check_tax, _save_tax)},
    ),
)
