"""A host passes on the link of her party; a stranger opens it and orders, and the party counts that."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import sprees
from tests.browser.conftest import Server, watched
from tests.browser.pictures import take
from tests.browser.test_shop import MUG, add, pay
from tests.browser.test_sprees import THEMES, WIDTHS, _fits, _window, registers
from tests.words import spec

SignedIn = Callable[[str], Page]


@pytest.fixture
def stranger(browser: Browser, server: Server) -> Iterator[Page]:
    """Somebody with a browser of their own, who has no account."""
    yield from watched(browser, server)


def link_of(page: Page) -> str:
    """The link as it stands on the page of its host."""
    return page.get_by_label("Link for your guests").input_value()


def copies(page: Page, title: str) -> str:
    """Press the button, and read what is on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".toast", has_text=f"Link of {title} copied.")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def joins(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Shop at this party").press("Enter")
    expect(page.locator(".at-party")).to_contain_text("You shop at")


@spec("SP-1", "QU-40", "IF-33", "IF-38")
def test_a_stranger_comes_by_the_link_orders_and_the_hosts_page_counts_it(
    page: Page, server: Server, stranger: Page
) -> None:
    path = sprees.hosted(server, registers(page, "Lina Links"))
    page.goto(path)
    expect(page.locator(".card", has_text="Guest orders")).to_contain_text("200.00")
    link = copies(page, "Lina’s party")
    assert link == link_of(page)

    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Lina’s party")
    expect(stranger.locator("#main")).to_contain_text("Lina invites you")
    assert "Links" not in stranger.locator("body").inner_text()
    take(stranger, "party-invited")
    joins(stranger, link)
    add(stranger, MUG)
    stranger.get_by_role("link", name="in your cart").click()
    expect(stranger.locator(".at-party")).to_contain_text("Lina’s party, hosted by Lina.")
    take(stranger, "party-cart")
    stranger.get_by_role("button", name="Check out").click()
    pay(stranger)
    expect(stranger.locator(".note-good")).to_contain_text("counts at Lina’s party")
    expect(stranger.locator(".at-party")).to_have_count(0)

    page.reload()
    guests = page.locator(".card", has_text="Guest orders")
    expect(guests).to_contain_text("Marta I.")
    expect(guests).to_contain_text("214.50")
    take(page, "party-host")

    # The host herself is told what it is for.
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your guests use this link")
    take(page, "party-invited-host")


@spec("SP-1", "IF-38")
def test_a_party_that_closes_meanwhile_is_told_before_paying_and_the_order_goes_on_without_it(
    page: Page, server: Server, stranger: Page
) -> None:
    path = sprees.hosted(server, registers(page, "Clara Closing"))
    page.goto(path)
    link = link_of(page)
    joins(stranger, link)
    add(stranger, MUG)
    stranger.goto("/cart")
    stranger.get_by_role("button", name="Check out").click()
    expect(stranger.locator("#held-note")).to_contain_text("Your prices are held")

    sprees.close(server, path)

    pay(stranger)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("The party is closed")
    expect(stranger.locator("#main")).to_contain_text("Nothing was ordered and nothing was paid.")
    take(stranger, "party-closed-meanwhile")
    stranger.get_by_role("button", name="Go on without the party").press("Enter")
    expect(stranger.get_by_label(f"Quantity of {MUG}")).to_have_value("1")
    expect(stranger.locator(".at-party")).to_have_count(0)
    stranger.get_by_role("button", name="Check out").click()
    pay(stranger)
    expect(stranger.locator(".note-good")).to_contain_text("Your order is in.")
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Clara’s party is closed.")
    page.reload()
    expect(page.locator(".card", has_text="Guest orders")).to_contain_text("200.00")


@spec("SP-1", "IF-34", "IF-38")
def test_a_new_link_is_made_by_host_and_staff_and_the_old_one_leads_nowhere(
    page: Page, server: Server, stranger: Page, signed_in: SignedIn
) -> None:
    page.goto(sprees.hosted(server, registers(page, "Nora New")))
    first = link_of(page)
    page.get_by_role("link", name="Make a new link").press("Enter")
    dialog = page.locator("#new-link")
    expect(dialog).to_be_visible()
    take(page, "party-new-link")
    dialog.get_by_role("button", name="Make a new link").click()
    expect(page.locator(".toast")).to_contain_text("Your party has a new link.")
    second = link_of(page)
    stranger.goto(first)
    expect(stranger.locator("#main")).to_contain_text("A new link has replaced it")

    office = signed_in("support")
    office.goto("/back-office/orders/party/?q=Nora")
    office.get_by_role("link", name="Nora’s party", exact=True).click()
    assert copies(office, "Nora’s party") == second
    take(office, "party-office")
    office.get_by_role("link", name="Make a new link").click()
    asked = office.locator("#question")
    asked.get_by_role("button", name="Make a new link").click()
    expect(office.locator(".toast")).to_contain_text("Nora’s party has a new link.")
    stranger.goto(second)
    expect(stranger.get_by_role("heading", level=1)).to_have_text(
        "This link leads to the party no more."
    )


@pytest.fixture(scope="module")
def linked(server: Server, browser: Browser) -> tuple[str, str]:
    """The path and the link of a party that stays open."""
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    path = sprees.hosted(server, registers(page, "Wilma Windowsmith"))
    page.goto(path)
    link = link_of(page)
    context.close()
    return path, link


@spec("SP-1", "IF-38")
@THEMES
@WIDTHS
def test_a_guests_pages_fit_their_window(
    stranger: Page, server: Server, linked: tuple[str, str], theme: str, width: int
) -> None:
    _, link = linked
    _window(stranger, server, theme, width)
    stranger.goto(f"{link}x")
    _fits(stranger, f"party-nowhere-{width}-{theme}", width)
    stranger.goto(link)
    _fits(stranger, f"party-invited-{width}-{theme}", width)
    joins(stranger, link)
    _fits(stranger, f"party-shop-{width}-{theme}", width)
    stranger.goto("/cart")
    _fits(stranger, f"party-cart-{width}-{theme}", width)
