"""Free units from an organization, in a real browser: who holds the link, and who comes too late."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.allotments import MUG, PRICE, PTA, granted
from tests.browser.conftest import PASSWORD, Server, watched
from tests.browser.pictures import take
from tests.browser.test_shop import ADDRESS, pay, total
from tests.words import spec

SignedIn = Callable[[str], Page]
Strangers = Callable[[], Page]


@pytest.fixture
def stranger(browser: Browser, server: Server) -> Iterator[Strangers]:
    """`stranger()` is a page of somebody else each time, in a browser of their own."""
    opened: list[Iterator[Page]] = []

    def somebody() -> Page:
        opened.append(watched(browser, server))
        return next(opened[-1])

    yield somebody
    for each in opened:
        next(each, None)


def note(page: Page) -> Locator:
    """What the cart says of the gift."""
    return page.locator(".note").first


def check_out(page: Page) -> None:
    page.get_by_role("button", name="Check out", exact=True).click()


# --- from the back office to a refund ------------------------------------------------------------


@spec("AL-2", "AL-3", "AL-5", "AL-7", "AL-9", "AL-10", "IF-33", "IF-38")
def test_the_whole_way_from_the_back_office_to_a_stranger_and_back(
    signed_in: SignedIn, stranger: Strangers, tmp_path: Path
) -> None:
    office = signed_in("merchandiser")
    link = granted_in_the_back_office(office, "Fair mugs", 5)

    buyer = stranger()
    buyer.goto(mailed(link, tmp_path))
    expect(note(buyer)).to_contain_text(f"A gift from {PTA}.")
    expect(note(buyer)).to_contain_text("up to 5 are free with this link")
    buyer.get_by_role("button", name=f"One more {MUG}").click()
    expect(note(buyer)).to_contain_text("the 2 in your cart cost nothing")
    take(buyer, "allotment-cart")
    check_out(buyer)
    # Only shipping is to be paid.
    expect(total(buyer)).to_contain_text("6.50")
    pay(buyer)
    number = buyer.locator("h1 .num").inner_text()
    expect(buyer.locator(".order-line")).to_contain_text(f"All 2 free, from {PTA}")

    expect(counts(office, "Fair mugs")).to_have_text(["3", "2", "5"])
    uses = used(office, "Fair mugs")
    expect(uses).to_contain_text(ADDRESS["name"])
    expect(uses).to_contain_text(number)
    take(office, "allotment-used")

    refund(signed_in("support"), number)
    expect(counts(office, "Fair mugs")).to_have_text(["5", "0", "5"])
    office.goto(uses_address(office, "Fair mugs"))
    expect(office.locator(".uses")).to_contain_text(number)
    expect(office.locator(".uses")).to_contain_text("2 returned")

    # What came back can be had again.
    next_one = stranger()
    next_one.goto(link)
    expect(note(next_one)).to_contain_text("up to 5 are free with this link")


def granted_in_the_back_office(page: Page, title: str, units: int) -> str:
    """Grant mugs on the organization's tab, and copy the link."""
    allotments_of(page)
    page.get_by_role("link", name="Add allotment").first.click()
    group = page.get_by_label("Product group")
    group.select_option("mugs")
    # The products to choose from are those of the group, once they have come.
    choice = page.locator(f"#in-group select[data-ajax--url*='{group.input_value()}']")
    expect(choice).to_be_attached()
    page.locator("#in-group .select2-selection").click()
    page.locator(".select2-search__field").press_sequentially("stoneware mug, ch")
    page.locator(".select2-results__option", has_text=MUG).click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Quantity").fill(str(units))
    page.get_by_role("button", name="Grant allotment").click()
    expect(page.locator(".toast")).to_contain_text(f"{title} granted to {PTA}.")
    expect(counts(page, title)).to_have_text([str(units), "0", str(units)])
    take(page, "allotment-granted")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=f"Copy the link of {title}").click()
    expect(page.locator(".toast", has_text=f"Link of {title} copied.")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def allotments_of(page: Page) -> None:
    """The Allotments tab of the organization."""
    page.goto("/back-office/crm/organization/")
    page.get_by_role("link", name=PTA).first.click()
    page.locator(".tabs").get_by_role("link", name="Allotments").click()


def row(page: Page, title: str) -> Locator:
    return page.locator(
        "#result_list tbody tr", has=page.get_by_role("link", name=title, exact=True)
    )


def counts(page: Page, title: str) -> Locator:
    """Available, used and quantity, as they are now."""
    allotments_of(page)
    return row(page, title).locator("td.num")


def used(page: Page, title: str) -> Locator:
    """The drawer that clicking on *used* opens."""
    row(page, title).locator("td.num a.why").click()
    return page.get_by_role("dialog").filter(has=page.get_by_role("heading", name=title))


def uses_address(page: Page, title: str) -> str:
    href = row(page, title).get_by_role("link", name=title, exact=True).get_attribute("href") or ""
    return href.replace("/change/", "/uses/")


def mailed(link: str, folder: Path) -> str:
    """The link as it is read in an e-mail that it was pasted into."""
    by = mail.get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=folder)
    text = f"Dear parents,\n\nthis year’s mug is on us. Take yours here:\n{link}\n\nThe PTA\n"
    letter = mail.EmailMessage(
        "Your mug", text, "pta@example.com", ["marta@example.com"], connection=by
    )
    assert letter.send() == 1
    (sent,) = folder.iterdir()
    received = message_from_bytes(sent.read_bytes(), policy=policy.default)
    body = received.get_content()
    (found,) = re.findall(r"https?://\S+", body)
    return str(found)


