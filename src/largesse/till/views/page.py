"""What every request at a till shares: who sells, on which till, and the sale that it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from largesse.business import configuration
from largesse.business.models import Business, User
from largesse.catalog.models import Location
from largesse.pages.figures import initials
from largesse.till.counter import Counter, keep
from largesse.till.pricing import Work
from largesse.till.ringing import Rings

SELL: Final = "till.add_sale"
"""Who may sell at a till: cashiers and administrators."""

MANAGE: Final = "till.change_sale"
"""Who may discount lines and refund whatever the settings say of cashiers."""

COOKIE: Final = "till"
COOKIE_AGE: Final = 365 * 24 * 3600
"""A year, in seconds."""


@dataclass(frozen=True)
class Visit:
    """One request at a till. The clock is read here, once, and nowhere below."""

    request: HttpRequest
    now: datetime
    user: User
    notes: dict[str, Any] = field(default_factory=dict)
    """What the page is to say besides: errors beside their fields, a dialog to open."""

    @cached_property
    def business(self) -> Business:
        return Business.current()

    @cached_property
    def counter(self) -> Counter | None:
        """The till that this device is; None before it was chosen."""
        said = self.request.get_signed_cookie(COOKIE, "", salt=COOKIE) or ""
        code, _, number = said.rpartition(":")
        location = Location.objects.filter(code=code, active=True).first() if code else None
        return Counter(location, int(number)) if location is not None else None

    @property
    def name(self) -> str:
        return self.user.get_full_name() or self.user.get_username()

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def ways(self) -> tuple[tuple[str, str], ...]:
        """The ways to discount a line, each with its words."""
        return (("amount", "Amount off"), ("percent", "Percent off"), ("price", "New price"))

    @property
    def can_email(self) -> bool:
        """Whether the server has been told how to send mail."""
        return bool(settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL)

    @property
    def actor(self) -> str:
        """What the record of an order says who sold it, and where."""
        return f"{self.name}, {self.at.name}"[:120]

    @property
    def at(self) -> Counter:
        """The till; only asked where there is one."""
        assert self.counter is not None
        return self.counter

    @cached_property
    def may_manage(self) -> bool:
        return self.user.has_perm(MANAGE)

    @cached_property
    def may_discount(self) -> bool:
        return self.may_manage or configuration.value(configuration.CASHIERS_DISCOUNT_LINES)

    @cached_property
    def may_refund(self) -> bool:
        return self.may_manage or configuration.value(configuration.CASHIERS_REFUND)

    @property
    def deed(self) -> str:
        """The page's own name for what it does: the same once more is the same deed."""
        return self.request.headers.get("X-Deed", "")[:40]

    def work(self) -> Work:
        """The sale on the screen as it is now."""
        return Work(self.at, self.at.shown(), self.now, self.business)

    def told(self, **notes: Any) -> Visit:
        """The same, with more to say on its page."""
        self.notes.update(notes)
        return self


Change = Callable[[Work], Rings | None]
"""What a deed makes of a sale; None where it leaves it, having noted why."""


def changed(visit: Visit, change: Change, **more: Any) -> Work:
    """The sale on the screen, changed: on what it is now, and again if another request came first."""
    for _ in range(8):
        shown = visit.work()
        if visit.deed and shown.sale is not None and visit.deed in shown.sale.deeds:
            return shown
        work = Work(visit.at, None, visit.now, visit.business) if shown.is_sold else shown
        rings = change(work)
        if rings is None:
            return shown
        sale = work.sale or visit.at.opened(visit.user, visit.now)
        if work.sale is None and sale.version:
            continue
        if keep(sale, rings, visit.now, visit.deed, **more):
            return visit.work() if more else Work(visit.at, sale, visit.now, visit.business)
    return visit.told(said="Another page keeps changing this sale. Try again.").work()


# --- who may enter -----------------------------------------------------------------------------------

View = Callable[..., HttpResponse]


def for_cashiers(view: View) -> View:
    """A view for those who may sell; others are asked to sign in, or told that they may not."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            if is_from_script(request):
                return HttpResponse(status=401)
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not user.has_perm(SELL):
            return render(request, "till/not_a_cashier.html", {"name": user}, status=403)
        return view(Visit(request, timezone.now(), user), *args, **kwargs)

    return asked


def at_a_till(view: View) -> View:
    """A view for cashiers at a till that was chosen."""

    @wraps(view)
    def asked(visit: Visit, *args: Any, **kwargs: Any) -> HttpResponse:
        if visit.counter is None:
            return (
                HttpResponse(status=409) if is_from_script(visit.request) else redirect("till:till")
            )
        return view(visit, *args, **kwargs)

    return for_cashiers(asked)


def is_from_script(request: HttpRequest) -> bool:
    """Whether the page asks for its parts alone."""
    return "X-Deed" in request.headers
