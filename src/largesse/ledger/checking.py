"""Whether the journal is as it was written: every sum is taken again, every row is compared with those
that it follows from, and what should refuse a change is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from msgspec import Struct

from largesse.ledger import models
from largesse.ledger.accounts import LIMITED, Account, Kind
from largesse.ledger.digests import Sealed, digest_of
from largesse.ledger.guards import guards
from largesse.ledger.plan import Event

_EVENTS_AT_ONCE: Final = 500


class Finding(Struct, frozen=True):
    """One thing that is wrong: in which row, and what."""

    row: str
    message: str

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"


def check() -> tuple[Finding, ...]:
    """All that is wrong with the journal; nothing, if nothing is (JO-4, QU-28).

    The rows are read as they are at one moment, whatever is written meanwhile. Then what should refuse
    changes is tried, in transactions that are rolled back.
    """
    return (*differences(), *(Finding(*found) for found in guards()))


def differences() -> tuple[Finding, ...]:
    """Every row that doesn't agree with those that it follows from, or with its digest."""
    checks = (
        _names,
        _counters,
        _ends,
        _resolutions,
        _reversals,
        _days,
        _trial_balance,
        _digests,
    )
    with one_state():
        return tuple(found for each in checks for found in _readable(each))


def _readable(look: Callable[[], Iterable[Finding]]) -> Iterable[Finding]:
    """What a check finds. SQLite keeps in any column whatever a hand writes there."""
    found: list[Finding] = []
    try:
        found.extend(look())
    except (AttributeError, TypeError, ValueError) as error:
        found.append(Finding("journal", f"a row can't be read, so not all was checked: {error}"))
    return found


@contextmanager
def one_state() -> Iterator[None]:
    """All queries see the database as it is at the first of them."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Django would begin a writer's transaction, and keep the ledger's writer waiting.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _select(query: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(1000):
            yield from rows


def _account_row(kind: str, owner: str, asset: str) -> str:
    return f"account {' '.join(filter(None, (kind, owner)))} ({asset})"


def _row(table: str, id: Any) -> str:
    return f"{table} {id if isinstance(id, UUID) else UUID(id)}"


# --- accounts --------------------------------------------------------------------------------------


def _names() -> Iterator[Finding]:
    """An account's key follows from its name, and its kind says whether it is limited."""
    rows = models.Account.objects.order_by().values_list("id", "kind", "owner", "asset", "granted")
    for id, kind, owner, asset, granted in rows.iterator():
        row = _account_row(kind, owner, asset)
        if kind not in set(Kind):
            yield Finding(row, f"there is no kind of account {kind}")
        elif Account(Kind(kind), owner, asset).id != id:
            yield Finding(row, f"its key {id} isn't the one of its name: the name was changed")
        elif (Kind(kind) in LIMITED) != (granted is not None):
            limited = "limited" if granted is None else "without limit"
            yield Finding(
                row, f"it has {'no ' if granted is None else ''}counters, and is {limited}"
            )


_COUNTERS: Final = """
SELECT a.kind, a.owner, a.asset, a.granted, a.held, a.posted, a.seq,
    COALESCE(t.granted, 0), COALESCE(t.held, 0), COALESCE(t.posted, 0), COALESCE(t.changes, 0),
    COALESCE(t.first, 1), COALESCE(t.last, 0)
FROM ledger_account a LEFT JOIN (
    SELECT limited_id,
        SUM(CASE WHEN kind = 'grant' AND target_id = limited_id THEN amount
            WHEN kind = 'grant' THEN -amount ELSE 0 END) AS granted,
        SUM(CASE WHEN kind = 'hold' THEN amount
            WHEN kind IN ('post', 'void', 'expire') THEN -amount ELSE 0 END) AS held,
        SUM(CASE WHEN kind = 'post' THEN amount WHEN kind = 'reverse' THEN -amount ELSE 0 END)
            AS posted,
        COUNT(*) AS changes, MIN(seq) AS first, MAX(seq) AS last
    FROM ledger_transfer WHERE limited_id IS NOT NULL GROUP BY limited_id
) t ON t.limited_id = a.id
WHERE a.granted IS NOT NULL OR a.held IS NOT NULL OR a.posted IS NOT NULL OR a.seq <> 0
    OR t.limited_id IS NOT NULL
"""


def _counters() -> Iterator[Finding]:
    """The counters are the sums of the transfers, within their bounds, and no change was lost."""
    for row in _select(_COUNTERS):
        named = _account_row(*row[:3])
        counted, seq, booked = row[3:6], row[6], row[7:10]
        for name, has, should in zip(("granted", "held", "posted"), counted, booked, strict=True):
            if has != should:
                yield Finding(named, f"its counter {name} is {has}, its transfers come to {should}")
        changes, first, last = row[10:]
        if not (seq == changes == last and first == 1):
            yield Finding(
                named,
                f"it has counted {seq} changes, and there are {changes} transfers of it, with the "
                f"numbers {first} to {last}: a change was lost",
            )
        granted, held, posted = (value or 0 for value in counted)
        if held < 0 or posted < 0 or held + posted > granted:
            yield Finding(
                named,
                f"of {granted} granted, {held} are held and {posted} used: more than there is",
            )


