"""What all requests have in common: a key, a limit, a request id, and how faults are told."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from django.core.exceptions import RequestDataTooBig

from largesse.api.keys import Caller, caller_of
from largesse.api.problems import Trouble, invalid
from largesse.api.scopes import Scope
from largesse.engine.faults import Faults
from largesse.ids import uuid7
from largesse.outages import RETRY_AFTER_SECONDS, drop_dead_connections, is_passing

log: Final = logging.getLogger(__name__)

_GIVEN_ID = re.compile(r"[\x21-\x7e]{1,100}")


def request_id(given: str | None) -> str:
    """The client's own request id, if it sent a usable one; else a new one."""
    if given and _GIVEN_ID.fullmatch(given):
        return given
    return f"req_{uuid7().hex}"


def now() -> datetime:
    """The instant of a request."""
    return datetime.now(UTC)


def authenticated(authorization: str | None, at: datetime) -> Caller:
    """Who calls. Raises `Trouble` for a missing, unknown or revoked key."""
    kind, _, secret = (authorization or "").partition(" ")
    caller = caller_of(secret.strip(), at) if kind.lower() == "bearer" and secret.strip() else None
    if caller is None:
        why = "has no valid API key" if authorization else "has no API key"
        raise Trouble(
            "unauthenticated",
            f"The request {why}. Send it as Authorization: Bearer lgs_live_….",
            headers={"WWW-Authenticate": 'Bearer realm="Largesse"'},
        )
    return caller


def check_scope(caller: Caller, scope: Scope) -> None:
    """Raises `Trouble` where the key lacks a scope."""
    if not caller.may(scope):
        raise Trouble("scope_missing", f"The key lacks the scope {scope.value}.")


def check_media_type(content_type: str | None) -> None:
    """A body is JSON, also where the client doesn't say so."""
    media = (content_type or "").partition(";")[0].strip().lower()
    if media not in ("", "application/json", "text/plain") and not media.endswith("+json"):
        raise Trouble("unsupported_media_type", f"{media} is not application/json.")


def trouble_of(wrong: Exception) -> Trouble:
    """The problem that an exception is told as. One that nobody foresaw is logged."""
    match wrong:
        case Trouble():
            return wrong
        case Faults():
            return invalid(wrong.faults)
        case RequestDataTooBig():
            return Trouble("body_too_large")
        case _ if is_passing(wrong):
            log.warning("the database does not answer: %s", wrong)
            drop_dead_connections()
            return Trouble("unavailable", headers={"Retry-After": RETRY_AFTER_SECONDS})
        case _:
            log.error("an unforeseen fault", exc_info=wrong)
            return Trouble("internal_error")


def reason_phrase(status: int) -> str:
    """A status as WSGI wants it."""
    return _PHRASES[status]


_PHRASES: Final[Mapping[int, str]] = {
    200: "200 OK", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden",
    404: "404 Not Found", 409: "409 Conflict", 413: "413 Content Too Large",
    415: "415 Unsupported Media Type", 422: "422 Unprocessable Content",
    429: "429 Too Many Requests", 500: "500 Internal Server Error", 503: "503 Service Unavailable",
}  # fmt: skip
