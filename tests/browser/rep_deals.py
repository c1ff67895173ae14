"""`python -m tests.browser.rep_deals --database URL`: a wholesale customer, and deals for reps of their
own, beside those of the demo.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any

EXTRAS = ("TC-011", "VG-040", "BW-022", "MB-090")
"""What may be given away: at 12.00, 30.00, 24.00 and 9.00."""


def _of(units: int, kind: str, **benefit: Any) -> dict[str, Any]:
    return {"min_units": units, "benefit": {"kind": kind, **benefit}}


def _deal(code: str, title: str, *groups: str, **more: Any) -> dict[str, Any]:
    sets = [{"products": group} for group in groups]
    return {"code": code, "title": title, "sets": sets, "channels": ["rep"], **more}


DEALS = (
    _deal(
        "REP-CANDLE",
        "Candle bonus",
        "soy-candles",
        tiers=[_of(10, "bonus_stock", every=10)],
        selection="rep-extras",
        pinned=True,
    ),
    _deal(
        "REP-KITCHEN",
        "Kitchen mix",
        "aprons",
        "boards",
        tiers=[_of(10, "percentage", percent=20)],
        pinned=True,
    ),
    _deal(
        "REP-MUGS",
        "Mug assortment",
        "mugs",
        tiers=[_of(36, "percentage", percent=8), _of(60, "percentage", percent=12)],
    ),
    _deal("REP-CUPS", "Mugs, 1.00 off", "mugs", tiers=[_of(12, "amount_off", amount="1.00")]),
    _deal("REP-APRON", "Apron price", "aprons", tiers=[_of(6, "fixed_price", price="42.00")]),
    _deal("REP-BOARD", "Boards 5 off", "boards", tiers=[_of(4, "amount_off", amount="5.00")]),
    _deal(
        "REP-GLASS",
        "Glass opening",
        "glass",
        tiers=[{"min_value": "300.00", "benefit": {"kind": "free_stock", "amount": "20.00"}}],
        selection="rep-extras",
        referable=True,
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database")
    parser.add_argument("--schema")
    said = parser.parse_args()
    from largesse.cli.records import wake

    wake(said.database, said.schema)
    from largesse.catalog.models import Product, ProductGroup
    from largesse.crm.models import Customer
    from largesse.offers import deals

    now = datetime.now(UTC)
    Customer.objects.create(number="REP-1", name="Fennel & Rye Provisions")
    extras = ProductGroup.objects.create(code="rep-extras", title="candle extras")
    extras.products.set(Product.objects.filter(sku__in=EXTRAS))
    for definition in DEALS:
        deals.revise(definition, by=None, at=now - timedelta(minutes=1))


if __name__ == "__main__":
    main()
