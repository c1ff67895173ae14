"""What guests' returns since would have changed of the award is settled: charged, or waived (SP-12)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from largesse.backoffice.amounts import currency_of
from largesse.backoffice.parties.deeds import ReasonForm, deed_of, form_for, form_key_anew, told
from largesse.backoffice.parties.frame import SEES_CORRECTIONS, address, around, of_party, shown
from largesse.backoffice.questions import Question, asked
from largesse.orders.answers import Done, Refused
from largesse.orders.models import Correction, Party
from largesse.orders.notices import names_of
from largesse.orders.parties.settling import How
from largesse.orders.parties.settling import settle as settle_correction
from largesse.pages.figures import amount_text

SETTLE: Final = "backoffice.settle_correction"

CAUSES: Final = {"order.refunded": "Given back", "order.cancelled": "Cancelled"}
"""What made a correction, in a word or two."""


@require_safe
@of_party(needs=SEES_CORRECTIONS)
def page(request: HttpRequest, party: Party) -> HttpResponse:
    """All corrections of a party, the open ones with what can be done."""
    rows = list(party.corrections.select_related("order__customer").order_by("-id"))
    by = {row.settled_by for row in rows if row.settled_by}
    context: dict[str, Any] = {
        "rows": [(row, CAUSES.get(row.cause, row.cause)) for row in rows],
        "people": names_of(by),
        "may_settle": request.user.has_perm(SETTLE),
        "open_sum": sum(row.amount for row in rows if row.state == Correction.State.OPEN),
    }
    return shown(request, party, "corrections", context)


@of_party(needs=SETTLE)
def settle(request: HttpRequest, party: Party, correction: UUID, how: How) -> HttpResponse:
    """Charge a correction to the host's credit, or waive it; with a reason."""
    row = get_object_or_404(Correction, pk=correction, party=party)
    form = form_for(ReasonForm, request)
    currency = currency_of(request)
    amount = f"{amount_text(row.amount, currency)} {currency.code}"

    def do() -> str | Refused:
        deed = deed_of(request, form, deed=how, correction=str(row.pk))
        answer = settle_correction(row.pk, deed, how)
        if isinstance(answer.answer, Done):
            return f"{amount} {_done(party, how)}."
        form_key_anew(form)
        return told(answer.answer)

    question = _question(party, amount, how)
    return asked(
        request,
        question,
        do,
        back=address(party, "corrections"),
        around=around(party, title=question.title),
        form=form,
    )


def _done(party: Party, how: How) -> str:
    if how == "charge":
        return f"charged to the credit account of {party.host.name}"
    return "waived"


def _question(party: Party, amount: str, how: How) -> Question:
    host = party.host.name
    if how == "charge":
        return Question(
            f"Charge {amount} to {host}?",
            f"It is taken off the credit account of {host}, which may go below zero then. The award "
            "itself stays.",
            "Charge it",
            "Not now",
        )
    return Question(
        f"Waive {amount}?",
        f"{host} keeps what was awarded, and nothing is booked.",
        "Waive it",
        "Not now",
        is_grave=False,
    )
