"""The command, run in this process."""

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from largesse.cli import app


def run(*arguments: str | Path) -> Result:
    """What the command answers: its exit code, what it prints, what it says of mistakes."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])
