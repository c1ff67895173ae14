"""Commands that work on the records wake the server's settings, or stop and say why."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from largesse.cli.stopping import needs, stop

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="sqlite:///path or postgresql://user:password@host/name; else LARGESSE_DATABASE, "
        "else sqlite:///largesse.sqlite3.",
    ),
]
Schema = Annotated[
    str | None,
    typer.Option(
        "--schema", metavar="NAME", help="On PostgreSQL, the schema that holds the business."
    ),
]
Site = Annotated[
    str,
    typer.Option(
        "--site",
        metavar="URL",
        help="The shop's address, as https://shop.example, before the link.",
    ),
]
FirstDay = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.", metavar="DAY"),
]
LastDay = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.", metavar="DAY"),
]


BY: Final = "command line"
"""Who did it, as records say where nobody is signed in."""


def wake(database: str | None, schema: str | None) -> None:
    """Read the settings, with what the command line says of the database. Stops on a fault."""
    for name, said in (("DATABASE", database), ("SCHEMA", schema)):
        if said is not None:
            os.environ[f"LARGESSE_{name}"] = said
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "largesse.server.settings")
    with needs("server"):
        import django
        from django.core.exceptions import ImproperlyConfigured

        from largesse.server.environment import unknown

        if misspelt := unknown():
            typer.echo(f"These variables mean nothing: {', '.join(misspelt)}", err=True)
        try:
            django.setup()
        except (ValueError, ImproperlyConfigured) as wrong:
            stop(str(wrong))


def open_records(*, make: bool) -> None:
    """Reach the database, and have its tables up to date: made so, or only asked for.

    Stops on a fault.
    """
    from largesse.server.database import Unusable
    from largesse.server.schema import bring_up_to_date, check_up_to_date
    from largesse.server.starting import check_reachable

    try:
        check_reachable()
        if make:
            bring_up_to_date()
        else:
            check_up_to_date()
    except Unusable as unusable:
        stop(str(unusable))


def begin(database: str | None, schema: str | None) -> datetime:
    """Open the records as they are, for a command that does one thing; the instant that it is done at.

    Stops on a fault.
    """
    wake(database, schema)
    open_records(make=False)
    return datetime.now(UTC)
