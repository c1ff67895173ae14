"""The Deals tab: deals with their progress; apply, detach, fill what lacks, refer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from largesse.business import configuration
from largesse.engine.offers.deal import Deal
from largesse.orders.referring import approvers
from largesse.pages.figures import count_text
from largesse.pages.toasts import toast
from largesse.rep import keeping, saving
from largesse.rep.cards import cards_page
from largesse.rep.drafts import NO_DEAL, Change, with_pick, with_referral
from largesse.rep.filling import fill_of
from largesse.rep.forms import ReferForm
from largesse.rep.moving import applied, not_applied, question
from largesse.rep.past import past_of
from largesse.rep.views.opened import opened, show_tab, told_of_other, undo_url
from largesse.rep.views.page import Visit, for_reps
from largesse.rep.views.summary import send
from largesse.rep.work import Work, settled


@require_safe
@for_reps
def deals(visit: Visit, shown_id: str) -> HttpResponse:
    """The deals; `q` searches, `show` filters, `apply` asks about one, `refer` opens its drawer."""
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    asked = visit.request.GET.get("refer", "")
    deal = work.book.deals.get(asked)
    form = _form(visit, work, deal) if deal is not None and _may_refer(work, deal) else None
    return _show(visit, work, deal, form)


def _show(visit: Visit, work: Work, deal: Deal | None, form: ReferForm | None) -> HttpResponse:
    said = visit.request.GET
    if form is not None:
        form.focus()
    words, show = said.get("q", "").strip()[:100], said.get("show", "")
    apply = said.get("apply", "")
    may_refer = configuration.value(configuration.REPS_REFER_ORDERS)
    context: dict[str, Any] = {
        "tab": "deals",
        "page": cards_page(work, show, words, said.get("page", ""), may_refer=may_refer),
        "question": question(work, apply) if _can_apply(work, apply) else None,
        "past": past_of(visit.user, work.record),
        "form": form,
        "refers": deal if form is not None else None,
        "refers_lacks": _lacks(work, deal) if form is not None and deal is not None else "",
    }
    return show_tab(visit, work, "deals.html", context)


def _can_apply(work: Work, code: str) -> bool:
    return any(p.offer == code and p.tier for p in work.quote.deal_progress)


def _posted(visit: Visit, shown_id: str) -> tuple[Work, Deal, str] | HttpResponse:
    """The draft, the deal that a form is about, and the address of the tab."""
    work = opened(visit, shown_id)
    if isinstance(work, HttpResponse):
        return work
    back = reverse("rep:deals", args=[shown_id])
    if keeping.is_stale(work, visit.request.POST.get("version", "")):
        return told_of_other(visit, work, back)
    deal = work.book.deals.get(visit.request.POST.get("deal", ""))
    if deal is None:
        raise Http404
    return work, deal, back


def _kept(visit: Visit, work: Work, change: Change, said: str, back: str) -> HttpResponse:
    if not keeping.carry_out(visit.request, work, change, said, undo_url(work, "deals")):
        return told_of_other(visit, work, back)
    return redirect(back)


@require_POST
@for_reps
def apply(visit: Visit, shown_id: str) -> HttpResponse:
    """Apply a deal to every line with a qualifying quantity; asks first where lines leave a deal, or
    another deal loses (DE-7).
    """
    found = _posted(visit, shown_id)
    if isinstance(found, HttpResponse):
        return found
    work, deal, back = found
    if not _can_apply(work, deal.code):
        return redirect(back)
    wanted = applied(work, deal.code)
    refused = not_applied(work.priced(wanted), deal.code)
    if refused:
        toast(visit.request, f"{deal.name} can’t be applied. {refused}")
        return redirect(back)
    if "confirmed" not in visit.request.POST and question(work, deal.code).must_ask:
        return redirect(f"{back}?apply={deal.code}")
    return _kept(visit, work, lambda _: wanted, f"{deal.name} is applied.", back)


@require_POST
@for_reps
def detach(visit: Visit, shown_id: str) -> HttpResponse:
    """Take a deal's lines off it; lines that the best choice would put back are kept off deals."""
    found = _posted(visit, shown_id)
    if isinstance(found, HttpResponse):
        return found
    work, deal, back = found
    lines = {line.id for line in work.draft.lines if line.deal == deal.code}
    lines |= {line.id for line in work.quote.lines if line.deal == deal.code and not line.bonus}
    freed = with_pick(work.kept, lines, None)
    draft, _ = settled(freed, work.priced(freed))
    held = {line.id for line in work.priced(draft).lines if line.deal == deal.code}
    if held:
        draft = with_pick(freed, lines, NO_DEAL)
    return _kept(visit, work, lambda _: draft, f"{deal.name} is detached.", back)


