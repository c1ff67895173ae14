"""What staff may do to orders and vouchers beyond looking at them, as permissions.

They belong to no record of their own, so this model has no table.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


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
        ]
