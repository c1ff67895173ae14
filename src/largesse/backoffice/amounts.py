"""Amounts are whole minor units and rates millionths; people write and read them as decimals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from largesse.business.models import Business
from largesse.engine.money import Currency, percent, percent_string
from largesse.pages.figures import NOTHING, amount_text, percent_text


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


class _Decimal(forms.CharField):
    """Text that is a whole number of something small."""

    def __init__(self, *, unit: str, **kwargs: Any):
        kwargs.pop("min_value", None)
        kwargs.pop("max_value", None)
        kwargs["widget"] = forms.TextInput(
            attrs={"class": "money", "inputmode": "decimal", "autocomplete": "off"}
        )
        self.unit = unit
        super().__init__(**kwargs)

    def read(self, text: str) -> int:
        raise NotImplementedError

    def write(self, value: int) -> str:
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return self.write(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = "" if value is None else str(value).strip().replace(",", "")
        if not text:
            return None
        try:
            number = self.read(text)
        except ValueError as wrong:
            raise ValidationError(f"{wrong}.") from None
        if number < 0:
            raise ValidationError(f"{value} is negative. Enter 0 or more.")
        return number


class AmountInput(_Decimal):
    """An amount of one currency; without one, a form has to say `use`."""

    def __init__(self, *, currency: Currency | None = None, **kwargs: Any):
        super().__init__(unit="", **kwargs)
        self.use(currency or Currency.of("USD"))

    def use(self, currency: Currency) -> None:
        """Read and write amounts of this currency."""
        self.currency = currency
        self.unit = currency.code

    def read(self, text: str) -> int:
        return self.currency.parse(text)

    def write(self, value: int) -> str:
        return self.currency.format(value)


class RateInput(_Decimal):
    """A rate in percent."""

    def __init__(self, **kwargs: Any):
        super().__init__(unit="%", **kwargs)

    def read(self, text: str) -> int:
        return percent(text)

    def write(self, value: int) -> str:
        return percent_string(value)
