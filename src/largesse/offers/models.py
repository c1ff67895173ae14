"""Promotions and their revisions, vouchers, allotments; and the log that the book is made from."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from largesse.catalog.models import Location, Product, ProductGroup
from largesse.crm.models import Customer, Organization, Partner
from largesse.engine.money import ONE
from largesse.records import AmountField, RateField, Record


class ExclusionGroup(Record):
    """Promotions of which a mode says which apply (CH-3)."""

    prefix = "xgr"
    code_field = "code"

    class Mode(models.TextChoices):
        STACK = "stack", "all that apply"
        FIRST = "first", "the first by priority"
        BEST = "best", "the largest saving"
        LOWEST = "lowest", "the lowest saving"

    code = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=120, blank=True)
    mode = models.CharField(max_length=6, choices=Mode, default=Mode.BEST)
    order = models.IntegerField(default=0, help_text="Groups are evaluated from the lowest.")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["order", "code"]

    def __str__(self) -> str:
        return self.title or self.code


class Promotion(Record):
    """A promotion: its latest revision is the one that holds.

    What lists filter and sort by is kept in columns; `offers.promotions.revise` writes them from the
    revision, and nothing else does.
    """

    prefix = "pro"
    code_field = "code"

    code = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=160, blank=True)
    stage = models.CharField(max_length=8, default="standard")
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True, help_text="The first instant after it.")
    priority = models.BigIntegerField(default=0)
    exclusion_group = models.ForeignKey(
        ExclusionGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="promotions"
    )
    promo_code = models.CharField(max_length=64, blank=True, db_index=True)
    active = models.BooleanField(default=True)
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.title or self.code


class Mention(models.Model):
    """A thing that the latest revision of a promotion names: it can't be deleted, for the promotion
    would be broken.
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="mentions")
    product_group = models.ForeignKey(
        ProductGroup, null=True, on_delete=models.PROTECT, related_name="mentions"
    )
    product = models.ForeignKey(
        Product, null=True, on_delete=models.PROTECT, related_name="mentions"
    )
    location = models.ForeignKey(
        Location, null=True, on_delete=models.PROTECT, related_name="mentions"
    )

    def __str__(self) -> str:
        return f"{self.promotion} names {self.product_group or self.product or self.location}"


class PromotionRevision(models.Model):
    """What a promotion was from one change to the next; never changed itself (PR-8)."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    definition = models.JSONField(help_text="The promotion in the file format.")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promotion", "number"], name="revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.promotion}, revision {self.number}"


class Voucher(Record):
    """A numbered single-use right. Whether it has been used is told by its account in the ledger."""

    prefix = "vou"
    code_field = "number"

    class State(models.TextChoices):
        CREATED = "created"
        ASSIGNED = "assigned"
        VOID = "void"

    number = models.CharField(max_length=32, unique=True, help_text="As codes are compared.")
    percent = RateField(null=True, blank=True)
    value = AmountField(null=True, blank=True)
    minimum = AmountField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.CREATED)
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="vouchers"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="vouchers"
    )
    expires = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) ^ models.Q(value__isnull=True),
                name="voucher_percent_or_value",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True)
                | models.Q(percent__gt=0, percent__lte=ONE),
                name="voucher_percent_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.number


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


class BookVersion(models.Model):
    """How often the book has changed: the one row that every change of it increments.

    `stamp` is new with each change. A version that was rolled back or lost with a backup may come
    again with another content: then it has another stamp.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.BigIntegerField(default=0)
    stamp = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.version)


class BookEntry(models.Model):
    """One thing of the book as it is from one version on; without content it is taken out.

    The entries are a log: the book of any version is made of the latest entries up to it, so that an
    order of the past can be priced again (EX-4), and a process that has an older version reads only
    what came after (QU-6).
    """

    class Kind(models.TextChoices):
        """In the order in which a book is built: a thing names only things of kinds before its own."""

        BUSINESS = "business"
        PRODUCT = "product"
        GROUP = "product_group"
        LOCATION = "location"
        EXCLUSION_GROUP = "exclusion_group"
        PROMOTION = "promotion"
        ALLOTMENT = "allotment"

    version = models.BigIntegerField()
    stamp = models.UUIDField()
    kind = models.CharField(max_length=16, choices=Kind)
    code = models.CharField(max_length=64, blank=True)
    content = models.TextField(null=True, help_text="The thing in the file format, as JSON.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "kind", "code"], name="book_entry_once")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "code", "version"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} as of {self.version}"
