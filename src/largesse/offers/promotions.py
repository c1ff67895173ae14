"""A promotion changes only by a new revision, and is never deleted, only archived (PR-8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from largesse.business.models import User
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.wording import path_of
from largesse.engine.offers.promotion import Promotion as Value
from largesse.engine.window import ALWAYS
from largesse.offers import mentions
from largesse.offers.book_log import CHUNK, in_chunks, publish
from largesse.offers.contents import Kind
from largesse.offers.current import current
from largesse.offers.definitions import NONE, Definition, Read, read_all, read_one
from largesse.offers.models import ExclusionGroup, Part, Promotion, PromotionRevision, Revision


def revise(
    definition: Definition,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    expected: int | None = None,
) -> Promotion:
    """Create a promotion, or change the one that has the code, by a definition in the file format.

    A definition that says what the latest revision says makes no new one. Raises `Faults` with all
    that is wrong, each with its place in the definition; also if the promotion is no longer of the
    `expected` revision, because someone else has changed it meanwhile.
    """
    with transaction.atomic():
        hold_parts()
        read = read_one(definition, current(fresh=True).book)
        return _write([read], by, at, reason, expected)[0]


def revise_all(
    definitions: Sequence[Definition],
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    coming: Mapping[str, Value] = NONE,
) -> list[Promotion]:
    """Create or change many promotions, all or none. Raises `Faults`, as of a file's `promotions`.

    They may name promotions that are `coming` in the same transaction.
    """
    with transaction.atomic():
        hold_parts()
        found = read_all(definitions, current(fresh=True).book, coming)
        return _write(found, by, at, reason, None)


def hold_parts() -> None:
    """No shared part changes until the caller's transaction ends: what is read of it now holds."""
    list(Part.objects.select_for_update().order_by("pk").values_list("pk"))


def definition_of(promotion: Promotion) -> dict[str, Any]:
    """The definition of the latest revision, in the file format."""
    found: dict[str, Any] = promotion.revisions.get(number=promotion.revision).definition
    return found


def set_active(
    promotion: Promotion, active: bool, *, by: User | None, at: datetime, reason: str = ""
) -> Promotion:
    """Switch a promotion on or off."""
    return _with(promotion, {"active": active}, by=by, at=at, reason=reason)


def archive(promotion: Promotion, *, by: User | None, at: datetime, reason: str = "") -> Promotion:
    """Keep a promotion for the record only."""
    return _with(promotion, {"archived": True}, by=by, at=at, reason=reason)


def restore(promotion: Promotion, *, by: User | None, at: datetime, reason: str = "") -> Promotion:
    """Bring an archived promotion back, as active as it was."""
    return _with(promotion, {"archived": False}, by=by, at=at, reason=reason)


def duplicate(promotion: Promotion, code: str, *, by: User | None, at: datetime) -> Promotion:
    """A copy under another code, switched off. Raises `Faults` where the code is taken."""
    if Promotion.objects.filter(code=code).exists():
        raise Faults([Fault("code", code, "is the code of another promotion")])
    title = f"{promotion.title or promotion.code} (copy)"
    new = {"code": code, "title": title[:160], "active": False, "archived": False}
    return _with(promotion, new, by=by, at=at, reason=f"copied from {promotion.code}")


def _with(
    promotion: Promotion, new: Definition, *, by: User | None, at: datetime, reason: str
) -> Promotion:
    with transaction.atomic():
        # Parts are locked before promotions, by all: so no two who change them wait for each other.
        hold_parts()
        held = Promotion.objects.select_for_update().get(pk=promotion.pk)
        return revise({**definition_of(held), **new}, by=by, at=at, reason=reason)


def set_spans() -> None:
    """Begin and end every promotion anew, for its days are those of another time zone now."""
    values = current(fresh=True).book.promotions
    late = []
    for record in Promotion.objects.iterator():
        window = values[record.code].window if record.code in values else ALWAYS
        if (record.starts, record.ends) != (window.start, window.end):
            record.starts, record.ends = window.start, window.end
            late.append(record)
    Promotion.objects.bulk_update(late, ("starts", "ends"), batch_size=200)


