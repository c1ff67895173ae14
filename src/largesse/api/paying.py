"""How an order is paid, as requests say it: by one method, or by several tenders."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from largesse.api.amounts import Amount, minor_of
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.wording import Place, path_of
from largesse.engine.money import Currency
from largesse.orders.tenders import Tender, payment_of

TENDERS_MAX = 20

Method = Annotated[
    str, Meta(min_length=1, max_length=40, pattern="^[a-z0-9_-]+$", examples=["card"])
]
Reference = Annotated[str, Meta(max_length=200, description="What the payment provider calls it.")]


class TenderIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An amount that was paid by a method."""

    method: Method
    amount: Amount
    given: Annotated[
        Amount | None, Meta(description="What was given for it in cash; the rest is the change.")
    ] = None
    reference: Reference = ""


class PaymentIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the buyer says that they pay: a `method` for all that is due, or `tenders` that come to it.

    The journal has an account for each method. A refund gives back the last tender first.
    """

    method: Method | None = None
    reference: Reference = ""
    tenders: Annotated[list[TenderIn], Meta(min_length=1, max_length=TENDERS_MAX)] | None = None


def payment_told(asked: PaymentIn | None, currency: Currency) -> dict[str, Any] | None:
    """A payment as an order keeps it. Raises `Faults`, all at once."""
    if asked is None:
        return None
    if (asked.method is None) == (asked.tenders is None):
        raise Faults([Fault("payment", None, "has a method or tenders, and not both")])
    if asked.tenders is None:
        return {"method": asked.method, "reference": asked.reference}
    if asked.reference:
        raise Faults([Fault("payment.reference", asked.reference, "each tender has its own")])
    return payment_of(_tender(each, nth, currency) for nth, each in enumerate(asked.tenders))


def _tender(asked: TenderIn, nth: int, currency: Currency) -> Tender:
    place: Place = ("payment", "tenders", nth)
    amount = minor_of(asked.amount, currency, (*place, "amount"))
    if amount <= 0:
        raise Faults([Fault(path_of((*place, "amount")), asked.amount.amount, "is more than 0")])
    if asked.given is None:
        return Tender(method=asked.method, amount=amount, reference=asked.reference)
    given = minor_of(asked.given, currency, (*place, "given"))
    if given < amount:
        message = "is the amount or more"
        raise Faults([Fault(path_of((*place, "given")), asked.given.amount, message)])
    return Tender(
        method=asked.method,
        amount=amount,
        given=given,
        change=given - amount,
        reference=asked.reference,
    )
