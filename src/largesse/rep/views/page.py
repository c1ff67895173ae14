"""What every page of the rep shares: who may enter, the shell, and the instant of the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from largesse.business.models import Business, User
from largesse.catalog.models import Location
from largesse.ids import parse_id
from largesse.orders.models import Cart
from largesse.pages.figures import initials
from largesse.rep import desk


@dataclass(frozen=True)
class Visit:
    """One request of a rep. The clock is read here, once, and nowhere below."""

    request: HttpRequest
    now: datetime
    user: User

    @cached_property
    def business(self) -> Business:
        return Business.current()

    @cached_property
    def location(self) -> Location | None:
        """Where drafts are sold unless they say so: the location that sells to the public."""
        return Location.objects.filter(is_shop=True, active=True).first()

    @property
    def name(self) -> str:
        return self.user.get_full_name() or self.user.get_username()

    @property
    def initials(self) -> str:
        return initials(self.name)

    def own(self, shown_id: str) -> Cart:
        """A draft or order of this rep; one of anybody else's is as if it were not there."""
        try:
            record = desk.own(self.user).get(id=parse_id(Cart.prefix, shown_id))
        except (ValueError, Cart.DoesNotExist):
            raise Http404 from None
        desk.follow(record)
        return record

    def show(
        self, template: str, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """A page in the rep's shell."""
        told = {"visit": self, "currency": self.business.currency, **(context or {})}
        return render(self.request, f"rep/{template}", told, status=status)


View = Callable[..., HttpResponse]


def for_reps(view: View) -> View:
    """A view for those who may enter orders; others are asked to sign in, or told that they may not."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return _sign_in(request)
        if not user.has_perm(desk.PERMISSION):
            return render(request, "rep/not_a_rep.html", {"name": user}, status=403)
        return view(Visit(request, timezone.now(), user), *args, **kwargs)

    return asked


def _sign_in(request: HttpRequest) -> HttpResponse:
    page = redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    if request.headers.get("HX-Request"):
        # A part of the page can't show the form: the whole page goes there.
        return HttpResponse(headers={"HX-Redirect": page.url})
    return page
