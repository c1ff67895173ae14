"""Vouchers go into the database by the thousands: copied in on PostgreSQL, one prepared statement on
SQLite.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from largesse.ids import uuid7_digits
from largesse.offers.models import Voucher


class Row(NamedTuple):
    """One voucher as it is stored; keys are those of its book, partner and customer."""

    number: str
    percent: int | None = None
    value: int | None = None
    minimum: int = 0
    state: Voucher.State = Voucher.State.CREATED
    book: UUID | None = None
    position: int | None = None
    partner: UUID | None = None
    customer: UUID | None = None
    expires: datetime | None = None


def handed_to(partner: object) -> Voucher.State:
    """The state of a voucher that is new: it works once a partner has it (VO-1)."""
    return Voucher.State.CREATED if partner is None else Voucher.State.ASSIGNED


_COLUMNS: Final = (
    "id", "number", "percent", "value", "minimum", "state", "book_id", "position", "partner_id",
    "customer_id", "expires", "opened",
)  # fmt: skip
_NAMES: Final = ", ".join(_COLUMNS)
_COPY: Final = f"COPY offers_voucher ({_NAMES}) FROM STDIN"
_INSERT: Final = (
    f"INSERT INTO offers_voucher ({_NAMES}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)


def store(rows: Sequence[Row]) -> None:
    """Write new vouchers, in the caller's transaction. Raises IntegrityError for a taken number."""
    if not rows:
        return
    # By number, so that neighbours in the index are written together.
    ordered = sorted(rows, key=attrgetter("number"))
    keys = uuid7_digits(len(ordered))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
                for key, row in zip(keys, ordered, strict=True):
                    copy.write_row((key, *row[:4], row.state.value, *row[5:], False))
        else:
            cursor.executemany(
                _INSERT, [_plain(k, row) for k, row in zip(keys, ordered, strict=True)]
            )


def _plain(key: str, row: Row) -> tuple[Any, ...]:
    """A row as SQLite keeps it: keys as 32 digits, instants in UTC without saying so."""
    expires = row.expires
    return (
        key,
        *row[:4],
        row.state.value,
        row.book and row.book.hex,
        row.position,
        row.partner and row.partner.hex,
        row.customer and row.customer.hex,
        expires and expires.astimezone(UTC).replace(tzinfo=None).isoformat(" "),
        False,
    )
