"""A condition or an action that is given a name while a promotion is built becomes a shared one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from largesse.backoffice.building.draft import Draft, at, put
from largesse.backoffice.site import staff
from largesse.engine.faults import Fault, Faults
from largesse.offers import parts
from largesse.offers.models import Part
from largesse.offers.shared import Base

_BASES: Final[Mapping[str, Base]] = {"actions": "action", "conditions": "condition"}


def shared_first(draft: Draft, request: HttpRequest) -> Draft:
    """The draft with what was newly named replaced by its name, once that is shared.

    To be called in the transaction that saves the promotion. Raises `Faults` with places in the draft.
    """
    found = dict(draft)
    for section, base in _BASES.items():
        if section in draft:
            found[section] = _shared(draft[section], section, base, request)
    return found


def owned(draft: Draft, deed: str) -> str:
    """Put a copy of a shared part in the place of its name: `own conditions[0]`. LookupError where it
    isn't shared.
    """
    place = deed.partition(" ")[2]
    name, base = at(draft, place), _BASES.get(place.partition("[")[0], "condition")
    found = Part.objects.filter(base=base, name=name).first() if isinstance(name, str) else None
    if found is None:
        raise LookupError(deed)
    copy = parts.definition_of(found)
    del copy["name"]
    put(draft, place, copy)
    return place


def _shared(value: Any, place: str, base: Base, request: HttpRequest) -> Any:
    if isinstance(value, list):
        return [_shared(each, f"{place}[{i}]", base, request) for i, each in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    within = {name: _shared(each, f"{place}.{name}", base, request) for name, each in value.items()}
    name = within.get("name")
    if "kind" not in within or not name:
        return within
    if not Part.objects.filter(base=base, name=name).exists():
        _share(base, within, place, request)
        return name
    if request.POST.get(f"{place}.was"):
        told = f"is the name of another shared {base}; reuse that, or choose another name"
        raise Faults([Fault(f"{place}.name", name, told)])
    return name


def _share(base: Base, definition: Draft, place: str, request: HttpRequest) -> None:
    try:
        parts.revise(base, definition, by=staff(request), at=timezone.now())
    except Faults as found:
        raise Faults(
            Fault(f"{place}.{fault.place}".rstrip("."), fault.value, fault.message)
            for fault in found.faults
        ) from None
