"""What every answer under /v1 has, whichever part of the server gives it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from largesse.api.calling import request_id
from largesse.api.problems import CONTENT_TYPE, Trouble, invalid
from largesse.engine.faults import Fault

PREFIX = "/v1/"
_NULL_CHARACTER = Fault("query", None, "has a null character, which no text can hold")
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


class ApiEdge:
    """Middleware: request ids, what is left of the rate limit, and problems in the place of pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            answer: HttpResponseBase = problem_response(invalid([_NULL_CHARACTER]))
        else:
            answer = self.get_response(request)
        if answer.status_code >= 400 and answer.headers.get("Content-Type") != CONTENT_TYPE:
            answer = _problem(answer, request)
        answer.headers["X-Request-Id"] = request_id(request.headers.get("X-Request-Id"))
        for name, value in getattr(request, "limit_headers", {}).items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def _problem(answer: HttpResponseBase, request: HttpRequest) -> HttpResponse:
    """A problem for an answer that Django gave as a page."""
    status = answer.status_code
    usual = "internal_error" if status >= 500 else "malformed_request"
    trouble = Trouble(_CODES.get(status, usual), _detail(status, request))
    made = problem_response(trouble)
    if "Allow" in answer.headers:
        made["Allow"] = answer.headers["Allow"]
    return made


def _detail(status: int, request: HttpRequest) -> str:
    if status == 404:
        return f"There is nothing at {request.path[:200]}. /docs lists every address."
    if status == 405:
        return f"{request.method} is not a method of {request.path[:200]}."
    return ""


def problem_response(trouble: Trouble) -> HttpResponse:
    """A problem as HTTP has it."""
    made = HttpResponse(trouble.body(), status=trouble.status, content_type=CONTENT_TYPE)
    for name, value in trouble.headers.items():
        made[name] = value
    return made
