"""Voucher books in a browser: made while one watches, assigned with the last number confirmed."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.pictures import take
from tests.words import spec

BOOKS = "/back-office/offers/voucherbook/"


@spec("VO-13", "VO-17", "IF-38", "QU-45")
def test_numbers_are_made_while_one_watches_and_then_assigned(
    signed_in: Callable[[str], Page],
) -> None:
    page = signed_in("merchandiser")
    page.goto("/back-office/offers/voucher/")
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("link", name="Make random numbers").click()
    page.get_by_label("How many").fill("70000")
    page.get_by_label("Label").fill("Watched")
    page.get_by_role("button", name="Make numbers").click()
    expect(page.locator("#progress, .tile-figure").first).to_be_visible()
    expect(page.get_by_text("Ready")).to_be_visible(timeout=60_000)
    expect(page.locator(".tile-figure").first).to_have_text("70,000")
    take(page, "voucher-book")

    page.get_by_role("link", name="Assign", exact=True).click()
    page.get_by_label("How many").fill("50")
    page.get_by_label("Percentage").fill("20")
    page.get_by_label("New partner").fill("Pier Nine Sailing")
    page.get_by_label("Added in").select_option(label="Pearl Street, Portland")
    page.get_by_role("button", name="Show the last number").click()
    last = page.locator(".last-number").inner_text()
    assert last.startswith("DV")
    page.get_by_role("button", name="It is the same: assign").click()
    expect(page.get_by_text("50 numbers assigned to Pier Nine Sailing.")).to_be_visible()
    expect(page.locator("table").first).to_contain_text(last)


@spec("VO-40", "QU-45")
def test_a_voucher_s_page_shows_its_barcode_and_its_life(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("merchandiser")
    page.goto("/back-office/offers/voucher/?state=assigned&kind=percentage")
    page.locator("#result_list tbody th a").first.click()
    expect(page.locator("svg.symbol-code128")).to_be_visible()
    expect(page.locator("svg.symbol-qr")).to_be_visible()
    expect(page.locator("ol.timeline")).to_contain_text("Assigned")
    take(page, "voucher")


@spec("VO-32")
def test_a_sheet_is_looked_at_and_written(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("merchandiser")
    page.goto(f"{BOOKS}sheets/")
    content = b"Number,Value\nBROWSER-1,25\nBROWSER-2,ten\n"
    page.set_input_files(
        "input[type=file]", {"name": "cards.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("1 row can be written, 1 can’t")).to_be_visible()
    page.get_by_role("button", name="Write 1 voucher").click()
    expect(page.get_by_text("1 voucher made.")).to_be_visible()
    take(page, "voucher-sheet")
    page.get_by_role("button", name="Undo the sheet").click()
    expect(page.get_by_text("1 voucher taken away again.")).to_be_visible()
