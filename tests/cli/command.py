"""The command, run in this process."""

from pathlib import Path

from typer.testing import CliRunner, Result

from largesse.cli import app


def run(*arguments: str | Path) -> Result:
    """What the command answers: its exit code, what it prints, what it says of mistakes."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])
