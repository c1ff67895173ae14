"""Parties from the command line: listed with what they came to, passed on, closed, reported."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from largesse.cli.records import BY, Database, Schema, Site, begin
from largesse.cli.sheet_files import SheetFile, check_name, write_rows
from largesse.cli.stopping import stop

if TYPE_CHECKING:
    from largesse.orders.models import Party

app = typer.Typer(help="Parties, their links, and what they came to.", no_args_is_help=True)


class State(StrEnum):
    """The states of a party."""

    OPEN = "open"
    CLOSED = "closed"
    REWARDED = "rewarded"


Named = Annotated[
    str, typer.Argument(metavar="PARTY", help="The number of a party, or its id, as pty_01j0….")
]


@app.command("list")
def list_(
    state: Annotated[State | None, typer.Option("--state", help="Only those in it.")] = None,
    database: Database = None,
    schema: Schema = None,
) -> None:
    """List parties with what their guests bought, the latest first."""
    begin(database, schema)
    from largesse.business.values import currency
    from largesse.orders.models import Party
    from largesse.orders.parties.totals import party_totals

    rows = Party.objects.select_related("host")
    if state is not None:
        rows = rows.filter(state=state.value)
    money = currency()
    for each in rows.order_by("-held_on", "-id"):
        totals = party_totals(each)
        came_to = f"{totals.orders:,} orders, {money.format(totals.total)} {money.code}"
        typer.echo(
            f"{each.number}  {each.held_on}  {each.title} ({each.host})  {each.state}  {came_to}"
        )


@app.command()
def close(
    party: Named,
    reason: Annotated[str, typer.Option("--reason", help="Why, for its history.")] = "",
    database: Database = None,
    schema: Schema = None,
) -> None:
    """Close an open party: its guests order no more, and its host can be rewarded."""
    at = begin(database, schema)
    from largesse.orders.answers import Deed, Refused
    from largesse.orders.parties import making

    found = _party(party)
    deed = Deed(key=f"command:{uuid4().hex}", body=b"", at=at, actor=BY, reason=reason)
    answer = making.close(found.id, deed).answer
    if isinstance(answer, Refused):
        stop(answer.message)
    typer.echo(f"{answer.number} is {answer.state}.")


@app.command()
def link(party: Named, site: Site = "", database: Database = None, schema: Schema = None) -> None:
    """Print the link that brings guests to a party, to be passed on."""
    at = begin(database, schema)
    from largesse.orders.parties import links

    path = links.ensured_path(_party(party), at=at, by=BY)
    typer.echo(f"{site.rstrip('/')}{path}")


@app.command("new-link")
def new_link(
    party: Named, site: Site = "", database: Database = None, schema: Schema = None
) -> None:
    """Let the link that is out bring nobody any more, and print the new one."""
    at = begin(database, schema)
    from largesse.orders.parties import links

    path = links.renew(_party(party), at=at, by=BY)
    typer.echo(f"{site.rstrip('/')}{path}")


@app.command()
def report(party: Named, out: SheetFile, database: Database = None, schema: Schema = None) -> None:
    """Write a party's guest orders, awards, corrections and retained earnings."""
    check_name(out)
    at = begin(database, schema)
    from largesse.business.values import calendar, currency
    from largesse.orders.parties import sheet
    from largesse.orders.parties.report import report as report_of

    found = report_of(_party(party), at=at)
    money = currency()
    write_rows(out, "Party", sheet.HEAD, sheet.rows(found, money, calendar()))
    came_to = f"{money.format(found.totals.total)} {money.code}"
    typer.echo(f"{found.totals.orders:,} guest orders of {came_to}, in {out}")


def _party(said: str) -> Party:
    """The party of a number or an id. Stops where there is none."""
    from largesse.ids import parse_id
    from largesse.orders.models import Party

    rows = Party.objects.select_related("host", "rep", "location")
    try:
        found = rows.filter(pk=parse_id(Party.prefix, said)).first()
    except ValueError:
        found = rows.filter(number=said).first()
    if found is None:
        stop(f"No party is {said!r}; `largesse parties list` has their numbers.")
    return found
