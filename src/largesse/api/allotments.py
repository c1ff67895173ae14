"""Allotments as programs grant, change and close them (AL-1, AL-3, AL-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace
from ninja import Field, Query, Router, Schema

from largesse.api.calling import now
from largesse.api.finding import found
from largesse.api.headers import Version
from largesse.api.instants import Instant
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble
from largesse.api.reading import read
from largesse.api.resources import check_version, etag_of
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Organization
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import AMOUNT_MAX
from largesse.ledger.reading import Counters
from largesse.offers import allotments
from largesse.offers.models import Allotment

router: Final = Router(tags=["allotments"])

Code = Annotated[str, Meta(min_length=1, max_length=64)]
Title = Annotated[str, Meta(min_length=1, max_length=120, description="What people call it.")]
Quantity = Annotated[int, Meta(ge=1, le=AMOUNT_MAX, description="Units that may be had free.")]
Starts = Annotated[Instant | None, Meta(description="When it begins; null is at once.")]
Ends = Annotated[Instant | None, Meta(description="The first instant after it; null is never.")]
MembersOnly = Annotated[
    bool, Meta(description="Whether only members of the organization may use it.")
]
Reason = Annotated[str, Meta(max_length=100, description="Why, for the journal.")]


class AllotmentIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Free units of a product for an organization."""

    code: Annotated[
        Code,
        Meta(description="What names it for ever; a request that is sent twice makes it once."),
    ]
    title: Title
    organization: Annotated[Code, Meta(description="The code of the organization.")]
    product: Annotated[Code, Meta(description="The SKU of a product in the product group.")]
    product_group: Annotated[
        Code | None, Meta(description="A product group's code; left out, the default one.")
    ] = None
    quantity: Quantity
    starts: Starts = None
    ends: Ends = None
    members_only: MembersOnly = False


