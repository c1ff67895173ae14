"""Vouchers go into the database by the thousands: copied in on PostgreSQL, one prepared statement on
SQLite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from largesse.ids import uuid7
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
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row((uuid7(), *row[:4], row.state.value, *row[5:], False))
        else:
            cursor.executemany(_INSERT, list(_plain(rows)))


def _plain(rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    """Rows as SQLite keeps them: keys as 32 digits, instants in UTC without saying so."""
    for row in rows:
        yield (
            uuid7().hex,
            *row[:4],
            row.state.value,
            _key(row.book),
            row.position,
            _key(row.partner),
            _key(row.customer),
            None
            if row.expires is None
            else row.expires.astimezone(UTC).replace(tzinfo=None).isoformat(" "),
            False,
        )


def _key(key: UUID | None) -> str | None:
    return None if key is None else key.hex
