"""What the cart asks, in a real browser: offers to take or leave, gifts; and the upgrade (AC-8)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server
from tests.browser.pictures import take
from tests.browser.test_shop import ADDRESS, add, pay
from tests.words import spec

APRON = "Linen apron, flax"
SOAP = "A bar of soap to try"
BIRTHDAY = "It’s your birthday month"

Asked = Callable[[str], Page]


def choice(page: Page, title: str) -> Locator:
    """The check box of an offer."""
    return page.get_by_role("checkbox", name=re.compile(f"^Take .*{title}$"))


def sums(page: Page) -> Locator:
    return page.locator("#sums")


def stay(page: Page) -> None:
    """Leave a mark that a reload would wipe out."""
    page.evaluate("window.stayed = true")


def has_stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def empty_cart(page: Page) -> None:
    page.goto("/cart")
    remove = page.get_by_role("button", name=re.compile("^Remove "))
    while remove.count():
        remove.first.click()


@spec("PR-3", "IF-33", "IF-38")
def test_what_is_ticked_holds_until_it_is_left_and_comes_back_without_a_reload(page: Page) -> None:
    add(page, APRON)
    page.goto("/cart")
    stay(page)
    box = choice(page, SOAP)
    expect(box).to_be_checked()
    expect(page.locator("h1")).to_contain_text("1 item, 1 added")
    gift = page.locator(".cart-line", has_text="Olive oil soap, mint")
    expect(gift.locator(".tag")).to_have_text(SOAP)
    expect(gift.locator(".cart-sum b")).to_have_text("Free")
    expect(gift.get_by_role("button")).to_have_count(0)

    box.focus()
    page.keyboard.press("Space")
    expect(gift).to_have_count(0)
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(gift).to_have_count(1)
    expect(box).to_be_checked()
    page.keyboard.press("Space")
    expect(gift).to_have_count(0)
    assert has_stayed(page)

    # While the order is too small it is not asked about; the answer holds when it is again.
    page.get_by_label(f"Quantity of {APRON}").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("2 items")
    expect(box).not_to_be_checked()


@spec("PR-3", "AC-3", "IF-33")
def test_an_offer_that_is_taken_is_a_line_of_its_own_in_the_summary(signed_in: Asked) -> None:
    page = signed_in("customer")
    empty_cart(page)
    add(page, APRON)
    page.goto("/cart")
    box = choice(page, BIRTHDAY)
    expect(box).not_to_be_checked()
    expect(sums(page)).not_to_contain_text(BIRTHDAY)
    box.check()
    # It is shown by itself; the small thank-you is of the same kind, and rolls up.
    expect(sums(page).locator("summary", has_text=BIRTHDAY)).to_contain_text("−5.00")
    expect(sums(page).locator("summary", has_text="Thank you")).to_contain_text("−2.00")

    page.get_by_role("button", name="Check out").click()
    pay_button = page.get_by_role("button", name=re.compile("^Pay"))
    page.fill("#id_street", "1 Pine Street")
    stay(page)
    before = pay_button.inner_text()
    choice(page, BIRTHDAY).uncheck()
    expect(page.locator("#order-side")).not_to_contain_text(BIRTHDAY)
    expect(pay_button).not_to_have_text(before)
    choice(page, BIRTHDAY).check()
    expect(page.locator("#order-side")).to_contain_text(BIRTHDAY)
    expect(pay_button).to_have_text(before)
    expect(page.locator("#id_street")).to_have_value("1 Pine Street")
    assert has_stayed(page)
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order")
    expect(page.locator(".shop-summary")).to_contain_text(BIRTHDAY)
    take(page, "shop-order-taken")
    page.get_by_role("link", name="Cancel order").click()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.locator(".badge").first).to_have_text("Cancelled")


@spec("AC-3", "IF-33")
def test_several_discounts_of_one_kind_are_one_sum_that_opens(page: Page) -> None:
    add(page, "Tea towel, ink stripe", 3)
    add(page, "Soy candle, fig", 2)
    page.goto("/cart")
    rolled = sums(page).locator("details", has_text="The more linen, the less")
    expect(rolled).to_contain_text("Soy candles by the dozen")
    inside = rolled.get_by_text("Tea towel, ink stripe")
    expect(inside).to_be_hidden()
    rolled.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_visible()


@spec("AC-7", "IF-33", "IF-38")
def test_a_gift_is_chosen_by_keyboard_and_put_back(page: Page) -> None:
    add(page, APRON, 2)
    page.goto("/cart")
    stay(page)
    none = page.get_by_role("radio", name="No gift")
    expect(none).to_be_checked()
    none.focus()
    page.keyboard.press("ArrowUp")
    cards = page.get_by_role("radio", name="Letterpress cards, eight, thank you")
    expect(cards).to_be_checked()
    expect(cards).to_be_focused()
    line = page.locator(".cart-line", has_text="Letterpress cards, eight, thank you")
    expect(line.locator(".cart-sum b")).to_have_text("Free")
    expect(line.get_by_role("button")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="Shortbread, butter")).to_be_checked()
    expect(line).to_have_count(0)
    page.get_by_role("radio", name="No gift").check()
    expect(page.locator(".cart-line", has_text="Shortbread")).to_have_count(0)
    assert has_stayed(page)


@spec("PR-3", "AC-7", "IF-38")
def test_taking_and_choosing_works_without_scripts(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/p/AP-2041")
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Add to cart").click()
    page.goto("/cart")
    page.get_by_role("radio", name="Shortbread, butter").check()
    page.get_by_role("button", name="Choose").click()
    expect(page.locator(".cart-line", has_text="Shortbread, butter")).to_have_count(1)
    choice(page, SOAP).uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(choice(page, SOAP)).not_to_be_checked()
    expect(page.locator(".cart-line", has_text="Olive oil soap")).to_have_count(0)
    context.close()


@spec("AC-8", "IF-33")
def test_who_bought_the_upgrade_pays_less_but_not_for_another_upgrade(
    page: Page, signed_in: Asked
) -> None:
    page.goto("/account/register")
    page.fill("#id_name", "Paula Perrin")
    page.fill("#id_email", "paula.perrin@example.com")
    page.fill("#id_password", "nine green apples")
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator("h1")).to_contain_text("Paula Perrin")
    mug = "Stoneware mug, chalk"

    add(page, mug)
    page.goto("/cart")
    expect(sums(page)).not_to_contain_text("Preferred customer")
    empty_cart(page)
    number = buy_the_upgrade(page)
    add(page, mug)
    page.goto("/cart")
    expect(sums(page)).not_to_contain_text("Preferred customer")

    post(signed_in("support"), number)

    add(page, "Preferred customer upgrade")
    page.goto("/cart")
    discount = sums(page).locator("details", has_text="Preferred customer")
    expect(discount.locator("summary")).to_contain_text("−2.18")
    upgrade = page.locator(".cart-line", has_text="Preferred customer upgrade")
    expect(upgrade.locator(".cart-sum")).to_have_text("25.00")
    expect(page.locator(".cart-line", has_text=mug).locator(".cart-sum")).to_contain_text("12.32")
    take(page, "shop-preferred")


def buy_the_upgrade(page: Page) -> str:
    add(page, "Preferred customer upgrade")
    page.goto("/cart")
    page.get_by_role("button", name="Check out").click()
    pay(page)
    return page.locator("h1 .num").inner_text()


def post(office: Page, number: str) -> None:
    """Staff send an order off."""
    office.goto(f"/back-office/orders/order/?q={number}")
    office.get_by_role("link", name=number).first.click()
    office.locator(".page-head").get_by_role("link", name="Post").click()
    office.get_by_label("Reason").fill("handed over")
    office.get_by_role("button", name="Post order").click()
    expect(office.locator(".page-head .badge")).to_have_text("Posted")


@spec("IF-38")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 834, 390])
def test_what_is_asked_fits_its_window(page: Page, server: Server, theme: str, width: int) -> None:
    page.context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    add(page, APRON, 2)
    page.goto("/cart")
    page.get_by_role("radio", name="Shortbread, butter").check()
    expect(page.locator(".cart-line", has_text="Shortbread, butter")).to_have_count(1)
    _fits(page, f"shop-asks-{width}-{theme}", width)
    page.get_by_role("button", name="Check out").click()
    expect(page.locator("#held-note")).to_be_visible()
    for name in ("street", "city"):
        page.fill(f"#id_{name}", ADDRESS[name])
    _fits(page, f"shop-asks-checkout-{width}-{theme}", width)


def _fits(page: Page, name: str, width: int) -> None:
    take(page, name)
    assert page.locator("html").evaluate("e => e.scrollWidth") <= width
