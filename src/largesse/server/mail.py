"""How notices leave as mail: a mail server's URL becomes Django's settings for it."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

TIMEOUT: Final = 5
"""Seconds that a mail server is waited for; the notice in the back office is there anyway."""

_PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class MailServer(NamedTuple):
    """Django's settings of the same names, in this order: EMAIL_BACKEND, EMAIL_HOST and so on."""

    backend: str = "django.core.mail.backends.dummy.EmailBackend"
    host: str = ""
    port: int = 0
    host_user: str = ""
    host_password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def mail_server(url: str) -> MailServer:
    """What `smtp+tls://user:password@host:587` says; no URL sends no mail.

    `smtp+tls` begins in plain text and turns to TLS, `smtps` speaks TLS from the start, `smtp` never.
    Raises ValueError for a URL of any other kind.
    """
    if not url:
        return MailServer()
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(
            "LARGESSE_MAIL is no mail server; write smtp+tls://user:password@host, smtps://… or smtp://…"
        )
    return MailServer(
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtp+tls",
        parts.scheme == "smtps",
    )
