"""A single-use code is a row, and an account in the ledger with one use, which an order takes (PR-6).

The account is opened by the first order that takes it, so that a hundred thousand codes cost as many
rows and nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import QuerySet

from largesse.engine.cart import normal_code
from largesse.engine.facts import SingleUseCode as Value
from largesse.engine.faults import Fault, Faults
from largesse.engine.window import Window
from largesse.ids import ALPHABET, uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Change, Event, Insert, KeyReused, Plan, Recorded, Stale
from largesse.ledger.reading import stored_answer
from largesse.ledger.writing import carry_out
from largesse.offers import promotions
from largesse.offers.book_log import in_chunks
from largesse.offers.current import current
from largesse.offers.models import CodeBatch, Promotion, SingleUseCode, Voucher

LETTERS: Final = ALPHABET.upper()
"""What codes are made of: no letter that looks like a digit or another letter."""

COUNT_MAX: Final = 100_000
"""The most codes of one batch."""

PREFIX_MAX: Final = 16
LENGTH: Final = 10
LENGTHS: Final = range(6, 21)
"""How many random letters a code may have, after its prefix."""

_GUESSES: Final = 1_000_000
"""So many guesses find one code of a batch at best, on the average."""

_ATTEMPTS: Final = 5


def account_of(code: str) -> Account:
    """The account that holds a code's one use."""
    return Account(Kind.SINGLE_USE_CODE, code, "use")


def new_codes(count: int, length: int = LENGTH, prefix: str = "") -> list[str]:
    """Different codes that nobody can guess: a prefix and random letters."""
    found: dict[str, None] = {}
    while len(found) < count:
        letters = "".join([LETTERS[byte & 31] for byte in secrets.token_bytes(length)])
        found[prefix + letters] = None
    return list(found)


# --- making them -----------------------------------------------------------------------------------


class KeyTaken(Exception):
    """The idempotency key was used with another request."""


def generate(
    promotion: Promotion,
    count: int,
    *,
    at: datetime,
    by: str,
    length: int = LENGTH,
    prefix: str = "",
    label: str = "",
    starts: datetime | None = None,
    ends: datetime | None = None,
    key: str = "",
    body: bytes = b"",
) -> tuple[CodeBatch, bool]:
    """Make a batch of codes for a promotion, all or none; and whether an earlier request made it.

    A code is the prefix and `length` random letters. It can be used from `starts` until before `ends`.
    The same `key` and `body` make one batch (OR-3). Raises `Faults`, and KeyTaken where the key came
    with another body.
    """
    key = key or f"codes:{uuid7()}"
    body_hash = sha256(body).hexdigest()
    known = stored_answer(key, body_hash)
    if known is not None:
        return _batch_of(known), True
    prefix = normal_code(prefix)
    faults = list(_faults(promotion, count, length, prefix, label, starts, ends))
    if faults:
        raise Faults(faults)
    for _ in range(_ATTEMPTS):
        batch = CodeBatch(promotion=promotion, label=label, count=count, made_at=at, made_by=by)
        common = {"batch_id": batch.id, "starts": starts, "ends": ends}
        codes = _free_codes(count, length, prefix)
        event = Event(
            id=uuid7(),
            kind="codes_generated",
            key=key,
            body_hash=body_hash,
            answer=batch.id.bytes,
            day=current().book.catalog.calendar.day_of(at),
            at=at,
            actor=by,
            reason=f"{count:,} for {promotion.code}",
        )
        inserts = (
            rows_of(CodeBatch, [batch.__dict__]),
            code_rows(codes, promotion, at, by, common),
        )
        try:
            outcome = carry_out(Plan(event=event, inserts=inserts))
        except IntegrityError:
            continue  # somebody has just drawn the same code
        return _batch_of(outcome), isinstance(outcome, Recorded) and outcome.repeated
    raise Faults([Fault("length", length, "leaves too few codes free; take more letters")])


def _batch_of(outcome: object) -> CodeBatch:
    if isinstance(outcome, KeyReused):
        raise KeyTaken(outcome.key)
    if not isinstance(outcome, Recorded):
        raise RuntimeError(f"new codes could not be kept: {outcome}")
    return CodeBatch.objects.select_related("promotion").get(id=UUID(bytes=outcome.answer))


def _faults(
    promotion: Promotion,
    count: int,
    length: int,
    prefix: str,
    label: str,
    starts: datetime | None,
    ends: datetime | None,
) -> Iterator[Fault]:
    if promotion.archived:
        yield Fault("promotion", promotion.code, "is archived; restore it first")
    elif not promotions.definition_of(promotion).get("single_use_codes"):
        rule = "takes no single-use codes; set single_use_codes in its definition first"
        yield Fault("promotion", promotion.code, rule)
    if not 1 <= count <= COUNT_MAX:
        yield Fault("count", count, f"is 1 to {COUNT_MAX:,}")
    elif length not in LENGTHS:
        yield Fault("length", length, f"is {LENGTHS[0]} to {LENGTHS[-1]}")
    elif len(LETTERS) ** length < count * _GUESSES:
        least = next(n for n in LENGTHS if len(LETTERS) ** n >= count * _GUESSES)
        yield Fault("length", length, f"is {least} or more for so many codes, or one is guessed")
    if len(prefix) > PREFIX_MAX or not set(prefix) <= {*LETTERS, *"ILOU-_"}:
        rule = f"has at most {PREFIX_MAX} letters from A to Z, digits, - and _"
        yield Fault("prefix", prefix, rule)
    if len(label) > 120:
        yield Fault("label", label, "has at most 120 letters")
    if starts is not None and ends is not None and ends <= starts:
        yield Fault("ends", ends, "is before they start")


