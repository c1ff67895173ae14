"""The records that staff keep have the same four verbs: list, read, create, change.

A change says which version it is of (If-Match), so that two programs don't undo each other's changes.
"""

from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.http import HttpRequest
from msgspec import UNSET, Struct, UnsetType
from ninja import Field, Query, Router, Schema

from largesse.api.fields import Writing, told, value_names
from largesse.api.finding import found
from largesse.api.headers import KnownVersion, Version
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble, invalid
from largesse.api.reading import read
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.business.models import Business
from largesse.engine.faults import Fault
from largesse.engine.money import Currency
from largesse.offers.book_log import publish
from largesse.offers.models import BookEntry
from largesse.records import Record

# No `from __future__ import annotations` here: ninja reads the annotations of the endpoints below,
# which are made inside a function.


class Special(NamedTuple):
    """A field that is no column of its record: how it is read, checked, and saved with the record."""

    tell: Callable[[Any], Any]
    check: Callable[[Writing, Any], None]
    save: Callable[[Any, Any], None]


class Resource(NamedTuple):
    """A kind of record, and what programs see of it."""

    tag: str
    one: str
    """Its name for one of it, with underscores, as in product_group."""
    model: type[Record]
    natural: str
    fields: type[Struct]
    """What is written."""
    shown: type[Struct]
    """What is read: the same, and the id."""
    reads: Scope
    writes: Scope
    search: tuple[str, ...]
    example: Mapping[str, Any]
    book_kind: BookEntry.Kind | None = None
    """What it is in the book, where it is in it."""
    fetched: tuple[str, ...] = ()
    special: Mapping[str, Special] = {}


class Filters(Schema):
    """Which records are listed."""

    q: str | None = Field(None, max_length=100, description="A part of the name, code or the like.")
    code: str | None = Field(
        None, max_length=64, description="The one with this code, SKU or number."
    )


class ActiveFilters(Filters):
    """Which records are listed, of those that can be out of use."""

    active: bool | None = Field(None, description="Only those that are in use, or that are not.")


def changes_of(fields: type[Struct]) -> type[Struct]:
    """The same fields, each of which may be left out."""
    hints = [
        (field.name, field.type | UnsetType, UNSET) for field in msgspec.structs.fields(fields)
    ]
    name = fields.__name__.removesuffix("In") + "Changes"
    return msgspec.defstruct(
        name, hints, kw_only=True, frozen=True, forbid_unknown_fields=True,
        namespace={"__doc__": "The fields that change; the others stay as they are."},
    )  # fmt: skip


def register(router: Router, resource: Resource) -> None:
    """The four verbs of a kind of record."""
    path, plural = f"/{resource.tag}", resource.tag.replace("-", "_")
    listed = Listed[resource.shown]  # type: ignore[name-defined]
    changes = changes_of(resource.fields)
    noun = resource.one.replace("_", " ")
    filters_type = ActiveFilters if "active" in value_names(resource.fields) else Filters

    @described(f"The {noun}s, the newest first.")
    def list_(
        request: HttpRequest,
        page: Query[Page],
        filters: Query[filters_type],  # type: ignore[valid-type]
    ) -> Struct:
        return _list(resource, page, filters)

    @described(f"One {noun}, by its id or its {resource.natural}. The ETag names its version.")
    def read_(request: HttpRequest, id: str, known: KnownVersion = None) -> Reply:
        return _read(resource, id, known)

    @described(f"Add a {noun}.")
    def create_(request: Call) -> Reply:
        return _create(resource, request)

    @described(f"Change some fields of a {noun}; If-Match names the version that they change.")
    def change_(request: Call, id: str, version: Version) -> Reply:
        return _change(resource, changes, request, id, version)

    last = list(resource.example)[-1]
    changed = {last: resource.example[last]}
    route = partial(Route, tag=resource.tag)
    one = f"{path}/{{id}}"
    operation(
        router,
        route(method="GET", path=path, scope=resource.reads, name=f"list_{plural}", answer=listed),
    )(list_)
    operation(
        router,
        route(
            method="GET", path=one, scope=resource.reads, name=f"get_{resource.one}",
            answer=resource.shown, problems=("not_found",), headers=("ETag",),
        ),
    )(read_)  # fmt: skip
    operation(
        router,
        route(
            method="POST", path=path, scope=resource.writes, name=f"create_{resource.one}", status=201,
            answer=resource.shown, body=resource.fields, problems=("already_exists",),
            example=resource.example, headers=("ETag", "Location"),
        ),
    )(create_)  # fmt: skip
    operation(
        router,
        route(
            method="PATCH", path=one, scope=resource.writes, name=f"change_{resource.one}",
            answer=resource.shown, body=changes, headers=("ETag",),
            problems=("not_found", "already_exists", "changed_meanwhile", "if_match_missing"),
            example=changed,
        ),
    )(change_)  # fmt: skip


