"""One navigation stands beside the records' pages and our own; it shows what its reader may open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from largesse.backoffice.approving import to_approve
from largesse.backoffice.site import staff
from largesse.backoffice.subjects import SECTIONS
from largesse.business.models import User
from largesse.orders import notices
from largesse.orders.models import Order
from largesse.orders.referring import APPROVE
from largesse.pages.navigation import Bell, BellNotice, NavEntry, OfficeShell

BELL_ROWS: Final = 8
"""How many notices the bell lists; the next ones follow when these are read."""


class Place(NamedTuple):
    """An entry, and the permission that opens it; none opens it to all staff. `query` is what is chosen
    in its list.
    """

    label: str
    icon: str
    view: str
    permission: str = ""
    group: str = ""
    query: str = ""


PLACES = (
    Place("Dashboard", "layout-dashboard", "admin:index"),
    Place("Orders", "receipt-text", "admin:orders_order_changelist", "orders.view_order"),
    Place("Parties", "party-popper", "admin:orders_party_changelist", "orders.view_party"),
    Place(
        "To approve",
        "circle-check",
        "admin:orders_order_changelist",
        "backoffice.approve_order",
        query="?approve=me",
    ),
    Place("Enter orders", "shopping-bag", "rep:start", "orders.add_cart"),
    Place("Till", "scan-barcode", "till:till", "till.add_sale"),
    Place("Refunds", "undo-2", "admin:orders_refund_changelist", "orders.view_refund"),
    Place("Journal", "book-open", "admin:ledger_event_changelist", "ledger.view_event"),
    Place(
        "Promotions",
        "badge-percent",
        "admin:offers_promotion_changelist",
        "offers.view_promotion",
        "Offers",
    ),
    Place("Deals", "handshake", "admin:offers_deal_changelist", "offers.view_deal", "Offers"),
    Place("Vouchers", "ticket", "admin:offers_voucher_changelist", "offers.view_voucher", "Offers"),
    Place(
        "Allotments", "gift", "admin:offers_allotment_changelist", "offers.view_allotment", "Offers"
    ),
    Place(
        "Exclusion groups",
        "layers",
        "admin:offers_exclusiongroup_changelist",
        "offers.view_exclusiongroup",
        "Offers",
    ),
    Place(
        "Products", "package", "admin:catalog_product_changelist", "catalog.view_product", "Records"
    ),
    Place("Customers", "users", "admin:crm_customer_changelist", "crm.view_customer", "Records"),
    Place(
        "Credit accounts",
        "wallet",
        "admin:backoffice_creditaccount_changelist",
        "backoffice.view_creditaccount",
        "Records",
    ),
    Place(
        "Organizations",
        "building-2",
        "admin:crm_organization_changelist",
        "crm.view_organization",
        "Records",
    ),
    Place("Partners", "store", "admin:crm_partner_changelist", "crm.view_partner", "Records"),
    Place("Settings", "settings", "admin:settings", "", "Records"),
)


def office_shell(request: HttpRequest) -> OfficeShell:
    """What stands around a page of the back office for the person who asks for it."""
    user = staff(request)
    role = user.groups.values_list("name", flat=True).first()
    waiting = _waiting(user) if user.has_perm("orders.view_order") else {}
    return OfficeShell(
        entries=tuple(_entry(place, waiting) for place in PLACES if _open_to(request, place)),
        user_name=user.get_full_name() or user.get_username(),
        user_role=role or ("Owner" if user.is_superuser else ""),
        home_url=reverse("admin:index"),
        search_url=reverse("admin:find"),
        palette_url=reverse("admin:palette"),
        sign_out_url=reverse("admin:logout"),
        bell=_bell(user),
    )


def _bell(user: User) -> Bell:
    unread = notices.unread(user)
    listed = tuple(
        BellNotice(notice.text, notice.at, reverse("admin:notice", args=[notice.pk]))
        for notice in unread[:BELL_ROWS]
    )
    return Bell(listed, len(listed) if len(listed) < BELL_ROWS else unread.count())


def _open_to(request: HttpRequest, place: Place) -> bool:
    return not place.permission or request.user.has_perm(place.permission)


def _entry(place: Place, waiting: Mapping[str, int]) -> NavEntry:
    url, count = reverse(place.view) + place.query, waiting.get(place.label)
    return NavEntry(place.label, place.icon, url, place.group, count, _also(place))


def _also(place: Place) -> tuple[str, ...]:
    """The lists that are reached through an entry and have none of their own."""
    if place.view == "admin:settings":
        return tuple(reverse(subject.view) for _, found in SECTIONS for subject in found)
    if place.label == "Vouchers":
        views = ("changelist", "report")
        return tuple(reverse(f"admin:offers_voucherbook_{view}") for view in views)
    if place.label == "Promotions":
        kinds = ("action", "condition", "singleusecode")
        return tuple(reverse(f"admin:offers_{kind}_changelist") for kind in kinds)
    if place.label == "Journal":
        return (reverse("admin:ledger_account_changelist"),)
    return ()


def _waiting(user: User) -> Mapping[str, int]:
    """How many orders wait behind an entry: to be posted, or for the reader's approval."""
    to_post = Q(state__in=(Order.State.HELD, Order.State.PLACED))
    own = to_approve(user.get_username()) if user.has_perm(APPROVE) else Q(pk__in=())
    counts = Order.objects.aggregate(
        to_post=Count("pk", filter=to_post), to_approve=Count("pk", filter=own)
    )
    return {"Orders": counts["to_post"], "To approve": counts["to_approve"]}
