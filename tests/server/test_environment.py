"""What the environment says is read strictly: a word that means nothing stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from largesse.server.database import database_settings
from largesse.server.environment import VARIABLES, is_on, listed, one_of, seconds, unknown
from tests.words import spec


@spec("QU-45")
def test_production_misspelt_is_not_development(monkeypatch):
    monkeypatch.setenv("LARGESSE_ENVIRONMENT", "prod")

    with pytest.raises(ValueError, match="LARGESSE_ENVIRONMENT is 'prod'; it may be dev"):
        one_of("ENVIRONMENT", "development", "production")


@pytest.mark.parametrize("word", ["yes", "true", "2"])
def test_on_is_1_and_nothing_else(monkeypatch, word):
    monkeypatch.setenv("LARGESSE_DEBUG", word)

    with pytest.raises(ValueError, match="LARGESSE_DEBUG"):
        is_on("DEBUG")


@pytest.mark.parametrize("word", ["-1", "1h", "1.5"])
def test_seconds_are_a_whole_number(monkeypatch, word):
    monkeypatch.setenv("LARGESSE_HSTS_SECONDS", word)

    with pytest.raises(ValueError, match="HSTS_SECONDS"):
        seconds("HSTS_SECONDS")


def test_lists_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("LARGESSE_HOSTS", " a.example, b.example,,")

    assert listed("HOSTS") == ["a.example", "b.example"]


def test_every_variable_is_documented():
    page = (Path(__file__).parents[2] / "docs/how-to/configure.md").read_text("utf-8")

    assert [name for name in VARIABLES if f"| `LARGESSE_{name}` |" not in page] == []


def test_a_variable_that_means_nothing_is_noticed(monkeypatch):
    monkeypatch.setenv("LARGESSE_SECRETKEY", "x")

    assert "LARGESSE_SECRETKEY" in unknown()
    assert not {f"LARGESSE_{name}" for name in VARIABLES} & set(unknown())


@spec("QU-10")
def test_on_postgresql_everything_is_in_the_schema():
    made = database_settings(
        "postgresql://ann:p%40ss@db.example:6432/shop?sslmode=require", "north"
    )

    assert made["OPTIONS"]["options"] == "-c search_path=north"
    assert made["OPTIONS"]["sslmode"] == "require"
    assert (made["USER"], made["PASSWORD"]) == ("ann", "p@ss")
    assert (made["HOST"], made["PORT"], made["NAME"]) == ("db.example", "6432", "shop")


@spec("QU-45")
def test_sqlite_keeps_what_was_committed():
    assert (
        "synchronous=FULL"
        in database_settings("sqlite:///x.sqlite3", "largesse")["OPTIONS"]["init_command"]
    )


@spec("QU-10")
@pytest.mark.parametrize("name", ["", "North", "a b", "a;b", "public -c fsync=off"])
def test_a_schema_has_a_plain_name(name):
    with pytest.raises(ValueError, match="is no schema"):
        database_settings("sqlite:///x.sqlite3", name)


def test_another_database_is_refused_with_what_is_known():
    with pytest.raises(ValueError, match=r"write sqlite:///largesse\.sqlite3 or postgresql://"):
        database_settings("mysql://x", "largesse")
