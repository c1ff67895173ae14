"""How a command stops when it can't go on: a line a fault, and exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer


def stop(message: str) -> NoReturn:
    """Say what is wrong, a line a fault, and leave with exit code 2."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Where a package of an extra is imported: without it, one line says how to get it."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "largesse":
            raise
        stop(f"{error.name} is not installed; get it with: pip install 'largesse[{extra}]'")
