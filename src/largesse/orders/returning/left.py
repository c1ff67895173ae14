"""What is left of an order line's numbers once units were given back, worked out by the database."""

from __future__ import annotations

from typing import Final

from django.db.models import BigIntegerField, Case, ExpressionWrapper, F, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Least

_WHOLE: Final = BigIntegerField()


def left(amount: str, bearing: Combinable) -> Combinable:
    """What of an amount lies on the units that were not given back: the last ones, so without the odd
    minor units (MO-4).
    """
    gone = Least(F("units_refunded"), bearing, output_field=_WHOLE)
    odd = Least(F(amount) % bearing, gone, output_field=_WHOLE)
    return ExpressionWrapper(F(amount) - F(amount) / bearing * gone - odd, output_field=_WHOLE)


CHARGED: Final = Case(
    When(units=F("free_units"), then=F("units")),
    default=F("units") - F("free_units"),
    output_field=_WHOLE,
)
"""The units that bear a line's net: those that were charged, or all where none was."""

MERCHANDISE: Final = ExpressionWrapper(
    left("net", CHARGED) - left("tax_included", CHARGED), output_field=_WHOLE
)
"""What the kept units of a line came to after discounts, before tax (SP-1)."""
