"""A document, as files have it, becomes records; what is on offer becomes a document (IF-3, IF-11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from django.db import transaction

from largesse.business.models import Business, User
from largesse.engine.actions.base import Action
from largesse.engine.conditions.base import Condition
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.document import Document
from largesse.engine.formats.writer import FORMAT, listed
from largesse.engine.offers.voucher import Voucher, VoucherStatus
from largesse.files import read_document
from largesse.offers import allotments, deals, loading, parts, promotions, vouchers
from largesse.offers.book_log import publish
from largesse.offers.contents import Kind, contents
from largesse.offers.models import Allotment
from largesse.offers.models import Voucher as VoucherRecord
from largesse.offers.shared import Base

_BY: Final = "import"
"""Who did it, for the journal, where nobody is signed in."""

_REASON: Final = "loaded from a file"


def load(source: Document | str | Path, *, at: datetime, by: User | None) -> None:
    """Create and change records so that they are what a document says, all or none.

    What it doesn't name stays as it is, as does the calendar of a business that is set up. Carts and
    history are left out. Raises `Faults` for a document that can't be loaded.
    """
    document = source if isinstance(source, Document) else read_document(source)
    actor = by.get_username() if by is not None else _BY
    catalog = document.book.catalog
    with transaction.atomic():
        _load_business(document)
        publish(Kind.PRODUCT, loading.products(catalog.products.values()))
        publish(Kind.LOCATION, loading.locations(catalog.locations.values()))
        publish(Kind.GROUP, loading.groups(catalog.groups.values()))
        loading.customers(document.customers.values())
        publish(
            Kind.EXCLUSION_GROUP, loading.exclusion_groups(document.book.exclusion_groups.values())
        )
        _load_parts("condition", document.conditions.values(), document, at, by)
        _load_parts("action", document.actions.values(), document, at, by)
        book = document.book
        for number in sorted({n for deal in book.deals.values() for n in deal.customers}):
            loading.customer(number)
        for revise_all, offers in (
            (promotions.revise_all, book.promotions),
            (deals.revise_all, book.deals),
        ):
            definitions = [listed(offer, book.currency) for offer in offers.values()]
            revise_all(definitions, by=by, at=at, reason=_REASON)
        _load_allotments(document, at, actor)
        _load_vouchers(document.vouchers, at, actor)


def _load_parts(
    base: Base,
    found: Iterable[Condition | Action],
    document: Document,
    at: datetime,
    by: User | None,
) -> None:
    definitions = [listed(part, document.book.currency) for part in found]
    coming = document.book.promotions
    parts.revise_all(base, definitions, by=by, at=at, reason=_REASON, coming=coming)


def _load_business(document: Document) -> None:
    currency, calendar = document.book.currency, document.book.catalog.calendar
    business = Business.objects.first()
    if business is None:
        Business.objects.create(
            name="Largesse",
            currency=currency.code,
            half_even=currency.half_even,
            time_zone=calendar.time_zone,
            week_starts=calendar.week_starts,
        )
    elif business.currency != currency.code:
        told = f"{currency.code} is not the currency of the business, which is {business.currency}"
        raise Faults([Fault("currency", currency.code, told)])


def _load_allotments(document: Document, at: datetime, actor: str) -> None:
    held = {each.code: each for each in Allotment.objects.filter(code__in=document.book.allotments)}
    for i, value in enumerate(document.book.allotments.values()):
        left = document.allotments_left.get(value.code, 0)
        record = held.get(value.code)
        try:
            if record is None:
                loading.new_allotment(value, left, at, actor)
            else:
                loading.changed_allotment(record, value)
                units = allotments.units_of(record)
                quantity = left + units.held + units.posted
                allotments.set_quantity(record, quantity, at=at, by=actor)
        except Faults as found:
            raise Faults(
                Fault(f"allotments[{i}].{fault.place}", fault.value, fault.message)
                for fault in found.faults
            ) from None


def _load_vouchers(found: Mapping[str, Voucher], at: datetime, actor: str) -> None:
    """The vouchers that are new. One that is there may have been used since, and stays as it is."""
    numbers = VoucherRecord.objects.filter(number__in=list(found)).values_list("number", flat=True)
    held = set(numbers)
    alike: dict[Voucher, list[str]] = {}
    for number, value in found.items():
        if number in held:
            continue
        if value.status in (VoucherStatus.REDEEMED, VoucherStatus.EXPIRED):
            told = f"{number} is {value.status.value}: only one that can still be used is loaded"
            raise Faults([Fault("vouchers", number, told)])
        alike.setdefault(msgspec.structs.replace(value, number=""), []).append(number)
    for value, of_kind in alike.items():
        vouchers.create(
            of_kind,
            at=at,
            by=actor,
            percent=value.percent,
            value=value.value,
            minimum=value.minimum,
            partner=loading.partner(value.partner) if value.partner else None,
            customer=loading.customer(value.customer) if value.customer else None,
            expires=value.expires,
            state=VoucherRecord.State(value.status.value),
        )


_SECTIONS: Final[Mapping[Kind, str]] = {
    Kind.PRODUCT: "products",
    Kind.GROUP: "product_groups",
    Kind.LOCATION: "locations",
    Kind.EXCLUSION_GROUP: "exclusion_groups",
    Kind.PROMOTION: "promotions",
    Kind.DEAL: "deals",
    Kind.ALLOTMENT: "allotments",
}


def document() -> dict[str, Any]:
    """What is on offer now, as a document's plain data: all but customers, vouchers and orders.

    Promotions name what they share, and a condition those that stand before it.
    """
    head = msgspec.json.decode(contents(Kind.BUSINESS, None).get("", "{}"))
    whole: dict[str, Any] = {"format": FORMAT, **head}
    shared = {
        "conditions": parts.definitions("condition"),
        "actions": parts.definitions("action"),
    }
    whole |= {section: definitions for section, definitions in shared.items() if definitions}
    for kind, section in _SECTIONS.items():
        found = contents(kind, None)
        if found:
            whole[section] = [msgspec.json.decode(found[code]) for code in sorted(found)]
    for section, definitions in shared.items():
        names = {each["name"] for each in definitions}
        for entry in whole.get("promotions", ()):
            if section in entry:
                entry[section] = parts.by_name(entry[section], names)
    for entry in whole.get("allotments", ()):
        record = Allotment.objects.get(code=entry["code"])
        entry["left"] = allotments.units_of(record).left
    return whole
