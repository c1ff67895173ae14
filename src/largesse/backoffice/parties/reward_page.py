"""What the tab of host rewards shows: what is being chosen, the order that was placed, or the frozen
award (SP-6, SP-12).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from largesse.backoffice.amounts import currency_of
from largesse.backoffice.parties.frame import CHANGE, address
from largesse.catalog.models import Product
from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.cart import OrderType
from largesse.engine.faults import Faults
from largesse.engine.money import Currency
from largesse.engine.quote import Quote
from largesse.engine.sprees import spree_of
from largesse.orders.answers import AwardChanged
from largesse.orders.credit.paying import owed_to
from largesse.orders.models import Order, Party
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.parties.drafting import Draft, draft_of, to_price
from largesse.orders.parties.report import FROZEN, Award, report
from largesse.orders.parties.rewarding import award_changed
from largesse.orders.parties.totals import party_totals
from largesse.orders.quoting import quote
from largesse.orders.repricing import priced_again
from largesse.orders.rewards.sprees import over_award
from largesse.pages.figures import amount_text, units_text
from largesse.pages.spree.looking import Look
from largesse.pages.spree.picker import Head, award_said, head, picker, strays
from largesse.pages.spree.reading import Wrong
from largesse.pages.spree.receipt import Receipt, receipt_of

SEES_CREDIT: Final = "backoffice.view_creditaccount"


class TitledHead(NamedTuple):
    """The sums of one spree, with its name."""

    title: str
    head: Head


class NoSpree(NamedTuple):
    """A promotion that rewards hosts, and why it gives this one nothing."""

    title: str
    sentence: str
    url: str


def context_of(
    request: HttpRequest,
    party: Party,
    now: datetime,
    look: Look,
    *,
    wrong: Wrong | None = None,
    first: Collection[str] | None = None,
) -> dict[str, Any]:
    """What is shown of the host's reward as it is now."""
    reward, draft = host_reward_of(party), draft_of(party)
    if reward is not None and reward.state in FROZEN:
        return _frozen(request, party, reward, now)
    if reward is not None and not draft.choices:
        return _placed(request, party, reward)
    return _picking(request, party, reward, draft, now, look, wrong=wrong, first=first)


# --- choosing --------------------------------------------------------------------------------------


def _picking(
    request: HttpRequest,
    party: Party,
    reward: Order | None,
    draft: Draft,
    now: datetime,
    look: Look,
    **said: Any,
) -> dict[str, Any]:
    found = quote(to_price(party, draft.choices, now=now))
    shown = picker(found, look, _icons, **said)
    pick_url = address(party, "pick") if request.user.has_perm(CHANGE) else ""
    if shown is None:
        return {
            "mode": "none",
            "no_sprees": list(_no_sprees(request, found)),
            "reward": reward,
            "lost": {"strays": list(strays(found, ())), "look": look},
            "pick_url": pick_url,
        }
    return {
        "mode": "picking",
        "reward": reward,
        "picker": shown,
        "picker_url": address(party, "rewards"),
        "pick_url": pick_url,
        "receipt": receipt_of(found, _place(party)),
        "title": "Host reward order",
        "state": "draft",
        "deeds": "backoffice/parties/parts/place.html",
        "said": left_said(party, found.sprees, currency_of(request)),
        "due": found.due,
        "version": draft.version,
        "is_refused": over_award(found) is not None,
    }


def _icons(skus: Collection[str]) -> Mapping[str, str]:
    return dict(Product.objects.filter(sku__in=skus).values_list("sku", "icon"))


def _place(party: Party) -> str:
    return "" if party.location is None else party.location.title


def left_said(party: Party, sprees: Sequence[AppliedSpree], currency: Currency) -> str:
    """What becomes of what nothing is chosen for."""
    credited = sum(each.excess for each in sprees if each.carry_over == "credit")
    lapsing = sum(each.excess for each in sprees if each.carry_over == "ignore")
    said = []
    if credited:
        whose = party.host.name.split()[0]
        said.append(
            f"{amount_text(credited, currency)} is left. It goes to {whose}’s credit account when this "
            "order is posted."
        )
    if lapsing:
        said.append(f"{amount_text(lapsing, currency)} is left, and lapses when it is placed.")
    return " ".join(said)


