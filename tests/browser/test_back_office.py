"""The main paths of staff in the back office, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.words import spec

SignedIn = Callable[[str], Page]


@spec("IF-30", "IF-38", "OR-5", "JO-1")
def test_support_finds_an_order_posts_it_refunds_two_units_and_sees_the_journal(
    signed_in: SignedIn,
):
    page = signed_in("support")
    page.get_by_role("link", name="Orders", exact=False).first.click()
    page.goto("/back-office/orders/order/?state__exact=placed")
    number = page.locator("#result_list tbody th a").first.inner_text()
    page.goto("/back-office/")
    page.get_by_role("searchbox", name="Search").first.fill(number)
    page.keyboard.press("Enter")
    page.locator("main").get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    page.locator(".page-head").get_by_role("link", name="Post").click()
    page.get_by_label("Reason").fill("handed over")
    page.get_by_role("button", name="Post order").click()
    expect(page.locator(".page-head .badge")).to_have_text("Posted")
    expect(page.locator("#journal")).to_contain_text("Sales")
    page.locator(".page-head").get_by_role("link", name="Refund").click()
    units = page.locator(".refund-units input")
    given_back = min(2, int(units.first.get_attribute("max") or "1"))
    units.first.fill(str(given_back))
    page.get_by_label("Reason").fill("brought back")
    page.get_by_role("button", name="Refund").click()
    asked = page.get_by_text("This leaves deals unearned.")
    expect(page.locator("#refunds").or_(asked).first).to_be_visible()
    if asked.is_visible():
        page.get_by_role("button", name="Confirm and refund").click()
    expect(page.locator("#refunds")).to_contain_text(f"{given_back} ×")
    expect(page.locator("#refunds")).to_contain_text("brought back")
    expect(page.locator("#journal")).to_contain_text("Refunded")


@spec("AL-2", "IF-38")
def test_typing_allotment_finds_the_setting_that_hides_the_tab(signed_in: SignedIn):
    page = signed_in("administrator")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Configuration").click()
    search = page.get_by_role("searchbox", name="Search settings")
    search.press_sequentially("printer")
    expect(page.get_by_text("No such setting")).to_be_visible()
    search.fill("")
    search.press_sequentially("allotment")
    expect(page.get_by_text("Hide organization allotments tab")).to_be_visible()
    page.get_by_label("Hide organization allotments tab").check()
    expect(page.locator("#settings")).to_contain_text("on since")
    page.get_by_label("Hide organization allotments tab").uncheck()
    expect(page.locator("#settings")).to_contain_text("off since")


@spec("AL-4", "IF-38")
def test_products_are_assigned_to_a_new_group_by_typing(signed_in: SignedIn):
    page = signed_in("merchandiser")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Product groups").click()
    page.get_by_role("link", name="Add product group").click()
    page.get_by_label("Title").press_sequentially("Gifts for teachers")
    expect(page.get_by_label("Code")).to_have_value("gifts-for-teachers")
    page.locator(".select2-search__field").last.click()
    page.locator(".select2-search__field").last.press_sequentially("mug")
    page.locator(".select2-results__option--highlighted").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Gifts for teachers").first.click()
    expect(page.locator(".select2-selection__choice")).to_have_count(1)


@spec("IF-30", "IF-38")
def test_a_list_is_searched_filtered_and_acted_on(signed_in: SignedIn):
    page = signed_in("merchandiser")
    page.goto("/back-office/catalog/product/")
    page.get_by_role("searchbox", name="Search products").fill("mug")
    page.keyboard.press("Enter")
    rows = page.locator("#result_list tbody tr")
    expect(rows.first).to_contain_text("ug")
    page.locator("#result_list tbody .pick input").first.check()
    expect(page.locator(".bulk")).to_be_visible()
    page.locator(".bulk").get_by_role("button", name="Take off sale").click()
    expect(page.locator(".toast")).to_contain_text("Take off sale: 1 product.")
    page.get_by_role("button", name="Active").click()
    page.locator(".menu:popover-open").get_by_role("link", name="No", exact=True).click()
    expect(rows).to_have_count(1)

    # Others buy it.
    page.locator("#result_list tbody .pick input").first.check()
    page.locator(".bulk").get_by_role("button", name="Put on sale").click()
    expect(page.locator(".toast")).to_contain_text("Put on sale: 1 product.")
