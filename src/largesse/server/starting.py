"""The steps of a start: the database answers, nothing forbids it, someone can sign in."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.core.checks import ERROR, CheckMessage, run_checks
from django.db import DatabaseError, connection

from largesse.business.models import User
from largesse.catalog.models import Product
from largesse.server.database import Unusable


class SignIn(NamedTuple):
    """A user as it is shown once, when it is made."""

    role: str
    username: str
    password: str


def check_reachable() -> None:
    """Raises Unusable where the database doesn't answer."""
    try:
        _connect()
    except (DatabaseError, OSError) as error:
        where = connection.settings_dict
        name = where["NAME"]
        place = f"{where['HOST']}/{name}" if where["HOST"] else name
        raise Unusable(
            f"The database {place} can't be reached: {_first_line(error)}. "
            "Check --database (or LARGESSE_DATABASE) and that the database runs."
        ) from None


def _connect() -> None:
    if connection.vendor != "postgresql":
        connection.ensure_connection()
        return
    import psycopg

    # Not out of the pool, which tells only that it waited in vain.
    with connection.wrap_database_errors:
        psycopg.connect(**connection.get_connection_params(), connect_timeout=5).close()


def found_wanting() -> tuple[list[CheckMessage], list[CheckMessage]]:
    """The faults that forbid a start, and what is only to be said."""
    found = run_checks(include_deployment_checks=False, databases=["default"])
    return (
        [message for message in found if message.level >= ERROR],
        [message for message in found if message.level < ERROR],
    )


def is_empty() -> bool:
    """Whether nobody has kept any record yet."""
    return not Product.objects.exists()


def first_sign_in() -> SignIn | None:
    """An administrator with a password of chance, where nobody can sign in yet."""
    if get_user_model().objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser("admin", password=password)
    return SignIn("administrator", "admin", password)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else "no answer"
