"""A record's columns and the fields that programs see are one vocabulary; this is how each is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from django.db import models
from msgspec import Struct

from largesse.api.amounts import Amount, minor_of
from largesse.catalog.models import Location, Product, ProductGroup
from largesse.crm.models import Customer, Organization, Partner, Tag
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import Currency, percent, percent_string
from largesse.orders.models import Party
from largesse.records import AmountField, RateField

NATURAL: Final[Mapping[type[models.Model], str]] = {
    Product: "sku",
    ProductGroup: "code",
    Location: "code",
    Customer: "number",
    Organization: "code",
    Partner: "code",
    Tag: "name",
    Party: "number",
}
"""What people call a record by; so do programs, where one record names another."""


def told(record: models.Model, name: str, currency: Currency) -> Any:
    """A column as a program reads it."""
    field = record._meta.get_field(name)
    value = getattr(record, name)
    match field:
        case AmountField():
            return None if value is None else Amount(currency.format(value), currency.code)
        case RateField():
            return percent_string(value)
        case models.ManyToManyField():
            natural = NATURAL[_related(field)]
            return sorted(getattr(each, natural) for each in value.all())
        case models.ForeignKey():
            return None if value is None else getattr(value, NATURAL[_related(field)])
        case _:
            return value


class Writing:
    """The fields of a request on their way into a record; what is wrong is collected."""

    def __init__(self, record: models.Model, currency: Currency):
        self.record = record
        self.currency = currency
        self.faults: list[Fault] = []
        self.members: dict[str, list[models.Model]] = {}

    def set(self, name: str, value: Any) -> None:
        """Set a column, or keep what a relation to many shall be until the record is saved."""
        field = self.record._meta.get_field(name)
        match field:
            case AmountField():
                self._set_amount(field, name, value)
            case RateField():
                self._set_rate(name, value)
            case models.ManyToManyField():
                self.members[name] = self._many(_related(field), name, value)
            case models.ForeignKey():
                setattr(self.record, name, self._one(_related(field), name, value))
            case _:
                setattr(self.record, name, value)

    def save_members(self) -> None:
        """Save the relations to many."""
        for name, members in self.members.items():
            getattr(self.record, name).set(members)

    def _set_amount(self, field: AmountField, name: str, value: Amount | None) -> None:
        if value is None:
            setattr(self.record, name, None if field.null else 0)
            return
        try:
            setattr(self.record, name, minor_of(value, self.currency, (name,)))
        except Faults as wrong:
            self.faults.extend(wrong.faults)

    def _set_rate(self, name: str, value: str) -> None:
        rate = self.rate(name, value)
        if rate is not None:
            setattr(self.record, name, rate)

    def rate(self, name: str, value: str) -> int | None:
        """A percentage in millionths, from 0 to 100 %."""
        try:
            rate = percent(value)
        except ValueError as wrong:
            self.faults.append(Fault(name, value, str(wrong)))
            return None
        if not 0 <= rate <= percent(100):
            self.faults.append(Fault(name, value, "is a percentage from 0 to 100"))
        return rate

    def _one(self, model: type[models.Model], name: str, value: str | None) -> models.Model | None:
        if value is None:
            return None
        found = model._default_manager.filter(**{NATURAL[model]: value}).first()
        if found is None:
            self.faults.append(Fault(name, value, f"no {model._meta.verbose_name} is called so"))
        return found

    def _many(self, model: type[models.Model], name: str, values: list[str]) -> list[models.Model]:
        natural = NATURAL[model]
        if model is Tag:
            # A tag comes to be by being given.
            Tag.objects.bulk_create([Tag(name=each) for each in values], ignore_conflicts=True)
        rows = model._default_manager.filter(**{f"{natural}__in": values})
        known = {getattr(row, natural): row for row in rows}
        noun = model._meta.verbose_name
        self.faults += [
            Fault(f"{name}[{i}]", value, f"no {noun} is called so")
            for i, value in enumerate(values)
            if value not in known
        ]
        return list(known.values())


def _related(field: Any) -> type[models.Model]:
    return cast(type[models.Model], field.related_model)


def value_names(struct: type[Struct]) -> tuple[str, ...]:
    """The fields of a record's struct that are columns of it."""
    return tuple(name for name in struct.__struct_fields__ if name not in ("object", "id"))
