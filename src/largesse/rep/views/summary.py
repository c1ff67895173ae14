"""The Summary tab: what the order comes to, what lapses, what is in the way; and saving it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from largesse.business import configuration
from largesse.engine.faults import Faults
from largesse.orders.answers import Answer, Done, PriceChanged, Refused
from largesse.orders.credit.purses import NOTHING, purses
from largesse.orders.referring import approvers
from largesse.pages.figures import amount_text
from largesse.pages.toasts import toast
from largesse.rep import keeping, saving
from largesse.rep.at_party import lost
from largesse.rep.forms import AskForm, PlaceForm
from largesse.rep.giving import bars, lapsing, overs
from largesse.rep.summary_page import summary as summary_of
from largesse.rep.views.opened import opened, show_tab, told_of_other
from largesse.rep.views.page import Visit, for_reps
from largesse.rep.work import Work


@require_http_methods(["GET", "HEAD", "POST"])
@for_reps
def summary(visit: Visit, shown_id: str) -> HttpResponse:
    """See what the order comes to; posted, it is saved: placed, or sent for approval."""
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    if visit.request.method != "POST":
        return show_summary(visit, work)
    if keeping.is_stale(work, visit.request.POST.get("version", "")):
        return _told(visit, work)
    if not work.draft.lines or overs(work.quote, work.draft):
        return show_summary(visit, work)
    no = lost(visit.user, work.record)
    if no:
        return show_summary(visit, work, problem=no)
    if "place" in visit.request.POST and not work.quote.referred:
        return _place(visit, work)
    return _ask(visit, work)


def show_summary(
    visit: Visit,
    work: Work,
    ask: AskForm | None = None,
    place: PlaceForm | None = None,
    problem: str = "",
    *,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
) -> HttpResponse:
    """The tab. By account: what was typed as an amount of credit, and what is wrong there."""
    found = bars(work.quote, work.draft)
    context: dict[str, Any] = {
        "tab": "summary",
        "summary": summary_of(work.quote),
        "ask": ask or _ask_form(visit, work, None),
        "place": place or PlaceForm(),
        "problem": problem,
        "credit": purses(work.record.customer, work.quote, typed, errors, own=work.own_credit),
        "lapses": lapsing(found),
        "is_referred": work.quote.referred,
        "may_ask": configuration.value(configuration.REPS_REFER_ORDERS),
        "asks_by_hand": ask is not None and not work.quote.referred,
    }
    return show_tab(visit, work, "summary.html", context)


def _ask_form(visit: Visit, work: Work, said: Any) -> AskForm:
    kept = saving.asked_of(visit.request, work.record)
    return AskForm(
        said,
        initial={"note": kept.note, "approver": kept.approver},
        approvers=approvers(visit.user.username),
    )


def _place(visit: Visit, work: Work) -> HttpResponse:
    form = PlaceForm(visit.request.POST)
    if not form.is_valid():
        return show_summary(visit, work, place=form)
    seen = visit.request.POST.get("due", "")
    confirmed = int(seen) if seen.isdecimal() else work.quote.due
    if not saving.claimed(work):
        return _told(visit, work)
    try:
        answer = saving.placed(work, form.payment(), confirmed, visit.user.username).answer
    except Faults as faults:
        return show_summary(visit, work, place=form, problem=str(faults))
    return _saved(visit, work, answer)


def _ask(visit: Visit, work: Work) -> HttpResponse:
    form = _ask_form(visit, work, visit.request.POST)
    if not configuration.value(configuration.REPS_REFER_ORDERS):
        return show_summary(
            visit, work, problem="Reps may not refer orders here. Detach the deal instead."
        )
    if not form.is_valid():
        return show_summary(visit, work, ask=form)
    asked = saving.Asked(form.cleaned_data["note"], form.cleaned_data["approver"])
    saving.remember(visit.request, work.record, asked)
    return send(visit, work, asked)


def send(visit: Visit, work: Work, asked: saving.Asked) -> HttpResponse:
    """Send an order for approval."""
    if not saving.claimed(work):
        return _told(visit, work)
    try:
        answer = saving.sent_for_approval(work, asked, visit.user.username).answer
    except Faults as faults:
        return show_summary(visit, work, problem=str(faults))
    return _saved(visit, work, answer)


def _told(visit: Visit, work: Work) -> HttpResponse:
    return told_of_other(visit, work, reverse("rep:summary", args=[work.record.public_id]))


def _saved(visit: Visit, work: Work, answer: Answer) -> HttpResponse:
    if isinstance(answer, Done):
        waits = answer.state.startswith("referred")
        what = "is sent for approval" if waits else "is placed"
        toast(visit.request, f"Order {answer.number} {what}.")
        return redirect("rep:order", work.record.public_id)
    if isinstance(answer, PriceChanged):
        now = amount_text(answer.due, answer.currency)
        was = amount_text(answer.confirmed, answer.currency)
        problem = f"The order comes to {now} now, not {was}. Nothing was saved; look at it again."
        return show_summary(visit, work, problem=problem)
    assert isinstance(answer, Refused)
    return show_summary(visit, work, problem=answer.message)
