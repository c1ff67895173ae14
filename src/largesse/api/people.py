"""Who buys, and who hands vouchers on: customers, organizations and partners."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct
from ninja import Router

from largesse.api.fields import Writing
from largesse.api.resources import Resource, Special, register
from largesse.api.scopes import Scope
from largesse.catalog.models import Location
from largesse.crm.models import Customer, Organization, Partner
from largesse.engine.cart import CustomerType
from largesse.engine.faults import Fault
from largesse.offers.vouchers import partners as partners_in

customers: Final = Router(tags=["customers"])
organizations: Final = Router(tags=["organizations"])
partners: Final = Router(tags=["partners"])

Code = Annotated[str, Meta(min_length=1, max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=160)]
Email = Annotated[str, Meta(max_length=254, description="An address, or empty.")]


class CustomerIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A buyer; a distributor is a sales rep."""

    number: Annotated[
        str, Meta(min_length=1, max_length=32, description="What staff and receipts call it.")
    ]
    name: Name
    type: CustomerType = CustomerType.CUSTOMER
    email: Email = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    birthday: date | None = None
    joined_on: date | None = None
    tags: Annotated[
        list[Code], Meta(max_length=100, description="Words that conditions ask for.")
    ] = []
    organizations: Annotated[
        list[Code], Meta(max_length=100, description="Codes of those that it is a member of.")
    ] = []
    referred_by: Annotated[Code | None, Meta(description="A customer's number.")] = None
    sponsor: Annotated[
        Code | None, Meta(description="The number of the distributor that it belongs to.")
    ] = None
    active: bool = True


class CustomerOut(CustomerIn, frozen=True, kw_only=True):
    """A buyer; a distributor is a sales rep."""

    object: Literal["customer"] = "customer"
    id: str


class OrganizationIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A company or association with members; it may hold allotments."""

    code: Code
    name: Name
    email: Email = ""
    active: bool = True


class OrganizationOut(OrganizationIn, frozen=True, kw_only=True):
    """A company or association with members; it may hold allotments."""

    object: Literal["organization"] = "organization"
    id: str


class PartnerIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A business that hands vouchers to its own customers."""

    code: Code
    name: Name
    email: Email = ""
    added_in: Annotated[
        Code | None,
        Meta(
            description="The code of the location that adds it, where promotional_partner is set; null "
            "is the business itself. It stays, and every location can choose the partner."
        ),
    ] = None
    active: bool = True


class PartnerOut(PartnerIn, frozen=True, kw_only=True):
    """A business that hands vouchers to its own customers."""

    object: Literal["partner"] = "partner"
    id: str


def _check_added_in(writing: Writing, code: str | None) -> None:
    """Only a location that may adds partners (VO-18); what was said once stays."""
    record = writing.record
    assert isinstance(record, Partner)
    if not record._state.adding:
        if (code or "") != record.added_in:
            writing.faults.append(Fault("added_in", code, "can't be changed"))
        return
    location = Location.objects.filter(code=code).first() if code else None
    if code and location is None:
        writing.faults.append(Fault("added_in", code, "is no location"))
    elif location is not None and (why := partners_in.fault_in(location)) is not None:
        writing.faults.append(Fault("added_in", code, why))
    record.added_in = code or ""


def _saved_already(record: Partner, code: str | None) -> None:
    """It is a column of the partner's own."""


register(
    customers,
    Resource(
        tag="customers",
        one="customer",
        model=Customer,
        natural="number",
        fields=CustomerIn,
        shown=CustomerOut,
        reads=Scope.CUSTOMERS_READ,
        writes=Scope.CUSTOMERS_WRITE,
        search=("number", "name", "email", "phone"),
        example={"number": "C-1001", "name": "Anna Berg", "tags": ["gold"]},
        fetched=("tags", "organizations", "referred_by", "sponsor"),
    ),
)
register(
    organizations,
    Resource(
        tag="organizations",
        one="organization",
        model=Organization,
        natural="code",
        fields=OrganizationIn,
        shown=OrganizationOut,
        reads=Scope.CUSTOMERS_READ,
        writes=Scope.CUSTOMERS_WRITE,
        search=("code", "name"),
        example={"code": "chess-club", "name": "Chess Club"},
    ),
)
register(
    partners,
    Resource(
        tag="partners",
        one="partner",
        model=Partner,
        natural="code",
        fields=PartnerIn,
        shown=PartnerOut,
        reads=Scope.CUSTOMERS_READ,
        writes=Scope.CUSTOMERS_WRITE,
        search=("code", "name"),
        example={"code": "riverside", "name": "Riverside Cinema"},
        special={
            "added_in": Special(lambda p: p.added_in or None, _check_added_in, _saved_already)
        },
    ),
)
