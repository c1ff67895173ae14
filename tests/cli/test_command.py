"""The command itself: help, exit codes, and an output that is closed early."""

import os
import subprocess
import sys

import pytest

from largesse.cli import app
from tests.cli.command import run

spec = pytest.mark.spec

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
MAIN = [sys.executable, "-c", "from largesse.cli import main; main()"]


@spec("IF-10")
@pytest.mark.parametrize(
    "command", [[], ["price"], ["explain"], ["reprice"], ["schema"], ["backtest"], ["history"]]
)
def test_help_says_what_a_command_does(command):
    answer = run(*command, "--help")

    assert answer.exit_code == 0
    assert "Usage:" in answer.output


@spec("IF-10")
def test_every_command_has_one_line_of_help():
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__doc__, command.name


@spec("IF-10")
@pytest.mark.parametrize("wrong", [["prize"], ["price", "--jason", "x"], ["price", "a", "b"]])
def test_a_mistake_on_the_command_line_is_exit_code_2(wrong):
    assert run(*wrong).exit_code == 2


@spec("IF-10")
def test_an_output_that_is_closed_early_is_no_fault(shop):
    answer = subprocess.run(
        ["sh", "-c", '"$@" | head -n 1', "sh", *MAIN, "schema"],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT,
    )

    assert answer.stdout == "{\n"
    assert "Traceback" not in answer.stderr
    assert "Broken pipe" not in answer.stderr


@spec("QU-7", "IF-10")
def test_help_loads_nothing_that_takes_long():
    """The figure itself is measured under bench/; here is what would spoil it."""
    answer = subprocess.run(
        [sys.executable, "-c",
         "import sys\nsys.argv = ['largesse', '--help']\nfrom largesse.cli import main\n"
         "try: main()\nexcept SystemExit: pass\n"
         "print({'duckdb', 'pyarrow', 'numpy', 'yaml', 'rich'} & set(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )  # fmt: skip

    assert answer.stdout.splitlines()[-1] == "set()"
