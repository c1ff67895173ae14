"""Each request has an id, which its answer and every line of the log carry."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse

from largesse.api.calling import request_id

HEADER: Final = "X-Request-Id"
FIELD: Final = "HTTP_X_REQUEST_ID"

log = structlog.get_logger("largesse.requests")


class RequestIds:
    """Takes the id that a proxy or a client gave, if it is well-formed, and logs each answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Kept where the API looks for it, so that both say the same.
        known_as = request.META[FIELD] = request_id(request.META.get(FIELD))
        structlog.contextvars.bind_contextvars(request_id=known_as)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response[HEADER] = known_as
            # Never the query: it may hold a code that is good for money.
            log.info(
                "answered",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
            return response
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
