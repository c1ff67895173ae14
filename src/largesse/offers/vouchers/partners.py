"""Partners are global, and a location adds one only where *promotional partner* is ticked (VO-18)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify

from largesse.catalog.models import Location
from largesse.crm.models import Partner
from largesse.engine.faults import Fault, Faults

CODE_MAX = 64


def may_add(location: Location) -> bool:
    """Whether partners may be added in a location."""
    return location.promotional_partner and location.active


def adding_locations() -> QuerySet[Location]:
    """The locations in which partners may be added."""
    return Location.objects.filter(promotional_partner=True, active=True)


def fault_in(location: Location) -> str | None:
    """Why no partner may be added in a location."""
    if may_add(location):
        return None
    return f"{location.title} adds no partners; tick promotional partner there first"


def add(name: str, location: Location, *, code: str = "", email: str = "", by: str) -> Partner:
    """Add a partner in a location; from then on every location can choose it. Raises `Faults`.

    Without a code it gets one made of its name.
    """
    name = " ".join(name.split())
    faults = []
    if not 0 < len(name) <= 160:
        faults.append(Fault("name", name, "has 1 to 160 letters"))
    refusal = fault_in(location)
    if refusal is not None:
        faults.append(Fault("location", location.code, refusal))
    same = Partner.objects.filter(name__iexact=name).first()
    if same is not None:
        faults.append(Fault("name", name, f"is a partner already, with the code {same.code}"))
    if code and Partner.objects.filter(code=code).exists():
        faults.append(Fault("code", code, "is the code of another partner"))
    if faults:
        raise Faults(faults)
    with transaction.atomic():
        partner = Partner(
            code=code or _free_code(name), name=name, email=email, added_in=location.code
        )
        partner._change_reason = f"added in {location.title} by {by}"  # type: ignore[attr-defined]
        partner.save()
    return partner


def _free_code(name: str) -> str:
    base = slugify(name)[: CODE_MAX - 4] or "partner"
    taken = set(Partner.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in _codes(base) if code not in taken)


def _codes(base: str) -> Iterable[str]:
    yield base
    nth = 2
    while True:
        yield f"{base}-{nth}"
        nth += 1


def search(words: str, *, most: int = 20) -> list[Partner]:
    """Partners whose name or code has the words, whichever location added them."""
    found = Partner.objects.filter(active=True)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word))
    return list(found.order_by("name")[:most])
