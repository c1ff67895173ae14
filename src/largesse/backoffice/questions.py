"""What can't be undone, or costs somebody something, is asked first; both buttons say what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

from largesse.backoffice.site import site
from largesse.orders.answers import Refused
from largesse.pages.toasts import toast


class Question(NamedTuple):
    """What is asked, what happens then, and what the two buttons say."""

    title: str
    sentence: str
    button: str
    keep: str
    is_grave: bool = True
    """Whether it takes something away, so that its button is a red one."""


def asked(
    request: HttpRequest,
    question: Question,
    do: Callable[[], str | Refused],
    *,
    back: str,
    around: dict[str, Any],
    form: forms.Form | None = None,
) -> HttpResponse:
    """The question, in a dialog or as a page; POST does it, says so, and leads back to where it was
    asked.

    `form` is what has to be said with it. What is refused is told on the page of the question.
    """
    whence = whence_of(request)
    refused: Refused | None = None
    if request.method == "POST" and (form is None or form.is_valid()):
        told = do()
        if not isinstance(told, Refused):
            toast(request, told)
            return redirect(whence or back)
        refused = told
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": question.title,
        **around,
        "question": question,
        "form": form,
        "refused": refused,
        "back": back,
        "whence": whence,
    }
    is_part = request.headers.get("HX-Request") == "true"
    name = "parts/question" if is_part else "question"
    return TemplateResponse(request, f"backoffice/{name}.html", context)


def whence_of(request: HttpRequest) -> str:
    """The page on which the dialog was opened; empty for an address that is none of ours."""
    said = request.POST.get("whence") or request.headers.get("HX-Current-URL", "")
    ours = url_has_allowed_host_and_scheme(
        said, {request.get_host()}, require_https=request.is_secure()
    )
    return said if ours else ""