class AllotmentChanges(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields that change; the others stay as they are, and so does the link."""

    title: Title | UnsetType = UNSET
    quantity: Annotated[
        Quantity | UnsetType, Meta(description="Not below what is used or reserved.")
    ] = UNSET
    starts: Starts | UnsetType = UNSET
    ends: Ends | UnsetType = UNSET
    members_only: MembersOnly | UnsetType = UNSET
    reason: Reason = ""


class AllotmentOut(Struct, frozen=True, kw_only=True):
    """Free units of a product for an organization."""

    object: Literal["allotment"] = "allotment"
    id: str
    code: str
    title: str
    organization: Annotated[str, Meta(description="The organization's code.")]
    product: Annotated[str, Meta(description="The product's SKU.")]
    product_group: Annotated[str, Meta(description="The product group's code.")]
    quantity: Annotated[int, Meta(description="Units that were granted.")]
    used: Annotated[
        int,
        Meta(
            description="Units that orders hold or have used, less those that came back: of all "
            "locations, for an allotment is of none, and who sells must know what is left."
        ),
    ]
    available: Annotated[int, Meta(description="Units that are left.")]
    starts: Instant | None
    ends: Annotated[Instant | None, Meta(description="The first instant after it.")]
    members_only: bool
    closed: Annotated[bool, Meta(description="Whether nobody can use it any more.")]


class AllotmentFilters(Schema):
    """Which allotments are listed."""

    q: str | None = Field(
        None,
        max_length=100,
        description="A part of the title, the code, the organization or the product.",
    )
    organization: str | None = Field(None, max_length=64, description="An organization's code.")
    product: str | None = Field(None, max_length=64, description="A product's SKU.")
    product_group: str | None = Field(None, max_length=64, description="A product group's code.")
    closed: bool | None = Field(None, description="Only those that are closed, or that are not.")


# --- reading ---------------------------------------------------------------------------------------


@operation(
    router,
    Route(
        method="GET",
        path="/allotments",
        tag="allotments",
        scope=Scope.ALLOTMENTS_READ,
        name="list_allotments",
        answer=Listed[AllotmentOut],
    ),
)
def list_allotments(request: Call, page: Query[Page], filters: Query[AllotmentFilters]) -> Struct:
    """Allotments, the newest first."""
    records, more, following = page_of(_filtered(filters), page, Allotment.prefix)
    return Listed(data=allotments_out(records), has_more=more, next=following)


@operation(
    router,
    Route(
        method="GET",
        path="/allotments/{id}",
        tag="allotments",
        scope=Scope.ALLOTMENTS_READ,
        name="get_allotment",
        answer=AllotmentOut,
        problems=("not_found",),
        headers=("ETag",),
    ),
)
def get_allotment(request: Call, id: str) -> Reply:
    """One allotment, by its id or its code. The ETag names its version, without what is used."""
    return _reply(allotment_of(id))


def allotment_of(said: str) -> Allotment:
    """The allotment of an id or a code. Raises `Trouble` where there is none."""
    return found(_rows(), said, "code")


def _rows() -> QuerySet[Allotment]:
    return Allotment.objects.select_related("organization", "product", "product_group")


def _filtered(filters: AllotmentFilters) -> QuerySet[Allotment]:
    rows = _rows()
    if filters.q:
        said = Q()
        for name in ("title", "code", "organization__name", "product__name", "product__sku"):
            said |= Q(**{f"{name}__icontains": filters.q})
        rows = rows.filter(said)
    if filters.organization is not None:
        rows = rows.filter(organization__code=filters.organization)
    if filters.product is not None:
        rows = rows.filter(product__sku=filters.product)
    if filters.product_group is not None:
        rows = rows.filter(product_group__code=filters.product_group)
    if filters.closed is not None:
        rows = rows.filter(closed=filters.closed)
    return rows


def allotments_out(records: Sequence[Allotment]) -> list[AllotmentOut]:
    """Allotments whose organizations, products and groups were read with them."""
    units = allotments.units_of_all(records)
    return [_out(each, units[each.code]) for each in records]


def _out(record: Allotment, units: Counters) -> AllotmentOut:
    return AllotmentOut(
        id=record.public_id,
        code=record.code,
        title=record.title,
        organization=record.organization.code,
        product=record.product.sku,
        product_group=record.product_group.code,
        quantity=units.granted,
        used=units.held + units.posted,
        available=units.left,
        starts=record.starts,
        ends=record.ends,
        members_only=record.members_only,
        closed=record.closed,
    )


def _reply(record: Allotment, status: int | None = None, **headers: str) -> Reply:
    (told,) = allotments_out([record])
    return Reply(told, status, {"ETag": _version(told), **headers})


def _version(told: AllotmentOut) -> str:
    # Orders use units all the time, and that is no change that a program could undo.
    return etag_of(replace(told, used=0, available=0))


# --- granting, changing, closing -------------------------------------------------------------------


@operation(
    router,
    Route(
        method="POST",
        path="/allotments",
        tag="allotments",
        scope=Scope.ALLOTMENTS_WRITE,
        name="create_allotment",
        answer=AllotmentOut,
        status=201,
        body=AllotmentIn,
        problems=("already_exists",),
        headers=("ETag", "Location"),
        example={
            "code": "CHESS-TEES",
            "title": "Tournament T-shirts",
            "organization": "chess-club",
            "product": "TEE-NAVY",
            "quantity": 120,
        },
    ),
)
def create_allotment(request: Call) -> Reply:
    """Grant an organization free units of a product."""
    asked = read(AllotmentIn, request.body)
    if Allotment.objects.filter(code=asked.code).exists():
        raise Trouble("already_exists", f"There is an allotment {asked.code} already.")
    organization, product, group = _named(asked)
    made = allotments.grant(
        organization,
        product,
        asked.quantity,
        asked.title,
        at=now(),
        by=request.caller.actor,
        product_group=group,
        starts=asked.starts,
        ends=asked.ends,
        members_only=asked.members_only,
        code=asked.code,
    )
    return _reply(made, 201, Location=f"/v1/allotments/{made.public_id}")


def _named(asked: AllotmentIn) -> tuple[Organization, Product, ProductGroup | None]:
    """The records that a grant names. Raises `Faults` for all that are not there."""
    organization = Organization.objects.filter(code=asked.organization).first()
    product = Product.objects.filter(sku=asked.product).first()
    group = ProductGroup.objects.filter(code=asked.product_group or "").first()
    faults = []
    if organization is None:
        faults.append(Fault("organization", asked.organization, "is no organization"))
    if product is None:
        faults.append(Fault("product", asked.product, "is no product"))
    if asked.product_group is not None and group is None:
        faults.append(Fault("product_group", asked.product_group, "is no product group"))
    if organization is None or product is None or faults:
        raise Faults(faults)
    return organization, product, group


@operation(
    router,
    Route(
        method="PATCH",
        path="/allotments/{id}",
        tag="allotments",
        scope=Scope.ALLOTMENTS_WRITE,
        name="change_allotment",
        answer=AllotmentOut,
        body=AllotmentChanges,
        problems=("not_found", "changed_meanwhile", "if_match_missing", "conflict"),
        headers=("ETag",),
        example={"quantity": 150, "reason": "More players than last year."},
    ),
)
def change_allotment(request: Call, id: str, version: Version) -> Reply:
    """Change some fields of an allotment that is not closed; If-Match names the version that they
    change. Links that are out keep working.
    """
    asked = read(AllotmentChanges, request.body)
    with transaction.atomic():
        record = found(_rows().select_for_update(of=("self",)), id, "code")
        (told,) = allotments_out([record])
        check_version(version, _version(told))
        if record.closed:
            raise Trouble("conflict", f"The allotment {record.code} is closed, and stays as it is.")
        said: dict[str, Any] = {
            name: getattr(told, name) if getattr(asked, name) is UNSET else getattr(asked, name)
            for name in ("title", "quantity", "starts", "ends", "members_only")
        }
        _by(record, request)
        allotments.edit(record, at=now(), by=request.caller.actor, reason=asked.reason, **said)
    return _reply(record)


@operation(
    router,
    Route(
        method="POST",
        path="/allotments/{id}/close",
        tag="allotments",
        scope=Scope.ALLOTMENTS_WRITE,
        name="close_allotment",
        answer=AllotmentOut,
        problems=("not_found",),
        headers=("ETag",),
    ),
)
def close_allotment(request: Call, id: str) -> Reply:
    """Let nobody use an allotment any more; what was used stays on record. Closing it again changes
    nothing.
    """
    with transaction.atomic():
        record = found(_rows().select_for_update(of=("self",)), id, "code")
        if not record.closed:
            _by(record, request)
            allotments.close(record)
    return _reply(record)


def _by(record: Any, call: Call) -> None:
    """Say in the record's history who changes it."""
    record._change_reason = call.caller.actor
