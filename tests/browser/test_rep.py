"""A rep enters orders in a real browser: products, deals, giveaways, referral."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.browser.pictures import take
from tests.words import spec

SignedIn = Callable[[str], Page]

CEDAR, FIG = "Soy candle, cedar", "Soy candle, fig"
CHALK, MOSS = "Stoneware mug, chalk", "Stoneware mug, moss"
APRON, BOARD = "Linen apron, flax", "Oak chopping board, small"
TUMBLER = "Tumbler, clear"
TAPER, VOTIVE, PILLAR, MATCH = (
    "Taper candle pair, ivory", "Votive glass, smoke", "Beeswax pillar, medium", "Match bottle, clear",
)  # fmt: skip


@pytest.fixture(scope="module")
def deals(server: Server) -> None:
    command = [sys.executable, "-m", "tests.browser.rep_deals", *server.records]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def rep(signed_in: SignedIn, deals: None) -> Page:
    """The demo's rep, with a new order for the wholesale customer; the deals are known."""
    page = signed_in("rep")
    new_order(page)
    # Each process of the server knows the new deals within a second.
    expect_deals(page)
    return page


def new_order(page: Page) -> None:
    page.goto("/rep/new")
    expect(page.get_by_label("Find a customer")).to_be_focused()
    page.keyboard.type("fennel")
    page.get_by_role("button", name="Choose Fennel & Rye Provisions").click()
    page.wait_for_url(re.compile(r"/rep/crt_\w+/$"))


def expect_deals(page: Page) -> None:
    address = page.url
    for _ in range(20):
        page.goto(f"{address}deals")
        if page.locator("#deal-rep-glass").count():
            break
        page.wait_for_timeout(200)
    page.goto(address)


def order(page: Page, **products: str) -> None:
    """Type quantities into the list of all products, as `order(page, **{"mug, chalk": "36"})`."""
    address = page.url.split("?")[0]
    for words, quantity in products.items():
        page.goto(f"{address}?q={words}")
        field = quantity_of(page, words)
        expect(field).to_be_focused()
        page.keyboard.type(quantity)
        page.keyboard.press("Enter")
        expect(row(page, words)).not_to_have_class(re.compile("is-off"))
    page.goto(address)


