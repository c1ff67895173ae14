"""What happened on a credit account, in the words of staff."""

from __future__ import annotations

from typing import assert_never

from largesse.orders.credit.statements import Movement, What


def said(movement: Movement) -> str:
    """What a movement was for, in a few words; its offer and its order stand beside them."""
    back = movement.is_back
    match movement.what:
        case What.PROMOTION:
            return "Award taken back" if back else "Award of a promotion"
        case What.DEAL:
            return "Rebate taken back" if back else "Rebate of a deal"
        case What.SPREE:
            return "Carry-over taken back" if back else "Left over of a shopping spree"
        case What.CORRECTION:
            return "Correction given back" if back else "Correction of a host’s award"
        case What.BY_HAND:
            return "Given by hand" if movement.change > 0 else "Taken off by hand"
        case What.PAYMENT:
            return "Payment given back" if back else "Paid for an order"
        case _:
            assert_never(movement.what)
