"""What a cart asked of deals and would lose, if it were sent for approval as it is (DE-6, DE-8)."""

from __future__ import annotations

from typing import Final

from largesse.engine.quote import Quote
from largesse.engine.refusals import RefusalCode
from largesse.orders.answers import FieldError, Refused

_FIELDS: Final = {RefusalCode.PICK_NOT_VALID: "lines", RefusalCode.NOT_REFERABLE: "referred"}
"""The field of the cart that each is about."""


def lost(quote: Quote) -> Refused | None:
    """The picks and the referred deals of a quote that do not hold: an approver would not see them."""
    found = [each for each in quote.refusals if each.code in _FIELDS]
    if not found:
        return None
    return Refused(
        code="deals_refused",
        message=" ".join(dict.fromkeys(each.sentence for each in found)),
        field=_FIELDS[found[0].code],
        errors=tuple(FieldError(_FIELDS[e.code], e.offer, e.sentence) for e in found),
    )
