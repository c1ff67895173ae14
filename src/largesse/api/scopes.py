"""What an API key may do is a set of scopes, each a resource and a verb."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One right of an API key. `MEANINGS` documents each."""

    QUOTES_WRITE = "quotes:write"
    PRICES_SET = "prices:set"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    ORDERS_APPROVE = "orders:approve"
    REFUNDS_WRITE = "refunds:write"
    JOURNAL_READ = "journal:read"
    CATALOG_READ = "catalog:read"
    CATALOG_WRITE = "catalog:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    CREDIT_GIVE = "credit:give"
    OFFERS_READ = "offers:read"
    OFFERS_WRITE = "offers:write"
    VOUCHERS_READ = "vouchers:read"
    VOUCHERS_WRITE = "vouchers:write"
    ALLOTMENTS_READ = "allotments:read"
    ALLOTMENTS_WRITE = "allotments:write"
    PARTIES_READ = "parties:read"
    PARTIES_WRITE = "parties:write"
    CORRECTIONS_SETTLE = "corrections:settle"


MEANINGS: Final[dict[Scope, str]] = {
    Scope.QUOTES_WRITE: "Ask what a cart costs.",
    Scope.PRICES_SET: "Name prices, amounts taken off by hand and shipping charges in a cart (QU-43).",
    Scope.ORDERS_READ: "Read orders and refunds.",
    Scope.ORDERS_WRITE: "Refer, reserve, place, post and cancel orders.",
    Scope.ORDERS_APPROVE: "Approve and decline orders that others referred.",
    Scope.REFUNDS_WRITE: "Refund orders.",
    Scope.JOURNAL_READ: "Read the journal, and the bookings of an order.",
    Scope.CATALOG_READ: "Read products, product groups and locations.",
    Scope.CATALOG_WRITE: "Add and change products, product groups and locations.",
    Scope.CUSTOMERS_READ: (
        "Read customers, their credit accounts with statements, organizations and partners."
    ),
    Scope.CUSTOMERS_WRITE: "Add and change customers, organizations and partners.",
    Scope.CREDIT_GIVE: "Give credit to customers by hand, and take it off.",
    Scope.OFFERS_READ: "Read deals, promotions, and the actions and conditions that these share.",
    Scope.OFFERS_WRITE: (
        "Add and change deals, promotions, and the actions and conditions that these share."
    ),
    Scope.VOUCHERS_READ: (
        "Read voucher books and numbers, and be told why a code that was entered is nothing."
    ),
    Scope.VOUCHERS_WRITE: "Make, assign, draw and void vouchers.",
    Scope.ALLOTMENTS_READ: (
        "Read allotments, what they gave, and their links, which whoever holds may use."
    ),
    Scope.ALLOTMENTS_WRITE: "Grant, change and close allotments, and revoke their links.",
    Scope.PARTIES_READ: "Read parties with their reports, and corrections of awards.",
    Scope.PARTIES_WRITE: "Make, change, close and reopen parties.",
    Scope.CORRECTIONS_SETTLE: "Charge corrections of awards to hosts, or waive them.",
}
