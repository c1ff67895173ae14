"""Documents to read: one that uses every section and every kind, and a small one to break."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from largesse import Document, Faults
from largesse.engine.formats.document import document_of
from largesse.engine.formats.text import parse_text

Place = tuple[str | int, ...]

SHOP: dict[str, Any] = {
    "format": 1,
    "currency": "EUR",
    "rounding": "half_up",
    "time_zone": "Europe/Vienna",
    "week_starts": "monday",
    "products": [
        {
            "sku": "MUG",
            "name": "Coffee mug",
            "price": "12.50",
            "list_price": "14.00",
            "barcode": "4006381333931",
            "floor": "2.00",
            "tax_class": "standard",
            "measures": {"taxable": "12.50", "volume_1": "3.00"},
        },
        {"sku": "HAT", "price": "40.00"},
        {"sku": "TEA", "price": "32.00", "quantity_decimals": 3, "tax_class": "food"},
        {"sku": "SET", "price": "45.00", "components": {"MUG": 2, "HAT": 1}},
    ],
    "product_groups": [
        {"code": "mugs", "title": "mugs", "products": ["MUG"]},
        {"code": "tea", "products": ["TEA"]},
    ],
    "locations": [
        {
            "code": "vienna",
            "title": "Vienna",
            "tax": {"standard": 20, "food": "10"},
            "prices_include_tax": True,
            "floor_margin": "5",
        }
    ],
    "customers": [
        {"id": "anna", "type": "customer", "tags": ["club"], "organizations": ["school"]}
    ],
    "exclusion_groups": [{"code": "one", "mode": "best", "order": 1}],
    "promotions": [
        {
            "code": "CLUB-MUGS",
            "title": "Mugs for the club",
            "description": "Half off every third mug",
            "stage": "standard",
            "starts": "2026-01-01",
            "ends": "2026-12-31T18:00:00",
            "active": True,
            "archived": False,
            "priority": 3,
            "channels": ["shop", "till"],
            "locations": ["vienna"],
            "exclusion_group": "one",
            "target": "both",
            "cumulative": False,
            "promo_code": "spring 20",
            "revision": 2,
            "conditions": [
                {
                    "kind": "product_count",
                    "minimum": 2,
                    "maximum": 10,
                    "products": "mugs",
                    "orders": "all",
                    "period": "year",
                    "whose": "buyer",
                    "kit_counting": "child",
                    "exclude_promotional": False,
                    "count_free": True,
                },
                {
                    "kind": "any",
                    "of": [
                        {"kind": "customer_tags", "tags": ["club"], "match": "any"},
                        {
                            "kind": "not",
                            "condition": {"kind": "customer_type", "type": "distributor"},
                        },
                    ],
                },
                {
                    "kind": "all",
                    "of": [
                        {
                            "kind": "product_value",
                            "minimum": "10.00",
                            "maximum": None,
                            "products": "mugs",
                            "exclude": "tea",
                            "original": True,
                        },
                        {"kind": "promo_code", "codes": ["spring 20"]},
                    ],
                },
            ],
            "actions": [
                {
                    "kind": "buy_x_get_y",
                    "buy": 2,
                    "get": 1,
                    "percent": "50",
                    "products": "mugs",
                    "exclude": "tea",
                    "discounted": "cheapest",
                    "max_times": 2,
                    "stacking": "both",
                    "multipliers": {"taxable": "80"},
                    "recompute_tax": True,
                    "below_floor": False,
                }
            ],
        },
        {
            "code": "FIVE-OFF",
            "actions": [
                {"kind": "discount_order", "amount": "5.00"},
                {
                    "kind": "discount_order_line",
                    "percent": "12.3456",
                    "quantity": 2,
                    "include": "mugs",
                    "apply_to": "lowest_price_first",
                },
            ],
        },
        {
            "code": "GIFT",
            "stage": "post",
            "conditions": [{"kind": "promo_code", "codes": ["gift"]}],
            "actions": [
                {
                    "kind": "quantity_tiers",
                    "tiers": [{"minimum": 2, "percent": 5}, {"minimum": 5, "price": "9.00"}],
                },
                {
                    "kind": "discount_order_line",
                    "price": "0.00",
                    "apply_to": "new_item",
                    "product": "HAT",
                },
            ],
        },
        {
            "code": "ASKING",
            "conditions": [
                {
                    "kind": "subtotal",
                    "minimum": "5.00",
                    "maximum": "5000.00",
                    "orders": "all",
                    "period": "week",
                    "whose": "everyone",
                },
                {"kind": "volume", "volume": 2, "minimum": "0.00", "products": "mugs"},
                {
                    "kind": "distinct_products",
                    "minimum": 1,
                    "products": "mugs",
                    "orders": "all_except_current",
                },
                {"kind": "organization_membership", "organizations": ["school"], "match": "all"},
                {"kind": "first_order"},
                {"kind": "join_date", "earliest": "2020-01-01", "latest": "2026-12-31"},
                {"kind": "time_since_joining", "minimum": 1, "maximum": 10, "unit": "years"},
                {"kind": "birthday", "within": "month"},
                {"kind": "country", "countries": ["AT", "DE"]},
                {"kind": "currency", "currencies": ["EUR"]},
                {"kind": "location", "locations": ["vienna"]},
                {"kind": "channel", "channels": ["shop", "till"]},
                {
                    "kind": "time_of_week",
                    "days": ["monday", "friday"],
                    "opens": "22:00",
                    "closes": "02:00",
                },
                {"kind": "shipping_method", "methods": ["parcel"]},
                {
                    "kind": "past_promotion",
                    "promotion": "FIVE-OFF",
                    "earned": True,
                    "minimum": 1,
                    "period": "year",
                    "whose": "buyer",
                },
                {"kind": "referred_customers", "minimum": 2, "maximum": 20},
                {"kind": "party_total", "minimum": "200.00", "maximum": "900.00"},
                {"kind": "party_order_count", "minimum": 3},
                {"kind": "party_bookings", "minimum": 1},
                {
                    "kind": "expression",
                    "expression": "cart.subtotal >= 2000 && 'club' in customer.tags",
                    "meaning": "a member of the club spends 20.00",
                },
            ],
            "actions": [{"kind": "discount_order", "percent": "1"}],
        },
        {
            "code": "MORE",
            "channels": ["rep"],
            "actions": [
                {
                    "kind": "discount_order",
                    "tiers": [
                        {"minimum": "50.00", "percent": "5"},
                        {"minimum": "100.00", "amount": "12.00"},
                    ],
                },
                {
                    "kind": "bundle_price",
                    "parts": [{"products": "mugs", "units": 2}, {"products": "tea"}],
                    "price": "30.00",
                    "max_times": 2,
                },
                {"kind": "shipping_discount", "price": "2.90", "stacking": "both"},
                {"kind": "gift", "product": "HAT", "quantity": 1, "below_floor": True},
                {"kind": "gift_choice", "products": ["MUG", "HAT"], "quantity": 1},
                {
                    "kind": "award_credit",
                    "account": "POINTS",
                    "percent": "2.5",
                    "of": "volume_1",
                    "to": "sponsor",
                },
                {
                    "kind": "delayed_promotion",
                    "promotion": "BACK",
                    "opens_after": 7,
                    "holds_for": 30,
                },
                {
                    "kind": "shopping_spree",
                    "description": "For the host",
                    "starts": "2026-11-01",
                    "ends": "2026-12-31",
                    "order_types": ["host_reward", "order"],
                    "calculation": "percentage",
                    "percent": "10",
                    "of": "party_total",
                    "maximum": "150.00",
                    "include": "mugs",
                    "exclude": "tea",
                    "over_purchase": True,
                    "carry_over": "credit",
                    "rep_income": "percentage",
                    "rep_income_percent": "25",
                    "retained_earnings": True,
                    "multipliers": {"taxable": "50"},
                },
            ],
        },
        {
            "code": "BACK",
            "single_use_codes": True,
            "actions": [{"kind": "discount_order", "percent": "10"}],
        },
    ],
    "vouchers": [
        {
            "number": "DV1",
            "percent": "20",
            "partner": "bank",
            "expires": "2026-12-31",
            "customer": "anna",
        },
        {"number": "V2", "value": "10.00", "minimum": "50", "status": "assigned"},
    ],
    "allotments": [
        {
            "code": "free-mugs",
            "product": "MUG",
            "organization": "school",
            "title": "Mugs for the school",
            "starts": "2026-01-01",
            "members_only": True,
            "left": 3,
        }
    ],
    "history": [
        {
            "at": "2026-02-01",
            "customer": "anna",
            "customer_type": "customer",
            "lines": [{"sku": "SET", "quantity": 2, "net": "80.00", "volume_1": "12.00"}],
            "promotions": ["FIVE-OFF"],
        }
    ],
    "parties": [{"number": "P-2214", "total": "1284.60", "orders": 6, "bookings": 2}],
    "carts": [
        {
            "id": "c1",
            "at": "2026-06-01T10:00:00",
            "currency": "EUR",
            "customer": "anna",
            "location": "vienna",
            "channel": "shop",
            "codes": ["DV1", "spring20", "NOPE"],
            "shipping": "4.90",
            "lines": [
                {"id": "a", "sku": "MUG", "quantity": 4, "allotment": "free-mugs"},
                {"sku": "TEA", "quantity": "0.250"},
                {"sku": "HAT", "unit_price": "35.00", "less": "5.00"},
                {"sku": "SET", "quantity": 1},
            ],
        },
        {
            "id": "c2",
            "at": "2026-06-02T10:00:00Z",
            "codes": ["gift", "V2"],
            "party": "P-2214",
            "host_reward": True,
            "lines": [{"sku": "MUG", "quantity": 6}, {"sku": "HAT", "gross": "39.00"}],
        },
    ],
}
"""Uses every section, every kind of condition and action, and nearly every field."""

SMALL = """\
format: 1
currency: EUR
products:
  - {sku: MUG, name: Coffee mug, price: "12.50"}
  - {sku: HAT, name: Straw hat, price: "40.00"}
