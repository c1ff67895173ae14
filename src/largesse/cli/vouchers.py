"""Vouchers from the command line: made by the million, imported, exported, printed as labels."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from largesse.cli.json_output import AsJson, print_json
from largesse.cli.records import BY, Database, Schema, begin
from largesse.cli.stopping import stop

if TYPE_CHECKING:
    from largesse.api.voucher_books import VoucherBookOut
    from largesse.offers.models import VoucherBook
    from largesse.offers.vouchers.sheet_rows import BadRow

app = typer.Typer(help="Vouchers and their books.", no_args_is_help=True)

Label = Annotated[str, typer.Option("--label", help="What staff call the book.")]
Percent = Annotated[
    str | None, typer.Option("--percent", metavar="12.5", help="The percentage, if it is set now.")
]
LastDay = Annotated[
    datetime | None,
    typer.Option("--last-day", formats=["%Y-%m-%d"], metavar="DAY", help="The last day."),
]
Book = Annotated[
    str, typer.Argument(metavar="BOOK", help="The id of a book, such as vbk_01j0…, or its label.")
]


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong is told, a line a fault."""
    from largesse.engine.faults import Faults

    try:
        yield
    except Faults as wrong:
        stop(str(wrong))


@app.command()
def generate(
    count: Annotated[int, typer.Argument(help="How many numbers.")],
    label: Label = "",
    percent: Percent = None,
    last_day: LastDay = None,
    first: Annotated[
        str | None,
        typer.Option("--first", help="Count up from here, 9 characters; else they are random."),
    ] = None,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Make a book of numbers: DV and 13 random digits each, or counting up from --first."""
    at = begin(database, schema)
    from largesse.engine.money import percent as rate_of
    from largesse.offers.vouchers import books

    try:
        rate = None if percent is None else rate_of(percent.removesuffix("%"))
    except ValueError as wrong:
        stop(f"--percent: {wrong}")
    with _told():
        if first is not None:
            book = books.make_run(
                first, count, at=at, by=BY, label=label, percent=rate, expires=_after(last_day)
            )
        else:
            book = books.begin_random(
                count, at=at, by=BY, label=label, percent=rate, expires=_after(last_day)
            )
            _make(book)
    if as_json:
        print_json(_plain(book))
        return
    typer.echo(f"{book.public_id}  {book}: {book.made:,} numbers, {book.first} to {book.last}")


def _plain(book: VoucherBook) -> VoucherBookOut:
    """A book as the API tells it."""
    from largesse.api.voucher_books import book_out

    return book_out(book)


def _make(book: VoucherBook) -> None:
    """Make the numbers, with a bar where somebody looks."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from largesse.offers.vouchers import books

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=book.count)
        books.make_rest(book, lambda made, _: progress.update(task, completed=made))


def _after(last_day: datetime | None) -> datetime | None:
    """The first instant after a day of the business."""
    if last_day is None:
        return None
    from datetime import timedelta

    from largesse.business.values import calendar

    return calendar().midnight(last_day.date() + timedelta(days=1))


@app.command("import")
def import_(
    sheet: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=".xls, .xlsx or .csv")],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="FIELD=TITLE", help="Which column a field is; repeat it."),
    ] = None,
    label: Label = "",
    bad_rows: Annotated[
        Path | None, typer.Option("--bad-rows", help="Write the rows to mend there, as CSV.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be.")] = False,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Make value vouchers of a sheet's good rows, all or none; exit code 1 if there are bad ones."""
    at = begin(database, schema)
    from largesse.offers.vouchers import importing

    with _told():
        kept = importing.upload(sheet.name, sheet.read_bytes(), at=at, by=BY)
        found = importing.sheet_of(kept)
        said = dict(each.partition("=")[::2] for each in column or [])
        mapping = {**kept.mapping, **said}
        importing.map_columns(kept, mapping, titles=found.titles, at=at)
        checked = importing.check(found, kept.mapping, at=at)
        _tell_bad(checked.bad)
        if bad_rows is not None:
            bad_rows.write_text("".join(importing.bad_rows(found, checked.bad)), "utf-8")
        book = None if dry_run else importing.write(kept, at=at, by=BY, label=label)
        if book is None:
            kept.delete()
    if as_json:
        bad = [{"row": each.row, "reason": each.reason} for each in checked.bad]
        made = None if book is None else _plain(book)
        print_json({"good_rows": len(checked.good), "bad_rows": bad, "voucher_book": made})
    elif book is None:
        typer.echo(f"{len(checked.good):,} rows can be written, {len(checked.bad):,} can't.")
    else:
        typer.echo(f"{book.public_id}  {book}: {book.made:,} vouchers made.")
    if checked.bad:
        raise typer.Exit(1)


def _tell_bad(rows: Sequence[BadRow]) -> None:
    """Say which rows can't be written, the first of them."""
    for bad in rows[:20]:
        typer.echo(f"row {bad.row}: {bad.reason}", err=True)
    if len(rows) > 20:
        typer.echo(f"and {len(rows) - 20:,} more", err=True)


@app.command()
def export(
    book: Book,
    out: Annotated[Path, typer.Argument(dir_okay=False, help="The zip to write.")],
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Write a book's numbers as CSV files of 1,000 in a zip; the book keeps that it was done."""
    at = begin(database, schema)
    from largesse.offers.vouchers import exporting

    with _told():
        found = _book(book)
        pieces = exporting.numbers(found, at=at, by=BY)
    with out.open("wb") as file:
        file.writelines(pieces)
    if as_json:
        print_json({"voucher_book": found.public_id, "count": found.made, "file": str(out)})
    else:
        typer.echo(f"{found.made:,} numbers in {out}")


@app.command()
def labels(
    book: Book,
    out: Annotated[Path, typer.Argument(dir_okay=False, help="The PDF to write.")],
    paper: Annotated[str, typer.Option("--paper", help="The sheet of labels.")] = "l7160",
    first: Annotated[
        str | None, typer.Option("--first", help="The first number; else the book's.")
    ] = None,
    count: Annotated[int | None, typer.Option("--count", help="How many; else all.")] = None,
    skip: Annotated[int, typer.Option("--skip", help="Labels used of the first sheet.")] = 0,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Write labels with barcodes and QR codes as PDF; the book keeps that it was done."""
    at = begin(database, schema)
    from largesse.offers.vouchers import exporting
    from largesse.offers.vouchers.labels import PAPERS
    from largesse.offers.vouchers.stretches import stretch

    if paper not in PAPERS:
        stop(f"--paper: {paper!r} is none of {', '.join(PAPERS)}")
    with _told():
        found = _book(book)
        chosen = stretch(first or found.first, count or (1 if first else found.made))
        if chosen.book.pk != found.pk:
            stop(f"--first: {first} is in another book")
        made = exporting.labels(chosen, PAPERS[paper], skip=skip, at=at, by=BY)
    out.write_bytes(made)
    if as_json:
        print_json({"voucher_book": found.public_id, "count": chosen.size, "file": str(out)})
    else:
        typer.echo(f"{chosen.size:,} labels in {out}")


def _book(said: str) -> VoucherBook:
    """The book of an id or a label. Stops where there is none, or more than one."""
    from largesse.ids import parse_id
    from largesse.offers.models import VoucherBook

    try:
        rows = VoucherBook.objects.filter(pk=parse_id(VoucherBook.prefix, said))
    except ValueError:
        rows = VoucherBook.objects.filter(label=said)
    found = list(rows[:2])
    if len(found) != 1:
        stop(f"{'More than one' if found else 'No'} voucher book is {said!r}; name it by its id.")
    return found[0]
