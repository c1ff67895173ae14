"""Credit of the shopper: it pays at checkout, and has a statement in the account (SP-13)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from largesse.crm.models import Customer
from largesse.ids import parse_id
from largesse.orders.credit.accounts import PREFIX, CreditAccount, account_with
from largesse.orders.credit.purses import Purse, amount_of
from largesse.orders.credit.statements import Part, part
from largesse.shop import carts
from largesse.shop.credit import moved
from largesse.shop.views.cart import quoted
from largesse.shop.views.checkout import own_purses, show_checkout
from largesse.shop.views.choosing import chosen
from largesse.shop.views.page import Visit

ROWS: Final = 30


@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Let a credit account pay a part of the order, or all that it can; or nothing any more."""
    visit = Visit.of(request)
    name = request.POST.get("account", "")
    purse = _purse(visit, name)
    if purse is None:
        return redirect("shop:cart")
    most = 0
    if "none" not in request.POST:
        try:
            most = amount_of(purse, request.POST.get("amount", ""), visit.business.money)
        except ValidationError as wrong:
            return _told(visit, name, str(wrong.message))
    return chosen(
        visit, lambda kept: replace(kept, credit=carts.with_credit(kept.credit, name, most))
    )


def _purse(visit: Visit, name: str) -> Purse | None:
    found = own_purses(visit, quoted(visit)[0])
    return next((each for each in found if each.account == name), None)


def _told(visit: Visit, name: str, error: str) -> HttpResponse:
    """The checkout again, with what is wrong beside the amount."""
    order = visit.visitor.held
    if order is None:
        return redirect("shop:cart")
    typed = visit.request.POST.get("amount", "")[:40]
    return show_checkout(visit, order, typed={name: typed}, errors={name: error})


@require_safe
def statement(request: HttpRequest, shown_id: str) -> HttpResponse:
    """What moved on one of the shopper's accounts, the newest first."""
    visit = Visit.of(request)
    customer = visit.visitor.customer
    if customer is None:
        return redirect("shop:sign_in")
    account = _own(customer, shown_id)
    found = _part(request, account)
    rows = moved(found.movements, customer, visit.business.name)
    return visit.show(
        "credit.html",
        {
            "account": account,
            "rows": rows,
            "newer": str(found.movements[0].id) if rows and found.newer else "",
            "older": str(found.movements[-1].id) if rows and found.older else "",
        },
    )


def _own(customer: Customer, shown_id: str) -> CreditAccount:
    """An account of this customer; one of anybody else's is as if it were not there."""
    try:
        account = account_with(parse_id(PREFIX, shown_id))
    except ValueError:
        account = None
    if account is None or account.number != customer.number:
        raise Http404
    return account


def _part(request: HttpRequest, account: CreditAccount) -> Part:
    """The page that is asked for; the newest movements for one that isn't there."""
    try:
        if "before" in request.GET:
            return part(account.id, ROWS, before=UUID(request.GET["before"]))
        return part(account.id, ROWS, after=UUID(request.GET["after"]))
    except (LookupError, ValueError):
        return part(account.id, ROWS)
