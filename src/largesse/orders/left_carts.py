"""Carts of guests who never came back are forgotten: nobody else can reach them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from largesse.orders.models import Cart

KEPT: Final = timedelta(days=90)
"""How long a guest's cart is kept since it was last changed: longer than the cookie that names it."""

_AT_ONCE: Final = 500
"""Deleted together, so that nobody waits long for the database."""


def forget_left(now: datetime) -> int:
    """Forget some of the carts that guests left, the oldest first; how many there were."""
    left = Cart.objects.filter(customer=None, owner=None, order=None, changed_at__lt=now - KEPT)
    oldest = list(left.order_by("changed_at").values_list("pk", flat=True)[:_AT_ONCE])
    # Asked again with the deletion: somebody may have come back meanwhile.
    return left.filter(pk__in=oldest).delete()[0] if oldest else 0
