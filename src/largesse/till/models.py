"""Sales at tills, from the first scan until they are paid."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.orders.models import Order
from largesse.records import Record


class Sale(Record):
    """A sale at a till. `version` counts its changes: whoever writes says which one they saw."""

    prefix = "sal"

    class State(models.TextChoices):
        OPEN = "open"
        HELD = "held", "on hold"
        SOLD = "sold"
        CLEARED = "cleared"

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="till_sales")
    till = models.PositiveSmallIntegerField(help_text="The till's number at its location.")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    on_screen = models.BooleanField(default=True, help_text="Whether the till shows it.")
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="till_sales"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="till_sales"
    )
    lines = models.JSONField(default=list, help_text="What was rung up, with line discounts.")
    codes = models.JSONField(default=list, help_text="Promo codes as entered.")
    voucher = models.CharField(max_length=32, blank=True, help_text="The number of its voucher.")
    credit = models.JSONField(
        default=dict,
        help_text="What its customer pays from credit accounts at most, by their names.",
    )
    tenders = models.JSONField(default=list, help_text="What was taken and not yet booked.")
    version = models.PositiveIntegerField(default=0)
    deeds = models.JSONField(default=list, help_text="The last deeds done, so that none is twice.")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    order = models.OneToOneField(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="till_sale"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["location", "till"],
                condition=models.Q(on_screen=True),
                name="till_shows_one_sale",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["location", "held_at"],
                name="till_held",
                condition=models.Q(state="held"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.location}, till {self.till}"
