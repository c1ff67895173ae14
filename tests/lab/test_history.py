"""A history is read in chunks of whole orders, and says plainly what is wrong with it."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from largesse.engine.cart import CartLine, Customer
from largesse.lab.history import Chunk, History, HistoryFault, whole_folder
from tests.lab.shop import line, write_history

LINES = [
    line("a", "2017-01-02T10:00:00-05:00", "soup", 1, 100),
    line("a", "2017-01-02T10:00:00-05:00", "cake", 2, 200, number=2),
    line("b", "2017-01-02T11:00:00-05:00", "soup", 1, 100),
    line("c", "2017-01-02T11:00:00-05:00", "soup", 3, 300),
    line("c", "2017-01-02T11:00:00-05:00", "cake", 1, 100, number=2),
]


def orders_in(history: History, chunks: list[Chunk]) -> list[list[str]]:
    found = []
    for chunk in chunks:
        lines = history.read(chunk)
        found.append([lines.order[begin] for begin, _ in lines.spans()])
    return found


@pytest.mark.spec("BE-22")
@pytest.mark.parametrize(
    ("size", "chunks"),
    [(1, [["a"], ["b"], ["c"]]), (2, [["a", "b"], ["c"]]), (9, [["a", "b", "c"]])],
)
def test_a_row_group_holds_whole_orders(tmp_path, size, chunks):
    history = write_history(tmp_path / "history", LINES, orders_per_group=size)

    assert orders_in(history, list(history.chunks())) == chunks


@pytest.mark.parametrize(
    ("orders", "chunks"), [(1, [["a"]]), (2, [["a", "b"]]), (3, [["a", "b"], ["c"]])]
)
def test_the_first_orders_are_the_first_in_time(tmp_path, orders, chunks):
    history = write_history(tmp_path / "history", LINES, orders_per_group=2)

    assert orders_in(history, list(history.chunks(orders))) == chunks


def test_a_recorded_order_becomes_a_cart(tmp_path):
    history = write_history(tmp_path / "history", LINES, tags={"ann": ["gold"]})
    cart = history.find("c")

    assert cart is not None
    assert (cart.id, cart.currency, cart.location) == ("c", "USD", None)
    assert cart.at == datetime(2017, 1, 2, 16, tzinfo=UTC)
    assert cart.lines == (
        CartLine("1", "soup", 3, gross=300),
        CartLine("2", "cake", 1, gross=100),
    )
    assert cart.customer is not None
    assert cart.customer == Customer("ann", tags=frozenset({"gold"}))
    assert history.find("c", frozenset({"330"})).location == "330"  # type: ignore[union-attr]
    assert history.find("nothing of this name") is None


def test_a_partition_whose_row_groups_cut_orders_is_refused(tmp_path):
    history = write_history(tmp_path / "history", LINES)
    path = history.folder / history.index.partitions[0].file
    pq.write_table(pq.read_table(path), path, row_group_size=1)

    with pytest.raises(HistoryFault, match="row group 0 holds 1 orders and should hold 3"):
        history.read(next(history.chunks()))


def test_a_partition_that_is_missing_is_named(tmp_path):
    history = write_history(tmp_path / "history", LINES)
    (history.folder / history.index.partitions[0].file).unlink()

    with pytest.raises(HistoryFault, match=r"2017-01\.parquet"):
        history.read(next(history.chunks()))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "is no history"),
        ("{", r"history\.json"),
        ('{"format": 1}', "missing required field `source`"),
    ],
)
def test_what_is_no_history_is_refused(tmp_path, content, fault):
    if content is not None:
        (tmp_path / "history.json").write_text(content)

    with pytest.raises(HistoryFault, match=fault):
        History.open(tmp_path)


def test_a_format_of_the_future_is_refused(tmp_path):
    history = write_history(tmp_path / "history", LINES)
    path = history.folder / "history.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))

    with pytest.raises(HistoryFault, match="format 2 is not known"):
        History.open(history.folder)


def test_a_folder_is_there_whole_or_not_at_all(tmp_path):
    out = tmp_path / "deep" / "out"

    def write_half(folder: Path) -> None:
        (folder / "half").write_text("written")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), whole_folder(out) as folder:
        write_half(folder)
    assert list(out.parent.iterdir()) == []
