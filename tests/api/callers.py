"""A program that calls the API, and what it gets."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.test import Client

from largesse.api import keys
from largesse.api.scopes import Scope
from largesse.catalog.models import Location

_numbers = itertools.count(1)


class Told(NamedTuple):
    """An answer."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem; empty where there is none."""
        return str(self.json["code"]) if self.status >= 400 else ""

    @property
    def fields(self) -> list[str]:
        """The fields that a problem names."""
        return [error["field"] for error in self.json.get("errors", [])]


class Program:
    """A program with an API key; without a secret it sends none."""

    def __init__(self, secret: str | None):
        self.secret = secret
        self._client = Client(raise_request_exception=False)

    def call(
        self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str
    ) -> Told:
        """Send a request; a body that is bytes is sent as it is."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret is not None:
            said.setdefault("Authorization", f"Bearer {self.secret}")
        if key is not None:
            said["Idempotency-Key"] = key
        data = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        answer = self._client.generic(
            method, f"/v1{path}", data, content_type="application/json", headers=said
        )
        return Told(answer.status_code, answer.content, dict(answer.headers))

    def get(self, path: str, **headers: str) -> Told:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, key: str | None = None, **headers: str) -> Told:
        return self.call("POST", path, body, key, **headers)

    def do(self, path: str, body: Any = None) -> Told:
        """Post under a key that nobody has used."""
        return self.post(path, body, f"key-{next(_numbers)}")


def program(
    *scopes: Scope, locations: Iterable[str] = (), requests_per_minute: int = 100_000
) -> Program:
    """A program whose key has these scopes; all of them, if none is named."""
    _, secret = keys.create(
        "Test",
        scopes or tuple(Scope),
        datetime.now(UTC),
        locations=Location.objects.filter(code__in=list(locations)),
        requests_per_minute=requests_per_minute,
    )
    return Program(secret)


def cart(*lines: str, **fields: Any) -> dict[str, Any]:
    """A cart of lines such as "2 MUG", at the main street, where tax is 10 %."""
    pairs = [line.split() for line in lines]
    read = [{"sku": sku, "quantity": int(n) if n.isdigit() else n} for n, sku in pairs]
    return {"location": "main", "customer": "anna", "lines": read, **fields}


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}
