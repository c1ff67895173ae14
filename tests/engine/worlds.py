"""Random small worlds as documents: products, offers of every kind, and a cart that they meet."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import msgspec
from hypothesis import strategies as st

import largesse as lg
from largesse.engine.cart import normal_code

Plain = dict[str, Any]

SKUS = ["a", "b", "c", "kit", "ham"]
CUSTOMERS: list[Plain] = [
    {"id": "anna", "tags": ["vip"], "organizations": ["club"], "sponsor": "dora"},
    {"id": "dora", "type": "distributor"},
]
RATES = st.sampled_from(["5", "10", "12.3456", "33.3333", "50", "75", "100"])
CENTS = st.integers(1, 1500).map(lambda n: f"{n // 100}.{n % 100:02}")
PRICES = st.integers(2, 1500).map(lambda n: f"{n // 100}.{n % 100:02}")
CODES = ["SPRING", "summer 26"]


def fields(required: Plain, **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Plain]:
    """Plain data with the fields that were drawn."""
    return st.fixed_dictionaries({k: st.just(v) for k, v in required.items()}, optional=optional)


PRODUCTS = st.tuples(
    *(
        st.builds(
            lambda price, more, sku=sku: {"sku": sku, "price": price, **more},
            PRICES,
            fields(
                {"quantity_decimals": 3}
                if sku == "ham"
                else {"components": {"a": 2, "b": 1}}
                if sku == "kit"
                else {},
                floor=CENTS,
                tax_class=st.just("food"),
                measures=fields({}, taxable=CENTS, volume_1=CENTS),
            ),
        )
        for sku in SKUS
    )
).map(list)

GROUPS = [
    {"code": "AB", "products": ["a", "b"]},
    {"code": "BC", "products": ["b", "c"]},
    {"code": "KITS", "products": ["kit", "a"]},
    {"code": "HAM", "products": ["ham"]},
]
GROUP = st.sampled_from([group["code"] for group in GROUPS])
STACKING = st.sampled_from(["none", "standard", "post", "both"])
MULTIPLIERS = fields({}, taxable=RATES, volume_1=RATES)
COMMON = {
    "stacking": STACKING,
    "multipliers": MULTIPLIERS,
    "recompute_tax": st.just(False),
    "below_floor": st.just(True),
    "display": st.just("separate"),
}
DISCOUNT = st.one_of(
    RATES.map(lambda rate: {"percent": rate}),
    CENTS.map(lambda amount: {"amount": amount}),
    CENTS.map(lambda price: {"price": price}),
)


def joined(*parts: st.SearchStrategy[Plain]) -> st.SearchStrategy[Plain]:
    """One mapping of several."""
    return st.tuples(*parts).map(lambda drawn: {k: v for part in drawn for k, v in part.items()})


SPREES = joined(
    fields(
        {"kind": "shopping_spree", "description": "Spree"},
        over_purchase=st.just(True),
        carry_over=st.just("credit"),
        order_types=st.sampled_from([["order"], ["party", "host_reward"]]),
        ends=st.sampled_from(["2026-11-20", "2026-11-21"]),
        rep_income=st.just("percentage"),
        display=st.just("separate"),
        multipliers=MULTIPLIERS,
        recompute_tax=st.just(False),
    ),
    st.sampled_from([{}, {}, {"include": "AB"}, {"exclude": "BC"}]),
    st.sampled_from([{}, {"below_floor": False}]),
    st.just({"rep_income_percent": "12.5"}),
    st.one_of(
        st.sampled_from(["0.01", "7.77", "25.00"]).map(lambda amount: {"amount": amount}),
        st.tuples(RATES, st.sampled_from(["subtotal", "party_total"]), fields({}, maximum=CENTS)).map(
            lambda three: {
                "calculation": "percentage", "percent": three[0], "of": three[1], **three[2]
            }
        ),
    ),
)  # fmt: skip

ACTIONS = st.one_of(
    SPREES,
    joined(
        fields(
            {"kind": "discount_order_line"},
            include=GROUP,
            exclude=GROUP,
            quantity=st.integers(1, 4),
            apply_to=st.sampled_from(["lowest_price_first", "highest_price_first"]),
            **COMMON,
        ),
        DISCOUNT,
    ),
    joined(
        fields(
            {"kind": "discount_order_line", "apply_to": "new_item"},
            product=st.just("c"),
            quantity=st.integers(1, 2),
            **COMMON,
        ),
        DISCOUNT,
        st.just({"product": "c"}),
    ),
    joined(
        fields({"kind": "discount_order"}, include=GROUP, exclude=GROUP, **COMMON),
        st.one_of(RATES.map(lambda r: {"percent": r}), CENTS.map(lambda a: {"amount": a})),
    ),
    joined(
        fields(
            {"kind": "buy_x_get_y"},
            get=st.integers(1, 2),
            percent=RATES,
            products=GROUP,
            discounted=st.just("dearest"),
            max_times=st.integers(1, 2),
            **COMMON,
        ),
        st.integers(0, 3).map(lambda buy: {"buy": buy}),
    ),
    joined(
        fields({"kind": "quantity_tiers"}, include=GROUP, **COMMON),
        st.tuples(DISCOUNT, DISCOUNT).map(
            lambda two: {"tiers": [{"minimum": 2, **two[0]}, {"minimum": 5, **two[1]}]}
        ),
    ),
    joined(
        fields({"kind": "discount_order"}, include=GROUP, exclude=GROUP, **COMMON),
        st.tuples(RATES, CENTS).map(
            lambda two: {
                "tiers": [{"minimum": "5", "percent": two[0]}, {"minimum": "20", "amount": two[1]}]
            }
        ),
    ),
    joined(
        fields({"kind": "bundle_price"}, max_times=st.integers(1, 2), **COMMON),
        st.tuples(GROUP, st.integers(1, 2), GROUP, CENTS).map(
            lambda drawn: {
                "parts": [{"products": drawn[0], "units": drawn[1]}, {"products": drawn[2]}],
                "price": drawn[3],
            }
        ),
    ),
    joined(fields({"kind": "shipping_discount"}, stacking=STACKING), DISCOUNT),
    joined(
        fields({"kind": "shipping_discount"}, stacking=STACKING),
        CENTS.map(lambda amount: {"amount": amount}),
    ),
    fields({"kind": "gift", "product": "b"}, quantity=st.integers(1, 2), **COMMON),
    fields({"kind": "gift_choice", "products": ["c", "ham", "a"]}, quantity=st.integers(1, 2)),
    joined(
        fields({"kind": "award_credit", "account": "POINTS"}, to=st.sampled_from(["sponsor"])),
        st.one_of(
            CENTS.map(lambda amount: {"amount": amount}),
            RATES.map(lambda rate: {"percent": rate, "of": "volume_1"}),
            RATES.map(lambda rate: {"percent": rate}),
        ),
    ),
    fields({"kind": "delayed_promotion", "promotion": "LATER"}, opens_after=st.integers(0, 3)),
)

ORDERS = {
    "orders": st.sampled_from(["all", "only_current", "all_except_current"]),
    "period": st.sampled_from(["year", "calendar_year", "calendar_month", "week", "day"]),
    "whose": st.sampled_from(["buyer", "everyone"]),
}
SIMPLE_CONDITIONS = st.one_of(
    fields(
        {"kind": "product_count"},
        minimum=st.integers(0, 4),
        products=GROUP,
        kit_counting=st.sampled_from(["parent", "child", "parent_and_child"]),
        exclude_promotional=st.booleans(),
        count_free=st.booleans(),
        **ORDERS,
    ),
    fields({"kind": "subtotal"}, minimum=CENTS, original=st.booleans(), **ORDERS),
    fields(
        {"kind": "product_value", "products": "AB"},
        minimum=CENTS,
        exclude=GROUP,
        original=st.booleans(),
        **ORDERS,
    ),
    fields({"kind": "customer_type", "type": "customer"}),
    fields({"kind": "customer_tags", "tags": ["vip"]}),
    fields({"kind": "promo_code", "codes": ["AUTUMN", "SUMMER26"]}),
    fields({"kind": "volume"}, volume=st.integers(1, 4), minimum=CENTS, products=GROUP, **ORDERS),
    fields({"kind": "distinct_products"}, minimum=st.integers(0, 3), products=GROUP, **ORDERS),
    fields({"kind": "organization_membership", "organizations": ["club"]}),
    fields({"kind": "first_order"}),
    fields(
        {"kind": "past_promotion", "promotion": "LATER"},
        earned=st.booleans(),
        minimum=st.integers(1, 2),
        period=ORDERS["period"],
        whose=ORDERS["whose"],
    ),
    fields({"kind": "time_of_week", "days": ["saturday", "monday"]}, opens=st.just("10:30")),
    fields({"kind": "location", "locations": ["shop"]}),
    fields({"kind": "channel", "channels": ["shop", "till"]}),
    fields({"kind": "country", "countries": ["US", "AT", "DE"]}),
)
CONDITIONS = st.recursive(
    SIMPLE_CONDITIONS,
    lambda inner: st.one_of(
        inner.map(lambda one: {"kind": "not", "condition": one}),
        st.lists(inner, min_size=1, max_size=2).map(lambda of: {"kind": "any", "of": of}),
        st.lists(inner, max_size=2).map(lambda of: {"kind": "all", "of": of}),
    ),
    max_leaves=3,
)


GATES = st.one_of(
    *[st.just({})] * 4,
    fields({}, suggest=st.sampled_from(["checked", "unchecked"])),
    fields(
        {},
        max_uses=st.integers(1, 3),
        max_uses_per_customer=st.integers(1, 3),
        max_uses_per_day=st.integers(1, 3),
    ),
    st.sampled_from([{"single_use_codes": True}, *({"promo_code": code} for code in CODES)]),
    fields(
        {},
        target=st.sampled_from(["customer", "distributor"]),
        starts=st.sampled_from(["2026-11-21", "2026-11-22"]),
        ends=st.sampled_from(["2026-11-22", "2026-11-30"]),
        channels=st.just(["till"]),
    ),
)
"""What may keep a promotion from a cart; most have nothing of it, so that many meet."""
BUDGETS = st.sampled_from([{}, {}, {"budget": "0.50"}, {"budget": "5"}, {"budget": "20"}])


def promotions(code: str) -> st.SearchStrategy[Plain]:
    return joined(
        fields(
            {"code": code},
            priority=st.integers(-1, 1),
            exclusion_group=st.sampled_from(["EARLY", "LATE"]),
            cumulative=st.booleans(),
        ),
        GATES,
        BUDGETS,
        st.sampled_from([{}, {"stage": "standard"}, {"stage": "post"}]),
        st.lists(ACTIONS, min_size=1, max_size=2).map(lambda actions: {"actions": actions}),
        st.one_of(st.just([]), st.lists(CONDITIONS, max_size=2)).map(
            lambda found: {"conditions": found}
        ),
    ).map(sound)


def sound(promotion: Plain) -> Plain:
    """A promotion without what may not be: one of the post stage never asks, one choice of gift, one
    spree.
    """
    if promotion.get("stage") == "post":
        promotion = {name: value for name, value in promotion.items() if name != "suggest"}
    actions = promotion["actions"]
    kinds = [action["kind"] for action in actions]
    if any(kinds.count(kind) > 1 for kind in ("gift_choice", "shopping_spree")):
        return {**promotion, "actions": actions[:1]}
    return promotion


DISCOUNTS = st.one_of(
    RATES.map(lambda rate: {"kind": "percentage", "percent": rate}),
    CENTS.map(lambda amount: {"kind": "amount_off", "amount": amount}),
    CENTS.map(lambda price: {"kind": "fixed_price", "price": price}),
    RATES.map(lambda rate: {"kind": "rebate", "percent": rate}),
    CENTS.map(lambda amount: {"kind": "rebate", "amount": amount}),
)
STOCK = st.one_of(
    CENTS.map(lambda amount: {"kind": "free_stock", "amount": amount}),
    joined(
        fields(
            {"kind": "bonus_stock"},
            units=st.integers(1, 2),
            remainder=st.sampled_from(["floor", "proportional", "whole_multiples"]),
            value=CENTS,
        ),
        st.integers(1, 5).map(lambda every: {"every": every}),
    ),
)
SETS = st.lists(
    fields({}, exclude=st.sampled_from(["BC", "KITS"]), min_units=st.integers(1, 2)),
    min_size=1,
    max_size=2,
).flatmap(
    lambda drawn: st.tuples(*(GROUP for _ in drawn)).map(
        lambda groups: [
            {"products": group, **more} for group, more in zip(groups, drawn, strict=True)
        ]
    )
)


def deals(code: str) -> st.SearchStrategy[Plain]:
    """A deal: one benefit or two tiers of one sort, what it is for, how it is reached."""
    thresholds: st.SearchStrategy[list[Plain]] = st.sampled_from(
        [
            [{}],
            [{"min_units": 2}],
            [{"min_value": "8.00"}],
            [{"min_units": 2, "min_value": "5.00"}],
            [{"min_units": 2}, {"min_units": 5}],
            [{"min_units": 1}, {"min_units": 3, "min_value": "9.00"}],
        ]
    )

    def with_tiers(drawn: tuple[list[Plain], list[Plain], bool]) -> Plain:
        asked, benefits, stock = drawn
        tiers = [{**ask, "benefit": gives} for ask, gives in zip(asked, benefits, strict=False)]
        return {"tiers": tiers, **({"selection": "AB"} if stock else {})}

    discounts: st.SearchStrategy[list[Plain]] = st.lists(DISCOUNTS, min_size=2, max_size=2)
    stock: st.SearchStrategy[list[Plain]] = st.lists(STOCK, min_size=2, max_size=2)
    tiered = st.one_of(
        st.tuples(thresholds, discounts, st.just(False)),
        st.tuples(thresholds, stock, st.just(True)),
    ).map(with_tiers)
    return joined(
        fields(
            {"code": code},
            priority=st.integers(-1, 1),
            assorted=st.booleans(),
            high_priority=st.booleans(),
            manual=st.booleans(),
            referable=st.booleans(),
            bought_before=GROUP,
            not_bought_before=GROUP,
        ),
        st.sampled_from([{}, {}, {}, {}, {"tags": ["vip"]}, {"required": ["b"]}]),
        SETS.map(lambda sets: {"sets": sets}),
        tiered,
    )


PICKS = st.sampled_from(["D0", "D1", "D2", "", "nothing"])
"""What users pick for a line: a deal, none, one that is not there."""

LATER = {
    "code": "LATER",
    "single_use_codes": True,
    "actions": [{"kind": "discount_order_line", "percent": "10", "stacking": "both"}],
}
"""A promotion that others give a right to."""
SINGLE_USE = ["ONE 1", "ONE 2", "ONE 3"]
CREDIT = {
    "POINTS": lg.CreditBalance(given=500, left=350),
    "STORE": lg.CreditBalance(given=2000, left=1200),
}
"""What the buyer's credit accounts have; small enough to be used up now and then."""
PARTY = lg.PartyTotals(total=4321, orders=3)
"""What the party of a cart came to."""


