"""Rows are written to a file as CSV or as a workbook, as its name says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from largesse.cli.stopping import stop

if TYPE_CHECKING:
    from largesse.sheets.writing import Row

SheetFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[OUT]",
        dir_okay=False,
        help="The .csv or .xlsx to write; with --json it may be left out.",
    ),
]


def check_name(file: Path | None, *, as_json: bool) -> None:
    """Stops where the name of a file doesn't say how it is written, or nothing says what to make."""
    if file is None:
        if not as_json:
            stop("Name the .csv or .xlsx to write as OUT, or ask for --json.")
    elif file.suffix.lower() not in (".csv", ".xlsx"):
        stop(f"{file} is written as .csv or .xlsx; call it so.")


def write_rows(file: Path, title: str, head: Iterable[str], rows: Iterable[Row]) -> None:
    """Write rows to a file whose name was checked."""
    from largesse.sheets.writing import csv_lines, xlsx

    if file.suffix.lower() == ".csv":
        file.write_text("".join(csv_lines(head, rows)), "utf-8", newline="")
    else:
        file.write_bytes(xlsx(title, head, rows))
