"""Words that summaries of all offers share: where they are on offer, when, whether they count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from largesse.engine.cart import Channel
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import Promotion
from largesse.engine.window import Calendar, days_said

_CHANNELS: Final = {
    Channel.SHOP: "in the shop",
    Channel.TILL: "at the till",
    Channel.REP: "through a rep",
    Channel.BACK_OFFICE: "in the back office",
    Channel.API: "through the API",
    Channel.PARTY: "at a party",
}


def where_and_when(offer: Promotion | Deal, calendar: Calendar) -> Iterator[str]:
    """Where an offer is on offer and on which days, as sentences; none where that is everywhere and
    always.
    """
    where = _where(offer.channels, offer.locations)
    if where:
        yield f"{where[0].upper()}{where[1:]} only."
    span = days_said(offer.window, calendar)
    if span:
        yield f"It holds {span}."


def whether_it_counts(offer: Promotion | Deal) -> Iterator[str]:
    """That an offer is archived or switched off, as a sentence."""
    if offer.archived:
        yield "It is archived."
    elif not offer.active:
        yield "It is switched off."


def listed(parts: Iterable[str], word: str) -> str:
    """Parts as people list them: "a, b and c"."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} {word} {last}" if first else last


def _where(channels: Collection[Channel], locations: Iterable[str]) -> str:
    of_channels = [words for channel, words in _CHANNELS.items() if channel in channels]
    places = [f"at {each}" for each in sorted(locations)]
    return " and ".join(filter(None, (listed(of_channels, "or"), listed(places, "or"))))
