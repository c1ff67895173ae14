"""Single-use codes as programs make and read them: a batch at a time, once for its key (PR-6)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from msgspec import Meta, Struct
from ninja import Field, Query, Schema

from largesse.api import promotions
from largesse.api.calling import now
from largesse.api.finding import found
from largesse.api.headers import IdempotencyKey
from largesse.api.instants import Instant
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble
from largesse.api.reading import read
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.engine.cart import normal_code
from largesse.ids import parse_id
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account
from largesse.offers import codes
from largesse.offers.models import CodeBatch, Promotion, SingleUseCode

router: Final = promotions.router
"""The same as of the promotions, whose addresses they have."""

State = Literal["free", "used", "void"]


class CodeOut(Struct, frozen=True, kw_only=True):
    """A single-use code."""

    object: Literal["single_use_code"] = "single_use_code"
    id: str
    code: str
    promotion: Annotated[str, Meta(description="The promotion's code.")]
    batch: Annotated[str | None, Meta(description="The id of the batch that it was made in.")]
    state: Annotated[
        State, Meta(description="Used is also one that an order holds which isn't posted yet.")
    ]
    customer: Annotated[str | None, Meta(description="The number of the customer whose it is.")]
    starts: Instant | None
    ends: Annotated[Instant | None, Meta(description="The first instant after it.")]
    automatic: Annotated[
        bool, Meta(description="Whether it needs no entering: a right that an order gave.")
    ]


class CodesIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A batch of codes to be made."""

    count: Annotated[int, Meta(ge=1, le=codes.COUNT_MAX)]
    length: Annotated[
        int,
        Meta(
            ge=codes.LENGTHS[0],
            le=codes.LENGTHS[-1],
            description="The random letters of a code, after its prefix.",
        ),
    ] = codes.LENGTH
    prefix: Annotated[
        str, Meta(max_length=codes.PREFIX_MAX, description="What every code begins with.")
    ] = ""
    label: Annotated[str, Meta(max_length=120, description="What they are made for.")] = ""
    starts: Instant | None = None
    ends: Annotated[Instant | None, Meta(description="The first instant after it.")] = None


class BatchOut(Struct, frozen=True, kw_only=True):
    """Codes that were made together. Ask for the list of codes with its id for the codes."""

    object: Literal["code_batch"] = "code_batch"
    id: str
    promotion: Annotated[str, Meta(description="The promotion's code.")]
    count: int
    label: str
    made_at: Instant


class CodeFilters(Schema):
    """Which codes are listed."""

    batch: str | None = Field(None, max_length=64, description="Only those of this batch.")
    code: str | None = Field(None, max_length=64, description="The one with this code.")
    state: State | None = None


_PATH: Final = "/promotions/{id}/codes"


@operation(
    router,
    Route(
        method="POST",
        path=_PATH,
        tag="promotions",
        scope=Scope.OFFERS_WRITE,
        name="create_codes",
        answer=BatchOut,
        status=201,
        body=CodesIn,
        problems=("idempotency_key_missing", "idempotency_key_reused", "not_found"),
        headers=("Idempotent-Replayed",),
        example={"count": 1000, "prefix": "FAIR-", "label": "The spring fair"},
    ),
)
def create_codes(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Make single-use codes for a promotion, all of them or none. The promotion says that it takes
    them: `single_use_codes` in its definition.
    """
    asked = read(CodesIn, request.body)
    promotion = found(Promotion.objects.all(), id, "code")
    try:
        batch, repeated = codes.generate(
            promotion,
            asked.count,
            at=now(),
            by=request.caller.actor,
            length=asked.length,
            prefix=asked.prefix,
            label=asked.label,
            starts=asked.starts,
            ends=asked.ends,
            key=f"api:{key}",
            body=f"{request.method} {request.path_info}\n".encode() + request.body,
        )
    except codes.KeyTaken:
        raise Trouble("idempotency_key_reused") from None
    headers = {"Idempotent-Replayed": "true"} if repeated else {}
    return Reply(_batch_out(batch), None, headers)


@operation(
    router,
    Route(
        method="GET",
        path=_PATH,
        tag="promotions",
        scope=Scope.OFFERS_READ,
        name="list_codes",
        answer=Listed[CodeOut],
        problems=("not_found",),
    ),
)
def list_codes(request: Call, id: str, page: Query[Page], filters: Query[CodeFilters]) -> Struct:
    """The single-use codes of a promotion, the newest first."""
    promotion = found(Promotion.objects.all(), id, "code")
    rows = _filtered(_with_used(promotion.codes.all()), filters)
    records, more, following = page_of(
        rows.select_related("customer", "batch"), page, SingleUseCode.prefix
    )
    data = [_code_out(each, promotion.code) for each in records]
    return Listed(data=data, has_more=more, next=following)


def _with_used(rows: QuerySet[SingleUseCode]) -> QuerySet[Any]:
    account = Account.objects.filter(
        kind=Kind.SINGLE_USE_CODE.value, owner=OuterRef("code"), asset="use"
    )
    return rows.annotate(used=Subquery(account.values(n=F("held") + F("posted"))[:1]))


def _filtered(rows: QuerySet[Any], filters: CodeFilters) -> QuerySet[Any]:
    if filters.batch is not None:
        try:
            rows = rows.filter(batch=parse_id(CodeBatch.prefix, filters.batch))
        except ValueError:
            return rows.none()
    if filters.code is not None:
        rows = rows.filter(code=normal_code(filters.code))
    unused = Q(used=None) | Q(used=0)
    match filters.state:
        case "used":
            return rows.filter(used__gt=0)
        case "void":
            return rows.filter(unused, void_since__isnull=False)
        case "free":
            return rows.filter(unused, void_since=None)
        case None:
            return rows


def _code_out(code: Any, promotion: str) -> CodeOut:
    return CodeOut(
        id=code.public_id,
        code=code.code,
        promotion=promotion,
        batch=None if code.batch is None else code.batch.public_id,
        state="used" if code.used else "free" if code.void_since is None else "void",
        customer=None if code.customer is None else code.customer.number,
        starts=code.starts,
        ends=code.ends,
        automatic=code.automatic,
    )


def _batch_out(batch: CodeBatch) -> BatchOut:
    return BatchOut(
        id=batch.public_id,
        promotion=batch.promotion.code,
        count=batch.count,
        label=batch.label,
        made_at=batch.made_at,
    )
