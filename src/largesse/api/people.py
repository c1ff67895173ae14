"""Who buys, and who hands vouchers on: customers, organizations and partners."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct
from ninja import Router

from largesse.api.resources import Resource, register
from largesse.api.scopes import Scope
from largesse.crm.models import Customer, Organization, Partner
from largesse.engine.cart import CustomerType

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
    active: bool = True


class PartnerOut(PartnerIn, frozen=True, kw_only=True):
    """A business that hands vouchers to its own customers."""

    object: Literal["partner"] = "partner"
    id: str


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
    ),
)
