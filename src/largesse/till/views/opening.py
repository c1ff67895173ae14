"""Before the first sale: which location and till this device is, and who sells."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from largesse.catalog.models import Location
from largesse.till.views.page import COOKIE, COOKIE_AGE, Visit, for_cashiers
from largesse.till.views.showing import show

TILL_MAX = 99


@require_safe
@for_cashiers
def till(visit: Visit) -> HttpResponse:
    """The sale on this device's till; or the question which till it is."""
    if visit.counter is None:
        return _ask(visit)
    method = visit.request.GET.get("method")
    return show(visit.told(method=method) if method else visit)


def _ask(visit: Visit, *, location: str = "", number: str = "1", error: str = "") -> HttpResponse:
    locations = Location.objects.filter(active=True).order_by("is_shop", "title")
    chosen = location or (locations[0].code if locations else "")
    told = {
        "visit": visit,
        "locations": locations,
        "chosen": chosen,
        "number": number,
        "error": error,
    }
    return render(visit.request, "till/opening.html", told, status=422 if error else 200)


@require_POST
@for_cashiers
def open_till(visit: Visit) -> HttpResponse:
    """Keep which till this device is, whoever signs in on it."""
    code, number = (
        visit.request.POST.get("location", ""),
        visit.request.POST.get("till", "").strip(),
    )
    location = Location.objects.filter(code=code, active=True).first()
    if location is None:
        return _ask(visit, number=number, error="Choose the location that this till stands in.")
    if not (number.isascii() and number.isdecimal() and 1 <= int(number[:6]) <= TILL_MAX):
        error = f"A till has a number from 1 to {TILL_MAX}."
        return _ask(visit, location=code, number=number, error=error)
    response = redirect("till:till")
    response.set_signed_cookie(
        COOKIE,
        f"{code}:{int(number)}",
        salt=COOKIE,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=visit.request.is_secure(),
    )
    return response


@require_POST
@for_cashiers
def leave(visit: Visit) -> HttpResponse:
    """This device is another till, or none. What was on its screen stays with the till."""
    response = redirect("till:till")
    response.delete_cookie(COOKIE)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The next cashier signs in; the device stays the till that it is."""
    logout(request)
    return redirect(f"{reverse('admin:login')}?next={reverse('till:till')}")
