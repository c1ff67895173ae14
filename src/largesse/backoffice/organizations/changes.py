"""What was changed of an organization, of its members and its allotments; and of one of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Value, When, Window
from django.db.models.functions import Lag

from largesse.crm.models import Customer, Organization
from largesse.ledger.models import Transfer
from largesse.offers.allotments import account_of
from largesse.offers.models import Allotment, AllotmentLink, Link
from largesse.pages.figures import count_text, units_text

SHOWN: Final = 100

Change = dict[str, Any]
"""A change as the template of histories knows it: at, by, kind, why, fields."""


def newest(*histories: Iterable[Change]) -> list[Change]:
    """The latest changes of several histories, newest first."""
    every = [change for history in histories for change in history]
    return sorted(every, key=lambda change: change["at"], reverse=True)[:SHOWN]


def _change(at: Any, by: Any, kind: str, why: str = "", fields: Any = ()) -> Change:
    return {"at": at, "by": by, "kind": kind, "why": why, "fields": fields}


# --- of an allotment -------------------------------------------------------------------------------


def of_units(allotment: Allotment) -> list[Change]:
    """How its quantity came about, as the journal has it."""
    account = account_of(allotment.code).id
    grants = Transfer.objects.filter(limited=account, kind=Transfer.Kind.GRANT)
    found, quantity = [], 0
    for row in grants.select_related("event").order_by("seq"):
        before = quantity
        quantity += row.amount if row.target_id == account else -row.amount
        fields = [{"field": "Quantity", "old": count_text(before), "new": count_text(quantity)}]
        kind = "Granted" if not before else "Raised" if quantity > before else "Lowered"
        found.append(_change(row.event.at, row.event.actor, kind, row.event.reason, fields))
    return found


def of_links(links: Iterable[Link]) -> Iterator[Change]:
    """When the links of an allotment, or of a party, were made and revoked."""
    for link in links:
        yield _change(link.made_at, link.made_by, "Link made")
        if link.revoked_at is not None:
            yield _change(link.revoked_at, link.revoked_by, "Link revoked")


# --- of an organization ----------------------------------------------------------------------------


def of_members(organization: Organization) -> list[Change]:
    """Who became a member and who left, wherever that was entered."""
    words = {1: "Member added", 0: "Member removed"}
    return [
        _change(row.history_date, row.history_user, words[row.inside], row.name)
        for row in islice(_memberships(organization), SHOWN)
    ]


def _memberships(organization: Organization) -> Iterator[Any]:
    """The versions of customers in which they are a member and were none before, or the reverse."""
    versions: Any = Customer.history.model
    within = versions.organizations.model.objects.filter(organization=organization)
    inside = Case(
        When(Exists(within.filter(history=OuterRef("pk"))), then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    before = Window(
        Lag("inside", default=0), partition_by="id", order_by=["history_date", "history_id"]
    )
    rows = versions.objects.filter(id__in=within.values("customer")).annotate(inside=inside)
    changed = rows.annotate(before=before).exclude(inside=F("before"))
    return iter(changed.select_related("history_user").order_by("-history_date", "-history_id"))


def of_allotments(organization: Organization) -> Iterator[Change]:
    """What was done to its allotments; the page of each tells the differences."""
    allotments = {account_of(each.code).id: each for each in organization.allotments.all()}
    versions: Any = Allotment.history.filter(organization=organization, history_type="~")
    for row in versions.select_related("history_user").order_by("-history_date")[:SHOWN]:
        # A closed one is changed no more: this version is the one that closed it.
        kind = "Allotment closed" if row.closed else "Allotment changed"
        yield _change(row.history_date, row.history_user, kind, row.title)
    grants = Transfer.objects.filter(limited__in=list(allotments), kind=Transfer.Kind.GRANT)
    for row in grants.select_related("event").order_by("-id")[:SHOWN]:
        kind = row.event.kind.replace("_", " ").capitalize()
        why = f"{allotments[row.limited_id]}: {units_text(row.amount, 'unit')}"
        yield _change(row.event.at, row.event.actor, kind, why)
    links = AllotmentLink.objects.filter(
        allotment__in=allotments.values(), revoked_at__isnull=False
    )
    for link in links.select_related("allotment").order_by("-revoked_at")[:SHOWN]:
        yield _change(link.revoked_at, link.revoked_by, "Link revoked", str(link.allotment))
