"""Lines: another quantity, taken out with a way back, something off by hand with a reason."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from largesse.pages.toasts import toast
from largesse.till.line_discounts import NotADiscount, discount_of
from largesse.till.pricing import Work
from largesse.till.ringing import Rings, Rung, with_discount, with_put_back, with_quantity
from largesse.till.views.page import Visit, at_a_till, changed
from largesse.till.views.scanning import quantity_of
from largesse.till.views.showing import show

LOCKED: Final = "Remove the voucher first."
"""What is said where a line is to be discounted on a sale with a percentage voucher (VO-11)."""

_PUT_BACK: Final = "till.put-back"
_PUT_BACK_SECONDS: Final = 600


@require_POST
@at_a_till
def change(visit: Visit, line_id: str) -> HttpResponse:
    """One more, one fewer, or what was typed; the last one taken away takes the line out."""
    return show(visit, changed(visit, lambda work: _changed(visit, work, line_id)))


def _changed(visit: Visit, work: Work, line_id: str) -> Rings | None:
    line = work.rings.line(line_id)
    if line is None:
        return None
    visit.told(selected=line_id)
    step = visit.request.POST.get("step")
    wanted = line.quantity + int(step) if step in ("1", "-1") else _typed(visit)
    if wanted is not None and wanted <= 0:
        return _taken_out(visit, work, line)
    decimals = work.book.catalog.products[line.sku].quantity_decimals
    quantity = quantity_of(Decimal(wanted), decimals) if wanted is not None else "enter a number."
    if isinstance(quantity, str):
        visit.told(line_error=quantity.capitalize(), line_typed=visit.request.POST.get("quantity"))
        return None
    return with_quantity(work.kept, line_id, quantity)


def _typed(visit: Visit) -> Decimal | None:
    try:
        value = Decimal(visit.request.POST.get("quantity", "").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


@require_POST
@at_a_till
def remove(visit: Visit, line_id: str) -> HttpResponse:
    """Take a line out; a toast offers to put it back."""

    def without(work: Work) -> Rings | None:
        line = work.kept.line(line_id)
        return None if line is None else _taken_out(visit, work, line)

    return show(visit, changed(visit, without))


def _taken_out(visit: Visit, work: Work, line: Rung) -> Rings:
    said = {"line": msgspec.to_builtins(line), "place": work.kept.lines.index(line)}
    product = work.book.catalog.products.get(line.sku)
    name = product.name if product is not None and product.name else line.sku
    undo = reverse("till:put_back", args=[signing.dumps(said, salt=_PUT_BACK)])
    toast(visit.request, f"{name} removed.", undo=undo)
    return with_quantity(work.kept, line.id, 0)


@require_POST
@at_a_till
def put_back(visit: Visit, token: str) -> HttpResponse:
    """Undo a removal: the line stands where it stood, with what was taken off it."""
    try:
        said = signing.loads(token, salt=_PUT_BACK, max_age=_PUT_BACK_SECONDS)
        line = msgspec.convert(said["line"], Rung, strict=False)
    except (signing.BadSignature, KeyError, msgspec.ValidationError):
        return show(visit)
    return show(visit, changed(visit, lambda work: _put_back(work, line, said["place"])))


def _put_back(work: Work, line: Rung, place: int) -> Rings:
    if work.is_locked and line.discount is not None:
        line = msgspec.structs.replace(line, discount=None)
    return with_put_back(work.kept, line, place)


@require_POST
@at_a_till
def discount(visit: Visit, line_id: str) -> HttpResponse:
    """Take an amount, a percentage, or the difference to a price off a line, or nothing any more."""
    return show(visit, changed(visit, lambda work: _discounted(visit, work, line_id)))


def _discounted(visit: Visit, work: Work, line_id: str) -> Rings | None:
    line = work.rings.line(line_id)
    if line is None:
        return None
    visit.told(selected=line_id)
    if not visit.may_discount:
        visit.told(said="Only an administrator discounts lines here. Ask one.")
        return None
    if work.is_locked:
        visit.told(said=LOCKED)
        return None
    posted = visit.request.POST
    if "remove" in posted:
        return with_discount(work.kept, line_id, None)
    way, value, reason = (posted.get(name, "") for name in ("way", "value", "reason"))
    try:
        wanted = discount_of(way, value, reason, work.gross_of(line), work.business.money)
    except NotADiscount as wrong:
        typed = {"way": way, "value": value, "reason": reason, "error": str(wrong)}
        visit.told(opens="discount-dialog", discount={**typed, "field": wrong.field})
        return None
    return with_discount(work.kept, line_id, wanted)
