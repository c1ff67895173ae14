"""What organizations used of their allotments, by product and period: a page, and files (AL-13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from largesse.backoffice import exporting
from largesse.backoffice.amounts import currency_of, shown
from largesse.backoffice.site import site
from largesse.catalog.models import Product
from largesse.crm.models import Organization
from largesse.engine.money import Currency
from largesse.engine.window import Period
from largesse.offers.models import Allotment
from largesse.orders.allotment_uses import Figures, OfProduct, Usage, usage
from largesse.orders.allotment_uses.report import HEAD, STEPS, sheet_rows
from largesse.pages.figures import count_text

_STEPS: Final = {
    Period.DAY: "By day",
    Period.WEEK: "By week",
    Period.CALENDAR_MONTH: "By month",
    Period.CALENDAR_YEAR: "By year",
}


def _small(**attrs: str) -> dict[str, str]:
    return {"class": "input-sm", **attrs}


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs=_small(type="date"))
    return forms.DateField(label=label, required=False, widget=widget)


class UsageForm(forms.Form):
    """Of which organization and product, on which days of the business; none is all."""

    organization = forms.ModelChoiceField(
        Organization.objects.filter(allotments__isnull=False).distinct(),
        required=False,
        to_field_name="code",
        empty_label="All organizations",
        widget=forms.Select(attrs=_small()),
    )
    product = forms.ModelChoiceField(
        Product.objects.filter(allotments__isnull=False).distinct(),
        required=False,
        to_field_name="sku",
        empty_label="All products",
        widget=forms.Select(attrs=_small()),
    )
    since = _day("From")
    until = _day("to")
    step = forms.ChoiceField(
        label="Divided",
        required=False,
        choices=[("", "Not divided"), *((step.value, _STEPS[step]) for step in STEPS)],
        widget=forms.Select(attrs=_small()),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since is not None and until is not None and until < since:
            self.add_error("until", "It is before the first day.")
        return cleaned


def page(request: HttpRequest) -> HttpResponseBase:
    """The report; `?as=csv` and `?as=xlsx` are files of the same."""
    if not request.user.has_perm("offers.view_allotment"):
        raise PermissionDenied
    form = UsageForm(request.GET)
    found = _found(form) if form.is_valid() else Usage((), Figures())
    currency = currency_of(request)
    kind = request.GET.get("as", "")
    if kind in exporting.KINDS and form.is_valid():
        return _file(request, kind, found, form, currency)
    query = request.GET.copy()
    query.pop("as", None)
    context = {
        **site.each_context(request),
        "form": form,
        "organization": form.cleaned_data.get("organization"),
        "organizations": [
            {
                "record": each.organization,
                "sum": _shown(each.figures, currency),
                "lines": [_line(line, currency) for line in each.lines],
            }
            for each in found.organizations
        ],
        "sums": _shown(found.figures, currency),
        "currency": currency.code,
        "is_divided": bool(form.cleaned_data.get("step")),
        "query": query.urlencode(),
        "is_narrowed": any(form.cleaned_data.values()),
    }
    return TemplateResponse(request, "backoffice/organizations/usage.html", context)


def _found(form: UsageForm) -> Usage:
    asked = dict(form.cleaned_data)
    until: date | None = asked.pop("until")
    step = asked.pop("step")
    return usage(
        **asked,
        until=until + timedelta(days=1) if until is not None else None,
        step=Period(step) if step else None,
    )


def _line(line: OfProduct, currency: Currency) -> dict[str, Any]:
    return {
        "product": line.product,
        "first_day": line.first_day,
        "figures": _shown(line.figures, currency),
    }


def _shown(figures: Figures, currency: Currency) -> list[str]:
    """The figures as the columns of the page have them."""
    counts = (figures.used, figures.returned, figures.net, figures.held)
    return [*(count_text(count) for count in counts), shown(figures.given, currency.code)]


def _file(
    request: HttpRequest, kind: str, found: Usage, form: UsageForm, currency: Currency
) -> HttpResponseBase:
    exporting.record(request, Allotment, "The usage report", kind)
    of = form.cleaned_data["organization"]
    name = f"allotment-usage-{of.code}" if of is not None else "allotment-usage"
    return exporting.sheet(kind, name, "Usage of allotments", HEAD, sheet_rows(found, currency))
