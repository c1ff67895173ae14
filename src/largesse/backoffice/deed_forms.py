"""What is asked before a deed on an order: why, and what belongs to the deed itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms

from largesse.backoffice.amounts import AmountInput, shown
from largesse.engine.faults import Faults
from largesse.orders.answers import Refused
from largesse.orders.lowering import referred_deals
from largesse.orders.models import Order, OrderLine
from largesse.orders.repricing import priced_again


def form_of(data: Any, order: Order, name: str) -> DeedForm:
    """The form of a deed on an order."""
    initial = {"key": uuid4().hex}
    match name:
        case "refund":
            return RefundForm(data, order=order, initial=initial)
        case "approve":
            return ApproveForm(data, order=order, initial=initial)
        case "decline":
            return DeclineForm(data, initial=initial)
        case _:
            return DeedForm(data, initial=initial)


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


class DeclineForm(DeedForm):
    """Why an order is not approved."""

    reason = forms.CharField(
        label="Note to the requester",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Say what would have to change. It is kept with the order's events.",
    )

    def tell(self, refused: Refused) -> None:
        """A missing note beside its field."""
        self.add_error("reason" if refused.field == "reason" else None, refused.message)


class ApproveForm(DeedForm):
    """The giveaway credit of each referred deal, which can be lowered, and a note (DE-14)."""

    def __init__(self, data: Any, *, order: Order, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.asked = _asked(order)
        for code, (title, credit) in self.asked.items():
            text = shown(credit, order.currency)
            self.fields[_credit(code)] = AmountInput(
                label=f"Credit for {title}",
                initial=credit,
                help_text=f"{text} {order.currency} is asked for. You may lower it.",
            )
        self.fields["reason"] = forms.CharField(
            label="Note to the requester",
            required=False,
            max_length=200,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.order_fields([*(f for f in self.fields if f not in ("reason", "key")), "reason"])

    def tell(self, refused: Refused) -> None:
        """A credit that can't be given beside its field."""
        for error in refused.errors:
            name = _credit(error.field.removeprefix("credits."))
            if name in self.fields:
                self.add_error(name, f"{error.message[:1].upper()}{error.message[1:]}.")
        if not self.errors:
            super().tell(refused)

    def credits(self) -> dict[str, int]:
        """The credit that is given, by deal, in minor units."""
        return {code: self.cleaned_data[_credit(code)] for code in self.asked}

    def body(self) -> dict[str, Any]:
        return {**super().body(), "credits": self.credits()}


def _asked(order: Order) -> Mapping[str, tuple[str, int]]:
    """Title and credit of each deal that asks for some; none where the order can't be priced again."""
    try:
        deals = referred_deals(priced_again(order))
    except (ValueError, LookupError, Faults):
        return {}
    return {code: (deal.title, deal.credit) for code, deal in deals.items() if deal.credit}


def _credit(code: str) -> str:
    return f"credit-{code}"


class RefundForm(DeedForm):
    """How many units of each line go back, and whether the shipping charge does.

    `confirmed` names what was shown of it before: what it leaves unearned of deals.
    """

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

    @property
    def with_shipping(self) -> bool:
        return bool(self.cleaned_data.get("shipping"))

    @property
    def confirmed(self) -> str:
        """What was shown, and sent back."""
        return str(self.data.get("confirmed", ""))

    def body(self) -> dict[str, Any]:
        return {**super().body(), "lines": self.units(), "shipping": self.with_shipping}


def _field(line: OrderLine) -> str:
    return f"units-{line.position}"
