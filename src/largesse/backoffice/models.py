"""What staff may do to orders and vouchers beyond looking at them, as permissions.

They belong to no record of their own, so this model has no table.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account, Rows


class Deed(models.Model):
    """Names the permissions that are asked for before an order or a voucher is acted on."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions: ClassVar = [
            ("post_order", "Can post an order"),
            ("cancel_order", "Can cancel an order"),
            ("refund_order", "Can refund an order"),
            ("approve_order", "Can approve or decline a referred order"),
            ("see_voucher_numbers", "Can see whole voucher numbers"),
            ("settle_correction", "Can settle a correction of a host reward"),
            ("give_credit", "Can give credit to customers by hand, and take it off"),
        ]


class _CreditAccounts(models.Manager.from_queryset(Rows)):  # type: ignore[misc]
    def get_queryset(self) -> Rows:
        rows: Rows = super().get_queryset()
        return rows.filter(kind=Kind.CUSTOMER_CREDIT.value)


class CreditAccount(Account):
    """An account of what is owed to a customer, as the back office lists it."""

    objects: ClassVar[Any] = _CreditAccounts()

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = "credit account"