def _no_sprees(request: HttpRequest, found: Quote) -> Iterator[NoSpree]:
    """Why each promotion that is meant for hosts gives this one nothing (EX-1)."""
    links = request.user.has_perm("offers.view_promotion")
    for code, promotion in sorted(found.book.promotions.items()):
        spree = spree_of(promotion)
        if spree is None or OrderType.HOST_REWARD not in spree.order_types:
            continue
        refusal = found.explain(code).refusal
        if refusal is not None:
            listed = reverse("admin:offers_promotion_changelist")
            url = f"{listed}?q={code}" if links else ""
            yield NoSpree(promotion.name, refusal.sentence, url)


# --- placed ----------------------------------------------------------------------------------------


def _placed(request: HttpRequest, party: Party, reward: Order) -> dict[str, Any]:
    """The order as it was placed, and how it would differ at today's award."""
    priced = _priced(reward)
    return {
        "mode": "placed",
        "reward": reward,
        "heads": [] if priced is None else list(_heads(priced)),
        "changed": None if priced is None else _changed(party, reward),
        "said": "" if priced is None else left_said(party, priced.sprees, priced.book.currency),
        **_card(reward, priced, party),
    }


def _priced(reward: Order) -> Quote | None:
    """The order priced as it was placed; None where the offers of that time are gone."""
    try:
        return priced_again(reward)
    except (LookupError, ValueError, Faults):
        return None


def _changed(party: Party, reward: Order) -> AwardChanged | None:
    return award_changed(reward, party_totals(party))


def _heads(priced: Quote) -> Iterator[TitledHead]:
    units = {line.id: line.units for line in priced.lines}
    for spree in priced.sprees:
        chosen = sum(units[line] for line in spree.lines)
        shown = head(spree, chosen, priced.book.currency)
        yield TitledHead(spree.description or spree.title, shown)


def _card(reward: Order, priced: Quote | None, party: Party) -> dict[str, Any]:
    receipt: Receipt | None = None if priced is None else receipt_of(priced, _place(party))
    lines = list(reward.lines.all())
    return {
        "receipt": receipt,
        "lines": lines,
        "is_returned": any(line.units_refunded for line in lines),
        "title": f"Host reward order {reward.number}",
        "state": reward.state,
        "deeds": "backoffice/parties/parts/reward_deeds.html",
    }


# --- frozen ----------------------------------------------------------------------------------------


def _frozen(request: HttpRequest, party: Party, reward: Order, now: datetime) -> dict[str, Any]:
    """What was awarded, spent and carried over; guests' returns do not change it any more."""
    priced = _priced(reward)
    told = report(party, at=now)
    applied = {} if priced is None else {spree.offer: spree for spree in priced.sprees}
    account = owed_to(party.host.number, "", reward.currency)
    sees = request.user.has_perm(SEES_CREDIT) and told.carried_over
    return {
        "mode": "frozen",
        "reward": reward,
        "heads": [
            TitledHead(award.title, _head_of(award, applied.get(award.offer), reward))
            for award in told.awards
        ],
        "account_url": reverse("admin:backoffice_creditaccount_change", args=[account.id])
        if sees
        else "",
        "carried_over": told.carried_over,
        "to_settle": told.settled.open,
        **_card(reward, priced, party),
    }


def _head_of(award: Award, applied: AppliedSpree | None, reward: Order) -> Head:
    """The sums of an award that is frozen."""
    currency = Currency.of(reward.currency)
    kept = sum(
        line.units - line.units_refunded
        for line in reward.lines.all()
        if applied is not None and line.line in applied.lines
    )
    share = 100 * award.spent / award.award if award.award else 100.0
    return Head(
        award=award.award,
        award_said=award_said(applied, currency) if applied is not None else "frozen",
        spent=award.spent,
        spent_said=units_text(kept, "item") if applied is not None else "",
        left=award.left,
        left_said="was credited when posted" if award.carried_over else "lapsed",
        due=award.due,
        used_percent=f"{share:.2f}",
    )
