"""Opening a notice reads it, and leads to its order."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from largesse.backoffice.site import staff
from largesse.orders import notices
from largesse.orders.models import Notice


@require_POST
def open_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The order of the reader's own notice; the first page for who may not see orders."""
    user = staff(request)
    notice = get_object_or_404(Notice, pk=pk, user=user)
    notices.read(notice, user, timezone.now())
    if user.has_perm("orders.view_order"):
        return redirect("admin:orders_order_change", notice.order_id)
    return redirect("admin:index")
