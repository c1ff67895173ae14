"""The link of a party brings guests to it: whoever holds it may shop there, while the party is open
(SP-1).

An address is `/party/<name>.<signature>`. A party has a link from when it is made; those that are
older have one once somebody asks for it. Closing the party leaves its link as it is: it says that the
party is closed, and brings guests again once the party is opened again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from largesse.ledger.plan import Insert
from largesse.offers import link_keys
from largesse.offers.links import Links, Told
from largesse.orders.answers import Deed
from largesse.orders.models import Party, PartyLink, PartyVisit
from largesse.orders.rows import inserted

LINKS: Final = Links(
    model=PartyLink,
    visits=PartyVisit,
    of="party",
    joined=("party__host", "party__rep"),
    path="/party/",
    # Of one part, where an allotment's has two: so neither is ever the other's.
    signed=lambda _, name: name,
    channels=("party link", "false party"),
)


def path_of(party: Party) -> str | None:
    """The path of a party's link; None where it has none yet."""
    return paths_of([party]).get(party.pk)


def paths_of(parties: Iterable[Party]) -> dict[UUID, str]:
    """The paths of some parties' links by the parties' keys; of those that have one."""
    return LINKS.known_paths(parties)


def ensured_path(party: Party, *, at: datetime, by: str) -> str:
    """The path of a party's link, made where it has none yet."""
    return LINKS.paths([party], at=at, by=by)[party.pk]


def renew(party: Party, *, at: datetime, by: str) -> str:
    """Let the link that is out bring nobody any more, and make a new one; its path."""
    LINKS.renew(party, at=at, by=by)
    return ensured_path(party, at=at, by=by)


def first_of(party: Party, deed: Deed) -> Insert:
    """The row of the link that a party is made with."""
    link_keys.in_use(at=deed.at, by=deed.actor)
    return inserted(PartyLink, [LINKS.row(party.id, at=deed.at, by=deed.actor)])


def told(token: str, *, at: datetime) -> Told[PartyLink]:
    """What the end of an address says; the party of a link that holds may be closed."""
    return LINKS.told(token, at)


def opened(token: str, *, at: datetime, address: str | None = None) -> Told[PartyLink]:
    """The same of an address that somebody opens: the visit is logged."""
    return LINKS.opened(token, at, address)
