"""What an organization's allotments come to, in four figures above their list."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from largesse.backoffice.amounts import currency_of
from largesse.backoffice.organizations.frame import address
from largesse.crm.models import Organization
from largesse.orders.allotment_uses import Summary, summary
from largesse.pages.figures import amount_text, count_text, units_text


class Tile(NamedTuple):
    """A figure with its name, its unit and what is said under it."""

    name: str
    figure: str
    note: str
    unit: str = ""
    url: str = ""


def tiles(request: HttpRequest, organization: Organization) -> list[Tile]:
    """Available, used, given this year, links opened."""
    found = summary(organization, at=timezone.now())
    currency = currency_of(request)
    held = f"units in {units_text(found.allotments, 'allotment')}"
    back = f"{count_text(found.returned)} returned and counted back"
    sees_journal = request.user.has_perm("ledger.view_transfer")
    return [
        Tile(
            "Available", count_text(found.available), held if found.available else "no units left"
        ),
        Tile("Used", count_text(found.used), back if found.returned else "none returned"),
        Tile(
            "Given this year",
            amount_text(found.given, currency),
            "product price, from the journal",
            currency.code,
            address(organization, "journal") if sees_journal else "",
        ),
        Tile("Opened links", count_text(found.opened), _altered(found)),
    ]


def _altered(found: Summary) -> str:
    """What is said of links that had been changed."""
    if not found.altered:
        return "none altered"
    altered = f"{count_text(found.altered)} altered"
    return format_html('<span class="down">{}</span>, refused and logged', altered)
