"""Vouchers among ten million are found by indexes, which the queries must be written for."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from largesse.offers.models import Voucher


def in_state(state: Voucher.State) -> Any:
    """The condition that vouchers are in a state, for a query of vouchers.

    Its value stands in the SQL itself: SQLite uses an index of some rows only where it can see that it
    has all that are asked for.
    """
    text = f"offers_voucher.state = '{Voucher.State(state).value}'"
    return RawSQL(text, [], output_field=BooleanField())


def beginning_with(number: str) -> Q:
    """The condition that numbers begin with a text, in their normal form."""
    if connection.vendor == "sqlite":
        # Its LIKE looks at every row.
        return Q(number__gte=number, number__lt=number + "\U0010ffff")
    return Q(number__startswith=number)
