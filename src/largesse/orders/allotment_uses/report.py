"""What organizations used of their allotments, by product and period (AL-13).

All of it is told by the journal on the business's days: units when the order that took them was posted
and when a refund brought them back, and the price of what was given beside them. So a period that is
over stays as it is, whatever is refunded later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db.models import Q, QuerySet, Sum

from largesse.business import values as business_values
from largesse.catalog.models import Product
from largesse.crm.models import Organization
from largesse.engine.money import Currency
from largesse.engine.window import Period
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Transfer
from largesse.offers.models import Allotment
from largesse.orders.models import Order

STEPS: Final = (Period.DAY, Period.WEEK, Period.CALENDAR_MONTH, Period.CALENDAR_YEAR)
"""What a report can be divided into."""


class Figures(NamedTuple):
    """Units, and minor units of the business's currency."""

    used: int = 0
    """Units of orders that were posted in the period."""
    returned: int = 0
    """Units that refunds of the period brought back, whenever they were used."""
    held: int = 0
    """Units that orders of the period hold which are not posted yet."""
    value_used: int = 0
    """The price of the units that were used."""
    value_returned: int = 0
    """The price of the units that were returned."""

    @property
    def net(self) -> int:
        """Units used less those returned."""
        return self.used - self.returned

    @property
    def given(self) -> int:
        """The price of the units used less that of those returned; below 0 where more came back."""
        return self.value_used - self.value_returned

    def plus(self, other: Figures) -> Figures:
        return Figures(*(a + b for a, b in zip(self, other, strict=True)))


class OfProduct(NamedTuple):
    """The figures of one product, in all or in the part of the time that begins on `first_day`."""

    product: Product
    first_day: date | None
    figures: Figures


class OfOrganization(NamedTuple):
    """The lines of one organization, and their sum."""

    organization: Organization
    lines: tuple[OfProduct, ...]
    figures: Figures


class Usage(NamedTuple):
    """The report, and the sum of it all."""

    organizations: tuple[OfOrganization, ...]
    figures: Figures


def usage(
    *,
    organization: Organization | None = None,
    product: Product | None = None,
    since: date | None = None,
    until: date | None = None,
    step: Period | None = None,
    orders: QuerySet[Order] | None = None,
) -> Usage:
    """The report on the days from `since` until before `until`, of one organization or product or all,
    and of some `orders` alone where they are given.

    `step` divides it into days, weeks, months or years. By name; what was not used is left out. Four
    queries.
    """
    allotments = Allotment.objects.order_by()
    if organization is not None:
        allotments = allotments.filter(organization=organization)
    if product is not None:
        allotments = allotments.filter(product=product)
    of = {each.code: each for each in allotments.select_related("organization", "product")}
    calendar = business_values.calendar()
    found: dict[tuple[Any, Any, date | None], Figures] = defaultdict(Figures)
    those = days(since, until)
    if orders is not None:
        those &= Q(event__order_id__in=orders.order_by().values("id"))
    for code, day, figures in (*_units(allotments, those), *values(allotments, those)):
        first_day = None if step is None else calendar.first_day(step, day)
        key = of[code].organization, of[code].product, first_day
        found[key] = found[key].plus(figures)
    return _told(found)


def _told(found: dict[tuple[Any, Any, date | None], Figures]) -> Usage:
    def order(entry: tuple[tuple[Any, Any, date | None], Figures]) -> tuple[Any, ...]:
        (organization, product, first_day), _ = entry
        return (
            *(organization.name, organization.code),
            *(product.name, product.sku),
            first_day or date.min,
        )

    rows = sorted(((key, each) for key, each in found.items() if any(each)), key=order)
    organizations = []
    for organization, some in groupby(rows, key=lambda entry: entry[0][0]):
        lines = tuple(OfProduct(product, day, each) for (_, product, day), each in some)
        organizations.append(
            OfOrganization(organization, lines, total(line.figures for line in lines))
        )
    return Usage(tuple(organizations), total(each.figures for each in organizations))


def total(figures: Iterable[Figures]) -> Figures:
    """The sum of some figures."""
    sums = Figures()
    for each in figures:
        sums = sums.plus(each)
    return sums


# --- what the journal says ---------------------------------------------------------------------------

Moved = tuple[str, date, Figures]
"""An allotment's code, a day, and what was moved on it."""


def _units(allotments: QuerySet[Allotment], those: Q) -> Iterator[Moved]:
    open_holds = Q(kind=Transfer.Kind.HOLD, resolution=None)
    used = Q(kind__in=(Transfer.Kind.POST, Transfer.Kind.REVERSE)) | open_holds
    rows = Transfer.objects.filter(
        used,
        those,
        limited__kind=Kind.ALLOTMENT.value,
        limited__owner__in=allotments.values("code"),
    )
    names = {Transfer.Kind.POST: "used", Transfer.Kind.REVERSE: "returned"}
    for code, day, kind, units in (
        rows.order_by().values_list("limited__owner", "day", "kind").annotate(units=Sum("amount"))
    ):
        yield code, day, Figures(**{names.get(kind, "held"): int(units)})


def values(allotments: QuerySet[Allotment], those: Q) -> Iterator[Moved]:
    """The price of what was used and of what was returned by some transfers; two queries."""
    for name, end in (("value_used", "target"), ("value_returned", "source")):
        rows = Transfer.objects.filter(
            those,
            kind__in=Transfer.BOOKED,
            **{
                f"{end}__kind": Kind.ALLOTMENTS.value,
                f"{end}__owner__in": allotments.values("code"),
            },
        )
        sums = rows.order_by().values_list(f"{end}__owner", "day").annotate(sum=Sum("amount"))
        for code, day, amount in sums:
            yield code, day, Figures(**{name: int(amount)})


def days(since: date | None, until: date | None) -> Q:
    """The transfers of some days."""
    found = Q()
    if since is not None:
        found &= Q(day__gte=since)
    if until is not None:
        found &= Q(day__lt=until)
    return found


# --- as a sheet --------------------------------------------------------------------------------------

HEAD: Final = (
    "Organization", "Product", "SKU", "From", "Used", "Returned", "Net", "Not posted yet",
    "Value given",
)  # fmt: skip
ALL_PRODUCTS: Final = "All products"
ALL: Final = "All organizations"

Row = Sequence[str | int | float]


def sheet_rows(found: Usage, currency: Currency) -> Iterator[Row]:
    """The report as the rows of a sheet: each line, the sum of each organization, the sum of it all.

    Amounts are numbers with their decimals.
    """
    for each in found.organizations:
        name = each.organization.name
        for line in each.lines:
            day = "" if line.first_day is None else line.first_day.isoformat()
            yield (name, line.product.name, line.product.sku, day, *_cells(line.figures, currency))
        if len(each.lines) > 1:
            yield (name, ALL_PRODUCTS, "", "", *_cells(each.figures, currency))
    yield (ALL, ALL_PRODUCTS, "", "", *_cells(found.figures, currency))


def _cells(figures: Figures, currency: Currency) -> Row:
    counts = (figures.used, figures.returned, figures.net, figures.held)
    return (*counts, float(currency.format(figures.given)))
