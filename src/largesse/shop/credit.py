"""What shoppers have on their credit accounts, and what moved there (SP-13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from msgspec import Struct

from largesse.crm.models import Customer
from largesse.orders.credit.accounts import CreditAccount, of_customer
from largesse.orders.credit.statements import Movement, What
from largesse.orders.models import Order


def accounts(customer: Customer, currency: str) -> tuple[CreditAccount, ...]:
    """The accounts that a customer sees: those with something on them, or that owe something."""
    found = of_customer(customer.number, currency)
    return tuple(each for each in found if each.balance or each.held)


# --- in words --------------------------------------------------------------------------------------


def movement_words(movement: Movement, business: str) -> str:
    """What moved on an account, as the customer reads it."""
    back = movement.is_back
    match movement.what:
        case What.PROMOTION:
            return "An award was taken back" if back else "You were awarded"
        case What.DEAL:
            return "A rebate was taken back" if back else "Rebate"
        case What.SPREE:
            return "Taken back" if back else "Left over of a shopping spree"
        case What.CORRECTION:
            return "Given back" if back else "Your award was corrected after a return"
        case What.BY_HAND:
            return f"From {business}" if movement.change > 0 else f"Taken off by {business}"
        case What.PAYMENT:
            return "Given back to your credit" if back else "Paid for an order"
        case _:
            assert_never(movement.what)


class Moved(Struct, frozen=True):
    """A movement as its customer sees it; `order` is one of theirs."""

    movement: Movement
    words: str
    order: Order | None


def moved(movements: Iterable[Movement], customer: Customer, business: str) -> tuple[Moved, ...]:
    """What moved on an account. Orders of others, who brought it credit, are not told (QU-40)."""
    return tuple(
        Moved(each, movement_words(each, business), _own(each.order, customer))
        for each in movements
    )


def _own(order: Order | None, customer: Customer) -> Order | None:
    return order if order is not None and order.customer_id == customer.pk else None
