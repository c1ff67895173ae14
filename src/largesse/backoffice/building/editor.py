"""What the builder's page must know of a sort of offer: how its drafts are read, shown and tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from largesse.backoffice.building.draft import Draft
from largesse.backoffice.building.form_values import Field
from largesse.backoffice.building.known import Known
from largesse.backoffice.building.preview import Preview
from largesse.engine.cart import Cart
from largesse.engine.faults import Fault
from largesse.engine.money import Currency
from largesse.engine.window import Calendar
from largesse.offers.models import Deal, Promotion
from largesse.offers.revising import Revising


class Shown(Protocol):
    """The builder's cards, and what is wrong and belongs to none of their fields."""

    @property
    def untold(self) -> tuple[str, ...]: ...

    @property
    def errors(self) -> int: ...

    @property
    def group_fields(self) -> Iterator[Field]: ...


class Editor(NamedTuple):
    """How offers of one sort are built.

    `steps` are the order of the work, and whether each is done; `warnings` is what a draft that can be
    saved should be looked at for; `before_saving` makes of the draft what is saved, and `own_deeds` are
    the deeds that only this sort has, by the word that they begin with.
    """

    revising: Revising[Any, Any]
    new: Draft
    example: Mapping[str, Any]
    template: str
    read: Callable[[QueryDict, Currency], Draft]
    finished: Callable[[Draft], Draft]
    cards: Callable[[Draft, Known, Sequence[Fault]], Shown]
    steps: Callable[[Draft, Any, bool], Sequence[tuple[str, bool]]]
    summary: Callable[[Any, Currency, Calendar], str]
    preview: Callable[[Any, Cart, Known], Preview]
    warnings: Callable[[Any, Known], Sequence[str]]
    before_saving: Callable[[Draft, HttpRequest], Draft]
    own_deeds: Mapping[str, Callable[[Draft, str], str]]

    @property
    def noun(self) -> str:
        return self.revising.noun

    @property
    def list_name(self) -> str:
        return self.revising.section.capitalize()

    @property
    def list_url(self) -> str:
        return self.address("changelist")

    def address(self, view: str, *args: Any) -> str:
        """The address of one of the pages of these offers."""
        name = self.revising.model._meta.model_name
        return reverse(f"admin:offers_{name}_{view}", args=args)

    def address_of(self, record: Promotion | Deal) -> str:
        return self.address("change", record.pk)
