"""The description of the API in OpenAPI 3.1: derived from the operations, the schemas and the codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import msgspec

from largesse.api.amounts import Amount, SignedAmount
from largesse.api.carts import EXAMPLE
from largesse.api.entered import SHOPPER, SHOPPER_WORDS
from largesse.api.hot import PATH as QUOTES_PATH
from largesse.api.problems import CONTENT_TYPE, KINDS, Problem, problem_type
from largesse.api.quotes import EXPANSIONS, QuoteIn, QuoteOut
from largesse.api.reading import BODY_MAX
from largesse.api.routing import ROUTES, Route
from largesse.api.scopes import Scope
from largesse.engine.formats.schema import document_schema

SECURITY: Final = "ApiKey"

QUOTES: Final = Route(
    method="POST",
    path="/quotes",
    scope=Scope.QUOTES_WRITE,
    name="create_quote",
    tag="quotes",
    answer=QuoteOut,
    body=QuoteIn,
    problems=("location_not_allowed", "too_many_wrong_codes"),
    example={**EXAMPLE, "answers": {"SPRING": True}, "expand": list(EXPANSIONS)},
)
"""The one operation that is answered before Django (`hot.py`)."""

ALWAYS: Final = (
    "unauthenticated",
    "scope_missing",
    "rate_limited",
    "internal_error",
    "unavailable",
)
"""Problems that every operation may have."""

WITH_BODY: Final = (
    "malformed_request", "body_too_large", "unsupported_media_type", "invalid_request",
)  # fmt: skip

TAGS: Final = {
    "quotes": "What a cart costs, why, and what it would use up. A quote reads and consumes nothing.",
    "orders": "Reserve, place, post, cancel and refund; each once for its idempotency key.",
    "refunds": "What was given back.",
    "parties": "Hosted selling events: made, closed, and what they came to.",
    "corrections": "What returns would have changed of awards that are frozen, to be settled.",
    "journal-entries": "Double entry, append-only: what every order booked, and every limit it used.",
    "events": "What happened, by whom and when.",
    "products": "What is sold.",
    "product-groups": "Named sets of products, which offers name.",
    "locations": "Where it is sold, with the tax there.",
    "promotions": "Conditions and actions, in the file format.",
    "actions": "Actions that promotions share by name, in the file format.",
    "conditions": "Conditions that promotions share by name, in the file format.",
    "deals": "Triggers and benefits to which whole order lines are assigned, in the file format.",
    "vouchers": "Numbered single-use rights to a discount or a payment.",
    "voucher-books": "Runs of vouchers, and what partners have of them.",
    "allotments": "Free units of products for organizations, and the links by which they are used.",
    "allotment-usage": "What organizations used of their allotments.",
    "customers": "Who buys.",
    "credit-accounts": "Customers' balances with the business, which pay for later orders.",
    "organizations": "Whose members hold allotments.",
    "partners": "Who hands vouchers to its own customers.",
}

_HEADERS: Final[dict[str, tuple[str, str]]] = {
    "X-Request-Id": ("Names the request in our logs: yours, if you sent one.", "string"),
    "RateLimit-Limit": ("Requests a minute that one server process answers the key.", "integer"),
    "RateLimit-Remaining": ("How many of them are left.", "integer"),
    "RateLimit-Reset": ("Seconds until the next minute begins.", "integer"),
    "ETag": ("Names the version of the record.", "string"),
    "Location": ("Where the new record is.", "string"),
    "Idempotent-Replayed": ("`true` where the answer is an earlier one.", "string"),
    "Retry-After": ("Seconds to wait before the request is repeated.", "integer"),
    "WWW-Authenticate": ("How to sign in.", "string"),
}
_EVERYWHERE: Final = ("X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def every_route() -> list[Route]:
    """Every operation there is."""
    import largesse.api.routes  # noqa: F401 - the operations register themselves

    return [QUOTES, *ROUTES]


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    from largesse.api.routes import api

    found: dict[str, Any] = msgspec.to_builtins(dict(api.get_openapi_schema(path_prefix="v1/")))
    routes = every_route()
    found["info"] = _about()
    found["servers"] = [{"url": "/"}]
    found["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    found["paths"][QUOTES_PATH] = {"post": _quotes_operation()}
    schemas = _schemas(routes)
    for route in routes:
        operation = found["paths"][f"/v1{route.path}"][route.method.lower()]
        _describe(operation, route, schemas)
    found["paths"] = dict(sorted(found["paths"].items(), key=lambda item: _rank(item[0])))
    found["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "headers": {name: _header(*said) for name, said in _HEADERS.items()},
        "securitySchemes": {
            SECURITY: {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key, such as `lgs_live_…`, with the scope that is named.",
            }
        },
    }
    return found


def _about() -> dict[str, Any]:
    return {
        "title": "Largesse",
        "version": "1",
        "summary": "Prices carts, places and refunds orders, and accounts for every discount.",
        "description": _CONVENTIONS,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }


_CONVENTIONS: Final = f"""\
Money is `{{"amount": "12.34", "currency": "USD"}}`: an exact decimal text and its currency.
Instants are ISO 8601 with an offset. Ids carry the prefix of their kind, as in `ord_…`.

**Keys.** Send `Authorization: Bearer lgs_live_…`. A key has scopes, and may be bound to some locations.

**Doing things once.** What changes an order takes an `Idempotency-Key`. The same key with the same
request is answered with the same bytes for ever and done once; with another request it is refused.

**Lists** come in pages of `limit`, the newest first. Ask for the next with `after`, for the one before
with `before`. `expand[]` brings more of a record along.

