"""A production start refuses what would make it unsafe, and says all of it at once (QU-45)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from tests.databases import committed_database
from tests.words import spec

__all__ = ["committed_database"]

KEY = "f3Lw9-7sQmVx2Tz8KcRb5NyHd1GpJa6EuWo4IiXqYtBnMvCsZl0"
SAFE = {
    "PRODUCTION": True,
    "DEBUG": False,
    "SECRET_KEY": KEY,
    "SECRET_KEY_FALLBACKS": [],
    "ALLOWED_HOSTS": ["shop.example.com"],
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
}


@pytest.fixture
def production(settings):
    """Settings of a production that nothing is wrong with."""
    for name, value in SAFE.items():
        setattr(settings, name, value)
    return settings


def found() -> set[str]:
    return {str(message.id) for message in run_checks(tags=["security"])}


@spec("QU-45")
def test_a_safe_production_starts(production):
    assert found() == set()


@spec("QU-45")
def test_django_finds_nothing_to_deploy_better(production):
    found = run_checks(include_deployment_checks=True)

    assert [message for message in found if not message.is_silenced()] == []


@spec("QU-45")
@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("DEBUG", True, "largesse.E001"),
        ("SECRET_KEY", settings.DEVELOPMENT_KEY, "largesse.E002"),
        ("SECRET_KEY", KEY[:49], "largesse.E003"),
        ("SECRET_KEY", "ab" * 40, "largesse.E003"),
        ("SECRET_KEY_FALLBACKS", ["short"], "largesse.E003"),
        ("ALLOWED_HOSTS", [], "largesse.E004"),
        ("ALLOWED_HOSTS", ["*"], "largesse.E005"),
    ],
)
def test_each_fault_is_found(production, name, value, fault):
    setattr(production, name, value)

    assert found() == {fault}


@spec("QU-45")
def test_https_has_to_come_from_somewhere(production):
    production.SECURE_PROXY_SSL_HEADER = None

    assert found() == {"largesse.E006"}


@spec("QU-45")
def test_a_password_that_is_known_is_refused(production, monkeypatch):
    monkeypatch.setenv("LARGESSE_DEMO_PASSWORD", "demo")

    assert found() == {"largesse.E007"}


@spec("QU-45")
def test_all_faults_are_told_at_once(production):
    production.DEBUG, production.SECRET_KEY, production.ALLOWED_HOSTS = True, "short", []

    assert found() == {"largesse.E001", "largesse.E003", "largesse.E004"}


@spec("QU-45")
def test_development_is_not_asked(production):
    production.PRODUCTION, production.DEBUG = False, True

    assert found() == set()


@spec("QU-45")
@pytest.mark.django_db
def test_the_database_as_the_server_sets_it_keeps_commits(production):
    faults = {m.id for m in run_checks(tags=["database"], databases=["default"]) if m.is_serious()}

    assert faults == set()


@spec("QU-45")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_may_lose_commits_is_refused(production, committed_database):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=NORMAL")
        else:
            cursor.execute("SET synchronous_commit = off")
        try:
            faults = {m.id for m in run_checks(tags=["database"], databases=["default"])}
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous=FULL")
            else:
                cursor.execute("RESET synchronous_commit")

    assert faults & {"largesse.E010", "largesse.E011"}
