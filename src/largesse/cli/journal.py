"""The journal: checked against the orders, and exported."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from largesse.cli.json_output import AsJson, print_json, print_json_rows, with_fields
from largesse.cli.records import Database, Schema, begin
from largesse.cli.stopping import stop

app = typer.Typer(help="The double-entry journal.", no_args_is_help=True)


class Format(StrEnum):
    """What an export is written in."""

    CSV = "csv"
    BEANCOUNT = "beancount"


@app.command()
def check(
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Verify every entry, balance and count against the orders; exit code 1 if anything differs."""
    begin(database, schema)
    from largesse.ledger.checking import check as check_ledger
    from largesse.offers.vouchers.checking import check as check_vouchers
    from largesse.orders.checking.orders import check as check_orders

    found = [*check_ledger(), *check_orders(), *check_vouchers()]
    if as_json:
        print_json(found)
    else:
        for finding in found:
            typer.echo(str(finding))
        typer.echo("The journal and the orders agree." if not found else f"{len(found)} differ.")
    if found:
        raise typer.Exit(1)


@app.command()
def export(
    format: Annotated[
        Format | None, typer.Option("--format", help="What to write; else CSV.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.", metavar="DAY"),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.", metavar="DAY"),
    ] = None,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Write the journal's entries to the standard output."""
    if as_json and format is not None:
        stop(f"--json and --format {format} can't both be; leave one out")
    first, last = since.date() if since else None, until.date() if until else None
    if first and last and last < first:
        stop(f"--to {last} is before --from {first}")
    begin(database, schema)
    if as_json:
        print_json_rows(_entries(first, last))
        return
    from largesse.ledger import exporting

    write = exporting.to_beancount if format is Format.BEANCOUNT else exporting.to_csv
    write(sys.stdout, first, last)


def _entries(first: date | None, last: date | None) -> Iterator[dict[str, Any]]:
    """The entries as the API tells them, each with who caused it and why, in the order of booking."""
    from largesse.api.journal import entry_out
    from largesse.ledger.models import Transfer

    rows = Transfer.objects.select_related("event", "source", "target").defer("event__answer")
    if first is not None:
        rows = rows.filter(day__gte=first)
    if last is not None:
        rows = rows.filter(day__lt=last + timedelta(days=1))
    for each in rows.order_by("day", "event__at", "event_id", "id").iterator():
        yield with_fields(entry_out(each), actor=each.event.actor, reason=each.event.reason)
