"""The desk: a rep's drafts and orders, what became of them, and a new order for a customer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import Struct
from msgspec.structs import replace

from largesse.crm.models import Customer
from largesse.ids import parse_id
from largesse.orders import notices
from largesse.orders.models import Cart, Notice, Party
from largesse.pages.figures import initials
from largesse.pages.toasts import toast
from largesse.rep import desk
from largesse.rep.at_party import columns_at, open_parties, party_named
from largesse.rep.views.opened import opened, told_of_other
from largesse.rep.views.page import Visit, for_reps

PARTIES_MAX: Final = 200
"""The most open parties that are offered."""


class Row(Struct, frozen=True):
    """A draft or an order in the list."""

    url: str
    initials: str
    customer: str
    number: str
    order: str
    state: str
    is_edited: bool
    party: str
    lines: int
    net: int | None
    changed_at: datetime


@require_safe
@for_reps
def start(visit: Visit) -> HttpResponse:
    """The drafts and orders of this rep; `q` searches, `show` filters, `page` turns."""
    words = visit.request.GET.get("q", "").strip()[:100]
    show = visit.request.GET.get("show", "")
    show = show if show in desk.FILTERS else "all"
    found = desk.matching(desk.own(visit.user), words)
    counts = {name: found.filter(only).count() for name, (_, only) in desk.FILTERS.items()}
    rows = found.filter(desk.FILTERS[show][1]).order_by("-changed_at")
    page = Paginator(rows, desk.PAGE).get_page(visit.request.GET.get("page"))
    for record in page:
        desk.follow(record)
    return visit.show(
        "start.html",
        {
            "words": words,
            "show": show,
            "filters": [(k, said, counts[k], k == show) for k, (said, _) in desk.FILTERS.items()],
            "page": page,
            "rows": list(_rows(page)),
            "has_any": desk.own(visit.user).exists(),
            "unread": _unread(visit),
        },
    )


def _rows(records: Iterable[Cart]) -> Iterable[Row]:
    for record in records:
        order, customer = record.order, record.customer
        name = customer.name if customer is not None else "No customer"
        edited = desk.is_edited(record)
        yield Row(
            _url(record),
            initials(name),
            name,
            customer.number if customer is not None else "",
            order.number if order is not None else "",
            order.state if order is not None else "draft",
            edited,
            record.party.title if record.party is not None else "",
            len(record.lines),
            order.net if order is not None and not edited else None,
            record.changed_at,
        )


def _url(record: Cart) -> str:
    page = "rep:lines" if desk.is_open(record) else "rep:order"
    return reverse(page, args=[record.public_id])


def _unread(visit: Visit) -> list[tuple[Notice, str]]:
    """What the rep was told and has not read, with the page of the order that it is about."""
    found = list(notices.unread(visit.user)[:5])
    own = desk.own(visit.user).filter(order__in=[notice.order_id for notice in found])
    pages = {record.order_id: _url(record) for record in own}
    return [(notice, pages.get(notice.order_id, "")) for notice in found]


@require_POST
@for_reps
def read(visit: Visit, notice_id: str) -> HttpResponse:
    """A notice is read: it is not shown again."""
    try:
        key: UUID = parse_id(Notice.prefix, notice_id)
    except ValueError:
        raise Http404 from None
    notices.read(get_object_or_404(Notice, id=key, user=visit.user), visit.user, visit.now)
    return redirect("rep:start")


# --- whose order it is -------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_reps
def new(visit: Visit) -> HttpResponse:
    """Choose whom the new order is for, and at which party."""
    said = visit.request.POST.get("party", "")
    party = party_named(visit.user, said)
    if visit.request.method != "POST" or (said and party is None):
        return _choose(visit, reverse("rep:new"), is_gone=bool(said))
    record = Cart.objects.create(
        customer=_chosen(visit.request),
        owner=visit.user,
        assign="picked",
        changed_at=visit.now,
        **columns_at(party, visit.location),
    )
    return redirect("rep:lines", record.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_reps
def customer(visit: Visit, shown_id: str) -> HttpResponse:
    """Choose another customer: deals that are not for them fall away, and the credit of the other. Or
    another party, or none.
    """
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    record, post, url = work.record, visit.request.POST, reverse("rep:customer", args=[shown_id])
    said = post.get("party", record.party.public_id if record.party is not None else "")
    party = party_named(visit.user, said, record.party)
    if visit.request.method != "POST" or (said and party is None):
        return _choose(visit, url, record, is_gone="party" in post)
    chosen = _chosen(visit.request) if "customer" in post else record.customer
    told = list(_differences(record, chosen, party))
    if told:
        draft = work.kept if chosen == record.customer else replace(work.kept, credit={})
        moved = {} if party == record.party else columns_at(party, visit.location)
        if not desk.keep(record, draft, visit.now, customer=chosen, **moved):
            return told_of_other(visit, work, reverse("rep:lines", args=[shown_id]))
        toast(visit.request, " ".join(told))
    return redirect("rep:lines", shown_id)


def _differences(record: Cart, customer: Customer | None, party: Party | None) -> Iterable[str]:
    """What becomes of a draft, in sentences."""
    if customer is not None and customer != record.customer:
        yield f"The order is for {customer.name} now."
    if party is not None and party != record.party:
        yield f"It is a guest order at {party} now."
    if party is None and record.party is not None:
        yield "It is of no party now."


def _chosen(request: HttpRequest) -> Customer:
    number = request.POST.get("customer", "")
    return get_object_or_404(Customer, number=number, active=True)


def _choose(
    visit: Visit, url: str, record: Cart | None = None, *, is_gone: bool = False
) -> HttpResponse:
    """Whom it is for, and at which party; `is_gone` where one was asked for that takes no orders."""
    words = visit.request.GET.get("q", "").strip()[:100]
    page = Paginator(desk.customers(words), desk.PAGE).get_page(visit.request.GET.get("page"))
    present = record.party if record is not None else None
    said = visit.request.GET.get("party", "")
    asked_for = party_named(visit.user, said, present)
    return visit.show(
        "customer.html",
        {
            "words": words,
            "page": page,
            "rows": [(each, initials(each.name)) for each in page],
            "url": url,
            "record": record,
            "now_is": record.customer if record is not None else None,
            "parties": list(open_parties(visit.user)[:PARTIES_MAX]),
            "at_party": asked_for or present,
            "present": present,
            "is_gone": is_gone or (bool(said) and asked_for is None),
        },
    )


# --- away --------------------------------------------------------------------------------------------


@require_POST
@for_reps
def discard(visit: Visit, shown_id: str) -> HttpResponse:
    """Throw a draft away; of an order that was taken up again, what was changed."""
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    record = work.record
    if record.order is not None:
        Cart.objects.filter(pk=record.pk).update(changed_at=record.order.placed_at)
        toast(visit.request, f"Order {record.order.number} stays as it was sent.")
        return redirect("rep:order", shown_id)
    record.delete()
    toast(visit.request, "The draft is discarded.")
    return redirect("rep:start")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGIN_URL)
