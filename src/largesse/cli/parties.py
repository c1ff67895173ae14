"""Parties from the command line: listed with what they came to, passed on, closed, reported."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from largesse.cli.json_output import AsJson, print_json, with_fields
from largesse.cli.records import BY, Database, Schema, Site, begin
from largesse.cli.sheet_files import SheetFile, check_name, write_rows
from largesse.cli.stopping import stop

if TYPE_CHECKING:
    from largesse.engine.money import Currency
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
    as_json: AsJson = False,
) -> None:
    """List parties with what their guests bought, the latest first."""
    begin(database, schema)
    from largesse.business.values import currency
    from largesse.orders.models import Party
    from largesse.orders.parties.totals import party_totals

    rows = Party.objects.select_related("host", "rep", "location", "booked_at")
    if state is not None:
        rows = rows.filter(state=state.value)
    money = currency()
    found = list(rows.order_by("-held_on", "-id"))
    if as_json:
        print_json(_plain(found, money))
        return
    for each in found:
        totals = party_totals(each)
        came_to = f"{totals.orders:,} orders, {money.format(totals.total)} {money.code}"
        typer.echo(
            f"{each.number}  {each.held_on}  {each.title} ({each.host})  {each.state}  {came_to}"
        )


def _plain(parties: Sequence[Party], money: Currency) -> list[dict[str, Any]]:
    """Parties as the API tells them, each with its totals; of links only the path."""
    from largesse.api.party_shapes import party_out, totals_out
    from largesse.orders.parties.links import paths_of
    from largesse.orders.parties.totals import party_totals

    paths = paths_of(parties)
    return [
        with_fields(
            party_out(each, paths.get(each.pk)),
            totals=totals_out(each.number, party_totals(each), money),
        )
        for each in parties
    ]


@app.command()
def close(
    party: Named,
    reason: Annotated[str, typer.Option("--reason", help="Why, for its history.")] = "",
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
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
    if as_json:
        from largesse.api.parties import done_out

        print_json(done_out(answer))
    else:
        typer.echo(f"{answer.number} is {answer.state}.")


@app.command()
def link(
    party: Named,
    site: Site = "",
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Print the link that brings guests to a party, to be passed on."""
    at = begin(database, schema)
    from largesse.orders.parties import links

    found = _party(party)
    _tell_link(found, site, links.ensured_path(found, at=at, by=BY), as_json=as_json)


@app.command("new-link")
def new_link(
    party: Named,
    site: Site = "",
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Let the link that is out bring nobody any more, and print the new one."""
    at = begin(database, schema)
    from largesse.orders.parties import links

    found = _party(party)
    _tell_link(found, site, links.renew(found, at=at, by=BY), as_json=as_json)


def _tell_link(party: Party, site: str, path: str, *, as_json: bool) -> None:
    url = f"{site.rstrip('/')}{path}"
    if as_json:
        from largesse.api.party_shapes import PartyLinkOut

        print_json(PartyLinkOut(party=party.number, path=path, url=url))
    else:
        typer.echo(url)


@app.command()
def report(
    party: Named,
    out: SheetFile = None,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Write a party's guest orders, awards, corrections and retained earnings."""
    check_name(out, as_json=as_json)
    at = begin(database, schema)
    from largesse.business.values import calendar, currency
    from largesse.orders.parties import sheet
    from largesse.orders.parties.report import report as report_of

    found = report_of(_party(party), at=at)
    money = currency()
    if out is not None:
        write_rows(out, "Party", sheet.HEAD, sheet.rows(found, money, calendar()))
        came_to = f"{money.format(found.totals.total)} {money.code}"
        typer.echo(f"{found.totals.orders:,} guest orders of {came_to}, in {out}", err=as_json)
    if as_json:
        from largesse.api.party_report import report_out
        from largesse.orders.parties.links import path_of

        print_json(report_out(found, money, path_of(found.party)))


def _party(said: str) -> Party:
    """The party of a number or an id. Stops where there is none."""
    from largesse.ids import parse_id
    from largesse.orders.models import Party

    rows = Party.objects.select_related("host", "rep", "location", "booked_at")
    try:
        found = rows.filter(pk=parse_id(Party.prefix, said)).first()
    except ValueError:
        found = rows.filter(number=said).first()
    if found is None:
        stop(f"No party is {said!r}; `largesse parties list` has their numbers.")
    return found
