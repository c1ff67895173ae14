"""One navigation stands beside the records' pages and our own; it shows what its reader may open."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from largesse.backoffice.site import staff
from largesse.backoffice.subjects import SECTIONS
from largesse.orders.models import Order
from largesse.pages.navigation import NavEntry, OfficeShell


class Place(NamedTuple):
    """An entry, and the permission that opens it; none opens it to all staff."""

    label: str
    icon: str
    view: str
    permission: str = ""
    group: str = ""


PLACES = (
    Place("Dashboard", "layout-dashboard", "admin:index"),
    Place("Orders", "receipt-text", "admin:orders_order_changelist", "orders.view_order"),
    Place("Refunds", "undo-2", "admin:orders_refund_changelist", "orders.view_refund"),
    Place("Journal", "book-open", "admin:ledger_event_changelist", "ledger.view_event"),
    Place(
        "Promotions",
        "badge-percent",
        "admin:offers_promotion_changelist",
        "offers.view_promotion",
        "Offers",
    ),
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
    return OfficeShell(
        entries=tuple(_entry(request, place) for place in PLACES if _open_to(request, place)),
        user_name=user.get_full_name() or user.get_username(),
        user_role=role or ("Owner" if user.is_superuser else ""),
        home_url=reverse("admin:index"),
        search_url=reverse("admin:find"),
        search_hint="Search orders, customers, products",
        sign_out_url=reverse("admin:logout"),
    )


def _open_to(request: HttpRequest, place: Place) -> bool:
    return not place.permission or request.user.has_perm(place.permission)


def _entry(request: HttpRequest, place: Place) -> NavEntry:
    url, also = reverse(place.view), _also(place)
    return NavEntry(place.label, place.icon, url, place.group, _waiting(place), also)


def _also(place: Place) -> tuple[str, ...]:
    """The lists that are reached through an entry and have none of their own."""
    if place.view == "admin:settings":
        return tuple(reverse(subject.view) for _, found in SECTIONS for subject in found)
    if place.label == "Promotions":
        kinds = ("action", "condition", "singleusecode")
        return tuple(reverse(f"admin:offers_{kind}_changelist") for kind in kinds)
    if place.label == "Journal":
        return (reverse("admin:ledger_account_changelist"),)
    return ()


def _waiting(place: Place) -> int | None:
    """How many orders wait to be posted."""
    if place.label != "Orders":
        return None
    return Order.objects.filter(state__in=(Order.State.HELD, Order.State.PLACED)).count()