product_groups:
  - {code: mugs, title: mugs, products: [MUG]}
promotions:
  - code: MUGS-3-FOR-2
    title: Three mugs for two
    actions: [{kind: buy_x_get_y, buy: 2, get: 1, products: mugs}]
  - code: SUMMER-10
    title: Summer sale
    starts: 2026-06-01
    ends: 2026-08-31
    actions: [{kind: discount_order_line, percent: 10}]
carts:
  - id: first
    at: 2026-06-01T10:00:00Z
    lines:
      - {sku: MUG, quantity: 4}
      - {sku: HAT}
"""


def shop(**sections: Any) -> dict[str, Any]:
    """A copy of SHOP with some sections replaced."""
    return {**copy.deepcopy(SHOP), **sections}


def read(text: str) -> Document:
    """The document of a JSON or YAML text."""
    return document_of(parse_text(text))


def read_plain(data: Any) -> Document:
    """The document of plain data, through the text of a JSON file."""
    return read(json.dumps(data))


def faults_in(data: Any) -> list[str]:
    """What is wrong with plain data, a line a fault, without file and row; none if it is sound."""
    try:
        document_of(data)
    except Faults as found:
        return str(found).splitlines()
    return []


def places(data: Any, place: Place = ()) -> Iterator[Place]:
    """The place of every value inside plain data."""
    if place:
        yield place
    entries: Sequence[tuple[str | int, Any]] = ()
    if isinstance(data, dict):
        entries = list(data.items())
    elif isinstance(data, list):
        entries = list(enumerate(data))
    for key, item in entries:
        yield from places(item, (*place, key))


def at(data: Any, place: Place) -> Any:
    """The value at a place."""
    for key in place:
        data = data[key]
    return data


def replaced(data: Any, place: Place, value: Any) -> Any:
    """A copy with another value at a place."""
    data = copy.deepcopy(data)
    at(data, place[:-1])[place[-1]] = value
    return data


def without(data: Any, place: Place) -> Any:
    """A copy without the value at a place."""
    data = copy.deepcopy(data)
    del at(data, place[:-1])[place[-1]]
    return data
