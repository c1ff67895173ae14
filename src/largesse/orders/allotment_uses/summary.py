"""What an organization's allotments come to in a few figures (AL-9, AL-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Sum

from largesse.business import values as business_values
from largesse.crm.models import Organization
from largesse.engine.window import Period
from largesse.ledger.models import Transfer
from largesse.offers.allotments import account_of, units_of_all
from largesse.offers.models import Allotment, LinkVisit
from largesse.orders.allotment_uses.report import days, total, values


class Summary(NamedTuple):
    """Units, minor units of the business's currency, and visits of links."""

    available: int
    """Units that are left where an allotment is neither closed nor over."""
    allotments: int
    """How many allotments these are of."""
    used: int
    """Units that orders hold or have used, less those that came back."""
    returned: int
    """Units that refunds gave back."""
    given: int
    """The price of what was given since the year began, from the journal."""
    opened: int
    """How often a link was opened that held."""
    altered: int
    """How often one was opened that had been changed and still named an allotment of theirs."""


def summary(organization: Organization, *, at: datetime) -> Summary:
    """The figures of an organization at an instant; six queries."""
    allotments = list(Allotment.objects.filter(organization=organization))
    units = units_of_all(allotments)
    left = [
        units[each.code].left
        for each in allotments
        if not each.closed and (each.ends is None or at < each.ends)
    ]
    calendar = business_values.calendar()
    year = calendar.first_day(Period.CALENDAR_YEAR, calendar.day_of(at))
    visits = _visits(organization)
    return Summary(
        available=sum(left),
        allotments=sum(each > 0 for each in left),
        used=sum(each.held + each.posted for each in units.values()),
        returned=_returned(allotments),
        given=given(organization, year, None),
        opened=visits.get(LinkVisit.Outcome.OPENED.value, 0),
        altered=visits.get(LinkVisit.Outcome.ALTERED.value, 0),
    )


def given(organization: Organization, since: date | None, until: date | None) -> int:
    """What the organization's allotments gave on the days from `since` until before `until`, in minor
    units: the price of what was posted, less what was refunded.
    """
    allotments = Allotment.objects.filter(organization=organization)
    return total(figures for _, _, figures in values(allotments, days(since, until))).given


def _returned(allotments: Iterable[Allotment]) -> int:
    accounts = [account_of(each.code).id for each in allotments]
    rows = Transfer.objects.filter(limited_id__in=accounts, kind=Transfer.Kind.REVERSE)
    return int(rows.aggregate(units=Sum("amount"))["units"] or 0)


def _visits(organization: Organization) -> dict[str, int]:
    rows = LinkVisit.objects.filter(allotment__organization=organization).order_by()
    return dict(rows.values_list("outcome").annotate(Count("id")))
