"""Shopping sprees in a real browser: a host is rewarded with one, a shopper spends one in the cart."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import sprees
from tests.browser.conftest import Server
from tests.browser.pictures import take
from tests.browser.test_shop import add, pay
from tests.browser.test_suggestions import has_stayed, post, stay
from tests.words import spec

APRON, CANDLE, BOTTLE = "Linen apron, flax", "Soy candle, fig", "Match bottle, clear"
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
WIDTHS = pytest.mark.parametrize("width", [1280, 834, 390])

SignedIn = Callable[[str], Page]
Visiting = tuple[str, list[SetCookieParam]]
"""The path of a page, and the cookies of whose it is."""


def registers(page: Page, name: str) -> str:
    """Somebody opens an account; the answer is their e-mail address."""
    email = f"{name.lower().replace(' ', '.')}@example.com"
    page.goto("/account/register")
    page.fill("#id_name", name)
    page.fill("#id_email", email)
    page.fill("#id_password", "nine green apples")
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator("h1")).to_contain_text(name)
    return email


def card(page: Page, name: str) -> Locator:
    """The card of a product on a reward list."""
    return page.locator(".reward", has=page.get_by_text(name, exact=True))


def find(page: Page, words: str) -> None:
    """Search the reward list, as somebody types."""
    search = page.get_by_label("Search the reward list")
    search.clear()
    search.press_sequentially(words, delay=15)
    expect(card(page, words)).to_be_visible()


def sums(page: Page) -> Locator:
    return page.locator(".spree-sums")


def cookies_of(page: Page, server: Server) -> list[SetCookieParam]:
    """What makes another window that of the same visitor."""
    return [
        {"name": each["name"], "value": each["value"], "url": server.url}
        for each in page.context.cookies()
    ]


def order_number(page: Page) -> str:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order")
    return page.locator("h1 .num").inner_text()


# --- a host ----------------------------------------------------------------------------------------


@spec("SP-6", "SP-11", "SP-12", "IF-34", "IF-38")
def test_a_host_chooses_places_and_finds_the_rest_as_credit(
    page: Page, server: Server, signed_in: SignedIn
) -> None:
    path = sprees.hosted(server, registers(page, "Hanna Osei"))
    page.goto("/account")
    page.get_by_role("link", name="Hanna’s party").click()
    expect(page.locator(".note")).to_contain_text("You choose once the party is closed")
    expect(sums(page)).to_contain_text("100.00")
    expect(page.get_by_role("link", name="Choose products")).to_have_count(0)

    sprees.close(server, path)
    page.reload()
    page.get_by_role("link", name="Choose products").click()
    stay(page)
    find(page, APRON)
    card(page, APRON).get_by_role("button", name="Choose").click()
    expect(sums(page)).to_contain_text("50.00")
    find(page, CANDLE)
    card(page, CANDLE).get_by_role("button", name="Choose").click()
    expect(page.get_by_label(f"Quantity of {CANDLE}")).to_have_value("1")
    page.get_by_label(f"Quantity of {CANDLE}").fill("3")
    page.keyboard.press("Enter")
    expect(card(page, CANDLE)).to_contain_text("4.00 missing for one more; remove 1.")
    expect(page.get_by_role("button", name="Place reward order")).to_have_count(0)
    take(page, "host-over")
    page.get_by_role("button", name=f"One fewer {CANDLE}").click()
    expect(page.locator("#spree")).to_contain_text("14.00 is left. It becomes credit once")
    assert has_stayed(page)
    page.get_by_role("button", name="Place reward order").click()

    number = order_number(page)
    expect(page.locator(".order-line", has_text=APRON)).to_contain_text(
        "Paid by the shopping spree −50.00"
    )
    page.get_by_role("link", name="Hanna’s party").click()
    expect(page.get_by_role("link", name=number)).to_be_visible()

    post(signed_in("support"), number)
    page.reload()
    expect(page.locator(".badge").first).to_have_text("Rewarded")
    expect(page.locator(".note")).to_contain_text("14.00, became credit.")
    take(page, "host-rewarded")
    page.get_by_role("link", name="Your credit").click()
    account = page.locator(".card", has_text="Your credit")
    expect(account.get_by_role("row", name="Main account")).to_contain_text("14.00")
    account.get_by_role("link", name="Main account").click()
    expect(page.get_by_role("row", name="Left over of a shopping spree")).to_contain_text("+14.00")


@spec("SP-7", "SP-12", "IF-34", "IF-38")
def test_a_host_who_may_pay_for_more_does_and_places_anew_when_the_award_falls(
    page: Page, server: Server, signed_in: SignedIn
) -> None:
    path = sprees.hosted(server, registers(page, "Olga Over"), "--over")
    sprees.close(server, path)
    page.goto(f"{path}/choose?q=linen+apron%2C+flax")
    card(page, APRON).get_by_role("button", name="Choose").click()
    more = page.get_by_role("button", name=f"One more {APRON}")
    expect(more).to_be_visible()
    more.click()
    expect(card(page, APRON)).to_contain_text("Nothing is left: one more costs 50.00")
    more.click()
    expect(sums(page)).to_contain_text("50.00 beyond it is to pay")
    page.get_by_role("link", name="Go to payment").click()
    expect(page.get_by_role("button", name="Pay 50.00 and order")).to_be_visible()
    page.fill("#id_card", "4000 0000 0000 0002")
    page.keyboard.press("Enter")
    expect(page.locator("#id_card_error")).to_contain_text("declined")
    take(page, "host-pay")

    # The award falls while the host is looking for the card.
    sprees.give_back(server, path, 1)
    page.fill("#id_card", "4242 4242 4242 4242")
    page.keyboard.press("Enter")
    expect(page.locator(".note-warn")).to_contain_text("You saw 50.00, today it is 75.00.")
    page.fill("#id_card", "4242 4242 4242 4242")
    page.get_by_role("button", name="Pay 75.00 and order").click()
    first = order_number(page)
    expect(page.locator(".shop-summary")).to_contain_text("75.00")

    sprees.give_back(server, path, 1)
    page.goto(path)
    warning = page.locator(".note-warn")
    expect(warning).to_contain_text("Your award is 50.00 now, not 75.00.")
    take(page, "host-changed")
    warning.get_by_role("button", name="Place it anew").click()
    expect(page.locator(".note").first).to_contain_text(f"Order {first} stays as it is until")
    page.get_by_role("link", name="Go to payment").click()
    expect(page.locator(".note")).to_contain_text("whose 75.00 you don’t pay then")
    page.fill("#id_card", "4242 4242 4242 4242")
    page.get_by_role("button", name="Pay 100.00 and order").click()
    number = order_number(page)
    assert number != first
    post(signed_in("support"), number)
    page.goto(path)
    expect(page.locator(".note-good")).to_contain_text("You are rewarded.")


@spec("SP-6", "IF-38")
def test_choosing_and_placing_works_without_scripts(
    page: Page, browser: Browser, server: Server
) -> None:
    path = sprees.hosted(server, registers(page, "Nora Noscript"))
    sprees.close(server, path)
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    context.add_cookies(cookies_of(page, server))
    plain = context.new_page()
    plain.goto(f"{path}/choose")
    plain.get_by_label("Search the reward list").fill(APRON)
    plain.keyboard.press("Enter")
    card(plain, APRON).get_by_role("button", name="Choose").click()
    plain.get_by_role("button", name=f"One more {APRON}").click()
    expect(plain.get_by_label(f"Quantity of {APRON}")).to_have_value("2")
    plain.get_by_role("button", name="Place reward order").click()
    order_number(plain)
    context.close()


@spec("IF-34")
def test_a_partys_page_is_its_hosts_alone(page: Page, server: Server, signed_in: SignedIn) -> None:
    path = sprees.hosted(server, registers(page, "Petra Private"))
    other = signed_in("customer")
    answer = other.goto(path)
    assert answer is not None
    assert answer.status == 404
    assert "Petra" not in other.content()


# --- a shopper -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def treats(server: Server) -> None:
    """Whoever enters TREATS may spend 30.00 on candles; what is left becomes credit."""
    sprees.treats(server, "--credit")


def with_treats(page: Page) -> None:
    """A cart that has the spree."""
    add(page, APRON)
    page.goto("/cart")
    page.fill("#code", sprees.CODE)
    page.keyboard.press("Enter")
    expect(page.locator(".spend")).to_contain_text("30.00 to spend on Candles")


@spec("SP-6", "SP-7", "SP-11", "IF-33", "IF-38")
def test_a_shopper_spends_a_spree_by_keyboard(page: Page, treats: None) -> None:
    with_treats(page)
    page.get_by_role("link", name="Choose products").focus()
    page.keyboard.press("Enter")
    search = page.get_by_label("Search the reward list")
    search.focus()
    stay(page)
    page.keyboard.type(BOTTLE, delay=15)
    expect(page.locator(".reward")).to_have_count(1)
    choose = card(page, BOTTLE).get_by_role("button", name="Choose")
    choose.focus()
    page.keyboard.press("Enter")
    more = page.get_by_role("button", name=f"One more {BOTTLE}")
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    expect(sums(page)).to_contain_text("18.00")
    page.keyboard.press("Shift+Tab")
    field = page.get_by_label(f"Quantity of {BOTTLE}")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(sums(page)).to_contain_text("27.00")
    expect(field).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(card(page, BOTTLE)).to_contain_text("6.00 missing for one more; remove 1.")
    assert has_stayed(page)
    page.get_by_role("link", name="Back to the cart").focus()
    page.keyboard.press("Enter")

    note = page.locator(".left-out")
    expect(note).to_contain_text(f"1 {BOTTLE} is not in your order.")
    line = page.locator(".cart-line", has_text=BOTTLE)
    expect(line.locator(".cart-sum b")).to_have_text("Free")
    expect(page.locator("h1")).to_contain_text("3 chosen")
    stay(page)
    note.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(note).to_have_count(0)
    units = page.get_by_label(f"Quantity of {BOTTLE}, chosen")
    units.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("2 chosen")
    expect(units).to_have_value("2")
    expect(page.locator("#sums")).to_contain_text("Shopping spree")
    expect(page.locator(".spend")).to_contain_text("What is left becomes credit if you sign in")
    assert has_stayed(page)
    take(page, "shop-spree-cart")

    page.get_by_role("button", name="Check out").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#order-side")).to_contain_text("Chosen: Candlelight treats")
    pay(page)
    order_number(page)
    chosen = page.locator(".order-line", has_text=BOTTLE)
    expect(chosen).to_contain_text("Paid by the shopping spree −18.00")
    take(page, "shop-spree-order")
    page.get_by_role("link", name="How each cent came about").click()
    page.get_by_role("link", name="18.00").first.click()
    expect(page.locator("#cent")).to_contain_text("Candlelight treats")


@spec("SP-6", "IF-33")
def test_a_choice_waits_while_the_cart_does_not_qualify(page: Page, treats: None) -> None:
    with_treats(page)
    page.goto("/cart/spree/CANDLE-TREATS?q=match+bottle%2C+clear")
    card(page, BOTTLE).get_by_role("button", name="Choose").click()
    expect(page.get_by_label(f"Quantity of {BOTTLE}")).to_have_value("1")
    page.goto("/cart")
    page.get_by_role("button", name=f"Remove {sprees.CODE}").click()
    note = page.locator(".left-out")
    expect(note).to_contain_text(f"1 {BOTTLE} is not in your order.")
    expect(page.locator(".spend")).to_have_count(0)
    page.get_by_role("button", name="Check out").click()
    expect(page.locator("#asks")).to_contain_text(f"1 {BOTTLE} is not in your order.")
    page.goto("/cart")
    page.fill("#code", sprees.CODE)
    page.get_by_role("button", name="Apply").click()
    expect(note).to_have_count(0)
    expect(page.locator(".cart-line", has_text=BOTTLE)).to_have_count(1)


# --- pictures --------------------------------------------------------------------------------------


@spec("IF-38")
@THEMES
@WIDTHS
def test_the_cart_and_the_reward_list_fit_their_window(
    page: Page, server: Server, treats: None, theme: str, width: int
) -> None:
    _window(page, server, theme, width)
    with_treats(page)
    _fits(page, f"shop-spree-empty-cart-{width}-{theme}", width)
    page.goto("/cart/spree/CANDLE-TREATS")
    card(page, BOTTLE).get_by_role("button", name="Choose").click()
    page.get_by_label(f"Quantity of {BOTTLE}").fill("4")
    page.keyboard.press("Enter")
    expect(card(page, BOTTLE)).to_contain_text("6.00 missing for one more; remove 1.")
    _fits(page, f"shop-spree-{width}-{theme}", width)
    page.goto("/cart/spree/CANDLE-TREATS?q=nothing+like+it")
    expect(page.locator("#spree")).to_contain_text("Nothing found")
    _fits(page, f"shop-spree-none-{width}-{theme}", width)
    page.goto("/cart")
    _fits(page, f"shop-spree-cart-{width}-{theme}", width)
    page.get_by_role("button", name="Check out").click()
    expect(page.locator("#held-note")).to_be_visible()
    _fits(page, f"shop-spree-checkout-{width}-{theme}", width)


@pytest.fixture(scope="module")
def fitting(server: Server, browser: Browser) -> Visiting:
    """A host's party and the cookies of the host."""
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    path = sprees.hosted(server, registers(page, "Fiona Fitting"), "--over")
    cookies = cookies_of(page, server)
    context.close()
    return path, cookies


