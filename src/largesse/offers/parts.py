"""A shared part changes in one place, and with it every promotion that names it (PR-8)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from django.db import transaction
from django.db.models import Count, QuerySet

from largesse.business.models import User
from largesse.engine.faults import Fault, Faults
from largesse.engine.offers.promotion import Promotion as Value
from largesse.offers import mentions, promotions
from largesse.offers.current import current
from largesse.offers.definitions import Definition, within
from largesse.offers.models import Action, Condition, Part, PartRevision, Promotion
from largesse.offers.promotion_definitions import NONE, ReadPart, read_part
from largesse.offers.shared import ABOUT, Base, plain

Shared: TypeAlias = Action | Condition

MODELS: Final[Mapping[str, type[Shared]]] = {"action": Action, "condition": Condition}


def revise(
    base: Base,
    definition: Definition,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    expected: int | None = None,
) -> Shared:
    """Create a shared part, or change the one of that name, by a definition in the file format.

    `title`, `description` and `archived` may be added to the definition; where they are not, they stay
    as they are. Every promotion that names the part, however deep, gets a new revision with the new
    text. Raises `Faults` with all that is wrong, each with its place in the definition; also if the
    part is no longer of the `expected` revision, or if a promotion that names it would be broken.
    """
    try:
        return revise_all(base, [definition], by=by, at=at, reason=reason, expected=expected)[0]
    except Faults as found:
        raise within(found, f"{base}s[0]") from None


def revise_all(
    base: Base,
    definitions: Sequence[Definition],
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    expected: int | None = None,
    coming: Mapping[str, Value] = NONE,
) -> list[Shared]:
    """Create or change shared parts, all or none; a condition may name those before it.

    They may name promotions that are `coming` in the same transaction. Raises `Faults`, as of a file's
    `actions` or `conditions`.
    """
    with transaction.atomic():
        promotions.hold_parts()
        records, changed = [], []
        for i, definition in enumerate(definitions):
            try:
                read = read_part(base, definition, current(fresh=True).book, coming)
                record, is_changed = _write(base, read, by, at, reason, expected)
            except Faults as found:
                raise _placed(found, f"{base}s[{i}]") from None
            records.append(record)
            changed += [record] if is_changed else []
        if changed:
            _renew(base, changed, by, at, reason, coming)
        return records


def definition_of(part: Part) -> dict[str, Any]:
    """The definition of the latest revision, in the file format."""
    return plain(_latest(part))


def definitions(base: Base) -> list[dict[str, Any]]:
    """The definitions of all conditions or actions, each after those that it names."""
    latest = PartRevision.latest().filter(part__base=base)
    inner_first = latest.annotate(named=Count("part__mentions__shared"))
    rows = inner_first.order_by("named", "part__name").values_list("definition", flat=True)
    found = [plain(row) for row in rows]
    names = {each["name"] for each in found}
    return [by_name(each, names - {each["name"]}) for each in found]


def archive(part: Part, *, by: User | None, at: datetime, reason: str = "") -> Shared:
    """No promotion can newly name it; those that do keep it."""
    return _with(part, {"archived": True}, by=by, at=at, reason=reason)


def restore(part: Part, *, by: User | None, at: datetime, reason: str = "") -> Shared:
    """Promotions can name it again."""
    return _with(part, {"archived": False}, by=by, at=at, reason=reason)


def duplicate(part: Part, name: str, *, by: User | None, at: datetime) -> Shared:
    """A copy under another name. Raises `Faults` where the name is taken."""
    if Part.objects.filter(base=part.base, name=name).exists():
        raise Faults([Fault("name", name, f"is the name of another {part.base}")])
    title = f"{part.title or part.name} (copy)"
    new = {"name": name, "title": title[:160], "archived": False}
    return _with(part, new, by=by, at=at, reason=f"copied from {part.name}")


def used_by(part: Part) -> QuerySet[Promotion]:
    """The promotions whose latest revision names it, however deep."""
    return Promotion.objects.filter(mentions__shared=part).distinct()


def _with(part: Part, new: Definition, *, by: User | None, at: datetime, reason: str) -> Shared:
    base: Base = "action" if part.base == Part.Base.ACTION else "condition"
    with transaction.atomic():
        promotions.hold_parts()
        return revise(base, {**_latest(part), **new}, by=by, at=at, reason=reason)


def _latest(part: Part) -> dict[str, Any]:
    number = Part.objects.values_list("revision", flat=True).get(pk=part.pk)
    found: dict[str, Any] = PartRevision.objects.get(part=part.pk, number=number).definition
    return found


def _placed(found: Faults, place: str) -> Faults:
    return Faults(
        Fault(f"{place}.{fault.place}".rstrip("."), fault.value, fault.message)
        for fault in found.faults
    )


# --- writing ---------------------------------------------------------------------------------------


def _write(
    base: Base, read: ReadPart, by: User | None, at: datetime, reason: str, expected: int | None
) -> tuple[Shared, bool]:
    """The part, with a new revision if something is new; and whether its text is."""
    name = read.part.name
    record = MODELS[base].objects.filter(name=name).first() or MODELS[base](base=base, name=name)
    if expected is not None and record.revision != expected:
        told = f"was changed meanwhile: it is at revision {record.revision}, not {expected}"
        raise Faults([Fault("revision", expected, told)])
    for field, value in read.about.items():
        setattr(record, field, value)
    about = {field: value for field in ABOUT if (value := getattr(record, field))}
    definition = {**about, **read.definition}
    last = _latest(record) if record.revision else {}
    if definition == last:
        return record, False
    record.kind = read.part.kind
    record.revision += 1
    record.save()
    PartRevision.objects.create(
        part=record, number=record.revision, definition=definition, at=at, by=by, reason=reason
    )
    mentions.store([(record, read.alone)])
    return record, plain(last) != read.definition


def _renew(
    base: Base,
    changed: Sequence[Part],
    by: User | None,
    at: datetime,
    reason: str,
    coming: Mapping[str, Value],
) -> None:
    """What names the changed parts says what they say now: conditions made of them, promotions."""
    names = {part.name for part in changed}
    told = f"the shared {base} {', '.join(sorted(names))} was changed"
    told = (f"{told}: {reason}" if reason else told)[:200]
    holding = Part.objects.filter(mentions__shared__in=changed).values("pk")
    held = Part.objects.filter(pk__in=holding).annotate(named=Count("mentions__shared"))
    # What a part is made of comes before it: it names all that they name, and them too.
    holders = list(held.order_by("named", "name"))
    for holder in holders:
        definition = by_name(definition_of(holder), names - {holder.name})
        try:
            read = read_part("condition", definition, current(fresh=True).book, coming)
        except Faults as found:
            raise _broken(found, [f"condition {holder.name}"]) from None
        _write("condition", read, by, at, told, None)
        names.add(holder.name)
    parts = [*changed, *holders]
    users = Promotion.objects.filter(mentions__shared__in=parts).distinct().order_by("code")
    section, found_in = f"{base}s", list(users)
    definitions = promotions.definitions_of(found_in)
    new = [
        {**definition, section: by_name(definition[section], names)}
        for definition in (definitions[user.pk] for user in found_in)
    ]
    try:
        promotions.revise_all(new, by=by, at=at, reason=told, coming=coming)
    except Faults as found:
        raise _broken(found, [f"promotion {user.code}" for user in found_in]) from None


_PLACE: Final = re.compile(r"promotions\[(\d+)\]\.?(.*)", re.DOTALL)


def _broken(found: Faults, holders: Sequence[str]) -> Faults:
    """What a change would break, told to who makes it."""

    def told(fault: Fault) -> Fault:
        match = _PLACE.fullmatch(fault.place)
        i, place = (int(match[1]), match[2]) if match else (0, fault.place)
        where = f"{place} " if place else ""
        return Fault("", None, f"the {holders[i]}, which names it: {where}{fault.message}")

    return Faults(told(fault) for fault in found.faults)


def by_name(value: Any, names: Collection[str]) -> Any:
    """A part of a definition, in which shared parts of these names are said by their names alone."""
    if isinstance(value, list):
        return [by_name(each, names) for each in value]
    if not isinstance(value, Mapping):
        return value
    if "kind" in value and value.get("name") in names:
        return value["name"]
    return {name: by_name(each, names) for name, each in value.items()}
