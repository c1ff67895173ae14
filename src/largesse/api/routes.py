"""The API under /v1: every router, and how what goes wrong is told."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from largesse.api import (
    allotment_links,
    allotment_uses,
    catalog,
    codes,
    corrections,
    credit_by_hand,
    deals,
    journal,
    orders,
    parts,
    party_links,
    people,
    refunds,
    voucher_books,
    vouchers,
)
from largesse.api.calling import trouble_of
from largesse.api.edge import problem_response
from largesse.api.problems import Trouble, invalid
from largesse.engine.faults import Fault

api: Final = NinjaAPI(
    title="Largesse", version="1", urls_namespace="v1", openapi_url=None, docs_url=None
)

api.add_router("/orders", orders.router)
api.add_router("/refunds", refunds.router)
api.add_router("/parties", party_links.router)
api.add_router("/corrections", corrections.router)
api.add_router("/journal-entries", journal.entries)
api.add_router("/events", journal.events)
api.add_router("/products", catalog.products)
api.add_router("/product-groups", catalog.groups)
api.add_router("/locations", catalog.locations)
api.add_router("/customers", people.customers)
api.add_router("/credit-accounts", credit_by_hand.router)
api.add_router("/organizations", people.organizations)
api.add_router("/partners", people.partners)
api.add_router("/promotions", codes.router)
api.add_router("/actions", parts.actions)
api.add_router("/conditions", parts.conditions)
api.add_router("/deals", deals.router)
api.add_router("/vouchers", vouchers.router)
api.add_router("/voucher-books", voucher_books.router)
api.add_router("/allotments", allotment_links.router)
api.add_router("/allotment-usage", allotment_uses.usage_router)

_MISSING: Final = {
    "Idempotency-Key": "idempotency_key_missing",
    "If-Match": "if_match_missing",
}


@api.exception_handler(Exception)
def on_any(request: HttpRequest, wrong: Exception) -> HttpResponse:
    """Whatever goes wrong is a problem."""
    return problem_response(trouble_of(wrong))


@api.exception_handler(Http404)
def on_nothing_there(request: HttpRequest, wrong: Http404) -> HttpResponse:
    """Nothing is there."""
    return problem_response(Trouble("not_found"))


@api.exception_handler(ValidationError)
def on_wrong_parameters(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    """Parameters in the address or the headers that are missing or wrong, all at once."""
    for error in wrong.errors:
        name = str(error["loc"][-1])
        if error["type"] == "missing" and name in _MISSING:
            return problem_response(Trouble(_MISSING[name]))
    return problem_response(invalid(_fault(error) for error in wrong.errors))


def _fault(error: dict[str, Any]) -> Fault:
    parts = [part for part in error["loc"][1:] if part not in ("page", "filters", "expanded")]
    message = str(error["msg"])
    return Fault(".".join(map(str, parts)), None, message[:1].lower() + message[1:])
