"""The board of parts in a real browser: what is chosen, opened, counted and kept."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.pictures import take
from tests.words import spec


@spec("IF-38")
def test_the_theme_is_kept_and_written_by_the_server(page: Page):
    page.goto("/design/")
    take(page, "board-light")
    page.get_by_label("Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload(wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    take(page, "board-dark")


def test_a_drawer_closes_by_escape_and_gives_focus_back(page: Page):
    page.goto("/design/")
    opener = page.get_by_role("button", name="Open drawer")
    opener.click()
    drawer = page.get_by_role("dialog", name="Field trip T-shirts")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_menu_is_walked_with_arrows_and_left_with_escape(page: Page):
    page.goto("/design/")
    opener = page.get_by_label("More for Apron net price")
    opener.click()
    menu = page.locator("#board-menu")
    expect(menu.get_by_role("button", name="Edit")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Duplicate")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_rows_that_are_picked_are_counted(page: Page):
    page.goto("/design/")
    bulk = page.locator(".bulk")
    expect(bulk).to_contain_text("2 selected")
    page.get_by_label("Select all").check()
    expect(bulk).to_contain_text("5 selected")
    bulk.get_by_role("button", name="Clear").click()
    expect(bulk).to_be_hidden()


def test_tabs_and_segments_are_moved_through_with_arrows(page: Page):
    page.goto("/design/")
    page.get_by_role("tab", name="Allotments").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Orders")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#t-3")).to_be_visible()
    expect(page.locator("#t-2")).to_be_hidden()
    page.get_by_role("button", name="30 days").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")


def test_the_first_field_in_error_has_the_focus(page: Page):
    page.goto("/design/")
    expect(page.locator("#id_quantity")).to_be_focused()


def test_a_quantity_is_stepped_and_never_below_nothing(page: Page):
    page.goto("/design/")
    quantity = page.locator(".qty input")
    page.get_by_label("One more").click()
    expect(quantity).to_have_value("25")
    quantity.fill("0")
    page.get_by_label("One fewer").click()
    expect(quantity).to_have_value("0")


def test_slash_goes_to_the_search_of_the_page(page: Page):
    page.goto("/design/")
    page.locator("body").click(position={"x": 2, "y": 300})
    page.keyboard.press("/")
    expect(page.get_by_label("Find a deal")).to_be_focused()


def test_nothing_runs_off_the_side_of_a_tablet(page: Page):
    page.set_viewport_size({"width": 834, "height": 1100})
    page.goto("/design/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 834
    take(page, "board-834")
