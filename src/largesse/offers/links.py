"""A link is a random name with a signature: whoever holds it may use what it is of (AL-6, SP-1).

Each allotment, and each party, has one link at a time. What it is called and what it gives may change
without breaking the link; revoking breaks it, and so does a change of a single letter of its address.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from msgspec import Struct

from largesse.ids import ALPHABET
from largesse.offers import guessing, link_keys
from largesse.offers.guessing import Entrant
from largesse.offers.models import Link, Visit

VISITS_MAX: Final = 200
"""How many visits of one address are kept in ten minutes. The others are answered alike."""

_NAME_LENGTH: Final = 15  # 75 bits
_NAME: Final = re.compile(f"(?=([{ALPHABET}]{{{_NAME_LENGTH}}})[{link_keys.SEPARATOR}])")
"""Wherever a name may stand, also in what a changed slash or a letter too many has made of it."""

Outcome = Visit.Outcome
L = TypeVar("L", bound=Link)

log = structlog.get_logger("largesse.links")


class Told(Struct, Generic[L], frozen=True):
    """What an address says: its outcome, and the link whose name it has, whether it holds or not."""

    outcome: Visit.Outcome
    link: L | None

    @property
    def holding(self) -> L | None:
        """The link, where it holds."""
        return self.link if self.outcome is Outcome.OPENED else None


class Links(Struct, Generic[L], frozen=True, kw_only=True):
    """The links of one kind of thing: where they are kept, and what their addresses say."""

    model: type[L]
    visits: type[Visit]
    of: str
    """What a link is of, as its rows and those of visits name it."""
    joined: tuple[str, ...]
    """What is read with a link."""
    path: str
    """What the path of every link begins with."""
    signed: Callable[[Any, str], str]
    """What of an address is signed, by what the link is of and the link's name."""
    channels: tuple[str, str]
    """By which the visits of true links and of false ones are counted, apart: so that a flood of false
    links does not push the true ones out of the log.
    """

    # --- making them -----------------------------------------------------------------------------

    def paths(self, owners: Iterable[Any], *, at: datetime, by: str) -> dict[UUID, str]:
        """The paths of the links of some things by the things' keys, made where there are none yet."""
        wanted = list(owners)
        names = self._names(wanted)
        for owner in wanted:
            if owner.pk not in names:
                names[owner.pk] = self._made(owner.pk, at, by).name
        texts = [self.signed(each, names[each.pk]) for each in wanted]
        return self._paths(wanted, link_keys.sign(texts, at=at, by=by))

    def known_paths(self, owners: Iterable[Any]) -> dict[UUID, str]:
        """The same, of those that have a link. It writes nothing."""
        known = list(owners)
        names, key = self._names(known), link_keys.current()
        if key is None:
            return {}
        linked = [each for each in known if each.pk in names]
        texts = [self.signed(each, names[each.pk]) for each in linked]
        return self._paths(linked, link_keys.signed(texts, key))

    def row(self, owner: UUID, *, at: datetime, by: str) -> dict[str, Any]:
        """The columns of a new link of what has this key."""
        name = "".join(secrets.choice(ALPHABET) for _ in range(_NAME_LENGTH))
        return {f"{self.of}_id": owner, "name": name, "made_at": at, "made_by": by}

    def renew(self, owner: Any, *, at: datetime, by: str) -> None:
        """Let the link that is out work no more, where there is one, and make a new one."""
        with transaction.atomic():
            # Locked, so that of two who revoke it at once each makes a link that holds or is revoked.
            type(owner)._default_manager.select_for_update().get(pk=owner.pk)
            rows = self.model._default_manager.filter(**{self.of: owner}, revoked_at=None)
            rows.update(revoked_at=at, revoked_by=by)
            self._made(owner.pk, at, by)

    def _made(self, owner: UUID, at: datetime, by: str) -> L:
        rows = self.model._default_manager
        try:
            with transaction.atomic():
                return rows.create(**self.row(owner, at=at, by=by))
        except IntegrityError:
            return rows.get(**{self.of: owner}, revoked_at=None)  # made just now

    def _names(self, owners: list[Any]) -> dict[UUID, str]:
        rows = self.model._default_manager.filter(**{f"{self.of}__in": owners}, revoked_at=None)
        return dict(rows.values_list(f"{self.of}_id", "name"))

    def _paths(self, owners: list[Any], signed: list[str]) -> dict[UUID, str]:
        pairs = zip(owners, signed, strict=True)
        return {each.pk: self.path + quote(text) for each, text in pairs}

    # --- opening them ----------------------------------------------------------------------------

    def told(self, text: str, at: datetime) -> Told[L]:
        """What the end of an address says, without a trace of having been asked."""
        rows = self.model._default_manager.select_related(*self.joined)
        link = rows.filter(name__in=_NAME.findall(text)).first()
        return Told(self._outcome(link, text, at), link)

    def opened(self, text: str, at: datetime, address: str | None) -> Told[L]:
        """The same of an address that somebody opens: the visit is logged."""
        found = self.told(text, at)
        _log(self, found, at, address)
        return found

    def _outcome(self, link: L | None, text: str, at: datetime) -> Visit.Outcome:
        if link is None or not text.startswith(self.signed(self.owner(link), link.name)):
            return Outcome.ALTERED
        key = link_keys.signed_by(text)
        if key is None:
            return Outcome.ALTERED
        if not link_keys.holds(key, at):
            return Outcome.OUTDATED
        return Outcome.OPENED if link.revoked_at is None else Outcome.REVOKED

    def owner(self, link: L) -> Any:
        """What a link is of."""
        return getattr(link, self.of)


def _log(links: Links[Any], found: Told[Any], at: datetime, address: str | None) -> None:
    """Keep the visit, and tell it to the server's log: never the token, which is as good as its use."""
    owner = None if found.link is None else links.owner(found.link)
    is_true = found.outcome is Outcome.OPENED
    called: Mapping[str, Any] = {
        links.of: None if owner is None else getattr(owner, owner.code_field)
    }
    write = log.info if is_true else log.warning
    write("link opened", outcome=found.outcome.value, address=address, **called)
    channel = links.channels[0 if is_true else 1]
    if guessing.count(Entrant(channel, address or "", VISITS_MAX), at):
        links.visits._default_manager.create(
            at=at, outcome=found.outcome.value, address=_address(address), **{links.of: owner}
        )


def _address(told: str | None) -> str | None:
    """An address as a database keeps it; None for what a proxy or a socket calls one and is none."""
    try:
        return str(ip_address((told or "").partition("%")[0]))
    except ValueError:
        return None
