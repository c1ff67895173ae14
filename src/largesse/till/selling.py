"""A sale is sold once, whoever presses the button how often: its row and its order change together."""

from __future__ import annotations

import msgspec

from largesse.ids import parse_id
from largesse.ledger import writing
from largesse.orders.answers import Answer, Deed, Done
from largesse.orders.models import Order
from largesse.orders.over_the_counter import sell_now
from largesse.orders.tenders import payment_of
from largesse.till.counter import keep
from largesse.till.lines_page import discount_words
from largesse.till.models import Sale
from largesse.till.pricing import Work
from largesse.till.ringing import Rings


class _Changed(Exception):
    """The sale was sold or changed by another request meanwhile."""


def finish(work: Work, rings: Rings, actor: str, deed: str) -> Answer | None:
    """Place and post a sale whose tenders pay it; None where another request was quicker.

    What it came to when the page was made is what is confirmed: a worse price sells nothing (OR-2).
    """
    sale = work.sale
    assert sale is not None
    asked = Deed(
        # The version rises with every change of the sale; a second press has the same key.
        key=f"till:{sale.public_id}:{sale.version}",
        body=msgspec.json.encode([rings, work.quote.due, actor]),
        at=work.now,
        actor=actor,
        reason=_reasons(work),
    )

    def both() -> Answer:
        payment = payment_of(rings.tenders)
        answered = sell_now(work.cart, asked, confirmed_due=work.quote.due, payment=payment)
        answer = answered.answer
        if isinstance(answer, Done):
            order_id = parse_id(Order.prefix, answer.order)
            state = {"state": Sale.State.SOLD, "order_id": order_id}
            if not keep(sale, rings, work.now, deed, **state):
                raise _Changed
        return answer

    try:
        answer = writing.together(both)
    except _Changed:
        return None
    if not isinstance(answer, Done):
        # What comes next has another key: this one is refused for ever (OR-3).
        keep(sale, work.kept, work.now, "")
    return answer


def _reasons(work: Work) -> str:
    """What was taken off by hand, and why, for the record of the order."""
    products = work.book.catalog.products
    told = [
        f"{products[line.sku].name or line.sku}: {discount_words(work, line)}"
        for line in work.rings.lines
        if line.discount is not None
    ]
    return "; ".join(told)[:200]