def quantity_of(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Quantity of {name}", exact=True)


def to_give(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Units of {name} to give", exact=True)


def row(page: Page, name: str) -> Locator:
    return page.locator("tr:not(.is-bonus)", has=page.get_by_text(name, exact=True))


def deal_on(page: Page, name: str) -> Locator:
    return row(page, name).locator(".deal-pick")


def calculated(page: Page) -> None:
    page.keyboard.press("F7")
    expect(page.locator(".proof")).to_contain_text("Calculated")


def fits(page: Page, name: str) -> None:
    """The page as it is on a tablet and in the dark: nothing hangs out at the side."""
    before = page.viewport_size
    take(page, name)
    page.set_viewport_size({"width": 834, "height": 1112})
    take(page, f"{name}-834")
    assert page.evaluate("document.documentElement.scrollWidth") <= 834, page.url
    page.get_by_role("button", name="Switch between light and dark").click()
    take(page, f"{name}-834-dark")
    page.get_by_role("button", name="Switch between light and dark").click()
    assert before is not None
    page.set_viewport_size(before)


# --- products ----------------------------------------------------------------------------------------


@spec("IF-32", "IF-38", "DE-5")
def test_an_order_is_typed_and_calculated_by_keyboard(rep: Page):
    take(rep, "rep-empty")
    rep.keyboard.press("/")
    rep.keyboard.type("stoneware mug")
    expect(quantity_of(rep, CHALK)).to_be_visible()
    expect(rep.get_by_label("Find a product")).to_be_focused()
    rep.keyboard.press("Enter")
    expect(quantity_of(rep, CHALK)).to_be_focused()
    rep.keyboard.type("30")
    rep.keyboard.press("Enter")
    rep.keyboard.type("20")
    rep.keyboard.press("ArrowDown")
    rep.keyboard.type("6")
    rep.keyboard.press("ArrowUp")
    expect(rep.locator(".tabs .count").first).to_have_text("3")
    take(rep, "rep-search")

    rep.get_by_role("link", name="On order 3").click()
    expect(rep.locator("tfoot")).to_contain_text("3 lines, 56 units")
    expect(rep.locator(".proof")).to_contain_text("Not calculated")
    calculated(rep)
    expect(deal_on(rep, CHALK)).to_contain_text(re.compile("Mug"))
    expect(rep.locator(".toast")).to_contain_text("Every change is calculated from now on.")

    # Four quick steps are four units, and the best deal follows.
    more = rep.get_by_role("button", name=f"One more {CHALK}")
    for _ in range(4):
        more.click()
    expect(quantity_of(rep, CHALK)).to_have_value("34")
    expect(rep.locator("tfoot")).to_contain_text("60 units")
    expect(deal_on(rep, CHALK)).to_contain_text("12 %, tier 2 at 60")
    fits(rep, "rep-products")


@spec("IF-32", "IF-38", "DE-6")
def test_a_rep_picks_another_deal_and_goes_back_to_the_best(rep: Page):
    order(rep, **{CHALK: "36", MOSS: "24"})
    calculated(rep)
    deal_on(rep, CHALK).press("Enter")
    menu = rep.locator(".pick-menu:popover-open")
    expect(menu.get_by_role("button").first).to_be_focused()
    take(rep, "rep-pick", whole=False)
    menu.get_by_role("button", name="Mugs, 1.00 off").click()
    expect(deal_on(rep, CHALK)).to_contain_text("1.00 off each · your pick")
    expect(deal_on(rep, CHALK)).to_be_focused()
    expect(rep.locator(".toast")).to_contain_text(f"Mugs, 1.00 off is picked for {CHALK}.")
    told = rep.locator(".note-warn")
    expect(told).to_contain_text(f"Your pick on {CHALK} costs")
    expect(told).to_contain_text("Without it Mug assortment would take two lines")
    fits(rep, "rep-picked")
    rep.get_by_role("button", name="Use best deal").click()
    expect(rep.get_by_text("Your pick on")).to_have_count(0)
    expect(deal_on(rep, CHALK)).to_contain_text("Mug assortment")
    # The demo gives three mugs for two, which is more.
    expect(told).to_contain_text("Without Mug assortment the customer would get")
    rep.get_by_role("button", name="Take its lines off").click()
    expect(deal_on(rep, CHALK)).to_contain_text("No deal")


@spec("IF-32", "IF-38", "BI-1")
def test_a_line_is_removed_and_put_back_and_a_wrong_quantity_is_told(rep: Page):
    order(rep, **{CHALK: "36", CEDAR: "5"})
    row(rep, CEDAR).hover()
    rep.get_by_role("button", name=f"Remove {CEDAR}").click()
    expect(row(rep, CEDAR)).to_have_count(0)
    rep.locator(".toast").get_by_role("button", name="Undo").click()
    expect(quantity_of(rep, CEDAR)).to_have_value("5")

    quantity_of(rep, CEDAR).fill("5.5")
    rep.keyboard.press("Enter")
    expect(row(rep, CEDAR).locator(".error")).to_contain_text("Enter a number without decimals.")
    expect(quantity_of(rep, CEDAR)).to_be_focused()
    expect(quantity_of(rep, CEDAR)).to_have_value("5.5")
    rep.keyboard.type("7")
    rep.keyboard.press("Enter")
    expect(row(rep, CEDAR).locator(".error")).to_have_count(0)
    expect(rep.locator("tfoot")).to_contain_text("43 units")


@spec("IF-32", "IF-38")
def test_a_second_window_is_told_instead_of_writing_over_the_first(rep: Page):
    order(rep, **{CHALK: "36"})
    second = rep.context.new_page()
    second.goto(rep.url)
    order(rep, **{CEDAR: "5"})
    quantity_of(second, CHALK).fill("1")
    second.keyboard.press("Enter")
    expect(second.locator(".toast")).to_contain_text("This order was changed in another window")
    expect(quantity_of(second, CHALK)).to_have_value("36")
    expect(quantity_of(second, CEDAR)).to_have_value("5")


# --- deals -------------------------------------------------------------------------------------------


@spec("IF-32", "IF-38", "DE-7")
def test_a_deal_is_applied_after_a_question_that_says_what_moves(rep: Page):
    order(rep, **{APRON: "6", BOARD: "4"})
    rep.get_by_role("link", name="Deals").click()
    apron, kitchen = rep.locator("#deal-rep-apron"), rep.locator("#deal-rep-kitchen")
    apron.get_by_role("button", name="Apply deal").click()
    expect(apron.locator(".badge")).to_have_text("Applied")
    expect(kitchen).to_contain_text("10 of 10 units")

    kitchen.get_by_role("button", name="Apply deal").click()
    question = rep.locator("#question")
    expect(question).to_contain_text("Apply Kitchen mix?")
    expect(question).to_contain_text("leaves Apron price")
    expect(question).to_contain_text("Apron price loses its trigger. It gave 48.00.")
    fits(rep, "rep-deals")
    question.get_by_role("link", name="Keep as is").click()
    expect(question).to_have_count(0)
    expect(kitchen.locator(".badge")).to_have_text("Qualifies")

    kitchen.get_by_role("button", name="Apply deal").click()
    question.get_by_role("button", name="Move 2 lines").click()
    expect(kitchen.locator(".badge")).to_have_text("Applied")
    expect(apron.locator(".badge")).to_have_text("Qualifies")
    rep.locator(".toast").get_by_role("button", name="Undo").click()
    expect(apron.locator(".badge")).to_have_text("Applied")
    apron.get_by_role("button", name="Detach").click()
    expect(apron.locator(".badge")).to_have_text("Qualifies")


@spec("IF-32", "IF-38", "EX-2")
def test_deals_are_found_and_what_lacks_is_added(rep: Page):
    order(rep, **{CHALK: "30"})
    rep.goto(f"{rep.url}deals")
    rep.keyboard.press("/")
    expect(rep.get_by_label("Find a deal")).to_be_focused()
    rep.keyboard.type("assort")
    expect(rep.locator(".deal")).to_have_count(1)
    mugs = rep.locator("#deal-rep-mugs")
    expect(mugs).to_contain_text("30 of 36 units")
    mugs.get_by_role("button", name="Add 6").click()
    expect(rep.locator(".toast")).to_contain_text(f"6 × {CHALK} added.")
    expect(mugs.locator(".badge")).to_have_text("Qualifies")


# --- giveaways ---------------------------------------------------------------------------------------


@spec("IF-32", "IF-38", "DE-12", "DE-13", "DE-15")
def test_stock_is_given_away_within_the_credit_and_the_order_is_placed(rep: Page):
    order(rep, **{CEDAR: "24", FIG: "16"})
    calculated(rep)
    bar = rep.locator(".giveaway-in")
    expect(bar).to_contain_text("40 ordered, the value of 1 for every 10")
    rep.get_by_role("button", name=f"Allocate {TAPER}").click()
    field = to_give(rep, TAPER)
    expect(field).to_have_value("1")
    expect(field).to_be_focused()
    rep.keyboard.type("2")
    rep.keyboard.press("Enter")
    expect(bar).to_contain_text("48.00 lapses when the order is saved")
    rep.get_by_role("button", name=f"Allocate {VOTIVE}").click()
    expect(bar).to_contain_text("18.00 lapses when the order is saved")
    expect(rep.locator(".is-bonus", has_text=PILLAR)).to_contain_text("6.00 of credit missing")
    fits(rep, "rep-giveaways")

    to_give(rep, VOTIVE).fill("2")
    rep.keyboard.press("Enter")
    wrong = rep.locator(".is-bonus", has_text=VOTIVE).locator(".error")
    expect(wrong).to_contain_text("12.00 of credit is missing for unit 2.")
    rep.keyboard.press("Escape")
    rep.get_by_role("button", name=f"Give 2 × {MATCH}").click()
    expect(bar).to_contain_text("All of it is used")

    # Fewer candles than the giveaways need: what to remove is said, and saving waits for it.
    quantity_of(rep, CEDAR).fill("14")
    rep.keyboard.press("Enter")
    over = rep.locator(".note-bad")
    expect(over).to_have_count(1)
    told = f"18.00 of the credit of Candle bonus is missing: remove 2 of {MATCH}."
    expect(over).to_contain_text(told)
    rep.get_by_role("link", name="Review order").click()
    expect(rep.get_by_role("button", name="Place order")).to_be_disabled()
    fits(rep, "rep-blocked")
    rep.get_by_role("button", name="Remove 2").click()
    to_give(rep, TAPER).fill("1")
    rep.keyboard.press("Enter")
    expect(bar).to_contain_text("12.00 lapses")
    rep.get_by_role("link", name="Review order").click()
    expect(rep.locator("main")).to_contain_text("12.00 of credit lapses when the order is saved.")
    expect(rep.locator("tr", has_text=VOTIVE)).to_contain_text("worth 30.00 at list")
    rep.get_by_label("Purchase order").fill("PO-4711")
    fits(rep, "rep-summary")
    rep.get_by_role("button", name="Place order").click()
    expect(rep.locator(".page-head .badge")).to_have_text("Placed")
    expect(rep.locator("main")).to_contain_text("PO-4711")
    fits(rep, "rep-placed")


# --- referral ----------------------------------------------------------------------------------------


@spec("IF-32", "IF-38", "DE-8", "DE-14")
def test_a_deal_is_referred_declined_sent_again_approved_and_placed(rep: Page, signed_in: SignedIn):
    order(rep, **{TUMBLER: "20"})
    address = rep.url
    rep.get_by_role("link", name="Deals").click()
    rep.locator("#deal-rep-glass").get_by_role("link", name="Refer").click()
    drawer = rep.locator("#refer")
    expect(drawer).to_contain_text("Needs 300.00 of")
    credit = drawer.get_by_label("Credit asked for")
    credit.fill("30")
    drawer.get_by_label("Note to the approver").fill("Opening order for their second shop.")
    drawer.get_by_role("button", name="Apply, and choose the bonus stock").click()
    expect(drawer.locator("#id_credit_error")).to_contain_text("This deal gives at most 20.00.")
    expect(credit).to_be_focused()
    take(rep, "rep-refer", whole=False)
    credit.fill("20")
    rep.keyboard.press("Enter")
    card = rep.locator("#deal-rep-glass")
    expect(card.locator(".badge")).to_have_text("Referred")
    card.get_by_role("link", name="Allocate").click()
    rep.get_by_role("button", name=f"Give 2 × {MATCH}").click()
    expect(rep.locator(".giveaway-in")).to_contain_text("2.00 lapses")
    rep.get_by_role("link", name="Review order").click()
    expect(rep.get_by_label("Note to the approver")).to_have_value(
        "Opening order for their second shop."
    )
    fits(rep, "rep-summary-referred")
    rep.get_by_role("button", name="Send for approval").click()
    expect(rep.locator(".page-head .badge")).to_have_text("Held, referred")
    first = rep.locator("h1 .num").inner_text()

    answer(signed_in("approver"), first, "Decline", "Reach 200.00, then yes.")
    rep.goto("/rep/")
    notice = rep.locator(".note", has_text=first)
    expect(notice).to_contain_text("Reach 200.00, then yes.")
    fits(rep, "rep-desk")
    notice.get_by_role("button", name="Read").click()
    expect(notice).to_have_count(0)
    rep.get_by_role("link", name="Fennel & Rye Provisions").first.click()
    expect(rep.locator(".page-head .badge")).to_have_text("Held, refer declined")
    expect(rep.locator(".note-bad")).to_contain_text("“Reach 200.00, then yes.” Dana Whitfield.")
    fits(rep, "rep-declined")
    rep.get_by_role("button", name="Change the order").click()
    rep.wait_for_url(address)
    quantity_of(rep, TUMBLER).fill("24")
    rep.keyboard.press("Enter")
    expect(rep.locator("tfoot")).to_contain_text("24 units")
    rep.get_by_role("link", name="Deals").click()
    expect(rep.locator(".timeline")).to_contain_text("Reach 200.00, then yes.")
    rep.get_by_role("link", name="Review order").click()
    rep.get_by_role("button", name="Send for approval").click()
    expect(rep.locator(".page-head .badge")).to_have_text("Held, referred")
    second = rep.locator("h1 .num").inner_text()
    assert second != first

    answer(signed_in("approver"), second, "Approve", "Go ahead.")
    rep.reload()
    expect(rep.locator(".note-good")).to_contain_text("Changing it refers it again.")
    fits(rep, "rep-approved")
    rep.get_by_role("button", name="Place order").click()
    expect(rep.locator(".page-head .badge")).to_have_text("Placed")


def answer(page: Page, number: str, what: str, note: str) -> None:
    """What an approver says to an order, in the back office."""
    page.goto("/back-office/orders/order/?approve=all")
    page.get_by_role("link", name=number).click()
    page.locator(".page-head").get_by_role("link", name=what).click()
    page.get_by_label("Note to the requester").fill(note)
    page.get_by_role("button", name=f"{what} order").click()


@spec("IF-32", "QU-40", "IF-38")
def test_others_are_told_that_these_pages_are_for_reps(signed_in: SignedIn):
    page = signed_in("cashier")
    found = page.goto("/rep/")
    assert found is not None
    assert found.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("These pages are for reps")
    take(page, "rep-not-a-rep")
