"""The statement of a credit account: on a page, as CSV, and as a workbook (SP-13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from largesse.backoffice import exporting
from largesse.backoffice.credit import by_hand
from largesse.backoffice.credit.wording import said
from largesse.backoffice.models import CreditAccount as Record
from largesse.backoffice.site import site
from largesse.backoffice.vouchers.forms import PeriodForm
from largesse.engine.money import Currency
from largesse.offers.models import Deal
from largesse.orders.credit.accounts import CreditAccount
from largesse.orders.credit.statements import (
    ALWAYS,
    Movement,
    Part,
    Period,
    balance_before,
    movements,
    part,
)
from largesse.sheets.writing import Cell

ROWS: Final = 50
HEAD: Final = ("Day", "At", "What", "Offer", "Order", "Who", "Reason", "Amount", "Balance")


class Row(NamedTuple):
    """A movement with what is said of it, and the pages of its order and its offer."""

    movement: Movement
    words: str
    order_url: str
    offer_url: str


def page(request: HttpRequest, account: CreditAccount) -> HttpResponseBase:
    """The movements of the days from `?since=` to `?until=`, after or before one; `?as=csv` and
    `?as=xlsx` are files of all of these days.
    """
    since, until = PeriodForm(request.GET).days()
    period = Period(since, until + timedelta(days=1) if until is not None else None)
    kind = request.GET.get("as", "")
    if kind in exporting.KINDS:
        return _file(request, account, period, kind)
    found = _part(request, account, period)
    context = {
        **site.each_context(request),
        "account": account,
        "owed": "owed to the customer" if account.balance >= 0 else "owed by the customer",
        "rows": [_row(request, each) for each in found.movements],
        "since": since,
        "until": until,
        "is_backward": since is not None and until is not None and until < since,
        "opening": balance_before(account.id, since) if since and not found.older else None,
        "is_empty": period == ALWAYS and not found.movements,
        "may_give": request.user.has_perm(by_hand.GIVE) and account.customer is not None,
        "sees_customers": request.user.has_perm("crm.view_customer"),
        **_addresses(found, since, until),
    }
    return TemplateResponse(request, "backoffice/credit/statement.html", context)


def _part(request: HttpRequest, account: CreditAccount, period: Period) -> Part:
    """The page that is asked for; the newest movements for one that isn't there."""
    for name in ("after", "before"):
        try:
            place = UUID(request.GET[name])
            return part(account.id, ROWS, period=period, **{name: place})
        except (KeyError, LookupError, ValueError):
            continue
    return part(account.id, ROWS, period=period)


def _addresses(found: Part, since: date | None, until: date | None) -> dict[str, str]:
    """The addresses of the files, and of newer and older movements where there are some."""
    days = {name: day.isoformat() for name, day in (("since", since), ("until", until)) if day}
    told = {name: f"?{urlencode({**days, 'as': name})}" for name in exporting.KINDS}
    rows = found.movements
    if rows and found.newer:
        told["newer_url"] = f"?{urlencode({**days, 'before': str(rows[0].id)})}"
    if rows and found.older:
        told["older_url"] = f"?{urlencode({**days, 'after': str(rows[-1].id)})}"
    return told


def _row(request: HttpRequest, movement: Movement) -> Row:
    order, offer = movement.order, movement.offer
    sees_order = order is not None and request.user.has_perm("orders.view_order")
    order_url = (
        reverse("admin:orders_order_change", args=[order.pk]) if order and sees_order else ""
    )
    offer_url = ""
    if offer is not None:
        kind = "deal" if isinstance(offer, Deal) else "promotion"
        if request.user.has_perm(f"offers.view_{kind}"):
            offer_url = reverse(f"admin:offers_{kind}_change", args=[offer.pk])
    return Row(movement, said(movement), order_url, offer_url)


# --- files -----------------------------------------------------------------------------------------


def _file(
    request: HttpRequest, account: CreditAccount, period: Period, kind: str
) -> HttpResponseBase:
    exporting.record(request, Record, f"The statement of {account.number}, {account.title}", kind)
    name = f"statement-{account.number}-{account.title}".lower().replace(" ", "-")
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    rows = _cells(movements(account.id, period), Currency.of(account.currency))
    return exporting.sheet(kind, plain, "Statement", HEAD, rows)


def _cells(found: Iterable[Movement], currency: Currency) -> Iterator[list[Cell]]:
    for movement in found:
        yield [
            movement.day.isoformat(),
            f"{timezone.localtime(movement.at):%Y-%m-%d %H:%M:%S}",
            said(movement),
            movement.title,
            movement.order.number if movement.order is not None else "",
            movement.actor,
            movement.reason,
            float(currency.format(movement.change)),
            float(currency.format(movement.after)),
        ]
