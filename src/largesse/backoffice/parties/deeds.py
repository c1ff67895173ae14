"""What is done to a party and to its host reward order, each asked first with what happens then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID, uuid4

import msgspec
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from largesse.backoffice.parties.frame import CHANGE, address, around, of_party, unplaced
from largesse.backoffice.questions import Question, asked
from largesse.backoffice.site import staff
from largesse.engine.money import Currency
from largesse.orders.answers import Answered, AwardChanged, Deed, Done, PriceChanged, Refused
from largesse.orders.cancelling import cancel
from largesse.orders.models import Order, Party
from largesse.orders.parties import making
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.parties.answers import PartyAnswered, PartyDone
from largesse.orders.posting import post
from largesse.orders.rewards.promises import promises_of
from largesse.pages.figures import amount_text, units_text

POST: Final = "backoffice.post_order"
CANCEL: Final = "backoffice.cancel_order"


class KeyForm(forms.Form):
    """The key that the answer is kept under, so that a form sent twice acts once (OR-3)."""

    key = forms.RegexField(r"[0-9a-f]{32}", widget=forms.HiddenInput)


class ReasonForm(KeyForm):
    """Why it is done."""

    reason = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ("reason", "key")


def form_for(kind: type[KeyForm], request: HttpRequest) -> KeyForm:
    """A form as it was sent, or a new one with a key of its own."""
    posted = request.POST if request.method == "POST" else None
    return kind(posted, initial={"key": uuid4().hex})


def deed_of(request: HttpRequest, form: KeyForm, **asked: str) -> Deed:
    """A deed of whoever asks, by the key of the form."""
    reason = form.cleaned_data.get("reason", "")
    return Deed(
        key=f"office:{form.cleaned_data['key']}",
        body=msgspec.json.encode({**asked, "reason": reason}, order="deterministic"),
        at=timezone.now(),
        actor=staff(request).get_username(),
        reason=reason,
    )


# --- the party -------------------------------------------------------------------------------------


@of_party(needs=CHANGE)
def close(request: HttpRequest, party: Party) -> HttpResponse:
    """Guests order no more, and the host can be rewarded."""
    drafts, in_shop = unplaced(party)
    left = f" {units_text(drafts, 'draft')} of guest orders can’t be placed then." if drafts else ""
    if in_shop:
        left += (
            f" {units_text(in_shop, 'cart')} in the shop can be ordered without the party alone."
        )
    question = Question(
        f"Close {party}?",
        f"Guests can’t order any more, and its host reward order can be placed.{left} It can be opened "
        "again until the host is rewarded.",
        "Close party",
        "Keep it open",
        is_grave=False,
    )
    return _changed(request, party, question, "close", making.close)


@of_party(needs=CHANGE)
def reopen(request: HttpRequest, party: Party) -> HttpResponse:
    """Guests can order again."""
    reward = host_reward_of(party)
    placed = (
        ""
        if reward is None
        else f" Its host reward order {reward.number} stays, and can be posted once the party is "
        "closed again."
    )
    question = Question(
        f"Open {party} again?",
        f"Guests can order again, and the award follows what they do.{placed}",
        "Open again",
        "Keep it closed",
        is_grave=False,
    )
    return _changed(request, party, question, "reopen", making.reopen)


def _changed(
    request: HttpRequest,
    party: Party,
    question: Question,
    name: str,
    use_case: Callable[[UUID, Deed], PartyAnswered],
) -> HttpResponse:
    form = form_for(KeyForm, request)

    def do() -> str | Refused:
        answer = use_case(party.pk, deed_of(request, form, deed=name, party=str(party.pk))).answer
        if isinstance(answer, PartyDone):
            return f"{party} is {answer.state}."
        form_key_anew(form)
        return answer

    return asked(
        request,
        question,
        do,
        back=address(party),
        around=around(party, title=question.title),
        form=form,
    )


def form_key_anew(form: KeyForm) -> None:
    """The refusal is the answer of this key for ever: another try is another deed."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["key"] = uuid4().hex  # type: ignore[index]


# --- its host reward order -------------------------------------------------------------------------


@of_party(needs=POST)
def post_reward(request: HttpRequest, party: Party) -> HttpResponse:
    """The award is frozen, and what is left of it is credited."""
    reward = host_reward_of(party)
    question = Question(
        f"Post host reward order {'' if reward is None else reward.number}?",
        f"Its goods have been handed over. The award is frozen then, and the party is rewarded."
        f"{_credited(party, reward)}",
        "Post order",
        "Not yet",
        is_grave=False,
    )
    return _on_reward(request, party, question, "post", post)


@of_party(needs=CANCEL)
def cancel_reward(request: HttpRequest, party: Party) -> HttpResponse:
    """What it held is given back; another one can be placed."""
    reward = host_reward_of(party)
    question = Question(
        f"Cancel host reward order {'' if reward is None else reward.number}?",
        "What it held is given back. The party stays closed, and another host reward order can be "
        "placed.",
        "Cancel order",
        "Keep the order",
    )
    return _on_reward(request, party, question, "cancel", cancel)


def _credited(party: Party, reward: Order | None) -> str:
    """What posting credits to the host, in a sentence."""
    if reward is None:
        return ""
    credits = promises_of(reward).credits
    over = sum(credit.amount for credit in credits if credit.to.by == "spree")
    money = f"{amount_text(over, reward.currency)} {reward.currency}"
    return f" {money} goes to the credit account of {party.host.name}." if over else ""


def _on_reward(
    request: HttpRequest,
    party: Party,
    question: Question,
    name: str,
    use_case: Callable[[UUID, Deed], Answered],
) -> HttpResponse:
    form = form_for(KeyForm, request)

    def do() -> str | Refused:
        reward = host_reward_of(party)
        if reward is None:
            form_key_anew(form)
            return Refused(
                code="no_host_reward",
                message=f"{party} has no host reward order any more.",
            )
        deed = deed_of(request, form, deed=name, order=str(reward.pk))
        answer = use_case(reward.pk, deed).answer
        if isinstance(answer, Done):
            return f"Host reward order {answer.number} is {answer.state.replace('_', ' ')}."
        form_key_anew(form)
        return told(answer)

    return asked(
        request,
        question,
        do,
        back=address(party, "rewards"),
        around=around(party, title=question.title),
        form=form,
    )


def told(answer: PriceChanged | Refused | AwardChanged) -> Refused:
    """Why nothing was done."""
    if isinstance(answer, PriceChanged):
        due = amount_text(answer.due, Currency.of(answer.currency))
        message = f"{due} {answer.currency} would be due now. Look at it again, then confirm."
        return Refused(code="price_changed", message=message)
    return answer


PAGES: Final[Mapping[str, Callable[..., HttpResponseBase]]] = {
    "close": close,
    "reopen": reopen,
    "post": post_reward,
    "cancel": cancel_reward,
}
"""The deeds by the ends of their addresses."""
