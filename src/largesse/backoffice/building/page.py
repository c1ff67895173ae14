"""The builder: an offer's parts on one page, told in words and priced as one types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from largesse.backoffice.building.draft import Draft, do
from largesse.backoffice.building.editor import Editor
from largesse.backoffice.building.fault_words import place_in_words, sentence
from largesse.backoffice.building.form_values import id_of
from largesse.backoffice.building.known import Choice, Known
from largesse.backoffice.building.offer_text import TextForm
from largesse.backoffice.building.preview import Judged, Preview, judged
from largesse.backoffice.building.samples import PASTED, sample_cart, samples
from largesse.backoffice.site import site, staff
from largesse.engine.faults import Fault, Faults
from largesse.offers.models import Deal, Promotion
from largesse.pages.toasts import toast


class Page(NamedTuple):
    """What the builder shows: a draft of an offer, or of a new one."""

    request: HttpRequest
    editor: Editor
    record: Promotion | Deal | None
    may_change: bool
    context: Mapping[str, Any]

    @property
    def address(self) -> str:
        if self.record is None:
            return self.editor.address("add")
        return self.editor.address_of(self.record)

    @property
    def around(self) -> dict[str, Any]:
        """What stands around the draft."""
        editor, record = self.editor, self.record
        return {
            **self.context,
            "record": record,
            "noun": editor.noun,
            "section": editor.revising.section,
            "list_name": editor.list_name,
            "list_url": editor.list_url,
            "deed_url": "" if record is None else editor.address("do", record.pk),
            "address": self.address,
            "may_change": self.may_change,
        }


def builder_page(page: Page) -> HttpResponse:
    """The builder, what one of its buttons makes of it, or, once it is right, the offer."""
    sent = page.request.POST
    if page.request.method != "POST":
        if page.request.GET.get("as") == "text":
            return _text(page, _stored(page, text=True))
        return _shown(page, _stored(page))
    if "definition" in sent:
        return _from_text(page)
    known = Known()
    draft = page.editor.read(sent, known.currency)
    deed = sent.get("do", "")
    if deed == "look":
        return _shown(page, draft, known=known, part="look")
    if deed == "text":
        return _text(page, page.editor.finished(draft))
    if deed:
        return _done(page, draft, deed, known)
    return _saved(page, draft, known)


def _stored(page: Page, *, text: bool = False) -> Draft:
    if page.record is not None:
        return page.editor.revising.definition_of(page.record)
    return dict(page.editor.example if text else page.editor.new)


def _done(page: Page, draft: Draft, deed: str, known: Known) -> HttpResponse:
    """The cards after one of the builder's buttons."""
    own = page.editor.own_deeds.get(deed.partition(" ")[0])
    try:
        place = own(draft, deed) if own is not None else do(draft, deed)
    except LookupError:
        # Somebody's older page: the cards as they are now show what can be done.
        place = ""
    part = "cards" if page.request.headers.get("HX-Request") else ""
    return _shown(page, draft, known=known, part=part, focus=_focus(deed, place))


def _focus(deed: str, place: str) -> str:
    """The id of what the keyboard is at after a deed."""
    name = deed.partition(" ")[0]
    if name in ("up", "down"):
        return f"{id_of(place)}-{name}"
    if name == "remove":
        return f"{id_of(place)}-add"
    if name == "match":
        return f"{id_of(place)}-{deed.rpartition(' ')[2]}"
    return id_of(place)


# --- as text ---------------------------------------------------------------------------------------


def _text(page: Page, definition: Draft, form: TextForm | None = None) -> HttpResponse:
    """The definition in the file format."""
    expected = page.record.revision if page.record is not None else None
    if page.request.method == "POST":
        expected = int(page.request.POST.get("expected") or 0) or None
    initial = {
        "definition": definition,
        "expected": expected,
        "reason": page.request.POST.get("reason", ""),
    }
    shown = form or TextForm(None, request=page.request, initial=initial)
    if not page.may_change:
        shown.fields["definition"].disabled = True
        del shown.fields["reason"]
    context = {**site.each_context(page.request), **page.around, "form": shown, "is_text": True}
    return TemplateResponse(page.request, "backoffice/offer_text.html", context)


def _from_text(page: Page) -> HttpResponse:
    form = TextForm(page.request.POST, request=page.request)
    if not form.is_valid():
        return _text(page, {}, form)
    definition: Draft = form.cleaned_data["definition"]
    if page.request.POST.get("do") == "form":
        unshown = _unshown(page.editor, definition)
        if not unshown:
            return _shown(page, definition)
        form.tell(unshown)
        return _text(page, {}, form)
    try:
        return redirect(_revised(page, definition, form.cleaned_data["reason"]))
    except Faults as found:
        form.tell(found.faults)
        return _text(page, {}, form)


