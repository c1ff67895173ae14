"""Hosts and reps are found while one types, also by reps, who see no list of customers."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest
from django.urls import reverse

from largesse.backoffice.parties.frame import CHANGE
from largesse.backoffice.site import site
from largesse.orders.models import Party

ADD: Final = "orders.add_party"


class FoundPeople(AutocompleteSelect):
    """Searches active customers while one types; as the rep, distributors only."""

    def __init__(self, field: str) -> None:
        super().__init__(Party._meta.get_field(field), site)

    def get_url(self) -> str:
        return reverse("admin:orders_party_people")


class _People(AutocompleteJsonView):
    """Those who may be the host or the rep of a party, for whoever may enter one."""

    admin_site = site

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        asks_for_party = self.source_field in (
            Party._meta.get_field("host"),
            Party._meta.get_field("rep"),
        )
        may = request.user.has_perm
        return asks_for_party and (may(ADD) or may(CHANGE))

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(active=True)


people = _People.as_view()
