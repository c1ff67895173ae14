"""What partners' vouchers brought and cost: made, handed out, used, and the sales that they were on
(VO-20).

Numbers are counted from the records of books and of what was handed out of them; only what is void and
what is used is looked for among the vouchers, so that ten million of them don't slow it down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Sum

from largesse.crm.models import Partner
from largesse.engine.money import round_div
from largesse.ledger.accounts import Kind
from largesse.offers.models import Voucher, VoucherBook, VoucherRange
from largesse.offers.vouchers.finding import in_state
from largesse.orders.checking.orders import BOOKED
from largesse.orders.redeemed import OVER


class Figures(NamedTuple):
    """Counts of vouchers, and minor units of the business's currency.

    `assigned` is what was handed out, used since or not. `sales` is what the posted orders came to, tax
    included, less what was given back; `given` is what the vouchers took off them, or paid.
    """

    made: int = 0
    assigned: int = 0
    redeemed: int = 0
    void: int = 0
    sales: int = 0
    given: int = 0

    def plus(self, other: Figures) -> Figures:
        return Figures(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def cost_per_sale(self) -> int | None:
        """What one redemption cost, rounded; None where there is none."""
        return round_div(self.given, self.redeemed) if self.redeemed else None


class Line(NamedTuple):
    """The figures of one partner and one book; no partner is what nobody has, no book single ones."""

    partner: Partner | None
    book: VoucherBook | None
    figures: Figures


class OfPartner(NamedTuple):
    """The lines of one partner, and their sum."""

    partner: Partner | None
    lines: tuple[Line, ...]
    figures: Figures


Key = tuple[UUID | None, UUID | None]
"""The keys of a partner and a book."""


def report(since: datetime | None = None, until: datetime | None = None) -> list[OfPartner]:
    """Every partner and book that has vouchers, by name; those that nobody has come last.

    A period bounds what was redeemed, sales and what was given, by when orders were placed.
    """
    found: dict[Key, Figures] = defaultdict(Figures)
    for key, figures in (*_numbers(), *_void(), *_redeemed(since, until)):
        found[key] = found[key].plus(figures)
    partners = Partner.objects.in_bulk({partner for partner, _ in found if partner is not None})
    books = VoucherBook.objects.in_bulk({book for _, book in found if book is not None})
    lines = [
        Line(partners.get(p) if p else None, books.get(b) if b else None, figures)
        for (p, b), figures in found.items()
        if any(figures)
    ]
    return list(_grouped(sorted(lines, key=_order)))


def _order(line: Line) -> tuple[Any, ...]:
    partner, book = line.partner, line.book
    return (
        partner is None,
        partner.name if partner else "",
        partner.code if partner else "",
        book is None,
        str(book) if book else "",
        str(book.pk) if book else "",
    )


def _grouped(lines: Sequence[Line]) -> Iterator[OfPartner]:
    for partner, some in groupby(lines, key=lambda line: line.partner):
        listed = tuple(some)
        yield OfPartner(partner, listed, total(line.figures for line in listed))


def total(figures: Iterable[Figures]) -> Figures:
    """The sum of some figures."""
    sums = Figures()
    for each in figures:
        sums = sums.plus(each)
    return sums


# --- numbers ---------------------------------------------------------------------------------------


def _numbers() -> Iterator[tuple[Key, Figures]]:
    runs = VoucherBook.objects.exclude(kind=VoucherBook.Kind.SHEET)
    size = F("last_position") - F("first_position") + 1
    handed: dict[UUID, int] = defaultdict(int)
    ranges = VoucherRange.objects.order_by().values_list("partner_id", "book_id")
    for partner, book, count in ranges.annotate(size=Sum(size)):
        handed[book] += count
        yield (partner, book), Figures(made=count, assigned=count)
    for book, made in runs.values_list("id", "made"):
        yield (None, book), Figures(made=made - handed[book])
    sheets = Voucher.objects.filter(book__in=VoucherBook.objects.filter(kind="sheet").values("id"))
    rows = sheets.order_by().values_list("partner_id", "book_id").annotate(Count("id"))
    for partner, book, count in rows:
        yield (partner, book), Figures(made=count, assigned=0 if partner is None else count)
    alone = Voucher.objects.filter(book=None).order_by().values_list("partner_id", "state")
    for partner, state, count in alone.annotate(Count("id")):
        assigned = count if state == Voucher.State.ASSIGNED else 0
        yield (partner, None), Figures(made=count, assigned=assigned)


def _void() -> Iterator[tuple[Key, Figures]]:
    rows = Voucher.objects.filter(in_state(Voucher.State.VOID)).order_by()
    for partner, book, count in rows.values_list("partner_id", "book_id").annotate(Count("id")):
        yield (partner, book), Figures(void=count)


# --- redemptions -----------------------------------------------------------------------------------

_ON_ORDERS: Final = """
WITH redeemed AS (
    SELECT a.owner AS number, e.order_id
    FROM ledger_account a
    JOIN ledger_transfer t ON t.limited_id = a.id AND t.kind = 'hold'
    JOIN ledger_event e ON e.id = t.event_id
    WHERE a.kind = %s AND a.held + a.posted > 0
), given AS (
    SELECT e.order_id, SUM(CASE WHEN x.id = t.target_id THEN t.amount ELSE -t.amount END) AS amount
    FROM redeemed r
    JOIN ledger_event e ON e.order_id = r.order_id
    JOIN ledger_transfer t ON t.event_id = e.id AND t.kind IN ('entry', 'reverse')
    JOIN ledger_account x ON x.id IN (t.target_id, t.source_id) AND x.kind IN (%s, %s)
    GROUP BY e.order_id
)
SELECT v.partner_id, v.book_id, COUNT(*),
    SUM(CASE WHEN o.state IN ({booked}) THEN o.total - o.refunded ELSE 0 END),
    SUM(COALESCE(g.amount, 0))
FROM redeemed r
JOIN offers_voucher v ON v.number = r.number
JOIN orders_order o ON o.id = r.order_id
LEFT JOIN given g ON g.order_id = r.order_id
WHERE o.state NOT IN ({over}){placed}
GROUP BY v.partner_id, v.book_id
"""


def _redeemed(since: datetime | None, until: datetime | None) -> Iterator[tuple[Key, Figures]]:
    placed, bounds = "", []
    for sign, bound in ((">=", since), ("<", until)):
        if bound is not None:
            placed += f" AND o.placed_at {sign} %s"
            bounds.append(connection.ops.adapt_datetimefield_value(bound))
    text = _ON_ORDERS.format(booked=_marks(BOOKED), over=_marks(OVER), placed=placed)
    kinds = (Kind.VOUCHER.value, Kind.PARTNER_VOUCHERS.value, Kind.VOUCHER_CLEARING.value)
    values = [*kinds, *map(str, BOOKED), *map(str, OVER), *bounds]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        for partner, book, count, sales, given in cursor.fetchall():
            figures = Figures(redeemed=count, sales=int(sales or 0), given=int(given or 0))
            yield (_key(partner), _key(book)), figures


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _key(stored: UUID | str | None) -> UUID | None:
    return UUID(stored) if isinstance(stored, str) else stored