# --- transfers -------------------------------------------------------------------------------------

_ENDS: Final = """
SELECT t.id, t.kind, t.amount, t.asset, s.asset, g.asset, e.id
FROM ledger_transfer t
LEFT JOIN ledger_account s ON s.id = t.source_id
LEFT JOIN ledger_account g ON g.id = t.target_id
LEFT JOIN ledger_event e ON e.id = t.event_id
WHERE s.id IS NULL OR g.id IS NULL OR e.id IS NULL OR s.asset <> t.asset OR g.asset <> t.asset
    OR t.source_id = t.target_id OR t.amount <= 0 OR t.kind NOT IN
        ('entry', 'grant', 'hold', 'post', 'void', 'expire', 'reverse')
"""

_LIMITED: Final = """
SELECT t.id, t.kind FROM ledger_transfer t
JOIN ledger_account s ON s.id = t.source_id
JOIN ledger_account g ON g.id = t.target_id
WHERE (s.granted IS NOT NULL AND (t.limited_id IS NULL OR t.limited_id <> t.source_id))
    OR (g.granted IS NOT NULL AND (t.limited_id IS NULL OR t.limited_id <> t.target_id))
    OR (s.granted IS NULL AND g.granted IS NULL AND t.limited_id IS NOT NULL)
    OR (t.limited_id IS NULL) <> (t.seq IS NULL)
"""


def _ends() -> Iterator[Finding]:
    """Each transfer is of an event, between two accounts of its asset."""
    for id, kind, amount, asset, *ends, event in _select(_ENDS):
        row = _row("transfer", id)
        if event is None:
            yield Finding(row, "it belongs to no event")
        elif None in ends:
            yield Finding(row, "one of its accounts isn't there")
        else:
            yield Finding(row, f"a {kind} of {amount} {asset} between its accounts can't be")
    for id, kind in _select(_LIMITED):
        row = _row("transfer", id)
        yield Finding(row, f"this {kind} doesn't name the limited account that it changes")


_RESOLUTIONS: Final = """
SELECT r.id, r.kind, h.id, h.kind FROM ledger_transfer r
LEFT JOIN ledger_transfer h ON h.id = r.resolves_id
WHERE (r.resolves_id IS NOT NULL OR r.kind IN ('post', 'void', 'expire')) AND (
    h.id IS NULL OR h.kind <> 'hold' OR r.kind NOT IN ('post', 'void', 'expire')
    OR r.source_id <> h.source_id OR r.target_id <> h.target_id OR r.asset <> h.asset
    OR r.amount <> h.amount OR r.limited_id IS NULL OR r.limited_id <> h.limited_id)
"""

_RESOLVED_TWICE: Final = """
SELECT resolves_id, COUNT(*) FROM ledger_transfer WHERE resolves_id IS NOT NULL
GROUP BY resolves_id HAVING COUNT(*) > 1
"""


def _resolutions() -> Iterator[Finding]:
    """A hold is resolved once, and what resolves it is its copy."""
    for id, kind, hold, _ in _select(_RESOLUTIONS):
        of = "a hold that isn't there" if hold is None else f"{_row('transfer', hold)}"
        yield Finding(_row("transfer", id), f"this {kind} isn't a copy of {of}")
    for hold, times in _select(_RESOLVED_TWICE):
        yield Finding(_row("transfer", hold), f"this hold was resolved {times} times")


_REVERSALS: Final = """
SELECT r.id, t.id FROM ledger_transfer r
LEFT JOIN ledger_transfer t ON t.id = r.reverses_id
WHERE (r.reverses_id IS NOT NULL OR r.kind = 'reverse') AND (
    t.id IS NULL OR t.kind NOT IN ('entry', 'post') OR r.kind <> 'reverse'
    OR r.source_id <> t.target_id OR r.target_id <> t.source_id OR r.asset <> t.asset
    OR (r.limited_id IS NULL) <> (t.limited_id IS NULL) OR r.limited_id <> t.limited_id)
"""

