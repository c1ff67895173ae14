"""The host's reward: chosen against the sprees of the party, placed, and placed anew (SP-6, SP-12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from largesse.backoffice.parties import deeds
from largesse.backoffice.parties.frame import CHANGE, address, of_party, shown
from largesse.backoffice.parties.reward_page import context_of
from largesse.backoffice.site import staff
from largesse.engine.faults import Faults
from largesse.engine.sprees import spree_of
from largesse.offers.current import current
from largesse.orders.answers import Done
from largesse.orders.models import Party
from largesse.orders.parties import drafting
from largesse.orders.quoting import quote
from largesse.orders.rewards.choosing import CHOICES_MAX
from largesse.orders.rewards.sprees import over_award
from largesse.pages.spree.looking import Look
from largesse.pages.spree.reading import Picked, Wrong, first_of, picked
from largesse.pages.toasts import toast

_FULL: Final = "Too many products are chosen. Take one out first."
_TOO_MUCH: Final = "That is more than an order can have."
_GONE: Final = "The offers that it was priced with are gone; cancel it, and choose again."


@require_safe
@of_party()
def page(request: HttpRequest, party: Party) -> HttpResponse:
    """What is chosen for the host, or was."""
    return _shown(request, party)


def _shown(
    request: HttpRequest,
    party: Party,
    *,
    problem: str = "",
    wrong: Wrong | None = None,
    first: Collection[str] | None = None,
) -> HttpResponse:
    told = context_of(
        request, party, timezone.now(), Look.of(request.GET), wrong=wrong, first=first
    )
    may = request.user.has_perm
    more: dict[str, Any] = {
        "problem": problem,
        "may_post": may(deeds.POST),
        "may_cancel": may(deeds.CANCEL),
    }
    return shown(request, party, "rewards", {**told, **more})


# --- choosing --------------------------------------------------------------------------------------


@require_POST
@of_party(needs=CHANGE)
def pick(request: HttpRequest, party: Party) -> HttpResponse:
    """So many units of a product are chosen. What others choose at once is kept too."""
    now, first = timezone.now(), first_of(request.POST)
    asked = _possible(party, picked(request.POST), now)
    if isinstance(asked, Wrong):
        return _shown(request, party, wrong=asked, first=first)
    if _is_on_a_list(asked):
        drafting.change(party, asked.chosen_in, now=now)
    if request.headers.get("HX-Request"):
        return _shown(request, party, first=first)
    return redirect(f"{address(party, 'rewards')}{Look.of(request.GET).query}")


def _possible(party: Party, asked: Picked | Wrong, now: datetime) -> Picked | Wrong:
    """What a card asks for, if an order can have so much."""
    if isinstance(asked, Wrong):
        return asked
    choices = drafting.draft_of(party).choices
    wanted = asked.chosen_in(choices)
    if len(wanted) == len(choices) == CHOICES_MAX and wanted == choices:
        return Wrong(asked.sku, str(asked.units), _FULL)
    try:
        quote(drafting.to_price(party, wanted, now=now))
    except Faults:
        return Wrong(asked.sku, str(asked.units), _TOO_MUCH)
    return asked


def _is_on_a_list(asked: Picked) -> bool:
    """Whether it can be chosen at all; what is none any more can still be taken out."""
    book = current().book
    promotion, product = book.promotions.get(asked.promotion), book.catalog.products.get(asked.sku)
    spree = None if promotion is None else spree_of(promotion)
    if spree is None or product is None:
        return asked.is_typed and not asked.units
    return spree.rewards(product) or (asked.is_typed and not asked.units)


# --- placing ---------------------------------------------------------------------------------------


@require_POST
@of_party(needs=CHANGE)
def place(request: HttpRequest, party: Party) -> HttpResponse:
    """Place what is chosen at the sum that was shown; in the place of the order that there is."""
    version = request.POST.get("version", "")
    return _placed(request, party, version)


def _placed(request: HttpRequest, party: Party, version: str) -> HttpResponse:
    due = request.POST.get("due", "")
    confirmed = int(due) if due.isdecimal() and due.isascii() and len(due) < 16 else 0
    answer = drafting.place_draft(
        party,
        staff(request).get_username(),
        now=timezone.now(),
        version=version,
        confirmed_due=confirmed,
        payment={"method": "on account"} if confirmed else None,
    ).answer
    if isinstance(answer, Done):
        toast(request, f"Host reward order {answer.number} is placed.")
        return redirect(address(party, "rewards"))
    return _shown(request, party, problem=deeds.told(answer).message)


@require_POST
@of_party(needs=CHANGE)
def anew(request: HttpRequest, party: Party) -> HttpResponse:
    """Take up what the placed order has: to place it again at today's award, or to choose otherwise."""
    now = timezone.now()
    try:
        draft = drafting.anew(party, now=now)
    except LookupError:
        return _shown(request, party, problem=_GONE)
    found = quote(drafting.to_price(party, draft.choices, now=now))
    if "place" not in request.POST or over_award(found) is not None:
        return redirect(address(party, "rewards"))
    return _placed(request, party, draft.version)


@require_POST
@of_party(needs=CHANGE)
def keep(request: HttpRequest, party: Party) -> HttpResponse:
    """Leave the host reward order as it was placed, and give up what was chosen since."""
    drafting.change(party, lambda _: (), now=timezone.now())
    return redirect(address(party, "rewards"))
