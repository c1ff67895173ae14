"""Which scope lets a key do what, as a table: every operation with every scope (QU-40)."""

from __future__ import annotations

import pytest

from largesse.api.openapi import every_route
from largesse.api.routing import Route
from largesse.api.scopes import Scope
from tests.api.callers import Program, program
from tests.words import spec

TABLE = {
    ("POST", "/quotes"): "quotes:write",
    ("GET", "/orders"): "orders:read",
    ("GET", "/orders/{id}"): "orders:read",
    ("POST", "/orders"): "orders:write",
    ("POST", "/orders/{id}/place"): "orders:write",
    ("POST", "/orders/{id}/post"): "orders:write",
    ("POST", "/orders/{id}/cancel"): "orders:write",
    ("POST", "/orders/{id}/approve"): "orders:approve",
    ("POST", "/orders/{id}/decline"): "orders:approve",
    ("POST", "/orders/{id}/refund"): "refunds:write",
    ("GET", "/refunds"): "orders:read",
    ("GET", "/refunds/{id}"): "orders:read",
    ("GET", "/journal-entries"): "journal:read",
    ("GET", "/events"): "journal:read",
    ("GET", "/credit-accounts"): "customers:read",
    ("GET", "/credit-accounts/{id}"): "customers:read",
    ("GET", "/credit-accounts/{id}/statement"): "customers:read",
    ("POST", "/credit-accounts"): "credit:give",
    ("POST", "/credit-accounts/{id}/give"): "credit:give",
    ("POST", "/credit-accounts/{id}/take"): "credit:give",
    **{
        (method, f"/{kind}{rest}"): f"offers:{verb}"
        for kind in ("promotions", "actions", "conditions", "deals")
        for method, rest, verb in (
            ("GET", "", "read"),
            ("GET", "/{id}", "read"),
            ("PUT", "/{id}", "write"),
        )
    },
    **{
        (method, path): f"vouchers:{verb}"
        for method, path, verb in (
            ("GET", "/vouchers", "read"),
            ("GET", "/vouchers/{id}", "read"),
            ("POST", "/vouchers", "write"),
            ("POST", "/vouchers/{id}/void", "write"),
            ("GET", "/voucher-books", "read"),
            ("GET", "/voucher-books/{id}", "read"),
            ("POST", "/voucher-books", "write"),
            *(
                ("POST", f"/voucher-books/{{id}}/{deed}", "write")
                for deed in ("assign", "void", "draw")
            ),
        )
    },
    **{
        (method, f"/allotments{rest}"): f"allotments:{verb}"
        for method, rest, verb in (
            ("GET", "", "read"),
            ("GET", "/{id}", "read"),
            ("POST", "", "write"),
            ("PATCH", "/{id}", "write"),
            ("POST", "/{id}/close", "write"),
            ("GET", "/{id}/link", "read"),
            ("POST", "/{id}/link/revoke", "write"),
        )
    },
    **{
        (method, f"/parties{rest}"): f"parties:{verb}"
        for method, rest, verb in (
            ("GET", "", "read"),
            ("GET", "/{id}", "read"),
            ("GET", "/{id}/totals", "read"),
            ("GET", "/{id}/report", "read"),
            ("POST", "", "write"),
            ("PATCH", "/{id}", "write"),
            ("POST", "/{id}/close", "write"),
            ("POST", "/{id}/reopen", "write"),
            ("POST", "/{id}/link/revoke", "write"),
        )
    },
    ("GET", "/corrections"): "parties:read",
    ("GET", "/corrections/{id}"): "parties:read",
    ("POST", "/corrections/{id}/settle"): "corrections:settle",
    ("GET", "/allotments/{id}/uses"): "orders:read",
    ("GET", "/allotment-usage"): "allotments:read",
    ("GET", "/promotions/{id}/codes"): "offers:read",
    ("POST", "/promotions/{id}/codes"): "offers:write",
    **{
        (method, f"/{kind}{rest}"): f"{scope}:{verb}"
        for scope, kinds in {
            "catalog": ("products", "product-groups", "locations"),
            "customers": ("customers", "organizations", "partners"),
        }.items()
        for kind in kinds
        for method, rest, verb in (
            ("GET", "", "read"),
            ("GET", "/{id}", "read"),
            ("POST", "", "write"),
            ("PATCH", "/{id}", "write"),
        )
    },
}


def send(caller: Program, route: Route) -> tuple[int, str]:
    path = route.path.replace("{id}", "ord_01j0b3v1mmeedtx9cpdgkfhbch")
    body: dict[str, str] | None = {} if route.body is not None else None
    told = caller.call(route.method, path, body, "k", **{"If-Match": "*"})
    return told.status, told.code


@spec("QU-40")
def test_the_table_names_every_operation() -> None:
    assert {(r.method, r.path): r.scope.value for r in every_route()} == TABLE


@spec("QU-40")
@pytest.mark.parametrize("scope", Scope)
def test_a_key_with_one_scope_may_do_what_the_table_says_and_nothing_else(
    store: None, scope: Scope
) -> None:
    caller = program(scope)
    for route in every_route():
        status, code = send(caller, route)
        if TABLE[route.method, route.path] == scope:
            assert status not in (401, 403, 500), route
        else:
            assert (status, code) == (403, "scope_missing"), route


@spec("QU-40")
@pytest.mark.parametrize("secret", [None, "", "lgs_live_" + "0" * 32, "\udcff", "a b"])
def test_without_a_valid_key_nothing_is_answered(store: None, secret: str | None) -> None:
    caller = Program(secret.encode("utf-8", "replace").decode("latin-1") if secret else secret)
    for route in every_route():
        assert send(caller, route) == (401, "unauthenticated"), route
