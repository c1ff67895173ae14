"""Whatever is scanned or typed: products go on the sale, vouchers and codes too, orders to a refund."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from largesse.catalog.models import Product
from largesse.engine.cart import UNITS_MAX
from largesse.engine.offers.voucher import Voucher
from largesse.offers.current import current
from largesse.orders.quoting import quote
from largesse.till import guesses, scanning
from largesse.till.pricing import Work
from largesse.till.ringing import LINES_MAX, Rings, with_rung
from largesse.till.views.page import Visit, at_a_till, changed, is_from_script
from largesse.till.views.showing import show
from largesse.till.voucher_page import WAITING, says


@require_POST
@at_a_till
def scan(visit: Visit) -> HttpResponse:
    """Take what was scanned. What is refused is told under the field, and what was typed stays."""
    posted = visit.request.POST
    text = posted.get("text", "")
    if "weight" in posted:
        text = f"{posted['weight'].strip()}*{posted.get('sku', '')}"
    typed = scanning.typed(text)
    if not typed.code:
        return show(visit)
    found = scanning.found(typed.code, current().book)
    if isinstance(found, scanning.OrderFound):
        return _to_refund(visit, found)
    if isinstance(found, scanning.NamesFound):
        quantity = f"{typed.quantity}*" if typed.quantity is not None else ""
        return show(visit.told(typed=text, names=found.products, times=quantity))
    return show(visit, changed(visit, lambda work: _taken(visit, work, typed, found)))


def _taken(visit: Visit, work: Work, typed: scanning.Typed, found: scanning.Found) -> Rings | None:
    """What a scan makes of the sale; None where it is refused, with the reason noted."""
    match found:
        case scanning.ProductFound(product, quantity, gross):
            return _rung(visit, work, product, typed.quantity or quantity, gross)
        case scanning.VoucherFound(voucher):
            return _with_voucher(visit, work, voucher)
        case scanning.CodeFound(code):
            return _with_code(visit, work, code)
        case scanning.NothingFound(sentence):
            return _wrong(visit, typed.code, sentence)
        case scanning.OrderFound() | scanning.NamesFound():
            return None
        case _:
            assert_never(found)


def _refused(visit: Visit, code: str, sentence: str) -> Rings | None:
    """No change of the sale: why, to be told under the field."""
    visit.told(typed=code, scan_error=sentence)
    return None


def _wrong(visit: Visit, code: str, sentence: str) -> Rings | None:
    """A number or code that is nothing, or not usable: told as long as there were few of them."""
    if guesses.may_be_told(visit.at, code, visit.now):
        return _refused(visit, code, sentence)
    return _blocked(visit, code)


def _blocked(visit: Visit, code: str) -> Rings | None:
    again = timezone.localtime(guesses.open_again(visit.now))
    sentence = f"Too many wrong numbers at this till. Vouchers are taken again at {again:%H:%M}."
    return _refused(visit, code, sentence)


def _to_refund(visit: Visit, found: scanning.OrderFound) -> HttpResponse:
    url = reverse("till:refund", args=[found.order.public_id])
    if is_from_script(visit.request):
        return HttpResponse(headers={"X-Go": url})
    return redirect(url)


# --- products ----------------------------------------------------------------------------------------


def _rung(
    visit: Visit, work: Work, product: Product, quantity: Decimal | None, gross: int | None
) -> Rings | None:
    if product.sku not in work.book.catalog.products:
        return _refused(visit, product.sku, f"{product.name} is not on sale at the moment.")
    if len(work.rings.lines) >= LINES_MAX:
        return _refused(visit, product.sku, f"A sale has {LINES_MAX} lines at most.")
    decimals = product.quantity_decimals
    if quantity is None and decimals:
        visit.told(weigh=product, weigh_decimals=decimals)
        return None
    wanted = quantity_of(Decimal(1) if quantity is None else quantity, decimals)
    if isinstance(wanted, str):
        return _refused(visit, f"{quantity}*{product.sku}", f"{product.name}: {wanted}")
    rings, line_id = with_rung(work.kept, product.sku, wanted, gross)
    visit.told(selected=line_id)
    return rings


def quantity_of(quantity: Decimal, decimals: int) -> int | Decimal | str:
    """A quantity of a product with so many decimals; or, as text, why it is none."""
    if not 0 < quantity <= UNITS_MAX:
        return f"enter more than 0, and {UNITS_MAX:,} at most."
    if round(quantity, decimals) != quantity:
        return f"enter at most {decimals} decimals." if decimals else "enter whole units."
    return round(quantity, decimals) if decimals else int(quantity)


@require_safe
@at_a_till
def find(visit: Visit) -> HttpResponse:
    """The products whose names begin to be typed."""
    typed = scanning.typed(visit.request.GET.get("q", ""))
    names = scanning.products_named(typed.code) if len(typed.code) > 1 else ()
    times = f"{typed.quantity}*" if typed.quantity is not None else ""
    told = {
        "notes": {"names": names, "times": times},
        "currency": visit.business.currency,
    }
    return render(visit.request, "till/parts/names.html", told)


# --- vouchers and codes ------------------------------------------------------------------------------


def _with_voucher(visit: Visit, work: Work, voucher: Voucher) -> Rings | None:
    """One voucher a sale; a second one is refused, and so is one that can't be used at all (VO-3)."""
    number, on = voucher.number, work.rings.voucher
    if on == number:
        return _refused(visit, number, f"Voucher {number} is on this sale already.")
    if on:
        sentence = f"One voucher a sale, and {on} is on this one. Remove it to use {number}."
        return _refused(visit, number, sentence)
    if guesses.is_blocked(visit.at, visit.now):
        return _blocked(visit, number)
    wanted = replace(work.kept, voucher=number)
    told = quote(work.cart_of(replace(work.rings, voucher=number)))
    refusal = next((each for each in told.refusals if each.offer == number), None)
    if refusal is not None and refusal.code not in WAITING:
        return _wrong(visit, number, says(refusal))
    if refusal is not None and refusal.code == "customer_needed":
        visit.told(opens="customer-dialog", customer_for=number)
    return wanted


def _with_code(visit: Visit, work: Work, code: str) -> Rings | None:
    if code in work.rings.codes:
        return _refused(visit, code, f"Code {code} is on this sale already.")
    if guesses.is_blocked(visit.at, visit.now):
        return _blocked(visit, code)
    return replace(work.kept, codes=(*work.kept.codes, code))
