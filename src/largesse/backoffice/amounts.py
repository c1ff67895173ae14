"""How staff see amounts and rates: in lists, and in the controls that they type them into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from largesse.business.models import Business
from largesse.engine.money import Currency
from largesse.pages.figures import NOTHING, amount_text, percent_text
from largesse.records import AmountFormField, RateFormField


def currency_of(request: HttpRequest) -> Currency:
    """The business's currency, asked for once a request."""
    found: Currency | None = getattr(request, "business_currency", None)
    if found is None:
        found = Business.current().money
        request.business_currency = found  # type: ignore[attr-defined]
    return found


def shown(amount: int | None, currency: str) -> str:
    """An amount as tables show it; a dash where there is none.

    >>> shown(-123456, "USD"), shown(None, "USD")
    ('−1,234.56', '–')
    """
    return NOTHING if amount is None else amount_text(amount, currency)


def rate_shown(rate: int | None) -> str:
    """A rate in percent; a dash where there is none."""
    return NOTHING if rate is None else percent_text(rate)


def amount_column(field: str, title: str) -> Callable[[Any, Any], str]:
    """A column of a list; rows carry the code of their currency (`RecordAdmin.get_queryset`)."""

    @admin.display(description=title, ordering=field)
    def column(_: Any, row: Any) -> str:
        return shown(getattr(row, field), row.currency)

    return column


def _control() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "money"})


class AmountInput(AmountFormField):
    """An amount with its currency beside it; the form says which (`known`)."""

    def __init__(self, *, known: Currency | None = None, **kwargs: Any):
        super().__init__(widget=_control(), **kwargs)
        self.known = known

    @property
    def unit(self) -> str:
        return self.currency.code


class RateInput(RateFormField):
    """A rate with its sign beside it."""

    unit = "%"

    def __init__(self, **kwargs: Any):
        super().__init__(widget=_control(), **kwargs)
