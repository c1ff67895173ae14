"""An account: sign in and out, register, credit, and the orders so far."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.contrib.auth import login, logout
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from largesse.business.models import User
from largesse.crm.models import Customer
from largesse.ids import ALPHABET
from largesse.orders.models import Order
from largesse.orders.referring import EDITABLE
from largesse.pages.toasts import toast
from largesse.shop.changing import merge_on_sign_in
from largesse.shop.credit import accounts
from largesse.shop.forms import RegisterForm, SignInForm
from largesse.shop.parties import hosted_by
from largesse.shop.views.page import Visit
from largesse.shop.visitor import forget_cart

_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_NUMBER_DIGITS: Final = 7
PARTIES: Final = 5
"""How many parties of a host stand in the account; the others have a page of their own."""


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The credit, the parties and the orders of whoever is signed in."""
    visit = Visit.of(request)
    if visit.visitor.user is None:
        return redirect("shop:sign_in")
    customer = visit.visitor.customer
    orders = Order.objects.none()
    if customer is not None:
        # What a rep sent for approval is no order of theirs before it is placed.
        unplaced = (Order.State.HELD, *EDITABLE)
        orders = Order.objects.filter(customer=customer).exclude(state__in=unplaced)
    page = Paginator(orders.order_by("-placed_at", "-id"), 20).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "customer": customer}
    if customer is not None:
        parties = list(hosted_by(customer)[: PARTIES + 1])
        context |= {
            "credit": accounts(customer, visit.business.currency),
            "parties": parties[:PARTIES],
            "more_parties": len(parties) > PARTIES,
        }
    return visit.show("account.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    visit = Visit.of(request)
    if visit.visitor.user is not None:
        return redirect("shop:account")
    form = SignInForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _welcome(visit, form.get_user())
    return visit.show("sign_in.html", {"form": form, "next": _next(request)})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    visit = Visit.of(request)
    if visit.visitor.user is not None:
        return redirect("shop:account")
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _welcome(visit, _new_customer(visit, form.cleaned_data))
        except IntegrityError:
            form.add_error("email", "There is an account with this e-mail. Sign in instead.")
    return visit.show("register.html", {"form": form, "next": _next(request)})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    toast(request, "You are signed out.")
    response = redirect("shop:products")
    forget_cart(response)
    return response


def _welcome(visit: Visit, user: Any) -> HttpResponse:
    """Sign in, and let the guest's cart follow."""
    request = visit.request
    login(request, user, backend=_BACKEND)
    customer = Customer.objects.filter(user=user, active=True).first()
    wanted = _next(request)
    response = redirect(wanted or "shop:account")
    if customer is not None:
        merge_on_sign_in(request, customer, visit.now)
        forget_cart(response)
    return response


def _new_customer(visit: Visit, said: dict[str, str]) -> User:
    with transaction.atomic():
        user = User.objects.create_user(said["email"], said["email"], said["password"])
        Customer.objects.create(
            number=_new_number(),
            name=said["name"],
            email=said["email"],
            joined_on=visit.business.calendar.day_of(visit.now),
            user=user,
        )
    return user


def _new_number() -> str:
    """A number such as `W-7K3M9QX`: 35 bits of chance, so that nobody waits for a sequence."""
    return "W-" + "".join(secrets.choice(ALPHABET) for _ in range(_NUMBER_DIGITS)).upper()


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: a page of this shop, or nothing."""
    said = request.POST.get("next") or request.GET.get("next") or ""
    if said and url_has_allowed_host_and_scheme(said, {request.get_host()}, request.is_secure()):
        return said
    return reverse("shop:account") if said else ""
