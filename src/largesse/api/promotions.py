"""Promotions as programs read them: what lists need in fields, the whole of it in the file format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, Literal

from django.db import transaction
from django.db.models import F, Q, QuerySet
from msgspec import Meta, Struct
from ninja import Field, Query, Router, Schema

from largesse.api.calling import now
from largesse.api.finding import found
from largesse.api.headers import KnownVersion, PerhapsVersion
from largesse.api.instants import Instant
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble, invalid
from largesse.api.reading import read
from largesse.api.resources import check_version, etag_of
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.engine.faults import Fault, Faults
from largesse.offers.models import Promotion, PromotionRevision
from largesse.offers.promotions import hold_parts, revise

router: Final = Router(tags=["promotions"])

Definition = Annotated[
    dict[str, Any],
    Meta(
        description="The promotion in the file format: conditions, actions, window and all else. A "
        "string in the place of a condition or an action names a shared one; the answer has its text.",
        extra_json_schema={"$ref": "#/components/schemas/PromotionDefinition"},
    ),
]


class PromotionOut(Struct, frozen=True, kw_only=True):
    """A promotion as its latest revision has it."""

    object: Literal["promotion"] = "promotion"
    id: str
    code: str
    title: str
    stage: str
    starts: Instant | None
    ends: Annotated[Instant | None, Meta(description="The first instant after it.")]
    priority: int
    active: bool
    archived: bool
    revision: int
    definition: Definition


class PromotionIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A promotion as it shall be from now on; what it was stays in its revisions."""

    definition: Definition
    reason: Annotated[str, Meta(max_length=100, description="Why, for its history.")] = ""


class PromotionFilters(Schema):
    """Which promotions are listed."""

    q: str | None = Field(None, max_length=100, description="A part of the code or the title.")
    active: bool | None = Field(None, description="Only those switched on, or off.")
    archived: bool | None = Field(None, description="Only those archived, or not.")


@operation(
    router,
    Route(
        method="GET",
        path="/promotions",
        tag="promotions",
        scope=Scope.OFFERS_READ,
        name="list_promotions",
        answer=Listed[PromotionOut],
    ),
)
def list_promotions(request: Call, page: Query[Page], filters: Query[PromotionFilters]) -> Struct:
    """The promotions, the newest first."""
    rows = Promotion.objects.all()
    if filters.q:
        rows = rows.filter(Q(code__icontains=filters.q) | Q(title__icontains=filters.q))
    if filters.active is not None:
        rows = rows.filter(active=filters.active)
    if filters.archived is not None:
        rows = rows.filter(archived=filters.archived)
    records, more, following = page_of(rows, page, Promotion.prefix)
    definitions = _definitions(Promotion.objects.filter(id__in=[each.id for each in records]))
    data = [_shown(each, definitions[each.id]) for each in records]
    return Listed(data=data, has_more=more, next=following)


@operation(
    router,
    Route(
        method="GET",
        path="/promotions/{id}",
        tag="promotions",
        scope=Scope.OFFERS_READ,
        name="get_promotion",
        answer=PromotionOut,
        problems=("not_found",),
        headers=("ETag",),
    ),
)
def get_promotion(request: Call, id: str, known: KnownVersion = None) -> Reply:
    """One promotion, by its id or its code. The ETag names its version."""
    reply = _told(found(Promotion.objects.all(), id, "code"))
    return Reply(None, 304, reply.headers) if known == reply.headers["ETag"] else reply


@operation(
    router,
    Route(
        method="PUT",
        path="/promotions/{id}",
        tag="promotions",
        scope=Scope.OFFERS_WRITE,
        name="put_promotion",
        answer=PromotionOut,
        body=PromotionIn,
        problems=("changed_meanwhile", "if_match_missing"),
        headers=("ETag",),
        example={
            "definition": {
                "code": "SPRING",
                "title": "A fifth off all mugs, for members",
                "conditions": ["members"],
                "actions": [{"kind": "discount_order_line", "percent": "20", "include": "mugs"}],
                "suggest": "checked",
                "max_uses_per_customer": 1,
            },
            "reason": "The spring campaign.",
        },
    ),
)
def put_promotion(request: Call, id: str, version: PerhapsVersion = None) -> Reply:
    """Add a promotion under a code, or change the one that is there; If-Match names the version that
    you change, and is left out for a new one. It is live within a second.
    """
    asked = read(PromotionIn, request.body)
    definition = {"code": id, **asked.definition}
    if definition["code"] != id:
        rule = f"is the code in the address, {id[:80]}"
        raise invalid([Fault("definition.code", definition["code"], rule)])
    reason = f"{request.caller.actor}: {asked.reason}" if asked.reason else request.caller.actor
    with transaction.atomic():
        hold_parts()
        held = Promotion.objects.select_for_update().filter(code=id).first()
        if held is not None:
            _check_version(held, version)
        elif version is not None:
            raise Trouble("changed_meanwhile")
        try:
            record = revise(definition, by=None, at=now(), reason=reason)
        except Faults as wrong:
            raise invalid(within("definition", wrong.faults)) from None
    return _told(record)


def _check_version(held: Promotion, version: str | None) -> None:
    if version is None:
        raise Trouble("if_match_missing")
    check_version(version, _told(held).headers["ETag"])


def within(name: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Faults of a field's value, told as of the request."""
    for fault in faults:
        place = f"{name}.{fault.place}" if fault.place else name
        yield Fault(place, fault.value, fault.message)


def _told(promotion: Promotion) -> Reply:
    definitions = _definitions(Promotion.objects.filter(id=promotion.id))
    value = _shown(promotion, definitions[promotion.id])
    return Reply(value, None, {"ETag": etag_of(value)})


def _definitions(promotions: QuerySet[Promotion]) -> dict[Any, dict[str, Any]]:
    latest = PromotionRevision.objects.filter(
        promotion__in=promotions, number=F("promotion__revision")
    )
    return dict(latest.order_by().values_list("promotion_id", "definition"))


def _shown(promotion: Promotion, definition: dict[str, Any]) -> PromotionOut:
    return PromotionOut(
        id=promotion.public_id,
        code=promotion.code,
        title=promotion.title,
        stage=promotion.stage,
        starts=promotion.starts,
        ends=promotion.ends,
        priority=promotion.priority,
        active=promotion.active,
        archived=promotion.archived,
        revision=promotion.revision,
        definition=definition,
    )
