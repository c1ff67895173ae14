"""The chart of accounts: whatever is limited, and whatever money is booked to, is one of these."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID, uuid5

_NAMESPACE: Final = UUID("6b0d6a0e-5f0c-5d5e-9c7a-1f7d5b0c2a11")


class Kind(StrEnum):
    """What an account is for (JO-2). Its value begins with the class that an accountant expects."""

    # Money.
    RECEIVABLES = "assets:receivables"
    TENDERS = "assets:tenders"
    VOUCHER_CLEARING = "assets:value-voucher-clearing"
    SALES = "income:sales"
    SHIPPING = "income:shipping"
    PROMOTIONS = "expenses:discounts:promotions"
    DEALS = "expenses:discounts:deals"
    PARTNER_VOUCHERS = "expenses:discounts:partner-vouchers"
    ALLOTMENTS = "expenses:discounts:allotments"
    SPREES = "expenses:discounts:shopping-sprees"
    MANUAL = "expenses:discounts:manual"
    GIVEAWAY_STOCK = "expenses:giveaway-stock"
    TAX = "liabilities:tax-payable"
    CUSTOMER_CREDIT = "liabilities:customer-credit"
    REP_INCOME = "memorandum:rep-taxable-income"
    REP_INCOME_CONTRA = "memorandum:rep-taxable-income-contra"
    # What is limited: granted out of `issued`, used up into `used`.
    ISSUED = "rights:issued"
    USED = "rights:used"
    VOUCHER = "rights:voucher"
    ALLOTMENT = "rights:allotment"
    SINGLE_USE_CODE = "rights:single-use-code"
    USES = "rights:promotion-uses"
    CUSTOMER_USES = "rights:promotion-customer-uses"
    DAY_USES = "rights:promotion-day-uses"
    BUDGET = "rights:promotion-budget"
    SPREE = "rights:shopping-spree"
    GIVEAWAY_CREDIT = "rights:giveaway-credit"
    CREDIT = "rights:customer-credit"


LIMITED: Final = frozenset(
    {
        Kind.VOUCHER,
        Kind.ALLOTMENT,
        Kind.SINGLE_USE_CODE,
        Kind.USES,
        Kind.CUSTOMER_USES,
        Kind.DAY_USES,
        Kind.BUDGET,
        Kind.SPREE,
        Kind.GIVEAWAY_CREDIT,
        Kind.CREDIT,
    }
)
"""Kinds whose accounts never give more than they were granted (OR-6). They are opened by a `Grant`."""


class Account(NamedTuple):
    """An account by its name: a kind, whose it is, and what it counts.

    `owner` is the code of an offer, a customer or a partner, or empty for the business itself; where
    two things own it together, `owner_of` both.
    `asset` is an ISO 4217 code for money in minor units, and a word for what is counted in pieces,
    such as `use` or `unit`. Only accounts of one asset can be booked against each other.
    """

    kind: Kind
    owner: str
    asset: str

    @property
    def id(self) -> UUID:
        """Its key follows from its name, so that no booking has to look it up."""
        return _id_of(self)


@lru_cache(maxsize=65_536)
def _id_of(account: Account) -> UUID:
    return uuid5(_NAMESPACE, "\0".join(account))


_OWNER_MAX: Final = 128
_DIGEST: Final = 64
"""The letters of a SHA-256."""


def owner_of(*names: str) -> str:
    """Things that own an account together, such as a customer and a promotion, as one owner.

    Names may hold any character; other names never make the same owner. What would be too long ends
    in its SHA-256.

    >>> owner_of("anna", "SUMMER"), owner_of("a/b", "c"), owner_of("a", "b/c")
    ('anna/SUMMER', 'a%2Fb/c', 'a/b%2Fc')
    """
    owner = "/".join(map(_escaped, names))
    if len(owner) <= _OWNER_MAX:
        return owner
    digest = sha256(owner.encode()).hexdigest()
    return f"{owner[: _OWNER_MAX - _DIGEST - 1]}#{digest}"


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")


_SHORTENED: Final = re.compile(r".{63}#[0-9a-f]{64}", re.DOTALL)


def names_in(owner: str) -> tuple[str, ...] | None:
    """The names that `owner_of` made an owner of; None where it was too long to keep them whole.

    >>> names_in("anna/SUMMER"), names_in("a%2Fb/")
    (('anna', 'SUMMER'), ('a/b', ''))
    """
    if _SHORTENED.fullmatch(owner):
        return None
    return tuple(name.replace("%2F", "/").replace("%25", "%") for name in owner.split("/"))


def beginning_of(*names: str) -> str:
    """What the owner of these names and others begins with, whole or shortened.

    >>> beginning_of("anna"), beginning_of("a/b")
    ('anna/', 'a%2Fb/')
    """
    return f"{'/'.join(map(_escaped, names))}/"[: _OWNER_MAX - _DIGEST - 1]
