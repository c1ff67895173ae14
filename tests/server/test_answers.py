"""What every answer carries: a policy, an id; and what a fault looks like from outside."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from tests.words import spec

ERRORS: dict[str, Exception] = {
    "gone": OperationalError("server closed the connection unexpectedly"),
    "locked": OperationalError("database is locked"),
    "closed": InterfaceError("connection already closed"),
    "wrong": IntegrityError("NOT NULL constraint failed"),
    "bug": KeyError("secret-of-the-cart"),
}


def breaks(request: HttpRequest, how: str) -> HttpResponse:
    raise ERRORS[how]


urlpatterns = [path("breaks/<how>", breaks), path("v1/breaks/<how>", breaks)]
handler500 = "largesse.server.faults.broken"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def broken(client, settings, monkeypatch) -> Client:
    """Views that break, with none of the middleware that asks the database."""
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if "largesse.server.zone" not in name
    ]
    return client


@spec("QU-45")
@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/health", "/back-office/login/", "/nothing-here"])
def test_every_page_says_what_it_may_load(client, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@spec("IF-21")
def test_an_answer_carries_the_id_that_the_request_came_with(client):
    assert (
        client.get("/health", headers={"X-Request-Id": "till-2.77"})["X-Request-Id"] == "till-2.77"
    )


@spec("IF-21")
@pytest.mark.parametrize("given", ["", "a b", "x" * 101])
def test_an_id_that_is_none_is_replaced(client, given):
    made = client.get("/health", headers={"X-Request-Id": given})["X-Request-Id"]

    assert made.startswith("req_")


@spec("QU-22")
@pytest.mark.django_db
@pytest.mark.parametrize("how", ["gone", "closed"])
def test_a_database_that_is_gone_is_503_and_worth_a_retry(broken, how, monkeypatch):
    monkeypatch.setattr("largesse.outages.connection.vendor", "postgresql")
    answer = broken.get(f"/breaks/{how}")

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "Content-Security-Policy" in answer.headers


@spec("QU-22")
@pytest.mark.django_db
def test_a_database_that_is_busy_is_503_on_sqlite(broken, monkeypatch):
    monkeypatch.setattr("largesse.outages.connection.vendor", "sqlite")

    assert broken.get("/breaks/locked").status_code == 503


@spec("QU-22")
@pytest.mark.django_db
def test_the_api_says_it_as_a_problem(broken):
    answer = broken.get("/v1/breaks/closed")

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["wrong", "bug"])
def test_what_a_retry_would_not_help_is_500_and_tells_nothing(broken, how):
    answer = broken.get(f"/breaks/{how}")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


@pytest.mark.django_db
def test_ready_means_that_the_database_answers_and_has_its_tables(client):
    assert client.get("/ready").json() == {"status": "ready"}


@pytest.mark.django_db
def test_a_server_whose_tables_are_missing_is_not_ready(client, monkeypatch):
    monkeypatch.setattr("largesse.server.health.unapplied", lambda: ("orders.0002_more",))
    answer = client.get("/ready")

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json()["reason"] == "1 migration is not applied"
