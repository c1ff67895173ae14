"""A referred order is found, looked at, given less credit, approved or declined, in a real browser."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.pictures import take
from tests.browser.referrals import MUG, TOWEL
from tests.words import spec

SignedIn = Callable[[str], Page]
LIST = "/back-office/orders/order/"


class Reps(NamedTuple):
    """A program of the reps, and the number of an order that the approver referred."""

    url: str
    secret: str
    own: str

    def refer(self, credit: str, mugs: int) -> str:
        """An order of towels that asks for giveaway credit; its number."""
        wanted = {
            "lines": [{"sku": TOWEL, "quantity": 20, "deal": "LINEN-NEW"}],
            "referred": {"LINEN-NEW": {"amount": credit, "currency": "USD"}},
            "giveaways": [{"deal": "LINEN-NEW", "sku": MUG, "units": mugs}],
            "refer": {"approver": "approver", "note": "Opening order for their second shop."},
        }
        request = Request(
            f"{self.url}/v1/orders",
            json.dumps(wanted).encode(),
            {
                "Authorization": f"Bearer {self.secret}",
                "Content-Type": "application/json",
                "Idempotency-Key": uuid4().hex,
            },
        )
        # Each process of the server knows the new deal within a second.
        until = time.monotonic() + 10
        while True:
            try:
                with urlopen(request, timeout=20) as answer:
                    found: Any = json.load(answer)
                    return str(found["number"])
            except HTTPError as refused:
                if time.monotonic() > until:
                    pytest.fail(refused.read().decode())
                time.sleep(0.3)
                request.headers["Idempotency-key"] = uuid4().hex


@pytest.fixture(scope="module")
def reps(server: Server) -> Reps:
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.referrals", *server.records],
        check=True,
        capture_output=True,
        text=True,
    )
    return Reps(server.url, **json.loads(made.stdout))


def badge(page: Page) -> Any:
    return page.locator(".page-head .badge")


@spec("DE-8", "DE-14", "IF-30", "IF-38")
def test_an_approver_lowers_the_credit_and_approves(signed_in: SignedIn, reps: Reps):
    number = reps.refer("58.00", mugs=4)
    page = signed_in("approver")
    waiting = page.get_by_role("link", name="To approve")
    expect(waiting.locator(".count")).to_be_visible()
    waiting.click()
    expect(page.locator("#result_list")).not_to_contain_text(reps.own)
    take(page, "orders-to-approve")

    page.get_by_role("button", name="Notices: 1 unread").click()
    page.get_by_role("button", name=number).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.get_by_role("button", name="Notices", exact=True)).to_be_visible()
    deals = page.locator("#deals")
    expect(deals).to_contain_text("180.00 of 300.00 at list price")
    expect(deals).to_contain_text("Gives away 4 × Stoneware mug, chalk")
    expect(deals).to_contain_text("58.00")
    take(page, "order-referred")

    page.locator(".page-head").get_by_role("link", name="Approve").click()
    credit = page.get_by_label("Credit for Linen opening order")
    expect(credit).to_have_value("58.00")
    credit.fill("58.01")
    page.get_by_role("button", name="Approve order").click()
    expect(page.locator(".field", has=credit)).to_contain_text("58.00 was asked for")
    take(page, "order-approving")
    credit.fill("30.00")
    page.get_by_label("Note to the requester").fill("Two mugs, and we talk in spring.")
    page.get_by_role("button", name="Approve order").click()

    expect(badge(page)).to_have_text("Pending")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(number)
    expect(page.locator("#deals")).to_contain_text("Gives away 2 × Stoneware mug, chalk")
    told = page.locator(".timeline")
    expect(told).to_contain_text("Two mugs, and we talk in spring.")
    expect(told).to_contain_text("Held, referred → Pending")
    expect(told).to_contain_text(number)
    take(page, "order-pending")

    page.locator(".page-head").get_by_role("link", name="Place").click()
    page.get_by_label("Reason").fill("as agreed")
    page.get_by_role("button", name="Place order").click()
    expect(badge(page)).to_have_text("Placed")


@spec("DE-8", "IF-38")
def test_an_approver_declines_with_a_note(signed_in: SignedIn, reps: Reps):
    number = reps.refer("20.00", mugs=1)
    page = signed_in("approver")
    page.goto(f"{LIST}?approve=asked")
    page.get_by_role("link", name=number).click()
    page.locator(".page-head").get_by_role("link", name="Decline").click()
    page.get_by_role("button", name="Decline order").click()
    note = page.get_by_label("Note to the requester")
    expect(page.locator(".field", has=note)).to_contain_text("This field is required.")
    note.fill("Reach 270.00 and I approve the full credit.")
    page.get_by_role("button", name="Decline order").click()
    expect(badge(page)).to_have_text("Held, refer declined")
    expect(page.locator(".timeline")).to_contain_text("Reach 270.00 and I approve")


@spec("DE-8", "IF-38")
def test_who_referred_an_order_waits_for_somebody_else(signed_in: SignedIn, reps: Reps):
    page = signed_in("approver")
    page.goto(f"{LIST}?approve=all")
    page.get_by_role("link", name=reps.own).click()
    expect(page.locator("main")).to_contain_text("You referred this order.")
    expect(page.locator(".page-head").get_by_role("link", name="Approve")).to_have_count(0)
    # Not by its address either.
    page.goto(f"{page.url.split('change/')[0]}approve/")
    page.get_by_role("button", name="Approve order").click()
    expect(page.locator("main")).to_contain_text("somebody else decides about it")

    boss = signed_in("administrator")
    boss.goto(f"{LIST}?approve=me")
    boss.get_by_role("link", name=reps.own).click()
    boss.locator(".page-head").get_by_role("link", name="Approve").click()
    boss.get_by_role("button", name="Approve order").click()
    expect(badge(boss)).to_have_text("Pending")
    page.goto("/back-office/")
    page.get_by_role("button", name="Notices: ").click()
    expect(page.locator(".notices")).to_contain_text(f"Noor Bakker approved order {reps.own}.")
