"""A day at the till in a real browser: scans, vouchers of both kinds, tenders, a lost network."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.pictures import take
from tests.words import spec

APRON, BOARD, MUG = "AP-2041", "SB-1180", "MG-201"
"""Of the demo: a linen apron, a walnut serving board, a stoneware mug."""

FAST = 0.005
"""Seconds between two keys of a scanner."""
SLOW = 0.1
"""Seconds between a hand's key and the first of a scan."""


TILLS = itertools.count(1)


@pytest.fixture
def till(signed_in: Callable[[str], Page]) -> Page:
    """A cashier at a till that no other test uses."""
    return opened(signed_in("cashier"))


def opened(page: Page) -> Page:
    """The next till of Pearl Street, with nothing on its screen."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/till/")
    page.get_by_text("Pearl Street, Portland").click()
    page.get_by_label("Till", exact=True).fill(str(next(TILLS)))
    page.get_by_role("button", name="Open the till").click()
    expect(page.get_by_label("Scan or search")).to_be_focused()
    return page


def scan(page: Page, code: str) -> None:
    """What a scanner does: it types fast, and ends with Enter.

    Each key says itself when it was pressed, so that a busy machine cuts no scan in two.
    """
    keys = page.context.new_cdp_session(page)
    begun = time.time() + SLOW
    for place, key in enumerate([*code, "Enter"]):
        pressed = {
            "key": key,
            "text": "\r" if key == "Enter" else key,
            "windowsVirtualKeyCode": 13 if key == "Enter" else 0,
            "timestamp": begun + place * FAST,
        }
        keys.send("Input.dispatchKeyEvent", {"type": "keyDown", **pressed})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key})
    keys.detach()


def asked(server: Server, code: str) -> str:
    """What a line of Python prints that asks the server's records."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{SET_UP}\n{code}"],
        env={
            "PYTHONPATH": ":".join(p for p in sys.path if p),
            "LARGESSE_DATABASE": server.records[1],
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


SET_UP = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "largesse.server.settings"
django.setup()
from datetime import UTC, datetime
from largesse.crm.models import Partner
from largesse.offers.vouchers import create
made = dict(partner=Partner.objects.get(code="harbor-cu"), at=datetime.now(UTC), by="Ines Kowal")
"""


def percentage_voucher(server: Server, number: str) -> str:
    asked(server, f'create(["{number}"], percent=200_000, **made)')
    return number


def value_voucher(server: Server, number: str, cents: int) -> str:
    asked(server, f'create(["{number}"], value={cents}, **made)')
    return number


def total(page: Page, amount: str) -> None:
    expect(page.locator("#total")).to_have_text(amount)


@spec("IF-31", "IF-38", "VO-10", "VO-11", "VO-12", "VO-40", "JO-3")
def test_a_sale_with_a_partner_voucher_by_card_and_cash(till: Page, server: Server) -> None:
    number = percentage_voucher(server, "DV9990000000001")
    scan(till, APRON)
    scan(till, BOARD)
    expect(till.locator("tbody[data-line='2']")).to_be_visible()
    before = till.locator("#total").inner_text()
    scan(till, number)
    dialog = till.locator("#customer-dialog")
    expect(dialog).to_contain_text("The voucher needs a customer")
    take(till, "till-needs-customer")
    till.keyboard.type("Marta", delay=80)
    expect(till.locator("#found-customers button").first).to_contain_text("Marta")
    till.keyboard.press("Enter")
    expect(till.locator(".voucher")).to_contain_text("Harbor Credit Union")
    fifth = round(float(before) * 100) * 80 // 100
    total(till, f"{fifth / 100:.2f}")

    till.keyboard.press("F8")
    expect(till.locator(".toasts")).to_contain_text("Remove the voucher first")
    take(till, "till-voucher")

    till.locator("[data-method=card]").click()
    till.get_by_label("Amount by card").fill("20.00")
    till.get_by_label("Last four digits").fill("4417")
    expect(till.locator("#take")).to_contain_text("Take 20.00 by card")
    till.keyboard.press("Enter")
    expect(till.locator(".till-paid")).to_contain_text("Still to pay")
    left = till.locator(".till-paid .left .num").inner_text()
    till.keyboard.press("F9")
    expect(till.locator("#amount")).to_be_focused()
    till.keyboard.type("100", delay=80)
    change = f"{100 - float(left):.2f}"
    expect(till.locator("#take")).to_contain_text(f"Take 100.00 cash, change {change}")
    till.keyboard.press("F9")
    expect(till.locator("#change")).to_have_text(change)
    expect(till.locator(".voucher")).to_contain_text("Redeemed")
    expect(till.locator("#journal")).to_contain_text("Discounts, partner vouchers")
    assert till.locator("#journal tfoot").all_inner_texts()[0].startswith("Balanced")
    take(till, "till-sold")

    till.wait_for_timeout(900)
    till.keyboard.press("Enter")
    expect(till.locator("#lines")).to_contain_text("Scan the first item")
    expect(till.get_by_label("Scan or search")).to_be_focused()


@spec("IF-31", "VO-10", "VO-11")
def test_the_sums_of_the_source_80_and_with_a_line_less_25_first_75_and_60(
    till: Page, server: Server
) -> None:
    number = percentage_voucher(server, "DV9990000000002")
    asked(
        server,
        "from largesse.catalog.models import Product\n"
        "for sku in ('FIFTY-A', 'FIFTY-B'): Product.objects.create(sku=sku, name=sku, price=5000)",
    )
    till.wait_for_timeout(1100)  # A book is at most a second old.
    scan(till, "FIFTY-A")
    scan(till, "FIFTY-B")
    total(till, "100.00")
    scan(till, number)
    expect(till.locator("#customer-find")).to_be_focused()
    till.keyboard.type("Marta", delay=80)
    expect(till.locator("#found-customers button").first).to_contain_text("Marta")
    till.keyboard.press("Enter")
    total(till, "80.00")
    till.locator(".voucher").get_by_role("button", name="Remove").click()
    total(till, "100.00")
    till.keyboard.press("F8")
    dialog = till.locator("#discount-dialog")
    dialog.get_by_label("How much").fill("25")
    dialog.get_by_role("button", name="Damaged").click()
    dialog.get_by_role("button", name="Take it off").click()
    total(till, "75.00")
    scan(till, number)
    total(till, "60.00")
    take(till, "till-60")


@spec("IF-31", "IF-38", "VO-30", "VO-33", "VO-3")
def test_a_sale_with_a_value_voucher_says_what_is_lost(till: Page, server: Server) -> None:
    number = value_voucher(server, "GV-TILL-1", 50_000)
    scan(till, MUG)
    expect(till.locator("tbody[data-line='1']")).to_be_visible()
    till.locator("[data-opens=voucher-dialog]").click()
    till.keyboard.type(number, delay=80)
    till.keyboard.press("Enter")
    expect(till.locator(".voucher")).to_contain_text("of it will be lost")
    take(till, "till-value-voucher")
    scan(till, value_voucher(server, "GV-TILL-2", 500))
    expect(till.locator("#scan-said")).to_contain_text("One voucher a sale")
    expect(till.locator("#take")).to_contain_text("Finish, nothing to pay")
    till.keyboard.press("Escape")
    till.keyboard.press("F9")
    expect(till.locator("#journal")).to_contain_text("Value voucher clearing")
    expect(till.locator("#journal")).to_contain_text("Posted")


@spec("IF-31", "VO-40")
def test_a_scan_is_taken_wherever_the_focus_is(till: Page) -> None:
    scan(till, MUG)
    expect(till.locator("tbody[data-line='1']")).to_be_visible()
    till.locator("#amount").focus()
    before = till.locator("#amount").input_value()
    scan(till, APRON)
    expect(till.locator("tbody[data-line='2']")).to_be_visible()
    assert till.locator("#amount").input_value() != ""
    till.locator("#q2").focus()
    scan(till, MUG)
    expect(till.locator("tbody[data-line='1']")).to_have_class("is-selected")
    expect(till.locator("tbody[data-line='1'] tr td").first).to_have_text("2")
    expect(till.locator("tbody[data-line='2'] tr td").first).to_have_text("1")
    till.get_by_role("button", name="Hold").focus()
    scan(till, "NOT-THERE")
    expect(till.locator("#scan-said")).to_contain_text("Nothing is called NOT-THERE")
    assert before


@spec("IF-31")
def test_ten_scans_in_one_go_are_all_rung_up(till: Page) -> None:
    for _ in range(10):
        scan(till, MUG)
    expect(till.locator("tbody[data-line='1'] tr td").first).to_have_text("10")


@spec("IF-31", "VO-40")
def test_letters_left_in_the_field_are_no_part_of_a_scan_and_how_many_is(till: Page) -> None:
    till.keyboard.type("x", delay=80)
    scan(till, "2012825028051")
    expect(till.locator("tbody[data-line='1'] tr td").first).to_have_text("1")
    till.keyboard.type("3*", delay=80)
    scan(till, "2012825028051")
    expect(till.locator("tbody[data-line='1'] tr td").first).to_have_text("4")


@spec("IF-31", "IF-38")
def test_everything_is_done_by_keyboard(till: Page) -> None:
    till.keyboard.type("linen", delay=80)
    expect(till.locator("#names button").first).to_be_visible()
    till.keyboard.press("ArrowDown")
    till.keyboard.press("Enter")
    expect(till.locator("tbody[data-line='1']")).to_be_visible()
    scan(till, MUG)
    expect(till.locator("tbody[data-line='2']")).to_be_visible()
    till.keyboard.press("+")
    expect(till.locator("tbody[data-line='2'] tr td").first).to_have_text("2")
    till.keyboard.press("ArrowUp")
    till.keyboard.press("Delete")
    expect(till.locator("tbody[data-line='1']")).to_have_count(0)
    till.locator(".toast").get_by_role("button", name="Undo").click()
    expect(till.locator("tbody[data-line='1']")).to_be_visible()
    till.keyboard.press("F4")
    expect(till.locator("#lines")).to_contain_text("Scan the first item")
    till.keyboard.press("F5")
    expect(till.locator("#held button").first).to_be_focused()
    take(till, "till-recall")
    till.keyboard.press("Enter")
    expect(till.locator("tbody[data-line='2']")).to_be_visible()
    till.keyboard.press("F2")
    till.keyboard.press("Escape")
    expect(till.locator("#clear-dialog")).to_contain_text("Clear this sale?")
    till.keyboard.press("Escape")
    expect(till.locator("tbody[data-line='2']")).to_be_visible()
    till.keyboard.press("Escape")
    till.locator("#clear-dialog").get_by_role("button", name=re.compile("Clear 3 items")).click()
    expect(till.locator("#lines")).to_contain_text("Scan the first item")


@spec("IF-31")
def test_a_second_enter_neither_sells_twice_nor_hides_the_change(
    till: Page, server: Server
) -> None:
    scan(till, MUG)
    expect(till.locator("#take")).to_be_visible()
    count = "from largesse.orders.models import Order; print(Order.objects.count())"
    before = int(asked(server, count))
    till.keyboard.press("F9")
    till.keyboard.press("Enter")
    till.keyboard.press("Enter")
    expect(till.locator("#change")).to_be_visible()
    till.keyboard.press("Enter")
    expect(till.locator("#change")).to_be_visible()
    assert int(asked(server, count)) == before + 1


@spec("IF-31")
def test_without_a_network_what_was_scanned_waits_and_is_rung_up_once(till: Page) -> None:
    scan(till, MUG)
    expect(till.locator("tbody[data-line='1']")).to_be_visible()
    lost: list[str] = []

    def lose_the_answer(route: Any) -> None:
        # The server does it; the till never hears so.
        if not lost:
            lost.append(route.request.url)
            route.fetch()
        route.abort()

    till.route("**/till/scan", lose_the_answer)
    scan(till, APRON)
    scan(till, MUG)
    expect(till.locator("#online")).to_have_text("Offline, 2 waiting")
    take(till, "till-offline")
    till.unroute("**/till/scan")
    expect(till.locator("#online")).to_have_text("Online")
    expect(till.locator("tbody[data-line='2'] tr td").first).to_have_text("1")
    expect(till.locator("tbody[data-line='1'] tr td").first).to_have_text("2")
    assert len(lost) == 1


@spec("IF-31", "VO-4")
def test_two_tills_with_one_voucher_sell_it_once(
    till: Page, signed_in: Callable[[str], Page], server: Server
) -> None:
    number = percentage_voucher(server, "DV9990000000003")
    other = opened(signed_in("administrator"))
    for each in (till, other):
        each.bring_to_front()  # One browser has both; keys go to the page in front.
        scan(each, APRON)
        expect(each.locator("tbody[data-line='1']")).to_be_visible()
        # Typed by hand: a busy machine's pause within a scan would cut it in two.
        each.locator("#scan").fill(number)
        each.locator("#scan").press("Enter")
        expect(each.locator("#customer-find")).to_be_focused()
        each.keyboard.type("Marta", delay=80)
        expect(each.locator("#found-customers button").first).to_contain_text("Marta")
        each.keyboard.press("Enter")
        expect(each.locator(".voucher")).to_contain_text("Assigned")
    till.keyboard.press("F9")
    till.keyboard.press("F9")
    expect(till.locator(".voucher")).to_contain_text("Redeemed")
    other.keyboard.press("F9")
    other.keyboard.press("F9")
    expect(other.locator("#pay")).to_contain_text("The price has changed.")
    expect(other.locator(".voucher")).to_contain_text("has been used, on order")
    take(other, "till-voucher-gone")
    other.locator(".voucher").get_by_role("button", name="Remove").click()
    other.keyboard.press("F9")
    other.keyboard.press("F9")
    expect(other.locator("#journal")).to_contain_text("Posted")


@spec("IF-31", "OR-5", "VO-6")
def test_a_receipt_is_printed_and_brings_everything_back(till: Page, server: Server) -> None:
    scan(till, MUG)
    expect(till.locator("#take")).to_be_visible()
    till.keyboard.press("F9")
    till.keyboard.press("F9")
    number = till.locator("#customer .num").inner_text().removeprefix("Order ")
    where = (till.locator("#receipt").get_attribute("href") or "").removesuffix("?print=1")
    till.goto(where)
    expect(till.get_by_role("img", name=f"Barcode {number}")).to_be_visible()
    take(till, "till-receipt")
    till.emulate_media(media="print")
    expect(till.get_by_role("button", name="Print")).to_be_hidden()
    assert till.locator(".slip").bounding_box() is not None
    till.emulate_media(media="screen")
    till.goto("/till/")
    scan(till, number)
    expect(till.get_by_role("heading", name=f"Refund {number}")).to_be_visible()
    till.get_by_role("button", name="All of it").click()
    expect(till.locator("#take")).to_contain_text("cash")
    take(till, "till-refund")
    till.get_by_role("button", name="Damaged").click()
    till.keyboard.press("F9")
    expect(till.locator(".toasts")).to_contain_text("given back.")
    expect(till.locator("main")).to_contain_text("all came back")
    till.keyboard.press("Escape")
    expect(till.get_by_label("Scan or search")).to_be_visible()


@spec("IF-31", "IF-38")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (834, 1112)])
def test_nothing_scrolls_but_the_lines(
    signed_in: Callable[[str], Page], width: int, height: int, theme: str
) -> None:
    till = opened(signed_in("cashier"))
    till.context.add_cookies([{"name": "theme", "value": theme, "url": till.url}])
    till.set_viewport_size({"width": width, "height": height})
    till.reload()
    for code in (APRON, BOARD, MUG, "AP-2044", "AP-2061", "BW-310", "BW-024", "AP-2083"):
        scan(till, code)
    expect(till.locator("tbody[data-line='8']")).to_be_visible()
    till.locator("tbody[data-line='8']").scroll_into_view_if_needed()
    assert till.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert till.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert till.evaluate(
        "document.getElementById('pay').scrollHeight <= document.getElementById('pay').clientHeight"
    )
    small = till.evaluate(
        "[...document.querySelectorAll('.till-pay .btn, .fkeys button, .is-selected .btn')]"
        ".filter((one) => one.offsetHeight && one.offsetHeight < 40).map((one) => one.outerHTML)"
    )
    assert small == []
    take(till, f"till-{width}-{theme}", whole=False)
