"""A history is a folder of past orders in parquet, one partition a month, money in minor units.

    history.json               what it holds: `HistoryIndex`
    lines/2017-01.parquet …    the order lines of a month, by instant, order and line
    products.parquet           what was sold, with its median shelf price
    customers.parquet          who bought, with their tags
    campaigns.parquet, coupons.parquet
    oddities.parquet           what the source recorded and a till would not; nothing is dropped

A row group of a partition holds whole orders, so that it can be priced without looking at another.
Quantities are thousandths of a unit; instants are UTC, months are the business's own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, pairwise
from os import getpid
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from largesse.engine.cart import Cart, CartLine, Customer

FORMAT: Final = 1
THOUSANDTHS: Final = 1000
"""Recorded quantities are this many to the unit."""
ORDERS_PER_GROUP: Final = 2000
"""Small enough to share a year among many cores, large enough to read fast."""

LINES: Final = pa.schema(
    [
        pa.field(name, kind, nullable=False)
        for name, kind in {
            "order": pa.string(),
            "at": pa.timestamp("us", tz="UTC"),
            "customer": pa.string(),
            "location": pa.string(),
            "line": pa.int32(),
            "sku": pa.string(),
            "quantity": pa.int64(),
            "gross": pa.int64(),
            "retail_discount": pa.int64(),
            "coupon_discount": pa.int64(),
            "coupon_match": pa.int64(),
            "sales": pa.int64(),
        }.items()
    ]
)
CART_COLUMNS: Final = (
    "order", "at", "customer", "location", "line", "sku", "quantity", "gross",
    "retail_discount", "coupon_match",
)  # fmt: skip
"""What pricing the orders again reads of their lines."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class HistoryFault(Exception):
    """Something a person can mend: a sentence with the file and what is wrong in it."""


class Figures(Struct, frozen=True):
    """How much there is of everything; amounts in minor units.

    `gross` is what the shelf said, `sales` what the source recorded as sold.
    """

    orders: int
    lines: int
    customers: int
    products: int
    gross: int
    retail_discount: int
    coupon_discount: int
    coupon_match: int
    sales: int


class Partition(Struct, frozen=True):
    """A month of order lines, and how many orders each of its row groups holds."""

    file: str
    lines: int
    row_groups: tuple[int, ...]

    @property
    def orders(self) -> int:
        return sum(self.row_groups)


class HistoryIndex(Struct, frozen=True, kw_only=True):
    """What `history.json` says.

    `recorded` counts all that the source has, `priced` what can be priced and so stands in `lines`.
    The difference is among the oddities, which are counted by kind.
    """

    format: int = FORMAT
    source: str
    currency: str
    time_zone: str
    recorded: Figures
    priced: Figures
    oddities: dict[str, int]
    partitions: tuple[Partition, ...]


class Chunk(Struct, frozen=True):
    """The first `orders` orders of a row group: the unit of work."""

    file: str
    row_group: int
    orders: int
    whole: bool = True


class Lines(Struct, frozen=True):
    """Order lines as columns, those of `CART_COLUMNS`; `at` in microseconds since 1970, UTC."""

    order: list[str]
    at: list[int]
    customer: list[str]
    location: list[str]
    line: list[int]
    sku: list[str]
    quantity: list[int]
    gross: list[int]
    retail_discount: list[int]
    coupon_match: list[int]

    def spans(self) -> Iterator[tuple[int, int]]:
        """Where each order's lines begin and end."""
        begin = 0
        for i, order in enumerate(self.order):
            if order != self.order[begin]:
                yield begin, i
                begin = i
        if self.order:
            yield begin, len(self.order)


class CartMaker:
    """Turns recorded lines into carts, at shelf prices and with what is known of the buyer."""

    def __init__(
        self,
        currency: str,
        customers: dict[str, Customer],
        weighed: frozenset[str],
        locations: frozenset[str] = frozenset(),
    ):
        self.currency = currency
        self.customers = customers
        self.weighed = weighed
        self.locations = locations

    def cart(self, lines: Lines, begin: int, end: int) -> Cart:
        """The cart of the lines from `begin` until `end`, all of one order."""
        weighed = self.weighed
        sku, quantity, gross, line = lines.sku, lines.quantity, lines.gross, lines.line
        location = lines.location[begin]
        return Cart(
            lines=tuple(
                CartLine(
                    str(line[i]),
                    sku[i],
                    Decimal(quantity[i]).scaleb(-3)
                    if sku[i] in weighed
                    else quantity[i] // THOUSANDTHS,
                    gross=gross[i],
                )
                for i in range(begin, end)
            ),
            at=EPOCH + timedelta(microseconds=lines.at[begin]),
            currency=self.currency,
            id=lines.order[begin],
            customer=self.customers.get(lines.customer[begin]) or Customer(lines.customer[begin]),
            location=location if location in self.locations else None,
        )


