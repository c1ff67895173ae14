"""What the journal tells: what is left, what was answered, what happened to an order or an account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, Sum
from msgspec import Struct

from largesse.ledger import models
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import KeyReused, Recorded

_IDS_IN_A_QUERY = 500


def left(accounts: Iterable[Account]) -> dict[Account, int]:
    """What limited accounts can still give: granted, less posted, less held back.

    An account that was never granted anything isn't in the answer.
    """
    key = models.Account._meta.pk
    named = {key.get_db_prep_value(account.id, connection): account for account in accounts}
    ids = list(named)
    found: dict[Account, int] = {}
    # In plain SQL: this is in the way of every order with an allotment.
    with connection.cursor() as cursor:
        for start in range(0, len(ids), _IDS_IN_A_QUERY):
            chunk = ids[start : start + _IDS_IN_A_QUERY]
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(
                "SELECT id, granted - posted - held FROM ledger_account"
                f" WHERE granted IS NOT NULL AND id IN ({marks})",
                chunk,
            )
            found.update({named[id]: units for id, units in cursor.fetchall()})
    return found


class Counters(Struct, frozen=True, kw_only=True):
    """A limited account: what it was granted, what is held back, what is used up, in its asset."""

    granted: int
    held: int
    posted: int

    @property
    def left(self) -> int:
        return self.granted - self.held - self.posted


def counters(accounts: Iterable[Account]) -> dict[Account, Counters]:
    """The counters of limited accounts; one that was never granted anything isn't in the answer."""
    named = {account.id: account for account in accounts}
    ids = list(named)
    found: dict[Account, Counters] = {}
    for start in range(0, len(ids), _IDS_IN_A_QUERY):
        rows = models.Account.objects.filter(
            id__in=ids[start : start + _IDS_IN_A_QUERY], granted__isnull=False
        ).values_list("id", "granted", "held", "posted")
        for id, granted, held, posted in rows:
            found[named[id]] = Counters(granted=granted, held=held, posted=posted)
    return found


def stored_answer(
    key: str, body_hash: str, *, by: UUID | None = None
) -> Recorded | KeyReused | None:
    """What a key was answered, if it was. It is `repeated`, unless the event `by` answered it."""
    row = models.Event.objects.filter(key=key).values_list("id", "body_hash", "answer").first()
    if row is None:
        return None
    id, stored_hash, answer = row
    if stored_hash != body_hash:
        return KeyReused(key)
    return Recorded(bytes(answer), repeated=id != by)


# --- orders ----------------------------------------------------------------------------------------


class EventRow(Struct, frozen=True, kw_only=True):
    """An event of an order."""

    id: UUID
    number: int
    kind: str
    key: str
    day: date
    at: datetime
    actor: str
    reason: str
    digest: bytes


def events_of(order_id: UUID) -> tuple[EventRow, ...]:
    """What happened to an order, in order."""
    fields = EventRow.__struct_fields__
    rows = models.Event.objects.filter(order_id=order_id).order_by("number").values(*fields)
    return tuple(EventRow(**{**row, "digest": bytes(row["digest"])}) for row in rows)


class TransferRow(Struct, frozen=True, kw_only=True):
    """A transfer with its event. Amounts are minor units, or pieces of what the asset names."""

    id: UUID
    event_id: UUID
    event_kind: str
    event_number: int | None
    order_id: UUID | None
    at: datetime
    actor: str
    reason: str
    day: date
    kind: str
    source: Account
    target: Account
    amount: int
    resolves: UUID | None
    reverses: UUID | None
    reversed: int
    """How much of it has been booked back."""
    open: bool
    """A hold that nothing has resolved."""

    @property
    def asset(self) -> str:
        return self.source.asset

    @property
    def source_id(self) -> UUID:
        return self.source.id

    @property
    def target_id(self) -> UUID:
        return self.target.id

    @property
    def reversible(self) -> int:
        """How much of it can still be booked back: of an entry or a post."""
        return self.amount - self.reversed if self.kind in ("entry", "post") else 0


_EVENT_FIELDS = ("event_id", "event_kind", "event_number", "order_id", "at", "actor", "reason")
_TRANSFER_COLUMNS = (
    "id",
    "event_id",
    "event__kind",
    "event__number",
    "event__order_id",
    "event__at",
    "event__actor",
    "event__reason",
    "day",
    "kind",
    "source__kind",
    "source__owner",
    "target__kind",
    "target__owner",
    "asset",
    "amount",
    "resolves_id",
    "reverses_id",
    "reversed_row__reversed",
    "resolution__id",
)


