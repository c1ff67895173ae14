"""What reps fill in: what they ask an approver for, and what goes with an order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from largesse.business.models import User
from largesse.engine.money import Currency
from largesse.pages.figures import amount_text
from largesse.records import AmountFormField

NOTE_MAX = 300
"""The most characters of a note to an approver: a notice quotes it whole."""


class AskForm(forms.Form):
    """A note to an approver, and who that is."""

    note = forms.CharField(
        label="Note to the approver",
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    approver = forms.ChoiceField(label="Approver", required=False)

    def __init__(self, *args: Any, approvers: Iterable[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        named = [(user.username, user.get_full_name() or user.username) for user in approvers]
        field = self.fields["approver"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Anyone who approves, but you"), *named]


class ReferForm(AskForm):
    """A deal without its trigger: the credit asked for, where it gives some (DE-14)."""

    credit = AmountFormField(label="Credit asked for")
    field_order = ("credit", "note", "approver")

    def __init__(
        self,
        *args: Any,
        gives_stock: bool,
        most: int,
        currency: Currency,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.most, self.currency = most, currency
        if gives_stock:
            credit = self.fields["credit"]
            assert isinstance(credit, AmountFormField)
            credit.known = currency
            credit.widget.attrs["class"] = "money"
        else:
            del self.fields["credit"]

    def focus(self) -> None:
        """Let the first field that is wrong have the focus, or the first of all."""
        name = next((name for name in self.fields if name in self.errors), next(iter(self.fields)))
        self.fields[name].widget.attrs["autofocus"] = True

    def clean_credit(self) -> int:
        credit: int = self.cleaned_data["credit"]
        if not credit:
            raise ValidationError("Ask for an amount above 0.")
        if self.most and credit > self.most:
            most = amount_text(self.most, self.currency)
            raise ValidationError(f"This deal gives at most {most}. Ask for {most} or less.")
        return credit


class PlaceForm(forms.Form):
    """What the customer calls the order, and what the delivery must know."""

    reference = forms.CharField(
        label="Purchase order",
        required=False,
        max_length=60,
        help_text="The customer’s own number.",
    )
    delivery = forms.CharField(
        label="Delivery note",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def payment(self) -> dict[str, str]:
        """How the customer pays, as the order keeps it."""
        said = {name: text for name, text in self.cleaned_data.items() if text}
        return {"method": "on account", **said}
