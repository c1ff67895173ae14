"""Whoever can sign in can open every page that their navigation offers, and nothing breaks there."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.words import spec

ROLES = (
    "administrator",
    "merchandiser",
    "approver",
    "cashier",
    "rep",
    "support",
    "auditor",
)


def navigation(page: Page) -> list[str]:
    """The addresses that the navigation of the back office offers."""
    links = page.locator("nav a[href^='/back-office/']").all()
    return list(dict.fromkeys(urlsplit(link.get_attribute("href") or "").path for link in links))


@spec("IF-10", "IF-30", "IF-38", "QU-45")
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_opens(role: str, signed_in: Callable[[str], Page]) -> None:
    page = signed_in(role)
    offered = navigation(page)

    assert offered
    for address in offered:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert page.locator("h1").count() == 1, address


@spec("IF-10", "IF-33")
def test_a_shopper_signs_in_and_sees_the_demo(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("customer")
    page.goto("/")

    assert page.get_by_text("Alder & Finch").first.is_visible()
    assert page.locator("a[href^='/p/']").count() > 5


@spec("IF-10", "IF-20")
def test_the_documentation_of_the_api_opens(page: Page) -> None:
    answer = page.goto("/docs")

    assert answer is not None
    assert answer.status == 200
    page.locator("h1").first.wait_for()


@spec("IF-38")
def test_a_page_that_is_not_there_says_so_and_offers_a_way_on(page: Page) -> None:
    answer = page.goto("/nothing-here")

    assert answer is not None
    assert answer.status == 404
    assert page.locator("a").count() >= 1
