"""Money is taken tender by tender, until nothing is left to pay; a card pays no more than that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from largesse.engine.money import AMOUNT_MAX, Currency
from largesse.orders.tenders import Tender
from largesse.till import terminal

Method = Literal["cash", "card"]


class Words(NamedTuple):
    """What a method is called, and its icon."""

    word: str
    icon: str


METHODS: Final[Mapping[str, Words]] = {
    "cash": Words("Cash", "banknote"),
    "card": Words("Card", "credit-card"),
}
"""The methods that the till takes; another kind of tender is one more row."""


class NotTaken(ValueError):
    """Why a tender is not taken; `field` is the one that it is about."""

    def __init__(self, message: str, field: str = "amount"):
        super().__init__(message)
        self.field = field


class Offer(Struct, frozen=True):
    """A tender that is about to be taken, and the words of the button that takes it."""

    tender: Tender
    words: str


def amount_of(typed: str, money: Currency) -> int:
    """The amount that was typed, in minor units. Raises `NotTaken`."""
    text = typed.strip().replace(" ", "").replace(",", "." if "." not in typed else "")
    try:
        amount = money.parse(text)
    except ValueError:
        raise NotTaken(f"Enter an amount, such as {money.format(2000)}.") from None
    if amount <= 0:
        raise NotTaken("Enter more than 0.")
    if amount > AMOUNT_MAX:
        raise NotTaken(f"Enter {money.format(AMOUNT_MAX)} or less.")
    return amount


def offered(method: str, amount: int, left: int, money: Currency) -> Offer:
    """What an amount by a method comes to, where so much is left to pay. Raises `NotTaken`."""
    if method not in METHODS:
        raise NotTaken("Choose cash or card.")
    if left <= 0:
        raise NotTaken("Nothing is left to pay.")
    if method == "cash":
        return _cash(amount, left, money)
    if amount > left:
        raise NotTaken(f"A card pays {money.format(left)} at most: there is no change from it.")
    return Offer(Tender(method=method, amount=amount), _words("card", amount, left, money))


def _cash(given: int, left: int, money: Currency) -> Offer:
    amount, change = min(given, left), max(0, given - left)
    words = _words("cash", given, left, money)
    return Offer(Tender(method="cash", amount=amount, given=given, change=change), words)


def _words(method: str, amount: int, left: int, money: Currency) -> str:
    said = f"Take {money.format(amount)} {'by card' if method == 'card' else 'cash'}"
    if amount > left:
        return f"{said}, change {money.format(amount - left)}"
    if amount < left:
        return f"{said}, {money.format(left - amount)} left"
    return said


def charged(tender: Tender, last4: str, sale: str, nth: int, money: Currency) -> Tender:
    """A card tender once the terminal has approved it. Raises `NotTaken`."""
    digits = last4.strip()
    if not terminal.is_last4(digits):
        raise NotTaken("Enter the last four digits of the card.", "last4")
    answer = terminal.charge(digits, sale, nth, tender.amount, money.code)
    if isinstance(answer, terminal.Declined):
        raise NotTaken(answer.message, "last4")
    return Tender(
        method=tender.method, amount=tender.amount, last4=digits, reference=answer.reference
    )
