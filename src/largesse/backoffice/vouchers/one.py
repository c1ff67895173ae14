"""What is done to one voucher, and its life as its page tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.entry_pages import EntryForm, entry_page, first_after, last_moment
from largesse.backoffice.site import staff
from largesse.backoffice.vouchers.forms import ExpiryForm, OnePartnerForm, ReasonForm
from largesse.backoffice.vouchers.showing import number_of
from largesse.offers.models import Voucher
from largesse.offers.vouchers import assigning, ending
from largesse.orders.redeemed import Redemption
from largesse.pages.toasts import toast


class Step(NamedTuple):
    """One thing that happened to a voucher, or is still to come."""

    title: str
    at: datetime | None
    note: str
    is_done: bool = True


def life_of(voucher: Voucher, state: str, redemption: Redemption | None) -> list[Step]:
    """Created, assigned, redeemed; or how else it ended (VO-1)."""
    book = voucher.book
    made = book.made_at if book is not None else None
    steps = [Step("Created", made, f"by {book.made_by}" if book is not None else "")]
    handed = None
    if book is not None and voucher.position is not None:
        handed = book.ranges.filter(
            first_position__lte=voucher.position, last_position__gte=voucher.position
        ).first()
    is_assigned = voucher.state == Voucher.State.ASSIGNED or redemption is not None
    partner = voucher.partner.name if voucher.partner is not None else "no partner"
    note = f"to {partner}" + (f", by {handed.by}" if handed is not None else "")
    if is_assigned or state not in ("void", "expired"):
        at = handed.at if handed is not None else None
        steps.append(Step("Assigned", at, note if is_assigned else "to nobody yet", is_assigned))
    if redemption is not None:
        steps.append(Step("Redeemed", redemption.at, f"by {redemption.by}"))
    elif state in ("void", "expired"):
        steps.append(Step(state.capitalize(), None, ""))
    else:
        steps.append(Step("Redeemed", None, "not yet", False))
    return steps


# --- what is done ----------------------------------------------------------------------------------


def _voucher(request: HttpRequest, object_id: str) -> Voucher:
    if not request.user.has_perm("offers.change_voucher"):
        raise PermissionDenied
    try:
        return Voucher.objects.select_related("book", "partner").get(pk=object_id)
    except (Voucher.DoesNotExist, ValidationError, ValueError):
        raise Http404 from None


def _page(
    request: HttpRequest,
    voucher: Voucher,
    form: EntryForm,
    do: Callable[[Any, datetime, str], str],
    **words: str,
) -> HttpResponse:
    """The form of a deed; `do` is told what was entered, when and by whom, and answers what it did."""
    number = number_of(voucher, request)
    back = reverse("admin:offers_voucher_change", args=[voucher.pk])

    def done(entered: Any) -> str:
        toast(request, do(entered, timezone.now(), staff(request).get_username()))
        return back

    crumbs = [(reverse("admin:offers_voucher_changelist"), "Vouchers"), (back, number)]
    context = {"back": back, "crumbs": crumbs, **words}
    return entry_page(request, form, done, context=context)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def assign(request: HttpRequest, object_id: str) -> HttpResponse:
    """Hand a voucher that is in no book to a partner."""
    voucher = _voucher(request, object_id)
    form = OnePartnerForm(_data(request), request=request)

    def do(entered: Any, at: datetime, by: str) -> str:
        partner = form.the_partner()
        assert partner is not None
        assigning.assign_one(voucher, partner, at=at, by=by)
        return f"Assigned to {partner}."

    return _page(request, voucher, form, do, title="Assign voucher", button="Assign")


def void(request: HttpRequest, object_id: str) -> HttpResponse:
    """Let nobody use a voucher any more."""
    voucher = _voucher(request, object_id)
    form = ReasonForm(_data(request), request=request)

    def do(entered: Any, at: datetime, by: str) -> str:
        ending.void_one(voucher, at=at, by=by, reason=entered["reason"])
        return "The voucher is void."

    lead = "It can't be used any more, and that can't be undone."
    return _page(request, voucher, form, do, title="Make void", button="Make void", lead=lead)


def expiry(request: HttpRequest, object_id: str) -> HttpResponse:
    """Set the last day on which a voucher can be used."""
    voucher = _voucher(request, object_id)
    last = last_moment(voucher.expires)
    initial = {"last_day": None if last is None else timezone.localtime(last).date()}
    form = ExpiryForm(_data(request), request=request, initial=initial)
    if voucher.book is not None:
        form.fields["last_day"].help_text = "Empty is that of its book."

    def do(entered: Any, at: datetime, by: str) -> str:
        expires = first_after(entered["last_day"])
        ending.set_expiry_of_one(voucher, expires, at=at, by=by)
        return "Its last day is set."

    return _page(request, voucher, form, do, title="Set the last day", button="Set")


PAGES: Final[Mapping[str, Callable[..., HttpResponse]]] = {
    "assign": assign,
    "void": void,
    "expiry": expiry,
}
