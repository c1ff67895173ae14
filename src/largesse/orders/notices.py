"""A notice tells a user what became of an order; it is written with the event itself (DE-8)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException
from typing import Final
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet

from largesse.business.models import User
from largesse.ids import uuid7
from largesse.ledger.plan import Insert
from largesse.orders.models import Notice
from largesse.orders.rows import inserted

log: Final = logging.getLogger(__name__)

TEXT_MAX: Final = 400


def unread(user: User) -> QuerySet[Notice]:
    """What a user has not read yet, the newest first."""
    return (
        Notice.objects.filter(user=user, read_at=None).select_related("order").defer("order__quote")
    )


def read(notice: Notice, user: User, at: datetime) -> bool:
    """A user has read a notice; False where it is not theirs, or was read before."""
    own = Notice.objects.filter(pk=notice.pk, user=user, read_at=None)
    return bool(own.update(read_at=at))


def told(usernames: Iterable[str], order_id: UUID, at: datetime, text: str) -> tuple[Insert, ...]:
    """The rows of a notice to each of these users; an actor that is no user is told nothing."""
    users = User.objects.filter(username__in=list(usernames), is_active=True)
    short = text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"
    rows = [
        {"id": uuid7(), "user_id": pk, "order_id": order_id, "at": at, "text": short}
        for pk in users.values_list("pk", flat=True)
    ]
    return (inserted(Notice, rows),) if rows else ()


def settle(order_id: UUID, requester: str, at: datetime) -> None:
    """An order was decided about: whoever else was asked need not look any more."""
    asked = Notice.objects.filter(order_id=order_id, read_at=None)
    asked.exclude(user__username=requester).update(read_at=at)


def mail(usernames: Iterable[str], subject: str, text: str) -> None:
    """Send it by e-mail too, once the transaction is committed, to those who have an address.

    The notice is what counts: mail that can't be sent is logged, and nothing else.
    """
    users = User.objects.filter(username__in=list(usernames), is_active=True).exclude(email="")
    addresses = list(users.values_list("email", flat=True))
    if addresses:
        transaction.on_commit(lambda: _send(addresses, subject, text))


def _send(addresses: Iterable[str], subject: str, text: str) -> None:
    for address in addresses:
        try:
            send_mail(subject, text, None, [address])
        except (OSError, SMTPException) as error:
            log.warning("mail was not sent: %s", error)


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """How people read who did something: a user by the full name, anything else as it is."""
    asked = set(actors)
    users = User.objects.filter(username__in=asked)
    named = {user.username: user.get_full_name() or user.username for user in users}
    return {actor: named.get(actor, actor) for actor in asked}


def name_of(actor: str) -> str:
    """How people read who did something."""
    return names_of([actor])[actor]
