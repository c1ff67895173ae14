"""Conditions and actions that promotions share, by revisions; and what the latest revisions name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from largesse.catalog.models import Location, Product, ProductGroup
from largesse.offers.models.offers import Deal, Promotion, Revision
from largesse.records import Record


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
    """A thing that the latest revision of a promotion, a deal or a shared part names: it can't be
    deleted, for what names it would be broken.
    """

    promotion = models.ForeignKey(
        Promotion, null=True, on_delete=models.CASCADE, related_name="mentions"
    )
    deal = models.ForeignKey(Deal, null=True, on_delete=models.CASCADE, related_name="mentions")
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
                condition=models.Q(promotion__isnull=False, deal__isnull=True, part__isnull=True)
                | models.Q(promotion__isnull=True, deal__isnull=False, part__isnull=True)
                | models.Q(promotion__isnull=True, deal__isnull=True, part__isnull=False),
                name="mention_of_one",
            )
        ]

    def __str__(self) -> str:
        named = self.product_group or self.product or self.location or self.shared
        return f"{self.promotion or self.deal or self.part} names {named}"


class PartRevision(Revision):
    """What a shared part was, its title, its description and whether it was archived with it."""

    of = "part"

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="revisions")

    class Meta(Revision.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "number"], name="part_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.part}, revision {self.number}"
