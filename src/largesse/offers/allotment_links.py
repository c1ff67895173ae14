"""A link gives its holder an allotment's free units; its address is signed, and tells nothing else
than the product (AL-5, AL-6).

An address is `/register/<sku>/<name>.<signature>`: the name is random, and the signature is over the
SKU and the name. What the allotment is called, how many units it has and when it holds may change:
the cart says whether they are free.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import quote
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from largesse.catalog.models import Product
from largesse.ids import ALPHABET
from largesse.offers import guessing, link_keys
from largesse.offers.guessing import Entrant
from largesse.offers.models import Allotment, AllotmentLink, LinkVisit

PATH: Final = "/register/"
"""What the path of every link begins with."""

VISITS_MAX: Final = 200
"""How many visits of one address are kept in ten minutes. The others are answered alike."""

_NAME_LENGTH: Final = 15  # 75 bits
_NAME: Final = re.compile(f"(?=([{ALPHABET}]{{{_NAME_LENGTH}}})[{link_keys.SEPARATOR}])")
"""Wherever a name may stand, also in what a changed slash or a letter too many has made of it."""

Outcome = LinkVisit.Outcome

log = structlog.get_logger("largesse.links")


class Opened(NamedTuple):
    """What became of a link that somebody opened."""

    outcome: LinkVisit.Outcome
    allotment: Allotment | None
    """Only where the link holds; it may be closed, over or used up: the cart says so."""
    product: Product | None
    """What goes in the cart. Of a link that was changed, what its intact part tells; it may be one
    that is no longer sold.
    """


# --- making links ----------------------------------------------------------------------------------


def path_of(allotment: Allotment, *, at: datetime, by: str) -> str:
    """The path of an allotment's link, made where it has none yet."""
    return paths_of([allotment], at=at, by=by)[allotment.pk]


def paths_of(allotments: Iterable[Allotment], *, at: datetime, by: str) -> dict[UUID, str]:
    """The paths of some allotments' links by the allotments' keys, made where there are none yet."""
    wanted = list(allotments)
    links = AllotmentLink.objects.filter(allotment__in=wanted, revoked_at=None)
    names = dict(links.values_list("allotment_id", "name"))
    for allotment in wanted:
        if allotment.pk not in names:
            names[allotment.pk] = _made(allotment, at, by).name
    texts = [_unsigned(each, names[each.pk]) for each in wanted]
    signed = link_keys.sign(texts, at=at, by=by)
    return {each.pk: PATH + quote(text) for each, text in zip(wanted, signed, strict=True)}


def _unsigned(allotment: Allotment, name: str) -> str:
    """What of an address is signed: the SKU, and which link it is."""
    return f"{allotment.product.sku}/{name}"


def revoke(allotment: Allotment, *, at: datetime, by: str) -> None:
    """Let the link that is out give nothing any more, and make a new one."""
    with transaction.atomic():
        # Locked, so that of two who revoke it at once each makes a link that holds or is revoked.
        Allotment.objects.select_for_update().get(pk=allotment.pk)
        links = AllotmentLink.objects.filter(allotment=allotment, revoked_at=None)
        links.update(revoked_at=at, revoked_by=by)
        _made(allotment, at, by)


def _made(allotment: Allotment, at: datetime, by: str) -> AllotmentLink:
    name = "".join(secrets.choice(ALPHABET) for _ in range(_NAME_LENGTH))
    try:
        with transaction.atomic():
            return AllotmentLink.objects.create(
                allotment=allotment, name=name, made_at=at, made_by=by
            )
    except IntegrityError:
        return AllotmentLink.objects.get(allotment=allotment, revoked_at=None)  # made just now


# --- opening them ----------------------------------------------------------------------------------


def opened(sku: str, token: str, *, at: datetime, address: str | None = None) -> Opened:
    """What a link gives that somebody opens: its allotment, unless it was changed, revoked or is
    signed by a key that is out of use. The visit is logged.
    """
    text = f"{sku}/{token}"
    link = _named(text)
    outcome = _outcome(link, text, at)
    _log(outcome, link, at, address)
    return Opened(
        outcome,
        link.allotment if link and outcome is Outcome.OPENED else None,
        link.allotment.product if link else _product(sku),
    )


def _named(text: str) -> AllotmentLink | None:
    """The link that an address names, whether the rest of it is intact or not."""
    links = AllotmentLink.objects.select_related("allotment__product", "allotment__organization")
    return links.filter(name__in=_NAME.findall(text)).first()


def _outcome(link: AllotmentLink | None, text: str, at: datetime) -> LinkVisit.Outcome:
    if link is None or not text.startswith(_unsigned(link.allotment, link.name)):
        return Outcome.ALTERED
    key = link_keys.signed_by(text)
    if key is None:
        return Outcome.ALTERED
    if not link_keys.holds(key, at):
        return Outcome.OUTDATED
    return Outcome.OPENED if link.revoked_at is None else Outcome.REVOKED


def _product(sku: str) -> Product | None:
    """The product of an SKU, also where a slash put into the token made a piece of that its end."""
    if "\0" in sku:
        return None  # no text that a database keeps
    skus = (sku, sku.rpartition("/")[0])
    return max(Product.objects.filter(sku__in=skus), key=lambda p: len(p.sku), default=None)


def _log(
    outcome: LinkVisit.Outcome, link: AllotmentLink | None, at: datetime, address: str | None
) -> None:
    """Keep the visit, and tell it to the server's log: never the token, which is as good as units."""
    allotment = link.allotment if link else None
    write = log.info if outcome is Outcome.OPENED else log.warning
    write(
        "link opened",
        outcome=outcome.value,
        allotment=allotment.code if allotment else None,
        address=address,
    )
    # Counted apart, so that a flood of false links does not push the true ones out of the log.
    channel = "link" if outcome is Outcome.OPENED else "false link"
    if guessing.count(Entrant(channel, address or "", VISITS_MAX), at):
        LinkVisit.objects.create(
            at=at, outcome=outcome.value, allotment=allotment, address=_address(address)
        )


def _address(told: str | None) -> str | None:
    """An address as a database keeps it; None for what a proxy or a socket calls one and is none."""
    try:
        return str(ip_address((told or "").partition("%")[0]))
    except ValueError:
        return None
