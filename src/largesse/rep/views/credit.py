"""Credit of the customer pays for the order, a part or all of it, as the rep enters it (SP-13)."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from largesse.orders.credit.purses import Purse, amount_of, purses
from largesse.rep import keeping
from largesse.rep.drafts import with_credit
from largesse.rep.views.opened import opened, told_of_other
from largesse.rep.views.page import Visit, for_reps
from largesse.rep.views.summary import show_summary
from largesse.rep.work import Work


@require_POST
@for_reps
def pay(visit: Visit, shown_id: str) -> HttpResponse:
    """Let an account pay so much of the order at most; or nothing any more."""
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    said, back = visit.request.POST, reverse("rep:summary", args=[shown_id])
    if keeping.is_stale(work, said.get("version", "")):
        return told_of_other(visit, work, back)
    name, typed = said.get("account", ""), said.get("amount", "")
    purse = _purse(work, name)
    if purse is None:
        return redirect(back)
    most = 0
    if "none" not in said:
        try:
            most = amount_of(purse, typed, visit.business.money)
        except ValidationError as wrong:
            errors = {name: str(wrong.message)}
            return show_summary(visit, work, typed={name: typed[:40]}, errors=errors)
    change = partial(with_credit, account=name, most=most)
    if not keeping.carry_out(visit.request, work, change, ""):
        return told_of_other(visit, work, back)
    return redirect(back)


def _purse(work: Work, name: str) -> Purse | None:
    found = purses(work.record.customer, work.quote, own=work.own_credit)
    return next((each for each in found if each.account == name), None)
