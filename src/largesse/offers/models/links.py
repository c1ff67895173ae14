"""Links that are handed out, the keys that sign them, and the log of who opened one (AL-6)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from largesse.offers.models.rights import Allotment
from largesse.records import Record


class Link(Record):
    """What is passed on so that something is used: whoever holds it may. What it is of has one link at
    a time; a revoked one works no more.
    """

    name = models.CharField(max_length=24, unique=True, help_text="What its address says; random.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.public_id


class Visit(Record):
    """A link that somebody opened, and what became of it: also those that were changed."""

    class Outcome(models.TextChoices):
        OPENED = "opened"
        ALTERED = "altered"
        REVOKED = "revoked"
        OUTDATED = "outdated", "signed by a key that is out of use"

    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at}"


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


# --- of allotments ---------------------------------------------------------------------------------


class AllotmentLink(Link):
    """What is passed on so that an allotment is used (AL-5, AL-6)."""

    prefix = "lnk"

    allotment = models.ForeignKey(Allotment, on_delete=models.PROTECT, related_name="links")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["allotment"],
                condition=models.Q(revoked_at__isnull=True),
                name="allotment_one_link",
            )
        ]


class LinkVisit(Visit):
    """The link of an allotment that somebody opened (AL-6)."""

    prefix = "lvs"

    allotment = models.ForeignKey(
        Allotment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="visits",
        help_text="The allotment that it is for, or was before it was changed, if that can be told.",
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["allotment", "outcome"])]
