"""The Deals tab: each deal open to the customer, how far the order is with it, what it brings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.core.paginator import Paginator
from msgspec import Struct

from largesse.engine.benefits.bonus_stock import BonusStock
from largesse.engine.deals.progress import DealProgress
from largesse.engine.offers.deal import Deal
from largesse.engine.quote import AppliedDeal, Quote
from largesse.pages.figures import amount_text, count_text, units_text
from largesse.rep import catalog
from largesse.rep.drafts import Draft, with_quantity
from largesse.rep.line_deals import to_add
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


class Card(Struct, frozen=True):
    """A deal. `done` and `of` are what the order has of what the trigger asks for, with `value` and
    `most` for the bar; `foot` stands beside the button.
    """

    code: str
    title: str
    ends: datetime | None
    pinned: bool
    state: str
    gives: tuple[TierSaid, ...]
    done: str
    of: str
    value: int
    most: int
    said: str
    foot: str
    deed: Deed
    adds: str
    better: bool
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
        done, of, value, most = _reached(self.quote, deal, progress)
        said, foot, deed, adds, better = self._what(deal, progress, applied_deal)
        picked = any(line.deal == deal.code for line in self.work.draft.lines)
        return Card(
            deal.code,
            deal.name,
            None if deal.window.end is None else deal.window.end - _LAST_INSTANT,
            deal.pinned,
            progress.state,
            tiers(deal, progress.tier, self.currency),
            done,
            of,
            min(value, most),
            most,
            said,
            foot,
            deed,
            adds,
            better,
            self.may_refer
            and deal.referable
            and progress.state == "not_met"
            and bool(progress.lines),
            applied_deal is not None and (picked or self.work.draft.assign == "best"),
        )

    def _what(
        self, deal: Deal, progress: DealProgress, applied_deal: AppliedDeal | None
    ) -> tuple[str, str, Deed, str, bool]:
        """What a card says below the bar and at its foot, its button, and whether it is advised."""
        if applied_deal is not None:
            return self._applied(deal, applied_deal)
        if progress.state == "qualifies":
            return self._would_bring(deal, progress)
        return self._lacks(deal, progress)

    def _applied(self, deal: Deal, on: AppliedDeal) -> tuple[str, str, Deed, str, bool]:
        brings, more = self._brings(deal, on), qualifying(self.work, deal.code) - set(on.lines)
        if more and not on.referred:
            foot = f"{len(on.lines)} of {_lines([*on.lines, *more])}"
            return brings, foot, "apply", "", False
        deed: Deed = "allocate" if on.credit and not deal.gives else "detach"
        return brings, _lines(on.lines), deed, "", False

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

    def _would_bring(self, deal: Deal, progress: DealProgress) -> tuple[str, str, Deed, str, bool]:
        brings = f"Brings {self._money(progress.would_bring)} · takes {_lines(progress.lines)}"
        then = self._asked(applied(self.work, deal.code))
        if then is None:
            return brings, "", "apply", "", False
        gain = then.benefit - self.quote.benefit
        if gain > 0:
            return brings, f"+{self._money(gain)} in all", "apply", "", True
        return brings, self._holders(progress), "apply", "", False

    def _holders(self, progress: DealProgress) -> str:
        """Which deals hold the lines that a deal would take."""
        wanted = set(progress.lines)
        holding = [each for each in self.quote.deals if wanted & set(each.lines)]
        held = sum(len(wanted & set(each.lines)) for each in holding)
        lines = "it" if len(wanted) == 1 else "them" if held == len(wanted) else f"{held} of them"
        if len(holding) == 1:
            return f"{holding[0].title} holds {lines}"
        return f"{number_word(len(holding))} deals hold {lines}" if holding else ""

    def _lacks(self, deal: Deal, progress: DealProgress) -> tuple[str, str, Deed, str, bool]:
        lacks = progress.lacks
        foot = "May be referred" if deal.referable and self.may_refer else ""
        if lacks is None:
            return "", foot, "", "", False
        more = self._more(deal, progress)
        if progress.lines == ():
            return more, foot, "find", "", False
        sku, units = fill_of(self.work, deal, progress)
        if not units:
            return more, foot, "find", "", False
        then = self._asked(with_quantity(self.work.kept, sku, _with(self.work, sku, units)))
        on = None if then is None else next((d for d in then.deals if d.offer == deal.code), None)
        if on is not None and on.benefit:
            more = f"{more} would bring {self._money(on.benefit)}"
        return more, foot, "fill", count_text(units), False

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


def fill_of(work: Work, deal: Deal, progress: DealProgress) -> tuple[str, int]:
    """The product on the order of which more fills what a deal lacks, and how many units: that of
    which most is ordered, then the first.
    """
    lacks = progress.lacks
    if lacks is None:
        return "", 0
    products = work.book.catalog.products
    fitting = [
        line
        for line in work.draft.lines
        if deal.covers(line.sku)
        and (lacks.add_from is None or line.sku in lacks.add_from)
        and not products[line.sku].quantity_decimals
    ]
    if not fitting:
        return "", 0
    line = max(fitting, key=lambda each: each.quantity)
    return line.sku, to_add(progress, products[line.sku])


def _with(work: Work, sku: str, units: int) -> int:
    line = work.draft.line_of(sku)
    return units + (int(line.quantity) if line is not None else 0)


def _lines(ids: Sequence[str]) -> str:
    return units_text(len(ids), "line")


def _reached(quote: Quote, deal: Deal, progress: DealProgress) -> tuple[str, str, int, int]:
    """What the order has of what the trigger asks for, in words and as figures."""
    money, lacks = quote.book.currency, progress.lacks
    tier = deal.tiers[max(progress.tier, 1) - 1]
    if lacks is not None and lacks.needed:
        found, needed, in_money = lacks.found or 0, lacks.needed, lacks.unit == "money"
    elif tier.min_units or not tier.min_value:
        found, needed, in_money = progress.units, max(tier.min_units, 1), False
    else:
        found, needed, in_money = progress.value, tier.min_value, True
    if in_money:
        return amount_text(found, money), f"of {amount_text(needed, money)} at list", found, needed
    benefit = tier.benefit
    if isinstance(benefit, BonusStock):
        times = found // benefit.every
        said = f"of {count_text(benefit.every)}{_times(times)}"
        return count_text(found), said, found, benefit.every
    return count_text(found), f"of {units_text(needed, 'unit')}", found, needed


def _times(count: int) -> str:
    """
    >>> _times(1), _times(2), _times(4)
    ('', ', twice', ', 4 times')
    """
    return "" if count < 2 else ", twice" if count == 2 else f", {count_text(count)} times"
