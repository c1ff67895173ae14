"""Promotions and what they share, by revisions; vouchers, allotments; and the log of the book."""

from __future__ import annotations

from typing import Any, ClassVar

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


class Part(Record):
    """A condition or an action that promotions share by its name; its latest revision holds.

    `offers.parts.revise` writes it, and nothing else does. The promotions that name it have its text
    in their own revisions, so that orders keep what they were priced with (PR-8).
    """

    code_field = "name"

    class Base(models.TextChoices):
        ACTION = "action"
        CONDITION = "condition"

    base = models.CharField(max_length=9, choices=Base, editable=False)
    name = models.CharField(max_length=64, help_text="What promotions call it by; it stays.")
    title = models.CharField(max_length=160, blank=True)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=64)
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["base", "name"], name="part_name_once")
        ]

    def __str__(self) -> str:
        return self.title or self.name


class _PartsOf(models.Manager[Any]):
    """The parts of one base."""

    def __init__(self, base: Part.Base):
        super().__init__()
        self.base = base

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(base=self.base)


class Action(Part):
    """An action that promotions share."""

    prefix = "act"
    objects: ClassVar[models.Manager[Any]] = _PartsOf(Part.Base.ACTION)

    class Meta:
        proxy = True


class Condition(Part):
    """A condition that promotions share."""

    prefix = "cnd"
    objects: ClassVar[models.Manager[Any]] = _PartsOf(Part.Base.CONDITION)

    class Meta:
        proxy = True


class Mention(models.Model):
    """A thing that the latest revision of a promotion or a shared part names: it can't be deleted,
    for what names it would be broken.
    """

    promotion = models.ForeignKey(
        Promotion, null=True, on_delete=models.CASCADE, related_name="mentions"
    )
    part = models.ForeignKey(Part, null=True, on_delete=models.CASCADE, related_name="mentions")
    product_group = models.ForeignKey(
        ProductGroup, null=True, on_delete=models.PROTECT, related_name="mentions"
    )
    product = models.ForeignKey(
        Product, null=True, on_delete=models.PROTECT, related_name="mentions"
    )
    location = models.ForeignKey(
        Location, null=True, on_delete=models.PROTECT, related_name="mentions"
    )
    shared = models.ForeignKey(
        Part, null=True, on_delete=models.PROTECT, related_name="mentioned_by"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(promotion__isnull=True) ^ models.Q(part__isnull=True),
                name="mention_promotion_or_part",
            )
        ]

    def __str__(self) -> str:
        named = self.product_group or self.product or self.location or self.shared
        return f"{self.promotion or self.part} names {named}"


class Revision(models.Model):
    """What something was from one change to the next; never changed itself (PR-8)."""

    number = models.PositiveIntegerField()
    definition = models.JSONField(help_text="It in the file format.")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["-number"]


class PromotionRevision(Revision):
    """What a promotion was; its shared parts stand in it with their text."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="revisions")

    class Meta(Revision.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promotion", "number"], name="revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.promotion}, revision {self.number}"


class PartRevision(Revision):
    """What a shared part was, its title, its description and whether it was archived with it."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="revisions")

    class Meta(Revision.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "number"], name="part_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.part}, revision {self.number}"


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
