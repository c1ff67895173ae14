"""What staff enter to make, assign and end vouchers, and to look at them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from largesse.backoffice.entry_pages import EntryForm, amount, found_by_typing, rate
from largesse.backoffice.site import staff
from largesse.catalog.models import Location
from largesse.crm.models import Customer, Partner
from largesse.offers.models import Voucher
from largesse.offers.vouchers import books, labels, partners
from largesse.sheets.reading import KINDS, ROWS_MAX, SIZE_MAX

_DAY = {"type": "date"}


def day_field(label: str = "Last day", help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
    )


class PartnerForm(EntryForm):
    """A form in which a partner is found by typing, or added on the spot (VO-18)."""

    partner = forms.ModelChoiceField(
        Partner.objects.filter(active=True),
        required=False,
        widget=found_by_typing(Voucher, "partner"),
    )
    new_partner = forms.CharField(
        max_length=160, required=False, help_text="The name of one that is not there yet."
    )
    new_partner_in = forms.ModelChoiceField(
        Location.objects.none(),
        required=False,
        label="Added in",
        help_text="Locations where promotional partner is ticked.",
    )
    is_partner_needed = False

    def __init__(self, data: Any, *, request: HttpRequest, **kwargs: Any):
        super().__init__(data, request=request, **kwargs)
        self.request = request
        if request.user.has_perm("crm.add_partner"):
            self.fields["new_partner_in"].queryset = partners.adding_locations()  # type: ignore[attr-defined]
        else:
            del self.fields["new_partner"], self.fields["new_partner_in"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen, added = cleaned.get("partner"), cleaned.get("new_partner")
        if chosen and added:
            self.add_error("new_partner", "Choose a partner or add one: one of the two.")
        if added and not cleaned.get("new_partner_in"):
            self.add_error("new_partner_in", "Choose the location that adds the partner.")
        if self.is_partner_needed and not chosen and not added and "partner" not in self.errors:
            self.add_error("partner", "Choose a partner, or add one.")
        return cleaned

    def the_partner(self) -> Partner | None:
        """The partner that was chosen, or the one that is added now. Raises `Faults`."""
        entered = self.cleaned_data
        name = entered.pop("new_partner", "")
        location = entered.pop("new_partner_in", None)
        chosen: Partner | None = entered.pop("partner", None)
        if not name or location is None:
            return chosen
        return partners.add(name, location, by=staff(self.request).get_username())

    def tell(self, faults: Any) -> None:
        """Faults of a partner that was to be added stand under its own fields."""
        import msgspec

        names = {"name": "new_partner", "location": "new_partner_in"}
        super().tell(
            msgspec.structs.replace(fault, place=names.get(fault.place, fault.place))
            for fault in faults
        )


class VoucherForm(PartnerForm):
    """One voucher: a percentage, or a value."""

    number = forms.CharField(
        max_length=32, required=False, help_text="Empty makes a random one: DV and 13 digits."
    )
    percent = rate("Percentage", "Taken off the whole order.")
    value = amount("Value", "A part payment. A voucher has a percentage or a value.")
    minimum = amount("Minimum order", "For a value voucher: what the order must come to.")
    customer = forms.ModelChoiceField(
        Customer.objects.all(), required=False, widget=found_by_typing(Voucher, "customer")
    )
    last_day = day_field()

    field_order = ("number", "percent", "value", "minimum", "partner", "new_partner")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        both = cleaned.get("percent") is not None and cleaned.get("value") is not None
        neither = cleaned.get("percent") is None and cleaned.get("value") is None
        if not self.errors and (both or neither):
            self.add_error("percent", "Enter a percentage or a value: one of the two.")
        return cleaned


class RandomForm(EntryForm):
    """A book of random numbers."""

    count = forms.IntegerField(
        label="How many", min_value=1, max_value=books.RANDOM_MAX, help_text="A million and more."
    )
    label = forms.CharField(max_length=120, required=False, help_text="What the book is called.")
    percent = rate("Percentage", "If it is printed on them. Else it is set when they are assigned.")
    last_day = day_field()


class RunForm(PartnerForm):
    """A book of numbers that count up."""

    first = forms.CharField(
        max_length=9,
        label="First number",
        help_text="9 characters with its leading text; zeros may be left out, such as AB1.",
    )
    count = forms.IntegerField(label="Tickets", min_value=1, max_value=books.RUN_MAX)
    label = forms.CharField(max_length=120, required=False, help_text="What the book is called.")
    percent = rate("Percentage", "Needed where they go to a partner at once.")
    last_day = day_field()

    field_order = ("first", "count", "label", "percent", "last_day", "partner", "new_partner")


class HandOutForm(RunForm):
    """A pre-printed book that is handed out, and made with that."""

    percent = rate("Percentage", "Taken off the whole order.", required=True)
    is_partner_needed = True


class AssignForm(PartnerForm):
    """A stretch of a book for a partner; the last number confirms it."""

    first = forms.CharField(max_length=32, label="First number")
    count = forms.IntegerField(label="How many", min_value=1)
    percent = rate("Percentage", "Not where it was set when the numbers were made.")
    anew = forms.BooleanField(
        required=False,
        label="Assign anew",
        help_text="Unused numbers that another partner has go to this one.",
    )
    last = forms.CharField(required=False, widget=forms.HiddenInput)
    is_partner_needed = True

    field_order = ("first", "count", "percent", "partner", "new_partner", "new_partner_in", "anew")


class OnePartnerForm(PartnerForm):
    """Whom a single voucher goes to."""

    is_partner_needed = True


class VoidForm(EntryForm):
    """Which numbers of a book nobody shall use any more, and why."""

    first = forms.CharField(
        max_length=32, required=False, label="First number", help_text="Empty is the whole book."
    )
    count = forms.IntegerField(required=False, label="How many", min_value=1)
    reason = forms.CharField(max_length=100, help_text="It is kept with the book's history.")


class ReasonForm(EntryForm):
    """Why one voucher is made void."""

    reason = forms.CharField(max_length=100, help_text="The journal keeps it.")


class ExpiryForm(EntryForm):
    """The last day on which vouchers can be used."""

    last_day = day_field(help_text="Empty is for ever.")


class DrawForm(EntryForm):
    """The person who gets the next number."""

    person = forms.CharField(
        max_length=200, help_text="What the campaign knows them by, such as a handle or an address."
    )
    customer = forms.ModelChoiceField(
        Customer.objects.all(),
        required=False,
        widget=found_by_typing(Voucher, "customer"),
        help_text="Then only this customer can use the number.",
    )


class LabelsForm(EntryForm):
    """Which numbers go on which paper."""

    first = forms.CharField(max_length=32, label="First number")
    count = forms.IntegerField(label="How many", min_value=1, max_value=labels.LABELS_MAX)
    paper = forms.ChoiceField(
        choices=[(paper.code, paper.title) for paper in labels.PAPERS.values()]
    )
    skip = forms.IntegerField(
        min_value=0,
        initial=0,
        label="Labels used already",
        help_text="Of the first sheet, where one was begun.",
    )


class UploadForm(EntryForm):
    """A sheet of value vouchers."""

    sheet = forms.FileField(
        help_text=f"{', '.join(KINDS)}: up to {ROWS_MAX:,} rows and {SIZE_MAX >> 20} MB. "
        "Its first row has the titles.",
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
    )

    def clean_sheet(self) -> Any:
        file = self.cleaned_data["sheet"]
        if file.size > SIZE_MAX:
            raise forms.ValidationError(f"It has more than {SIZE_MAX >> 20} MB.")
        return file


class PeriodForm(forms.Form):
    """The days of the report, the business's own; none is all."""

    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    def days(self) -> tuple[date | None, date | None]:
        """Both days, or what of them is a day."""
        self.is_valid()
        return self.cleaned_data.get("since"), self.cleaned_data.get("until")
