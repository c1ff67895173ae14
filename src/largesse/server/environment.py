"""What the environment may say: every variable begins with LARGESSE_ and is named here, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

PREFIX: Final = "LARGESSE_"


class Variable(NamedTuple):
    """A variable, what holds without it, and what it means."""

    default: str
    meaning: str


VARIABLES: Final[Mapping[str, Variable]] = {
    "DATABASE": Variable(
        "sqlite:///largesse.sqlite3",
        "Where the records live: `sqlite:///path` or `postgresql://user:password@host/name`.",
    ),
    "SCHEMA": Variable("largesse", "On PostgreSQL, the schema that holds the business."),
    "ENVIRONMENT": Variable(
        "development", "`production` turns on HTTPS, secure cookies and the checks at the start."
    ),
    "SECRET_KEY": Variable("", "Signs sessions and links: 50 random characters or more."),
    "OLD_SECRET_KEYS": Variable(
        "", "Earlier keys, separated by commas: what they signed stays good."
    ),
    "LINK_RETENTION_DAYS": Variable(
        "400", "How long the links of allotments hold after the key that signed them was rotated."
    ),
    "HOSTS": Variable("", "The names that the server answers to, separated by commas."),
    "BEHIND_PROXY": Variable(
        "0",
        "`1` where a proxy in front sets X-Forwarded-Proto and X-Forwarded-For and lets none "
        "through from outside.",
    ),
    "HSTS_SECONDS": Variable(
        "0", "How long browsers are to insist on HTTPS (Strict-Transport-Security)."
    ),
    "DEBUG": Variable("0", "`1` shows tracebacks in the browser. Never in production."),
    "LOG": Variable("", "`json` or `console`; without it JSON in production."),
    "LOG_LEVEL": Variable("", "`debug`, `info`, `warning` or `error`; `info` in production."),
    "MAIL": Variable(
        "",
        "The mail server for notices: `smtp+tls://user:password@host:587`; without it none is sent.",
    ),
    "MAIL_FROM": Variable("largesse@localhost", "The address that mail comes from."),
    "DEMO_PASSWORD": Variable(
        "", "The password that the demo's users share, for tests; random without it."
    ),
}


def said(name: str) -> str:
    """What the environment says of a variable, or its default."""
    return os.environ.get(PREFIX + name) or VARIABLES[name].default


def one_of(name: str, *allowed: str) -> str:
    """What it says, where it is one of these. Raises ValueError, for a guess could be dangerous."""
    word = said(name)
    if word not in allowed:
        raise ValueError(
            f"{PREFIX}{name} is {word!r}; it may be {' or '.join(filter(None, allowed))}"
        )
    return word


def is_on(name: str) -> bool:
    """Whether a variable is `1`. Raises ValueError for anything but 0 and 1."""
    return one_of(name, "0", "1") == "1"


def seconds(name: str) -> int:
    """A whole number, 0 or more. Raises ValueError for anything else."""
    return _whole(name, "seconds")


def days(name: str) -> int:
    """A whole number, 0 or more. Raises ValueError for anything else."""
    return _whole(name, "days")


def _whole(name: str, of: str) -> int:
    if not said(name).isdecimal():
        raise ValueError(f"{PREFIX}{name} is {said(name)!r}; it is a number of {of}")
    return int(said(name))


def listed(name: str) -> list[str]:
    """The words of a variable that commas separate."""
    return [word for word in (part.strip() for part in said(name).split(",")) if word]


def unknown() -> tuple[str, ...]:
    """Variables that begin as ours do and mean nothing: most likely misspelt."""
    return tuple(
        sorted(
            name
            for name in os.environ
            if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in VARIABLES
        )
    )
