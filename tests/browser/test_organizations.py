"""An organization's page in a browser: allotments by keyboard and mouse, links, members."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.allotments import MUG, PTA, granted
from tests.browser.conftest import Server
from tests.browser.pictures import take
from tests.browser.test_shop import pay
from tests.words import spec

SignedIn = Callable[[str], Page]
Buyer = Callable[[], Page]

SETTING = "Hide organization allotments tab"


@pytest.fixture
def office(signed_in: SignedIn) -> Page:
    """A merchandiser's page on the organization's tab, which is not hidden."""
    hide(signed_in("administrator"), False)
    page = signed_in("merchandiser")
    allotments_of(page)
    return page


def hide(page: Page, hidden: bool) -> None:
    """Hide the tab by the setting that searching for "allotment" finds, or show it."""
    page.goto("/back-office/settings/configuration/")
    page.get_by_role("searchbox", name="Search settings").fill("allotment")
    expect(page.locator(".set-row")).to_have_count(1)
    page.get_by_label(SETTING).set_checked(hidden)
    expect(page.locator(".switch")).to_contain_text("On" if hidden else "Off")


def allotments_of(page: Page, name: str = PTA) -> None:
    page.goto("/back-office/crm/organization/")
    page.get_by_role("link", name=name, exact=True).click()
    page.locator(".tabs").get_by_role("link", name="Allotments").click()
    expect(page.locator(".tiles")).to_be_visible()


def row(page: Page, title: str) -> Locator:
    link = page.get_by_role("link", name=title, exact=True)
    return page.locator("#result_list tbody tr", has=link)


def link_of(page: Page, title: str) -> str:
    button = page.get_by_role("button", name=f"Copy the link of {title}", exact=True)
    return button.get_attribute("data-copies") or ""


def said(page: Page, words: str) -> None:
    expect(page.locator(".toast", has_text=words)).to_be_visible()


def menu(page: Page, title: str, entry: str) -> None:
    """Choose from the menu of a row, by keyboard."""
    page.get_by_role("button", name=f"More for {title}", exact=True).press("Enter")
    opened = page.locator(".menu:popover-open")
    expect(opened.get_by_role("link", name="Edit")).to_be_focused()
    while opened.locator(":focus").inner_text().strip() != entry:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


# --- granting ----------------------------------------------------------------------------------------


@spec("AL-1", "AL-2", "AL-3", "IF-38")
def test_an_allotment_is_granted_by_keyboard_alone(office: Page) -> None:
    page = office
    page.get_by_role("link", name="Add allotment").focus()
    page.keyboard.press("Enter")
    group = page.get_by_label("Product group")
    group.focus()
    expect(group.locator("option:checked")).to_have_text("Classroom")
    page.keyboard.type("mugs")
    searches_in_its_group(page)
    expect(group.locator("option:checked")).to_have_text("mugs")
    page.keyboard.press("Tab")
    expect(page.locator("#in-group .select2-selection")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("stoneware mug, ch")
    expect(page.locator(".select2-results__option--highlighted")).to_have_text(f"{MUG} (MG-201)")
    take(page, "allotment-product-search")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Keyboard mugs")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Enter")

    said(page, f"Keyboard mugs granted to {PTA}.")
    expect(row(page, "Keyboard mugs").locator("td.num")).to_have_text(["12", "0", "12"])
    expect(row(page, "Keyboard mugs")).to_contain_text(MUG)
    take(page, "organization-allotments")


@spec("AL-3", "IF-38")
def test_the_product_is_searched_inside_the_group_and_asked_for_again_in_another(
    office: Page,
) -> None:
    page = office
    page.get_by_role("link", name="Add allotment").click()
    in_group(page, "mugs")
    search(page, "stoneware mug, ch").filter(has_text=MUG).click()
    expect(page.locator("#in-group .select2-selection")).to_contain_text(MUG)

    in_group(page, "Fundraiser")
    expect(page.locator("#in-group .select2-selection")).not_to_contain_text(MUG)
    expect(search(page, "stoneware mug")).to_have_text(["No results found"])
    page.keyboard.press("Escape")

    # Everything that is missing is said at once, and what was typed stays.
    page.get_by_label("Title").fill("Half done")
    page.get_by_label("First day").fill("2027-03-01")
    page.get_by_label("Last day").fill("2027-02-01")
    page.get_by_role("button", name="Grant allotment").click()
    expect(page.locator("#id_product_error")).to_be_visible()
    expect(page.locator("#id_quantity_error")).to_be_visible()
    expect(page.locator("#id_last_day_error")).to_have_text("Last day is before the first day.")
    expect(page.get_by_label("Title")).to_have_value("Half done")
    expect(page.get_by_label("Product group").locator("option:checked")).to_have_text("Fundraiser")
    take(page, "allotment-errors")


def in_group(page: Page, title: str) -> None:
    """Choose a product group."""
    page.get_by_label("Product group").select_option(label=title)
    searches_in_its_group(page)


def searches_in_its_group(page: Page) -> None:
    """Wait until the field of the product is that of the chosen group."""
    chosen = page.get_by_label("Product group").input_value()
    address = re.compile(f"group={chosen}$")
    expect(page.locator("#id_product")).to_have_attribute("data-ajax--url", address)


def search(page: Page, words: str) -> Locator:
    """What typing finds among the products."""
    page.locator("#in-group .select2-selection").click()
    page.locator(".select2-search__field").fill(words)
    expect(page.locator(".select2-results__option.loading-results")).to_have_count(0)
    return page.locator(".select2-results__option")


# --- links -------------------------------------------------------------------------------------------


@spec("AL-5", "IF-38")
def test_the_link_is_copied_and_opens_the_cart(office: Page, server: Server) -> None:
    granted(server, "Link mugs", 5)
    page = office
    page.reload()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link of Link mugs").click()
    said(page, "Link of Link mugs copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == link_of(page, "Link mugs")
    assert copied.startswith(f"{server.url}/register/MG-201/")
    assert (
        row(page, "Link mugs").get_by_role("link", name="Register").get_attribute("href") == copied
    )
    take(page, "allotment-link-copied")

    page.locator(".toast").get_by_role("link", name="Open it").click()

    expect(page.locator(".note").first).to_contain_text(f"A gift from {PTA}.")


@spec("AL-5", "IF-38")
def test_where_the_browser_copies_nothing_the_link_is_shown_to_be_selected(
    office: Page, server: Server
) -> None:
    granted(server, "Shown mugs", 5)
    page = office
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.reload()
    page.get_by_role("button", name="Copy the link of Shown mugs").click()
    shown = page.get_by_role("dialog", name="Copy the link")
    expect(shown.get_by_label("The link")).to_have_value(link_of(page, "Shown mugs"))
    chosen = "(e) => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert shown.get_by_label("The link").evaluate(chosen) == link_of(page, "Shown mugs")
    take(page, "allotment-link-shown")
    shown.get_by_role("button", name="Done").click()
    expect(shown).not_to_be_visible()


# --- the life of one ---------------------------------------------------------------------------------


@spec("AL-6", "AL-9", "AL-11", "AL-13", "IF-38")
def test_an_allotment_is_used_looked_at_lowered_revoked_and_closed(
    office: Page, page: Page, server: Server
) -> None:
    link = granted(server, "Worn mugs", 8)
    buy(page, link)
    buy(page, link)
    number = page.locator("h1 .num").inner_text()

    office.reload()
    expect(row(office, "Worn mugs").locator("td.num")).to_have_text(["6", "2", "8"])
    row(office, "Worn mugs").locator("a.why").click()
    drawer = office.get_by_role("dialog", name="Worn mugs")
    expect(drawer).to_contain_text("2 of 8 used")
    expect(drawer.locator(".uses > li")).to_have_count(2)
    drawer.get_by_role("searchbox", name="Find a use").press_sequentially(number)
    expect(drawer.locator(".uses > li")).to_have_count(1)
    expect(drawer.locator(".uses")).to_contain_text("Marta Ilves")
    take(office, "allotment-uses", whole=False)
    for kind in ("CSV", "xlsx"):
        with office.expect_download() as sent:
            drawer.get_by_role("link", name=kind).click()
        assert sent.value.suggested_filename.endswith(f".{kind.lower()}")
    office.keyboard.press("Escape")
    expect(drawer).not_to_be_visible()

    # Lowered below what is used.
    menu(office, "Worn mugs", "Edit")
    office.get_by_label("Quantity").fill("1")
    office.get_by_label("Title").fill("Well-worn mugs")
    office.get_by_role("button", name="Save").click()
    error = "Quantity is at least 2, which are used or reserved."
    expect(office.locator("#id_quantity_error")).to_have_text(error)
    expect(office.get_by_label("Quantity")).to_be_focused()
    expect(office.get_by_label("Title")).to_have_value("Well-worn mugs")
    take(office, "allotment-too-low")
    office.get_by_label("Quantity").fill("3")
    office.get_by_role("button", name="Save").click()
    expect(row(office, "Well-worn mugs").locator("td.num")).to_have_text(["1", "2", "3"])
    assert link_of(office, "Well-worn mugs").endswith(link)

    # Revoked: what was out gives nothing any more.
    menu(office, "Well-worn mugs", "Revoke link")
    asked = office.get_by_role("dialog", name="Revoke the link of Well-worn mugs?")
    expect(asked).to_contain_text("pays the ordinary price from now on")
    expect(asked.get_by_role("button", name="Keep the link")).to_be_focused()
    take(office, "allotment-revoke", whole=False)
    asked.get_by_role("button", name="Revoke link").click()
    said(office, "The link of Well-worn mugs is revoked; it has a new one.")
    assert not link_of(office, "Well-worn mugs").endswith(link)
    page.goto(link)
    expect(page.locator(".note").first).not_to_contain_text("A gift from")

    # Closed.
    menu(office, "Well-worn mugs", "Close allotment")
    asked = office.get_by_role("dialog", name="Close Well-worn mugs?")
    expect(asked).to_contain_text("1 unit given up")
    asked.get_by_role("button", name="Close allotment").click()
    said(office, "Well-worn mugs is closed.")
    expect(row(office, "Well-worn mugs")).to_have_count(0)
    office.get_by_role("button", name="State Not closed").click()
    office.locator(".menu:popover-open").get_by_role("link", name="Closed", exact=True).click()
    expect(row(office, "Well-worn mugs").locator(".badge")).to_have_text("Closed")

    # What it gave is in the report.
    office.get_by_role("link", name="Usage report").click()
    expect(office.locator(".by-partner")).to_contain_text(MUG)
    take(office, "allotment-usage")
    with office.expect_download() as sent:
        office.get_by_role("link", name="xlsx").click()
    assert sent.value.suggested_filename == "allotment-usage-northside-pta.xlsx"


def buy(page: Page, link: str) -> None:
    """Use one unit by the link."""
    page.goto(link)
    page.get_by_role("button", name="Check out", exact=True).click()
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order")


# --- the rest of the page ----------------------------------------------------------------------------


@spec("AL-2", "IF-38")
def test_the_setting_hides_the_tab_and_its_address_leads_to_the_setting(
    office: Page, signed_in: SignedIn
) -> None:
    address = office.url
    administrator = signed_in("administrator")
    hide(administrator, True)
    office.goto(address)
    expect(office.get_by_role("heading", name="Allotments are not shown here")).to_be_visible()
    expect(office.locator(".tabs").get_by_role("link", name="Allotments")).to_have_count(0)
    take(office, "organization-allotments-hidden")
    office.get_by_role("link", name="Settings → Configuration").click()
    expect(office.get_by_text(SETTING)).to_be_visible()
    hide(administrator, False)
    office.goto(address)
    expect(office.locator(".tabs").get_by_role("link", name="Allotments")).to_have_count(1)


@spec("IF-30", "IF-38")
def test_a_member_is_added_by_typing_and_taken_off_and_put_back(office: Page) -> None:
    page = office
    page.locator(".tabs").get_by_role("link", name="Members").click()
    page.locator(".add-member .select2-selection").press("Enter")
    page.keyboard.type("Samir Haddad")
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("Samir Haddad")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add member").click()
    is_there = page.get_by_text("is a member")
    expect(is_there.first).to_be_visible()
    page.get_by_role("searchbox", name="Search customers").fill("Samir Haddad")
    page.keyboard.press("Enter")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    take(page, "organization-members")
    page.get_by_role("button", name="Remove Samir Haddad").click()
    said(page, f"Samir Haddad removed from {PTA}.")
    expect(page.get_by_role("button", name="Remove Samir Haddad")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    said(page, "Samir Haddad is a member again.")


@spec("QU-40", "IF-38")
def test_an_auditor_sees_what_there_is_and_no_button(office: Page, signed_in: SignedIn) -> None:
    page = signed_in("auditor")
    page.goto(office.url)
    expect(page.get_by_role("link", name="Volunteer mugs", exact=True)).to_be_visible()
    for name in ("Register", "Add allotment"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)
    for name in ("Members", "Orders", "Journal", "History", "Overview"):
        page.locator(".tabs").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=PTA)).to_be_visible()
        take(page, f"organization-{name.lower()}")
