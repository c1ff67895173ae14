"""The deals of a cart bring what trying all assignments brings at best, told from the specification."""

from __future__ import annotations

from hypothesis import strategies as st

import largesse as lg
from largesse.engine.formats.document import document_of
from tests.engine.cases import for_all
from tests.engine.reference_deals import Plain, Row, best, cents
from tests.engine.worlds import CENTS, GROUPS, deals
from tests.words import spec

SKUS = ["a", "b", "c", "kit"]


@st.composite
def orders(draw: st.DrawFn) -> Plain:
    """A plain order of up to five lines, and up to three deals that anybody may have."""
    lines = draw(
        st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 6)), min_size=1, max_size=5)
    )
    count = draw(st.integers(1, 3))
    hidden = ("manual", "high_priority", "required", "tags", "bought_before", "not_bought_before")
    drawn = [draw(deals(f"D{n}")) for n in range(count)]
    return {
        "format": 1,
        "products": [
            {
                "sku": sku,
                "price": draw(CENTS),
                **draw(st.sampled_from([{}, {"list_price": "9.99"}])),
            }
            for sku in SKUS
        ]
        + [{"sku": "ham", "price": "1.00"}],
        "product_groups": GROUPS,
        "customers": [{"id": "anna"}],
        "deals": [{k: v for k, v in deal.items() if k not in hidden} for deal in drawn],
        "carts": [
            {
                "at": "2026-11-21T10:30:00Z",
                "customer": "anna",
                "lines": [{"sku": sku, "quantity": units} for sku, units in lines],
            }
        ],
    }


@spec("DE-2", "DE-5", "DE-9", "DE-10", "CH-1", "QU-26")
@for_all(orders(), times=300, soak=20_000)
def test_no_assignment_of_lines_to_deals_brings_more(data: Plain) -> None:
    document = document_of(data)
    (cart,) = document.carts
    quote = lg.price(document.book, cart)
    products = {each["sku"]: each for each in data["products"]}
    order = [
        Row(
            line["sku"],
            line["quantity"],
            price := cents(products[line["sku"]]["price"]),
            cents(products[line["sku"]].get("list_price")) or price,
        )
        for line in data["carts"][0]["lines"]
    ]
    groups = {group["code"]: set(group["products"]) for group in data["product_groups"]}

    assert sum(deal.benefit for deal in quote.deals) == best(order, data["deals"], groups)
    assert quote.proven
    assert quote.assignment.check() == ()
