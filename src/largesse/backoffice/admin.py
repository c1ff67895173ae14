"""Every kind of record has its page: importing these modules registers them."""

from largesse.backoffice import (
    allotments,
    catalog,
    crm,
    ledger_pages,
    offers,
    orders,
    people,
    promotions,
)

__all__ = [
    "allotments",
    "catalog",
    "crm",
    "ledger_pages",
    "offers",
    "orders",
    "people",
    "promotions",
]
