"""Money in the API is an exact decimal string and its currency (IF-22)."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Raw, Struct

from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.wording import Place, path_of
from largesse.engine.money import Currency

DECIMAL: Final = r"^\d{1,16}(\.\d{1,4})?$"


class Amount(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount of money."""

    amount: Annotated[
        str,
        Meta(description='An exact decimal, as in "12.34".', pattern=DECIMAL, examples=["12.34"]),
    ]
    currency: Annotated[
        str, Meta(description="An ISO 4217 code.", pattern="^[A-Z]{3}$", examples=["USD"])
    ]


class SignedAmount(Struct, frozen=True):
    """An amount of money that may be below zero."""

    amount: Annotated[
        str,
        Meta(
            description='An exact decimal, as in "-12.34".',
            pattern=DECIMAL.replace("^", "^-?"),
            examples=["-12.34"],
        ),
    ]
    currency: Annotated[
        str, Meta(description="An ISO 4217 code.", pattern="^[A-Z]{3}$", examples=["USD"])
    ]


Money = Annotated[Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/Amount"})]
"""An amount in an answer, encoded already: the same amounts recur, and texts of them are kept."""

SignedMoney = Annotated[Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/SignedAmount"})]
"""The same, where it may be below zero."""

KEPT_MAX: Final = 50_000


class Amounts(dict[int, Raw]):
    """The texts of a currency's amounts: `amounts[1234]` is {"amount":"12.34","currency":"USD"}."""

    def __init__(self, currency: Currency):
        super().__init__()
        self.currency = currency

    def __missing__(self, minor: int) -> Raw:
        if len(self) >= KEPT_MAX:
            self.clear()
        text = f'{{"amount":"{self.currency.format(minor)}","currency":"{self.currency.code}"}}'
        made = self[minor] = Raw(text.encode())
        return made


_kept: dict[Currency, Amounts] = {}


def amounts_of(currency: Currency) -> Amounts:
    """The texts of a currency's amounts, one collection a process."""
    found = _kept.get(currency)
    if found is None:
        found = _kept.setdefault(currency, Amounts(currency))
    return found


def shown(minor: int, currency: str) -> Raw:
    """An amount of a currency by its code."""
    return amounts_of(Currency.of(currency))[minor]


def minor_of(amount: Amount, currency: Currency, place: Place) -> int:
    """Minor units of an amount. Raises `Faults` at its place in the request."""
    if amount.currency != currency.code:
        message = f"is not the business's currency, {currency.code}"
        raise Faults([Fault(path_of((*place, "currency")), amount.currency, message)])
    try:
        return currency.parse(amount.amount)
    except ValueError as wrong:
        raise Faults([Fault(path_of((*place, "amount")), amount.amount, str(wrong))]) from None


def raw(value: Any) -> Raw:
    """Plain data that is put into an answer as it is."""
    return Raw(msgspec.json.encode(value))
