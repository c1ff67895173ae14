"""The Products tab: quantities, the deal on each line, giveaways; Calculate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from largesse.business import configuration
from largesse.orders.explaining.explanation import explained
from largesse.pages.figures import amount_text, count_text
from largesse.pages.toasts import toast
from largesse.rep import keeping
from largesse.rep.drafts import (
    LINES_MAX,
    NO_DEAL,
    Change,
    Draft,
    with_best,
    with_given,
    with_pick,
    with_quantity,
)
from largesse.rep.giving import gift_of, not_credited
from largesse.rep.lines_page import Look, lines_page
from largesse.rep.picks import ALL, advice
from largesse.rep.typing_in import Deed, Typed, typed
from largesse.rep.views.opened import opened, show_tab, told_of_other, undo_url
from largesse.rep.views.page import Visit, for_reps
from largesse.rep.work import Work


@require_http_methods(["GET", "HEAD", "POST"])
@for_reps
def lines(visit: Visit, shown_id: str) -> HttpResponse:
    """See the lines; posted, what was typed is kept first, and then the button's deed is done."""
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    if visit.request.method == "POST":
        return _changed(visit, work, visit.request.POST)
    return _show(visit, work, Look.of(visit.request.GET))


def _show(
    visit: Visit,
    work: Work,
    look: Look,
    texts: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    deal = work.book.deals.get(look.deal)
    context: dict[str, Any] = {
        "tab": "lines",
        "look_deal": deal.name if deal is not None else "",
        "page": lines_page(work, look, texts or {}, errors or {}),
        "advice": advice(work),
        "look": look,
    }
    return show_tab(visit, work, "lines.html", context)


def _changed(visit: Visit, work: Work, said: QueryDict) -> HttpResponse:
    look = Look.of(QueryDict(said.get("look", "")))
    query = f"?{look.query}" if look.query else ""
    back = reverse("rep:lines", args=[work.record.public_id]) + query
    if keeping.is_stale(work, said.get("version", "")):
        return told_of_other(visit, work, back)
    found = typed(work, said)
    if found.errors:
        return _show(visit, work, look, found.texts, found.errors)
    change, told = _deed(work, found, said)
    refused = _refused(work, change)
    if refused:
        return _show(visit, work, look, found.texts, refused)
    undo = undo_url(work, "lines") if told else ""
    if not keeping.carry_out(visit.request, work, change, told, undo):
        return told_of_other(visit, work, back)
    return redirect(back)


def _refused(work: Work, change: Change) -> Mapping[str, str]:
    """What a change asks for and can't have, by field."""
    wanted = change(work.kept)
    if len(wanted.lines) > max(LINES_MAX, len(work.kept.lines)):
        added = wanted.lines[-1].sku
        return {f"q.{added}": f"An order holds {LINES_MAX} lines."}
    if wanted.giveaways == work.kept.giveaways:
        return {}
    return not_credited(work.priced(wanted), wanted, work.kept)


def _deed(work: Work, found: Typed, said: QueryDict) -> tuple[Change, str]:
    """What was typed, and then what the button that was pressed does."""
    for name, deed in DEEDS.items():
        if name in said:
            change, told = deed(work, said.get(name, ""))
            return _after(found.change, change), told
    return found.change, _removed(work, found)


def _after(first: Change, then: Change) -> Change:
    return lambda draft: then(first(draft))


def _removed(work: Work, found: Typed) -> str:
    """What is said where a line was set to 0."""
    left = {line.sku for line in found.change(work.kept).lines}
    names = [_name(work, line.sku) for line in work.kept.lines if line.sku not in left]
    return f"{', '.join(names[:2])}{' and more' if names[2:] else ''} removed." if names else ""


def _name(work: Work, sku: str) -> str:
    product = work.book.catalog.products.get(sku)
    return (product.name if product is not None else "") or sku


# --- deeds -------------------------------------------------------------------------------------------


def _calculate(work: Work, _: str) -> tuple[Change, str]:
    best = work.priced(with_best(work.draft))
    if work.draft.assign == "best":
        return with_best, "Calculated again. Every change is calculated as you make it."
    saves = amount_text(best.benefit, best.currency)
    return with_best, f"Calculated: {saves} saved in all. Every change is calculated from now on."


def _pick(work: Work, value: str) -> tuple[Change, str]:
    """Pick a deal for one line, or none, or leave it to the best choice again (DE-6)."""
    line_id, _, code = value.partition(" ")
    line = next((each for each in work.draft.lines if each.id == line_id), None)
    if line is None or not configuration.value(configuration.REPS_PICK_DEALS):
        return _nothing, ""
    name = _name(work, line.sku)
    if code == "*":
        return _picks([line_id], None), f"{name} is left to the best choice."
    if not code:
        return _picks([line_id], NO_DEAL), f"{name} is kept off every deal."
    deal = work.book.deals.get(code)
    if deal is None or not deal.covers(line.sku):
        return _nothing, ""
    return _picks([line_id], code), f"{deal.name} is picked for {name}."


def _picks(ids: list[str], deal: str | None) -> Change:
    return lambda draft: with_pick(draft, ids, deal)


def _nothing(draft: Draft) -> Draft:
    return draft


def _use_best(work: Work, value: str) -> tuple[Change, str]:
    """Clear one pick, or all of them; deals that are referred stay."""
    lines = [
        line.id
        for line in work.draft.lines
        if line.deal is not None and line.deal not in work.draft.referred
    ]
    ids = lines if value == ALL else [value]

    def change(draft: Draft) -> Draft:
        return with_best(with_pick(draft, ids, None))

    return change, "Each line is on the best deal again."


def _take_off(work: Work, code: str) -> tuple[Change, str]:
    """Keep the lines of a deal off every deal."""
    deal = next((each for each in work.quote.deals if each.offer == code), None)
    if deal is None or not configuration.value(configuration.REPS_PICK_DEALS):
        return _nothing, ""
    return _picks(list(deal.lines), NO_DEAL), f"The lines of {deal.title} are on no deal now."


def _remove(work: Work, sku: str) -> tuple[Change, str]:
    return lambda draft: with_quantity(draft, sku, 0), f"{_name(work, sku)} removed."


def _allocate(work: Work, value: str) -> tuple[Change, str]:
    """Give so many units of a product; the value names deal, product and units, 1 if it doesn't."""
    field, _, total = value.partition(" ")
    deal, sku = gift_of(field)
    units = int(total) if total.isdecimal() else 1
    said = f"{count_text(units)} × {_name(work, sku)} given." if units > 1 else ""
    return lambda draft: with_given(draft, deal, sku, units), said


def _take_back(work: Work, value: str) -> tuple[Change, str]:
    """Give no more than the credit pays for; the value is as for `_allocate`."""
    field, _, keeps = value.partition(" ")
    deal, sku = gift_of(field)
    units = int(keeps) if keeps.isdecimal() else 0
    return lambda draft: with_given(draft, deal, sku, units), f"{_name(work, sku)} taken back."


DEEDS: Final[Mapping[str, Deed]] = {
    "calculate": _calculate,
    "pick": _pick,
    "best": _use_best,
    "off": _take_off,
    "remove": _remove,
    "allocate": _allocate,
    "take_back": _take_back,
}


# --- beside the tab ----------------------------------------------------------------------------------


@require_POST
@for_reps
def undo(visit: Visit, shown_id: str) -> HttpResponse:
    """Put the draft back to what it was before the last deed."""
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    if not keeping.undone(visit.request, work):
        toast(visit.request, "The order has changed since, so nothing was undone.")
    to = visit.request.GET.get("to")
    return redirect(f"rep:{to if to in ('lines', 'deals', 'summary') else 'lines'}", shown_id)


@for_reps
def explanation(visit: Visit, shown_id: str) -> HttpResponse:
    """How the draft's price came about, to the cent (IF-36)."""
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    if not work.quote.lines:
        return redirect("rep:lines", shown_id)
    told = explained(work.quote, open_cell=visit.request.GET.get("cell", ""))
    return show_tab(visit, work, "explanation.html", {"tab": "", "told": told})
