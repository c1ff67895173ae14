"""Credit accounts as programs read them: whose, what is on them, and what moved there (SP-13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct
from ninja import Field, Query, Router, Schema

from largesse.api.amounts import Money, SignedMoney, shown
from largesse.api.instants import Instant
from largesse.api.journal import ENTRY, EVENT
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble, invalid
from largesse.api.routing import Call, Route, operation
from largesse.api.scopes import Scope
from largesse.engine.faults import Fault
from largesse.ids import parse_id, public_id
from largesse.ledger.models import Account
from largesse.orders.credit.accounts import (
    PREFIX,
    CreditAccount,
    account_with,
    told,
    with_balances,
)
from largesse.orders.credit.names import rows_of
from largesse.orders.credit.statements import Movement, Part, Period, What, part
from largesse.orders.models import Order

router: Final = Router(tags=["credit-accounts"])


class CreditAccountOut(Struct, frozen=True, kw_only=True):
    """A customer's balance with the business, which pays for later orders."""

    object: Literal["credit_account"] = "credit_account"
    id: str
    customer: Annotated[str, Meta(description="The customer's number.")]
    account: Annotated[
        str, Meta(description="What carts call it in `credit`; the main account is empty.")
    ]
    balance: Annotated[
        SignedMoney,
        Meta(description="Below zero where what was spent has been taken back since."),
    ]
    held: Annotated[Money, Meta(description="What orders hold of it that aren't posted yet.")]
    payable: Annotated[Money, Meta(description="What it can pay now.")]


class CreditMovementOut(Struct, frozen=True, kw_only=True):
    """What was added to the balance of a credit account, or taken off."""

    object: Literal["credit_movement"] = "credit_movement"
    id: Annotated[str, Meta(description="The id of the journal entry.")]
    event: str
    day: date
    at: Instant
    what: Annotated[What, Meta(description="What gave it, or a payment.")]
    back: Annotated[
        bool, Meta(description="Whether it takes back what was given, or gives back a payment.")
    ]
    offer: Annotated[str | None, Meta(description="The code of what gave it.")]
    title: str
    order: Annotated[str | None, Meta(description="Where there is one that the key may see.")]
    actor: str
    reason: str
    change: SignedMoney
    balance: Annotated[SignedMoney, Meta(description="What it was after this.")]


class CreditAccountFilters(Schema):
    """Which credit accounts are listed."""

    customer: str | None = Field(None, max_length=32, description="Those of this number.")
    below_zero: bool | None = Field(None, description="Only those below zero, or that are not.")


class MovementFilters(Schema):
    """Which movements are listed."""

    day_from: date | None = Field(None, description="Booked on this day or later.")
    day_until: date | None = Field(None, description="Booked on this day or earlier.")


@operation(
    router,
    Route(
        method="GET",
        path="/credit-accounts",
        tag="credit-accounts",
        scope=Scope.CUSTOMERS_READ,
        name="list_credit_accounts",
        answer=Listed[CreditAccountOut],
    ),
)
def list_credit_accounts(
    request: Call, page: Query[Page], filters: Query[CreditAccountFilters]
) -> Struct:
    """The credit accounts that anything was ever booked to, in an order that stays the same."""
    number = filters.customer
    if number is not None and "\0" in number:
        raise invalid([Fault("customer", number, "is no customer's number")])
    rows = with_balances(Account.objects.all() if number is None else rows_of(number))
    if filters.below_zero is not None:
        rows = rows.filter(**{"balance__lt" if filters.below_zero else "balance__gte": 0})
    found, more, following = page_of(rows, page, PREFIX)
    data = [account_out(each) for each in told(found) if number is None or each.number == number]
    return Listed(data=data, has_more=more, next=following)


@operation(
    router,
    Route(
        method="GET",
        path="/credit-accounts/{id}",
        tag="credit-accounts",
        scope=Scope.CUSTOMERS_READ,
        name="get_credit_account",
        answer=CreditAccountOut,
        problems=("not_found",),
    ),
)
def get_credit_account(request: Call, id: str) -> Struct:
    """One credit account."""
    return account_out(account_of(id))


@operation(
    router,
    Route(
        method="GET",
        path="/credit-accounts/{id}/statement",
        tag="credit-accounts",
        scope=Scope.CUSTOMERS_READ,
        name="list_credit_movements",
        answer=Listed[CreditMovementOut],
        problems=("not_found",),
    ),
)
def list_credit_movements(
    request: Call, id: str, page: Query[Page], filters: Query[MovementFilters]
) -> Struct:
    """What moved on a credit account, the newest first, with the balance after each."""
    account = account_of(id)
    until = filters.day_until
    period = Period(filters.day_from, None if until is None else until + timedelta(days=1))
    found = _part(account, page, period)
    more = found.newer if page.before is not None else found.older
    rows = found.movements
    last = rows[0 if page.before is not None else -1] if rows and more else None
    return Listed(
        data=[movement_out(each, account.currency, _seen_order(each, request)) for each in rows],
        has_more=more,
        next=None if last is None else public_id(ENTRY, last.id),
    )


def account_of(said: str) -> CreditAccount:
    """The account of an id. Raises `Trouble`."""
    try:
        account = account_with(parse_id(PREFIX, said))
    except ValueError:
        account = None
    if account is None:
        raise Trouble("not_found", f"There is no credit account {said[:80]!r}.")
    return account


def _part(account: CreditAccount, page: Page, period: Period) -> Part:
    """The movements of a page. Raises `Trouble`."""
    if page.after is not None and page.before is not None:
        raise invalid([Fault("before", page.before, "is not sent together with after")])
    places = {
        name: _movement(name, said)
        for name, said in (("after", page.after), ("before", page.before))
        if said is not None
    }
    try:
        return part(account.id, page.limit, period=period, **places)
    except LookupError as wrong:
        (name,) = places
        raise invalid([Fault(name, getattr(page, name), str(wrong))]) from None


def _movement(name: str, said: str) -> UUID:
    try:
        return parse_id(ENTRY, said)
    except ValueError as wrong:
        raise invalid([Fault(name, said, str(wrong))]) from None


def account_out(account: CreditAccount) -> CreditAccountOut:
    """A credit account."""
    return CreditAccountOut(
        id=account.public_id,
        customer=account.number,
        account=account.account,
        balance=shown(account.balance, account.currency),
        held=shown(account.held, account.currency),
        payable=shown(account.payable, account.currency),
    )


def _seen_order(movement: Movement, call: Call) -> Order | None:
    """The order of a movement, for a key that holds where it was placed."""
    order = movement.order
    location = order.location.code if order is not None and order.location is not None else None
    return order if call.caller.may_act_at(location) else None


def movement_out(movement: Movement, currency: str, order: Order | None) -> CreditMovementOut:
    """A movement, with its order for who may see that."""
    return CreditMovementOut(
        id=public_id(ENTRY, movement.id),
        event=public_id(EVENT, movement.event),
        day=movement.day,
        at=movement.at,
        what=movement.what,
        back=movement.is_back,
        offer=movement.code or None,
        title=movement.title,
        order=None if order is None else order.public_id,
        actor=movement.actor,
        reason=movement.reason,
        change=shown(movement.change, currency),
        balance=shown(movement.after, currency),
    )
