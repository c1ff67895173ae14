"""The demo business, to look round in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from largesse.cli.json_output import AsJson, print_json
from largesse.cli.records import Database, Schema, open_records, wake
from largesse.cli.stopping import stop

if TYPE_CHECKING:
    from largesse.server.starting import SignIn

SEED = 1
ORDERS = 1800


def demo(
    database: Database = None,
    schema: Schema = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another business.")] = SEED,
    orders: Annotated[
        int, typer.Option("--orders", min=0, max=100_000, help="How many orders of the past year.")
    ] = ORDERS,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", formats=["%Y-%m-%d"], metavar="DAY", help="When the year ends; else today."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the demo business Alder & Finch in an empty database, with a year of orders."""
    wake(database, schema)
    open_records(make=True)
    from largesse.server.starting import is_empty

    if not is_empty():
        stop(
            "The database has records, and the demo adds nothing to them. Name an empty one with "
            "--database, such as --database sqlite:///demo.sqlite3"
        )
    made = make(seed, orders, until)
    if as_json:
        print_json([who._asdict() for who in made])
    else:
        tell(made)


def make(seed: int = SEED, orders: int = ORDERS, until: datetime | None = None) -> Sequence[SignIn]:
    """Build the business with a bar, and answer who can sign in."""
    from largesse.server.demo import build

    now = datetime.now(UTC) if until is None else until.replace(hour=18, tzinfo=UTC)
    with _bar() as step:
        return build(seed=seed, orders=orders, now=now, step=step)


def tell(sign_ins: Sequence[SignIn]) -> None:
    """Who can sign in, with passwords that are not shown again."""
    typer.echo("Sign in as (shown only this once):")
    for who in sign_ins:
        typer.echo(f"  {who.role:<14} {who.username:<14} {who.password}")


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import Progress, TaskID, TimeElapsedColumn

    with Progress(
        *Progress.get_default_columns()[:2], TimeElapsedColumn(), console=Console(stderr=True)
    ) as bars:
        tasks: dict[str, TaskID] = {}

        def step(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield step
