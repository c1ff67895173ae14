"""Behind a proxy, every request comes from the proxy; the address of who asked is in a header."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from largesse.server.environment import is_on

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def seen_through(application: Application) -> Application:
    """The application with REMOTE_ADDR as the proxy saw it, where there is said to be a proxy.

    The last address of X-Forwarded-For is the one that our proxy wrote; those before it are what
    whoever asked wrote, and may be anything.
    """
    if not is_on("BEHIND_PROXY"):
        return application

    def behind_proxy(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        last = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if last:
            environ["REMOTE_ADDR"] = last
        return application(environ, start_response)

    return behind_proxy
