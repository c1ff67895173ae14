"""What staff see first, and the palette, in a real browser: by mouse, by keyboard, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PASSWORD, Server
from tests.browser.pictures import take
from tests.words import spec

SignedIn = Callable[[str], Page]


def plot(page: Page) -> Locator:
    return page.locator("#by-day .plot")


@spec("IF-35", "IF-38")
def test_a_day_of_the_plot_tells_its_figures_under_the_pointer_and_by_the_arrows(
    signed_in: SignedIn,
):
    page = signed_in("auditor")
    page.goto("/back-office/?period=quarter")
    take(page, "dashboard-quarter")
    tip = page.locator(".plot-tip")
    expect(tip).to_be_hidden()

    page.locator("#by-day .day").nth(45).hover()
    expect(tip).to_contain_text("Given")
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()

    page.get_by_role("button", name="Plot").focus()
    page.keyboard.press("Tab")
    while not plot(page).evaluate("svg => svg === document.activeElement"):
        page.keyboard.press("Tab")
    last = tip.locator("b").inner_text()
    page.keyboard.press("ArrowLeft")
    expect(tip.locator("b")).not_to_have_text(last)
    page.keyboard.press("Home")
    expect(page.locator("#by-day .day").first).to_have_class(re.compile("is-here"))
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


@spec("IF-35")
def test_plot_and_table_stand_for_each_other_and_say_the_same(signed_in: SignedIn):
    page = signed_in("auditor")
    page.goto("/back-office/?period=quarter")
    table = page.locator("#by-day-table")
    expect(table).to_be_hidden()
    page.get_by_role("button", name="Plot").focus()
    page.keyboard.press("ArrowRight")
    expect(table).to_be_visible()
    expect(plot(page)).to_be_hidden()
    take(page, "dashboard-table")

    given = table.locator("tfoot td").nth(-2).inner_text()
    assert given in page.locator(".tile").first.inner_text()
    days = table.locator("tbody tr")
    expect(days).to_have_count(91)
    row = next(row for row in days.all() if row.locator("td").nth(-2).inner_text() != "–")
    shown = row.locator("td").nth(-2).inner_text()
    day = row.get_attribute("data-day")

    page.get_by_role("button", name="Plot").click()
    page.locator(f'#by-day .day[data-day="{day}"]').hover()
    expect(page.locator(".plot-tip")).to_contain_text(shown)


@spec("IF-35", "IF-38")
def test_the_period_is_kept_in_the_address_and_files_are_of_its_days(signed_in: SignedIn):
    page = signed_in("merchandiser")
    page.get_by_role("link", name="7 days").click()
    assert page.url.endswith("?period=7-days")
    page.reload()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    text = taken.value.path().read_text("utf-8-sig")
    rows = text.splitlines()
    assert len(rows) == 8
    assert rows[0].startswith("Day,Promotions,Deals")
    days = [date.fromisoformat(row.split(",")[0]) for row in rows[1:]]
    assert (days[-1] - days[0]).days == 6


@spec("IF-35")
def test_without_a_script_plot_and_table_are_both_there(browser: Browser, server: Server):
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/back-office/login/")
    page.fill("input[name=username]", "auditor")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.goto("/back-office/?period=quarter")
    expect(plot(page)).to_be_visible()
    expect(page.locator("#by-day-table")).to_be_visible()
    expect(page.get_by_role("button", name="Plot")).to_be_hidden()
    context.close()


@spec("IF-35", "IF-38")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 834])
def test_nothing_of_the_dashboard_is_cut_off(width: int, theme: str, signed_in: SignedIn):
    page = signed_in("administrator")
    page.set_viewport_size({"width": width, "height": 900})
    if theme == "dark":
        page.get_by_role("button", name="Switch between light and dark").click()
    page.goto("/back-office/?period=quarter")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    take(page, f"dashboard-{width}-{theme}")


@spec("IF-30", "IF-38")
def test_the_palette_is_used_without_a_mouse(signed_in: SignedIn):
    page = signed_in("merchandiser")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search, or what to do")
    expect(field).to_be_focused()
    chosen = page.locator("#palette [aria-selected=true]")
    expect(chosen).to_have_text("Add promotion")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_text("Add deal")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(chosen).not_to_have_text("Add promotion")

    page.keyboard.type("vouchers by part")
    expect(chosen).to_have_text("Vouchers by partner and book")
    take(page, "palette", whole=False)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vouchers by partner")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


@spec("IF-30")
def test_enter_opens_no_other_thing_than_was_typed(signed_in: SignedIn):
    page = signed_in("merchandiser")
    page.locator(".top .find").click()
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("Add promotion")
    page.route("**/palette/?q=mug*", lambda route: None)
    page.keyboard.type("mug")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Found for “mug”")
    page.unroute_all(behavior="ignoreErrors")


@spec("IF-30")
def test_what_nobody_has_is_said_and_typing_on_finds_again(signed_in: SignedIn):
    page = signed_in("support")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(page.get_by_text("Nothing has these words")).to_be_visible()
    page.get_by_role("combobox").fill("harbor")
    expect(page.get_by_role("option", name="Harbor Credit Union").first).to_be_visible()
