"""The commands of the lab: tables for people, JSON for programs, one line for what is wrong."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from largesse.cli import app
from largesse.lab import complete_journey
from tests.lab.shop import line, write_history, write_source

LINES = [
    line("a", "2017-01-02T10:00:00-05:00", "soup", 4, 420),
    line("b", "2017-01-03T10:00:00-05:00", "cake", 3, 600, customer="bob"),
]
BOOK = {
    "format": 1,
    "currency": "USD",
    "time_zone": "America/New_York",
    "products": [{"sku": "soup", "price": "1.00"}, {"sku": "cake", "price": "2.00"}],
    "promotions": [
        {"code": "TEN", "actions": [{"kind": "discount_order_line", "percent": "10"}]},
    ],
}


@pytest.fixture
def source(tmp_path: Path, monkeypatch) -> Path:
    folder = write_source(tmp_path / "source")
    monkeypatch.setattr(complete_journey, "find_source", lambda: folder)
    return folder


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return write_history(tmp_path / "history", LINES, orders_per_group=1).folder


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.json"
    path.write_text(json.dumps(BOOK))
    return path


def ran(*arguments: object, code: int = 0) -> tuple[str, str]:
    """What a command printed as its answer, and beside it."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


@pytest.mark.spec("QU-4")
def test_an_import_ends_with_its_reconciliation_and_oddities(source, tmp_path):
    answer, _ = ran("history", "import", "complete-journey", tmp_path / "out")

    for word in ("Reconciliation", "retail discount", "28.20", "28.10", "0.10", "quantity 0"):
        assert word in answer


@pytest.mark.spec("QU-4")
def test_an_import_prints_json(source, tmp_path):
    answer, _ = ran("history", "import", "complete-journey", tmp_path / "out", "--json")
    found = json.loads(answer)

    assert found["reconciliation"][-1] == {
        "name": "sales", "source": "28.20", "lines": "28.10", "quantity_zero": "0.10",
        "difference": "0.00",
    }  # fmt: skip
    assert found["oddities"]["quantity_zero"] == 2


def test_an_import_onto_something_is_refused_in_one_line(source, tmp_path):
    (tmp_path / "out").mkdir()
    answer, said = ran("history", "import", "complete-journey", tmp_path / "out", code=2)

    assert answer == ""
    assert said.splitlines()[-1].endswith(
        "out: exists already; name another, or overwrite it with --force"
    )


@pytest.mark.spec("BE-21")
def test_a_backtest_shows_what_it_found_and_writes_its_tables(history, book, tmp_path):
    answer, _ = ran("backtest", history, book, "--out", tmp_path / "out", "--jobs", 2)

    for word in ("Orders priced", "10.20", "1.02", "10.00 %", "2017-01-02"):
        assert word in answer
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "backtest.json",
        "offer_weeks.csv", "offer_weeks.parquet", "offers.csv", "offers.parquet",
        "weeks.csv", "weeks.parquet",
    ]  # fmt: skip


@pytest.mark.spec("BE-21")
def test_a_backtest_prints_json(history, book):
    answer, _ = ran("backtest", history, book, "--json")
    found = json.loads(answer)

    assert (found["total"]["gross"], found["total"]["discount"]) == ("10.20", "1.02")
    assert [(row["offer"], row["cost"]) for row in found["offers"]] == [("TEN", "1.02")]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda history, book: (history / "history.json").unlink(), "is no history"),
        (lambda history, book: book.unlink(), "No such file"),
        (lambda history, book: book.write_text("{}"), "format"),
        (
            lambda history, book: book.write_text(json.dumps(BOOK | {"currency": "EUR"})),
            "the history is in USD and the book in EUR",
        ),
    ],
)
def test_a_backtest_of_bad_files_says_so_and_writes_nothing(history, book, tmp_path, spoil, fault):
    spoil(history, book)
    answer, said = ran("backtest", history, book, "--out", tmp_path / "out", code=2)

    assert answer == ""
    assert fault in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("package", "arguments", "extra"),
    [
        ("duckdb", ("history", "import", "complete-journey", "out"), "history"),
        ("pyarrow", ("backtest", "history", "book.json"), "history"),
        ("ray", ("backtest", "history", "book.json", "--ray"), "ray"),
    ],
)
def test_a_package_that_is_missing_is_named_in_one_line(monkeypatch, package, arguments, extra):
    for module in list(sys.modules):
        if module.startswith("largesse.lab"):
            monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)

    answer, said = ran(*arguments, code=2)
    assert answer == ""
    assert said == f"{package} is not installed; get it with: pip install 'largesse[{extra}]'\n"