**Changes** name the version that they are of: send the `ETag` that you read as `If-Match`.

**Problems** are `application/problem+json` (RFC 9457) with a stable `code`; `errors` lists every field
that is wrong, at once. A body has at most {BODY_MAX >> 20} MiB.

**Limits.** A key may make so many requests a minute to each server process, as `RateLimit-Limit` says.

**The file format** of offers and their parts is a JSON Schema at [/v1/schema](/v1/schema).

[Scopes and codes](/docs/codes) lists every scope, every problem and every refusal of an offer.
"""


def _rank(path: str) -> tuple[int, str]:
    tag = path.split("/")[2]
    return list(TAGS).index(tag), path


def _quotes_operation() -> dict[str, Any]:
    return {
        "operationId": QUOTES.name,
        "parameters": [
            {
                "in": "header",
                "name": SHOPPER,
                "required": False,
                "description": SHOPPER_WORDS,
                "schema": {"type": "string"},
            }
        ],
        "description": "Price a cart. It reads and consumes nothing.",
        "tags": [QUOTES.tag],
    }


def _describe(operation: dict[str, Any], route: Route, schemas: dict[str, Any]) -> None:
    operation["summary"] = route.name.replace("_", " ").capitalize()
    operation["security"] = [{SECURITY: [route.scope.value]}]
    operation["description"] = f"{operation['description']}\n\nScope: `{route.scope}`."
    operation["responses"] = {
        str(route.status): _answer(route, schemas),
        **_problems(route, bool(operation["parameters"])),
    }
    if route.body is not None:
        content: dict[str, Any] = {"schema": _reference(route.body)}
        if route.example is not None:
            content["example"] = route.example
        operation["requestBody"] = {
            "required": route.body_required,
            "content": {"application/json": content},
        }
    for parameter in operation["parameters"]:
        parameter["schema"].pop("description", None)
        parameter["schema"].pop("title", None)
        if parameter["name"].endswith("[]"):
            parameter |= {"style": "form", "explode": True}
    if any(parameter["name"] == "If-None-Match" for parameter in operation["parameters"]):
        same = {"description": "You have the newest version.", "headers": _headers("ETag")}
        operation["responses"]["304"] = same


def _answer(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": HTTPStatus(route.status).phrase,
        "headers": _headers(*_EVERYWHERE, *route.headers),
        "content": {"application/json": {"schema": _reference(route.answer)}},
    }


def _problems(route: Route, takes_parameters: bool) -> dict[str, Any]:
    codes = [*ALWAYS, *route.problems, *(WITH_BODY if route.body is not None else ())]
    if takes_parameters and "invalid_request" not in codes:
        codes.append("invalid_request")
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {str(status): _problem(status, by_status[status]) for status in sorted(by_status)}


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    headers = ["X-Request-Id"]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append("WWW-Authenticate")
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers.append("Retry-After")
    examples = {
        code: {
            "summary": KINDS[code].title,
            "value": {
                "type": problem_type(code),
                "title": KINDS[code].title,
                "status": status,
                "detail": KINDS[code].meaning,
                "code": code,
            },
        }
        for code in codes
    }
    return {
        "description": " · ".join(f"`{code}`" for code in codes),
        "headers": _headers(*headers),
        "content": {CONTENT_TYPE: {"schema": _reference(Problem), "examples": examples}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _header(text: str, type: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": type}}


# --- schemas ---------------------------------------------------------------------------------------


def _reference(struct: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components(
        [struct], ref_template="#/components/schemas/{name}"
    )
    return {"$ref": _plain_name(schema["$ref"])}


def _plain_name(name: str) -> str:
    """`Listed_ProductOut_` is a `ProductList`; what is written and what is read are told apart."""
    listed = re.sub(r"Listed_(\w+?)(?:Out)?_$", r"\1List", name)
    return re.sub(r"(\w)Out$", r"\1", listed)


def _schemas(routes: Iterable[Route]) -> dict[str, Any]:
    amounts = [Amount, SignedAmount]
    bodies = (r.body for r in routes if r.body)
    structs = [*amounts, Problem, *(r.answer for r in routes), *bodies]
    _, found = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    named = {_plain_name(name): _plain(schema) for name, schema in found.items()}
    for name, schema in named.items():
        schema.pop("title", None)
        schema["title"] = name
    named["Problem"]["properties"]["quote"] = {"$ref": "#/components/schemas/Quote"}
    file_format = document_schema()["$defs"]
    for offer in ("Promotion", "Deal"):
        for name in _needed(offer, file_format):
            named[_file_name(name)] = _of_file(file_format[name])
    return named


def _plain(value: Any) -> Any:
    """References by the names that we give."""
    if isinstance(value, dict):
        return {
            key: _plain_name(item) if key == "$ref" else _plain(item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _needed(name: str, definitions: dict[str, Any]) -> list[str]:
    """A definition of the file format, and all that it refers to."""
    found, left = [], [name]
    while left:
        here = left.pop()
        if here in found:
            continue
        found.append(here)
        left += re.findall(r"#/\$defs/([\w.]+)", msgspec.json.encode(definitions[here]).decode())
    return sorted(found)


def _file_name(name: str) -> str:
    return f"{name}Definition" if name in ("Promotion", "Deal") else name


def _of_file(schema: Any) -> Any:
    text = msgspec.json.encode(schema).decode()
    text = re.sub(r"#/\$defs/([\w.]+)", lambda m: f"#/components/schemas/{_file_name(m[1])}", text)
    return msgspec.json.decode(text)
