"""Tenders are taken until the sale is paid; with the last one it is placed and posted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from largesse.engine.faults import Faults
from largesse.orders.answers import Done, PriceChanged
from largesse.orders.tenders import Tender
from largesse.till.counter import keep
from largesse.till.pricing import Work
from largesse.till.ringing import Rings
from largesse.till.selling import finish
from largesse.till.taking import NotTaken, amount_of, charged, offered
from largesse.till.views.page import Visit, at_a_till, changed
from largesse.till.views.showing import paying_context, show


@require_safe
@at_a_till
def offer(visit: Visit) -> HttpResponse:
    """What the button says of an amount and a method, as they are typed and chosen."""
    asked = visit.request.GET
    work = visit.work()
    told = paying_context(visit, work, asked.get("method", "cash"), asked.get("amount"))
    context = {
        "visit": visit,
        "work": work,
        "left": work.left_to_pay,
        "currency": visit.business.currency,
        "notes": visit.notes,
    }
    return render(visit.request, "till/parts/tender.html", {**context, **told})


@require_POST
@at_a_till
def take(visit: Visit) -> HttpResponse:
    """Take a tender. Where it pays the rest, the sale is placed and posted, once (OR-3)."""
    work = visit.work()
    if work.sale is None or work.is_sold or (visit.deed and visit.deed in work.sale.deeds):
        # Pressed twice, or its answer was lost: it is done already.
        return show(visit, work)
    method = visit.request.POST.get("method", "cash")
    visit.told(method=method)
    has_changed = _has_changed(visit, work)
    if _is_not_payable(visit, work) or has_changed:
        return show(visit, work)
    if work.left_to_pay == 0:
        return _finished(visit, work, work.kept)
    try:
        tender = _tender(visit, work, method)
    except NotTaken as wrong:
        typed = visit.request.POST.get("amount", "")
        field = "last4_error" if wrong.field == "last4" else "amount_error"
        last4 = visit.request.POST.get("last4", "")
        return show(visit.told(amount=typed, last4=last4, **{field: str(wrong)}), work)
    rings = replace(work.kept, tenders=(*work.kept.tenders, tender))
    pays_all = rings.taken == work.quote.due
    if pays_all and method == "cash":
        return _finished(visit, work, rings)
    # What a terminal has charged is kept before anything else can go wrong.
    if not keep(work.sale, rings, visit.now, "" if pays_all else visit.deed):
        return show(visit.told(said="The sale has changed meanwhile. Look again."))
    visit.told(method="cash")
    kept = Work(visit.at, work.sale, visit.now, visit.business)
    return _finished(visit, kept, rings) if pays_all else show(visit, kept)


def _is_not_payable(visit: Visit, work: Work) -> bool:
    refusal = work.voucher_refusal
    if refusal is not None:
        visit.told(said=f"Voucher {refusal.offer} is not used. See to it, or remove it.")
    elif work.gone:
        visit.told(said="Something on the sale is no longer sold. Remove it first.")
    elif work.left_to_pay < 0:
        visit.told(said="More was taken than is due. Take a tender back first.")
    return refusal is not None or bool(work.gone) or work.left_to_pay < 0 or not work.quote.lines


def _has_changed(visit: Visit, work: Work) -> bool:
    """Whether the sale comes to something else than the cashier saw, who is then asked (OR-2)."""
    seen = visit.request.POST.get("due", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 17):
        return True
    if int(seen) == work.quote.due:
        return False
    visit.told(price_was=int(seen))
    return True


def _tender(visit: Visit, work: Work, method: str) -> Tender:
    """The tender that was asked for. Raises `NotTaken`."""
    money = work.business.money
    amount = amount_of(visit.request.POST.get("amount", ""), money)
    tender = offered(method, amount, work.left_to_pay, money).tender
    if method != "card":
        return tender
    assert work.sale is not None
    last4 = visit.request.POST.get("last4", "")
    return charged(tender, last4, work.sale.public_id, len(work.kept.tenders), money)


def _finished(visit: Visit, work: Work, rings: Rings) -> HttpResponse:
    try:
        answer = finish(work, rings, visit.actor, visit.deed)
    except Faults as faults:
        return show(visit.told(said=f"It cannot be sold: {faults}"))
    if isinstance(answer, PriceChanged):
        visit.told(price_was=answer.confirmed)
    elif answer is not None and not isinstance(answer, Done):
        visit.told(said=answer.message)
    return show(visit)


@require_POST
@at_a_till
def take_back(visit: Visit) -> HttpResponse:
    """Give a tender back before the sale is finished."""
    said = visit.request.POST.get("place", "")

    def without(work: Work) -> Rings | None:
        tenders = work.kept.tenders
        if not said.isdecimal() or int(said) >= len(tenders):
            return None
        kept = tuple(each for place, each in enumerate(tenders) if place != int(said))
        return replace(work.kept, tenders=kept)

    return show(visit, changed(visit, without))
