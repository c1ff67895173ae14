"""The voucher on a sale as the till shows it: its state, what it takes off or pays, or why not yet."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from largesse.crm.models import Partner
from largesse.engine.money import percent_string
from largesse.engine.offers.voucher import Voucher
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stage import Stage
from largesse.ledger import reading
from largesse.offers.vouchers import account_of
from largesse.orders.models import Order
from largesse.till.barcode import Barcode, barcode_of
from largesse.till.pricing import Work

WAITING: Final = {
    RefusalCode.CUSTOMER_NEEDED: "Waits for the customer",
    RefusalCode.MINIMUM_NOT_REACHED: "Waits for more",
    RefusalCode.NOTHING_TO_GIVE: "Waits for what is bought",
}
"""Refusals that the sale may still do away with; a voucher refused for another one is not taken."""


_WORDS: Final = {
    **WAITING,
    RefusalCode.VOUCHER_REDEEMED: "Used",
    RefusalCode.VOUCHER_EXPIRED: "Expired",
    RefusalCode.VOUCHER_VOID: "Void",
}
"""The word for the state of a voucher that does nothing yet, or nothing any more."""


class Card(Struct, frozen=True):
    """The voucher on the sale. `stub` is what stands on its tear-off end, in large.

    `amount` is what it takes off or pays, in minor units; `is_payment` says which. `missing` is what
    it waits for, and `forfeited` what nobody gets of it.
    """

    number: str
    partner: str
    stub: str
    unit: str
    state: str
    word: str
    sentence: str
    amount: int
    is_payment: bool
    barcode: Barcode
    missing: str
    forfeited: int


def card_of(work: Work) -> Card | None:
    """The voucher of a sale that is open or was sold."""
    number = work.rings.voucher
    voucher = work.voucher
    if not number or voucher is None:
        return None
    refusal = work.voucher_refusal
    missing = says(refusal) if refusal is not None else ""
    payment = next((p for p in work.quote.payments if p.code == number), None)
    off = sum(a.amount for a in work.quote.adjustments if a.stage is Stage.VOUCHER)
    money = work.business.money
    percent = percent_string(voucher.percent) if voucher.percent is not None else ""
    return Card(
        number=number,
        partner=partner_name(voucher),
        stub=percent or money.format(voucher.value or 0),
        unit="%" if percent else "",
        state=_state(work, refusal),
        word=_WORDS.get(refusal.code, "Not valid") if refusal is not None else "",
        sentence=_sentence(work, voucher, off),
        amount=payment.amount if payment is not None else off,
        is_payment=voucher.value is not None,
        barcode=barcode_of(number),
        missing=missing,
        forfeited=payment.forfeited if payment is not None else 0,
    )


def _state(work: Work, refusal: Refusal | None) -> str:
    if work.sale is not None and work.sale.order_id is not None:
        return "redeemed"
    if refusal is None:
        return "assigned"
    return "held" if refusal.code in WAITING else "void"


def _sentence(work: Work, voucher: Voucher, off: int) -> str:
    """What it does, in words: "20 % of 75.00, after all other discounts"."""
    money = work.business.money
    if voucher.percent is not None:
        base = money.format(work.quote.net + off)
        return f"{percent_string(voucher.percent)} % of {base}, after all other discounts"
    minimum = f", from {money.format(voucher.minimum)} on" if voucher.minimum else ""
    return f"Pays {money.format(voucher.value or 0)} at most{minimum}"


def partner_name(voucher: Voucher) -> str:
    """Who handed it out; by its code where the record is gone."""
    if voucher.partner is None:
        return "Value voucher" if voucher.value is not None else "Voucher"
    named = Partner.objects.filter(code=voucher.partner).values_list("name", flat=True).first()
    return named or voucher.partner


def says(refusal: Refusal) -> str:
    """A refusal in a cashier's words: what is missing, or which order has used the voucher (VO-4)."""
    match refusal.code:
        case RefusalCode.CUSTOMER_NEEDED:
            return "It needs the customer on the sale. Choose one with F3."
        case RefusalCode.NOTHING_TO_GIVE:
            return "Scan what is bought: there is nothing yet that it could take off."
        case RefusalCode.VOUCHER_REDEEMED:
            order = used_by(refusal.offer)
            by = f", on order {order}" if order else ""
            return f"Voucher {refusal.offer} has been used{by}."
        case _:
            return refusal.sentence


def used_by(number: str) -> str:
    """The number of the order that has used a voucher, or is about to; empty where none has."""
    for row in reversed(reading.statement(account_of(number))):
        if row.transfer.order_id is not None:
            found = Order.objects.filter(id=row.transfer.order_id)
            return found.values_list("number", flat=True).first() or ""
    return ""
