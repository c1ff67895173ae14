"""An API key is shown once, kept as a hash, and asked for at each request.

What a key may do is remembered for less than a second in each process, so that a revoked key is refused
everywhere within a second.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from msgspec import Struct

from largesse.api.models import ApiKey
from largesse.api.scopes import Scope
from largesse.business.models import User
from largesse.catalog.models import Location
from largesse.ids import ALPHABET

BEGINS: Final = "lgs_live_"
SECRET_LENGTH: Final = 32
"""Characters of 5 bits: 160 bits of chance, which nobody guesses, so that a plain hash is enough."""

REMEMBERED_SECONDS: Final = 0.8
REMEMBERED_MAX: Final = 10_000
USE_NOTED_EVERY: Final = timedelta(minutes=10)


class Caller(Struct, frozen=True):
    """Who calls: what a valid key may do, and where. No locations are all of them."""

    key: UUID
    id: str
    name: str
    scopes: frozenset[str]
    locations: frozenset[str]
    requests_per_minute: int

    @property
    def actor(self) -> str:
        """As the history of orders and records names the key, in 100 characters at most."""
        return f"API key {self.name}"[:100]

    def may(self, scope: Scope) -> bool:
        return scope.value in self.scopes

    def may_act_at(self, location: str | None) -> bool:
        """Whether the key holds at a location, or where none is named."""
        return not self.locations or location in self.locations


def create(
    name: str,
    scopes: Iterable[Scope],
    at: datetime,
    *,
    locations: Iterable[Location] = (),
    by: User | None = None,
    requests_per_minute: int = 6000,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which can't be shown again. ValidationError names a wrong field."""
    secret = BEGINS + "".join(ALPHABET[byte & 31] for byte in os.urandom(SECRET_LENGTH))
    key = ApiKey(
        name=name,
        digest=_digest(secret),
        ending=secret[-4:],
        scopes=sorted({str(scope) for scope in scopes}),
        requests_per_minute=requests_per_minute,
        created_at=at,
        created_by=by,
    )
    if not key.scopes:
        raise ValidationError({"scopes": "A key has at least one scope."})
    with transaction.atomic():
        key.full_clean()
        key.save()
        key.locations.set(locations)
    return key, secret


def revoke(key: ApiKey, at: datetime, *, by: User | None = None) -> ApiKey:
    """End a key for good. Revoking it again changes nothing."""
    ended = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_by=by)
    key.refresh_from_db()
    if ended:
        key.save()  # For the history, which an update in place doesn't write.
        _remembered.clear()
    return key


def caller_of(secret: str, now: datetime) -> Caller | None:
    """Who a secret belongs to, if its key holds."""
    digest = _digest(secret)
    known = _remembered.get(digest)
    instant = time.monotonic()
    if known is not None and instant < known[0]:
        return known[1]
    caller = _read(digest, now)
    if caller is None:
        _remembered.pop(digest, None)
        return None
    if len(_remembered) >= REMEMBERED_MAX:
        _remembered.clear()
    _remembered[digest] = (instant + REMEMBERED_SECONDS, caller)
    return caller


_remembered: dict[str, tuple[float, Caller]] = {}


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _read(digest: str, now: datetime) -> Caller | None:
    key = ApiKey.objects.filter(digest=digest, revoked_at=None).first()
    if key is None:
        return None
    if key.last_used_at is None or now - key.last_used_at > USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return Caller(
        key=key.id,
        id=key.public_id,
        name=key.name,
        scopes=frozenset(key.scopes),
        locations=frozenset(key.locations.values_list("code", flat=True)),
        requests_per_minute=key.requests_per_minute,
    )
