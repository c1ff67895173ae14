"""A made-up source in The Complete Journey's schema, and small histories and books."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from largesse.engine.book import Catalog, OfferBook
from largesse.engine.catalog import Product
from largesse.engine.money import Currency
from largesse.engine.offers.promotion import Promotion
from largesse.engine.window import Calendar, Weekday
from largesse.lab.history import (
    LINES,
    Figures,
    History,
    HistoryIndex,
    write_index,
    write_partition,
)

Row = tuple[int, int, int, int, int, float, float, float, float, str]

# household, store, basket, product, quantity, sales, retail, coupon, match discounts, instant (UTC)
ROWS: tuple[Row, ...] = (
    (1, 330, 100, 501, 2, 3.00, 0.50, 0.00, 0.00, "2017-01-01T11:53:26"),
    (1, 330, 100, 502, 1, 1.99, 0.00, 0.00, 0.00, "2017-01-01T11:53:26"),
    (1, 330, 100, 503, 0, 0.00, 0.00, 1.00, 0.00, "2017-01-01T11:53:26"),
    (2, 331, 101, 900, 8963, 21.51, 0.89, 0.00, 0.00, "2017-01-15T18:00:00"),
    # 04:30 on 1 February, UTC, is still January in New York.
    (2, 331, 102, 501, 1, 1.10, 0.40, 0.25, 0.15, "2017-02-01T04:30:00"),
    (1, 330, 103, 502, 3, 0.00, 5.97, 0.00, 0.00, "2017-02-01T05:00:00"),
    (3, 330, 104, 777, 1, 0.50, 0.00, 0.75, 0.00, "2017-02-02T12:00:00"),
    (3, 330, 105, 503, 0, 0.10, 0.05, 2.00, 0.00, "2017-02-02T13:00:00"),
)
TRANSACTIONS = (
    "household_id", "store_id", "basket_id", "product_id", "quantity", "sales_value",
    "retail_disc", "coupon_disc", "coupon_match_disc", "transaction_timestamp",
)  # fmt: skip


def write_source(folder: Path, rows: Sequence[Sequence[object]] = ROWS) -> Path:
    """The source's files with some transactions."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = dict(zip(TRANSACTIONS, map(list, zip(*rows, strict=True)), strict=True))
    columns["transaction_timestamp"] = [
        datetime.fromisoformat(str(at)) for at in columns["transaction_timestamp"]
    ]
    tables: dict[str, dict[str, list[object]]] = {
        "transactions": columns,
        "products": {
            "product_id": [501, 502, 503, 900],
            "manufacturer_id": [69, 2, 2, 69],
            "department": ["GROCERY", "GROCERY", "DRUG GM", "FUEL"],
            "brand": ["Private", "National", "National", "Private"],
            "product_category": ["SOUP", "COOKIES", None, "COUPON/MISC ITEMS"],
            "product_type": ["CONDENSED SOUP", "SANDWICH COOKIES", None, "GASOLINE"],
            "package_size": ["10.5 OZ", None, None, None],
        },
        "campaigns": {"campaign_id": [13, 8, 13], "household_id": [1, 1, 2]},
        "campaign_descriptions": {
            "campaign_id": [8, 13],
            "campaign_type": ["Type A", "Type A"],
            "start_date": [datetime(2017, 5, 8), datetime(2017, 8, 8)],
            "end_date": [datetime(2017, 6, 25), datetime(2017, 9, 24)],
        },
        "coupons": {
            "coupon_upc": [10000085207, 10000085207],
            "product_id": [501, 502],
            "campaign_id": [13, 13],
        },
        "demographics": {
            "household_id": [1],
            "age": ["65+"],
            "income": ["35-49K"],
            "home_ownership": [None],
            "marital_status": ["Married"],
            "household_size": ["2"],
            "household_comp": ["2 Adults No Kids"],
            "kids_count": ["0"],
        },
    }
    for name, table in tables.items():
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    return folder


def line(
    order: str, at: str, sku: str, units: int, gross: int, *, customer: str = "ann", number: int = 1
) -> dict[str, object]:
    """An order line of a small history; amounts in cents, nothing was given then."""
    return {
        "order": order,
        "at": datetime.fromisoformat(at).astimezone(UTC),
        "customer": customer,
        "location": "330",
        "line": number,
        "sku": sku,
        "quantity": units * 1000,
        "gross": gross,
        "retail_discount": 0,
        "coupon_discount": 0,
        "coupon_match": 0,
        "sales": gross,
    }


def write_history(
    folder: Path,
    lines: Sequence[dict[str, object]],
    *,
    tags: dict[str, list[str]] | None = None,
    orders_per_group: int = 2000,
    zone: str = "America/New_York",
) -> History:
    """A history of one partition, its lines sorted as they must be."""
    (folder / "lines").mkdir(parents=True)
    ordered = sorted(lines, key=lambda row: (row["at"], row["order"], row["line"]))
    partition = write_partition(
        folder, "2017-01", pa.Table.from_pylist(ordered, LINES), orders_per_group
    )
    skus = sorted({str(row["sku"]) for row in lines})
    buyers = sorted({str(row["customer"]) for row in lines})
    known = tags or {}
    pq.write_table(
        pa.table({"sku": skus, "quantity_decimals": [0] * len(skus)}), folder / "products.parquet"
    )
    pq.write_table(
        pa.table(
            {
                "id": pa.array(buyers, pa.string()),
                "tags": pa.array([known.get(id, []) for id in buyers], pa.list_(pa.string())),
            }
        ),
        folder / "customers.parquet",
    )
    gross = sum(int(str(row["gross"])) for row in lines)
    figures = Figures(partition.orders, len(lines), len(buyers), len(skus), gross, 0, 0, 0, gross)
    write_index(
        folder,
        HistoryIndex(
            source="made up",
            currency="USD",
            time_zone=zone,
            recorded=figures,
            priced=figures,
            oddities={},
            partitions=(partition,),
        ),
    )
    return History.open(folder)


def book_of(
    promotions: Iterable[Promotion],
    skus: Iterable[str] = ("soup", "cake"),
    *,
    currency: str = "USD",
    week_starts: Weekday = "monday",
    zone: str = "America/New_York",
) -> OfferBook:
    """A book over a few products at 1.00."""
    return OfferBook(
        Catalog(
            currency=Currency.of(currency),
            calendar=Calendar(zone, week_starts),
            products={sku: Product(sku, 100) for sku in skus},
        ),
        promotions,
    )
