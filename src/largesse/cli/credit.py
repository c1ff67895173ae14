"""Credit accounts from the command line: listed, read, given to and taken from by hand (SP-13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from largesse.cli.json_output import AsJson, print_json, with_fields
from largesse.cli.records import BY, Database, FirstDay, LastDay, Schema, begin
from largesse.cli.stopping import stop

if TYPE_CHECKING:
    from largesse.engine.money import Currency
    from largesse.orders.answers import Deed
    from largesse.orders.credit.accounts import CreditAccount
    from largesse.orders.credit.by_hand import CreditAnswered
    from largesse.orders.credit.statements import Movement

app = typer.Typer(help="Customers' credit accounts, and credit by hand.", no_args_is_help=True)

Whose = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's number.")]
Name = Annotated[
    str,
    typer.Option("--account", metavar="NAME", help="One of the customer's; else the main one."),
]
HowMuch = Annotated[str, typer.Argument(metavar="AMOUNT", help="More than 0, as 15.00.")]
Why = Annotated[str, typer.Option("--reason", help="Why; the customer reads it on the statement.")]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="KEY", help="Names the deed: sent again with it, it is done once."
    ),
]


@app.command("list")
def list_(
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="NUMBER", help="Only those of this one.")
    ] = None,
    below_zero: Annotated[
        bool, typer.Option("--below-zero", help="Only those below zero.")
    ] = False,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """List credit accounts with what is on them and what they can pay, by customer."""
    begin(database, schema)
    from largesse.engine.money import Currency
    from largesse.ledger.models import Account
    from largesse.orders.credit.accounts import told, with_balances
    from largesse.orders.credit.names import rows_of

    rows = with_balances(Account.objects.all() if customer is None else rows_of(customer))
    if below_zero:
        rows = rows.filter(balance__lt=0)
    accounts = told(rows.order_by("owner", "asset"))
    found = [each for each in accounts if customer in (None, each.number)]
    if as_json:
        from largesse.api.credit_accounts import account_out

        print_json([account_out(each) for each in found])
        return
    for each in found:
        money = Currency.of(each.currency)
        balance, payable = money.format(each.balance), money.format(each.payable)
        typer.echo(f"{_called(each)}  {balance} {money.code}  can pay {payable}")


@app.command()
def statement(
    customer: Whose,
    account: Name = "",
    since: FirstDay = None,
    until: LastDay = None,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Print what moved on an account, the oldest first, with the balance after each."""
    first, last = since.date() if since else None, until.date() if until else None
    if first and last and last < first:
        stop(f"--to {last} is before --from {first}")
    begin(database, schema)
    from largesse.business.values import currency
    from largesse.orders.credit.statements import Period, balance_before, movements

    money = currency()
    of = _account(customer, account, money)
    before = 0 if first is None else balance_before(of.id, first)
    moved = movements(of.id, Period(first, None if last is None else last + timedelta(days=1)))
    if as_json:
        print_json(_plain(of, before, moved))
        return
    if first is not None:
        typer.echo(f"{first}  Balance before  {money.format(before)}")
    for each in moved:
        typer.echo(_row(each, money))


def _plain(of: CreditAccount, before: int, moved: Iterable[Movement]) -> dict[str, Any]:
    """A statement: the account and its movements as the API tells them, the oldest first."""
    from largesse.api.amounts import shown
    from largesse.api.credit_accounts import account_out, movement_out

    return {
        "credit_account": account_out(of),
        "balance_before": shown(before, of.currency),
        "movements": [movement_out(each, of.currency, each.order) for each in moved],
    }


def _row(movement: Movement, money: Currency) -> str:
    from largesse.backoffice.credit.wording import said

    order = f"order {movement.order.number}" if movement.order is not None else ""
    about = ", ".join(filter(None, (said(movement), movement.title, order)))
    why = ": ".join(filter(None, (movement.actor, movement.reason)))
    change = f"{'+' if movement.change > 0 else ''}{money.format(movement.change)}"
    return f"{movement.day}  {about}  {change}  {money.format(movement.after)}  {why}"


