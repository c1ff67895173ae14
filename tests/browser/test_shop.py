"""Shopping in a real browser: a guest and a customer buy, a price changes, an order is cancelled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PASSWORD, Server
from tests.browser.pictures import take
from tests.words import spec

ADDRESS = {
    "name": "Marta Ilves",
    "email": "marta@example.com",
    "street": "1 Pine Street",
    "postcode": "98101",
    "city": "Seattle",
    "country": "USA",
}
MUG = "Stoneware mug, chalk"


def add(page: Page, words: str, quantity: int = 1) -> None:
    """Search for a product, open it, and put it into the cart."""
    page.goto("/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search products")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=words).first.click()
    page.get_by_label("Quantity").fill(str(quantity))
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator(".toast")).to_contain_text("is in your cart")


def pay(page: Page, card: str = "4242 4242 4242 4242") -> None:
    for name, said in ADDRESS.items():
        page.fill(f"#id_{name}", said)
    page.fill("#id_card", card)
    page.get_by_role("button", name=re.compile("^Pay")).click()


def total(page: Page) -> Locator:
    return page.locator(".shop-summary .due")


@spec("IF-33", "IF-38", "AC-3", "EX-2")
def test_a_guest_buys_and_cancels(page: Page) -> None:
    add(page, MUG, 2)
    page.get_by_role("link", name="in your cart").click()
    take(page, "shop-cart")

    # Two mugs are one short of three for two.
    near = page.locator(".nearmiss")
    expect(near).to_contain_text("1 more Stoneware mug, chalk: Three mugs for two. Saves")
    near.get_by_role("button", name="Add 1").click()
    expect(page.get_by_label(f"Quantity of {MUG}")).to_have_value("3")
    expect(page.locator(".saved")).to_contain_text("No other mix of offers saves more")
    expect(page.locator("#cart-count")).to_have_text("3")

    page.get_by_role("button", name="Check out").click()
    expect(page.locator(".note")).to_contain_text("Your prices are held")
    pay(page, "4000 0000 0000 0002")
    expect(page.locator("#id_card_error")).to_contain_text("declined")
    expect(page.locator("#id_card")).to_be_focused()
    take(page, "shop-checkout")
    due = page.locator(".shop-summary .due .num").inner_text()
    pay(page)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Order")
    expect(page.locator(".badge").first).to_have_text("Ordered")
    expect(total(page)).to_contain_text(due)
    take(page, "shop-order")

    page.get_by_role("link", name="How each cent came about").click()
    expect(page.locator("svg.plot rect").first).to_be_visible()
    page.locator(".matrix a.why").first.click()
    page.wait_for_url(re.compile(r"cell="))
    expect(page.locator("#cent")).to_contain_text("Three mugs for two")
    take(page, "shop-explanation")

    page.goto(page.url.split("/explanation")[0])
    page.get_by_role("link", name="Cancel order").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This cannot be undone.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Cancel order").click()
    dialog.get_by_role("button", name="Cancel the order").click()
    expect(page.locator(".badge").first).to_have_text("Cancelled")
    expect(page.get_by_role("link", name="Cancel order")).to_have_count(0)


@spec("IF-33", "IF-38")
def test_a_customer_signs_in_with_the_cart_and_finds_the_order_again(page: Page) -> None:
    add(page, MUG)
    page.goto("/account/sign-in?next=/cart")
    page.get_by_label("E-mail").fill("customer")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("[0-9]/cart$"))
    # The customer's own cart may have more of them, from another day.
    expect(page.get_by_label(f"Quantity of {MUG}").last).not_to_have_value("0")
    page.get_by_role("button", name="Check out").click()
    pay(page)
    number = page.locator("h1 .num").inner_text()
    page.goto("/account")
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    take(page, "shop-account-order")


@spec("IF-33", "IF-38")
def test_the_cart_is_worked_by_keyboard(page: Page) -> None:
    add(page, MUG, 2)
    page.goto("/cart")
    field = page.get_by_label(f"Quantity of {MUG}")
    field.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("5 items")
    more = page.get_by_role("button", name=f"One more {MUG}")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("6 items")
    expect(more).to_be_focused()
    code = page.get_by_label("Code or voucher")
    code.fill("NOSUCHCODE")
    page.keyboard.press("Enter")
    expect(page.locator("#code-e")).to_contain_text("NOSUCHCODE is not valid for this order.")
    expect(code).to_be_focused()
    expect(code).to_have_value("NOSUCHCODE")
    page.get_by_role("button", name=f"Remove {MUG}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("Your cart is empty")
    page.locator(".toast").get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("6 items")


@spec("OR-2", "IF-38")
def test_a_price_that_got_worse_is_asked_about(page: Page) -> None:
    add(page, MUG)
    page.goto("/cart")
    # As if the shopper had seen a lower price before it went up.
    page.locator("form[action='/checkout/start'] input[name=due]").evaluate("e => e.value = 100")
    page.get_by_role("button", name="Check out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The price has changed")
    expect(page.locator(".two-prices")).to_contain_text("1.00")
    take(page, "shop-price-changed")
    page.get_by_role("button", name=re.compile("^Check out for")).click()
    expect(page.locator(".note")).to_contain_text("Your prices are held")
    page.get_by_role("button", name="Back to the cart").click()
    expect(page.get_by_role("button", name="Check out")).to_be_visible()


@spec("IF-33", "IF-38")
def test_the_shop_works_without_scripts(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/?q=mug")
    page.locator(".shelf-card").first.get_by_role("button").click()
    page.goto("/cart")
    page.locator(".cart-line button[value='1']").first.click()
    expect(page.locator("h1")).to_contain_text("2 items")
    page.get_by_role("button", name="Check out").click()
    pay(page)
    page.get_by_role("link", name="Cancel order").click()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.locator(".badge").first).to_have_text("Cancelled")
    context.close()


@spec("IF-38")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 834, 390])
def test_no_page_is_wider_than_its_window(
    page: Page, server: Server, theme: str, width: int
) -> None:
    page.context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    add(page, MUG, 2)
    for name, url in (
        ("list", "/"),
        ("none", "/?q=velvet+zeppelin"),
        ("cart", "/cart"),
        ("cart-explanation", "/cart/explanation"),
        ("sign-in", "/account/sign-in"),
    ):
        page.goto(url)
        take(page, f"shop-{name}-{width}-{theme}")
        root = page.locator("html")
        assert root.evaluate("e => e.scrollWidth") <= width, f"{url} is wider than {width}"


@spec("IF-33", "IF-38")
def test_presses_faster_than_answers_all_count_whichever_line_they_are_on(page: Page) -> None:
    board = "Walnut serving board"
    add(page, MUG)
    add(page, board)
    page.goto("/cart")
    more_mugs = page.get_by_role("button", name=f"One more {MUG}")
    more_boards = page.get_by_role("button", name=f"One more {board}")
    more_mugs.click()
    more_boards.click()
    more_mugs.click()
    more_mugs.click()
    more_boards.click()
    page.get_by_label("Code or voucher").fill("SUMMER")
    expect(page.get_by_label(f"Quantity of {MUG}")).to_have_value("4")
    expect(page.get_by_label(f"Quantity of {board}")).to_have_value("3")
    expect(page.get_by_label("Code or voucher")).to_have_value("SUMMER")
    page.reload()
    expect(page.get_by_label(f"Quantity of {MUG}")).to_have_value("4")
    expect(page.get_by_label(f"Quantity of {board}")).to_have_value("3")

    # A code that is typed and not yet applied stays while a line is answered.
    page.get_by_label("Code or voucher").fill("LATER")
    more_boards.click()
    expect(page.locator("#cart-count")).to_contain_text("8")
    expect(page.get_by_label("Code or voucher")).to_have_value("LATER")
    page.get_by_role("button", name=f"One fewer {board}").click()
    expect(page.locator("#cart-count")).to_contain_text("7")

    # A quantity that is typed while another line is answered is sent too.
    page.get_by_role("button", name=f"One fewer {MUG}").click()
    page.get_by_label(f"Quantity of {board}").fill("7")
    page.keyboard.press("Enter")
    expect(page.locator("#cart-count")).to_contain_text("10")
    page.reload()
    expect(page.get_by_label(f"Quantity of {MUG}")).to_have_value("3")
    expect(page.get_by_label(f"Quantity of {board}")).to_have_value("7")