def refund(page: Page, number: str) -> None:
    """Support hands the order over, then takes all of it back."""
    page.goto(f"/back-office/orders/order/?q={number}")
    page.locator("#result_list").get_by_role("link", name=number).click()
    page.locator(".page-head").get_by_role("link", name="Post").click()
    page.get_by_label("Reason").fill("handed over")
    page.get_by_role("button", name="Post order").click()
    page.locator(".page-head").get_by_role("link", name="Refund").click()
    page.locator(".refund-units input").first.fill("2")
    page.get_by_label("Reason").fill("brought back")
    page.get_by_role("button", name="Refund").click()
    expect(page.locator("#refunds")).to_contain_text("brought back")


# --- two at once -------------------------------------------------------------------------------------


@spec("AL-7", "AL-8", "OR-2", "IF-38")
def test_of_those_who_want_the_last_one_at_once_one_gets_it_and_the_others_are_asked(
    stranger: Strangers, server: Server
) -> None:
    link = granted(server, "The last mug", 1)
    pages = [stranger(), stranger(), stranger()]
    for page in pages:
        page.goto(link)
        expect(note(page)).to_contain_text("it is the last one, and costs nothing")
        expect(page.locator(".cart-sum")).to_contain_text("Free")
    take(pages[0], "allotment-last")
    first, (second, third) = all_check_out(pages)
    expect(note(first)).to_contain_text("Your prices are held")
    for page in (second, third):
        expect(page.locator(".fewer")).to_contain_text(
            f"The last free one went to somebody else a moment ago. It costs {PRICE} now."
        )
        expect(page.locator("main")).to_contain_text("Nothing was ordered and nothing was paid.")
    take(second, "allotment-lost")

    # One of them buys it all the same,
    second.get_by_role("button", name=re.compile("^Check out for")).click()
    expect(note(second)).to_contain_text("Your prices are held")
    expect(second.locator("#order-side")).to_contain_text("Charged: no free one left")
    pay(second)
    expect(second.locator(".order-line")).to_contain_text("Charged: no free one left")
    expect(second.locator(".order-line .cart-sum")).to_contain_text(PRICE)

    # the other leaves, and who came first has it free.
    third.get_by_role("button", name=f"Take it off: {MUG}").click()
    expect(third.locator(".empty")).to_contain_text("Your cart is empty")
    pay(first)
    expect(first.locator(".order-line")).to_contain_text(f"Free, from {PTA}")
    expect(first.locator(".order-line .cart-sum")).to_contain_text("Free")


def all_check_out(pages: list[Page]) -> tuple[Page, list[Page]]:
    """All press the button within a blink; whose price holds, and who is asked."""
    for page in pages:
        button = page.get_by_role("button", name="Check out", exact=True)
        button.evaluate("e => { setTimeout(() => e.click(), 300); }")
    held: list[Page] = []
    asked: list[Page] = []
    for page in pages:
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_have_text(re.compile("^(Check out|The price has changed)$"))
        (held if heading.inner_text() == "Check out" else asked).append(page)
    assert len(held) == 1, "the last one is free for one of them"
    return held[0], asked


@spec("AL-7", "IF-38")
def test_more_than_are_left_are_charged_and_the_page_says_so_before_paying(
    stranger: Strangers, server: Server
) -> None:
    page = stranger()
    page.goto(granted(server, "Three mugs", 3))
    field = page.get_by_label(f"Quantity of {MUG}")
    field.fill("4")
    field.press("Enter")
    expect(note(page)).to_contain_text("3 of your 4 are free.")
    expect(note(page)).to_contain_text(f"The other one costs {PRICE}.")
    take(page, "allotment-some")
    page.locator(".cart-sum a.why").first.click()
    expect(page.locator("#cent")).to_contain_text("On 3 of 4 units of the line")
    expect(page.locator("#cent")).to_contain_text(f"3 × {PRICE}")
    page.go_back()
    check_out(page)
    expect(page.locator("#order-side")).to_contain_text(f"3 free from {PTA}, 1 charged")
    pay(page)
    expect(page.locator(".order-line").first).to_contain_text(f"3 free from {PTA}, 1 charged")
    page.get_by_role("link", name="Receipt").click()
    expect(page.locator(".slip")).to_contain_text(f"3 free from {PTA}, 1 charged")


