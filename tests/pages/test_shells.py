"""What stands around every page, and what is shown when all else fails."""

from __future__ import annotations

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from largesse.pages import errors
from largesse.pages.navigation import NavEntry, OfficeShell, ShopShell
from largesse.pages.sign_in import SignIn
from largesse.pages.toasts import toast

OFFICE = OfficeShell(
    (
        NavEntry("Orders", "receipt-text", "/office/orders/", badge=3),
        NavEntry("Deals", "handshake", "/office/deals/", "Offers", badge=0),
    ),
    user_name="Dana Maria Whitfield",
    search_url="/office/find/",
)
SHOP = ShopShell(
    "Alder & Finch",
    groups=(NavEntry("Kitchen", "tag", "/kitchen/"),),
    cart_url="/cart/",
    cart_count=8,
    account_url="/account/",
)


def request_for(path: str = "/office/orders/S-1/", theme: str = "") -> HttpRequest:
    request = RequestFactory().get(path)
    if theme:
        request.COOKIES["theme"] = theme
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def page(shell: str, request: HttpRequest, **context: object) -> str:
    source = f'{{% extends "pages/{shell}.html" %}}{{% block heading %}}Here{{% endblock %}}'
    return engines["django"].from_string(source).render(context, request)


def test_the_theme_is_in_the_page_before_any_script_runs():
    assert '<html lang="en" data-theme="dark">' in page("office", request_for(theme="dark"))
    assert '<html lang="en">' in page("office", request_for())
    assert '<html lang="en">' in page("office", request_for(theme="x onload=y"))


def test_the_navigation_marks_where_one_is_and_counts_what_waits():
    html = page("office", request_for(), office=OFFICE)
    assert 'href="/office/orders/" title="Orders" aria-current="page"' in html
    assert html.count("count-due") == 1
    assert ">DW<" in html


def test_a_shop_names_the_business_and_counts_the_cart():
    html = page("shop", request_for("/kitchen/mugs/"), shop=SHOP)
    assert "<title>Largesse · Alder &amp; Finch</title>" in html
    assert '<a href="/kitchen/" aria-current="page">Kitchen</a>' in html
    assert 'id="cart-count">8<' in html
    assert "Sign in" in html


def test_one_can_skip_to_the_page():
    html = page("shop", request_for(), shop=SHOP)
    assert html.index('href="#main"') < html.index("<header")
    assert 'id="main"' in html


def test_a_toast_offers_to_undo():
    request = request_for()
    toast(request, "Autumn boards archived.", undo="/offers/7/restore/")
    toast(request, "Saved.")
    html = page("office", request, office=OFFICE)
    assert html.count("data-toast") == 2
    assert html.count('<form method="post" action="/offers/7/restore/">') == 1


def test_a_refused_sign_in_does_not_say_which_part_was_wrong():
    form = SignIn(None, {"username": "", "password": "x"})
    html = render_to_string("pages/sign_in.html", {"form": form, "next": "/office/"}, request_for())
    assert "This field is required." in html
    assert '<input type="hidden" name="next" value="/office/">' in html
    assert "name and password" in SignIn.error_messages["invalid_login"]


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_an_error_is_a_sentence_with_a_way_on(status):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = "dark"
    response = errors.page(request, status)
    html = response.content.decode()
    assert response.status_code == status
    assert 'data-theme="dark"' in html
    assert 'href="/"' in html
    assert str(status) not in html
