"""Actions and conditions that promotions share: changed in one place, live in all of them at once."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from msgspec import UNSET, Meta, Struct, UnsetType
from ninja import Field, Query, Router, Schema

from largesse.api.calling import now
from largesse.api.finding import found
from largesse.api.headers import KnownVersion, PerhapsVersion
from largesse.api.offers import within
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble, invalid
from largesse.api.reading import read
from largesse.api.resources import check_version, described, etag_of
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.engine.faults import Fault, Faults
from largesse.ids import public_id
from largesse.offers.models import Mention, Part, PartRevision
from largesse.offers.parts import MODELS, revise
from largesse.offers.promotions import hold_parts
from largesse.offers.shared import Base, plain

# No `from __future__ import annotations` here: ninja reads the annotations of the endpoints below,
# which are made inside a function.

ActionDefinition = Annotated[
    dict[str, Any],
    Meta(
        description="The action in the file format, with its name.",
        extra_json_schema={"$ref": "#/components/schemas/Action"},
    ),
]
ConditionDefinition = Annotated[
    dict[str, Any],
    Meta(
        description="The condition in the file format, with its name.",
        extra_json_schema={"$ref": "#/components/schemas/Condition"},
    ),
]


class _PartOut(Struct, frozen=True, kw_only=True):
    id: str
    name: Annotated[str, Meta(description="What promotions call it by.")]
    title: str
    description: str
    kind: str
    archived: Annotated[bool, Meta(description="Whether promotions can't newly name it.")]
    revision: int
    promotions: Annotated[
        list[str] | UnsetType,
        Meta(
            description="The codes of the promotions that name it; told with expand[]=promotions."
        ),
    ] = UNSET


class SharedActionOut(_PartOut, frozen=True, kw_only=True):
    """A shared action as its latest revision has it."""

    object: Literal["action"] = "action"
    definition: ActionDefinition


class SharedConditionOut(_PartOut, frozen=True, kw_only=True):
    """A shared condition as its latest revision has it."""

    object: Literal["condition"] = "condition"
    definition: ConditionDefinition


class _PartIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    title: Annotated[str, Meta(max_length=160, description="What staff call it.")] = ""
    description: Annotated[str, Meta(max_length=2000, description="What it is for.")] = ""
    archived: Annotated[bool, Meta(description="Whether promotions can't newly name it.")] = False
    reason: Annotated[str, Meta(max_length=100, description="Why, for its history.")] = ""


class SharedActionIn(_PartIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A shared action as it shall be from now on, in every promotion that names it."""

    definition: ActionDefinition