def _unshown(editor: Editor, definition: Draft) -> Sequence[Fault]:
    """What the cards can't show of a definition, and would lose."""
    lost = ("is not a field here", "is an object", "is a list", "is no kind")
    try:
        editor.revising.read_one(definition, Known().book)
    except Faults as found:
        return [f for f in found.faults if any(words in f.message for words in lost)]
    return ()


# --- saving ----------------------------------------------------------------------------------------


def _saved(page: Page, draft: Draft, known: Known) -> HttpResponse:
    editor = page.editor
    try:
        with transaction.atomic():
            definition = editor.before_saving(editor.finished(draft), page.request)
            return redirect(_revised(page, definition, page.request.POST.get("reason", "")[:200]))
    except Faults as found:
        return _shown(page, draft, faults=found.faults, known=Known())


def _revised(page: Page, definition: Draft, reason: str) -> str:
    """Revise the offer, or make it; the address of its page."""
    record, revising = page.record, page.editor.revising
    code = str(definition.get("code", ""))
    if record is not None and code != record.code:
        told = f"stays {record.code}; duplicate it for another code"
        raise Faults([Fault("code", code, told)])
    if record is None and revising.model._default_manager.filter(code=code).exists():
        raise Faults([Fault("code", code, f"is the code of another {revising.noun}")])
    expected = page.request.POST.get("expected", "")
    revised = revising.revise(
        definition,
        by=staff(page.request),
        at=timezone.now(),
        reason=reason,
        expected=int(expected) if record is not None and expected.isdigit() else None,
    )
    same = record is not None and record.revision == revised.revision
    told = "Nothing has changed." if same else f"{revised}: revision {revised.revision} holds."
    toast(page.request, told)
    return page.editor.address_of(revised)


# --- shown -----------------------------------------------------------------------------------------

_TEMPLATES: Final = {
    "": "backoffice/builder.html",
    "cards": "backoffice/builder/swapped_cards.html",
    "look": "backoffice/builder/swapped_look.html",
}


def _shown(
    page: Page,
    draft: Draft,
    *,
    faults: Sequence[Fault] = (),
    known: Known | None = None,
    part: str = "",
    focus: str = "",
) -> HttpResponse:
    known = known or Known()
    shown = page.editor.cards(draft, known, faults)
    context = {
        **page.around,
        **_look(page, draft, known),
        "cards": shown,
        "cards_template": page.editor.template,
        "draft": draft,
        "steps": _steps(page.editor.steps(draft, shown, page.record is not None)),
        "currency": known.currency,
        "known": known,
        "expected": _expected(page),
        "reason": page.request.POST.get("reason", ""),
        "focus": focus,
    }
    if not part:
        context = {**site.each_context(page.request), **context}
    return TemplateResponse(page.request, _TEMPLATES[part], context)


def _expected(page: Page) -> str:
    """The revision that the draft was made from: it stays when the page is shown again."""
    if page.request.method == "POST":
        return page.request.POST.get("expected", "")
    return str(page.record.revision) if page.record is not None else ""


def _steps(steps: Sequence[tuple[str, bool]]) -> list[tuple[str, str]]:
    """The order of the work: which of it is done, and which is to do now."""
    states = ["done" if is_done else "" for _, is_done in steps]
    states[states.index("")] = "now"
    return [(name, state) for (name, _), state in zip(steps, states, strict=True)]


def _look(page: Page, draft: Draft, known: Known) -> dict[str, Any]:
    """The draft in words, and what it does to the sample cart."""
    request, editor = page.request, page.editor
    found: Judged = judged(editor.finished(draft), editor.revising, editor.summary, known.book)
    choices: tuple[Choice, ...] = samples()
    sample = request.POST.get("sample") or choices[0].value
    pasted = request.POST.get("pasted", "")
    preview: Preview | None = None
    wrong: tuple[str, ...] = ()
    if found.value is not None:
        try:
            cart = sample_cart(sample, pasted, known.book, timezone.now())
            preview = editor.preview(found.value, cart, known) if cart is not None else None
        except Faults as faults:
            told = (sentence(place_in_words(fault.place), fault) for fault in faults.faults)
            wrong = tuple(dict.fromkeys(told))
    return {
        "judged": found,
        "warnings": editor.warnings(found.value, known) if found.value is not None else (),
        "samples": choices,
        "sample": sample,
        "pasted": pasted,
        "is_pasted": sample == PASTED,
        "preview": preview,
        "wrong": wrong,
    }
