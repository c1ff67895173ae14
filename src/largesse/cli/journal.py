"""The journal: checked against the orders, and exported."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Verify every entry, balance and count against the orders; exit code 1 if anything differs."""
    begin(database, schema)
    import msgspec

    from largesse.ledger.checking import check as check_ledger
    from largesse.offers.vouchers.checking import check as check_vouchers
    from largesse.orders.checking.orders import check as check_orders

    found = [*check_ledger(), *check_orders(), *check_vouchers()]
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(found), indent=2))
    else:
        for finding in found:
            typer.echo(str(finding))
        typer.echo("The journal and the orders agree." if not found else f"{len(found)} differ.")
    if found:
        raise typer.Exit(1)


@app.command()
def export(
    format: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
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
) -> None:
    """Write the journal's entries to the standard output."""
    first, last = since.date() if since else None, until.date() if until else None
    if first and last and last < first:
        stop(f"--to {last} is before --from {first}")
    begin(database, schema)
    from largesse.ledger import exporting

    write = exporting.to_csv if format is Format.CSV else exporting.to_beancount
    write(sys.stdout, first, last)
