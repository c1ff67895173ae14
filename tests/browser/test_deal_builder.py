"""A merchandiser builds a deal from nothing, is warned of a weak tier, and changes it later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pictures import take
from tests.words import spec

SignIn = Callable[[str], Page]
OFFERS = "/back-office/offers"


@pytest.fixture
def merchandiser(signed_in: SignIn) -> Page:
    return signed_in("merchandiser")


@spec("IF-30", "IF-38", "DE-1", "DE-2", "DE-3")
def test_a_deal_is_built_seen_saved_changed_and_archived(merchandiser: Page):
    page = merchandiser
    page.goto(f"{OFFERS}/deal/")
    page.get_by_role("link", name="Add deal").click()

    # 1, the products: how many there are is told at once.
    page.locator("#f-sets-0-products").select_option("mugs")
    expect(page.locator("#f-sets-0-products-matches")).to_have_text("15 products match")

    # 2, the benefit: two tiers of different kinds, of which the higher gives less.
    page.locator("#f-tiers-0-min_units").fill("10")
    page.locator("#f-tiers-0-benefit-percent").fill("10")
    expect(page.locator("#words")).to_contain_text("10 % off mugs from 10 units on")
    page.get_by_role("button", name="Add tier").click()
    page.locator("#f-tiers-1-min_units").fill("20")
    page.locator("#f-tiers-1-benefit").select_option("free_stock")
    expect(page.locator("#f-tiers-1-benefit")).to_be_focused()
    expect(page.locator("#f-tiers-0-benefit-percent")).to_have_value("10")
    page.locator("#f-tiers-1-benefit-amount").fill("5.00")
    page.locator("#f-selection").select_option("mugs")
    warned = page.locator("#warnings")
    expect(warned).to_contain_text("Tier 2 gives less than tier 1: on 39 units of")
    page.locator("#f-tiers-1-benefit-amount").fill("500.00")
    expect(warned).to_be_hidden()

    # A cart that is pasted shows what it brings, before anything is saved.
    page.get_by_label("Sample cart").select_option("pasted")
    page.locator("#pasted").fill("MG-201 × 12")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("tier 1 of 2")
    page.locator("#pasted").fill("MG-201 × 24")
    expect(preview).to_contain_text("Credit to give stock away")
    take(page, "deal-draft")

    # 3 and 4: a title that is too long is told beside it, and all else stays.
    page.get_by_label("Rep", exact=True).check()
    page.locator("#f-code").fill("BUILT-DEAL")
    page.locator("#f-title").fill("A title that is longer than a small screen")
    page.keyboard.press("Enter")
    expect(page.locator("#f-title-error")).to_contain_text("at most 20 characters")
    expect(page.locator("#f-title")).to_be_focused()
    expect(page.locator("#f-tiers-1-benefit-amount")).to_have_value("500.00")
    expect(page.get_by_label("Rep", exact=True)).to_be_checked()
    take(page, "deal-error")
    page.locator("#f-title").fill("Built by hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Built by hand")).to_be_visible()

    # Changed, compared, restored; then archived.
    page.locator("#f-tiers-0-benefit-percent").fill("12")
    page.locator("#reason").fill("They sell")
    page.get_by_role("button", name="Save as revision 2").click()
    page.get_by_role("link", name="Revision 2").click()
    expect(page.locator(".told")).to_contain_text("Tier 1, benefit, percentage")
    take(page, "deal-revision")
    page.get_by_role("link", name="Built by hand").click()
    page.get_by_role("link", name="Revision 1").click()
    page.get_by_role("button", name="Restore this revision").click()
    expect(page.locator(".page-head")).to_contain_text("revision 3")
    expect(page.locator("#f-tiers-0-benefit-percent")).to_have_value("10")
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".page-head")).to_contain_text("Archived")
    page.goto(f"{OFFERS}/deal/?q=BUILT-DEAL")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    take(page, "deal-list")
