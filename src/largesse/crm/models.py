"""Customers, organizations and partners, as records that staff keep."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from largesse.records import Record


class Organization(Record):
    """A company or association with members; it may hold allotments."""

    prefix = "org"
    code_field = "code"

    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    active = models.BooleanField(default=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word that conditions ask for."""

    name = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Customer(Record):
    """A buyer; a distributor is a sales rep."""

    prefix = "cus"
    code_field = "number"

    class Type(models.TextChoices):
        CUSTOMER = "customer"
        DISTRIBUTOR = "distributor"

    number = models.CharField(
        max_length=32, unique=True, help_text="What staff and receipts call it."
    )
    name = models.CharField(max_length=160)
    type = models.CharField(max_length=12, choices=Type, default=Type.CUSTOMER)
    email = models.EmailField(blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True, db_index=True)
    birthday = models.DateField(null=True, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    tags: models.ManyToManyField[Tag, models.Model] = models.ManyToManyField(
        Tag, blank=True, related_name="customers"
    )
    organizations: models.ManyToManyField[Organization, models.Model] = models.ManyToManyField(
        Organization, blank=True, related_name="members"
    )
    referred_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="referred"
    )
    sponsor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sponsored",
        limit_choices_to={"type": Type.DISTRIBUTOR},
        help_text="The distributor that it belongs to, who may be given credit for its orders.",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="customer",
        help_text="The account with which it signs in to the shop.",
    )
    active = models.BooleanField(default=True)
    history = HistoricalRecords(m2m_fields=[tags, organizations])

    class Meta:
        ordering: ClassVar = ["name", "number"]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Partner(Record):
    """A business that hands vouchers to its own customers, whichever location added it (VO-18)."""

    prefix = "ptn"
    code_field = "code"

    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    added_in = models.SlugField(
        "added in", max_length=64, blank=True, help_text="The code of the location that added it."
    )
    active = models.BooleanField(default=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
