"""API keys: what programs sign in with."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from largesse.api.scopes import Scope
from largesse.catalog.models import Location
from largesse.records import Record


class ApiKey(Record):
    """The right of a program to call the API. Of its secret only the SHA-256 is kept.

    Without locations it may act anywhere; with some, only there.
    """

    prefix = "key"

    name = models.CharField(max_length=120, help_text="What it is for, such as Web shop.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(
        max_length=4,
        editable=False,
        help_text="The last characters of the secret, to tell keys apart.",
    )
    scopes = models.JSONField(default=list)
    locations: models.ManyToManyField[Location, models.Model] = models.ManyToManyField(
        Location, blank=True, related_name="+", help_text="Where it may act; none is everywhere."
    )
    requests_per_minute = models.PositiveIntegerField(
        default=6000, help_text="How many requests a minute one server process answers."
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    history = HistoricalRecords(excluded_fields=["digest", "last_used_at"], m2m_fields=[locations])

    class Meta:
        verbose_name = "API key"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"

    def clean(self) -> None:
        """The scopes are known ones."""
        unknown = [scope for scope in self.scopes if scope not in set(Scope)]
        if unknown:
            raise ValidationError(
                {"scopes": f"{unknown[0]} is no scope; scopes are {', '.join(Scope)}."}
            )