def facts_of(document: lg.Document, cart: lg.Cart) -> lg.Facts:
    """The facts of a document's cart, with some of each limit used, single-use codes, and credit.

    What is used, and which code is whose, is chance that depends on nothing but the names.
    """
    needed = document.book.facts_needed(cart)
    coded = sorted(p.code for p in document.book.promotions.values() if p.single_use_codes)
    most = {
        (p.code, limit): most for p in document.book.promotions.values() for limit, most in p.limits
    }
    codes = {
        normal_code(code): lg.SingleUseCode(
            normal_code(code),
            coded[chance(code, len(coded))],
            used=code == "ONE 3",
            automatic=code == "ONE 2",
            customer="anna" if code == "ONE 2" else None,
        )
        for code in SINGLE_USE
    }
    return msgspec.structs.replace(
        document.facts(cart),
        used={
            query: chance(
                f"{query.promotion} {query.limit}", most[query.promotion, query.limit] + 1
            )
            for query in needed.limits
        },
        single_use_codes={
            code: known
            for code, known in codes.items()
            if code in needed.voucher_numbers or (known.automatic and needed.automatic_codes)
        },
        credit={account: CREDIT[account] for account in needed.credit},
        party=PARTY if "party" in needed.asks and cart.party is not None else None,
    )


