"""A link gives its holder an allotment's free units; its address is signed, and tells nothing else
than the product (AL-5, AL-6).

An address is `/register/<sku>/<name>.<signature>`: the signature is over the SKU and the name. What the
allotment is called, how many units it has and when it holds may change: the cart says whether they are
free.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from largesse.catalog.models import Product
from largesse.offers.links import Links
from largesse.offers.models import Allotment, AllotmentLink, LinkVisit

Outcome = LinkVisit.Outcome


def _signed(allotment: Allotment, name: str) -> str:
    """What of an address is signed: the SKU, and which link it is."""
    return f"{allotment.product.sku}/{name}"


LINKS: Final = Links(
    model=AllotmentLink,
    visits=LinkVisit,
    of="allotment",
    joined=("allotment__product", "allotment__organization"),
    path="/register/",
    signed=_signed,
    channels=("link", "false link"),
)


class Opened(NamedTuple):
    """What became of a link that somebody opened."""

    outcome: LinkVisit.Outcome
    allotment: Allotment | None
    """Only where the link holds; it may be closed, over or used up: the cart says so."""
    product: Product | None
    """What goes in the cart. Of a link that was changed, what its intact part tells; it may be one
    that is no longer sold.
    """


def path_of(allotment: Allotment) -> str | None:
    """The path of an allotment's link, which is made when it is granted; None where it has none."""
    return paths_of([allotment]).get(allotment.pk)


def paths_of(allotments: Iterable[Allotment]) -> dict[UUID, str]:
    """The paths of some allotments' links by the allotments' keys; of those that have one."""
    return LINKS.known_paths(allotments)


def ensured_path(allotment: Allotment, *, at: datetime, by: str) -> str:
    """The path of an allotment's link, made where it has none yet."""
    return LINKS.paths([allotment], at=at, by=by)[allotment.pk]


def revoke(allotment: Allotment, *, at: datetime, by: str) -> str:
    """Let the link that is out give nothing any more, and make a new one; its path."""
    LINKS.renew(allotment, at=at, by=by)
    return ensured_path(allotment, at=at, by=by)


def opened(sku: str, token: str, *, at: datetime, address: str | None = None) -> Opened:
    """What a link gives that somebody opens: its allotment, unless it was changed, revoked or is
    signed by a key that is out of use. The visit is logged.
    """
    found = LINKS.opened(f"{sku}/{token}", at, address)
    return Opened(
        found.outcome,
        found.holding.allotment if found.holding else None,
        found.link.allotment.product if found.link else _product(sku),
    )


def _product(sku: str) -> Product | None:
    """The product of an SKU, also where a slash put into the token made a piece of that its end."""
    if "\0" in sku:
        return None  # no text that a database keeps
    skus = (sku, sku.rpartition("/")[0])
    return max(Product.objects.filter(sku__in=skus), key=lambda p: len(p.sku), default=None)
