"""The command `largesse`: the server, and pricing from files."""

from __future__ import annotations

import sys

import typer

from largesse.cli import (
    allotments,
    backtest,
    credit,
    demo,
    history,
    journal,
    parties,
    pricing,
    schema,
    serve,
    vouchers,
)

app = typer.Typer(
    help="Decide every discount, explain it line by line, account for it to the cent.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("price")(pricing.price)
app.command("explain")(pricing.explain)
app.command("reprice")(pricing.reprice)
app.command("schema")(schema.schema)
app.add_typer(history.app, name="history")
app.command("backtest")(backtest.backtest)
app.add_typer(journal.app, name="journal")
app.add_typer(vouchers.app, name="vouchers")
app.add_typer(allotments.app, name="allotments")
app.add_typer(parties.app, name="parties")
app.add_typer(credit.app, name="credit")


def main() -> None:
    """Run the command; an output that is closed early, as by `head`, is no fault."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
