"""The till's page, whole or in the parts that a deed changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from msgspec import Struct

from largesse.ledger import reading
from largesse.orders.credit.accounts import title_of
from largesse.orders.credit.purses import payment_words
from largesse.orders.tenders import Tender
from largesse.pages.figures import amount_text, initials
from largesse.till import journal
from largesse.till.line_discounts import REASONS
from largesse.till.lines_page import lines_of
from largesse.till.notes import notes_for
from largesse.till.pricing import Work
from largesse.till.sums import count_of, is_free, sums_of
from largesse.till.taking import METHODS, NotTaken, Offer, amount_of, offered
from largesse.till.views.page import Visit, is_from_script
from largesse.till.voucher_page import card_of
from largesse.till.wording import codes_of


class Note(Struct, frozen=True):
    """An amount of cash that is offered."""

    text: str
    is_chosen: bool


class Taken(Struct, frozen=True):
    """A tender that was taken; `place` is its place among them."""

    place: int
    word: str
    icon: str
    detail: str
    amount: int


class Credit(Struct, frozen=True):
    """A credit account of the customer: what it pays, or would if it is pressed, and has left."""

    account: str
    word: str
    amount: int
    left: int

    @property
    def title(self) -> str:
        """What the account is called."""
        return title_of(self.account)


def show(visit: Visit, work: Work | None = None, **more: Any) -> HttpResponse:
    """The sale on the screen. A page that asks for its parts gets them, others the whole page."""
    work = work or visit.work()
    if not is_from_script(visit.request):
        return render(visit.request, "till/till.html", {**context_of(visit, work), **more})
    return render(visit.request, "till/parts.html", {**context_of(visit, work), **more})


def context_of(visit: Visit, work: Work) -> dict[str, Any]:
    """All that the page shows."""
    quote = work.quote
    customer = work.customer
    left = work.left_to_pay
    lines = lines_of(work, visit.notes.get("selected", ""))
    return {
        "visit": visit,
        "work": work,
        "sale": work.sale,
        "currency": work.business.currency,
        "state": "posted" if work.is_sold else "paying",
        "lines": lines,
        "selected": next((line for line in lines if line.is_selected), None),
        "gone": work.gone,
        "count": count_of(quote.lines),
        "sums": sums_of(work),
        "total": quote.total,
        "card": card_of(work),
        "codes": codes_of(work),
        "customer": customer,
        "customer_initials": initials(customer.name) if customer else "",
        "taken": taken(work.rings.tenders, work.business.currency),
        "credit_paid": [
            Credit(name, "Credit", amount, work.credit_left.get(name, 0))
            for name, amount in work.credit_paid.items()
        ],
        "left": left,
        "too_much": -left if left < 0 else 0,
        "is_free": is_free(quote),
        "can_pay": bool(quote.lines) and left >= 0 and not work.is_sold,
        "change": sum(each.change for each in work.rings.tenders),
        "ledgers": _ledgers(work),
        "held_count": visit.at.held().count(),
        "reasons": REASONS,
        "notes": visit.notes,
        **paying_context(visit, work, visit.notes.get("method", "cash")),
    }


def paying_context(
    visit: Visit, work: Work, method: str, typed: str | None = None
) -> dict[str, Any]:
    """The tender that is about to be taken: its method, its amount, and what its button says."""
    money = work.business.money
    left = work.left_to_pay
    method = method if method in METHODS else "cash"
    text = visit.notes.get("amount", typed)
    offer, error = None, visit.notes.get("amount_error", "")
    if text is None:
        text = money.format(max(0, left))
    try:
        offer = _offer(work, method, text)
    except NotTaken as wrong:
        error = error or str(wrong)
    chosen = offer.tender.given if offer is not None and method == "cash" else None
    return {
        "method": method,
        "methods": [(key, words, key == method) for key, words in METHODS.items()],
        "amount": text,
        "amount_error": error if work.quote.lines and left > 0 else "",
        "credits": _credits(work),
        "button": offer.words if offer is not None else "Take",
        "cash_notes": [
            Note(money.format(note), note == chosen) for note in notes_for(max(0, left))
        ],
    }


def _credits(work: Work) -> list[Credit]:
    """The accounts that can pay, and what each would; where there are several, with their names."""
    several = len(work.credit_left) > 1
    return [
        Credit(
            name,
            payment_words("credit_account", name) if several else "Credit",
            min(left, rest),
            left,
        )
        for name, left in work.credit_left.items()
        if (rest := work.left_to_pay) > 0
    ]


def _offer(work: Work, method: str, text: str) -> Offer:
    money = work.business.money
    return offered(method, amount_of(text, money), work.left_to_pay, money)


def taken(tenders: tuple[Tender, ...], currency: str) -> list[Taken]:
    """The tenders of a sale, in the order in which they were taken."""
    found = []
    for place, tender in enumerate(tenders):
        words = METHODS[tender.method]
        detail = f"•••• {tender.last4}" if tender.last4 else ""
        if tender.given is not None and tender.given != tender.amount:
            detail = f"{amount_text(tender.given, currency)} given"
        found.append(Taken(place, words.word, words.icon, detail, tender.amount))
    return found


def _ledgers(work: Work) -> tuple[journal.Ledger, ...]:
    if work.sale is not None and work.sale.order_id is not None:
        return journal.posted(reading.transfers_of(work.sale.order_id))
    return journal.foretold(work.quote, work.rings.tenders) if work.quote.lines else ()