# --- links that give nothing -------------------------------------------------------------------------


@spec("AL-6", "IF-38")
def test_a_link_with_one_character_changed_gives_nothing_and_says_so(
    page: Page, server: Server
) -> None:
    link = granted(server, "Mugs for a true link", 5)
    changed = link[:-1] + ("a" if link[-1] != "a" else "b")
    page.goto(changed)
    expect(note(page)).to_contain_text("This link gives nothing free.")
    expect(note(page)).to_contain_text(f"{MUG} is in your cart at its ordinary price.")
    expect(page.locator(".cart-sum")).to_have_text(PRICE)
    take(page, "allotment-changed")
    # The message goes with the next thing that is done.
    page.get_by_role("button", name=f"One more {MUG}").click()
    expect(page.locator("h1")).to_contain_text("2 items")
    expect(page.locator(".note")).to_have_count(0)
    # The true link is a line of its own, and free.
    page.goto(link)
    expect(note(page)).to_contain_text(f"A gift from {PTA}.")
    expect(page.locator(".cart-line")).to_have_count(2)
    page.goto("/register/NOTHING/of-the-sort")
    expect(page.locator(".toast")).to_contain_text("isn’t sold at the moment")
    expect(page.locator("#cart-count")).to_have_text("3")


# --- members -----------------------------------------------------------------------------------------


@spec("AL-1", "AL-7", "IF-38")
def test_members_are_led_to_sign_in(page: Page, server: Server) -> None:
    page.goto(granted(server, "Mugs of members", 5, "--members-only"))
    expect(note(page)).to_contain_text(f"Free for members of {PTA}.")
    expect(total(page)).not_to_contain_text("6.50")
    take(page, "allotment-members")
    note(page).get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill("customer")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("[0-9]/cart$"))
    expect(page.locator(".cart-lines")).to_contain_text(MUG)


# --- by keyboard, on small windows -------------------------------------------------------------------


@spec("AL-5", "AL-8", "IF-38")
def test_a_gift_is_taken_and_given_up_by_keyboard(stranger: Strangers, server: Server) -> None:
    link = granted(server, "Mugs by keyboard", 2)
    page = stranger()
    page.goto(link)
    more = page.get_by_role("button", name=f"One more {MUG}")
    more.focus()
    page.keyboard.press("Enter")
    expect(note(page)).to_contain_text("2 are left, and the 2 in your cart cost nothing.")
    expect(more).to_be_focused()
    other = stranger()
    other.goto(link)
    check_out(other)
    page.get_by_role("button", name="Check out", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".fewer")).to_contain_text("Others took one of them a moment ago.")
    keep = page.get_by_role("button", name=f"Keep the free one: {MUG}")
    for _ in range(20):
        page.keyboard.press("Tab")
        if keep.evaluate("e => e === document.activeElement"):
            break
    expect(keep).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("1 item")
    expect(note(page)).to_contain_text("it is the last one, and costs nothing.")
    page.get_by_role("button", name="Check out", exact=True).focus()
    page.keyboard.press("Enter")
    expect(note(page)).to_contain_text("Your prices are held")


@spec("IF-38")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 834, 390])
def test_no_page_of_a_gift_is_wider_than_its_window(
    stranger: Strangers, server: Server, theme: str, width: int
) -> None:
    link = granted(server, f"Mugs of {width} in {theme}", 2)
    page, other = stranger(), stranger()
    for each in (page, other):
        each.goto(link)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{link}x")

    def seen(name: str, heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        take(page, f"allotment-{name}-{width}-{theme}")
        wide = page.locator("html").evaluate("e => e.scrollWidth")
        assert wide <= width, f"{name} is wider than {width}"

    seen("cart", "Your cart")
    other.get_by_label(f"Quantity of {MUG}").fill("2")
    other.keyboard.press("Enter")
    expect(other.locator("#cart-count")).to_have_text("2")
    check_out(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("Check out")
    check_out(page)
    expect(page.locator(".fewer")).to_contain_text("The last free one went to somebody else")
    seen("price-changed", "The price has changed")
    page.get_by_role("button", name=re.compile("^Check out for")).click()
    seen("checkout", "Check out")
    pay(page)
    seen("order", "Order")
    page.get_by_role("link", name="Receipt").click()
    seen("receipt", "Alder & Finch")