@spec("IF-38", "IF-34")
@THEMES
@WIDTHS
def test_a_hosts_pages_fit_their_window(
    page: Page,
    server: Server,
    fitting: Visiting,
    theme: str,
    width: int,
) -> None:
    path, cookies = fitting
    page.context.add_cookies(cookies)
    _window(page, server, theme, width)
    page.goto(path)
    if page.locator(".badge").first.inner_text() == "Open":
        _fits(page, f"host-open-{width}-{theme}", width)
        sprees.close(server, path)
        page.goto(path)
    _fits(page, f"host-closed-{width}-{theme}", width)
    page.goto(f"{path}/choose?q=linen+apron%2C+flax")
    field = page.get_by_label(f"Quantity of {APRON}")
    if not field.count():
        card(page, APRON).get_by_role("button", name="Choose").click()
    expect(field).to_be_visible()
    field.fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Go to payment")).to_be_visible()
    page.goto(f"{path}/choose")
    _fits(page, f"host-choose-{width}-{theme}", width)
    page.get_by_role("link", name="Go to payment").click()
    _fits(page, f"host-pay-{width}-{theme}", width)
    page.goto("/account")
    _fits(page, f"host-account-{width}-{theme}", width)


def _window(page: Page, server: Server, theme: str, width: int) -> None:
    page.context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
    page.set_viewport_size({"width": width, "height": 900})


def _fits(page: Page, name: str, width: int) -> None:
    take(page, name)
    assert page.locator("html").evaluate("e => e.scrollWidth") <= width
    assert not re.search(r"(?:ord|pty|crt)_[0-9a-z]{26}", page.locator("body").inner_text())
