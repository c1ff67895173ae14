"""Links are signed by one key at a time; a key that was rotated tells those that are out from false
ones for the retention time, and not an instant longer (AL-6).

What a key signs with is made of the server's secret and the key's salt: neither of them alone signs
anything. The secret may change, as long as the old one is kept among the old secrets.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction

from largesse.offers.models import LinkKey

SEPARATOR: Final = "."
"""What stands between a text and its signature."""


def sign(texts: Iterable[str], *, at: datetime, by: str) -> list[str]:
    """Texts with their signatures by the key in use; the first time, one is made."""
    return signed(texts, in_use(at=at, by=by))


def signed(texts: Iterable[str], key: LinkKey) -> list[str]:
    """Texts with their signatures by a key."""
    signer = _signer(key)
    return [signer.sign(text) for text in texts]


def signed_by(text: str) -> LinkKey | None:
    """The key that signed a text, whether it still holds or not; None for one that was changed."""
    keys = LinkKey.objects.order_by("-made_at")
    return next((key for key in keys if is_signed(text, key)), None)


def is_signed(text: str, key: LinkKey) -> bool:
    """Whether a text ends in its signature by a key; compared in constant time."""
    try:
        _signer(key).unsign(text)
    except BadSignature:
        return False
    return True


def holds(key: LinkKey, at: datetime) -> bool:
    """Whether what a key signed holds at an instant: until the retention time after it was rotated."""
    return key.retired_at is None or at < key.retired_at + settings.LINK_RETENTION


def in_use(*, at: datetime, by: str) -> LinkKey:
    """The key that signs; made where there is none yet."""
    return current() or _made(at, by)


def current() -> LinkKey | None:
    """The key that signs; None before the first link was made."""
    return LinkKey.objects.filter(retired_at=None).first()


def rotate(*, at: datetime, by: str) -> LinkKey:
    """Sign with a new key from now on. Of two that rotate at once, one makes the key of both."""
    with transaction.atomic():
        LinkKey.objects.filter(retired_at=None).update(retired_at=at)
        return _made(at, by)


def _made(at: datetime, by: str) -> LinkKey:
    try:
        with transaction.atomic():
            return LinkKey.objects.create(salt=secrets.token_hex(16), made_at=at, made_by=by)
    except IntegrityError:
        return LinkKey.objects.get(retired_at=None)  # somebody has just made one


def _signer(key: LinkKey) -> Signer:
    return Signer(sep=SEPARATOR, salt=f"largesse.link.{key.salt}")
