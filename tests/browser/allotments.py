"""`python -m tests.browser.allotments "Fair mugs" 3 --database URL`: an allotment of so many mugs for
the demo's Northside Elementary PTA; the path of its link.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime

from tests.browser.conftest import Server

SKU, MUG, PRICE = "MG-201", "Stoneware mug, chalk", "14.50"
PTA = "Northside Elementary PTA"


def granted(server: Server, title: str, units: int, *options: str) -> str:
    """The path of the link of an allotment that is made in the records of a running server."""
    command = [sys.executable, "-m", "tests.browser.allotments", title, str(units), *options]
    made = subprocess.run([*command, *server.records], check=True, capture_output=True, text=True)
    return made.stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("title")
    parser.add_argument("units", type=int)
    parser.add_argument("--members-only", action="store_true")
    parser.add_argument("--database")
    parser.add_argument("--schema")
    said = parser.parse_args()
    from largesse.cli.records import wake

    wake(said.database, said.schema)
    from largesse.catalog.models import Product, ProductGroup
    from largesse.crm.models import Organization
    from largesse.offers import allotments
    from largesse.offers.allotment_links import path_of

    now = datetime.now(UTC)
    allotment = allotments.grant(
        Organization.objects.get(name=PTA),
        Product.objects.get(sku=SKU),
        said.units,
        said.title,
        at=now,
        by="merchandiser",
        product_group=ProductGroup.objects.get(code="mugs"),
        members_only=said.members_only,
    )
    print(path_of(allotment))


if __name__ == "__main__":
    main()
