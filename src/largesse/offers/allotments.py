"""An allotment is a row, and an account in the ledger with its units in it (AL-1, AL-8)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from largesse.business import values as business_values
from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Organization
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import AMOUNT_MAX
from largesse.ids import ALPHABET, uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Event, Grant, Plan, Recorded
from largesse.ledger.reading import Counters, counters
from largesse.ledger.writing import carry_out
from largesse.offers import allotment_links
from largesse.offers.models import Allotment

_NONE: Final = Counters(granted=0, held=0, posted=0)


def account_of(code: str) -> Account:
    """The account that holds an allotment's units."""
    return Account(Kind.ALLOTMENT, code, "unit")


def units_of(allotment: Allotment) -> Counters:
    """Its units: granted, held by orders that aren't posted, used up."""
    return units_of_all([allotment])[allotment.code]


def units_of_all(allotments: Iterable[Allotment]) -> dict[str, Counters]:
    """The units of some allotments by their codes, in one query for five hundred."""
    accounts = {each.code: account_of(each.code) for each in allotments}
    found = counters(accounts.values())
    return {code: found.get(account, _NONE) for code, account in accounts.items()}


def grant(
    organization: Organization,
    product: Product,
    quantity: int,
    title: str,
    *,
    at: datetime,
    by: str,
    product_group: ProductGroup | None = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
    members_only: bool = False,
    code: str = "",
) -> Allotment:
    """Give an organization free units of a product; `ends` is the first instant after it.

    Its link is made with it (AL-5). Without a product group the default one is taken (AL-3), without a
    code one is made. Raises `Faults`.
    """
    group = product_group or ProductGroup.objects.filter(is_default=True).first()
    faults = list(_faults(product, quantity, title, group, starts, ends))
    if code and Allotment.objects.filter(code=code).exists():
        faults.append(Fault("code", code, "is the code of another allotment"))
    if faults or group is None:
        raise Faults(faults)
    with transaction.atomic():
        allotment = Allotment.objects.create(
            code=code or _new_code(),
            title=title,
            organization=organization,
            product=product,
            product_group=group,
            starts=starts,
            ends=ends,
            members_only=members_only,
        )
        allotment_links.ensured_path(allotment, at=at, by=by)
        _book(allotment, quantity, "allotment_granted", at, by, "")
    return allotment


def set_quantity(
    allotment: Allotment, quantity: int, *, at: datetime, by: str, reason: str = ""
) -> None:
    """Raise the quantity, or lower it, down to what is used (AL-11). Raises `Faults`."""
    with transaction.atomic():
        units = _locked_units(allotment)
        faults = list(_quantity_faults(quantity, units))
        if faults:
            raise Faults(faults)
        _set_quantity(allotment, quantity - units.granted, at, by, reason)


def edit(
    allotment: Allotment,
    *,
    title: str,
    quantity: int,
    starts: datetime | None,
    ends: datetime | None,
    members_only: bool,
    at: datetime,
    by: str,
    reason: str = "",
) -> None:
    """Change what of an allotment can change; links that are out keep working (AL-6, AL-11).

    `ends` is the first instant after it. Raises `Faults`, then nothing is changed.
    """
    with transaction.atomic():
        units = _locked_units(allotment)
        faults = [
            *_title_faults(title),
            *_quantity_faults(quantity, units),
            *_window_faults(starts, ends),
        ]
        if faults:
            raise Faults(faults)
        _set_quantity(allotment, quantity - units.granted, at, by, reason)
        said = {"title": title, "starts": starts, "ends": ends, "members_only": members_only}
        changed = [name for name, value in said.items() if getattr(allotment, name) != value]
        if changed:
            for name in changed:
                setattr(allotment, name, said[name])
            allotment.revision += 1
            allotment.save(update_fields=[*changed, "revision"])


def _locked_units(allotment: Allotment) -> Counters:
    """Its units. Locked, so that two who set the quantity don't both add what was missing."""
    Allotment.objects.select_for_update().get(pk=allotment.pk)
    return units_of(allotment)


def _set_quantity(allotment: Allotment, more: int, at: datetime, by: str, reason: str) -> None:
    if more:
        kind = "allotment_raised" if more > 0 else "allotment_lowered"
        _book(allotment, more, kind, at, by, reason)


def close(allotment: Allotment) -> None:
    """Let nobody use it any more; what was used stays on record (AL-11)."""
    allotment.closed = True
    allotment.revision += 1
    allotment.save(update_fields=["closed", "revision"])


def _faults(
    product: Product,
    quantity: int,
    title: str,
    group: ProductGroup | None,
    starts: datetime | None,
    ends: datetime | None,
) -> Iterator[Fault]:
    yield from _title_faults(title)
    if not 1 <= quantity <= AMOUNT_MAX:
        yield Fault("quantity", quantity, "is 1 or more")
    if group is None:
        yield Fault("product_group", None, "is missing: no product group is the default")
    elif not group.products.filter(pk=product.pk).exists():
        yield Fault("product", product.sku, f"is not in the product group {group.title}")
    yield from _window_faults(starts, ends)


def _title_faults(title: str) -> Iterator[Fault]:
    if not title.strip():
        yield Fault("title", title, "is not blank")


def _quantity_faults(quantity: int, units: Counters) -> Iterator[Fault]:
    used = units.held + units.posted
    if not max(used, 1) <= quantity <= AMOUNT_MAX:
        least = f"{used:,}, which are used or reserved" if used else "1"
        yield Fault("quantity", quantity, f"is at least {least}")


def _window_faults(starts: datetime | None, ends: datetime | None) -> Iterator[Fault]:
    if starts is not None and ends is not None and ends <= starts:
        yield Fault("ends", ends, "is before it starts")


def _new_code() -> str:
    return "A-" + "".join(secrets.choice(ALPHABET) for _ in range(10)).upper()


def _book(allotment: Allotment, units: int, kind: str, at: datetime, by: str, reason: str) -> None:
    id = uuid7()
    event = Event(
        id=id,
        kind=kind,
        key=f"{kind}-{id}",
        body_hash="",
        answer=b"",
        day=business_values.calendar().day_of(at),
        at=at,
        actor=by,
        reason=reason,
    )
    movement = Grant(id=uuid7(), account=account_of(allotment.code), amount=units)
    outcome: Any = carry_out(Plan(event=event, movements=(movement,)))
    if not isinstance(outcome, Recorded):
        # Between the look at what is used and the booking, an order took some.
        raise Faults([Fault("quantity", units, "is below what is used by now; look again")])
