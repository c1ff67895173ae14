"""Records that only a use case makes are entered on a page of ours, whose form tells every fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from largesse.backoffice.amounts import AmountInput, RateInput, currency_of
from largesse.backoffice.site import site
from largesse.business.models import Business
from largesse.engine.faults import Fault, Faults


class EntryForm(forms.Form):
    """A form that knows the business's currency: `AmountInput`s are given it."""

    def __init__(self, data: Any, *, request: HttpRequest, **kwargs: Any):
        super().__init__(data, **kwargs)
        for field in self.fields.values():
            if isinstance(field, AmountInput):
                field.known = currency_of(request)

    def tell(self, faults: Iterable[Fault]) -> None:
        """Each fault under its field, or above the form where it has none."""
        for fault in faults:
            name = fault.place.partition("[")[0]
            field = self.fields.get(name)
            subject = str(field.label or name.replace("_", " ").capitalize()) if field else ""
            message = f"{subject} {fault.message}." if subject else f"{fault}."
            self.add_error(name if field else None, message)


def found_by_typing(model: type[models.Model], field: str) -> AutocompleteSelect:
    """A control that searches while one types, as the pages of the record have it."""
    return AutocompleteSelect(model._meta.get_field(field), site)


def amount(label: str, help_text: str = "", *, required: bool = False) -> AmountInput:
    """An amount whose currency the form fills in."""
    return AmountInput(label=label, help_text=help_text, required=required)


def rate(label: str, help_text: str = "", *, required: bool = False) -> RateInput:
    return RateInput(label=label, help_text=help_text, required=required)


def entry_page(
    request: HttpRequest,
    form: EntryForm,
    do: Callable[[Any], str],
    *,
    context: dict[str, Any],
    template: str = "backoffice/entry.html",
) -> HttpResponse:
    """The form, or, once it is right, what `do` says is the next address."""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(do(form.cleaned_data))
        except Faults as found:
            form.tell(found.faults)
    return TemplateResponse(
        request, template, {**site.each_context(request), "form": form, **context}
    )


def first_after(day: date | None) -> datetime | None:
    """The first instant after a day of the business."""
    return start_of(day + timedelta(days=1)) if day else None


def start_of(day: date | None) -> datetime | None:
    """The first instant of a day of the business."""
    return Business.current().calendar.midnight(day) if day else None


def last_moment(expires: datetime | None) -> datetime | None:
    """The last moment before an instant: on the last day of what ends with it."""
    return None if expires is None else expires - timedelta(microseconds=1)
