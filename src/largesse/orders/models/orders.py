"""Orders with their lines and parts. Their rows are written by the ledger, together with what the order
consumes; nothing else writes them.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.orders.models.parties import Party
from largesse.records import AmountField, Record


class Order(Record):
    """A sale. `quote` is the answer that it was priced with, whole: cart, facts, adjustments."""

    prefix = "ord"

    class State(models.TextChoices):
        REFERRED = "referred", "held - referred"
        REFERRED_BY_USER = "referred_by_user", "held - referred by user"
        DECLINED = "declined", "held - refer declined"
        PENDING = "pending"
        HELD = "held"
        PLACED = "placed"
        POSTED = "posted"
        CANCELLED = "cancelled"
        PARTLY_REFUNDED = "partly_refunded", "partly refunded"
        REFUNDED = "refunded"

    number = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=16, choices=State)
    events = models.PositiveIntegerField(help_text="How many events it has had.")
    digest = models.BinaryField(help_text="The digest of its last event.")
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="orders"
    )
    customer_type = models.CharField(max_length=12, blank=True)
    location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    gross = AmountField()
    discount = AmountField()
    net = AmountField()
    shipping = AmountField()
    tax = AmountField()
    tax_included = AmountField()
    total = AmountField()
    payments = models.JSONField(
        default=list,
        help_text="The value vouchers and credit accounts that pay, with their amounts.",
    )
    due = AmountField()
    refunded = AmountField(default=0)
    placed_at = models.DateTimeField(help_text="When it was priced and held or placed.")
    held_until = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    book_version = models.BigIntegerField()
    quote = models.TextField(help_text="The quote in the file format, without near misses.")
    payment = models.JSONField(null=True, help_text="How the buyer said that they pay.")
    requested_by = models.CharField(
        max_length=120, blank=True, help_text="Who referred it; never approves it (DE-8)."
    )
    approver = models.CharField(
        max_length=120, blank=True, help_text="Who is asked to approve it; empty is anyone else."
    )
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        help_text="The referred order that this one is the edited form of.",
    )

    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    host_reward = models.BooleanField(
        default=False, help_text="Whether it is the host reward order of its party (SP-1)."
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party"],
                condition=models.Q(host_reward=True)
                & ~models.Q(state__in=["cancelled", "declined", "refunded"]),
                name="order_one_host_reward",
            ),
            models.CheckConstraint(
                condition=models.Q(host_reward=False) | models.Q(party__isnull=False),
                name="host_reward_of_party",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "placed_at"]),
            models.Index(fields=["state", "placed_at"]),
            models.Index(fields=["placed_at"]),
            models.Index(
                fields=["held_until"], name="order_held", condition=models.Q(state="held")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def buyer_name(self) -> str:
        """The customer's name, or what a guest said of theirs; empty where neither is known."""
        if self.customer is not None:
            return self.customer.name
        contact = (self.payment or {}).get("contact")
        return str(contact.get("name") or "") if isinstance(contact, dict) else ""


class OrderLine(models.Model):
    """A line of an order as it was sold; `units_refunded` only rises, and never above `units`."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    line = models.CharField(max_length=64, help_text="The line's id within the cart.")
    sku = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    quantity = models.BigIntegerField(help_text="In thousandths.")
    units = models.PositiveIntegerField(
        help_text="Units that can be given back: 1 for a weighed line."
    )
    free_units = models.PositiveIntegerField(
        default=0, help_text="Units that an allotment or a reward made free; given back last."
    )
    units_refunded = models.PositiveIntegerField(default=0)
    gross = AmountField()
    net = AmountField()
    tax = AmountField()
    tax_included = AmountField()
    deal = models.CharField(max_length=64, blank=True, help_text="The deal that it is on (DE-4).")
    bonus = models.BooleanField(
        default=False, help_text="Whether it is given away against a deal's credit (DE-15)."
    )
    spree = models.BooleanField(
        default=False, help_text="Whether it was chosen against a shopping spree (SP-6)."
    )
    option_of = models.CharField(
        max_length=64, blank=True, help_text="The line that it is an option of (AL-12)."
    )
    volume_1 = AmountField(default=0, help_text="As the discounts scaled it.")
    volume_2 = AmountField(default=0)
    volume_3 = AmountField(default=0)
    volume_4 = AmountField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position"),
            models.UniqueConstraint(fields=["order", "line"], name="order_line_once"),
            models.CheckConstraint(
                condition=models.Q(units_refunded__lte=models.F("units")),
                name="order_line_not_over_refunded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.name}"


class Notice(Record):
    """What a user is told about an order: that it was approved, or declined and why (DE-8)."""

    prefix = "ntc"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notices")
    at = models.DateTimeField()
    text = models.CharField(max_length=400)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["user", "read_at"])]

    def __str__(self) -> str:
        return self.text


class Earned(models.Model):
    """A promotion that gave an order something: later orders may ask for it."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="earned")
    promotion = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promotion", "order"], name="earned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.promotion} on {self.order}"


class Part(models.Model):
    """What one offer took off some units of a line: the stored part that a refund gives back (MO-4).

    It lies on the units from `first_unit` on; `shares.py` says how they are numbered and share it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField(help_text="The order of application.")
    stage = models.CharField(max_length=12)
    offer = models.CharField(max_length=64, db_index=True)
    revision = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    first_unit = models.PositiveIntegerField()
    units = models.PositiveIntegerField()
    amount = AmountField()
    account = models.CharField(max_length=48, help_text="The kind of account that it is booked to.")
    owner = models.CharField(max_length=64, help_text="Whose account of that kind.")

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"{self.title or self.offer} on {self.order_line}"
