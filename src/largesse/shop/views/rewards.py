"""A host places what is chosen, once for each version of it, at the sum that was shown (SP-12)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from largesse.orders.answers import Answered, Done, PriceChanged, Refused
from largesse.orders.models import Order, Party
from largesse.orders.parties import drafting
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.rewards.sprees import OVER_AWARD, over_award
from largesse.pages.spree.receipt import receipt_of
from largesse.pages.toasts import toast
from largesse.shop import payments
from largesse.shop.forms import CardForm
from largesse.shop.parties import place_of, reward_quote
from largesse.shop.seen import whole
from largesse.shop.views.page import Visit
from largesse.shop.views.parties import address, may_pick, of_host


@require_POST
@of_host
def anew(visit: Visit, party: Party) -> HttpResponse:
    """Take up what is placed, to choose otherwise at today's award."""
    order = host_reward_of(party)
    if party.state != Party.State.CLOSED or order is None or order.state != Order.State.PLACED:
        return redirect(address(party))
    drafting.anew(party, now=visit.now)
    return redirect("shop:party_choose", party.public_id)


@require_POST
@of_host
def keep(visit: Visit, party: Party) -> HttpResponse:
    """Leave the order as it was placed, and give up what was chosen since."""
    drafting.change(party, lambda _: (), now=visit.now)
    return redirect(address(party))


@require_http_methods(["GET", "HEAD", "POST"])
@of_host
def place(visit: Visit, party: Party) -> HttpResponse:
    """Ask for the card that pays what is due; paid, or where nothing is due, it is placed."""
    if visit.request.method == "POST":
        return _place(visit, party)
    return _show(visit, party, CardForm())


def _place(visit: Visit, party: Party) -> HttpResponse:
    said = visit.request.POST
    due = whole(said.get("due", ""))
    version = said.get("version", "") or _first_version(visit, party)
    if due is None or not version:
        return redirect("shop:party_choose", party.public_id)
    payment: dict[str, str] = {"method": "none"}
    if due:
        form = CardForm(said)
        paid = _paid(form, party, version, due, visit.business.currency)
        if paid is None:
            return _show(visit, party, form)
        payment = paid.told
    answered = drafting.place_draft(
        party,
        visit.visitor.actor,
        now=visit.now,
        version=version,
        confirmed_due=due,
        payment=payment,
    )
    return _answer(visit, party, answered)


def _first_version(visit: Visit, party: Party) -> str:
    """That of a host's choice of nothing, which leaves all of the award; empty where it isn't that."""
    if host_reward_of(party) is not None or drafting.draft_of(party).version:
        return ""
    return drafting.change(party, tuple, now=visit.now).version


def _paid(
    form: CardForm, party: Party, version: str, due: int, currency: str
) -> payments.Paid | None:
    """The payment of what is due, or None, with what is wrong beside the card."""
    if not form.is_valid():
        return None
    paid = payments.pay(form.cleaned_data["card"], f"{party.number}:{version}", due, currency)
    if isinstance(paid, payments.Declined):
        form.add_error("card", paid.message)
        return None
    return paid


def _answer(visit: Visit, party: Party, answered: Answered) -> HttpResponse:
    """What became of it, and where the host reads on."""
    answer = answered.answer
    if isinstance(answer, Done):
        return redirect("shop:order", answer.order)
    if isinstance(answer, Refused) and answer.code == "busy":
        toast(visit.request, "This takes longer than it should. Nothing was ordered; try again.")
        return redirect("shop:party_choose", party.public_id)
    if isinstance(answer, PriceChanged):
        return _show(visit, party, CardForm(), changed=answer)
    if answer.code in (OVER_AWARD, "changed_meanwhile"):
        toast(
            visit.request, "Nothing was ordered: the award, or the choice, has changed. Look again."
        )
        return redirect("shop:party_choose", party.public_id)
    toast(visit.request, f"Nothing was ordered. {answer.message}")
    return redirect(address(party))


def _show(
    visit: Visit, party: Party, form: CardForm, *, changed: PriceChanged | None = None
) -> HttpResponse:
    """The page that asks for the card; `changed` is what became of the sum that was seen."""
    order = host_reward_of(party)
    found = reward_quote(party, now=visit.now)
    if not may_pick(party, order) or over_award(found) is not None or not found.due:
        return redirect("shop:party_choose", party.public_id)
    return visit.show(
        "party_place.html",
        {
            "party": party,
            "order": order,
            "form": form,
            "changed": changed,
            "receipt": receipt_of(found, place_of(party)),
            "version": drafting.draft_of(party).version,
        },
    )