def transfers_of(order_id: UUID) -> tuple[TransferRow, ...]:
    """All transfers of an order: by event, and within one by id."""
    rows = models.Transfer.objects.filter(event__order_id=order_id)
    return tuple(_transfers(rows.order_by("event__number", "id")))


def transfers_between(since: date | None, until: date | None) -> Iterator[TransferRow]:
    """All transfers of the days from `since` until before `until`: by day, instant, event and id."""
    rows = models.Transfer.objects.order_by("day", "event__at", "event_id", "id")
    if since is not None:
        rows = rows.filter(day__gte=since)
    if until is not None:
        rows = rows.filter(day__lt=until)
    return _transfers(rows)


def _transfers(rows: models.Rows) -> Iterator[TransferRow]:
    for row in rows.values_list(*_TRANSFER_COLUMNS).iterator():
        event = row[1:8]
        day, kind, s_kind, s_owner, t_kind, t_owner, asset, amount = row[8:16]
        resolves, reverses, reversed_, resolution = row[16:]
        yield TransferRow(
            id=row[0],
            **dict(zip(_EVENT_FIELDS, event, strict=True)),
            day=day,
            kind=kind,
            source=Account(Kind(s_kind), s_owner, asset),
            target=Account(Kind(t_kind), t_owner, asset),
            amount=amount,
            resolves=resolves,
            reverses=reverses,
            reversed=reversed_ or 0,
            open=kind == "hold" and resolution is None,
        )


# --- accounts --------------------------------------------------------------------------------------


class StatementRow(NamedTuple):
    """A transfer from the view of one account, and what it left there."""

    transfer: TransferRow
    change: int
    """What it added to what is left of a limited account, or to the balance (debits less credits)."""
    after: int


def statement(
    account: Account, *, since: date | None = None, until: date | None = None
) -> tuple[StatementRow, ...]:
    """An account's transfers on the days from `since` until before `until`, with running amounts.

    Of a limited account every change is told and `after` is what was left; of another the booked
    transfers, and `after` is the balance, positive where it was debited more.
    """
    row = models.Account.objects.filter(id=account.id).first()
    if row is None:
        return ()
    if row.granted is not None:
        transfers = models.Transfer.objects.filter(limited_id=account.id).order_by("seq")
    else:
        transfers = models.Transfer.objects.filter(
            Q(source_id=account.id) | Q(target_id=account.id), kind__in=models.Transfer.BOOKED
        ).order_by("day", "event__at", "event_id", "id")
    after = 0
    if since is not None:
        after = sum(_change(each, account) for each in _transfers(transfers.filter(day__lt=since)))
        transfers = transfers.filter(day__gte=since)
    if until is not None:
        transfers = transfers.filter(day__lt=until)
    rows = []
    for transfer in _transfers(transfers):
        change = _change(transfer, account)
        after += change
        rows.append(StatementRow(transfer, change, after))
    return tuple(rows)


def _change(transfer: TransferRow, account: Account) -> int:
    """What a transfer adds to an account: to what is left of a limited one, to another's balance."""
    if transfer.kind in ("void", "expire"):
        return transfer.amount
    if transfer.kind == "post" and transfer.source == account:
        return 0  # What a post takes was held back before.
    return transfer.amount if transfer.target == account else -transfer.amount


class Total(NamedTuple):
    """What was booked to an account in a period."""

    account: Account
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        """Debits less credits: what an offer has cost, the reversals taken off."""
        return self.debits - self.credits


def totals(
    kinds: Iterable[Kind] | None = None,
    *,
    owner: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> tuple[Total, ...]:
    """What each account has been debited and credited on the days from `since` until before `until`.

    By kind, owner and asset: so what every offer, partner and organization has cost (JO-4).
    """
    booked = Q(kind__in=models.Transfer.BOOKED)
    if since is not None:
        booked &= Q(day__gte=since)
    if until is not None:
        booked &= Q(day__lt=until)
    wanted = None if kinds is None else [kind.value for kind in kinds]
    sums: dict[Account, list[int]] = {}
    for nth, end in enumerate(("target", "source")):
        rows = models.Transfer.objects.filter(booked).order_by()
        if wanted is not None:
            rows = rows.filter(**{f"{end}__kind__in": wanted})
        if owner is not None:
            rows = rows.filter(**{f"{end}__owner": owner})
        grouped = rows.values_list(f"{end}__kind", f"{end}__owner", f"{end}__asset")
        for kind, whose, asset, amount in grouped.annotate(total=Sum(F("amount"))):
            account = Account(Kind(kind), whose, asset)
            sums.setdefault(account, [0, 0])[nth] += int(amount)
    return tuple(Total(account, *sums[account]) for account in sorted(sums))
