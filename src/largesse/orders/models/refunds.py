"""Refunds: units of an order given back, and corrections of what a party earned its host."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from largesse.orders.models.orders import Order, OrderLine
from largesse.orders.models.parties import Party
from largesse.records import AmountField, Record


class Refund(Record):
    """Units of an order given back, with what the buyer got for them."""

    prefix = "ref"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True)
    net = AmountField()
    tax = AmountField()
    shipping = AmountField(default=0)
    total = AmountField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.public_id


class RefundLine(models.Model):
    """The units of one line that a refund gave back."""

    id = models.UUIDField(primary_key=True, editable=False)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refund_lines")
    first_unit = models.PositiveIntegerField()
    units = models.PositiveIntegerField()
    net = AmountField()
    tax = AmountField()

    def __str__(self) -> str:
        return f"{self.units} of {self.order_line}"


class Correction(Record):
    """What a return after the host reward order was posted would have changed of the award: to be
    settled, for the award itself is frozen (SP-12). Amounts are minor units.
    """

    prefix = "cor"

    class State(models.TextChoices):
        OPEN = "open"
        CHARGED = "charged", "charged to the host's credit"
        WAIVED = "waived"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="corrections")
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="corrections", help_text="The guest's order."
    )
    at = models.DateTimeField()
    cause = models.CharField(max_length=24, help_text="The kind of event that made it.")
    before = AmountField(help_text="The award by the guest orders as they were before.")
    after = AmountField(help_text="The award by what is left of them.")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return self.public_id

    @property
    def amount(self) -> int:
        """What the host was awarded beyond what the kept orders earn."""
        more: int = self.before - self.after
        return more
