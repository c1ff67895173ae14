"""Promotions and deals, each by revisions: the latest one holds (PR-8)."""

from __future__ import annotations

from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from simple_history.models import HistoricalRecords

from largesse.records import Record


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


class Offer(Record):
    """An offer that changes by revisions: its latest revision is the one that holds.

    What lists filter and sort by is kept in columns; `offers.revising` writes them from the revision,
    and nothing else does.
    """

    code_field = "code"

    code = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=160, blank=True)
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True, help_text="The first instant after it.")
    priority = models.BigIntegerField(default=0)
    active = models.BooleanField(default=True)
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.title or self.code


class Promotion(Offer):
    """A promotion as its latest revision has it."""

    prefix = "pro"

    stage = models.CharField(max_length=8, default="standard")
    exclusion_group = models.ForeignKey(
        ExclusionGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="promotions"
    )
    promo_code = models.CharField(max_length=64, blank=True, db_index=True)


class Deal(Offer):
    """A deal as its latest revision has it."""

    prefix = "dea"

    high_priority = models.BooleanField(default=False)
    manual = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    referable = models.BooleanField(default=False, verbose_name="may be referred")


OFFERS: Final[tuple[type[Promotion] | type[Deal], ...]] = (Promotion, Deal)
"""Offers by revisions; no two of them have one code, of whatever sort they are."""


class Revision(models.Model):
    """What something was from one change to the next; never changed itself (PR-8).

    `of` names the field that says what it is a revision of.
    """

    of: ClassVar[str]

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

    @classmethod
    def latest(cls) -> models.QuerySet[Self]:
        """The revisions that hold."""
        return cls._default_manager.filter(number=F(f"{cls.of}__revision")).order_by()


class PromotionRevision(Revision):
    """What a promotion was; its shared parts stand in it with their text."""

    of = "promotion"

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="revisions")

    class Meta(Revision.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promotion", "number"], name="revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.promotion}, revision {self.number}"


class DealRevision(Revision):
    """What a deal was."""

    of = "deal"

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="revisions")

    class Meta(Revision.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deal", "number"], name="deal_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.deal}, revision {self.number}"
