"""The Deals tab: each deal open to the customer, how far the order is with it, what it brings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from django.core.paginator import Paginator
from msgspec import Struct

from largesse.engine.benefits.bonus_stock import BonusStock
from largesse.engine.deals.progress import DealProgress
from largesse.engine.offers.deal import Deal
from largesse.engine.quote import Quote
from largesse.engine.quoted import AppliedDeal
from largesse.pages.figures import amount_text, count_text, units_text
from largesse.rep import catalog
from largesse.rep.drafts import Draft
from largesse.rep.filling import fill_of
from largesse.rep.moving import applied, qualifying
from largesse.rep.wording import TierSaid, brief, number_word, products, tiers
from largesse.rep.work import Work

PAGE: Final = 48
"""Cards of one page."""

QUOTES_MOST: Final = 12
"""So many cards say what the order would come to: each of these costs a quote."""

_LAST_INSTANT: Final = timedelta(microseconds=1)

STATES: Final = ("applied", "referred", "qualifies", "not_met")

Deed = Literal["allocate", "detach", "apply", "fill", "find", ""]


class Reached(NamedTuple):
    """What the order has of what a trigger asks for, in words, and as figures for a bar."""

    done: str
    of: str
    value: int
    most: int

    @property
    def is_full(self) -> bool:
        return self.value >= self.most


class Offered(NamedTuple):
    """What a card says below the bar and at its foot, and its button: `adds` is how many units it adds,
    `better` whether the order would bring more by it.
    """

    said: str
    foot: str
    deed: Deed
    adds: str = ""
    better: bool = False


class Card(Struct, frozen=True):
    """A deal, with its last day."""

    code: str
    title: str
    ends: datetime | None
    pinned: bool
    state: str
    gives: tuple[TierSaid, ...]
    has: Reached
    does: Offered
    may_be_referred: bool
    may_be_detached: bool


class CardsPage(Struct, frozen=True):
    """What the Deals tab shows: pinned deals first; `counts` of each state, of those searched for."""

    pinned: tuple[Card, ...]
    others: tuple[Card, ...]
    page: Any
    counts: dict[str, int]
    show: str
    words: str

    @property
    def is_empty(self) -> bool:
        return not self.pinned and not self.others


def cards_page(
    work: Work, show: str, words: str, page_number: str, *, may_refer: bool
) -> CardsPage:
    """The deals that `words` name, by their own text or by a product that they cover."""
    found = _searched(work, words)
    counts = {"all": len(found)} | {
        state: sum(progress.state == state for progress in found) for state in STATES
    }
    shown = [p for p in found if show not in STATES or p.state == show]
    deals = work.book.deals
    shown.sort(key=lambda each: (not deals[each.offer].pinned, STATES.index(each.state)))
    page = Paginator(shown, PAGE).get_page(page_number)
    cards = _Cards(work, may_refer).cards(page)
    return CardsPage(
        tuple(card for card in cards if card.pinned),
        tuple(card for card in cards if not card.pinned),
        page,
        counts,
        show if show in STATES else "all",
        words,
    )


def _searched(work: Work, words: str) -> list[DealProgress]:
    found = list(work.quote.deal_progress)
    if not words:
        return found
    skus = set(catalog.found(words).values_list("sku", flat=True)[:2000])
    return [each for each in found if _is_named(work.book.deals[each.offer], words, skus)]


def _is_named(deal: Deal, words: str, skus: Collection[str]) -> bool:
    text = f"{deal.title} {deal.code} {deal.description}".casefold()
    return all(word in text for word in words.casefold().split()) or any(map(deal.covers, skus))


class _Cards:
    """Cards of one quote; what they would come to costs a quote each, so only some are asked."""

    def __init__(self, work: Work, may_refer: bool):
        self.work, self.quote, self.may_refer = work, work.quote, may_refer
        self.currency = work.quote.book.currency
        self.on = {each.offer: each for each in work.quote.deals}
        self.quotes_left = QUOTES_MOST if work.is_small else 0

    def cards(self, found: Iterable[DealProgress]) -> list[Card]:
        return [self._card(progress) for progress in found]

    def _card(self, progress: DealProgress) -> Card:
        deal = self.work.book.deals[progress.offer]
        applied_deal = self.on.get(deal.code)
        picked = any(line.deal == deal.code for line in self.work.draft.lines)
        return Card(
            deal.code,
            deal.name,
            None if deal.window.end is None else deal.window.end - _LAST_INSTANT,
            deal.pinned,
            progress.state,
            tiers(deal, progress.tier, self.currency),
            _reached(self.quote, deal, progress),
            self._offered(deal, progress, applied_deal),
            self.may_refer
            and deal.referable
            and progress.state == "not_met"
            and bool(progress.lines),
            applied_deal is not None and (picked or self.work.draft.assign == "best"),
        )

    def _offered(
        self, deal: Deal, progress: DealProgress, applied_deal: AppliedDeal | None
    ) -> Offered:
        if applied_deal is not None:
            return self._applied(deal, applied_deal)
        if progress.state == "qualifies":
            return self._would_bring(deal, progress)
        return self._lacks(deal, progress)

    def _applied(self, deal: Deal, on: AppliedDeal) -> Offered:
        brings, more = self._brings(deal, on), qualifying(self.work, deal.code) - set(on.lines)
        if more and not on.referred:
            foot = f"{len(on.lines)} of {_lines([*on.lines, *more])}"
            return Offered(brings, foot, "apply")
        deed: Deed = "allocate" if on.credit and not deal.gives else "detach"
        return Offered(brings, _lines(on.lines), deed)

    def _brings(self, deal: Deal, on: AppliedDeal) -> str:
        said = []
        if on.off:
            said.append(f"Saves {self._money(on.off)}")
        if on.rebate:
            said.append(f"{self._money(on.rebate)} rebate at posting")
        if on.credit:
            used, left = self._money(on.used), self._money(on.left)
            said.append(f"Credit {self._money(on.credit)} · used {used} · left {left}")
        more = self._next_tier(deal, on)
        if more:
            said.append(more)
        if any(line.deal == deal.code for line in self.work.draft.lines) and not on.referred:
            said.append("your pick")
        return " · ".join(said) or "Gives nothing on these lines"

    def _next_tier(self, deal: Deal, on: AppliedDeal) -> str:
        """What the next tier lacks: "36 more for 15 %"."""
        if not 0 < on.tier < len(deal.tiers) or not deal.assorted:
            return ""
        progress = next(p for p in self.quote.deal_progress if p.offer == deal.code)
        tier = deal.tiers[on.tier]
        gives = brief(tier.benefit, self.currency)
        if tier.min_units > progress.units:
            return f"{count_text(tier.min_units - progress.units)} more for {gives}"
        if tier.min_value > progress.value:
            return f"{self._money(tier.min_value - progress.value)} more for {gives}"
        return ""

    def _would_bring(self, deal: Deal, progress: DealProgress) -> Offered:
        brings = f"Brings {self._money(progress.would_bring)} · takes {_lines(progress.lines)}"
        then = self._asked(applied(self.work, deal.code))
        if then is None:
            return Offered(brings, "", "apply")
        gain = then.benefit - self.quote.benefit
        if gain > 0:
            return Offered(brings, f"+{self._money(gain)} in all", "apply", better=True)
        return Offered(brings, self._holders(progress), "apply")

    def _holders(self, progress: DealProgress) -> str:
        """Which deals hold the lines that a deal would take."""
        wanted = set(progress.lines)
        holding = [each for each in self.quote.deals if wanted & set(each.lines)]
        held = sum(len(wanted & set(each.lines)) for each in holding)
        lines = "it" if len(wanted) == 1 else "them" if held == len(wanted) else f"{held} of them"
        if len(holding) == 1:
            return f"{holding[0].title} holds {lines}"
        return f"{number_word(len(holding))} deals hold {lines}" if holding else ""

    def _lacks(self, deal: Deal, progress: DealProgress) -> Offered:
        lacks = progress.lacks
        foot = "May be referred" if deal.referable and self.may_refer else ""
        if lacks is None:
            return Offered("", foot, "")
        more = self._more(deal, progress)
        fill = fill_of(self.work, deal, progress)
        if fill is None:
            return Offered(more, foot, "find")
        then = self._asked(fill.filled(self.work.kept))
        on = None if then is None else next((d for d in then.deals if d.offer == deal.code), None)
        if on is not None and on.benefit:
            more = f"{more} would bring {self._money(on.benefit)}"
        return Offered(more, foot, "fill", adds=count_text(fill.units))

    def _more(self, deal: Deal, progress: DealProgress) -> str:
        lacks = progress.lacks
        assert lacks is not None
        of = lacks.add_from
        wanted = products(deal) if of is None or of.code == deal.code else of.title
        name = f" of {wanted}" if wanted else ""
        if lacks.add_amount:
            return f"{self._money(lacks.add_amount)} more{name}"
        return f"{units_text(lacks.add_units, 'unit')} more{name}" if lacks.add_units else ""

    def _asked(self, draft: Draft) -> Quote | None:
        if not self.quotes_left:
            return None
        self.quotes_left -= 1
        return self.work.priced(draft)

    def _money(self, amount: int) -> str:
        return amount_text(amount, self.currency)


def _lines(ids: Sequence[str]) -> str:
    return units_text(len(ids), "line")


def _reached(quote: Quote, deal: Deal, progress: DealProgress) -> Reached:
    money, lacks = quote.book.currency, progress.lacks
    tier = deal.tiers[max(progress.tier, 1) - 1]
    if lacks is not None and lacks.needed:
        found, needed, in_money = lacks.found or 0, lacks.needed, lacks.unit == "money"
    elif tier.min_units or not tier.min_value:
        found, needed, in_money = progress.units, max(tier.min_units, 1), False
    else:
        found, needed, in_money = progress.value, tier.min_value, True
    if in_money:
        of = f"of {amount_text(needed, money)} at list"
        return Reached(amount_text(found, money), of, min(found, needed), needed)
    benefit = tier.benefit
    if isinstance(benefit, BonusStock):
        needed = benefit.every
        of = f"of {count_text(needed)}{_times(found // needed)}"
    else:
        of = f"of {units_text(needed, 'unit')}"
    return Reached(count_text(found), of, min(found, needed), needed)


def _times(count: int) -> str:
    """
    >>> _times(1), _times(2), _times(4)
    ('', ', twice', ', 4 times')
    """
    return "" if count < 2 else ", twice" if count == 2 else f", {count_text(count)} times"
