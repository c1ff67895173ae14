"""The palette: what is typed finds records, places to go, and things to do; all by the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from largesse.backoffice.finding import Hits, found, nearness
from largesse.backoffice.navigation import PLACES
from largesse.backoffice.subjects import SECTIONS
from largesse.business.configuration import SETTINGS
from largesse.crm.models import Organization, Partner

SHOWN: Final = 4
"""How many of each kind the palette lists."""
UNASKED: Final = 6
"""How many deeds and places it lists before anything is typed."""


class Way(NamedTuple):
    """A place or a deed: what it is called, what opens it to whom, and other words that name it."""

    label: str
    icon: str
    view: str
    permission: str = ""
    also: str = ""
    query: str = ""


DEEDS: Final = (
    Way("Add promotion", "badge-percent", "admin:offers_promotion_add", "offers.add_promotion",
        "new discount build"),
    Way("Add deal", "handshake", "admin:offers_deal_add", "offers.add_deal", "new build"),
    Way("Make voucher numbers", "ticket", "admin:offers_voucherbook_random",
        "offers.add_voucherbook", "new book random"),
    Way("Assign vouchers to a partner", "ticket", "admin:offers_voucherbook_assign",
        "offers.change_voucherbook", "hand out"),
    Way("Upload a sheet of vouchers", "upload", "admin:offers_voucherbook_upload",
        "offers.add_voucherbook", "import value"),
    Way("Add allotment", "gift", "admin:offers_allotment_add", "offers.add_allotment",
        "new free units grant"),
    Way("Add party", "party-popper", "admin:orders_party_add", "orders.add_party", "new host"),
    Way("Add product", "package", "admin:catalog_product_add", "catalog.add_product", "new"),
    Way("Add customer", "users", "admin:crm_customer_add", "crm.add_customer", "new"),
    Way("Add organization", "building-2", "admin:crm_organization_add", "crm.add_organization",
        "new"),
    Way("Add partner", "store", "admin:crm_partner_add", "crm.add_partner", "new"),
    Way("Enter an order", "shopping-bag", "rep:start", "orders.add_cart", "new sell"),
)  # fmt: skip

REPORTS: Final = (
    Way("Cost by offer", "chart-column", "admin:ledger_event_offer_costs", "ledger.view_event",
        "report given discounts"),
    Way("Vouchers by partner and book", "chart-column", "admin:offers_voucherbook_report",
        "offers.view_voucherbook", "report redeemed"),
    Way("Usage of allotments", "chart-column", "admin:offers_allotment_usage",
        "offers.view_allotment", "report organizations"),
    Way("Accounts", "scale", "admin:ledger_account_changelist", "ledger.view_account",
        "journal balances"),
)  # fmt: skip


class Row(NamedTuple):
    """Something that can be opened."""

    icon: str
    url: str
    name: str
    note: str = ""


class Group(NamedTuple):
    """Rows of one kind; `all_url` leads to the rest, where there are more."""

    title: str
    rows: tuple[Row, ...]
    all_url: str = ""


def palette(request: HttpRequest) -> HttpResponse:
    """What `?q=` names, the kind first that has what it names best; without words, what can be done and
    where one can go.
    """
    words = request.GET.get("q", "").strip()
    hits = found(request, words, SHOWN)
    do = Group("Do", (*_about(request, hits), *_some(request, DEEDS, words)))
    go = Group("Go to", tuple(_some(request, _places(), words)))
    groups = [group for group in (*map(_group, hits), do, go) if group.rows]
    if words:
        groups.sort(key=lambda group: min(nearness(row.name, words) for row in group.rows))
    context = {"words": words, "groups": groups}
    return TemplateResponse(request, "backoffice/parts/palette.html", context)


def _group(hits: Hits) -> Group:
    rows = tuple(Row(hits.icon, hit.url, hit.name, hit.note) for hit in hits.hits)
    return Group(hits.title, rows, hits.all_url if hits.more else "")


# --- places and deeds --------------------------------------------------------------------------------


def _some(request: HttpRequest, ways: Iterable[Way], words: str) -> Iterator[Row]:
    """The ways that are open to the reader and named by all words: by their labels first."""
    sought = words.casefold().split()
    named = [way for way in ways if _names(way, sought)]
    named.sort(key=lambda way: not all(word in way.label.casefold() for word in sought))
    may = request.user.has_perm
    open_ways = [way for way in named if not way.permission or may(way.permission)]
    for way in open_ways[: SHOWN if words else UNASKED]:
        yield Row(way.icon, reverse(way.view) + way.query, way.label)


def _names(way: Way, sought: Iterable[str]) -> bool:
    text = f"{way.label} {way.also}".casefold()
    return all(word in text for word in sought)


def _places() -> Iterator[Way]:
    for place in PLACES:
        yield Way(place.label, place.icon, place.view, place.permission, place.group, place.query)
    yield from REPORTS
    for title, subjects in SECTIONS:
        for subject in subjects:
            also = f"settings {title} {subject.sentence}"
            yield Way(subject.title, subject.icon, subject.view, subject.permission, also)
    for setting in SETTINGS.values():
        query = f"?{urlencode({'q': setting.title})}"
        also = f"settings configuration {setting.section} {setting.sentence}"
        yield Way(setting.title, _SETTING, "admin:configuration", _SEES_SETTINGS, also, query)


_SETTING: Final = "sliders-horizontal"
_SEES_SETTINGS: Final = "business.view_setting"


def _about(request: HttpRequest, found: Iterable[Hits]) -> Iterator[Row]:
    """What can be done with the first partner and the first organization that were found."""
    for hits in found:
        first = hits.hits[0]
        if hits.model is Partner and request.user.has_perm("offers.change_voucherbook"):
            query = urlencode({"partner": str(first.key)})
            url = f"{reverse('admin:offers_voucherbook_assign')}?{query}"
            yield Row("ticket", url, f"Assign vouchers to {first.name}")
        if hits.model is Organization and request.user.has_perm("offers.add_allotment"):
            url = reverse("admin:crm_organization_add_allotment", args=[first.key])
            yield Row("gift", url, f"Add an allotment of {first.name}")
