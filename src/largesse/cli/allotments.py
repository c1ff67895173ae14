"""Allotments from the command line: listed, their links passed on and revoked, their use reported."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from largesse.cli.json_output import AsJson, print_json
from largesse.cli.records import BY, Database, FirstDay, LastDay, Schema, Site, begin
from largesse.cli.sheet_files import SheetFile, check_name, write_rows
from largesse.cli.stopping import stop

if TYPE_CHECKING:
    from largesse.crm.models import Organization
    from largesse.offers.models import Allotment

app = typer.Typer(help="Allotments of organizations, and their links.", no_args_is_help=True)


class Step(StrEnum):
    """What a report is divided into."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_PERIODS: Final = {Step.MONTH: "calendar_month", Step.YEAR: "calendar_year"}

Named = Annotated[
    str,
    typer.Argument(metavar="ALLOTMENT", help="The code of an allotment, or its id, as alt_01j0…."),
]
OfOrganization = Annotated[
    str | None, typer.Option("--organization", metavar="CODE", help="Only those of this one.")
]


@app.command("list")
def list_(
    organization: OfOrganization = None,
    closed: Annotated[bool, typer.Option("--closed", help="Closed ones too.")] = False,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """List allotments with what is left of them, by organization and title."""
    begin(database, schema)
    from largesse.offers.allotments import units_of_all
    from largesse.offers.models import Allotment

    rows = Allotment.objects.select_related("organization", "product", "product_group")
    owner = _organization(organization)
    if owner is not None:
        rows = rows.filter(organization=owner)
    if not closed:
        rows = rows.filter(closed=False)
    found = list(rows.order_by("organization__name", "title", "code"))
    if as_json:
        from largesse.api.allotments import allotments_out

        print_json(allotments_out(found))
        return
    units = units_of_all(found)
    for each in found:
        left, granted = units[each.code].left, units[each.code].granted
        ended = "  closed" if each.closed else ""
        what = f"{each.organization}: {each.title} ({each.product.sku})"
        typer.echo(f"{each.code}  {what}  {left:,} of {granted:,} left{ended}")


@app.command()
def link(
    allotment: Named,
    site: Site = "",
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Print the link of an allotment, to be passed on."""
    at = begin(database, schema)
    from largesse.offers import allotment_links

    found = _allotment(allotment)
    path = allotment_links.ensured_path(found, at=at, by=BY)
    _tell_link(found, site, path, as_json=as_json)


@app.command()
def revoke(
    allotment: Named,
    site: Site = "",
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Let the link that is out give nothing any more, and print the new one."""
    at = begin(database, schema)
    from largesse.offers import allotment_links

    found = _allotment(allotment)
    path = allotment_links.revoke(found, at=at, by=BY)
    _tell_link(found, site, path, as_json=as_json)


def _tell_link(allotment: Allotment, site: str, path: str, *, as_json: bool) -> None:
    url = f"{site.rstrip('/')}{path}"
    if as_json:
        from largesse.api.allotment_links import AllotmentLinkOut

        print_json(AllotmentLinkOut(allotment=allotment.public_id, path=path, url=url))
    else:
        typer.echo(url)


@app.command("rotate-keys")
def rotate_keys(database: Database = None, schema: Schema = None, as_json: AsJson = False) -> None:
    """Sign links with a new key; those that are out hold for the retention time."""
    at = begin(database, schema)
    from django.conf import settings

    from largesse.business.values import calendar
    from largesse.offers import link_keys

    link_keys.rotate(at=at, by=BY)
    ends = at + settings.LINK_RETENTION
    if as_json:
        print_json({"links_that_are_out_end": ends})
        return
    until = calendar().day_of(ends)
    typer.echo(f"Links are signed by a new key. Those that are out hold until {until}.")


@app.command()
def report(
    out: SheetFile = None,
    since: FirstDay = None,
    until: LastDay = None,
    organization: OfOrganization = None,
    product: Annotated[
        str | None, typer.Option("--product", metavar="SKU", help="Only of this product.")
    ] = None,
    each: Annotated[
        Step | None, typer.Option("--each", help="A row for each part of the time.")
    ] = None,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Write what organizations used of their allotments, by product, with the sums."""
    check_name(out, as_json=as_json)
    first, last = since.date() if since else None, until.date() if until else None
    if first and last and last < first:
        stop(f"--to {last} is before --from {first}")
    begin(database, schema)
    from largesse.business.values import currency
    from largesse.catalog.models import Product
    from largesse.engine.window import Period
    from largesse.orders.allotment_uses.report import HEAD, sheet_rows, usage

    sold = None if product is None else Product.objects.filter(sku=product).first()
    if product is not None and sold is None:
        stop(f"--product: {product!r} is no product")
    found = usage(
        organization=_organization(organization),
        product=sold,
        since=first,
        until=None if last is None else last + timedelta(days=1),
        step=None if each is None else Period(_PERIODS.get(each, each.value)),
    )
    if out is not None:
        write_rows(out, "Allotments", HEAD, sheet_rows(found, currency()))
        figures = found.figures
        typer.echo(f"{figures.used:,} used, {figures.returned:,} returned, in {out}", err=as_json)
    if as_json:
        from largesse.api.allotment_uses import usage_out

        print_json(usage_out(found, currency().code))


def _allotment(said: str) -> Allotment:
    """The allotment of a code or an id. Stops where there is none."""
    from largesse.ids import parse_id
    from largesse.offers.models import Allotment

    rows = Allotment.objects.select_related("product")
    try:
        found = rows.filter(pk=parse_id(Allotment.prefix, said)).first()
    except ValueError:
        found = rows.filter(code=said).first()
    if found is None:
        stop(f"No allotment is {said!r}; `largesse allotments list` has their codes.")
    return found


def _organization(code: str | None) -> Organization | None:
    """The organization of a code, where one is named. Stops where there is none."""
    from largesse.crm.models import Organization

    if code is None:
        return None
    found = Organization.objects.filter(code=code).first()
    if found is None:
        stop(f"--organization: {code!r} is no organization")
    return found