@app.command()
def give(
    customer: Whose,
    amount: HowMuch,
    reason: Why,
    account: Name = "",
    key: Key = None,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Give credit to a customer; the account opens where there is none yet."""
    at = begin(database, schema)
    from largesse.business.values import currency
    from largesse.orders.credit import by_hand

    money = currency()
    minor = _minor(amount, money)
    deed = _deed(key, at, reason, f"give\n{customer}\n{account}\n{minor}")
    answered = by_hand.answered_before(deed)
    if answered is None:
        _check_can_get(customer, account, money)
        answered = by_hand.give(customer, account, minor, money, deed)
    _tell(answered, money, "given to", as_json=as_json)


@app.command()
def take(
    customer: Whose,
    amount: HowMuch,
    reason: Why,
    account: Name = "",
    below_zero: Annotated[bool, typer.Option("--below-zero", help="It may go below zero.")] = False,
    key: Key = None,
    database: Database = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Take credit off an account: no more than it can pay, unless it may go below zero."""
    at = begin(database, schema)
    from largesse.business.values import currency
    from largesse.orders.credit import by_hand

    money = currency()
    minor = _minor(amount, money)
    deed = _deed(key, at, reason, f"take\n{customer}\n{account}\n{minor}\n{below_zero}")
    _account(customer, account, money)
    answered = by_hand.take(customer, account, minor, money, deed, below_zero=below_zero)
    _tell(answered, money, "taken off", as_json=as_json)


def _minor(said: str, money: Currency) -> int:
    """Minor units of an amount. Stops where it is none, or not more than 0."""
    try:
        minor = money.parse(said)
    except ValueError as wrong:
        stop(f"AMOUNT: {wrong}")
    if minor <= 0:
        stop(f"AMOUNT: {said} is not more than 0")
    return minor


def _deed(key: str | None, at: datetime, reason: str, asked: str) -> Deed:
    from largesse.orders.answers import Deed

    name = f"command:{key or uuid4().hex}"
    return Deed(key=name, body=f"{asked}\n{reason}".encode(), at=at, actor=BY, reason=reason)


def _check_can_get(customer: str, account: str, money: Currency) -> None:
    """Stops where no active customer has the number, or nothing gives to the account."""
    from largesse.crm.models import Customer
    from largesse.offers.current import current
    from largesse.orders.credit.by_hand import names_to_give
    from largesse.orders.credit.names import accounts_of

    if not Customer.objects.filter(number=customer, active=True).exists():
        stop(f"CUSTOMER: {customer!r} is no active customer's number")
    known = {*names_to_give(current().book), *accounts_of(customer, money.code)}
    if account not in known:
        names = ", ".join(sorted(known - {""})) or "none"
        stop(f"--account: {account!r} is no account that an offer gives to: {names}")


def _account(customer: str, account: str, money: Currency) -> CreditAccount:
    """The account of a customer with a name. Stops where there is none."""
    from largesse.orders.credit.accounts import of_customer, title_of

    found = of_customer(customer, money.code)
    for each in found:
        if each.account == account:
            return each
    names = ", ".join(each.account or "the main one" for each in found) or "none"
    stop(f"{customer!r} has no account {title_of(account)!r}; there are: {names}")


def _tell(answered: CreditAnswered, money: Currency, done: str, *, as_json: bool) -> None:
    """What was booked, and what is on the account now. Stops where it was refused."""
    from largesse.orders.answers import Refused

    booked = answered.answer
    if isinstance(booked, Refused):
        stop(booked.message)
    of = _account(booked.customer, booked.account, money)
    if as_json:
        from largesse.api.amounts import shown
        from largesse.api.credit_by_hand import booked_out

        now = {"balance": shown(of.balance, of.currency), "repeated": answered.repeated}
        print_json(with_fields(booked_out(booked), **now))
        return
    before = " before" if answered.repeated else ""
    amount, balance = money.format(abs(booked.amount)), money.format(of.balance)
    typer.echo(f"{amount} {money.code} {done} {_called(of)}{before}. Its balance is {balance}.")


def _called(of: CreditAccount) -> str:
    name = of.number if of.customer is None else f"{of.customer.name} ({of.number})"
    return f"{name}, {of.title}"
