"""The API's description, its documentation page, and quotes where nothing is mounted before Django."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from largesse.api import hot
from largesse.api.openapi import document
from largesse.api.problems import KINDS
from largesse.api.scopes import MEANINGS as SCOPES
from largesse.engine.formats.schema import document_schema
from largesse.engine.refusals import MEANINGS as REFUSALS

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The reference sets sizes of its parts as styles; scripts come from this server alone."""


@cache
def _document() -> bytes:
    return msgspec.json.encode(document())


@cache
def _schema() -> bytes:
    return msgspec.json.encode(document_schema())


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API (OpenAPI 3.1)."""
    return _kept_a_while(_document(), "application/json")


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of the file format, which definitions of offers are written in."""
    return _kept_a_while(_schema(), "application/schema+json")


def _kept_a_while(body: bytes, content_type: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=content_type)
    answer["Cache-Control"] = "public, max-age=300"
    return answer


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The documentation, for people."""
    answer = render(request, "api/docs.html", {"here": "operations"})
    answer["Content-Security-Policy"] = POLICY
    return answer


class Table(NamedTuple):
    """Codes and what they mean."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    anchored: bool = False
    """Whether each row can be linked to, as a problem's type does."""


@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Every scope, problem and refusal."""
    tables = (
        Table(
            "problems",
            "Problems",
            ("Code", "Status", "What to do"),
            [
                (code, str(kind.status), kind.meaning.replace("`", ""))
                for code, kind in KINDS.items()
            ],
            anchored=True,
        ),
        Table("scopes", "Scopes", ("Scope", "Allows"), list(SCOPES.items())),
        Table("refusals", "Refusals of offers", ("Code", "Meaning"), list(REFUSALS.items())),
    )
    return render(request, "api/codes.html", {"here": "codes", "tables": tables})


@csrf_exempt
@require_POST
def quotes(request: HttpRequest) -> HttpResponse:
    """Quotes under a server that calls Django alone, such as its own for development."""
    answer = HttpResponse()

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        answer.status_code = int(status[:3])
        for name, value in headers:
            answer[name] = value

    environ: dict[str, Any] = {**request.META, "wsgi.input": request}
    answer.content = b"".join(hot.answer(environ, start))
    return answer
