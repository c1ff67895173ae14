"""The promotion builder: action, conditions and promotion on one page, priced as one types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.building.cards import Cards, cards
from largesse.backoffice.building.draft import Draft, do, finished, outer_match, read_draft
from largesse.backoffice.building.fault_words import place_in_words, sentence
from largesse.backoffice.building.form_values import id_of
from largesse.backoffice.building.known import Choice, Known
from largesse.backoffice.building.preview import Judged, Preview, judged, previewed
from largesse.backoffice.building.promotion_text import EXAMPLE, TextForm
from largesse.backoffice.building.samples import PASTED, sample_cart, samples
from largesse.backoffice.building.sharing import owned, shared_first
from largesse.backoffice.site import site, staff
from largesse.engine.faults import Fault, Faults
from largesse.offers import promotions
from largesse.offers.models import Promotion
from largesse.pages.toasts import toast

NEW: Final[Draft] = {"actions": [{"kind": "discount_order_line"}], "conditions": []}


class Page(NamedTuple):
    """What the builder shows: a draft of a promotion, or of a new one."""

    request: HttpRequest
    promotion: Promotion | None
    may_change: bool
    context: Mapping[str, Any]

    @property
    def address(self) -> str:
        if self.promotion is None:
            return reverse("admin:offers_promotion_add")
        return reverse("admin:offers_promotion_change", args=[self.promotion.pk])


def builder_page(page: Page) -> HttpResponse:
    """The builder, what one of its buttons makes of it, or, once it is right, the promotion."""
    sent = page.request.POST
    if page.request.method != "POST":
        if page.request.GET.get("as") == "text":
            return _text(page, _stored(page.promotion, text=True))
        return _shown(page, _stored(page.promotion))
    if "definition" in sent:
        return _from_text(page)
    known = Known()
    draft = read_draft(sent, known.currency)
    deed = sent.get("do", "")
    if deed == "look":
        return _shown(page, draft, known=known, part="look")
    if deed == "text":
        return _text(page, finished(draft))
    if deed:
        return _done(page, draft, deed, known)
    return _saved(page, draft, known)


def _stored(promotion: Promotion | None, *, text: bool = False) -> Draft:
    if promotion is not None:
        return promotions.definition_of(promotion)
    return dict(EXAMPLE if text else NEW)


def _done(page: Page, draft: Draft, deed: str, known: Known) -> HttpResponse:
    """The cards after one of the builder's buttons."""
    try:
        place = owned(draft, deed) if deed.startswith("own ") else do(draft, deed)
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
    expected = page.promotion.revision if page.promotion is not None else None
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
    context = {**site.each_context(page.request), **page.context, "form": shown, "is_text": True}
    return TemplateResponse(
        page.request, "backoffice/promotion_text.html", {**context, "address": page.address}
    )


def _from_text(page: Page) -> HttpResponse:
    form = TextForm(page.request.POST, request=page.request)
    if not form.is_valid():
        return _text(page, {}, form)
    definition: Draft = form.cleaned_data["definition"]
    if page.request.POST.get("do") == "form":
        unshown = _unshown(definition)
        if not unshown:
            return _shown(page, definition)
        form.tell(unshown)
        return _text(page, {}, form)
    try:
        return redirect(_revised(page, definition, form.cleaned_data["reason"]))
    except Faults as found:
        form.tell(found.faults)
        return _text(page, {}, form)


def _unshown(definition: Draft) -> Sequence[Fault]:
    """What the cards can't show of a definition, and would lose."""
    found = judged_faults(definition)
    lost = ("is not a field here", "is an object", "is a list", "is no kind")
    return [fault for fault in found if any(words in fault.message for words in lost)]


def judged_faults(definition: Draft) -> tuple[Fault, ...]:
    """All that is wrong with a definition."""
    try:
        promotions.PROMOTIONS.read_one(definition, Known().book)
    except Faults as found:
        return found.faults
    return ()


# --- saving ----------------------------------------------------------------------------------------


def _saved(page: Page, draft: Draft, known: Known) -> HttpResponse:
    try:
        with transaction.atomic():
            definition = shared_first(finished(draft), page.request)
            return redirect(_revised(page, definition, page.request.POST.get("reason", "")[:200]))
    except Faults as found:
        return _shown(page, draft, faults=found.faults, known=Known())


def _revised(page: Page, definition: Draft, reason: str) -> str:
    """Revise the promotion, or make it; the address of its page."""
    promotion, code = page.promotion, str(definition.get("code", ""))
    if promotion is not None and code != promotion.code:
        told = f"stays {promotion.code}; duplicate it for another code"
        raise Faults([Fault("code", code, told)])
    if promotion is None and Promotion.objects.filter(code=code).exists():
        raise Faults([Fault("code", code, "is the code of another promotion")])
    expected = page.request.POST.get("expected", "")
    revised = promotions.revise(
        definition,
        by=staff(page.request),
        at=timezone.now(),
        reason=reason,
        expected=int(expected) if promotion is not None and expected.isdigit() else None,
    )
    same = promotion is not None and promotion.revision == revised.revision
    told = "Nothing has changed." if same else f"{revised}: revision {revised.revision} holds."
    toast(page.request, told)
    return reverse("admin:offers_promotion_change", args=[revised.pk])


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
    shown = cards(draft, known, faults)
    context = {
        **page.context,
        **_look(page.request, draft, known),
        "cards": shown,
        "draft": draft,
        "steps": _steps(draft, shown, is_stored=page.promotion is not None),
        "currency": known.currency,
        "known": known,
        "address": page.address,
        "expected": _expected(page),
        "reason": page.request.POST.get("reason", ""),
        "may_change": page.may_change,
        "focus": focus,
    }
    if not part:
        context = {**site.each_context(page.request), **context}
    return TemplateResponse(page.request, _TEMPLATES[part], context)


def _expected(page: Page) -> str:
    """The revision that the draft was made from: it stays when the page is shown again."""
    if page.request.method == "POST":
        return page.request.POST.get("expected", "")
    return str(page.promotion.revision) if page.promotion is not None else ""


def _steps(draft: Draft, shown: Cards, *, is_stored: bool) -> list[tuple[str, str]]:
    """The order of the work: which of the three is done, and which is to do now."""
    has_action = bool(shown.actions.items) and not any(p.errors for p in shown.actions.items)
    has_conditions = bool(outer_match(draft).items) or is_stored or "code" in draft
    steps = [("Action", has_action), ("Conditions", has_conditions), ("Promotion", False)]
    states = ["done" if is_done else "" for _, is_done in steps]
    states[states.index("")] = "now"
    return [(name, state) for (name, _), state in zip(steps, states, strict=True)]


def _look(request: HttpRequest, draft: Draft, known: Known) -> dict[str, Any]:
    """The draft in words, and what it does to the sample cart."""
    found: Judged = judged(draft, known.book)
    choices: tuple[Choice, ...] = samples()
    sample = request.POST.get("sample") or choices[0].value
    pasted = request.POST.get("pasted", "")
    preview: Preview | None = None
    wrong: tuple[str, ...] = ()
    if found.value is not None:
        try:
            cart = sample_cart(sample, pasted, known.book, timezone.now())
            preview = previewed(found.value, cart, known) if cart is not None else None
        except Faults as faults:
            told = (sentence(place_in_words(fault.place), fault) for fault in faults.faults)
            wrong = tuple(dict.fromkeys(told))
    return {
        "judged": found,
        "samples": choices,
        "sample": sample,
        "pasted": pasted,
        "is_pasted": sample == PASTED,
        "preview": preview,
        "wrong": wrong,
    }
