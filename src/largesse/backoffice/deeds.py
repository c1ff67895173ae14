"""What staff do to an order: through the use cases, with a reason, once however often it is sent.

The form carries the idempotency key, so that a second submit of the same form is answered as the first
was (OR-3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import uuid4

import msgspec
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.amounts import shown
from largesse.backoffice.site import site
from largesse.orders.answers import Answered, Deed, Done, Refused
from largesse.orders.cancelling import cancel
from largesse.orders.models import Order, OrderLine
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from largesse.pages.toasts import toast


class Kind(NamedTuple):
    """One deed: what its page says, who may do it, and in which states of an order it can be done."""

    title: str
    button: str
    icon: str
    sentence: str
    permission: str
    states: frozenset[str]
    is_grave: bool = False


State = Order.State
DEEDS: Final[Mapping[str, Kind]] = {
    "post": Kind(
        "Post",
        "Post order",
        "check",
        "Its goods have been handed over: what it held is used, and its money goes to the journal.",
        "backoffice.post_order",
        frozenset({State.PLACED}),
    ),
    "cancel": Kind(
        "Cancel order",
        "Cancel order",
        "x",
        "Everything that it held is given back: vouchers, allotted units, limits.",
        "backoffice.cancel_order",
        frozenset({State.HELD, State.PLACED}),
        is_grave=True,
    ),
    "refund": Kind(
        "Refund",
        "Refund",
        "undo-2",
        "Each unit gives back exactly what was paid for it, and its discounts are booked back.",
        "backoffice.refund_order",
        frozenset({State.POSTED, State.PARTLY_REFUNDED}),
        is_grave=True,
    ),
}


class OpenDeed(NamedTuple):
    """A deed that the reader may do to an order as it is now."""

    name: str
    kind: Kind
    url: str


def open_deeds(request: HttpRequest, order: Order) -> list[OpenDeed]:
    return [
        OpenDeed(name, kind, reverse(f"admin:orders_order_{name}", args=[order.pk]))
        for name, kind in DEEDS.items()
        if order.state in kind.states and request.user.has_perm(kind.permission)
    ]


class DeedForm(forms.Form):
    """Why, and the key that the answer is kept under."""

    reason = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="It is kept with the order's events.",
    )
    key = forms.RegexField(r"[0-9a-f]{32}", widget=forms.HiddenInput)

    def tell(self, refused: Refused) -> None:
        """Why nothing was done."""
        self.add_error(None, refused.message)

    def body(self) -> dict[str, Any]:
        """What was asked: the same key with anything else is refused."""
        return {"reason": self.cleaned_data["reason"]}


class RefundForm(DeedForm):
    """How many units of each line go back, and whether the shipping charge does."""

    def __init__(self, data: Any, *, order: Order, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.lines = list(order.lines.all())
        for line in self.lines:
            # Up to what was sold: the use case knows what is left, and answers a repeated form as it
            # did the first time.
            self.fields[_field(line)] = forms.IntegerField(
                label=line.name,
                required=False,
                min_value=0,
                max_value=line.units,
                initial=0,
                error_messages={"max_value": f"{line.units} were sold."},
            )
        if order.shipping:
            self.fields["shipping"] = forms.BooleanField(
                label=f"The shipping charge too, {shown(order.shipping, order.currency)}",
                required=False,
            )
        self.order_fields([*(f for f in self.fields if f not in ("reason", "key")), "reason"])

    @property
    def rows(self) -> list[tuple[OrderLine, int, forms.BoundField | None]]:
        """The lines with the units that are left of each, and its field while there are any."""
        left = {line.pk: line.units - line.units_refunded for line in self.lines}
        return [
            (line, left[line.pk], self[_field(line)] if left[line.pk] else None)
            for line in self.lines
        ]

    def tell(self, refused: Refused) -> None:
        """A refusal of units beside their field."""
        for line in self.lines:
            if any(error.field == f"lines.{line.line}" for error in refused.errors):
                left = line.units - line.units_refunded
                self.add_error(_field(line), f"{left} can still be refunded.")
        if not self.errors:
            super().tell(refused)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.units() and not cleaned.get("shipping"):
            self.add_error(None, "Nothing is chosen. Enter the units that go back.")
        return cleaned

    def units(self) -> dict[str, int]:
        """The units that go back, by line id."""
        asked = {line.line: self.cleaned_data.get(_field(line)) or 0 for line in self.lines}
        return {line: units for line, units in asked.items() if units}

    def body(self) -> dict[str, Any]:
        return {
            **super().body(),
            "lines": self.units(),
            "shipping": bool(self.cleaned_data.get("shipping")),
        }


def _field(line: OrderLine) -> str:
    return f"units-{line.position}"


def deed_page(request: HttpRequest, order: Order, name: str) -> HttpResponse:
    """The question before a deed; POST does it."""
    kind = DEEDS[name]
    if not request.user.has_perm(kind.permission):
        raise PermissionDenied
    form = _form(request.POST if request.method == "POST" else None, order, name)
    if request.method == "POST" and form.is_valid():
        answer = _do(request, order, name, form).answer
        if isinstance(answer, Done):
            toast(request, _told(name, answer))
            return redirect(reverse("admin:orders_order_change", args=[order.pk]))
        if isinstance(answer, Refused):
            form.tell(answer)
        # The refusal is the answer of this key for ever: another try is another deed.
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["key"] = uuid4().hex  # type: ignore[index]
    context = {
        **site.each_context(request),
        "order": order,
        "name": name,
        "kind": kind,
        "form": form,
        "is_open": order.state in kind.states,
    }
    return TemplateResponse(request, "backoffice/deed.html", context)


def _form(data: Any, order: Order, name: str) -> DeedForm:
    initial = {"key": uuid4().hex}
    if name == "refund":
        return RefundForm(data, order=order, initial=initial)
    return DeedForm(data, initial=initial)


def _do(request: HttpRequest, order: Order, name: str, form: DeedForm) -> Answered:
    asked = {"deed": name, "order": order.public_id, **form.body()}
    deed = Deed(
        key=f"office:{form.cleaned_data['key']}",
        body=msgspec.json.encode(asked, order="deterministic"),
        at=timezone.now(),
        actor=request.user.get_username(),
        reason=form.cleaned_data["reason"],
    )
    if isinstance(form, RefundForm):
        return refund(order.pk, deed, form.units(), shipping=asked["shipping"])
    return {"post": post, "cancel": cancel}[name](order.pk, deed)


def _told(name: str, done: Done) -> str:
    if name == "refund":
        return (
            f"{shown(done.refund_total, done.currency)} {done.currency} of {done.number} refunded."
        )
    return f"Order {done.number} is {done.state.replace('_', ' ')}."
