"""The page of a shared action or condition: its form, what it says, and which promotions it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.building.cards import shared_card
from largesse.backoffice.building.draft import Draft, do
from largesse.backoffice.building.form_reading import FormReader
from largesse.backoffice.building.form_values import id_of
from largesse.backoffice.building.known import Known
from largesse.backoffice.site import site, staff
from largesse.engine.actions.base import Action
from largesse.engine.conditions.base import Condition
from largesse.engine.faults import Fault, Faults
from largesse.offers import parts
from largesse.offers.models import Part
from largesse.offers.shared import Base
from largesse.pages.toasts import toast

FIRST_KIND = {"action": "discount_order_line", "condition": "product_count"}


class PartPage(NamedTuple):
    """What the page shows: a shared part, or the form of a new one."""

    request: HttpRequest
    base: Base
    part: Part | None
    may_change: bool
    view: str
    context: Mapping[str, Any]

    @property
    def address(self) -> str:
        if self.part is None:
            return reverse(f"{self.view}_add")
        return reverse(f"{self.view}_change", args=[self.part.pk])


def part_page(page: PartPage) -> HttpResponse:
    """The page, what one of its buttons makes of it, or, once it is right, the part."""
    known = Known()
    if page.request.method != "POST":
        stored = parts.definition_of(page.part) if page.part else {}
        return _shown(page, stored or {"kind": FIRST_KIND[page.base]}, known)
    base = Action if page.base == "action" else Condition
    draft: Draft = {"part": FormReader(page.request.POST, known.currency).part(base, "part")}
    deed = page.request.POST.get("do", "")
    if deed == "look":
        return _shown(page, draft["part"], known, template="backoffice/part/swapped_look.html")
    if deed:
        return _done(page, draft, deed, known)
    return _saved(page, draft["part"], known)


def _done(page: PartPage, draft: Draft, deed: str, known: Known) -> HttpResponse:
    try:
        place = do(draft, deed)
    except LookupError:
        place = ""
    swapped = page.request.headers.get("HX-Request")
    template = "backoffice/part/swapped.html" if swapped else "backoffice/part.html"
    return _shown(page, draft["part"], known, template=template, focus=id_of(place))


def _saved(page: PartPage, definition: Draft, known: Known) -> HttpResponse:
    sent = page.request.POST
    name = page.part.name if page.part else sent.get("name", "").strip()
    about = {field: sent.get(field, "").strip() for field in ("title", "description")}
    told = _asks_first(page, definition, name)
    if told:
        return _shown(page, definition, known, asks=True)
    if page.part is None and Part.objects.filter(base=page.base, name=name).exists():
        fault = Fault("name", name, f"is the name of another {page.base}")
        return _shown(page, definition, known, faults=[fault])
    expected = sent.get("expected", "")
    try:
        revised = parts.revise(
            page.base,
            {**definition, **about, "name": name},
            by=staff(page.request),
            at=timezone.now(),
            reason=sent.get("reason", "")[:200],
            expected=int(expected) if page.part and expected.isdigit() else None,
        )
    except Faults as found:
        return _shown(page, definition, Known(), faults=found.faults)
    same = page.part is not None and page.part.revision == revised.revision
    words = "Nothing has changed." if same else f"{revised}: revision {revised.revision} holds."
    toast(page.request, words)
    return redirect(reverse(f"{page.view}_change", args=[revised.pk]))


def _asks_first(page: PartPage, definition: Draft, name: str) -> bool:
    """Whether promotions would get a new revision, which nobody has agreed to yet."""
    if page.part is None or not page.context["used_by"] or "confirm" in page.request.POST:
        return False
    return {**definition, "name": name} != parts.definition_of(page.part)


def _shown(
    page: PartPage,
    definition: Draft,
    known: Known,
    *,
    faults: Sequence[Fault] = (),
    template: str = "backoffice/part.html",
    focus: str = "",
    asks: bool = False,
) -> HttpResponse:
    own: dict[str, list[Fault]] = {field: [] for field in ("name", "title", "description")}
    rest: list[Fault] = []
    for fault in faults:
        own.get(fault.place, rest).append(fault)
    # Without its name it is shown with its fields, not as a shared one.
    bare = {key: value for key, value in definition.items() if key != "name"}
    card, untold = shared_card(page.base, bare, known, rest)
    context = {
        **site.each_context(page.request),
        **page.context,
        "base": page.base,
        "card": card,
        "untold": untold,
        "errors": {f: [f"{f.capitalize()} {e.message}." for e in own[f]] for f in own},
        "is_wrong": bool(faults),
        "entered": _entered(page),
        "words": known.words_of(page.base, bare),
        "known": known,
        "currency": known.currency,
        "address": page.address,
        "focus": focus,
        "asks": asks,
        "list_url": reverse(f"{page.view}_changelist"),
        "deed_url": reverse(f"{page.view}_do", args=[page.part.pk]) if page.part else "",
    }
    return TemplateResponse(page.request, template, context)


def _entered(page: PartPage) -> dict[str, Any]:
    """What the page's own fields hold."""
    names = ("name", "title", "description", "reason", "expected")
    if page.request.method == "POST":
        return {name: page.request.POST.get(name, "") for name in names}
    part = page.part
    if part is None:
        return dict.fromkeys(names, "")
    return {
        "name": part.name, "title": part.title, "description": part.description, "reason": "",
        "expected": part.revision,
    }  # fmt: skip
