"""An offer changes only by a new revision, and is never deleted, only archived (PR-8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, Generic, TypeVar
from uuid import UUID

from django.db import transaction

from largesse.business.models import User
from largesse.engine.book import OfferBook
from largesse.engine.faults import Fault, Faults
from largesse.engine.offers.deal import Deal as DealValue
from largesse.engine.offers.promotion import Promotion as PromotionValue
from largesse.engine.window import ALWAYS
from largesse.offers import mentions
from largesse.offers.book_log import CHUNK, in_chunks, publish
from largesse.offers.contents import Kind
from largesse.offers.current import current
from largesse.offers.definitions import Definition, Read, within
from largesse.offers.models import OFFERS, Deal, DealRevision, Promotion, PromotionRevision

Record = TypeVar("Record", Promotion, Deal)
Value = TypeVar("Value", PromotionValue, DealValue)

_COLUMNS: Final = ("title", "starts", "ends", "priority", "active", "archived", "revision")


class Revising(Generic[Record, Value]):
    """Promotions or deals: how the records of one sort change.

    `section` is what a document calls them, `columns` are those that only this sort has.
    """

    model: type[Record]
    revisions: type[PromotionRevision] | type[DealRevision]
    kind: ClassVar[Kind]
    section: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    title_max: ClassVar[int] = 160

    # --- what each sort says -------------------------------------------------------------------

    def hold(self) -> None:
        """Keep what definitions are read with from changing until the caller's transaction ends."""

    def read_all(self, definitions: Sequence[Any], book: OfferBook) -> list[Read[Value]]:
        """Offers by their definitions, as they would be in a book. Raises `Faults`."""
        raise NotImplementedError

    def fill(self, new: Sequence[tuple[Record, Value]]) -> None:
        """Set the columns that only this sort has."""
        raise NotImplementedError

    # --- changing ------------------------------------------------------------------------------

    def read_one(self, definition: Any, book: OfferBook) -> Read[Value]:
        """An offer as it would be in a book. Raises `Faults`, with places within the definition."""
        try:
            return self.read_all([definition], book)[0]
        except Faults as found:
            raise within(found, f"{self.section}[0]") from None

    def revise(
        self,
        definition: Definition,
        *,
        by: User | None,
        at: datetime,
        reason: str = "",
        expected: int | None = None,
    ) -> Record:
        """Create an offer, or change the one that has the code, by a definition in the file format.

        A definition that says what the latest revision says makes no new one. Raises `Faults` with all
        that is wrong, each with its place in the definition; also if the offer is no longer of the
        `expected` revision, because someone else has changed it meanwhile.
        """
        changed: dict[str, Any] = {"by": by, "at": at, "reason": reason, "expected": expected}
        try:
            return self.revise_all([definition], **changed)[0]
        except Faults as found:
            raise within(found, f"{self.section}[0]") from None

    def revise_all(
        self,
        definitions: Sequence[Definition],
        *,
        by: User | None,
        at: datetime,
        reason: str = "",
        expected: int | None = None,
    ) -> list[Record]:
        """Create or change many offers, all or none. Raises `Faults`, as of a file's section."""
        with transaction.atomic():
            self.hold()
            found = self.read_all(definitions, current(fresh=True).book)
            return self.write(found, by, at, reason, expected)

    def set_active(
        self, record: Record, active: bool, *, by: User | None, at: datetime, reason: str = ""
    ) -> Record:
        """Switch an offer on or off."""
        return self._with(record, {"active": active}, by=by, at=at, reason=reason)

    def archive(self, record: Record, *, by: User | None, at: datetime, reason: str = "") -> Record:
        """Keep an offer for the record only."""
        return self._with(record, {"archived": True}, by=by, at=at, reason=reason)

    def restore(self, record: Record, *, by: User | None, at: datetime, reason: str = "") -> Record:
        """Bring an archived offer back, as active as it was."""
        return self._with(record, {"archived": False}, by=by, at=at, reason=reason)

    def duplicate(self, record: Record, code: str, *, by: User | None, at: datetime) -> Record:
        """A copy under another code, switched off. Raises `Faults` where the code is taken."""
        if self.model._default_manager.filter(code=code).exists():
            raise Faults([Fault("code", code, f"is the code of another {self.noun}")])
        title = f"{(record.title or record.code)[: self.title_max - len(_COPY)]}{_COPY}"
        new = {"code": code, "title": title, "active": False, "archived": False}
        return self._with(record, new, by=by, at=at, reason=f"copied from {record.code}")

    def _with(
        self, record: Record, new: Definition, *, by: User | None, at: datetime, reason: str
    ) -> Record:
        with transaction.atomic():
            # What they are made of is locked first, by all: so no two who change them wait for each
            # other.
            self.hold()
            held = self.model._default_manager.select_for_update().get(pk=record.pk)
            return self.revise({**self.definition_of(held), **new}, by=by, at=at, reason=reason)

    def set_spans(self) -> None:
        """Begin and end every offer anew, for its days are those of another time zone now."""
        values = self.values(current(fresh=True).book)
        late = []
        for record in self.model._default_manager.iterator():
            window = values[record.code].window if record.code in values else ALWAYS
            if (record.starts, record.ends) != (window.start, window.end):
                record.starts, record.ends = window.start, window.end
                late.append(record)
        self.model._default_manager.bulk_update(late, ("starts", "ends"), batch_size=200)

    # --- what they say -------------------------------------------------------------------------

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)

    def values(self, book: OfferBook) -> Mapping[str, Value]:
        """Those that a book has, by their codes."""
        found: Mapping[str, Value] = getattr(book, self.section)
        return found

    def definition_of(self, record: Record) -> dict[str, Any]:
        """The definition of the latest revision, in the file format."""
        found: dict[str, Any] = record.revisions.get(number=record.revision).definition
        return found

    def definitions_of(self, records: Iterable[Record]) -> dict[UUID, Any]:
        """The definitions of the latest revisions, by the records' keys."""
        keys, found, of = [each.pk for each in records], dict[UUID, Any](), self.revisions.of
        for i in range(0, len(keys), CHUNK):
            latest = self.revisions.latest().filter(**{f"{of}__in": keys[i : i + CHUNK]})
            found.update(latest.values_list(of, "definition"))
        return found

    # --- writing -------------------------------------------------------------------------------

    def write(
        self,
        found: Sequence[Read[Value]],
        by: User | None,
        at: datetime,
        reason: str,
        expected: int | None,
    ) -> list[Record]:
        """The offers, each with a new revision if its definition is new; in a transaction."""
        held = self._held(read.value.code for read in found)
        last = self.definitions_of(held.values())
        records: list[Record] = []
        new: list[tuple[Record, Read[Value]]] = []
        for i, read in enumerate(found):
            record = held.get(read.value.code) or self.model(code=read.value.code)
            if expected is not None and record.revision != expected:
                told = f"was changed meanwhile: it is at revision {record.revision}, not {expected}"
                raise Faults([Fault(f"{self.section}[{i}].revision", expected, told)])
            records.append(record)
            if last.get(record.pk) != read.definition:
                new.append((record, read))
        if new:
            self._store(new, by, at, reason)
            publish(self.kind, [record.code for record, _ in new])
            # Once it is published nobody else can: so no two of one code come at the same time.
            self._check_codes(found)
        return records

    def _held(self, codes: Iterable[str]) -> dict[str, Record]:
        # Locked by code, in order: two who change the same offers don't wait for each other.
        rows = self.model._default_manager.select_for_update().order_by("code")
        return {
            each.code: each for chunk in in_chunks(codes) for each in rows.filter(code__in=chunk)
        }

    def _check_codes(self, found: Sequence[Read[Value]]) -> None:
        """No offer of another sort has one of these codes: an order tells offers by them."""
        places = {read.value.code: i for i, read in enumerate(found)}
        for other in OFFERS:
            if other is self.model:
                continue
            for chunk in in_chunks(places):
                taken = other._default_manager.filter(code__in=chunk).values_list("code", flat=True)
                told = f"is the code of a {other._meta.verbose_name}"
                faults = [Fault(f"{self.section}[{places[c]}].code", c, told) for c in taken]
                if faults:
                    raise Faults(faults)

    def _store(
        self,
        new: Sequence[tuple[Record, Read[Value]]],
        by: User | None,
        at: datetime,
        reason: str,
    ) -> None:
        for record, read in new:
            _fill(record, read.value)
        self.fill([(record, read.value) for record, read in new])
        # Those that are there are told by their keys: an upsert is several times faster than updates.
        self.model._default_manager.bulk_create(
            [record for record, _ in new],
            batch_size=70,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=(*_COLUMNS, *self.columns),
        )
        revisions: Any = self.revisions
        revisions.objects.bulk_create(
            (
                revisions(
                    number=record.revision,
                    definition=read.definition,
                    at=at,
                    by=by,
                    reason=reason,
                    **{revisions.of: record},
                )
                for record, read in new
            ),
            batch_size=500,
        )
        mentions.store([(record, read.value) for record, read in new])


_COPY: Final = " (copy)"


def _fill(record: Promotion | Deal, value: PromotionValue | DealValue) -> None:
    record.title = value.title
    record.starts, record.ends = value.window.start, value.window.end
    record.priority = value.priority
    record.active, record.archived = value.active, value.archived
    record.revision += 1
