"""An operation of the API is declared once: its address, its scope, what it takes and gives.

The address, the check of the scope, the documentation and the table of rights all come from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec

import msgspec
from django.http import HttpRequest, HttpResponse
from msgspec import Struct
from ninja import Router
from ninja.security.http import HttpBearer

from largesse.api.calling import authenticated, check_scope, now
from largesse.api.keys import Caller
from largesse.api.limits import count
from largesse.api.scopes import Scope

Args = ParamSpec("Args")


class Call(HttpRequest):
    """A request whose key has been found valid."""

    caller: Caller
    limit_headers: dict[str, str]


class Reply(NamedTuple):
    """An answer with another status than usual, or with headers."""

    value: Struct | None
    status: int | None = None
    headers: Mapping[str, str] = {}


class Route(Struct, frozen=True, kw_only=True):
    """One operation: what the documentation and the table of rights say of it."""

    method: str
    path: str
    scope: Scope
    name: str
    tag: str
    answer: type[Struct]
    status: int = 200
    body: type[Struct] | None = None
    body_required: bool = True
    problems: tuple[str, ...] = ()
    example: Any = None
    headers: tuple[str, ...] = ()
    """Headers of the answer beside those of all answers."""


ROUTES: Final[list[Route]] = []
"""Every operation but the quotes, which `openapi.py` adds."""


class Bearer(HttpBearer):
    """An API key with a scope."""

    def __init__(self, scope: Scope):
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """The key of a request. Raises `Trouble`."""
        assert isinstance(request, HttpRequest)
        caller = authenticated(request.headers.get("Authorization"), now())
        request.limit_headers = count(caller)  # type: ignore[attr-defined]
        check_scope(caller, self.scope)
        request.caller = caller  # type: ignore[attr-defined]
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Not asked, since the whole header is read above."""
        return authenticated(f"Bearer {token}", now())


Endpoint = Callable[Concatenate[Call, Args], Struct | Reply]


def operation(router: Router, route: Route) -> Callable[[Endpoint[Args]], Endpoint[Args]]:
    """Register an endpoint; its docstring is its description."""
    ROUTES.append(route)

    def register(endpoint: Endpoint[Args]) -> Endpoint[Args]:
        @wraps(endpoint)
        def view(request: Call, *args: Args.args, **kwargs: Args.kwargs) -> HttpResponse:
            answer = endpoint(request, *args, **kwargs)
            reply = answer if isinstance(answer, Reply) else Reply(answer)
            return response(reply, route.status)

        # Ninja looks names of annotations up where the view was made; they are those of the endpoint.
        view.__signature__ = signature(endpoint, eval_str=True)  # type: ignore[attr-defined]
        router.api_operation(
            [route.method],
            route.path.removeprefix(f"/{route.tag}"),
            auth=Bearer(route.scope),
            operation_id=route.name,
            url_name=f"{route.name}",
        )(view)
        return endpoint

    return register


def response(reply: Reply, usual: int) -> HttpResponse:
    """An answer as HTTP has it."""
    body = b"" if reply.value is None else msgspec.json.encode(reply.value)
    made = HttpResponse(body, status=reply.status or usual, content_type="application/json")
    for name, value in reply.headers.items():
        made[name] = value
    return made
