"""What can still be used: vouchers that partners have, units that organizations were allotted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from largesse.backoffice.dashboard.figures import share_of, tenths_text
from largesse.backoffice.organizations.allotment_rows import with_units
from largesse.crm.models import Organization, Partner
from largesse.engine.money import Currency
from largesse.offers.models import Allotment, Voucher, VoucherBook, VoucherRange
from largesse.offers.vouchers.finding import in_state
from largesse.offers.vouchers.stretches import is_used
from largesse.pages.figures import amount_text, percent_text

SHOWN: Final = 5


class OfPartner(NamedTuple):
    """The vouchers of one partner. `out` are those that can still be used, `redeemed` is what part of
    all that it was assigned is redeemed.
    """

    partner: Partner
    gives: str
    out: int
    redeemed: str


class Vouchers(NamedTuple):
    """The partners that have most out, how many have any, and how many vouchers that is."""

    rows: tuple[OfPartner, ...]
    partners: int
    out: int


class _Counts(NamedTuple):
    """Vouchers of a partner; `value` is what value vouchers among those out can pay, in minor units."""

    assigned: int = 0
    out: int = 0
    redeemed: int = 0
    value: int = 0

    def plus(self, other: _Counts) -> _Counts:
        return _Counts(*(a + b for a, b in zip(self, other, strict=True)))


def vouchers(now: datetime, currency: Currency) -> Vouchers:
    """What partners have out, the most first; six queries.

    The numbers of a run are counted by its ranges, for there may be millions: one whose last day was
    changed by itself counts as its book does.
    """
    counts: dict[UUID, _Counts] = defaultdict(_Counts)
    for partner, found in (*_of_runs(now), *_alone(now)):
        counts[partner] = counts[partner].plus(found)
    listed = [(partner, found) for partner, found in counts.items() if found.out > 0]
    partners = Partner.objects.in_bulk([partner for partner, _ in listed])
    listed.sort(key=lambda each: (-each[1].out, partners[each[0]].name))
    shown = listed[:SHOWN]
    percents = _percents(partner for partner, _ in shown)
    rows = tuple(
        OfPartner(
            partners[partner],
            _gives(percents.get(partner, []), found.value, currency),
            found.out,
            tenths_text(share_of(found.redeemed, found.assigned)),
        )
        for partner, found in shown
    )
    return Vouchers(rows, len(listed), sum(found.out for _, found in listed))


def _gives(percents: Iterable[int], value: int, currency: Currency) -> str:
    parts = [percent_text(each) for each in sorted(percents)]
    if value:
        parts.append(f"{amount_text(value, currency)} in all")
    return ", ".join(parts)


def _of_runs(now: datetime) -> Iterator[tuple[UUID, _Counts]]:
    """Numbers that were handed out of books: all of a range, less those that are void or used."""
    lasts = Q(book__expires=None) | Q(book__expires__gt=now)
    still = Count("pk", filter=lasts)
    size = F("last_position") - F("first_position") + 1
    ranges = VoucherRange.objects.order_by().values_list("partner_id")
    sizes = ranges.annotate(every=Sum(size), out=Coalesce(Sum(size, filter=lasts), 0))
    for partner, assigned, out in sizes:
        yield partner, _Counts(assigned=assigned, out=out)
    runs = VoucherBook.objects.exclude(kind=VoucherBook.Kind.SHEET)
    handed = Voucher.objects.filter(book__in=runs.values("id"), partner__isnull=False).order_by()
    void = handed.filter(in_state(Voucher.State.VOID)).values_list("partner_id")
    for partner, out in void.annotate(out=still):
        yield partner, _Counts(out=-out)
    used = handed.filter(is_used(), opened=True).values_list("partner_id")
    for partner, redeemed, out in used.annotate(every=Count("pk"), out=still):
        yield partner, _Counts(out=-out, redeemed=redeemed)


def _alone(now: datetime) -> Iterator[tuple[UUID, _Counts]]:
    """Vouchers of sheets and single ones, counted one by one."""
    sheets = VoucherBook.objects.filter(kind=VoucherBook.Kind.SHEET).values("id")
    rows = Voucher.objects.filter(
        Q(book=None) | Q(book__in=sheets), partner__isnull=False, state=Voucher.State.ASSIGNED
    )
    lasting = rows.annotate(lasts_to=Coalesce(F("expires"), F("book__expires")), used=is_used())
    alive = Q(used=False) & (Q(lasts_to=None) | Q(lasts_to__gt=now))
    counted = (
        lasting.order_by()
        .values("partner_id")
        .annotate(
            assigned=Count("pk"),
            out=Count("pk", filter=alive),
            redeemed=Count("pk", filter=Q(used=True)),
            value=Coalesce(Sum("value", filter=alive), 0),
        )
    )
    names = _Counts._fields
    for partner, *counts in counted.values_list("partner_id", *names):
        yield partner, _Counts(*counts)


def _percents(partners: Iterable[UUID]) -> Mapping[UUID, list[int]]:
    """The percentages of what partners were handed out of books."""
    found: dict[UUID, list[int]] = defaultdict(list)
    rows = VoucherRange.objects.filter(partner__in=list(partners)).order_by()
    percent = Coalesce(F("percent"), F("book__percent"))
    pairs = rows.annotate(rate=percent).exclude(rate=None).values_list("partner_id", "rate")
    for partner, rate in pairs.distinct():
        found[partner].append(rate)
    return found


# --- allotments --------------------------------------------------------------------------------------


class OfOrganization(NamedTuple):
    """The units that an organization can still use, and what part of what it was given it has used."""

    organization: Any
    allotments: int
    left: int
    used: str


class Allotments(NamedTuple):
    """The organizations that have most left, how many have any, and how many units that is."""

    rows: tuple[OfOrganization, ...]
    organizations: int
    left: int


def allotments(now: datetime) -> Allotments:
    """What organizations have left of allotments that are neither closed nor over; two queries."""
    running = with_units(Allotment.objects.order_by(), now).filter(available__gt=0)
    rows = list(
        running.values_list("organization").annotate(
            count=Count("pk"), left=Sum("available"), taken=Sum("used"), had=Sum("granted")
        )
    )
    rows.sort(key=lambda row: -row[2])
    organizations = Organization.objects.in_bulk([row[0] for row in rows[:SHOWN]])
    shown = tuple(
        OfOrganization(organizations[key], count, left, tenths_text(share_of(used, granted)))
        for key, count, left, used, granted in rows[:SHOWN]
    )
    return Allotments(shown, len(rows), sum(row[2] for row in rows))
