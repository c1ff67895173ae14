"""The server: everything on one port."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from largesse.cli.demo import make, tell
from largesse.cli.records import Database, Schema, open_records, wake
from largesse.cli.stopping import stop

if TYPE_CHECKING:
    from largesse.server.starting import SignIn


def serve(
    database: Database = None,
    schema: Schema = None,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, help="How many processes.")] = 1,
    demo: Annotated[
        bool | None,
        typer.Option(
            "--demo/--no-demo",
            help="On an empty database, make the demo business. Asked in a terminal; else not.",
        ),
    ] = None,
) -> None:
    """Serve the shop, the back office and the API on one port."""
    wake(database, schema)
    from largesse.server.serving import PortTaken, check_port
    from largesse.server.serving import serve as serve_until_stopped

    try:
        check_port(host, port)
    except PortTaken as taken:
        stop(str(taken))
    _check_who_can_reach(host)
    open_records(make=True)
    _check_start()
    sign_ins = _first_run(demo)
    _announce(host, port, sign_ins)
    serve_until_stopped(host, port, workers)


def _check_who_can_reach(host: str) -> None:
    """Other machines are served with a key that is secret only."""
    from django.conf import settings

    if settings.SECRET_KEY == settings.DEVELOPMENT_KEY and not _is_loopback(host):
        stop(
            f"{host} can be reached from other machines, and LARGESSE_SECRET_KEY is not set: anyone "
            "could sign in. Set it, and LARGESSE_HOSTS to the names that the server is reached by."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_start() -> None:
    from largesse.server.starting import found_wanting

    faults, remarks = found_wanting()
    for remark in remarks:
        typer.echo(f"Note: {remark.msg} {remark.hint or ''}".rstrip(), err=True)
    if faults:
        stop("\n".join(f"{fault.msg} {fault.hint or ''}".rstrip() for fault in faults))


def _first_run(demo: bool | None) -> Sequence[SignIn]:
    from largesse.server.starting import first_sign_in, is_empty

    if is_empty():
        if demo is None and sys.stdin.isatty() and sys.stdout.isatty():
            demo = typer.confirm(
                "The database is empty. Fill it with a demo business (a minute)?", default=True
            )
        if demo:
            return make()
    made = first_sign_in()
    return [made] if made else []


def _announce(host: str, port: int, sign_ins: Sequence[SignIn]) -> None:
    shown = f"[{host}]" if ":" in host else host
    shown = "localhost" if host in ("0.0.0.0", "::") else shown
    at = f"http://{shown}:{port}"
    if sign_ins:
        tell(sign_ins)
    typer.echo(f"Shop         {at}/")
    typer.echo(f"Back office  {at}/back-office/")
    typer.echo(f"Rep page     {at}/rep/")
    typer.echo(f"Till         {at}/till/")
    typer.echo(f"API          {at}/docs")
    typer.echo("Stop with Ctrl-C.")
    sys.stdout.flush()