@require_POST
@for_reps
def fill(visit: Visit, shown_id: str) -> HttpResponse:
    """Order what a deal lacks: more of the product on the order that most is ordered of."""
    found = _posted(visit, shown_id)
    if isinstance(found, HttpResponse):
        return found
    work, deal, back = found
    progress = next((p for p in work.quote.deal_progress if p.offer == deal.code), None)
    more = fill_of(work, deal, progress) if progress is not None else None
    if more is None:
        return redirect(back)
    sku, units = more.line.sku, more.units
    name = work.book.catalog.products[sku].name or sku
    return _kept(visit, work, more.filled, f"{count_text(units)} × {name} added.", back)


# --- referral ----------------------------------------------------------------------------------------


@require_http_methods(["POST"])
@for_reps
def refer(visit: Visit, shown_id: str) -> HttpResponse:
    """Apply a deal without its trigger, to be approved (DE-8); "send" saves the order with it."""
    found = _posted(visit, shown_id)
    if isinstance(found, HttpResponse):
        return found
    work, deal, back = found
    if not _may_refer(work, deal):
        toast(visit.request, f"{deal.name} can’t be referred on this order.")
        return redirect(back)
    form = _form(visit, work, deal)
    if not form.is_valid():
        return _show(visit, work, deal, form)
    asked = saving.Asked(form.cleaned_data["note"], form.cleaned_data["approver"])
    saving.remember(visit.request, work.record, asked)
    lines = [line.id for line in work.draft.lines if deal.covers(line.sku)]
    credit = form.cleaned_data.get("credit", 0)
    is_sent = "send" in visit.request.POST
    said = "" if is_sent else f"{deal.name} is applied. Save the order to send it for approval."
    # A fragment of its own: browsers carry the one that opened the drawer to where a redirect leads.
    card = f"{back}#deal-{slugify(deal.code)}"
    answer = _kept(visit, work, lambda d: with_referral(d, deal.code, credit, lines), said, card)
    if not is_sent:
        return answer
    again = opened(visit, shown_id)
    return send(visit, again, asked) if isinstance(again, Work) else again


def _may_refer(work: Work, deal: Deal) -> bool:
    if not (deal.referable and configuration.value(configuration.REPS_REFER_ORDERS)):
        return False
    progress = next((p for p in work.quote.deal_progress if p.offer == deal.code), None)
    return progress is not None and bool(progress.lines) and not progress.tier


def _form(visit: Visit, work: Work, deal: Deal) -> ReferForm:
    asked = saving.asked_of(visit.request, work.record)
    return ReferForm(
        visit.request.POST if visit.request.method == "POST" else None,
        initial={
            "credit": work.draft.referred.get(deal.code) or _most(deal) or None,
            "note": asked.note,
            "approver": asked.approver,
        },
        gives_stock=deal.gives_stock,
        most=_most(deal),
        currency=work.quote.book.currency,
        approvers=approvers(visit.user.username),
    )


def _most(deal: Deal) -> int:
    """The most credit that may be asked for; 0 where the deal sets no limit."""
    return deal.tiers[0].benefit.credit


def _lacks(work: Work, deal: Deal) -> str:
    progress = next((p for p in work.quote.deal_progress if p.offer == deal.code), None)
    lacks = progress.lacks if progress is not None else None
    return lacks.sentence if lacks is not None else ""
