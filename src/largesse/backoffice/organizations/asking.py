"""What can't be undone is asked first: closing an allotment, and revoking its link (AL-6, AL-11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from largesse.backoffice.organizations.allotment_rows import CHANGE
from largesse.backoffice.organizations.granting import around, back_to
from largesse.backoffice.questions import Question, asked
from largesse.backoffice.site import site, staff
from largesse.offers import allotment_links, allotments
from largesse.offers.models import Allotment
from largesse.pages.figures import units_text
from largesse.pages.toasts import toast


def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let nobody use an allotment any more."""
    allotment = _allotment(request, pk)
    units = allotments.units_of(allotment)
    left = units_text(units.left, "unit")
    used = units_text(units.held + units.posted, "unit")
    question = Question(
        f"Close {allotment}?",
        f"Nobody gets the product free by it any more: {left} given up. What was used stays on record, "
        f"{used}. Its link leads to the product at its ordinary price. It can’t be opened again.",
        "Close allotment",
        "Keep it",
    )

    def do() -> str:
        allotments.close(allotment)
        return f"{allotment} is closed."

    return _asked(request, allotment, question, do)


def close_chosen(request: HttpRequest, rows: QuerySet[Allotment]) -> HttpResponse | None:
    """Close several; the list is shown again once it was done."""
    chosen = list(rows.select_related("organization"))
    if "confirmed" in request.POST or not chosen:
        for allotment in chosen:
            allotments.close(allotment)
        toast(request, f"{units_text(len(chosen), 'allotment')} closed.")
        return None
    question = Question(
        f"Close {units_text(len(chosen), 'allotment')}?",
        "Nobody gets their products free by them any more. What was used stays on record. They "
        "can’t be opened again.",
        "Close them",
        "Keep them",
    )
    context: dict[str, Any] = {
        **site.each_context(request),
        **around(None, title=question.title),
        "question": question,
        "chosen": chosen,
    }
    return TemplateResponse(request, "backoffice/organizations/question.html", context)


def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the link of an allotment that is out work no more, and make a new one."""
    allotment = _allotment(request, pk)
    question = Question(
        f"Revoke the link of {allotment}?",
        "Whoever holds the link that is out pays the ordinary price from now on, also where it is in "
        "an e-mail already. A new link is made, for you to pass on. What was used stays used.",
        "Revoke link",
        "Keep the link",
    )

    def do() -> str:
        by = staff(request).get_username()
        allotment_links.revoke(allotment, at=timezone.now(), by=by)
        return f"The link of {allotment} is revoked; it has a new one."

    return _asked(request, allotment, question, do)


def _allotment(request: HttpRequest, pk: UUID) -> Allotment:
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    rows = Allotment.objects.select_related("organization", "product", "product_group")
    return get_object_or_404(rows, pk=pk, closed=False)


def _asked(
    request: HttpRequest, allotment: Allotment, question: Question, do: Callable[[], str]
) -> HttpResponse:
    organization = allotment.organization
    around_it = around(organization, title=question.title)
    return asked(request, question, do, back=back_to(organization), around=around_it)
