"""What all records share: a UUIDv7 key that is shown with the prefix of its kind; exact amounts and
rates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from largesse.engine.money import AMOUNT_MAX, RATE_MAX, Currency, percent, percent_string
from largesse.ids import parse_id, public_id, uuid7


class Stored(models.Model):
    """A row that is stored with all that follows from it, such as its history, or not at all."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)


class Record(Stored):
    """A row with a UUIDv7 key. `prefix` is what its shown id begins with.

    `code_field` names the field by which orders, offers and files call it, if there is one: that
    never changes once it is stored.
    """

    prefix: ClassVar[str]
    code_field: ClassVar[str] = ""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(
        primary_key=True, default=uuid7, editable=False
    )
    _stored_code: str | None = None

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **more: Any,
    ) -> Self:
        record = super().from_db(db, field_names, values, **more)
        record._stored_code = record.__dict__.get(cls.code_field)
        return record

    def clean(self) -> None:
        """Its code is the one that it was stored with."""
        super().clean()
        now, stored = self.__dict__.get(self.code_field), self._stored_code
        if None not in (now, stored) and now != stored:
            raise ValidationError(
                {
                    self.code_field: f"{stored} is what orders and offers call it, so it stays; "
                    f"make a new one for {now}."
                }
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it. Raises ValidationError for a changed code."""
        if self._stored_code is not None:
            Record.clean(self)
        super().save(*args, **kwargs)
        if self.code_field:
            self._stored_code = self.__dict__.get(self.code_field)

    @property
    def public_id(self) -> str:
        """The key as people and programs see it."""
        return public_id(self.prefix, self.id)

    @classmethod
    def by_public_id(cls, text: str) -> Self:
        """The record that a shown id names. Raises ValueError or DoesNotExist."""
        return cls._default_manager.get(id=parse_id(cls.prefix, text))


# --- amounts and rates -----------------------------------------------------------------------------


class _CurrencySource:
    """Where forms learn the business's currency: the layer that knows it says so when it starts."""

    def __init__(self) -> None:
        self.ask: Callable[[], Currency] = lambda: Currency("USD")


CURRENCY_SOURCE: Final = _CurrencySource()


class _Exact(models.PositiveBigIntegerField):  # type: ignore[type-arg]
    """A whole number of small units, from 0 to a bound that the database checks too (MO-1, MO-6)."""

    maximum: ClassVar[int]
    form_class: ClassVar[type[forms.Field]]

    def get_internal_type(self) -> str:
        return "PositiveBigIntegerField"

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        column = connection.ops.quote_name(str(self.column))
        return f"{column} >= 0 AND {column} <= {self.maximum}"

    @property
    def validators(self) -> Sequence[Any]:  # type: ignore[override]
        # Not those of the column's type, which allows more.
        return [*self.default_validators, MinValueValidator(0), MaxValueValidator(self.maximum)]

    def formfield(self, **kwargs: Any) -> Any:
        # Not the one of whole numbers, which would show the small units.
        return models.Field.formfield(self, **{"form_class": self.form_class, **kwargs})


_GROUPED: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?%?")
"""A number whose thousands are set off by commas."""


class _DecimalText(forms.Field):
    """Shows a whole number of small units as a decimal, and reads one exactly."""

    def text_of(self, units: int) -> str:
        raise NotImplementedError

    def units_of(self, text: str) -> int:
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return self.text_of(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            text = "".join(str(value).split())
            # 1,300.50 as we show it; 12,50 may mean something else, and is refused.
            units = self.units_of(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
        except ValueError as wrong:
            raise ValidationError(f"{wrong}.", code="invalid") from None
        if units < 0:
            raise ValidationError(f"{value} is negative; it is 0 or more.", code="min_value")
        return units

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        if isinstance(widget, forms.NumberInput):
            return {"step": "any", "min": "0"}
        return {"inputmode": "decimal", "autocomplete": "off"}


class AmountFormField(_DecimalText):
    """An amount in the business's currency, such as 12.50 (MO-1)."""

    known: Currency | None = None
    """The currency, where a form has asked for it once for all of its fields."""

    @property
    def currency(self) -> Currency:
        return self.known or CURRENCY_SOURCE.ask()

    def text_of(self, units: int) -> str:
        return self.currency.format(units)

    def units_of(self, text: str) -> int:
        return self.currency.parse(text)


class RateFormField(_DecimalText):
    """A percentage with up to 4 decimals, such as 12.3456 or 12.3456 % (MO-2)."""

    def text_of(self, units: int) -> str:
        return percent_string(units)

    def units_of(self, text: str) -> int:
        return percent(text.removesuffix("%"))


class AmountField(_Exact):
    """An amount in minor units of the business's currency; forms show and read it as a decimal."""

    maximum = AMOUNT_MAX
    form_class = AmountFormField


class RateField(_Exact):
    """A rate in millionths; forms show and read it in percent."""

    maximum = RATE_MAX
    form_class = RateFormField