_REVERSED: Final = """
SELECT x.transfer_id, t.amount, x.amount, x.reversed, r.amount
FROM ledger_reversed x
LEFT JOIN (SELECT reverses_id, SUM(amount) AS amount FROM ledger_transfer
    WHERE reverses_id IS NOT NULL GROUP BY reverses_id) r ON r.reverses_id = x.transfer_id
LEFT JOIN ledger_transfer t ON t.id = x.transfer_id
WHERE t.id IS NULL OR r.reverses_id IS NULL OR t.amount <> x.amount OR x.reversed <> r.amount
    OR x.reversed > t.amount
UNION ALL
SELECT r.reverses_id, t.amount, NULL, NULL, SUM(r.amount)
FROM ledger_transfer r
LEFT JOIN ledger_transfer t ON t.id = r.reverses_id
WHERE r.reverses_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM ledger_reversed x WHERE x.transfer_id = r.reverses_id)
GROUP BY r.reverses_id, t.amount
"""


def _reversals() -> Iterator[Finding]:
    """A reversal turns its original round, and all of them together never exceed it."""
    for id, original in _select(_REVERSALS):
        of = "its original" if original is None else _row("transfer", original)
        yield Finding(_row("transfer", id), f"this reversal doesn't turn {of} round")
    for id, amount, bound, counted, booked in _select(_REVERSED):
        yield Finding(
            _row("reversed amount of transfer", id),
            f"it says {counted or 0} of {bound or 0}; the reversals come to {booked or 0} of "
            f"{amount or 0}",
        )


def _days() -> Iterator[Finding]:
    """A transfer is booked on its event's day."""
    for id, day, wanted in _select(
        "SELECT t.id, t.day, e.day FROM ledger_transfer t JOIN ledger_event e ON e.id = t.event_id"
        " WHERE t.day <> e.day"
    ):
        yield Finding(_row("transfer", id), f"it is booked on {day}, its event on {wanted}")


_BALANCES: Final = """
SELECT asset, SUM(debits) - SUM(credits) FROM (
    SELECT a.asset, t.amount AS debits, 0 AS credits FROM ledger_transfer t
    JOIN ledger_account a ON a.id = t.target_id WHERE t.kind IN {booked}
    UNION ALL
    SELECT a.asset, 0, t.amount FROM ledger_transfer t
    JOIN ledger_account a ON a.id = t.source_id WHERE t.kind IN {booked}
) sides GROUP BY asset HAVING SUM(debits) <> SUM(credits)
""".format(booked=tuple(str(kind) for kind in models.Transfer.BOOKED))


def _trial_balance() -> Iterator[Finding]:
    """All debits of an asset equal all its credits."""
    for asset, difference in _select(_BALANCES):
        yield Finding(f"trial balance of {asset}", f"debits exceed credits by {difference}")


# --- events ----------------------------------------------------------------------------------------


def _digests() -> Iterator[Finding]:
    """Every event has the digest of what it says, its transfers, and the event before it."""
    order: UUID | None = None
    number, previous = 0, b""
    for event, transfers in _events():
        if event.order_id is None or event.order_id != order:
            order, number, previous = event.order_id, 0, b""
        number += 1
        row = _row("event", event.id)
        if order is not None and event.number != number:
            yield Finding(row, f"it is number {event.number} of its order, and {number} is missing")
            number = event.number or number
        told = Event(**{name: getattr(event, name) for name in _TOLD}, previous=previous)
        previous = bytes(event.digest)
        if digest_of(told, transfers) != previous:
            yield Finding(
                row,
                f"its digest doesn't fit: this {event.kind} of {event.day}, one of its "
                f"{len(transfers)} transfers or the event before it was changed by hand",
            )


_TOLD: Final = tuple(name for name in Event.__struct_fields__ if name != "previous")


def _events() -> Iterator[tuple[models.Event, list[Sealed]]]:
    """Every event with its transfers; those of one order after each other, in order."""
    batch: list[models.Event] = []
    for event in models.Event.objects.order_by("order_id", "number", "id").iterator(
        _EVENTS_AT_ONCE
    ):
        event.answer = bytes(event.answer)
        batch.append(event)
        if len(batch) == _EVENTS_AT_ONCE:
            yield from _with_transfers(batch)
            batch = []
    yield from _with_transfers(batch)


def _with_transfers(
    events: Iterable[models.Event],
) -> Iterator[tuple[models.Event, list[Sealed]]]:
    transfers: dict[UUID, list[Sealed]] = {event.id: [] for event in events}
    for row in models.Transfer.objects.filter(event_id__in=list(transfers)).order_by().values():
        transfers[row["event_id"]].append(_sealed(row))
    for event in events:
        yield event, transfers[event.id]


def _sealed(row: Mapping[str, Any]) -> Sealed:
    """A transfer's row as `digests.sealed` tells its movement."""
    id, kind = row["id"].hex, row["kind"]
    if row["resolves_id"] is not None:
        return (id, kind, row["resolves_id"].hex)
    if row["reverses_id"] is not None:
        return (id, kind, row["reverses_id"].hex, row["amount"])
    ends = (row["source_id"].hex, row["target_id"].hex)
    return (id, kind, *ends, row["asset"], row["amount"])
