"""The index of deals: those that a cart may have lines on, found by its products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from largesse.engine.offers.deal import Deal
from largesse.engine.window import Instant, micros

_LONG_AGO, _FAR_AHEAD = -(10**18), 10**18


class _Postings:
    """The deals over one product by rank, and of those the ones live now with the span that holds."""

    __slots__ = ("_live", "deals")

    def __init__(self, deals: Iterable[Deal]):
        self.deals = tuple(sorted(deals, key=lambda deal: deal.rank))
        self._live: tuple[Instant, Instant, tuple[Deal, ...]] | None = None

    def live(self, at: Instant) -> tuple[Deal, ...]:
        """The deals that hold at an instant; the last answer is kept, so ended ones cost nothing."""
        live = self._live
        if live is None or not live[0] <= at < live[1]:
            live = self._live = self._live_at(at)
        return live[2]

    def _live_at(self, at: Instant) -> tuple[Instant, Instant, tuple[Deal, ...]]:
        start, end, found = _LONG_AGO, _FAR_AHEAD, []
        for deal in self.deals:
            opens = micros(deal.window.start, open=_LONG_AGO)
            closes = micros(deal.window.end, open=_FAR_AHEAD)
            for edge in (opens, closes):
                if edge <= at:
                    start = max(start, edge)
                else:
                    end = min(end, edge)
            if opens <= at < closes:
                found.append(deal)
        return start, end, tuple(found)


class DealIndex:
    """The deals that are switched on, by the products that they cover."""

    __slots__ = ("_by_sku",)

    def __init__(self, deals: Iterable[Deal] = ()):
        by_sku: dict[str, list[Deal]] = defaultdict(list)
        for deal in deals:
            for sku in _covered(deal):
                by_sku[sku].append(deal)
        self._by_sku = {sku: _Postings(found) for sku, found in by_sku.items()}

    def changed(self, gone: Collection[Deal], added: Iterable[Deal]) -> DealIndex:
        """This index without some deals and with others; what they don't touch is shared."""
        index = DealIndex()
        index._by_sku = dict(self._by_sku)
        fresh: dict[str, list[Deal]] = defaultdict(list)
        for deal in gone:
            for sku in _covered(deal):
                fresh[sku].clear()
        for deal in added:
            for sku in _covered(deal):
                fresh[sku].append(deal)
        ids = {id(deal) for deal in gone}
        for sku, new in fresh.items():
            before = self._by_sku.get(sku)
            kept = [d for d in before.deals if id(d) not in ids] if before is not None else []
            if kept or new:
                index._by_sku[sku] = _Postings([*kept, *new])
            else:
                index._by_sku.pop(sku, None)
        return index

    def __bool__(self) -> bool:
        return bool(self._by_sku)

    def touching(self, skus: Iterable[str], at: Instant) -> list[Deal]:
        """The deals that hold at an instant and cover one of some products, by rank."""
        found: dict[str, Deal] = {}
        for sku in skus:
            postings = self._by_sku.get(sku)
            if postings is not None:
                found.update((deal.code, deal) for deal in postings.live(at))
        return sorted(found.values(), key=lambda deal: deal.rank)


def _covered(deal: Deal) -> Iterable[str]:
    return deal.skus if deal.active and not deal.archived else ()
