"""A merchandiser builds a promotion from nothing, sees what it does, and changes it later."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.pictures import take
from tests.words import spec

SignIn = Callable[[str], Page]
OFFERS = "/back-office/offers"


@pytest.fixture
def merchandiser(signed_in: SignIn) -> Page:
    return signed_in("merchandiser")


def a_product(page: Page) -> tuple[str, str]:
    """The SKU and the name of a product that is sold for more than 20.00."""
    page.goto("/back-office/catalog/product/?o=-3")
    row = page.locator("#result_list tbody tr").first
    name = row.locator("th").inner_text()
    sku = row.locator(".field-sku").inner_text()
    return sku, name


def press_on(page: Page, selector: str, key: str = "Enter") -> None:
    page.locator(selector).focus()
    page.keyboard.press(key)


def add_condition(page: Page, label: str, place: str = "f-conditions") -> None:
    """By keyboard: the menu opens at its first kind, the arrows go to the others."""
    press_on(page, f"#{place}-add")
    wanted = page.locator(f"#{place}-kinds").get_by_role("button", name=label, exact=True)
    expect(page.locator(f"#{place}-kinds button").first).to_be_focused()
    for _ in range(40):
        if wanted.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def words(page: Page) -> str:
    return page.locator("#words").inner_text()


@spec("IF-30", "PR-1", "PR-8", "IF-38")
def test_a_promotion_is_built_seen_saved_changed_duplicated_and_archived(merchandiser: Page):
    page = merchandiser
    sku, name = a_product(page)
    page.goto(f"{OFFERS}/promotion/")
    page.get_by_role("link", name="Add promotion").click()

    # 1, the action: by keyboard alone.
    page.locator("#f-actions-0-percent").focus()
    page.keyboard.type("15")
    expect(page.locator("#words")).to_contain_text("15 % off")
    page.keyboard.press("Tab")
    expect(page.locator("#f-actions-0-amount")).to_be_focused()

    # 2, the conditions.
    add_condition(page, "Order subtotal")
    expect(page.locator("#f-conditions-0")).to_be_focused()
    expect(page.locator("#f-actions-0-percent")).to_have_value("15")
    page.locator("#f-conditions-0-minimum").fill("5")
    expect(page.locator("#words")).to_contain_text("5.00")
    page.get_by_role("button", name="any", exact=True).click()
    expect(page.get_by_role("button", name="any", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    add_condition(page, "Customer type", "f-conditions-0-of")
    page.locator("#f-conditions-0-of-1-type").select_option("distributor")
    expect(page.locator("#words")).to_contain_text("distributor")
    press_on(page, "#f-conditions-0-of-1-up")
    expect(page.locator("#f-conditions-0-of-0-type")).to_have_value("distributor")
    page.locator("#f-conditions-0-of-0-card").get_by_role("button", name="Remove").click()
    expect(page.locator("#f-conditions-0-of-0-minimum")).to_have_value("5.00")

    # A cart that is pasted shows what it does, before anything is saved.
    page.get_by_label("Sample cart").select_option("pasted")
    page.locator("#pasted").fill(f"{sku} × 2")
    preview = page.locator("#preview")
    expect(preview).to_contain_text(name)
    expect(preview).to_contain_text("Order subtotal")
    before = preview.locator(".sum").inner_text()
    page.locator("#f-actions-0-percent").fill("90")
    expect(preview.locator(".sum")).not_to_have_text(before)
    take(page, "builder-draft")

    # 3, the promotion: an end before its start is told beside it, and all else stays.
    page.locator("#f-code").fill("BUILT-90")
    page.locator("#f-title").fill("Built by hand")
    page.locator("#f-starts").fill("2027-01-01")
    page.locator("#f-ends").fill("2026-12-31")
    page.keyboard.press("Enter")
    expect(page.locator("#f-ends-error")).to_have_text(
        re.compile("Before the start. Choose 1 Jan 2027 or later.")
    )
    expect(page.locator("#f-ends")).to_be_focused()
    for field, value in (
        ("f-code", "BUILT-90"),
        ("f-title", "Built by hand"),
        ("f-starts", "2027-01-01"),
        ("f-ends", "2026-12-31"),
        ("f-actions-0-percent", "90"),
        ("f-conditions-0-of-0-minimum", "5.00"),
        ("pasted", f"{sku} × 2"),
    ):
        expect(page.locator(f"#{field}")).to_have_value(value)
    take(page, "builder-error")
    page.locator("#f-ends").fill("2027-03-31")
    page.locator("#f-ends").press("Enter")
    expect(page.get_by_role("heading", name="Built by hand")).to_be_visible()
    expect(page.locator(".page-head")).to_contain_text("revision 1")
    expect(page.locator("#words")).to_contain_text("31 March 2027")

    # It is changed: what changed is told in the words of the form.
    page.locator("#f-actions-0-percent").fill("20")
    page.locator("#reason").fill("Too much")
    page.get_by_role("button", name="Save as revision 2").click()
    page.get_by_role("link", name="Revision 2").click()
    row = page.locator(".told tbody tr")
    expect(row).to_contain_text("Action 1 (Discount order line), percentage")
    expect(row.locator("del")).to_have_text("90 %")
    expect(row.locator("ins")).to_have_text("20 %")
    take(page, "builder-revision")

    # The first revision is made the latest again.
    page.goto(page.url.replace("/revisions/2/", "/revisions/1/"))
    page.get_by_role("button", name="Restore this revision").click()
    expect(page.locator("#f-actions-0-percent")).to_have_value("90")
    expect(page.locator(".page-head")).to_contain_text("revision 3")

    page.get_by_role("button", name="Duplicate").click()
    expect(page.locator("#f-code")).to_have_value("BUILT-90-COPY")
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".page-head")).to_contain_text("Archived")
    page.goto(f"{OFFERS}/promotion/?q=BUILT-90&archived__exact=0")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


@spec("IF-30", "PR-8")
def test_what_was_typed_goes_along_to_the_text_and_back(merchandiser: Page):
    page = merchandiser
    page.goto(f"{OFFERS}/promotion/add/")
    page.locator("#f-code").fill("AS-TEXT")
    page.locator("#f-actions-0").select_option("discount_order")
    expect(page.locator("#f-actions-0-include")).to_be_visible()
    page.locator("#f-actions-0-percent").fill("7.5")
    page.get_by_role("button", name="As text").click()
    text = page.locator("textarea.definition")
    expect(text).to_have_value(re.compile("code: AS-TEXT"))
    expect(text).to_have_value(re.compile("percent: '7.5'"))
    text.fill(text.input_value() + "priority: 4\ncolour: red\n")
    page.get_by_role("button", name="Builder").click()
    expect(page.locator(".error")).to_contain_text("colour")
    text.fill(text.input_value().replace("colour: red\n", ""))
    page.get_by_role("button", name="Builder").click()
    expect(page.locator("#f-priority")).to_have_value("4")
    expect(page.locator("#f-actions-0-percent")).to_have_value("7.5")


@spec("IF-30", "PR-8")
def test_a_condition_is_shared_from_the_builder_reused_and_changed_for_all_who_use_it(
    merchandiser: Page,
):
    page = merchandiser
    page.goto(f"{OFFERS}/promotion/add/")
    page.locator("#f-code").fill("SHARES-A")
    page.locator("#f-actions-0-percent").fill("5")
    add_condition(page, "Order subtotal")
    page.locator("#f-conditions-0-minimum").fill("1000")
    page.locator("#f-conditions-0-share summary").click()
    page.locator("#f-conditions-0-name").fill("from-a-thousand")
    page.get_by_role("button", name="Add promotion").click()
    expect(page.locator("#f-conditions-0-card")).to_contain_text("shared")

    page.goto(f"{OFFERS}/promotion/add/")
    page.locator("#f-code").fill("SHARES-B")
    page.locator("#f-actions-0-percent").fill("6")
    page.locator("[data-menu=f-conditions-shared]").click()
    page.locator("#f-conditions-shared").get_by_role("button", name="from-a-thousand").click()
    expect(page.locator("#f-conditions-0-card")).to_contain_text("1000.00")
    page.get_by_role("button", name="Add promotion").click()
    expect(page.locator(".page-head")).to_contain_text("revision 1")

    page.goto(f"{OFFERS}/condition/?q=from-a-thousand")
    expect(page.locator("#result_list")).to_contain_text("2 promotions")
    page.locator("#result_list tbody th a").click()
    page.locator("#f-part-minimum").fill("2000")
    expect(page.locator("#words")).to_contain_text("2000.00")
    page.get_by_role("button", name="Save as revision 2").click()
    expect(page.get_by_role("alert")).to_contain_text("2 promotions get a new revision")
    take(page, "shared-condition-asks")
    page.get_by_role("button", name="Change 2 promotions").click()
    page.get_by_role("link", name="SHARES-A").click()
    expect(page.locator(".page-head")).to_contain_text("revision 2")
    expect(page.locator("#words")).to_contain_text("2000.00")


@spec("IF-30", "IF-38", "QU-40")
def test_an_auditor_sees_a_promotion_and_its_words_but_no_way_to_change_it(signed_in: SignIn):
    page = signed_in("auditor")
    page.goto(f"{OFFERS}/promotion/")
    page.locator("#result_list tbody th a").first.click()
    assert words(page)
    expect(page.locator("#f-title")).to_be_disabled()
    expect(page.get_by_role("button", name=re.compile("Save"))).to_have_count(0)
    expect(page.get_by_role("button", name="Duplicate")).to_have_count(0)
    for name in ("Actions", "Conditions", "Promotions"):
        page.goto(f"{OFFERS}/promotion/")
        page.locator(".tabs").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()


@spec("IF-30", "IF-38")
def test_who_has_gone_on_to_a_field_types_there_though_its_card_comes_anew(merchandiser: Page):
    page = merchandiser
    page.goto(f"{OFFERS}/condition/add/")
    least = page.locator("#f-part-minimum")
    expect(least).to_have_value("1")
    before = least.element_handle()

    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**{OFFERS}/condition/add/", hold, times=1)
    page.locator("#f-part").focus()
    page.select_option("#f-part", label="Distinct products")
    least.focus()
    page.keyboard.press("Control+A")
    held[0].continue_()
    page.wait_for_function("one => !one.isConnected", arg=before)
    page.wait_for_timeout(50)  # What comes anew gets the focus a moment after it is there.
    page.keyboard.type("7")

    expect(least).to_have_value("7")
