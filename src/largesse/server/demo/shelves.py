"""The business and its stores, what stands on its shelves, and who is known there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from simple_history.utils import bulk_update_with_history

from largesse.business.models import Business
from largesse.catalog.models import (
    KitComponent,
    Location,
    Product,
    ProductGroup,
    ProductOption,
    TaxRate,
)
from largesse.crm.models import Customer, Organization, Partner, Tag
from largesse.offers.book_log import publish
from largesse.offers.models import BookEntry
from largesse.server.demo import goods
from largesse.server.demo.people import REGULARS, Person, people

STORES: Final = (
    # code, title, prices include tax, shipping, is the shop, {tax class: rate in percent}
    ("online", "Online shop, Seattle", False, 650, True, {"standard": "10.25", "food": "0"}),
    ("pearl-street", "Pearl Street, Portland", False, 0, False, {"standard": "0", "food": "0"}),
    ("larimer", "Larimer Street, Denver", False, 0, False, {"standard": "8.81", "food": "0"}),
    ("market-hall", "Market Hall, Olympia", True, 0, False, {"standard": "9.8", "food": "0"}),
)

ORGANIZATIONS: Final = (
    ("northside-pta", "Northside Elementary PTA", 34),
    ("library-friends", "City Library Friends", 26),
    ("ridgeline", "Ridgeline Climbing Club", 18),
    ("harbor-choir", "Harbor Community Choir", 15),
    ("fennel-rye", "Fennel & Rye Provisions", 4),
)
"""Code, name, and how many customers are members."""

PARTNERS: Final = (
    ("harbor-cu", "Harbor Credit Union"),
    ("pearl-yoga", "Pearl Yoga"),
    ("library", "City Library Friends"),
    ("copper-lane", "Copper Lane Café"),
    ("gift-cards", "Gift cards"),
)
"""Code and name; a campaign is a partner too."""

FOOD: Final = "pantry"


def make_business() -> None:
    """Name, currency and calendar."""
    Business.objects.update_or_create(
        id=1,
        defaults={
            "name": "Alder & Finch",
            "currency": "USD",
            "time_zone": "America/Los_Angeles",
            "week_starts": "sunday",
        },
    )


def make_stores() -> None:
    """Four locations with their tax tables."""
    for code, title, includes, shipping, is_shop, rates in STORES:
        location = Location.objects.create(
            code=code,
            title=title,
            prices_include_tax=includes,
            shipping=shipping,
            is_shop=is_shop,
            promotional_partner=not is_shop,
        )
        TaxRate.objects.bulk_create(
            TaxRate(location=location, tax_class=tax_class, rate=_millionths(rate))
            for tax_class, rate in rates.items()
        )
    publish(BookEntry.Kind.LOCATION, [code for code, *_ in STORES])


def _millionths(percent: str) -> int:
    whole, _, rest = percent.partition(".")
    return int(whole + f"{rest:0<4}")


def make_products(chance: Random) -> None:
    """All products and kits, what is offered with them, and the groups that they are in."""
    shelf = list(goods.goods())
    Product.objects.bulk_create(_product(good, chance) for good in shelf)
    kits = [
        Product(sku=sku, name=name, price=goods.cents(price), icon=icon, barcode=_barcode(chance))
        for sku, name, price, icon in goods.KITS
    ]
    Product.objects.bulk_create(kits)
    found = {product.sku: product for product in Product.objects.all()}
    KitComponent.objects.bulk_create(
        KitComponent(kit=found[key[0]], component=found[sku], units=units)
        for key, parts in goods.KITS.items()
        for sku, units in parts.items()
    )
    ProductOption.objects.bulk_create(
        ProductOption(product=found[sku], option=found[option], position=position)
        for position, (option, skus) in enumerate(goods.OPTIONS.items(), start=1)
        for sku in skus
    )
    publish(BookEntry.Kind.PRODUCT, list(found))
    _make_groups(shelf, found)


def _product(good: goods.Good, chance: Random) -> Product:
    listed = goods.LISTED_HIGHER.get(good.sku)
    return Product(
        sku=good.sku,
        name=good.name,
        price=good.price,
        icon=good.icon,
        list_price=goods.cents(listed) if listed else None,
        barcode="" if good.weighed or good.group == "services" else _barcode(chance),
        tax_class=goods.TAX_FREE_FOOD if good.group == FOOD else "standard",
        quantity_decimals=3 if good.weighed else 0,
        floor=good.price * 3 // 10,
        volume_1=good.price // 2,
    )


def _barcode(chance: Random) -> str:
    """An EAN-13 from the range that stores number for themselves."""
    digits = f"20{chance.randrange(10**10):010d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-weighted % 10)


def _make_groups(shelf: Collection[goods.Good], found: dict[str, Product]) -> None:
    members: dict[str, list[str]] = {"kits": [key[0] for key in goods.KITS]}
    for good in shelf:
        members.setdefault(good.group, []).append(good.sku)
    titles = {code: goods.TITLES.get(code, code) for code in members}
    for code, (title, parts) in goods.MENU.items():
        members[code] = [sku for part in parts for sku in members[part]]
        titles[code] = title
    for code, (title, skus) in goods.OTHER_GROUPS.items():
        members[code], titles[code] = list(skus), title
    ProductGroup.objects.bulk_create(
        ProductGroup(
            code=code,
            title=titles[code],
            in_shop=code in goods.MENU,
            is_default=code == "classroom",
        )
        for code in members
    )
    groups = {group.code: group for group in ProductGroup.objects.all()}
    _link(ProductGroup.products.through, (
        {"productgroup_id": groups[code].pk, "product_id": found[sku].pk}
        for code, skus in members.items()
        for sku in skus
    ))  # fmt: skip
    publish(BookEntry.Kind.GROUP, list(members))


def _refer(known: dict[str, Customer]) -> None:
    """Every ninth customer was referred by one of the first: they have friends."""
    buyers = sorted(number for number in known if number.startswith("C-"))
    for i, number in enumerate(buyers[9::9]):
        customer = known[number]
        customer.referred_by = known[buyers[i % 12]]
        customer.save(update_fields=["referred_by"])


def _link(through: type, rows: Iterable[dict[str, object]]) -> None:
    """Rows between two records, for `add` would make them one record at a time."""
    through._default_manager.bulk_create(through(**row) for row in rows)  # type: ignore[attr-defined]


def make_people(chance: Random, today: date, customers: int = 380, distributors: int = 20) -> None:
    """Customers and distributors with tags and memberships; organizations; partners."""
    Organization.objects.bulk_create(
        Organization(code=code, name=name, email=f"office@{code}.example")
        for code, name, _ in ORGANIZATIONS
    )
    Partner.objects.bulk_create(
        Partner(code=code, name=name, email=f"members@{code}.example", added_in=STORES[1][0])
        for code, name in PARTNERS
    )
    everyone = list(people(chance, customers, distributors))
    Customer.objects.bulk_create(_customer(person, today) for person in everyone)
    known = {customer.number: customer for customer in Customer.objects.all()}
    _tag(everyone, known)
    _join(chance, known)
    _refer(known)


def _customer(person: Person, today: date) -> Customer:
    year, month, day = person.birthday
    if person.name == REGULARS[0]:
        # Whoever looks round as this customer finds the offer for a birthday.
        month = today.month
    return Customer(
        number=person.number,
        name=person.name,
        type=Customer.Type.DISTRIBUTOR if person.is_distributor else Customer.Type.CUSTOMER,
        email=person.email,
        phone=person.phone,
        birthday=date(year, month, day),
        joined_on=today - timedelta(days=365 + person.joined_days_ago),
    )


def _tag(everyone: Iterable[Person], known: dict[str, Customer]) -> None:
    tagged = [(person.number, tag) for person in everyone for tag in person.tags]
    Tag.objects.bulk_create(Tag(name=name) for name in sorted({tag for _, tag in tagged}))
    tags = {tag.name: tag for tag in Tag.objects.all()}
    _link(
        Customer.tags.through,
        ({"customer_id": known[number].pk, "tag_id": tags[tag].pk} for number, tag in tagged),
    )


def _join(chance: Random, known: dict[str, Customer]) -> None:
    buyers = [number for number in known if number.startswith("C-")]
    organizations = {each.code: each for each in Organization.objects.all()}
    first = min(buyers)
    rows = []
    for code, _, members in ORGANIZATIONS:
        chosen = {first} if code == "northside-pta" else set()
        chosen |= set(chance.sample(sorted(buyers), members))
        rows += [(number, organizations[code]) for number in sorted(chosen)]
    _link(
        Customer.organizations.through,
        ({"customer_id": known[number].pk, "organization_id": org.pk} for number, org in rows),
    )


def count_stock(seed: int, now: datetime) -> None:
    """What is on the shelves after the year: from a few units to some cases of each product."""
    chance = Random(seed)
    products = list(Product.objects.filter(quantity_decimals=0).order_by("sku"))
    for product in products:
        product.stock, product.stock_counted_at = chance.randint(8, 420), now
    bulk_update_with_history(products, Product, ["stock", "stock_counted_at"], batch_size=200)
