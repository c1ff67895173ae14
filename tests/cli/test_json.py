"""Every command that answers something answers it as JSON too, and nothing else beside it (IF-10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest
from django.contrib.auth import get_user_model
from typer.main import get_command

from largesse.cli import app
from largesse.cli.json_output import only, print_json, print_json_rows
from tests.cli.command import run
from tests.databases import committed_database
from tests.words import spec

__all__ = ["committed_database"]

ANSWERS_NOTHING = {
    "serve": "runs until it is stopped; programs read the answers of the server that it is",
}
"""The commands without --json, each with the reason."""


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Each command that does something, however deep, with its options."""
    below = getattr(command, "commands", None)
    if below is None:
        options = {name for each in getattr(command, "params", ()) for name in each.opts}
        yield " ".join(path), options
        return
    for name, each in below.items():
        yield from commands(each, (*path, name))


COMMANDS = dict(commands(get_command(app)))


@spec("IF-10")
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_answers_something_answers_it_as_json(command: str):
    assert ("--json" in COMMANDS[command]) != (command in ANSWERS_NOTHING)


@spec("IF-10")
def test_the_walk_reaches_commands_at_every_depth():
    assert {"price", "credit give", "history import complete-journey"} < set(COMMANDS)
    assert set(ANSWERS_NOTHING) < set(COMMANDS)


@spec("IF-10")
def test_amounts_are_exact_and_instants_have_their_zone(capsys: pytest.CaptureFixture[str]):
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    print_json({"amount": Decimal("0.10"), "at": at, "name": "Café", "raw": msgspec.Raw(b"[1]")})

    told = capsys.readouterr().out
    assert "Café" in told
    assert json.loads(told) == {
        "amount": "0.10",
        "at": "2026-06-01T12:00:00Z",
        "name": "Café",
        "raw": [1],
    }


@pytest.mark.parametrize("values", [[], [{"n": 1}], [{"n": 1}, {"n": 2}, {"n": 3}]])
def test_rows_that_come_one_by_one_are_one_document(
    values: list[dict[str, int]], capsys: pytest.CaptureFixture[str]
):
    print_json_rows(iter(values))

    told = capsys.readouterr().out
    assert json.loads(told) == values
    assert told.endswith("]\n")


def test_what_there_is_one_of_is_told_by_itself():
    assert (only(["a"]), only(["a", "b"]), only([])) == ("a", ["a", "b"], [])


@spec("IF-10")
def test_the_schema_is_json_in_any_case():
    assert run("schema", "--json").stdout == run("schema").stdout


@pytest.mark.django_db(transaction=True)
@spec("IF-10")
def test_the_demo_tells_who_can_sign_in(committed_database: None):
    told = run("demo", "--orders", "0", "--until", "2026-11-21", "--json")

    assert told.exit_code == 0, told.stderr
    users = {user.get_username(): user for user in get_user_model().objects.all()}
    for sign_in in json.loads(told.stdout):
        assert set(sign_in) == {"role", "username", "password"}
        assert users[sign_in["username"]].check_password(sign_in["password"])
    assert json.loads(told.stdout)[0]["role"] == "administrator"


@spec("IF-10")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [
        ("price", "none.yaml"),
        ("explain", "none.yaml", "TEN"),
        ("reprice", "none.json", "none.yaml"),
        ("journal", "export", "--format", "csv"),
        ("allotments", "link", "none"),
        ("allotments", "report", "use.txt"),
        ("parties", "close", "none"),
        ("parties", "report", "none"),
        ("credit", "statement", "none"),
        ("credit", "give", "none", "1.00", "--reason", "A late parcel"),
        ("vouchers", "export", "none", "out.zip"),
        ("vouchers", "generate", "0"),
    ],
    ids=" ".join,
)
def test_with_json_too_a_mistake_is_one_line_beside_the_answer(command: tuple[str, ...]):
    told = run(*command, "--json")

    assert (told.exit_code, told.stdout) == (2, "")
    assert len(told.stderr.splitlines()) == 1
