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
