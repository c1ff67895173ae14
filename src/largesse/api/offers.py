"""Offers by revisions as programs read and write them: lists in fields, the whole of one in the file
format.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from msgspec import Meta, Struct
from ninja import Field, Query, Router, Schema

from largesse.api.calling import now
from largesse.api.finding import found
from largesse.api.headers import KnownVersion, PerhapsVersion
from largesse.api.instants import Instant
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble, invalid
from largesse.api.reading import read
from largesse.api.resources import check_version, described, etag_of
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.engine.faults import Fault, Faults
from largesse.offers.models import Deal, Promotion
from largesse.offers.revising import Revising

# No `from __future__ import annotations` here: ninja reads the annotations of the endpoints below,
# which are made inside a function.

Offer = Promotion | Deal


class OfferOut(Struct, frozen=True, kw_only=True):
    """What is told of offers of every sort."""

    id: str
    code: str
    title: str
    starts: Instant | None
    ends: Annotated[Instant | None, Meta(description="The first instant after it.")]
    priority: int
    active: bool
    archived: bool
    revision: int


class OfferIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of an offer beside its definition."""

    reason: Annotated[str, Meta(max_length=100, description="Why, for its history.")] = ""


class OfferFilters(Schema):
    """Which offers are listed."""

    q: str | None = Field(None, max_length=100, description="A part of the code or the title.")
    active: bool | None = Field(None, description="Only those switched on, or off.")
    archived: bool | None = Field(None, description="Only those archived, or not.")


class Sort(NamedTuple):
    """Promotions or deals, and what programs see of them.

    `flags` are the filters that are columns; `tell` gives the fields that only this sort has.
    """

    revising: Revising[Any, Any]
    body: type[OfferIn]
    shown: type[OfferOut]
    filters: type[OfferFilters]
    flags: tuple[str, ...]
    tell: Callable[[Any], dict[str, Any]]
    example: Mapping[str, Any]


def register(router: Router, sort: Sort) -> None:
    """The three verbs of a sort of offer: list, read, put."""
    tag, one = sort.revising.section, sort.revising.noun
    route = partial(Route, tag=tag)
    path = f"/{tag}"
    listed = Listed[sort.shown]  # type: ignore[name-defined]

    @described(f"The {tag}, the newest first.")
    def list_(
        request: HttpRequest,
        page: Query[Page],
        filters: Query[sort.filters],  # type: ignore[name-defined]
    ) -> Struct:
        return _list(sort, page, filters)

    @described(f"One {one}, by its id or its code. The ETag names its version.")
    def get_(request: HttpRequest, id: str, known: KnownVersion = None) -> Reply:
        reply = _told(sort, found(_rows(sort), id, "code"))
        return Reply(None, 304, reply.headers) if known == reply.headers["ETag"] else reply

    @described(
        f"Add a {one} under a code, or change the one that is there; If-Match names the version that "
        "you change, and is left out for a new one. It is live within a second. With `archived` in its "
        "definition it is kept for the record only."
    )
    def put_(request: Call, id: str, version: PerhapsVersion = None) -> Reply:
        return _put(sort, request, id, version)

    operation(
        router,
        route(method="GET", path=path, scope=Scope.OFFERS_READ, name=f"list_{tag}", answer=listed),
    )(list_)
    operation(
        router,
        route(
            method="GET", path=f"{path}/{{id}}", scope=Scope.OFFERS_READ, name=f"get_{one}",
            answer=sort.shown, problems=("not_found",), headers=("ETag",),
        ),
    )(get_)  # fmt: skip
    operation(
        router,
        route(
            method="PUT", path=f"{path}/{{id}}", scope=Scope.OFFERS_WRITE, name=f"put_{one}",
            answer=sort.shown, body=sort.body, problems=("changed_meanwhile", "if_match_missing"),
            headers=("ETag",), example=sort.example,
        ),
    )(put_)  # fmt: skip


def within(name: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Faults of a field's value, told as of the request."""
    for fault in faults:
        place = f"{name}.{fault.place}" if fault.place else name
        yield Fault(place, fault.value, fault.message)


# --- the verbs -------------------------------------------------------------------------------------


def _rows(sort: Sort) -> QuerySet[Any]:
    rows: QuerySet[Any] = sort.revising.model._default_manager.all()
    return rows


def _list(sort: Sort, page: Page, filters: OfferFilters) -> Struct:
    rows = _rows(sort)
    if filters.q:
        rows = rows.filter(Q(code__icontains=filters.q) | Q(title__icontains=filters.q))
    for name in ("active", "archived", *sort.flags):
        wanted = getattr(filters, name)
        if wanted is not None:
            rows = rows.filter(**{name: wanted})
    records, more, following = page_of(rows, page, sort.revising.model.prefix)
    definitions = sort.revising.definitions_of(records)
    data = [_shown(sort, each, definitions[each.pk]) for each in records]
    return Listed(data=data, has_more=more, next=following)


def _put(sort: Sort, request: Call, code: str, version: str | None) -> Reply:
    asked = read(sort.body, request.body)
    definition = {"code": code, **asked.definition}  # type: ignore[attr-defined]
    if definition["code"] != code:
        rule = f"is the code in the address, {code[:80]}"
        raise invalid([Fault("definition.code", definition["code"], rule)])
    actor = request.caller.actor
    reason = f"{actor}: {asked.reason}" if asked.reason else actor
    with transaction.atomic():
        # What offers are made of is locked before them, by all.
        sort.revising.hold()
        held = _rows(sort).select_for_update().filter(code=code).first()
        if held is not None:
            _check_version(sort, held, version)
        elif version is not None:
            raise Trouble("changed_meanwhile")
        try:
            record = sort.revising.revise(definition, by=None, at=now(), reason=reason)
        except Faults as wrong:
            raise invalid(within("definition", wrong.faults)) from None
    return _told(sort, record)


def _check_version(sort: Sort, held: Offer, version: str | None) -> None:
    if version is None:
        raise Trouble("if_match_missing")
    check_version(version, _told(sort, held).headers["ETag"])


def _told(sort: Sort, offer: Offer) -> Reply:
    value = _shown(sort, offer, sort.revising.definition_of(offer))
    return Reply(value, None, {"ETag": etag_of(value)})


def _shown(sort: Sort, offer: Offer, definition: dict[str, Any]) -> OfferOut:
    return sort.shown(
        id=offer.public_id,
        code=offer.code,
        title=offer.title,
        starts=offer.starts,
        ends=offer.ends,
        priority=offer.priority,
        active=offer.active,
        archived=offer.archived,
        revision=offer.revision,
        **sort.tell(offer),
        definition=definition,  # type: ignore[call-arg]
    )