def chance(name: str, below: int) -> int:
    """A number from 0 that looks drawn by lot, and is always the same; often 0."""
    return max(0, crc32(name.encode()) % (2 * below) - below)


LINES = st.one_of(
    st.builds(
        lambda sku, quantity, more: {"sku": sku, "quantity": quantity, **more},
        st.sampled_from(["a", "b", "c", "kit"]),
        st.integers(1, 6),
        fields(
            {},
            less=st.just("0.01"),
            allotment=st.sampled_from(["FREE-A", "FREE-B"]),
            deal=PICKS,
        ),
    ),
    st.builds(
        lambda sku, quantity, gross: {"sku": sku, "quantity": quantity, "gross": gross},
        st.sampled_from(["a", "b"]),
        st.integers(1, 6),
        CENTS,
    ),
    st.sampled_from(["0.275", "1.5", "2.001"]).map(lambda q: {"sku": "ham", "quantity": q}),
)

PARTIES: st.SearchStrategy[Plain] = st.sampled_from(
    [{}, {}, {"party": "P-1"}, {"party": "P-1", "host_reward": True}]
)


def choices(*codes: str, least: int = 0) -> st.SearchStrategy[list[Plain]]:
    """What is chosen against the sprees of some promotions, also of those that give none."""
    return st.lists(
        st.builds(
            lambda code, sku, units: {"promotion": code, "sku": sku, "units": units},
            st.sampled_from(codes),
            st.sampled_from([*SKUS, "nothing"]),
            st.integers(1, 4),
        ),
        min_size=least,
        max_size=6,
        unique_by=lambda choice: (choice["promotion"], choice["sku"]),
    )