def described(text: str) -> Callable[[Any], Any]:
    """Gives an endpoint its description."""

    def set_doc(endpoint: Any) -> Any:
        endpoint.__doc__ = text
        return endpoint

    return set_doc


# --- the verbs -------------------------------------------------------------------------------------


def _list(resource: Resource, page: Page, filters: Filters) -> Struct:
    rows = resource.model._default_manager.all()
    active = getattr(filters, "active", None)
    if filters.q:
        said = Q()
        for name in resource.search:
            said |= Q(**{f"{name}__icontains": filters.q})
        rows = rows.filter(said)
    if active is not None:
        rows = rows.filter(Q(active=active))
    if filters.code is not None:
        rows = rows.filter(**{resource.natural: filters.code})
    fetched = rows.prefetch_related(*resource.fetched)
    records, more, following = page_of(fetched, page, resource.model.prefix)
    currency = Business.current().money
    data = [_shown(resource, record, currency) for record in records]
    return Listed(data=data, has_more=more, next=following)


def _read(resource: Resource, said: str, known: str | None) -> Reply:
    record = found(resource.model._default_manager.all(), said, resource.natural)
    reply = _told(resource, record)
    if known == reply.headers["ETag"]:
        return Reply(None, 304, reply.headers)
    return reply


def _create(resource: Resource, call: Call) -> Reply:
    asked = read(resource.fields, call.body)
    record = resource.model()
    with transaction.atomic():
        _write(resource, record, asked, call)
    reply = _told(resource, record)
    address = f"/v1/{resource.tag}/{record.public_id}"
    return Reply(reply.value, 201, {**reply.headers, "Location": address})


def _change(
    resource: Resource, changes: type[Struct], call: Call, said: str, version: str
) -> Reply:
    asked = read(changes, call.body)
    with transaction.atomic():
        rows = resource.model._default_manager.select_for_update()
        record = found(rows, said, resource.natural)
        check_version(version, _told(resource, record).headers["ETag"])
        _write(resource, record, asked, call)
    return _told(resource, record)


def check_version(given: str, etag: str) -> None:
    """Raises `Trouble` where If-Match names another version than the one that there is."""
    if etag not in (each.strip() for each in given.split(",")) and given.strip() != "*":
        raise Trouble("changed_meanwhile")


def etag_of(value: Struct) -> str:
    """The name of a version: a hash of what is shown of it."""
    return f'"{sha256(msgspec.json.encode(value)).hexdigest()[:32]}"'


def _told(resource: Resource, record: Record) -> Reply:
    value = _shown(resource, record, Business.current().money)
    return Reply(value, None, {"ETag": etag_of(value)})


def _shown(resource: Resource, record: Record, currency: Currency) -> Struct:
    fields = {
        name: resource.special[name].tell(record)
        if name in resource.special
        else told(record, name, currency)
        for name in value_names(resource.shown)
    }
    return resource.shown(id=record.public_id, **fields)


def _write(resource: Resource, record: Record, asked: Struct, call: Call) -> None:
    """Set what was asked for and save it, with who did it in the record's history."""
    writing = Writing(record, Business.current().money)
    special: dict[str, Any] = {}
    for name in value_names(type(asked)):
        value = getattr(asked, name)
        if value is UNSET:
            continue
        if name == resource.natural and not record._state.adding:
            _check_same(writing, name, value)
            continue
        if name in resource.special:
            resource.special[name].check(writing, value)
            special[name] = value
        else:
            writing.set(name, value)
    check_record(record, writing.faults)
    record._change_reason = call.caller.actor  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            record.save()
            for name, value in special.items():
                resource.special[name].save(record, value)
            writing.save_members()
            if resource.book_kind is not None:
                publish(resource.book_kind, [getattr(record, resource.natural)])
    except IntegrityError:
        # Another request took the code between the check and the save.
        raise Trouble("already_exists") from None


def _check_same(writing: Writing, name: str, value: str) -> None:
    """What orders and offers name a record by stays as it is."""
    if value != getattr(writing.record, name):
        writing.faults.append(Fault(name, value, "can't be changed, because orders name it"))


def check_record(record: models.Model, faults: list[Fault]) -> None:
    """All that is wrong with a record, its own checks included. Raises `Trouble`."""
    taken: list[Fault] = []
    told = {fault.place for fault in faults}
    try:
        record.full_clean()
    except ValidationError as wrong:
        for name, errors in wrong.error_dict.items():
            for error in errors:
                place = "" if name == NON_FIELD_ERRORS else name
                value = getattr(record, place, None) if place else None
                fault = Fault(place, value, " ".join(error.messages))
                if error.code == "unique":
                    taken.append(fault)
                elif place not in told:
                    faults.append(fault)
    if faults:
        raise invalid([*faults, *taken])
    if taken:
        raise Trouble("already_exists", taken[0].message, faults=taken)