class History:
    """A history that was opened; it reads its files when asked."""

    def __init__(self, folder: Path, index: HistoryIndex):
        self.folder = folder
        self.index = index

    @classmethod
    def open(cls, folder: Path) -> History:
        """Read `history.json`; HistoryFault says what is wrong with it."""
        path = folder / "history.json"
        try:
            index = msgspec.json.decode(path.read_bytes(), type=HistoryIndex)
        except OSError:
            raise HistoryFault(f"{folder}: is no history; it has no history.json to read") from None
        except msgspec.MsgspecError as error:
            raise HistoryFault(f"{path}: {error}") from None
        if index.format != FORMAT:
            raise HistoryFault(f"{path}: format {index.format} is not known, only {FORMAT} is")
        return cls(folder, index)

    def chunks(self, orders: int | None = None) -> Iterator[Chunk]:
        """The row groups in the order of time, up to a number of orders."""
        left = self.index.priced.orders if orders is None else orders
        for partition in self.index.partitions:
            for i, held in enumerate(partition.row_groups):
                taken = min(held, left)
                if not taken:
                    return
                yield Chunk(partition.file, i, taken, taken == held)
                left -= taken

    def read(self, chunk: Chunk) -> Lines:
        """The lines of a chunk's orders; HistoryFault if the row group holds no whole orders."""
        path = self.folder / chunk.file
        try:
            with pq.ParquetFile(path) as file:
                table = file.read_row_group(chunk.row_group, list(CART_COLUMNS), use_threads=False)
        except (OSError, IndexError, pa.ArrowException) as error:
            raise HistoryFault(f"{path}: {_first_line(error)}") from None
        lines = _columns(table)
        spans = list(islice(lines.spans(), None if chunk.whole else chunk.orders))
        if len(spans) != chunk.orders:
            raise HistoryFault(
                f"{path}: row group {chunk.row_group} holds {len(spans)} orders and should hold "
                f"{chunk.orders}; import the history again"
            )
        if chunk.whole:
            return lines
        return Lines(*(getattr(lines, name)[: spans[-1][1]] for name in CART_COLUMNS))

    def carts(self, locations: frozenset[str] = frozenset()) -> CartMaker:
        """What turns lines into carts, with every customer in memory.

        A cart says where it was bought only if that is among `locations`, which the book knows.
        """
        customers = self._table("customers.parquet", ["id", "tags"])
        weighed = self._table("products.parquet", ["sku", "quantity_decimals"])
        return CartMaker(
            self.index.currency,
            {id: Customer(id, tags=frozenset(tags)) for id, tags in zip(*customers, strict=True)},
            frozenset(sku for sku, decimals in zip(*weighed, strict=True) if decimals),
            locations,
        )

    def skus(self) -> list[str]:
        """Every product that was sold."""
        return self._table("products.parquet", ["sku"])[0]

    def find(self, order: str, locations: frozenset[str] = frozenset()) -> Cart | None:
        """The cart of one order, or None if the history has nothing of it to price."""
        for partition in self.index.partitions:
            path = self.folder / partition.file
            found = pq.read_table(path, columns=list(CART_COLUMNS), filters=[("order", "=", order)])
            if found.num_rows:
                return self.carts(locations).cart(_columns(found), 0, found.num_rows)
        return None

    def _table(self, file: str, columns: Sequence[str]) -> list[list[Any]]:
        path = self.folder / file
        try:
            table = pq.read_table(path, columns=columns, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise HistoryFault(f"{path}: {_first_line(error)}") from None
        return [table.column(name).to_pylist() for name in columns]


def write_partition(
    folder: Path, name: str, lines: pa.Table, orders_per_group: int = ORDERS_PER_GROUP
) -> Partition:
    """Write a month's lines, sorted by instant, order and line, in row groups of whole orders."""
    file = f"lines/{name}.parquet"
    orders = lines.column("order").to_pylist()
    starts = [i for i, order in enumerate(orders) if not i or order != orders[i - 1]]
    bounds = [*starts[::orders_per_group], len(orders)]
    lines = lines.cast(LINES)
    with pq.ParquetWriter(folder / file, LINES, compression="zstd") as writer:
        for begin, end in pairwise(bounds):
            writer.write_table(lines.slice(begin, end - begin), row_group_size=end - begin)
    full, rest = divmod(len(starts), orders_per_group)
    return Partition(file, len(orders), (orders_per_group,) * full + ((rest,) if rest else ()))


def write_index(folder: Path, index: HistoryIndex) -> None:
    text = msgspec.json.format(msgspec.json.encode(index), indent=2)
    (folder / "history.json").write_bytes(text + b"\n")


@contextmanager
def whole_folder(out: Path, *, force: bool = False) -> Iterator[Path]:
    """A folder to write into that becomes `out` when all is written, or else leaves no trace."""
    if out.exists() and not force:
        raise HistoryFault(f"{out}: exists already; name another, or overwrite it with --force")
    if out.exists() and not (out / "history.json").exists():
        raise HistoryFault(f"{out}: exists and is no history, so it is not overwritten")
    out = out.absolute()
    partial = out.with_name(f".{out.name}.{getpid()}.partial")
    replaced = out.with_name(f".{out.name}.{getpid()}.replaced")
    try:
        partial.mkdir(parents=True)
        yield partial
        if out.exists():
            out.rename(replaced)
        partial.rename(out)
    except OSError as error:
        raise HistoryFault(f"{out}: cannot be written: {_first_line(error)}") from error
    finally:
        if replaced.exists() and not out.exists():
            replaced.rename(out)
        for leftover in (partial, replaced):
            shutil.rmtree(leftover, ignore_errors=True)


def _columns(table: pa.Table) -> Lines:
    at = table.schema.get_field_index("at")
    table = table.set_column(at, "at", table.column("at").cast(pa.int64()))
    return Lines(*(table.column(name).to_pylist() for name in CART_COLUMNS))


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
