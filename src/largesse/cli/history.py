"""Past orders: what a shop recorded becomes a history that backtests read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from largesse.cli.json_output import AsJson, print_json
from largesse.cli.stopping import needs, stop

if TYPE_CHECKING:
    from rich.console import RenderableType

    from largesse.engine.money import Currency
    from largesse.lab.complete_journey import Import
    from largesse.lab.complete_journey import Progress as Step

app = typer.Typer(help="Past orders to price again.", no_args_is_help=True)
imports = typer.Typer(help="Turn what was recorded elsewhere into a history.", no_args_is_help=True)
app.add_typer(imports, name="import")

AMOUNTS = ("gross", "retail_discount", "coupon_discount", "coupon_match", "sales")

ODDITY_TITLES = {
    "quantity_zero": "quantity 0: can't be priced, kept apart with their amounts",
    "no_sale": "sold for 0.00: kept",
    "coupon_above_sale": "coupon larger than the sale: kept",
    "unknown_product": "product not in the table of products: kept, or apart if quantity 0",
    "in_thousandths": "fuel recorded in thousandths: taken as weighed",
}


@imports.command("complete-journey")
def complete_journey(
    out: Annotated[Path, typer.Argument(help="The folder to write.", metavar="OUT")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite a history.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import The Complete Journey: 155,848 real baskets of 2017, with their discounts.

    The files that were written are checked against the source to the cent.
    """
    from rich.console import Console

    with needs("history"):
        from largesse.lab.complete_journey import find_source, import_complete_journey
        from largesse.lab.history import HistoryFault

        source = find_source()
    try:
        with _steps() as step:
            imported = import_complete_journey(source, out, force=force, progress=step)
    except HistoryFault as fault:
        stop(str(fault))
    if as_json:
        print_json(_plain(imported))
        return
    for table in _tables(imported):
        Console().print(table)
    typer.echo(f"Written to {out}; its figures equal the source's.")


@contextmanager
def _steps() -> Iterator[Step]:
    """A bar for each step, as it comes."""
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


def _tables(imported: Import) -> Iterator[RenderableType]:
    from rich.table import Table

    from largesse.engine.money import Currency

    currency = Currency.of(imported.index.currency)
    table = Table(title="Reconciliation")
    for heading in ("", "Source", "Order lines", "Quantity 0", "Difference"):
        table.add_column(heading, justify="right" if heading else "left")
    for figure in imported.reconciliation:
        row = (figure.source, figure.lines, figure.oddities, figure.difference)
        name = figure.name.replace("_", " ")
        table.add_row(name, *(_shown(figure.name, value, currency) for value in row))
    yield table
    table = Table(title="Oddities (oddities.parquet lists them all)")
    table.add_column("Lines", justify="right")
    table.add_column("What")
    for kind, count in imported.index.oddities.items():
        table.add_row(f"{count:,}", ODDITY_TITLES.get(kind, kind))
    yield table


def _shown(name: str, value: int, currency: Currency) -> str:
    if name not in AMOUNTS:
        return f"{value:,}"
    whole, _, cents = currency.format(value).partition(".")
    return f"{int(whole):,}.{cents}"


def _plain(imported: Import) -> dict[str, Any]:
    """The reconciliation and the oddities; amounts are decimals of the currency."""
    from largesse.engine.money import Currency

    currency = Currency.of(imported.index.currency)

    def told(name: str, value: int) -> int | str:
        return currency.format(value) if name in AMOUNTS else value

    return {
        "currency": currency.code,
        "reconciliation": [
            {
                "name": figure.name,
                "source": told(figure.name, figure.source),
                "lines": told(figure.name, figure.lines),
                "quantity_zero": told(figure.name, figure.oddities),
                "difference": told(figure.name, figure.difference),
            }
            for figure in imported.reconciliation
        ],
        "oddities": imported.index.oddities,
    }
