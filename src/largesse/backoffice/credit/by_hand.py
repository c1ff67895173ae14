"""Staff give credit to a customer, or take it off, with a reason; a form sent twice acts once."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.amounts import currency_of
from largesse.backoffice.entry_pages import EntryForm, amount, entry_page, found_by_typing
from largesse.crm.models import Customer
from largesse.engine.faults import Faults
from largesse.ledger.accounts import Account
from largesse.offers.current import current
from largesse.orders.answers import Deed, Refused
from largesse.orders.credit.accounts import CreditAccount, account_with, title_of
from largesse.orders.credit.by_hand import Answer, Booked, give, names_to_give, take
from largesse.orders.credit.paying import owed_to
from largesse.orders.models import Order
from largesse.pages.figures import amount_text
from largesse.pages.toasts import toast

GIVE: Final = "backoffice.give_credit"
"""The permission of those who give credit by hand, and take it off."""


class _ByHandForm(EntryForm):
    """An amount, why, and the key that the answer is kept under."""

    reason = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="The customer reads it on the statement.",
    )
    key = forms.RegexField(r"[0-9a-f]{32}", widget=forms.HiddenInput)

    def clean_amount(self) -> int:
        found: int = self.cleaned_data["amount"]
        if not found:
            raise forms.ValidationError("Enter more than 0.")
        return found


class GiveForm(_ByHandForm):
    """Whom credit is given to, on which account, how much, and why."""

    customer = forms.ModelChoiceField(
        Customer.objects.filter(active=True), widget=found_by_typing(Order, "customer")
    )
    account = forms.ChoiceField(help_text="The main account, or one that an offer gives to.")
    amount = amount("Amount", required=True)
    field_order = ("customer", "account", "amount", "reason", "key")

    def __init__(self, data: Any, *, of: CreditAccount | None, **kwargs: Any):
        super().__init__(data, **kwargs)
        if of is not None:
            del self.fields["customer"], self.fields["account"]
            return
        names = names_to_give(current().book)
        choices = self.fields["account"]
        assert isinstance(choices, forms.ChoiceField)
        # A choice that is chosen isn't empty, as the main account's name is.
        choices.choices = [(f"/{name}", title_of(name)) for name in names]

    def clean_account(self) -> str:
        chosen: str = self.cleaned_data["account"]
        return chosen.removeprefix("/")


class TakeForm(_ByHandForm):
    """How much is taken off an account, and why; and whether it may go below zero."""

    amount = amount("Amount", required=True)
    below_zero = forms.BooleanField(
        label="It may go below zero",
        required=False,
        help_text="It pays again once it was given more than is missing.",
    )
    field_order = ("amount", "below_zero", "reason", "key")


def give_page(request: HttpRequest) -> HttpResponse:
    """Give credit: to the account of `?account=`, or to one of a customer, as `?customer=` is."""
    _check(request)
    of = _account(request.GET.get("account"))
    initial = {"key": uuid4().hex, "customer": request.GET.get("customer")}
    data = request.POST if request.method == "POST" else None
    form = GiveForm(data, of=of, request=request, initial=initial)

    def do(said: dict[str, Any]) -> str:
        number, name = (of.number, of.account) if of else (said["customer"].number, said["account"])
        deed = _deed(request, "give", [number, name], said)
        answer = give(number, name, said["amount"], currency_of(request), deed).answer
        return _done(request, form, answer, "given to")

    context = {
        "title": "Give credit",
        "lead": _lead(of) if of else "It pays for the customer's later orders",
        "button": "Give credit",
        "back": _page_of(of) if of else _list(),
        "crumbs": _crumbs(of),
    }
    return entry_page(request, form, do, context=context)


def take_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take credit off an account."""
    _check(request)
    of = _account(str(pk))
    if of is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = TakeForm(data, request=request, initial={"key": uuid4().hex})

    def do(said: dict[str, Any]) -> str:
        deed = _deed(request, "take", [of.number, of.account], said)
        answer = take(
            of.number,
            of.account,
            said["amount"],
            currency_of(request),
            deed,
            below_zero=said["below_zero"],
        ).answer
        return _done(request, form, answer, "taken off")

    context = {
        "title": "Take credit off",
        "lead": _lead(of),
        "button": "Take credit off",
        "back": _page_of(of),
        "crumbs": _crumbs(of),
    }
    return entry_page(request, form, do, context=context)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(GIVE):
        raise PermissionDenied


def _account(said: str | None) -> CreditAccount | None:
    """The account that an address names. Raises Http404 for one that isn't there."""
    if said is None:
        return None
    try:
        found = account_with(UUID(said))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _deed(request: HttpRequest, what: str, of: list[str], said: dict[str, Any]) -> Deed:
    asked = {"deed": what, "of": of, "amount": said["amount"], "reason": said["reason"]}
    asked["below_zero"] = said.get("below_zero", False)
    return Deed(
        key=f"office:{said['key']}",
        body=msgspec.json.encode(asked, order="deterministic"),
        at=timezone.now(),
        actor=request.user.get_username(),
        reason=said["reason"],
    )


def _done(request: HttpRequest, form: _ByHandForm, answer: Answer, words: str) -> str:
    """The address of the account's statement. Raises `Faults` for what was refused."""
    if isinstance(answer, Refused):
        # The refusal is the answer of this key for ever: another try is another deed.
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["key"] = uuid4().hex  # type: ignore[index]
        form.add_error(answer.field if answer.field in form.fields else None, answer.message)
        raise Faults([])
    customer = Customer.objects.filter(number=answer.customer).first()
    name = answer.customer if customer is None else customer.name
    money = f"{amount_text(abs(answer.amount), answer.currency)} {answer.currency}"
    toast(request, f"{money} {words} {name}, {_called(answer)}.")
    account: Account = owed_to(answer.customer, answer.account, answer.currency)
    return reverse("admin:backoffice_creditaccount_change", args=[account.id])


def _called(answer: Booked) -> str:
    title = title_of(answer.account)
    return f"{title[:1].lower()}{title[1:]}"


def _lead(of: CreditAccount) -> str:
    left = f"{amount_text(of.payable, of.currency)} {of.currency}"
    return f"{_whose(of)}. It can pay {left} now"


def _crumbs(of: CreditAccount | None) -> list[tuple[str, str]]:
    """The way back, from page to page."""
    found = [(_list(), "Credit accounts")]
    return found if of is None else [*found, (_page_of(of), _whose(of))]


def _list() -> str:
    return reverse("admin:backoffice_creditaccount_changelist")


def _whose(of: CreditAccount) -> str:
    name = of.customer.name if of.customer is not None else of.number
    return f"{name}, {of.title}"


def _page_of(of: CreditAccount) -> str:
    return reverse("admin:backoffice_creditaccount_change", args=[of.id])
