"""What Alder & Finch gave customers by hand: for a late parcel, and once too much."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from largesse.business.models import Business
from largesse.crm.models import Customer
from largesse.orders.answers import Deed
from largesse.orders.credit.by_hand import give, take

GIVEN: Final = (
    # to whom, how many days ago, how much in minor units, why
    ("Harriet Lowe", 34, 2500, "A parcel that came two weeks late"),
    ("Ada Nwosu", 20, 1200, "A mug that arrived broken"),
    ("Ada Nwosu", 19, 1200, "A mug that arrived broken"),
)
TAKEN: Final = (("Ada Nwosu", 12, 3000, "Given twice, and a plate of the same parcel"),)
"""After it her main account is below zero."""


def make(now: datetime) -> None:
    """Give and take by hand, in the order of time."""
    currency = Business.current().money
    for place, (name, days, amount, why) in enumerate(GIVEN):
        give(_number(name), "", amount, currency, _deed(f"given-{place}", now, days, why))
    for place, (name, days, amount, why) in enumerate(TAKEN):
        deed = _deed(f"taken-{place}", now, days, why)
        take(_number(name), "", amount, currency, deed, below_zero=True)


def _number(name: str) -> str:
    return Customer.objects.get(name=name).number


def _deed(key: str, now: datetime, days: int, why: str) -> Deed:
    return Deed(
        key=f"demo-credit-{key}",
        body=b"",
        at=now - timedelta(days=days),
        actor="support",
        reason=why,
    )
