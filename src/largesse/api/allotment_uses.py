"""Who used an allotment, and what organizations used in a time, as programs read it (AL-9, AL-13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct
from ninja import Field, Query, Router, Schema

from largesse.api import allotments
from largesse.api.amounts import Money, shown
from largesse.api.instants import Instant
from largesse.api.order_reading import orders_for
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import invalid
from largesse.api.routing import Call, Route, operation
from largesse.api.scopes import Scope
from largesse.business.models import Business
from largesse.catalog.models import Product
from largesse.crm.models import Organization
from largesse.engine.faults import Fault
from largesse.engine.window import Period
from largesse.ids import public_id
from largesse.orders.allotment_uses import Figures, OfOrganization, State, Usage, Use, usage
from largesse.orders.allotment_uses.listing import takings, told

usage_router: Final = Router(tags=["allotment-usage"])

_USE: Final = "use"


class AllotmentUseOut(Struct, frozen=True, kw_only=True):
    """What one order took of an allotment."""

    object: Literal["allotment_use"] = "allotment_use"
    id: str
    order: Annotated[str, Meta(description="The order's id.")]
    number: Annotated[str, Meta(description="The order's number.")]
    customer: Annotated[str | None, Meta(description="The customer's number; null is a guest.")]
    name: Annotated[str, Meta(description="Who bought, as far as the order tells it.")]
    email: str
    at: Annotated[Instant, Meta(description="When the units were taken.")]
    units: Annotated[int, Meta(description="Units that the order holds or has used now.")]
    units_returned: Annotated[int, Meta(description="Units that refunds gave back.")]
    back_at: Annotated[
        Instant | None,
        Meta(description="When units last came back, by a refund or by cancelling."),
    ]
    state: Annotated[
        State, Meta(description="Reserved is what an order holds that is not placed yet.")
    ]


class UseFilters(Schema):
    """Which uses are listed."""

    q: str | None = Field(
        None,
        max_length=100,
        description="A part of the buyer's name, number or e-mail, or of the order's number.",
    )


class UsageFiguresOut(Struct, frozen=True, kw_only=True):
    """Units, and what they were worth at the product's price."""

    used: Annotated[int, Meta(description="Units of orders that were posted in the time.")]
    returned: Annotated[
        int, Meta(description="Units that refunds of the time gave back, whenever they were used.")
    ]
    net: Annotated[int, Meta(description="Units used less those returned.")]
    held: Annotated[int, Meta(description="Units that orders hold which are not posted yet.")]
    value_used: Annotated[Money, Meta(description="The price of the units used.")]
    value_returned: Annotated[Money, Meta(description="The price of the units returned.")]


class ProductUsageOut(Struct, frozen=True, kw_only=True):
    """What an organization used of one product, in all or in a part of the time."""

    product: Annotated[str, Meta(description="The product's SKU.")]
    name: Annotated[str, Meta(description="The product's name.")]
    first_day: Annotated[
        date | None, Meta(description="When the part of the time begins; null without `step`.")
    ]
    figures: UsageFiguresOut


class OrganizationUsageOut(Struct, frozen=True, kw_only=True):
    """What one organization used, and the sum of it."""

    organization: Annotated[str, Meta(description="The organization's code.")]
    name: Annotated[str, Meta(description="The organization's name.")]
    products: list[ProductUsageOut]
    figures: UsageFiguresOut


class AllotmentUsageOut(Struct, frozen=True, kw_only=True):
    """What organizations used of their allotments, from the journal, and the sum of it all."""

    object: Literal["allotment_usage"] = "allotment_usage"
    organizations: list[OrganizationUsageOut]
    figures: UsageFiguresOut


class UsageFilters(Schema):
    """Which time and what is reported."""

    organization: str | None = Field(None, max_length=64, description="An organization's code.")
    product: str | None = Field(None, max_length=64, description="A product's SKU.")
    day_from: date | None = Field(None, description="Booked on this day or later.")
    day_until: date | None = Field(None, description="Booked on this day or earlier.")
    step: Literal["day", "week", "calendar_month", "calendar_year"] | None = Field(
        None, description="What the time is divided into."
    )


