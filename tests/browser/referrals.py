"""`python -m tests.browser.referrals --database URL`: a deal that may be referred, an API key to refer
orders with, and an order that the demo's approver referred; its secret and number, as JSON.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta

OPENING = {
    "code": "LINEN-NEW",
    "title": "Linen opening order",
    "sets": [{"products": "linens"}],
    "tiers": [{"min_value": "300.00", "benefit": {"kind": "free_stock", "amount": "60.00"}}],
    "selection": "mugs",
    "referable": True,
}
TOWEL, MUG = "TW-330", "MG-201"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database")
    parser.add_argument("--schema")
    said = parser.parse_args()
    from largesse.cli.records import wake

    wake(said.database, said.schema)
    from largesse.api import keys
    from largesse.api.scopes import Scope
    from largesse.engine.cart import Cart, CartLine
    from largesse.offers import deals
    from largesse.orders.answers import Deed
    from largesse.orders.models import Order
    from largesse.orders.referring import refer

    now = datetime.now(UTC)
    deals.revise(OPENING, by=None, at=now - timedelta(minutes=1))
    _, secret = keys.create("Reps", [Scope.ORDERS_READ, Scope.ORDERS_WRITE], now)
    own = Cart((CartLine("1", TOWEL, 5, deal="LINEN-NEW"),), at=now, referred={"LINEN-NEW": 1000})
    deed = Deed(key="browser", body=b"", at=now, actor="approver", reason="by the approver")
    refer(own, deed)
    number = Order.objects.get(requested_by="approver").number
    print(json.dumps({"secret": secret, "own": number}))


if __name__ == "__main__":
    main()
