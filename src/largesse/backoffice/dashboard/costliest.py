"""Which offers cost most: each by its title, with its orders and the share of their sales (JO-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Model
from django.http import HttpRequest

from largesse.backoffice.dashboard.figures import Cost, share_of, tenths_text
from largesse.backoffice.dashboard.period import Days
from largesse.backoffice.journal import DISCOUNTS
from largesse.backoffice.offer_titles import RECORDS, titles
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.models import Account as AccountRow
from largesse.ledger.models import Transfer


class OfOffer(NamedTuple):
    """What one offer cost, or one partner's vouchers: by the kinds of its accounts.

    `record` is what it is a record of; none is what was taken off by hand.
    """

    record: type[Model] | None
    owner: str
    by_kind: Mapping[Kind, int]

    @property
    def given(self) -> int:
        return sum(self.by_kind.values())

    @property
    def account(self) -> tuple[Kind, str]:
        """The kind and the owner of one of its accounts."""
        return min(self.by_kind), self.owner


def by_offer(costs: Iterable[Cost]) -> tuple[OfOffer, ...]:
    """Costs by offer, the dearest first, then by code; what was booked back whole is left out."""
    sums: dict[tuple[type[Model] | None, str], dict[Kind, int]] = defaultdict(dict)
    for cost in costs:
        of = sums[RECORDS.get(cost.kind), cost.owner]
        of[cost.kind] = of.get(cost.kind, 0) + cost.amount
    found = [OfOffer(record, owner, by_kind) for (record, owner), by_kind in sums.items()]
    return tuple(
        sorted((o for o in found if o.given), key=lambda o: (-o.given, o.owner, o.account))
    )


class Shown(NamedTuple):
    """An offer as the card tells it; `of_sales` is its share of the sales of its orders."""

    title: str
    url: str
    """Of its page; empty for those who may not open it."""
    kinds: str
    given: int
    orders: int
    of_sales: str


def shown(
    request: HttpRequest, offers: Sequence[OfOffer], days: Days, currency: str
) -> tuple[Shown, ...]:
    """Some offers with their titles and orders; a query for the orders, and one for each record."""
    sold = _sold(offers, days, currency)
    named = titles(request, (offer.account for offer in offers))
    found = []
    for nth, offer in enumerate(offers):
        title, url = named[offer.account]
        kinds = ", ".join(DISCOUNTS[kind] for kind in DISCOUNTS if offer.by_kind.get(kind))
        orders, sales = sold.get(nth, (0, 0))
        of_sales = tenths_text(share_of(offer.given, sales))
        found.append(Shown(title, url, kinds, offer.given, orders, of_sales))
    return tuple(found)


# --- orders and their sales --------------------------------------------------------------------------

_SOLD: Final = """
WITH took AS (
    SELECT CASE {which} END AS offer, e.order_id,
        MAX(CASE WHEN t.kind = 'entry' THEN 1 ELSE 0 END) AS is_new
    FROM ledger_transfer t
    JOIN ledger_event e ON e.id = t.event_id
    WHERE (t.target_id IN ({accounts}) OR (t.source_id IN ({accounts}) AND t.reverses_id IS NOT NULL))
        AND t.day >= %s AND t.day < %s AND t.kind IN ({booked}) AND e.order_id IS NOT NULL
    GROUP BY 1, 2
)
SELECT k.offer, COUNT(DISTINCT CASE WHEN k.is_new = 1 THEN k.order_id END),
    SUM(CASE WHEN s.source_id = %s THEN s.amount ELSE -s.amount END)
FROM took k
JOIN ledger_event e ON e.order_id = k.order_id
JOIN ledger_transfer s ON s.event_id = e.id
WHERE (s.source_id = %s OR s.target_id = %s) AND s.day >= %s AND s.day < %s AND s.kind IN ({booked})
GROUP BY k.offer
"""


def _sold(offers: Sequence[OfOffer], days: Days, currency: str) -> Mapping[int, tuple[int, int]]:
    """How many orders of these days each offer gave something, and what they came to before discounts,
    less what was booked back; by the offers' places.
    """
    places = {
        _key(Account(kind, offer.owner, currency)): nth
        for nth, offer in enumerate(offers)
        for kind in offer.by_kind
    }
    if not places:
        return {}
    accounts = list(places)
    sales = _key(Account(Kind.SALES, "", currency))
    span = [connection.ops.adapt_datefield_value(day) for day in (days.first, days.after)]
    booked = [kind.value for kind in Transfer.BOOKED]
    which = " ".join(["WHEN %s IN (t.target_id, t.source_id) THEN %s"] * len(places))
    text = _SOLD.format(which=which, accounts=_marks(accounts), booked=_marks(booked))
    values = [
        *(value for place in places.items() for value in place),
        *(*accounts, *accounts, *span, *booked),
        *(sales, sales, sales, *span, *booked),
    ]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return {nth: (int(orders), int(sum or 0)) for nth, orders, sum in cursor.fetchall()}


def _key(account: Account) -> Any:
    return AccountRow._meta.pk.get_db_prep_value(account.id, connection)


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