# --- what changed ----------------------------------------------------------------------------------


class Difference(NamedTuple):
    """A field that two revisions say differently; None where one doesn't say it."""

    field: str
    before: Any
    after: Any


def difference(before: Revision, after: Revision) -> tuple[Difference, ...]:
    """The fields that changed, such as `actions[0].percent`, in the order of their names."""
    return tuple(_differences((), before.definition, after.definition))


def _differences(place: tuple[Any, ...], before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _differences((*place, name), before.get(name), after.get(name))
    elif _are_objects(before) and _are_objects(after):
        for i in range(max(len(before), len(after))):
            pair = (each[i] if i < len(each) else None for each in (before, after))
            yield from _differences((*place, i), *pair)
    elif before != after:
        yield Difference(path_of(place), before, after)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


# --- writing ---------------------------------------------------------------------------------------


def _write(
    found: Sequence[Read], by: User | None, at: datetime, reason: str, expected: int | None
) -> list[Promotion]:
    """The promotions, each with a new revision if its definition is new."""
    held = _held(read.promotion.code for read in found)
    last = definitions_of(held.values())
    groups = {each.code: each for each in ExclusionGroup.objects.all()}
    records, new = [], []
    for read in found:
        record = held.get(read.promotion.code) or Promotion(code=read.promotion.code)
        if expected is not None and record.revision != expected:
            told = f"was changed meanwhile: it is at revision {record.revision}, not {expected}"
            raise Faults([Fault("revision", expected, told)])
        records.append(record)
        if last.get(record.pk) != read.definition:
            _fill(record, read.promotion, groups)
            new.append((record, read))
    if new:
        _store(new, by, at, reason)
        publish(Kind.PROMOTION, [record.code for record, _ in new])
    return records


def _held(codes: Iterable[str]) -> dict[str, Promotion]:
    # Locked by code, in order: two who change the same promotions don't wait for each other.
    return {
        each.code: each
        for chunk in in_chunks(codes)
        for each in Promotion.objects.select_for_update().filter(code__in=chunk).order_by("code")
    }


def definitions_of(promotions: Iterable[Promotion]) -> dict[UUID, Any]:
    """The definitions of the latest revisions, by the promotions' keys."""
    numbers = {each.pk: each.revision for each in promotions}
    keys = list(numbers)
    found: dict[UUID, Any] = {}
    for i in range(0, len(keys), CHUNK):
        revisions = PromotionRevision.objects.filter(promotion__in=keys[i : i + CHUNK]).order_by()
        for key, number, definition in revisions.values_list("promotion", "number", "definition"):
            if number == numbers[key]:
                found[key] = definition
    return found


def _fill(record: Promotion, value: Value, groups: Mapping[str, ExclusionGroup]) -> None:
    record.title = value.title
    record.stage = value.stage.value
    record.starts, record.ends = value.window.start, value.window.end
    record.priority = value.priority
    record.exclusion_group = groups[value.exclusion_group] if value.exclusion_group else None
    record.promo_code = value.promo_code or ""
    record.active, record.archived = value.active, value.archived
    record.revision += 1


_COLUMNS = (
    "title", "stage", "starts", "ends", "priority", "exclusion_group", "promo_code", "active",
    "archived", "revision",
)  # fmt: skip


def _store(
    new: Sequence[tuple[Promotion, Read]], by: User | None, at: datetime, reason: str
) -> None:
    # Those that are there are told by their keys: an upsert is several times faster than updates.
    Promotion.objects.bulk_create(
        [record for record, _ in new],
        batch_size=70,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_COLUMNS,
    )
    PromotionRevision.objects.bulk_create(
        (
            PromotionRevision(
                promotion=record,
                number=record.revision,
                definition=read.definition,
                at=at,
                by=by,
                reason=reason,
            )
            for record, read in new
        ),
        batch_size=500,
    )
    mentions.store([(record, read.promotion) for record, read in new])
