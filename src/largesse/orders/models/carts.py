"""Carts: what a buyer is about to buy, kept between visits."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.engine.cart import Channel
from largesse.orders.models.parties import Party
from largesse.records import Record


class Cart(Record):
    """What a buyer is about to buy. It is kept between visits, and becomes an order when placed."""

    prefix = "crt"

    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="carts"
    )
    channel = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Channel])
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.PROTECT)
    lines = models.JSONField(default=list, help_text="Lines in the file format.")
    codes = models.JSONField(default=list, help_text="Promo codes and voucher numbers as entered.")
    answers = models.JSONField(
        default=dict, help_text="What the shopper answered to suggested promotions, by their code."
    )
    gifts = models.JSONField(
        default=dict, help_text="The product chosen as a gift, by the code of its promotion."
    )
    assign = models.CharField(
        max_length=6,
        default="best",
        help_text="Whether lines go on the best deals, or picked ones.",
    )
    referred = models.JSONField(
        default=dict,
        help_text="Deals applied without their trigger, with the credit asked for in minor units.",
    )
    giveaways = models.JSONField(
        default=list, help_text="What is given away against deals' credit, in the file format."
    )
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.CASCADE, related_name="carts"
    )
    host_reward = models.BooleanField(
        default=False, help_text="Whether it becomes the host reward order of its party."
    )
    sprees = models.JSONField(
        default=list, help_text="What is chosen against shopping sprees, in the file format."
    )
    credit = models.JSONField(
        default=dict, help_text="The most that credit accounts pay, by name, in minor units."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="carts",
        help_text="The rep who enters it for a customer.",
    )
    calculated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the best deals were last asked for."
    )
    changed_at = models.DateTimeField()
    order = models.OneToOneField(
        "orders.Order", null=True, blank=True, on_delete=models.SET_NULL, related_name="cart_record"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party"],
                condition=models.Q(host_reward=True, order__isnull=True),
                name="cart_one_host_reward",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["changed_at"],
                name="cart_of_guest",
                condition=models.Q(customer=None, owner=None, order=None),
            )
        ]

    def __str__(self) -> str:
        return self.public_id
