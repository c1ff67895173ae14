"""API keys: shown once, kept hashed, with scopes, revoked at once (IF-21)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from largesse.api import keys
from largesse.api.models import ApiKey
from largesse.api.scopes import Scope
from largesse.business.models import User
from tests.api.callers import Program
from tests.words import spec

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def made(**more: object) -> tuple[ApiKey, str]:
    return keys.create("Web shop", [Scope.CATALOG_READ], AT, **more)  # type: ignore[arg-type]


@spec("IF-21")
def test_a_secret_is_shown_once_and_kept_as_a_hash() -> None:
    key, secret = made()
    assert secret.startswith("lgs_live_")
    assert len(secret.removeprefix("lgs_live_")) == 32
    stored = ApiKey.objects.values().get(pk=key.pk)
    assert secret not in str(stored)
    assert secret.removeprefix("lgs_live_") not in str(ApiKey.history.values().first())
    assert stored["ending"] == secret[-4:]


@spec("IF-21")
def test_two_keys_have_two_secrets() -> None:
    assert made()[1] != made()[1]


@spec("IF-21")
def test_a_key_has_at_least_one_scope_and_only_known_ones() -> None:
    for scopes in ([], ["everything"]):
        with pytest.raises(ValidationError) as wrong:
            keys.create("Key", scopes, AT)  # type: ignore[arg-type]
        assert "scopes" in wrong.value.message_dict


@spec("IF-21")
def test_a_revoked_key_is_refused_at_once_where_it_was_revoked() -> None:
    key, secret = made()
    assert Program(secret).get("/products").status == 200
    ines = User.objects.create(username="ines")
    keys.revoke(key, AT, by=ines)
    assert Program(secret).get("/products").status == 401
    assert (key.revoked_at, key.revoked_by) == (AT, ines)


@spec("IF-21")
def test_a_key_revoked_elsewhere_is_refused_within_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, secret = made()
    now = 1000.0
    monkeypatch.setattr("largesse.api.keys.time.monotonic", lambda: now)
    assert keys.caller_of(secret, AT) is not None
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=AT)
    assert keys.caller_of(secret, AT) is not None
    now += 1.0
    assert keys.caller_of(secret, AT) is None


@spec("IF-21")
def test_revoking_twice_keeps_the_first_time() -> None:
    key, _ = made()
    keys.revoke(key, AT)
    keys.revoke(key, AT + timedelta(days=1))
    assert key.revoked_at == AT
    assert key.history.count() == 2


@spec("IF-21")
def test_when_a_key_was_last_used_is_noted_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    key, secret = made()
    used = []
    for minutes in (0, 5, 15):
        monkeypatch.setattr(keys, "_remembered", {})
        keys.caller_of(secret, AT + timedelta(minutes=minutes))
        key.refresh_from_db()
        used.append(key.last_used_at)
    assert used == [AT, AT, AT + timedelta(minutes=15)]
