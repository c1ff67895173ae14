"""Every kind of record has its page: importing these modules registers them."""

from largesse.backoffice import (
    catalog,
    codes,
    crm,
    deals,
    ledger_pages,
    offers,
    orders,
    people,
    promotions,
    shared_parts,
)
from largesse.backoffice.credit import accounts
from largesse.backoffice.organizations import allotments, organizations
from largesse.backoffice.parties import parties
from largesse.backoffice.vouchers import books, vouchers

__all__ = [
    "accounts",
    "allotments",
    "books",
    "catalog",
    "codes",
    "crm",
    "deals",
    "ledger_pages",
    "offers",
    "orders",
    "organizations",
    "parties",
    "people",
    "promotions",
    "shared_parts",
    "vouchers",
]
