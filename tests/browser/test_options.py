"""Options in a real browser: a gift through a link, wrapped for whoever pays for the wrapping."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.allotments import MUG, PTA, granted
from tests.browser.conftest import Server
from tests.browser.pictures import take
from tests.browser.test_shop import pay, total
from tests.words import spec

WRAPPING = "Gift wrapping"


def line(page: Page, product: str) -> Locator:
    """The line of a product in the cart, or on the page of an order."""
    title = page.locator(".title", has_text=re.compile(f"^{re.escape(product)}$"))
    return page.locator(".cart-line", has=title)


@spec("AL-12", "AL-5", "IF-33", "IF-38")
def test_through_a_link_the_product_is_free_and_what_is_ticked_is_charged(
    page: Page, server: Server
) -> None:
    page.goto(granted(server, "Wrapped mugs", 5))
    expect(total(page)).to_contain_text("6.50")
    take(page, "options-offered")
    option = page.get_by_role("checkbox", name=WRAPPING)

    option.check()
    wrapping = line(page, WRAPPING)
    expect(wrapping).to_contain_text(f"with {MUG}")
    expect(wrapping.locator(".cart-sum")).to_have_text("6.00")
    expect(line(page, MUG).locator(".cart-sum")).to_contain_text("Free")
    expect(page.locator(".note").first).to_contain_text("not shipping or options")
    # Wrapping, its tax of 10.25 %, and shipping.
    expect(total(page)).to_contain_text("13.12")
    expect(option).to_be_focused()

    # There is no more wrapping than mugs.
    page.get_by_role("button", name=f"One more {WRAPPING}").click()
    expect(wrapping.locator(".error")).to_contain_text("Enter 1 or less")
    take(page, "options-too-many")
    page.get_by_role("button", name=f"One more {MUG}").click()
    expect(page.get_by_label(f"Quantity of {MUG}")).to_have_value("2")
    page.get_by_role("button", name=f"One more {WRAPPING}").click()
    expect(wrapping.locator(".cart-sum")).to_have_text("12.00")
    page.get_by_role("button", name=f"One fewer {MUG}").click()
    expect(wrapping.locator(".cart-sum")).to_have_text("6.00")
    take(page, "options-cart")

    page.get_by_role("button", name="Check out", exact=True).click()
    expect(page.locator("#order-side")).to_contain_text(f"With {MUG}")
    pay(page)
    expect(line(page, MUG)).to_contain_text(f"Free, from {PTA}")
    expect(line(page, WRAPPING)).to_contain_text(f"1 unit with {MUG}")
    expect(line(page, WRAPPING).locator(".cart-sum")).to_have_text("6.00")
    expect(total(page)).to_contain_text("13.12")
    take(page, "options-order")
    page.get_by_role("link", name="Receipt").click()
    expect(page.locator(".slip")).to_contain_text(f"with {MUG}")
    take(page, "options-receipt")


@spec("AL-12", "IF-33")
def test_an_option_is_ticked_by_the_keyboard_on_the_page_of_its_product(
    page: Page, server: Server
) -> None:
    page.goto(f"{server.url}/p/MG-201")
    page.get_by_role("checkbox", name=WRAPPING).focus()
    page.keyboard.press("Space")
    take(page, "options-product")
    page.get_by_label("Quantity").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text(f"{MUG} is in your cart.")
    page.goto(f"{server.url}/cart")
    expect(line(page, WRAPPING).get_by_label(f"Quantity of {WRAPPING}")).to_have_value("2")

    page.get_by_role("button", name=f"Remove {MUG}").click()
    expect(page.locator(".cart-empty")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(line(page, WRAPPING)).to_contain_text(f"6.00 each with {MUG}")
