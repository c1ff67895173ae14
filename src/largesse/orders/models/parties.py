"""Parties: hosted selling events, each with a host, guest orders and one host reward order (SP-1); and
the link by which guests come to one.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.offers.models import Link, Visit
from largesse.records import Record


class Party(Record):
    """A hosted selling event. Guests order while it is open; it is closed before its host is rewarded.

    `state` is changed by the use cases alone: posting the host reward order rewards a party, and giving
    that order back whole makes it closed again.
    """

    prefix = "pty"
    code_field = "number"

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"
        REWARDED = "rewarded"

    number = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=160)
    host = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="hosted_parties")
    rep = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parties",
        limit_choices_to={"type": Customer.Type.DISTRIBUTOR},
        help_text="The distributor who holds it.",
    )
    held_on = models.DateField(help_text="The day of the party.")
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.PROTECT, related_name="parties"
    )
    booked_at = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bookings",
        help_text="The party at which it was booked.",
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-held_on", "-id"]
        verbose_name_plural = "parties"
        indexes: ClassVar = [models.Index(fields=["state", "held_on"])]

    def __str__(self) -> str:
        return self.title


class PartyLink(Link):
    """What a host passes on so that her guests shop at her party."""

    prefix = "ptl"

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="links")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party"],
                condition=models.Q(revoked_at__isnull=True),
                name="party_one_link",
            )
        ]


class PartyVisit(Visit):
    """The link of a party that somebody opened."""

    prefix = "ptv"

    party = models.ForeignKey(
        Party,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="visits",
        help_text="The party that it is of, or was before it was changed, if that can be told.",
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party", "outcome"])]
