"""Quotes are asked for far more often than anything else, so they are answered before Django.

The handler is a bare WSGI callable in the same process. It shares everything that decides something
with the rest of the API: the keys, the book, the pricing, the schemas and the problems (QU-5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
from django.db import close_old_connections

from largesse.api import entered
from largesse.api.calling import (
    authenticated,
    check_media_type,
    check_scope,
    now,
    reason_phrase,
    request_id,
    trouble_of,
)
from largesse.api.carts import engine_cart
from largesse.api.keys import Caller
from largesse.api.limits import count
from largesse.api.problems import CONTENT_TYPE, Trouble, invalid
from largesse.api.quotes import QuoteIn, QuoteOut
from largesse.api.reading import BODY_MAX, read
from largesse.api.scopes import Scope
from largesse.api.telling import quote_out
from largesse.engine.faults import Fault
from largesse.engine.quote import Quote
from largesse.offers.current import current
from largesse.orders.quoting import priced

PATH: Final = "/v1/quotes"
_SHOPPER: Final = f"HTTP_{entered.SHOPPER.upper().replace('-', '_')}"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_encode = msgspec.json.Encoder().encode


def mounted(django: Application) -> Application:
    """The whole application: quotes are answered here, everything else by Django."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH and environ["REQUEST_METHOD"] == "POST":
            try:
                return answer(environ, start_response)
            finally:
                # As at the end of each of Django's own requests.
                close_old_connections()
        return django(environ, start_response)

    return application


def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request for a quote."""
    headers = {"X-Request-Id": request_id(environ.get("HTTP_X_REQUEST_ID"))}
    try:
        body = _encode(_quoted(environ, headers))
        status, content_type = "200 OK", "application/json"
    except Exception as wrong:
        trouble = trouble_of(wrong)
        headers.update(trouble.headers)
        body = trouble.body()
        status, content_type = reason_phrase(trouble.status), CONTENT_TYPE
    headers |= {
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    start_response(status, list(headers.items()))
    return [body]


def _quoted(environ: Environ, headers: dict[str, str]) -> QuoteOut:
    at = now()
    caller = authenticated(environ.get("HTTP_AUTHORIZATION"), at)
    headers |= count(caller)
    check_scope(caller, Scope.QUOTES_WRITE)
    check_media_type(environ.get("CONTENT_TYPE"))
    return quoted(read(QuoteIn, _body(environ)), caller, at, environ.get(_SHOPPER))


def quoted(asked: QuoteIn, caller: Caller, at: Any, shopper: str | None = None) -> QuoteOut:
    """The quote that is asked for. Raises `Trouble` or `Faults`."""
    cart = engine_cart(asked, caller, current().book, at, fresh=False)
    if not cart.codes:
        answer = priced(cart)
    else:
        entrant = entered.entrant_of(caller, cart, shopper)
        entered.check_not_blocked(entrant, cart, at)
        answer = priced(cart)
        entered.charge(entrant, answer.quote, at)
    _check_explained(asked.explain, answer.quote)
    return quote_out(
        answer.quote,
        answer.book_version,
        expand=asked.expand,
        explain=asked.explain,
        tells_apart=not cart.codes or entered.tells_apart(caller),
    )


def _check_explained(codes: list[str], quote: Quote) -> None:
    known = quote.book.promotions.keys() | quote.book.deals.keys() if codes else frozenset()
    given = {a.offer for a in quote.adjustments} | {r.offer for r in quote.refusals}
    unknown = [
        Fault(f"explain[{i}]", code, "is no promotion or deal, and nothing that the cart carries")
        for i, code in enumerate(codes)
        if code not in known and code not in given
    ]
    if unknown:
        raise invalid(unknown)


def _body(environ: Environ) -> bytes:
    try:
        length = int(environ.get("CONTENT_LENGTH") or BODY_MAX + 1)
    except ValueError:
        length = BODY_MAX + 1
    body: bytes = environ["wsgi.input"].read(min(length, BODY_MAX + 1))
    if len(body) > BODY_MAX:
        raise Trouble("body_too_large")
    return body