class SharedConditionIn(_PartIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A shared condition as it shall be from now on, in every promotion that names it."""

    definition: ConditionDefinition


class _Kind(NamedTuple):
    """What programs see of one base of parts."""

    base: Base
    body: type[SharedActionIn] | type[SharedConditionIn]
    shown: type[SharedActionOut] | type[SharedConditionOut]
    example: dict[str, Any]


class PartFilters(Schema):
    """Which shared parts are listed."""

    q: str | None = Field(None, max_length=100, description="A part of the name or the title.")
    kind: str | None = Field(None, max_length=64, description="Only those of this kind.")
    archived: bool | None = Field(None, description="Only those archived, or not.")


class PartsExpanded(Schema):
    """What is told beside the parts themselves."""

    expand: list[Literal["promotions"]] = Field(
        [], alias="expand[]", description="promotions: the codes of those that name it."
    )


actions: Final = Router(tags=["actions"])
conditions: Final = Router(tags=["conditions"])


def _register(router: Router, kind: _Kind) -> None:
    """The three verbs of a base: list, read, put."""
    base, tag = kind.base, f"{kind.base}s"
    path, one = f"/{tag}", f"/{tag}/{{id}}"
    model = MODELS[base]

    @described(f"The {base}s that promotions share, the newest first.")
    def list_(
        request: HttpRequest,
        page: Query[Page],
        filters: Query[PartFilters],
        expanded: Query[PartsExpanded],
    ) -> Struct:
        rows, more, following = page_of(_filtered(model.objects.all(), filters), page, model.prefix)
        data = _shown(kind, rows, expanded.expand)
        return Listed(data=data, has_more=more, next=following)

    @described(f"One shared {base}, by its id or its name. The ETag names its version.")
    def get_(
        request: HttpRequest,
        id: str,
        expanded: Query[PartsExpanded],
        known: KnownVersion = None,
    ) -> Reply:
        record = found(model.objects.all(), id, "name")
        reply = _told(kind, record, expanded.expand)
        return Reply(None, 304, reply.headers) if known == reply.headers["ETag"] else reply

    @described(
        f"Add a shared {base} under a name, or change the one that is there; If-Match names the "
        "version that you change, and is left out for a new one. Every promotion that names it gets a "
        "new revision, and is live within a second."
    )
    def put_(request: Call, id: str, version: PerhapsVersion = None) -> Reply:
        return _put(kind, request, id, version)

    def route(name: str, **more: Any) -> Route:
        return Route(name=name, tag=tag, **more)

    reads, writes = Scope.OFFERS_READ, Scope.OFFERS_WRITE
    operation(
        router,
        route(
            f"list_{tag}", method="GET", path=path, scope=reads,
            answer=Listed[kind.shown],  # type: ignore[name-defined]
        ),
    )(list_)  # fmt: skip
    operation(
        router,
        route(
            f"get_{base}", method="GET", path=one, scope=reads, answer=kind.shown,
            problems=("not_found",), headers=("ETag",),
        ),
    )(get_)  # fmt: skip
    operation(
        router,
        route(
            f"put_{base}", method="PUT", path=one, scope=writes, answer=kind.shown, body=kind.body,
            problems=("changed_meanwhile", "if_match_missing"), headers=("ETag",),
            example=kind.example,
        ),
    )(put_)  # fmt: skip


_register(
    actions,
    _Kind(
        "action",
        SharedActionIn,
        SharedActionOut,
        {
            "title": "A tenth off",
            "definition": {
                "name": "ten-percent",
                "kind": "discount_order_line",
                "percent": "10",
            },
            "reason": "For all seasons.",
        },
    ),
)
_register(
    conditions,
    _Kind(
        "condition",
        SharedConditionIn,
        SharedConditionOut,
        {
            "title": "Our members",
            "definition": {"name": "members", "kind": "customer_tags", "tags": ["member"]},
            "reason": "The membership programme.",
        },
    ),
)


# --- the verbs -------------------------------------------------------------------------------------


def _filtered(rows: QuerySet[Any], filters: PartFilters) -> QuerySet[Any]:
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(title__icontains=filters.q))
    if filters.kind is not None:
        rows = rows.filter(kind=filters.kind)
    if filters.archived is not None:
        rows = rows.filter(archived=filters.archived)
    return rows


def _put(kind: _Kind, call: Call, said: str, version: str | None) -> Reply:
    asked = read(kind.body, call.body)
    name = asked.definition.get("name", said)
    if name != said:
        rule = f"is the name in the address, {said[:80]}"
        raise invalid([Fault("definition.name", name, rule)])
    extra = sorted({*asked.definition} & {"title", "description", "archived"})
    if extra:
        raise invalid(Fault(f"definition.{n}", None, "stands beside the definition") for n in extra)
    definition = {
        **asked.definition,
        "name": name,
        "title": asked.title,
        "description": asked.description,
        "archived": asked.archived,
    }
    actor = call.caller.actor
    reason = f"{actor}: {asked.reason}" if asked.reason else actor
    with transaction.atomic():
        hold_parts()
        held = MODELS[kind.base].objects.filter(name=said).first()
        if held is not None and version is None:
            raise Trouble("if_match_missing")
        if held is None and version is not None:
            raise Trouble("changed_meanwhile")
        if held is not None and version is not None:
            check_version(version, _told(kind, held).headers["ETag"])
        try:
            record = revise(kind.base, definition, by=None, at=now(), reason=reason)
        except Faults as wrong:
            raise invalid(within("definition", wrong.faults)) from None
    return _told(kind, record)


def _told(kind: _Kind, record: Part, expand: Sequence[str] = ()) -> Reply:
    """The part with the name of its version, which is the same whatever is told beside it."""
    (value,) = _shown(kind, [record], ())
    etag = etag_of(value)
    return Reply(_shown(kind, [record], expand)[0] if expand else value, None, {"ETag": etag})


def _shown(kind: _Kind, records: Sequence[Part], expand: Sequence[str]) -> list[Struct]:
    keys = [record.pk for record in records]
    latest = PartRevision.objects.filter(part__in=keys, number=F("part__revision")).order_by()
    definitions = dict(latest.values_list("part_id", "definition"))
    users: dict[Any, list[str]] | None = None
    if "promotions" in expand:
        users = {key: [] for key in keys}
        mentions = Mention.objects.filter(shared__in=keys, promotion__isnull=False)
        named = mentions.order_by("promotion__code").values_list("shared_id", "promotion__code")
        for key, code in named:
            users[key].append(code)
    return [
        kind.shown(
            id=public_id(MODELS[kind.base].prefix, record.pk),
            name=record.name,
            title=record.title,
            description=record.description,
            kind=record.kind,
            archived=record.archived,
            revision=record.revision,
            definition=plain(definitions[record.pk]),
            promotions=UNSET if users is None else users[record.pk],
        )
        for record in records
    ]
