"""The business, the people who work in it, and its named settings."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any, ClassVar, Final, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from largesse.engine.money import Currency
from largesse.engine.window import WEEKDAYS, Calendar, Weekday
from largesse.ids import public_id, uuid7
from largesse.records import Stored

AMOUNTS_EXIST: Final[list[Callable[[], bool]]] = []
"""Asked before the currency changes; each layer above that keeps amounts adds its question."""


class User(AbstractUser):
    """Someone who can sign in: staff in the back office, or a customer in the shop."""

    prefix: ClassVar[str] = "usr"

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=uuid7, editable=False
    )

    @property
    def public_id(self) -> str:
        return public_id(self.prefix, self.id)


class Business(Stored):
    """The one business of this database: what all amounts and days in it mean."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=120)
    currency = models.CharField(
        max_length=3, default="USD", help_text="The ISO 4217 code of every amount."
    )
    half_even = models.BooleanField(
        "round half to even", default=False, help_text="Otherwise half is rounded away from zero."
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    week_starts = models.CharField(
        max_length=9, default="monday", choices=[(day, day.capitalize()) for day in WEEKDAYS]
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "business"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="business_is_one")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The currency is a code, and stays once there are amounts; the time zone is known."""
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise ValidationError(
                {"currency": f"{self.currency} is not an ISO 4217 code such as USD."}
            )
        stored = Business.objects.values_list("currency", flat=True).first()
        if stored not in (None, self.currency) and any(ask() for ask in AMOUNTS_EXIST):
            raise ValidationError(
                {"currency": f"There are amounts in {stored} already, so {stored} stays."}
            )
        try:
            self.calendar.zone.key  # noqa: B018
        except (KeyError, ValueError, OSError):
            raise ValidationError(
                {"time_zone": f"{self.time_zone} is not a time zone such as Europe/Vienna."}
            ) from None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it. Raises ValidationError for what `clean` refuses."""
        self.clean()
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> Business:
        """The business; with its defaults, where nobody has set it up yet."""
        return cls.objects.first() or cls(name="Largesse")

    @property
    def money(self) -> Currency:
        return Currency.of(self.currency, half_even=self.half_even)

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.time_zone, cast(Weekday, self.week_starts))


class Setting(models.Model):
    """A named setting that differs from its default; `configuration.py` lists them all."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.JSONField()
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name
