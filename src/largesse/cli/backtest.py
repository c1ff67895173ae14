"""What a book would have cost: every past order priced against it, on all cores."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from largesse.cli.json_output import AsJson, print_json
from largesse.cli.stopping import needs, stop

if TYPE_CHECKING:
    from rich.table import Table

    from largesse.lab.report import Report, WeekRow

SHOWN_OFFERS = 20


def backtest(
    history: Annotated[Path, typer.Argument(help="A folder that `history import` wrote.")],
    book: Annotated[Path, typer.Argument(help="A file with the offers to try.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for the tables, as CSV and parquet.")
    ] = None,
    orders: Annotated[
        int | None, typer.Option("--orders", min=1, help="Only the first orders.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Cores; all if left out.")
    ] = None,
    on_ray: Annotated[
        bool, typer.Option("--ray", help="On the Ray cluster at RAY_ADDRESS, or one of its own.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Price past orders: what would each offer have cost?

    Everybody is taken to buy what they bought.
    """
    from rich.console import Console

    from largesse.engine.faults import Faults
    from largesse.files import read_document

    with needs("history"):
        from largesse.lab.backtest import run, run_on_ray
        from largesse.lab.history import History, HistoryFault
        from largesse.lab.report import report, write_report
    if out is not None and out.exists() and not out.is_dir():
        stop(f"{out}: is no folder")
    if on_ray:
        with needs("ray"):
            import ray  # noqa: F401
    began = time.perf_counter()
    try:
        past = History.open(history)
        offers = read_document(book).book
        whole = past.index.priced.orders
        with _bar(min(orders or whole, whole)) as done:
            if on_ray:
                tally = run_on_ray(past, offers, orders=orders, done=done)
            else:
                tally = run(past, offers, orders=orders, jobs=jobs, done=done)
        found = report(offers, tally)
        written = write_report(found, out) if out else []
    except HistoryFault as fault:
        stop(str(fault))
    except Faults as faults:
        stop(str(faults))
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}")
    seconds = time.perf_counter() - began
    if as_json:
        print_json(found)
        return
    console = Console()
    for table in (_total_table(found, seconds), _offers_table(found), _weeks_table(found)):
        console.print(table)
    if written:
        typer.echo(f"Written to {out}: {', '.join(path.name for path in written)}")


@contextmanager
def _bar(orders: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("Pricing orders", total=orders)
        yield lambda priced: bars.advance(task, priced)


def _total_table(found: Report, seconds: float) -> Table:
    from rich.table import Table

    total = found.total
    table = Table(title=f"Backtest in {found.currency}", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in {
        "Orders priced": f"{total.orders:,}",
        "Orders touched": f"{total.orders_touched:,}",
        "Shelf value": f"{total.gross:,}",
        "Discount": f"{total.discount:,}",
        "Discount share": _percent(total.rate),
        "Recorded then": f"{total.recorded_discount:,}",
        "Recorded share": _percent(total.recorded_rate),
        "Offers that cost something": f"{sum(row.cost > 0 for row in found.offers):,}",
        "Orders not proven best": f"{total.unproven:,}",
        "Seconds": f"{seconds:.1f}",
    }.items():
        table.add_row(name, value)
    return table


def _offers_table(found: Report) -> Table:
    from rich.table import Table

    shown = found.offers[:SHOWN_OFFERS]
    table = Table(title=f"The {len(shown)} costliest of {len(found.offers):,} offers")
    table.add_column("Offer")
    for heading in ("Cost", "Of discounts", "Orders", "Units"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in shown:
        table.add_row(
            row.title, f"{row.cost:,}", _percent(row.share), f"{row.orders:,}", f"{row.units:,}"
        )
    return table


def _weeks_table(found: Report) -> Table:
    from rich.table import Table

    table = Table(title="By week")
    for heading in ("Week of", "Orders", "Touched", "Shelf value", "Discount", "Share", "Recorded"):
        table.add_column(heading, justify="left" if heading == "Week of" else "right")
    for row in found.weeks:
        table.add_row(str(row.week), *_week_cells(row))
    return table


def _week_cells(row: WeekRow) -> tuple[str, ...]:
    return (
        f"{row.orders:,}",
        f"{row.orders_touched:,}",
        f"{row.gross:,}",
        f"{row.discount:,}",
        _percent(row.rate),
        _percent(row.recorded_rate),
    )


def _percent(rate: Decimal) -> str:
    return f"{rate * 100:.2f} %"
