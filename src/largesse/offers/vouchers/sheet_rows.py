"""A row of a sheet is a value voucher, or has a reason why it can't be one (VO-32)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError

from largesse.business.models import Business
from largesse.crm.models import Partner
from largesse.engine.cart import normal_code
from largesse.engine.money import AMOUNT_MAX
from largesse.offers.current import current
from largesse.offers.vouchers.numbers import form_fault, taken_of
from largesse.records import AmountFormField
from largesse.sheets.reading import Row

FIELDS: Final = ("number", "value", "minimum", "expires", "partner")

_FORGOTTEN: Final = re.compile(r"-?\d\.\d{3}e\+\d+", re.IGNORECASE)
"""How a number is told of which the spreadsheet has forgotten digits."""


class Wanted(NamedTuple):
    """A voucher that a row asks for. Amounts are minor units; the partner is its key."""

    row: int
    number: str
    value: int
    minimum: int
    expires: datetime | None
    partner: UUID | None


class BadRow(NamedTuple):
    """A row that can't be written, and why."""

    row: int
    cells: tuple[str, ...]
    reason: str


class _Wrong(Exception):
    """A cell can't be what its column says."""


class RowReader:
    """Reads rows whose columns are known by their places."""

    def __init__(self, places: Mapping[str, int], *, at: datetime):
        self._places = places
        self._at = at
        business = Business.current()
        self._calendar = business.calendar
        self._amounts = AmountFormField(required=False)
        self._amounts.known = business.money
        self._days: dict[str, datetime] = {}
        self._partners = dict(_partners())

    def read(self, rows: Sequence[Row]) -> tuple[tuple[Wanted, ...], tuple[BadRow, ...]]:
        """The vouchers that can be made, and the rows that can't, each in the order of the sheet."""
        good: list[tuple[Row, Wanted]] = []
        bad: list[BadRow] = []
        for row in rows:
            try:
                good.append((row, self._wanted(row)))
            except _Wrong as wrong:
                bad.append(BadRow(row.number, row.cells, f"{wrong}."))
        refused = dict(_numbers_refused([wanted for _, wanted in good]))
        bad += [
            BadRow(row.number, row.cells, f"{refused[row.number]}.")
            for row, _ in good
            if row.number in refused
        ]
        kept = tuple(wanted for row, wanted in good if row.number not in refused)
        return kept, tuple(sorted(bad))

    def _wanted(self, row: Row) -> Wanted:
        text = {
            field: row.cells[place] if place < len(row.cells) else ""
            for field, place in self._places.items()
        }
        value = self._amount("Value", text.get("value", ""))
        if not value:
            raise _Wrong("Value is missing" if value is None else "Value is more than 0")
        return Wanted(
            row.number,
            _number(text.get("number", "")),
            value,
            self._amount("Minimum", text.get("minimum", "")) or 0,
            self._expires(text.get("expires", "")),
            self._partner(text.get("partner", "")),
        )

    def _amount(self, name: str, text: str) -> int | None:
        try:
            amount = self._amounts.to_python(text)
        except ValidationError as wrong:
            raise _Wrong(f"{name}: {' '.join(wrong.messages).rstrip('.')}") from None
        if amount is not None and amount > AMOUNT_MAX:
            raise _Wrong(f"{name} is too large")
        return amount

    def _expires(self, text: str) -> datetime | None:
        """The first instant after the last day that a cell names."""
        if not text:
            return None
        if text not in self._days:
            try:
                day = date.fromisoformat(text[:10])
                self._days[text] = self._calendar.midnight(day + timedelta(days=1))
            except (ValueError, OverflowError):
                raise _Wrong(f"Expiry {text!r} is no day such as 2027-01-31") from None
        if self._days[text] <= self._at:
            raise _Wrong(f"Expiry {text} has passed already")
        return self._days[text]

    def _partner(self, text: str) -> UUID | None:
        if not text:
            return None
        key = self._partners.get(text.casefold())
        if key is None:
            raise _Wrong(f"Partner {text!r} is not known, or known by two")
        return key


def _number(text: str) -> str:
    if not text:
        raise _Wrong("Number is missing")
    if _FORGOTTEN.fullmatch(text):
        raise _Wrong("Number has more digits than a spreadsheet keeps: format the column as text")
    number = normal_code(text)
    why = form_fault(number)
    if why is not None:
        raise _Wrong(f"Number {why}")
    return number


def _numbers_refused(wanted: Iterable[Wanted]) -> Iterator[tuple[int, str]]:
    """The rows whose number is taken, by whatever there is or by a row before, with why."""
    listed = list(wanted)
    taken = taken_of(each.number for each in listed)
    book = current(fresh=True).book
    first: dict[str, int] = {}
    for each in listed:
        if each.number in taken:
            yield each.row, f"Number {taken[each.number]}"
        elif book.is_promo_code(each.number):
            yield each.row, "Number is the code of a promotion"
        elif each.number in first:
            yield each.row, f"Number is in row {first[each.number]} already"
        else:
            first[each.number] = each.row


def _partners() -> Iterator[tuple[str, UUID]]:
    """Partners by their codes, and by the names that only one of them has."""
    names: dict[str, list[UUID]] = {}
    for key, code, name in Partner.objects.filter(active=True).values_list("id", "code", "name"):
        names.setdefault(name.casefold(), []).append(key)
        yield code.casefold(), key
    for said, keys in names.items():
        if len(keys) == 1:
            yield said, keys[0]