@operation(
    allotments.router,
    Route(
        method="GET",
        path="/allotments/{id}/uses",
        tag="allotments",
        scope=Scope.ORDERS_READ,
        name="list_allotment_uses",
        answer=Listed[AllotmentUseOut],
        problems=("not_found",),
    ),
)
def list_allotment_uses(
    request: Call, id: str, page: Query[Page], filters: Query[UseFilters]
) -> Struct:
    """The orders that the key may see which took units of an allotment, the newest first."""
    rows = takings(allotments.allotment_of(id), filters.q or "")
    if request.caller.locations:
        rows = rows.filter(event__order_id__in=orders_for(request.caller).order_by().values("id"))
    records, more, following = page_of(rows, page, _USE)
    return Listed(data=[_use_out(each) for each in told(records)], has_more=more, next=following)


def _use_out(use: Use) -> AllotmentUseOut:
    return AllotmentUseOut(
        id=public_id(_USE, use.id),
        order=use.order.public_id,
        number=use.order.number,
        customer=use.buyer.number or None,
        name=use.buyer.name,
        email=use.buyer.email,
        at=use.at,
        units=use.units,
        units_returned=use.units_returned,
        back_at=use.back_at,
        state=use.state,
    )


@operation(
    usage_router,
    Route(
        method="GET",
        path="/allotment-usage",
        tag="allotment-usage",
        scope=Scope.ALLOTMENTS_READ,
        name="get_allotment_usage",
        answer=AllotmentUsageOut,
    ),
)
def get_allotment_usage(request: Call, filters: Query[UsageFilters]) -> Struct:
    """What organizations used of their allotments by product, on days of the business, with the orders
    that the key may see. What was not used is left out. Units and values are of the day on which they
    were booked, so a time that is over stays as it is.
    """
    organization, product = _named(filters)
    report = usage(
        organization=organization,
        product=product,
        since=filters.day_from,
        until=_day_after(filters.day_until),
        step=None if filters.step is None else Period(filters.step),
        orders=orders_for(request.caller) if request.caller.locations else None,
    )
    return usage_out(report, Business.current().currency)


def _named(filters: UsageFilters) -> tuple[Organization | None, Product | None]:
    """The records that the filters name. Raises `Trouble` for those that are not there."""
    organization = Organization.objects.filter(code=filters.organization or "").first()
    product = Product.objects.filter(sku=filters.product or "").first()
    faults = []
    if filters.organization is not None and organization is None:
        faults.append(Fault("organization", filters.organization, "is no organization"))
    if filters.product is not None and product is None:
        faults.append(Fault("product", filters.product, "is no product"))
    if faults:
        raise invalid(faults)
    return organization, product


def _day_after(day: date | None) -> date | None:
    """The first day after one; None where it is the last there is."""
    return None if day in (None, date.max) else day + timedelta(days=1)


def usage_out(report: Usage, currency: str) -> AllotmentUsageOut:
    """What organizations used, by product."""
    return AllotmentUsageOut(
        organizations=[_organization_out(each, currency) for each in report.organizations],
        figures=_figures_out(report.figures, currency),
    )


def _organization_out(each: OfOrganization, currency: str) -> OrganizationUsageOut:
    return OrganizationUsageOut(
        organization=each.organization.code,
        name=each.organization.name,
        products=[
            ProductUsageOut(
                product=line.product.sku,
                name=line.product.name,
                first_day=line.first_day,
                figures=_figures_out(line.figures, currency),
            )
            for line in each.lines
        ],
        figures=_figures_out(each.figures, currency),
    )


def _figures_out(figures: Figures, currency: str) -> UsageFiguresOut:
    return UsageFiguresOut(
        used=figures.used,
        returned=figures.returned,
        net=figures.net,
        held=figures.held,
        value_used=shown(figures.value_used, currency),
        value_returned=shown(figures.value_returned, currency),
    )
