"""Codes and vouchers of the cart: entered, told apart only to who holds them, and removed."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from largesse.engine.cart import Channel, normal_code
from largesse.offers import guessing
from largesse.offers.current import current
from largesse.offers.guessing import Entrant
from largesse.orders.quoting import quote
from largesse.shop import carts, wording
from largesse.shop.views.cart import changed, show_cart, sold
from largesse.shop.views.page import Visit

_FULL: Final = "Remove a code first."
_TOO_OFTEN: Final = "Too many codes that are not valid. Wait ten minutes, then try again."


@require_POST
def add_code(request: HttpRequest) -> HttpResponse:
    """Enter a code or a voucher; one that is not valid is told beside the field and not kept."""
    visit = Visit.of(request)
    typed = request.POST.get("code", "").strip()[:64]
    code = normal_code(typed)
    if not code:
        return show_cart(visit, code_error="Enter a code.")
    try:
        kept = _with_code(visit.visitor.kept, code)
    except carts.Full:
        return show_cart(visit, code_typed=typed, code_error=_FULL)
    entrant = Entrant(Channel.SHOP.value, str(request.META.get("REMOTE_ADDR") or ""))
    if guessing.is_blocked(entrant, visit.now):
        return show_cart(visit, code_typed=typed, code_error=_TOO_OFTEN)
    visit.release("a code was entered")
    answer = quote(visit.cart(sold(kept), "cart"))
    failed = [each for each in guessing.failed_codes(answer) if each == code]
    if not guessing.charge(entrant, failed, visit.now):
        return show_cart(visit, code_typed=typed, code_error=_TOO_OFTEN)
    state = wording.state_of_code(code, answer, current().book)
    if not state.gives and state.sentence is None:
        return show_cart(visit, code_typed=typed, code_error=f"{code} is not valid for this order.")
    try:
        return changed(visit, lambda kept: _with_code(kept, code))
    except carts.Full:
        return show_cart(visit, code_typed=typed, code_error=_FULL)


def _with_code(kept: carts.Kept, code: str) -> carts.Kept:
    return replace(kept, codes=carts.with_code(kept.codes, code))


@require_POST
def remove_code(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "")
    return changed(
        Visit.of(request), lambda kept: replace(kept, codes=carts.without_code(kept.codes, code))
    )
