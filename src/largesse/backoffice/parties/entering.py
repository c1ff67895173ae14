"""A party is entered and edited on a page of its own; a rep enters those that they hold themselves."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import msgspec
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.entry_pages import EntryForm, entry_page, found_by_typing
from largesse.backoffice.parties.frame import CHANGE, LIST, address, around, of_party
from largesse.backoffice.parties.searching import ADD, FoundPeople
from largesse.backoffice.site import staff
from largesse.business.models import User
from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.engine.faults import Fault, Faults
from largesse.ids import parse_id
from largesse.orders.answers import Deed
from largesse.orders.models import Party
from largesse.orders.parties import making
from largesse.orders.parties.answers import PartyDone
from largesse.orders.parties.holding import rep_of, sees_all, visible_to
from largesse.pages.toasts import toast

TEMPLATE: Final = "backoffice/parties/entry.html"


class PartyForm(EntryForm):
    """What is said of a party; a rep who sees no others' parties is its rep."""

    title = forms.CharField(max_length=160, help_text="Such as Hannah’s party.")
    host = forms.ModelChoiceField(
        Customer.objects.filter(active=True),
        widget=FoundPeople("host"),
        help_text="Who is rewarded for it. Type a name or a number.",
    )
    rep = forms.ModelChoiceField(
        Customer.objects.filter(active=True, type=Customer.Type.DISTRIBUTOR),
        required=False,
        widget=FoundPeople("rep"),
        help_text="The distributor who holds it.",
    )
    held_on = forms.DateField(
        label="Day",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    location = forms.ModelChoiceField(
        Location.objects.filter(active=True),
        required=False,
        empty_label="None",
        help_text="Its taxes hold at the party. Without one nothing is taxed.",
    )
    booked_at = forms.ModelChoiceField(
        Party.objects.none(),
        required=False,
        widget=found_by_typing(Party, "booked_at"),
        help_text="The party at which it was booked.",
    )
    key = forms.RegexField(r"[0-9a-f]{32}", widget=forms.HiddenInput)

    def __init__(self, data: Any, *, request: HttpRequest, party: Party | None, **kwargs: Any):
        super().__init__(data, request=request, **kwargs)
        user = staff(request)
        self.fields["booked_at"].queryset = visible_to(user)  # type: ignore[attr-defined]
        if not sees_all(user):
            del self.fields["rep"]
        if party is not None:
            self._let_stay(party)

    def _let_stay(self, party: Party) -> None:
        """What it has may stay, though it could not be chosen any more."""
        for name in ("host", "rep", "location", "booked_at"):
            kept = getattr(party, f"{name}_id")
            field = self.fields.get(name)
            if kept is not None and isinstance(field, forms.ModelChoiceField):
                rows = field.queryset
                field.queryset = rows.model.objects.filter(  # type: ignore[union-attr]
                    Q(pk=kept) | Q(pk__in=rows.values("pk"))  # type: ignore[union-attr]
                )

    def write(self, party: Party) -> None:
        """Set on a party what was entered."""
        for name in making.EDITED:
            if name in self.cleaned_data:
                setattr(party, name, self.cleaned_data[name])


def add(request: HttpRequest) -> HttpResponse:
    """Enter a party; it is open."""
    user = staff(request)
    if not user.has_perm(ADD):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    initial = {"key": uuid4().hex, "held_on": timezone.localdate()}
    form = PartyForm(posted, request=request, party=None, initial=initial)

    def do(_: dict[str, Any]) -> str:
        party = Party()
        form.write(party)
        if "rep" not in form.fields:
            party.rep = _themselves(user)
        return _made(request, party, form)

    context = {
        "title": "Add party",
        "crumbs": [(reverse(LIST), "Parties")],
        "button": "Add party",
        "back": reverse(LIST),
        "no_rep": not sees_all(user) and rep_of(user) is None,
    }
    return entry_page(request, form, do, context=context, template=TEMPLATE)


def _themselves(user: User) -> Customer:
    """The distributor who somebody is. Raises `Faults` where no record says so."""
    found = rep_of(user)
    if found is None:
        said = "your account is linked to no distributor, so no party can be yours"
        raise Faults([Fault("Rep", None, said)])
    return found


def _made(request: HttpRequest, party: Party, form: PartyForm) -> str:
    """The address of the new party. Raises `Faults`."""
    said = {name: str(getattr(party, name) or "") for name in making.EDITED}
    deed = Deed(
        key=f"office:{form.cleaned_data['key']}",
        body=msgspec.json.encode({"deed": "make", **said}, order="deterministic"),
        at=timezone.now(),
        actor=staff(request).get_username(),
    )
    answer = (making.made_before(deed) or making.make(party, deed)).answer
    if not isinstance(answer, PartyDone):
        form.add_error(None, answer.message)
        raise Faults([])
    toast(request, f"{party.title} added, as {answer.number}.")
    return address(Party(id=parse_id(Party.prefix, answer.party)))


@of_party(needs=CHANGE)
def edit(request: HttpRequest, party: Party) -> HttpResponse:
    """Change what is said of a party; its state changes by deeds."""
    initial = {name: getattr(party, name) for name in making.EDITED}
    posted = request.POST if request.method == "POST" else None
    form = PartyForm(posted, request=request, party=party, initial={**initial, "key": uuid4().hex})

    def do(_: dict[str, Any]) -> str:
        form.write(party)
        making.change(party, by=staff(request).get_username())
        toast(request, f"{party} saved.")
        return address(party)

    context = around(party, title="Edit party", lead=f"{party}, {party.number}")
    return entry_page(request, form, do, context=context, template=TEMPLATE)