VOUCHERS = st.one_of(
    RATES.map(lambda rate: {"number": "DV1", "percent": rate}),
    st.tuples(CENTS, CENTS).map(lambda two: {"number": "DV1", "value": two[0], "minimum": two[1]}),
)

LOCATIONS = fields(
    {"code": "shop", "tax": {"standard": "20", "food": "7.5"}},
    prices_include_tax=st.booleans(),
    floor_margin=st.sampled_from(["0", "30", "90"]),
)

HISTORY = st.lists(
    st.builds(
        lambda at, customer, sku, quantity, more, promotions: {
            "at": at,
            "customer": customer,
            "lines": [{"sku": sku, "quantity": quantity, **more}],
            "promotions": promotions,
        },
        st.sampled_from(["2026-11-21T08:00:00Z", "2026-11-03T08:00:00Z", "2025-12-24T08:00:00Z"]),
        st.sampled_from(["anna", "bert"]),
        st.sampled_from(SKUS[:4]),
        st.integers(1, 3),
        fields({}, net=CENTS, gross=CENTS, volume_1=CENTS),
        st.sampled_from([[], ["LATER"], ["P0", "P1"]]),
    ),
    max_size=3,
)


@st.composite
def documents(draw: st.DrawFn) -> Plain:
    """A document with one cart. Its products, groups and offers may stand in any order."""
    count = draw(st.integers(0, 6))
    cart = draw(
        joined(
            fields(
                {"at": "2026-11-21T10:30:00Z"},
                customer=st.sampled_from(["anna", "dora"]),
                location=st.just("shop"),
                country=st.just("AT"),
                shipping=CENTS,
                codes=st.lists(
                    st.sampled_from([*CODES, *SINGLE_USE, "AUTUMN", "dv1", "nothing"]), max_size=3
                ),
                credit=st.dictionaries(st.sampled_from(["POINTS", "STORE"]), CENTS),
                answers=st.dictionaries(st.sampled_from(["P0", "P1", "P2"]), st.booleans()),
                gifts=st.fixed_dictionaries(
                    {f"P{n}": st.sampled_from(["c", "ham"]) for n in range(6)}
                ),
                assign=st.just("picked"),
                referred=st.dictionaries(st.sampled_from(["D0", "D1"]), CENTS, max_size=2),
                giveaways=st.lists(
                    st.builds(
                        lambda code, sku, units: {"deal": code, "sku": sku, "units": units},
                        st.sampled_from(["D0", "D1", "D2"]),
                        st.sampled_from(["a", "b", "c"]),
                        st.integers(1, 3),
                    ),
                    max_size=3,
                ),
                sprees=choices("P0", "P1", "P2", "P3"),
                rep=st.just("dora"),
            ),
            PARTIES,
            st.lists(LINES, min_size=1, max_size=5).map(lambda lines: {"lines": lines}),
        )
    )
    products = draw(PRODUCTS)
    return {
        "format": 1,
        "currency": "USD",
        "rounding": draw(st.sampled_from(["half_up", "half_even"])),
        "products": products,
        "product_groups": GROUPS,
        "locations": [draw(LOCATIONS)],
        "customers": CUSTOMERS,
        "exclusion_groups": [
            {"code": "EARLY", "mode": draw(st.sampled_from(["stack", "best"])), "order": -1},
            {"code": "LATE", "mode": draw(st.sampled_from(["first", "lowest", "best"]))},
        ],
        "promotions": [*(draw(promotions(f"P{n}")) for n in range(count)), LATER],
        "deals": [draw(deals(f"D{n}")) for n in range(draw(st.integers(0, 3)))],
        "vouchers": [draw(VOUCHERS)],
        "allotments": [
            {"code": "FREE-A", "product": "a", "organization": "club", "left": 2},
            {"code": "FREE-B", "product": "b", "organization": "club", "members_only": True,
             "left": draw(st.integers(0, 3))},
        ],
        "history": draw(HISTORY),
        "carts": [cart],
    }  # fmt: skip


@st.composite
def spree_documents(draw: st.DrawFn) -> Plain:
    """A document whose cart qualifies for two sprees, as far as it is of their types of order."""
    data = draw(documents())
    offers = [
        {"code": code, "actions": [draw(SPREES)], **draw(BUDGETS), **draw(fields({}, **gates))}
        for code, gates in (("S0", {}), ("S1", {"priority": st.just(1)}))
    ]
    (cart,) = data["carts"]
    with_voucher = draw(st.sampled_from([{}, {"codes": ["dv1"], "customer": "anna"}]))
    bare: Plain = draw(st.sampled_from([{}, {}, {}, {"lines": []}]))
    more = draw(choices("S0", "S1", least=3))
    cart = {**cart, **with_voucher, **bare, "sprees": [*cart.get("sprees", ()), *more]}
    return {**data, "promotions": [*data["promotions"], *offers], "carts": [cart]}
