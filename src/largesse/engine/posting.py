"""Postings: the awards that one product, code or need may bring in, and of those the ones live now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from largesse.engine.award import Award
from largesse.engine.window import Instant

if TYPE_CHECKING:
    from largesse.engine.offers.promotion import Promotion


def alone_order(award: Award) -> tuple[int, tuple[int, str, int]]:
    """The largest bound first, then by rank."""
    return -award.bound, award.rank


def tied_order(award: Award) -> tuple[bool, int, tuple[int, str, int]]:
    """Those first whose units others may share or that may go below a floor, then by bound and
    rank.
    """
    return not award.shares, -award.bound, award.rank


class Live(NamedTuple):
    """The awards of one posting that are live from `start` until `end`.

    `alone` is sorted by bound, the largest first, so that a reader can stop at the first that can't
    win, and `tied` likewise behind those that stack; `stacking` and `grouped` by rank.
    """

    start: Instant
    end: Instant
    alone: tuple[Award, ...]
    """Decide line by line and take a unit alone."""
    stacking: tuple[Award, ...]
    """Decide line by line and may share a unit with their like."""
    tied: tuple[Award, ...]
    """Tie units together."""
    grouped: tuple[Award, ...]
    """Belong to an exclusion group."""
    limited: tuple[Promotion, ...] = ()
    """Promotions with a limit of uses or a budget."""

    def joined_by(self, awards: Sequence[Award]) -> Live:
        """With more awards that belong to no exclusion group."""
        alone = [a for a in awards if a.by_line and not a.joins_own]
        stacking = [a for a in awards if a.by_line and a.joins_own]
        tied = [a for a in awards if not a.by_line]
        return self._replace(
            alone=tuple(sorted((*self.alone, *alone), key=alone_order)),
            stacking=tuple(sorted((*self.stacking, *stacking), key=lambda a: a.rank)),
            tied=tuple(sorted((*self.tied, *tied), key=tied_order)),
        )


class Postings:
    """The awards that one product, code or need may bring in, and of those the ones live now."""

    __slots__ = ("_live", "awards")

    def __init__(self, awards: Iterable[Award], *, by_rank: bool = False):
        """`by_rank` says that the awards come in that order."""
        self.awards = tuple(awards if by_rank else sorted(awards, key=lambda a: a.rank))
        self._live: Live | None = None

    def live(self, at: Instant) -> Live:
        """The awards that are live at an instant.

        The last answer is kept with the span in which it holds: ended offers cost nothing (QU-2).
        Two threads may both compute it; they compute the same.
        """
        live = self._live
        if live is None or not live.start <= at < live.end:
            live = self._live = self._live_at(at)
        return live

    def _live_at(self, at: Instant) -> Live:
        start, end = -(10**19), 10**19
        live = []
        for award in self.awards:
            for edge in (award.start, award.end):
                if edge <= at:
                    start = max(start, edge)
                else:
                    end = min(end, edge)
            if award.start <= at < award.end:
                live.append(award)
        single = [a for a in live if a.promotion.exclusion_group is None]
        by_bound = sorted(single, key=alone_order)
        return Live(
            start,
            end,
            tuple(a for a in by_bound if a.by_line and not a.joins_own),
            tuple(a for a in single if a.by_line and a.joins_own),
            tuple(sorted((a for a in single if not a.by_line), key=tied_order)),
            tuple(a for a in live if a.promotion.exclusion_group is not None),
            tuple(dict.fromkeys(a.promotion for a in live if a.promotion.limits)),
        )


NO_POSTINGS = Postings(())
