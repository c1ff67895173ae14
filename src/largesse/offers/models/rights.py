"""Rights that are handed out: single-use codes, allotments; vouchers have a module of their own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Customer, Organization
from largesse.offers.models.offers import Promotion
from largesse.records import Record


class CodeBatch(Record):
    """Single-use codes of a promotion that were made together (PR-6)."""

    prefix = "bat"

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="code_batches")
    label = models.CharField(max_length=120, blank=True, help_text="What they were made for.")
    count = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.label or self.public_id


class SingleUseCode(Record):
    """A code that one order may use for a promotion (PR-6). Whether it has been used is told by its
    account in the ledger.

    An automatic one needs no entering: it is a customer's right to a promotion, given by the order
    `given_by` (AC-7).
    """

    prefix = "suc"
    code_field = "code"

    code = models.CharField(max_length=40, unique=True, help_text="As codes are compared.")
    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="codes")
    batch = models.ForeignKey(
        CodeBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="codes"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="single_use_codes"
    )
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True, help_text="The first instant after it.")
    automatic = models.BooleanField(default=False)
    given_by = models.UUIDField(null=True, blank=True, db_index=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    void_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "single-use code"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(automatic=False) | models.Q(customer__isnull=False),
                name="automatic_code_of_customer",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Allotment(Record):
    """Free units of a product for an organization; how many are left is told by the ledger."""

    prefix = "alt"
    code_field = "code"

    code = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=120)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="allotments"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="allotments")
    product_group = models.ForeignKey(
        ProductGroup, on_delete=models.PROTECT, related_name="allotments"
    )
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True, help_text="The first instant after it.")
    members_only = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.title


class AllotmentLink(Record):
    """What is passed on so that an allotment is used: whoever holds it may (AL-5). An allotment has one
    link at a time; a revoked one works no more (AL-6).
    """

    prefix = "lnk"

    allotment = models.ForeignKey(Allotment, on_delete=models.PROTECT, related_name="links")
    name = models.CharField(max_length=24, unique=True, help_text="What its address says; random.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["allotment"],
                condition=models.Q(revoked_at__isnull=True),
                name="allotment_one_link",
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class LinkKey(Record):
    """A key that signs links, made of the server's secret and `salt`. A retired one still tells links
    that are out from false ones, for the retention time (AL-6).
    """

    prefix = "lky"

    salt = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(retired_at__isnull=True),
                name="link_key_one_current",
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class LinkVisit(Record):
    """A link that somebody opened, and what became of it: also those that were changed (AL-6)."""

    prefix = "lvs"

    class Outcome(models.TextChoices):
        OPENED = "opened"
        ALTERED = "altered"
        REVOKED = "revoked"
        OUTDATED = "outdated", "signed by a key that is out of use"

    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    allotment = models.ForeignKey(
        Allotment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="visits",
        help_text="The allotment that it is for, or was before it was changed, if that can be told.",
    )
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["allotment", "outcome"])]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at}"
