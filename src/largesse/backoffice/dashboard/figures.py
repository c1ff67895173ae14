"""What offers cost and brought on each day, as the journal has it: nothing is counted anywhere else
(JO-4).

*Given* is what was booked to discounts and to stock given away, less what was booked back. *Sales* are
what was sold before discounts, tax and shipping apart (JO-3). *Sales with an offer* are those of orders
that an offer gave something, after all discounts. All is in minor units, on the day that it was booked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Sum, When
from msgspec import Struct

from largesse.backoffice.dashboard.period import Days
from largesse.backoffice.journal import DISCOUNTS
from largesse.engine.money import ONE, decimal_string, round_div
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.models import Transfer
from largesse.pages.figures import NARROW, NOTHING

KINDS: Final = tuple(DISCOUNTS)
"""The kinds of accounts that offers are booked to, in the order in which they are told."""

OFFERED: Final = tuple(kind for kind in KINDS if kind is not Kind.MANUAL)
"""Those of offers: what is taken off by hand is none."""


class Cost(NamedTuple):
    """What an account was debited on a day, less what it was credited."""

    day: date
    kind: Kind
    owner: str
    amount: int


class Sums(NamedTuple):
    """What was given and sold in some time."""

    given: int = 0
    sales: int = 0
    offered: int = 0
    """Sales with an offer."""

    def plus(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def share(self) -> int | None:
        """What was given as a share of sales, in millionths; None where nothing was sold."""
        return share_of(self.given, self.sales)


def share_of(part: int, whole: int) -> int | None:
    """A share in millionths, rounded to a tenth of a percent; None of nothing.

    >>> share_of(1, 3), share_of(1, 0)
    (333000, None)
    """
    return round_div(part * 1000, whole) * (ONE // 1000) if whole > 0 else None


def tenths_text(rate: int | None) -> str:
    """A rate in millionths with one decimal, so that rates can stand above each other; a dash for none.

    >>> tenths_text(150_000), tenths_text(None)
    ('15.0\\xa0%', '–')
    """
    return NOTHING if rate is None else f"{decimal_string(rate // 1000, 1)}{NARROW}%"


class DayFigures(NamedTuple):
    """One day: what each kind of offer cost on it, and its sums."""

    day: date
    by_kind: Mapping[Kind, int]
    sums: Sums


class Figures(Struct, frozen=True):
    """What offers cost and brought on some days, and in as many days before."""

    days: tuple[DayFigures, ...]
    costs: tuple[Cost, ...]
    before: Sums

    @property
    def sums(self) -> Sums:
        return total(day.sums for day in self.days)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that anything was booked to."""
        return tuple(kind for kind in KINDS if any(day.by_kind.get(kind) for day in self.days))

    def of(self, kind: Kind) -> int:
        """What a kind of offer cost on all days."""
        return sum(day.by_kind.get(kind, 0) for day in self.days)


def total(sums: Iterable[Sums]) -> Sums:
    """The sum of some sums."""
    found = Sums()
    for each in sums:
        found = found.plus(each)
    return found


def figures(days: Days, currency: str) -> Figures:
    """The figures of some days; two queries, however many days there are."""
    since, until = days.before.first, days.after
    costs: list[Cost] = []
    sales: dict[date, int] = defaultdict(int)
    for day, source, target, amount in _moved(since, until, currency):
        costs.extend(_costs(day, source, target, amount))
        sales[day] += amount * ((source.kind is Kind.SALES) - (target.kind is Kind.SALES))
    offered = _offered(since, until, currency)
    by_day: dict[date, dict[Kind, int]] = defaultdict(lambda: defaultdict(int))
    for cost in costs:
        by_day[cost.day][cost.kind] += cost.amount

    def told(day: date) -> DayFigures:
        by_kind = dict(by_day[day])
        return DayFigures(
            day, by_kind, Sums(sum(by_kind.values()), sales[day], offered.get(day, 0))
        )

    return Figures(
        tuple(told(day) for day in days.each()),
        tuple(cost for cost in costs if cost.day >= days.first),
        total(told(day).sums for day in days.before.each()),
    )


def _costs(day: date, source: Account, target: Account, amount: int) -> Iterator[Cost]:
    if target.kind in DISCOUNTS:
        yield Cost(day, target.kind, target.owner, amount)
    if source.kind in DISCOUNTS:
        yield Cost(day, source.kind, source.owner, -amount)


# --- what the journal says ---------------------------------------------------------------------------

Moved = tuple[date, Account, Account, int]
"""A day, and what was moved on it in all from one account to another."""


def booked(since: date, until: date, currency: str) -> QuerySet[Transfer]:
    """The money that was moved on the days from `since` until before `until`."""
    rows: QuerySet[Transfer] = Transfer.objects.filter(
        day__gte=since, day__lt=until, kind__in=Transfer.BOOKED, asset=currency
    )
    return rows.order_by()


def _moved(since: date, until: date, currency: str) -> Iterator[Moved]:
    wanted = [Kind.SALES.value, *(kind.value for kind in KINDS)]
    rows = booked(since, until, currency).filter(
        Q(source__kind__in=wanted) | Q(target__kind__in=wanted)
    )
    ends = ("source__kind", "source__owner", "target__kind", "target__owner")
    for day, *names, amount in rows.values_list("day", *ends).annotate(sum=Sum("amount")):
        source, target = (
            Account(Kind(kind), owner, currency) for kind, owner in (names[:2], names[2:])
        )
        yield day, source, target, int(amount)


def _offered(since: date, until: date, currency: str) -> dict[date, int]:
    """Sales with an offer by day. Of the sales of an order, those that the buyer owes are what is left
    after its discounts.
    """
    sales = Account(Kind.SALES, "", currency).id
    owed = Account(Kind.RECEIVABLES, "", currency).id
    given = Transfer.objects.filter(
        event__order_id=OuterRef("event__order_id"),
        target__kind__in=[kind.value for kind in OFFERED],
        kind=Transfer.Kind.ENTRY,
    )
    rows = booked(since, until, currency).filter(
        Q(source=sales, target=owed) | Q(source=owed, target=sales), Exists(given)
    )
    signed = Case(When(source=sales, then=F("amount")), default=-F("amount"))
    sums = rows.values_list("day").annotate(sum=Sum(signed))
    return {day: int(amount) for day, amount in sums}
