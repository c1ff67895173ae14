"""Something broke: a database that does not answer is 503 and worth a retry, all else is 500."""

from __future__ import annotations

import sys

import structlog
from django.http import HttpRequest, HttpResponse

from largesse.api.calling import trouble_of
from largesse.api.edge import PREFIX, problem_response
from largesse.outages import RETRY_AFTER_SECONDS, drop_dead_connections, is_passing
from largesse.pages import errors

log = structlog.get_logger("largesse.faults")


def broken(request: HttpRequest) -> HttpResponse:
    """The handler500: Django calls it while the exception is being handled."""
    error = sys.exc_info()[1]
    if request.path.startswith(PREFIX) and isinstance(error, Exception):
        return problem_response(trouble_of(error))
    if not is_passing(error):
        log.error("broken", exc_info=error, path=request.path)
        return errors.page(request, 500)
    log.warning("the database does not answer", reason=str(error).strip(), path=request.path)
    drop_dead_connections()
    response = errors.page(request, 503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    return response
