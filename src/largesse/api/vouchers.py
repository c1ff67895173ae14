"""Vouchers as programs read and make them: one at a time; books have a module of their own (VO-1)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from msgspec import Meta, Struct
from ninja import Field, Query, Router, Schema

from largesse.api.amounts import Amount, Money, minor_of, shown
from largesse.api.calling import now
from largesse.api.finding import found
from largesse.api.instants import Instant
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble
from largesse.api.reading import read
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.business.models import Business
from largesse.crm.models import Customer, Partner
from largesse.engine.cart import normal_code
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import percent as rate_of
from largesse.engine.money import percent_string
from largesse.ids import parse_id
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account
from largesse.offers import vouchers
from largesse.offers.models import BookEvent, Voucher, VoucherBook
from largesse.offers.vouchers import ending
from largesse.offers.vouchers.finding import in_state
from largesse.offers.vouchers.journaling import record
from largesse.offers.vouchers.numbers import LONGEST, random_numbers
from largesse.offers.vouchers.storing import handed_to

router: Final = Router(tags=["vouchers"])

State = Literal["created", "assigned", "redeemed", "void", "expired"]
Percent = Annotated[
    str, Meta(description="An exact decimal, as in 12.5.", pattern=r"^\d{1,3}(\.\d{1,4})?$")
]
Number = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
Reason = Annotated[str, Meta(max_length=100, description="Why, for the journal.")]


class VoucherOut(Struct, frozen=True, kw_only=True):
    """A voucher takes a percentage off an order, or pays a part of it."""

    object: Literal["voucher"] = "voucher"
    id: str
    number: str
    state: Annotated[
        State, Meta(description="Redeemed is also one that an order holds which isn't posted yet.")
    ]
    percent: Percent | None
    value: Money | None
    minimum: Annotated[Money, Meta(description="The least payable total, tax included.")]
    partner: Annotated[str | None, Meta(description="The partner's code.")]
    customer: Annotated[str | None, Meta(description="The number of the only one who may use it.")]
    book: Annotated[str | None, Meta(description="The id of the book that it is in.")]
    position: Annotated[int | None, Meta(description="Its place in the book, from 1.")]
    expires: Annotated[Instant | None, Meta(description="The first instant after it.")]


class VoucherIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A voucher to be made: a percentage, or a value."""

    number: Annotated[Number | None, Meta(description="If left out, DV and 13 random digits.")] = (
        None
    )
    percent: Percent | None = None
    value: Amount | None = None
    minimum: Amount | None = None
    partner: Annotated[Code | None, Meta(description="The partner's code.")] = None
    customer: Annotated[Code | None, Meta(description="A customer's number.")] = None
    expires: Instant | None = None
    reason: Reason = ""


class VoidVoucherIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why a voucher is made void."""

    reason: Reason = ""


class VoucherFilters(Schema):
    """Which vouchers are listed."""

    number: str | None = Field(None, max_length=64, description="The one with this number.")
    state: Literal["created", "assigned", "redeemed", "void"] | None = None
    partner: str | None = Field(None, max_length=64, description="The code of a partner.")
    book: str | None = Field(None, max_length=64, description="The id of a book.")


# --- reading ---------------------------------------------------------------------------------------


@operation(
    router,
    Route(
        method="GET",
        path="/vouchers",
        tag="vouchers",
        scope=Scope.VOUCHERS_READ,
        name="list_vouchers",
        answer=Listed[VoucherOut],
    ),
)
def list_vouchers(request: Call, page: Query[Page], filters: Query[VoucherFilters]) -> Struct:
    """Vouchers, the newest first. That a key has read numbers of a book is kept with the book."""
    rows = _filtered(_rows(), filters)
    records, more, following = page_of(rows, page, Voucher.prefix)
    _keep_who_read(request, records)
    return Listed(data=[voucher_out(each) for each in records], has_more=more, next=following)


@operation(
    router,
    Route(
        method="GET",
        path="/vouchers/{id}",
        tag="vouchers",
        scope=Scope.VOUCHERS_READ,
        name="get_voucher",
        answer=VoucherOut,
        problems=("not_found",),
    ),
)
def get_voucher(request: Call, id: str) -> Struct:
    """One voucher, by its id or its number."""
    voucher = voucher_of(id)
    _keep_who_read(request, [voucher])
    return voucher_out(voucher)


def _rows() -> QuerySet[Any]:
    account = Account.objects.filter(kind=Kind.VOUCHER.value, owner=OuterRef("number"), asset="use")
    rows = Voucher.objects.select_related("partner", "customer", "book")
    return rows.annotate(used=Subquery(account.values(n=F("held") + F("posted"))[:1]))


def voucher_of(said: str) -> Any:
    """The voucher of an id or a number. Raises `Trouble` where there is none."""
    return found(
        _rows(), said if said.startswith(f"{Voucher.prefix}_") else normal_code(said), "number"
    )


def _filtered(rows: QuerySet[Any], filters: VoucherFilters) -> QuerySet[Any]:
    if filters.number is not None:
        rows = rows.filter(number=normal_code(filters.number))
    if filters.partner is not None:
        rows = rows.filter(partner__code=filters.partner)
    if filters.book is not None:
        try:
            rows = rows.filter(book=parse_id(VoucherBook.prefix, filters.book))
        except ValueError:
            return rows.none()
    if filters.state == "redeemed":
        return rows.filter(opened=True, used__gt=0)
    if filters.state is not None:
        state = in_state(Voucher.State(filters.state))
        rows = rows.filter(Q(opened=False) | Q(used=0), state)
    return rows


def _keep_who_read(call: Call, records: list[Any]) -> None:
    counts: dict[Any, int] = {}
    for each in records:
        if each.book is not None:
            counts[each.book] = counts.get(each.book, 0) + 1
    for book, count in counts.items():
        record(book, BookEvent.Kind.READ, at=now(), by=call.caller.actor, count=count)


def voucher_out(voucher: Any) -> VoucherOut:
    """A voucher as programs see it; rows carry how often they are `used`."""
    currency = Business.current().currency
    expires = voucher.expires or (voucher.book.expires if voucher.book is not None else None)
    return VoucherOut(
        id=voucher.public_id,
        number=voucher.number,
        state=_state(voucher, expires),
        percent=None if voucher.percent is None else percent_string(voucher.percent),
        value=None if voucher.value is None else shown(voucher.value, currency),
        minimum=shown(voucher.minimum, currency),
        partner=None if voucher.partner is None else voucher.partner.code,
        customer=None if voucher.customer is None else voucher.customer.number,
        book=None if voucher.book is None else voucher.book.public_id,
        position=voucher.position,
        expires=expires,
    )


def _state(voucher: Any, expires: Any) -> State:
    if voucher.used:
        return "redeemed"
    if voucher.state == Voucher.State.VOID:
        return "void"
    if expires is not None and expires <= now():
        return "expired"
    state: State = voucher.state
    return state


# --- making and ending -----------------------------------------------------------------------------


@operation(
    router,
    Route(
        method="POST",
        path="/vouchers",
        tag="vouchers",
        scope=Scope.VOUCHERS_WRITE,
        name="create_voucher",
        answer=VoucherOut,
        status=201,
        body=VoucherIn,
        problems=("already_exists",),
        headers=("Location",),
        example={"value": {"amount": "25.00", "currency": "USD"}, "partner": "riverside"},
    ),
)
def create_voucher(request: Call) -> Reply:
    """Make a voucher. With a partner it can be used at once; a campaign can be the partner."""
    asked = read(VoucherIn, request.body)
    number = normal_code(asked.number) if asked.number is not None else random_numbers(1)[0]
    if asked.number is not None and Voucher.objects.filter(number=number).exists():
        raise Trouble("already_exists", f"There is a voucher {number} already.")
    money, partner = Business.current().money, partner_of(asked.partner)
    value = None if asked.value is None else minor_of(asked.value, money, ("value",))
    vouchers.create(
        [number],
        at=now(),
        by=request.caller.actor,
        percent=rate(asked.percent),
        value=value,
        minimum=0 if asked.minimum is None else minor_of(asked.minimum, money, ("minimum",)),
        partner=partner,
        state=handed_to(partner),
        customer=customer_of(asked.customer),
        expires=asked.expires,
        reason=asked.reason,
    )
    made = voucher_out(voucher_of(number))
    return Reply(made, 201, {"Location": f"/v1/vouchers/{made.id}"})


@operation(
    router,
    Route(
        method="POST",
        path="/vouchers/{id}/void",
        tag="vouchers",
        scope=Scope.VOUCHERS_WRITE,
        name="void_voucher",
        answer=VoucherOut,
        body=VoidVoucherIn,
        body_required=False,
        problems=("not_found",),
        example={"reason": "Printed twice."},
    ),
)
def void_voucher(request: Call, id: str) -> Struct:
    """Let nobody use a voucher any more, unless it is used. Making it void again changes nothing."""
    asked = read(VoidVoucherIn, request.body or b"{}")
    voucher = voucher_of(id)
    if voucher.state != Voucher.State.VOID:
        ending.void_one(voucher, at=now(), by=request.caller.actor, reason=asked.reason)
    return voucher_out(voucher_of(voucher.number))


# --- what bodies name ------------------------------------------------------------------------------


def rate(text: str | None) -> int | None:
    """A percentage in millionths."""
    return None if text is None else rate_of(text)


def partner_of(code: str | None) -> Partner | None:
    """The partner of a code. Raises `Faults` for an unknown one."""
    if code is None:
        return None
    partner = Partner.objects.filter(code=code).first()
    if partner is None:
        raise Faults([Fault("partner", code, "is no partner")])
    return partner


def customer_of(number: str | None) -> Customer | None:
    """The customer of a number. Raises `Faults` for an unknown one."""
    if number is None:
        return None
    customer = Customer.objects.filter(number=number).first()
    if customer is None:
        raise Faults([Fault("customer", number, "is no customer")])
    return customer
