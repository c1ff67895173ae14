"""The journal for others: a CSV file of every transfer, and its money as a text for beancount."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final, Protocol

from django.db.models import Min, Q

from largesse.engine.money import Currency
from largesse.ids import public_id
from largesse.ledger import models
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.reading import TransferRow, totals, transfers_between

_COLUMNS: Final = (
    "day",
    "at",
    "event",
    "event_id",
    "order",
    "actor",
    "reason",
    "kind",
    "transfer_id",
    "debit",
    "debit_owner",
    "credit",
    "credit_owner",
    "asset",
    "amount",
)


class Out(Protocol):
    """Where text is written to."""

    def write(self, text: str, /) -> object: ...


def to_csv(out: Out, first: date | None = None, last: date | None = None) -> None:
    """Every transfer of the days from `first` to `last` (both are inside), in the order of booking.

    Amounts of money are decimals of their currency. A cell that a spreadsheet would take for a formula
    begins with an apostrophe (QU-44).
    """
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    for each in transfers_between(first, _after(last)):
        rows.writerow(map(_cell, _csv_row(each)))


def _csv_row(transfer: TransferRow) -> tuple[str, ...]:
    return (
        transfer.day.isoformat(),
        transfer.at.isoformat(),
        transfer.event_kind,
        str(transfer.event_id),
        _order(transfer),
        transfer.actor,
        transfer.reason,
        transfer.kind,
        str(transfer.id),
        transfer.target.kind.value,
        transfer.target.owner,
        transfer.source.kind.value,
        transfer.source.owner,
        transfer.asset,
        amount_text(transfer.amount, transfer.asset),
    )


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _order(transfer: TransferRow) -> str:
    return "" if transfer.order_id is None else public_id("ord", transfer.order_id)


def _after(last: date | None) -> date | None:
    return None if last is None else last + timedelta(days=1)


def amount_text(amount: int, asset: str) -> str:
    """An amount with the decimals of its currency; pieces are whole.

    >>> amount_text(123456, "USD"), amount_text(-5, "KWD"), amount_text(12, "JPY")
    ('1234.56', '-0.005', '12')
    """
    exponent = Currency.of(asset).exponent if is_money(asset) else 0
    sign, digits = "-" * (amount < 0), str(abs(amount)).zfill(exponent + 1)
    whole = digits[: len(digits) - exponent]
    return f"{sign}{whole}.{digits[-exponent:]}" if exponent else sign + digits


def is_money(asset: str) -> bool:
    """Whether an asset is a currency: the rest counts pieces, by a word in small letters."""
    return re.fullmatch("[A-Z]{3}", asset) is not None


# --- beancount -------------------------------------------------------------------------------------

_ROOTS: Final = {
    "assets": "Assets",
    "income": "Income",
    "expenses": "Expenses",
    "liabilities": "Liabilities",
    "memorandum": "Equity:Memorandum",
}
_PLAIN: Final = re.compile("[A-Z0-9][A-Za-z0-9-]*")


def to_beancount(out: Out, first: date | None = None, last: date | None = None) -> None:
    """The booked money of the days from `first` to `last` (both are inside): one transaction an event.

    It ends with what each account came to, for `bean-check` to compare (JO-5). Accounts of rights are
    not in it: they count pieces.
    """
    since, until = first, _after(last)
    opened = _first_days(since, until)
    out.write('option "title" "Largesse"\n')
    for asset in sorted({account.asset for account in opened}):
        out.write(f"\n1970-01-01 commodity {asset}\n")
    for directive in _opens(opened):
        out.write(directive)
    ends: date | None = None
    for event in _events(since, until):
        out.write(_transaction(event))
        ends = event[0].day
    if ends is not None:
        compared = (each for each in totals(since=since, until=until) if each.account in opened)
        for account, debits, credits in compared:
            # Without the tolerance, of one unit of the last digit: these sums are exact.
            text = f"{amount_text(debits - credits, account.asset)} ~ 0 {account.asset}"
            out.write(f"\n{ends + timedelta(days=1)} balance {beancount_name(account)} {text}\n")


def _opens(opened: Mapping[Account, date]) -> Iterator[str]:
    """One directive for each name, with all currencies that are booked under it."""
    by_name: dict[tuple[Kind, str], list[Account]] = defaultdict(list)
    for account in sorted(opened):
        by_name[account.kind, account.owner].append(account)
    for accounts in by_name.values():
        name, owner = beancount_name(accounts[0]), accounts[0].owner
        currencies = ",".join(account.asset for account in accounts)
        told = f"  owner: {_quoted(owner)}\n" if owner else ""
        yield f"\n{min(opened[a] for a in accounts)} open {name} {currencies}\n{told}"


def beancount_name(account: Account) -> str:
    """An account's name as beancount allows it; two accounts never have the same one.

    >>> beancount_name(Account(Kind.PROMOTIONS, "SUMMER-26", "USD"))
    'Expenses:Discounts:Promotions:SUMMER-26'
    >>> beancount_name(Account(Kind.TENDERS, "gift_card", "USD"))
    'Assets:Tenders:X-gift-5f-card'
    """
    root, *parts = account.kind.value.split(":")
    names = [_ROOTS[root], *("-".join(w.capitalize() for w in p.split("-")) for p in parts)]
    return ":".join([*names, _component(account.owner)] if account.owner else names)


def _component(owner: str) -> str:
    """An owner as a part of a name: as it is, or with a hexadecimal number for each odd character."""
    if _PLAIN.fullmatch(owner) and not owner.startswith("X-"):
        return owner
    letters = (c if c.isascii() and c.isalnum() else f"-{ord(c):x}-" for c in owner)
    return "X-" + "".join(letters)


def _is_booked_money(account: Account) -> bool:
    return is_money(account.asset) and account.kind.value.partition(":")[0] in _ROOTS


def _first_days(since: date | None, until: date | None) -> Mapping[Account, date]:
    """The day on which each account of money first appears."""
    within = Q(kind__in=models.Transfer.BOOKED)
    within &= Q() if since is None else Q(day__gte=since)
    within &= Q() if until is None else Q(day__lt=until)
    days: dict[Account, date] = {}
    for end in ("source", "target"):
        rows = models.Transfer.objects.filter(within).order_by()
        named = rows.values_list(f"{end}__kind", f"{end}__owner", f"{end}__asset")
        for kind, owner, asset, day in named.annotate(first=Min("day")):
            account = Account(Kind(kind), owner, asset)
            if _is_booked_money(account):
                days[account] = min(day, days.get(account, day))
    return days


def _events(since: date | None, until: date | None) -> Iterator[list[TransferRow]]:
    """The booked transfers of money, by event."""
    event: list[TransferRow] = []
    for each in transfers_between(since, until):
        if each.kind not in models.Transfer.BOOKED or not _is_booked_money(each.source):
            continue
        if event and event[0].event_id != each.event_id:
            yield event
            event = []
        event.append(each)
    if event:
        yield event


def _transaction(transfers: list[TransferRow]) -> str:
    """An event, with one posting for each account that it changes."""
    sums: dict[Account, int] = defaultdict(int)
    for each in transfers:
        sums[each.target] += each.amount
        sums[each.source] -= each.amount
    head = transfers[0]
    told = f"{head.event_kind}: {head.reason}" if head.reason else head.event_kind
    link = f" ^{_order(head)}" if head.order_id is not None else ""
    lines = [
        f"\n{head.day} * {_quoted(head.actor)} {_quoted(told)}{link}",
        f'  event: "{head.event_id}"',
        *(
            f"  {beancount_name(account)}  {amount_text(amount, account.asset)} {account.asset}"
            for account, amount in sorted(sums.items())
            if amount
        ),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
