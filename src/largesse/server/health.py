"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from largesse.server.schema import unapplied


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, and its tables are those of this program; otherwise 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = unapplied()
    except DatabaseError:
        return _not_ready("the database does not answer")
    if missing:
        some = "1 migration is" if len(missing) == 1 else f"{len(missing)} migrations are"
        return _not_ready(f"{some} not applied")
    return JsonResponse({"status": "ready"})


def _not_ready(reason: str) -> HttpResponse:
    return JsonResponse(
        {"status": "not ready", "reason": reason}, status=503, headers={"Retry-After": "1"}
    )
