"""Something broke: a database that does not answer is 503 and worth a retry, all else is 500."""

from __future__ import annotations

import sys
from typing import Final

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from largesse.api.calling import RETRY_AFTER_SECONDS, trouble_of
from largesse.api.edge import PREFIX, problem_response
from largesse.pages import errors

PASSES: Final = (
    # SQLSTATE classes: connection, resources, operator intervention, retry, system, locks.
    ("08", "53", "57", "40", "58", "55"),
    # SQLite's sentences.
    ("unable to open", "locked", "busy", "disk", "readonly", "interrupted"),
)

log = structlog.get_logger("largesse.faults")


def broken(request: HttpRequest) -> HttpResponse:
    """The handler500: Django calls it while the exception is being handled."""
    error = sys.exc_info()[1]
    if is_passing(error):
        log.warning("the database does not answer", reason=str(error).strip(), path=request.path)
        drop_dead_connections()
    else:
        log.error("broken", exc_info=error, path=request.path)
    if request.path.startswith(PREFIX) and isinstance(error, Exception):
        return problem_response(trouble_of(error))
    if not is_passing(error):
        return errors.page(request, 500)
    response = errors.page(request, 503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def is_passing(error: BaseException | None) -> bool:
    """Whether the database can't be had just now, rather than was asked for something wrong."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    states, sentences = PASSES
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return str(state).startswith(states)
    if connection.vendor == "sqlite":
        said = str(error).lower()
        return any(sentence in said for sentence in sentences)
    # psycopg has no state where there was no answer at all.
    return isinstance(error, OperationalError)


def drop_dead_connections() -> None:
    """PostgreSQL's pool tries those it has, and replaces those that are dead."""
    pool = getattr(connection, "pool", None)
    if pool is not None:
        pool.check()
