"""Links to free units: a cart knows which one brought a line, and says so of one that gave nothing
(AL-6).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from largesse.engine.quote import Quote
from largesse.offers.models import Allotment, AllotmentLink, LinkVisit
from largesse.shop.carts import Kept


def link_of(allotment: Allotment) -> str:
    """The name of the link that is out."""
    return AllotmentLink.objects.values_list("name", flat=True).get(
        allotment=allotment, revoked_at=None
    )


def without_revoked(kept: Kept) -> Kept:
    """What is kept, as it is priced: a link that was revoked gives nothing, whoever opened it before
    (AL-6).
    """
    links = {line.link for line in kept.lines if line.link}
    if not links:
        return kept
    out = AllotmentLink.objects.filter(name__in=links, revoked_at=None)
    holding = set(out.values_list("name", flat=True))
    return replace(
        kept,
        lines=tuple(
            replace(line, allotment=None) if line.link and line.link not in holding else line
            for line in kept.lines
        ),
    )


class NothingFree(Struct, frozen=True):
    """What a cart says of a link that gave nothing: its product is in the cart all the same."""

    heading: str
    sentence: str


_NOTHING_FREE: Final[Mapping[str, tuple[str, str]]] = {
    LinkVisit.Outcome.ALTERED: (
        "This link gives nothing free.",
        "The link isn’t quite the one that was sent out: open it in the message that it came with, or"
        " ask whoever sent it.",
    ),
    LinkVisit.Outcome.REVOKED: (
        "This link gives nothing free any more.",
        "A new link has replaced it: whoever sent it may have that.",
    ),
    LinkVisit.Outcome.OUTDATED: (
        "This link gives nothing free any more.",
        "It is an old link: whoever sent it may have a new one.",
    ),
}
"""By what became of a link: a heading and a sentence."""


def nothing_free(outcome: str, sku: str, quote: Quote) -> NothingFree | None:
    """What to say of a link of a product; nothing once the product is out of the cart again."""
    others = {line.id for line in quote.cart.lines if line.allotment or line.option_of}
    line = next((line for line in quote.lines if line.sku == sku and line.id not in others), None)
    if outcome not in _NOTHING_FREE or line is None:
        return None
    heading, sentence = _NOTHING_FREE[outcome]
    return NothingFree(
        heading, f"{line.name or line.sku} is in your cart at its ordinary price. {sentence}"
    )