def _free_codes(count: int, length: int, prefix: str) -> list[str]:
    """New codes that are no code or voucher of anybody yet."""
    found = new_codes(count, length, prefix)
    for _ in range(_ATTEMPTS):
        taken = set(taken_of(found))
        if not taken:
            return found
        kept = dict.fromkeys(code for code in found if code not in taken)
        while len(kept) < count:
            kept.update(dict.fromkeys(new_codes(count - len(kept), length, prefix)))
        found = list(kept)
    raise Faults([Fault("length", length, "leaves too few codes free; take more letters")])


def taken_of(codes: Sequence[str]) -> Iterator[str]:
    """Those that are a single-use code, a voucher or a promotion's generic code already."""
    book = current().book
    yield from (code for code in codes if book.is_promo_code(code))
    for chunk in in_chunks(codes):
        yield from SingleUseCode.objects.filter(code__in=chunk).values_list("code", flat=True)
        yield from Voucher.objects.filter(number__in=chunk).values_list("number", flat=True)


def code_rows(
    codes: Iterable[str], promotion: Promotion, at: datetime, by: str, common: Mapping[str, Any]
) -> Insert:
    """Codes as rows that the ledger writes; `common` are more columns, the same in each."""
    fixed = {"promotion_id": promotion.pk, "made_at": at, "made_by": by, **common}
    return rows_of(SingleUseCode, [{"id": uuid7(), "code": code, **fixed} for code in codes])


def rows_of(model: type[CodeBatch | SingleUseCode], rows: Sequence[Mapping[str, Any]]) -> Insert:
    """Rows as the ledger writes them; a column that a row does not name has its default."""
    fields = model._meta.concrete_fields
    defaults = {f.attname: f.get_default() for f in fields}
    return Insert(
        table=model._meta.db_table,
        columns=tuple(str(f.column) for f in fields),
        rows=tuple(tuple([row.get(name, defaults[name]) for name in defaults]) for row in rows),
    )


# --- using them ------------------------------------------------------------------------------------

_SELECT: Final = """
SELECT s.code, p.code, a.held + a.posted, c.number, s.starts, s.ends, s.automatic
FROM offers_singleusecode s
JOIN offers_promotion p ON p.id = s.promotion_id
LEFT JOIN crm_customer c ON c.id = s.customer_id
LEFT JOIN ledger_account a ON a.kind = %s AND a.owner = s.code AND a.asset = 'use'
WHERE s.void_since IS NULL AND """

_ENTERED: Final = "s.code IN ({marks})"
_AUTOMATIC: Final = "s.automatic AND c.number = %s AND COALESCE(a.held + a.posted, 0) = 0"


def code_values(
    codes: Iterable[str], customer: str | None = None, *, automatic: bool = False
) -> dict[str, Value]:
    """These codes, and with `automatic` the unused automatic ones of a customer, in one query.

    By the code in its normal form; unknown and void ones are absent. In plain SQL, as vouchers are.
    """
    normal = list(dict.fromkeys(normal_code(code) for code in codes))
    parts: list[str] = []
    values: list[Any] = []
    if normal:
        parts.append(_SELECT + _ENTERED.format(marks=", ".join(["%s"] * len(normal))))
        values += [Kind.SINGLE_USE_CODE.value, *normal]
    if automatic and customer is not None:
        parts.append(_SELECT + _AUTOMATIC)
        values += [Kind.SINGLE_USE_CODE.value, customer]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), values)
        return {row[0]: _value(*row) for row in cursor.fetchall()}


def _value(
    code: str,
    promotion: str,
    taken: int | None,
    customer: str | None,
    starts: datetime | str | None,
    ends: datetime | str | None,
    automatic: bool,
) -> Value:
    return Value(
        code=code,
        promotion=promotion,
        used=bool(taken),
        customer=customer,
        window=Window(_instant(starts), _instant(ends)),
        automatic=bool(automatic),
    )


def _instant(stored: datetime | str | None) -> datetime | None:
    """An instant as the database keeps it: SQLite in UTC, without saying so."""
    if stored is None:
        return None
    found = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def still_valid(codes: Iterable[str]) -> tuple[Change, ...]:
    """What a plan that takes codes changes: nothing, but it is stale if one was made void meanwhile."""
    rows = SingleUseCode.objects.filter(code__in=list(codes)).values_list("id", flat=True)
    return tuple(_change(id, None) for id in sorted(rows))


def _change(id: UUID, void_since: datetime | None) -> Change:
    return Change(
        table=SingleUseCode._meta.db_table,
        id=id,
        expected={"void_since": None},
        new={"void_since": void_since},
    )


def voided(given_by: UUID, at: datetime) -> tuple[Change, ...]:
    """What takes back the rights that an order gave (AC-7). One that was used stays used."""
    rows = SingleUseCode.objects.filter(given_by=given_by, void_since=None)
    return tuple(_change(id, at) for id in sorted(rows.values_list("id", flat=True)))


def void(rows: QuerySet[SingleUseCode], *, at: datetime, by: str, reason: str = "") -> int:
    """Let nobody use these codes any more; how many are void now that were not.

    An order that has used one keeps it; if it gives it back, the code stays void.
    """
    for _ in range(_ATTEMPTS):
        ids = sorted(rows.filter(void_since=None).values_list("id", flat=True))
        if not ids:
            return 0
        event = Event(
            id=uuid7(),
            kind="codes_voided",
            key=f"codes:{uuid7()}",
            body_hash="",
            answer=b"",
            day=current().book.catalog.calendar.day_of(at),
            at=at,
            actor=by,
            reason=reason,
        )
        outcome = carry_out(Plan(event=event, changes=tuple(_change(id, at) for id in ids)))
        if not isinstance(outcome, Stale):
            return len(ids)
    raise Faults([Fault("codes", None, "were changed meanwhile; try again")])
