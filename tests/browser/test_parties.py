"""Parties in a browser: a rep picks for a host, staff post, guests return, corrections are settled."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import sprees
from tests.browser.conftest import Server
from tests.browser.pictures import take
from tests.browser.test_sprees import card, cookies_of, find, registers, sums
from tests.browser.test_suggestions import has_stayed, stay
from tests.words import spec

SignedIn = Callable[[str], Page]

LIST = "/back-office/orders/party/"
APRON, CANDLE, MUG = "Linen apron, flax", "Soy candle, fig", "Stoneware mug, chalk"


@pytest.fixture
def rep(signed_in: SignedIn) -> Page:
    """A page of the rep who holds the demo's parties."""
    return signed_in("rep")


def hosted(page: Page, server: Server, name: str, *options: str) -> str:
    """A closed party of a new host, who may spend half of its 200.00; the path of the host's page."""
    path = sprees.hosted(server, registers(page, name), *options)
    sprees.close(server, path)
    return path


def open_party(page: Page, title: str, tab: str = "") -> None:
    page.goto(f"{LIST}?q={title.replace(' ', '+')}")
    page.get_by_role("link", name=title, exact=True).click()
    if tab:
        go(page, tab)


def go(page: Page, tab: str) -> None:
    page.locator(".tabs").get_by_role("link", name=re.compile(f"^{tab}")).click()
    expect(page.locator(".tabs [aria-current]")).to_contain_text(tab)


def said(page: Page, words: str) -> None:
    expect(page.locator(".toast", has_text=words)).to_be_visible()


def order_card(page: Page) -> Locator:
    return page.locator("aside .card")


def answers(page: Page, question: str, button: str) -> None:
    """Answer what is asked in the dialog."""
    dialog = page.locator("#question")
    expect(dialog).to_contain_text(question)
    dialog.get_by_role("button", name=button).click()


def place(page: Page) -> None:
    page.get_by_role("button", name="Place host reward order").click()
    said(page, "is placed.")


# --- looking -----------------------------------------------------------------------------------------


@spec("IF-34", "SP-5", "SP-7", "SP-8", "IF-38")
def test_the_picker_has_the_award_what_is_spent_what_is_left_and_the_receipt(rep: Page) -> None:
    rep.get_by_role("link", name="Parties").click()
    rep.get_by_role("link", name="Hannah Osei’s party", exact=True).click()
    expect(rep.locator("tfoot")).to_contain_text("1,284.60")
    take(rep, "party-guests")
    go(rep, "Host rewards")
    expect(sums(rep)).to_contain_text("128.46")
    expect(sums(rep)).to_contain_text("10 % of 1,284.60, at most 150.00")
    expect(sums(rep)).to_contain_text("100.50")
    expect(sums(rep)).to_contain_text("4 items from the reward list")
    expect(sums(rep)).to_contain_text("27.96")
    expect(sums(rep)).to_contain_text("becomes credit when posted")
    assert rep.locator(".reward b.mid").all_inner_texts()[:3] == [APRON, CANDLE, MUG]
    expect(rep.locator(".segment")).to_contain_text("Fits 27.96")
    receipt = order_card(rep).locator(".receipt")
    expect(receipt).to_contain_text("Shopping spree−100.50")
    expect(receipt).to_contain_text("on 50 % of 100.50")
    expect(receipt.locator(".due")).to_contain_text("USD5.15")
    take(rep, "host-rewards")
    for tab in ("Totals", "Corrections", "History"):
        go(rep, tab)
        take(rep, f"party-{tab.lower()}")


@spec("IF-34", "IF-38")
def test_a_party_without_a_spree_says_which_promotion_would_give_one(signed_in: SignedIn) -> None:
    page = signed_in("support")
    open_party(page, "Housewarming at Harriet’s", "Host rewards")
    row = page.get_by_role("row", name="A tenth of the party")
    expect(row).to_contain_text("Needs a party with a total of 300.00, found 207.50.")
    take(page, "no-spree")


@spec("IF-34", "QU-40", "IF-38")
def test_a_rep_sees_their_own_parties_alone(signed_in: SignedIn, rep: Page) -> None:
    office = signed_in("administrator")
    office.goto(f"{LIST}add/")
    office.get_by_label("Title").fill("Held by nobody")
    office.locator("#id_host + .select2 .select2-selection").click()
    office.locator(".select2-search__field").fill("Samir Had")
    office.locator(".select2-results__option", has_text="Samir Haddad").click()
    office.get_by_role("button", name="Add party").click()
    said(office, "Held by nobody added, as P-")
    number = office.locator(".crumbs .num").inner_text()
    address = office.url

    rep.goto(LIST)
    expect(rep.locator("#result_list")).to_contain_text("Hannah Osei’s party")
    expect(rep.locator("#result_list")).not_to_contain_text(number)
    for tab in ("change", "totals", "rewards", "report"):
        answer = rep.goto(address.replace("/change/", f"/{tab}/"))
        assert answer is not None
        assert answer.status == 404


# --- entering ----------------------------------------------------------------------------------------


@spec("IF-34", "IF-38")
def test_a_rep_adds_a_party_by_keyboard_and_closes_and_opens_it(rep: Page) -> None:
    rep.goto(LIST)
    rep.get_by_role("link", name="Add party").focus()
    rep.keyboard.press("Enter")
    rep.get_by_role("button", name="Add party").click()
    # What is missing is said beside its field.
    expect(rep.locator("#id_title_error")).to_be_visible()
    expect(rep.locator("#id_host_error")).to_be_visible()
    take(rep, "party-errors")
    rep.get_by_label("Title").focus()
    rep.keyboard.type("Keyboard evening")
    rep.keyboard.press("Tab")
    rep.keyboard.press("Enter")
    rep.keyboard.type("Ada Nwo")
    expect(rep.locator(".select2-results__option--highlighted")).to_contain_text("Ada Nwosu")
    rep.keyboard.press("Enter")
    rep.get_by_label("Title").press("Enter")
    said(rep, "Keyboard evening added, as P-")
    expect(rep.locator(".page-head .badge")).to_have_text("Open")
    expect(rep.locator(".empty")).to_contain_text("No guest orders yet")

    rep.get_by_role("link", name="Close party").press("Enter")
    answers(rep, "Guests can’t order any more", "Close party")
    said(rep, "Keyboard evening is closed.")
    expect(rep.locator(".page-head .badge")).to_have_text("Closed")
    rep.get_by_role("link", name="Open again").press("Enter")
    take(rep, "party-question")
    answers(rep, "Guests can order again", "Open again")
    expect(rep.locator(".page-head .badge")).to_have_text("Open")


@spec("IF-34", "IF-32", "SP-1", "IF-38")
def test_a_guest_order_is_added_from_the_party_and_counts_there(rep: Page) -> None:
    rep.goto(f"{LIST}add/")
    rep.get_by_label("Title").fill("Guests welcome")
    rep.locator("#id_host + .select2 .select2-selection").click()
    rep.locator(".select2-search__field").fill("Ada Nwo")
    rep.locator(".select2-results__option", has_text="Ada Nwosu").click()
    rep.get_by_role("button", name="Add party").click()
    rep.locator(".page-head").get_by_role("link", name="Add guest order").click()
    expect(rep.locator("h1")).to_have_text("New order: for whom?")
    expect(rep.get_by_label("At the party").locator("option:checked")).to_contain_text(
        "Guests welcome"
    )
    rep.get_by_label("Find a customer").press_sequentially("Gideon Marsh", delay=15)
    rep.get_by_role("button", name="Choose Gideon Marsh").click()
    expect(rep.locator(".rep-top")).to_contain_text("Guests welcome")
    rep.get_by_role("link", name="Show all products").click()
    rep.get_by_label("Find a product").fill(APRON)
    rep.get_by_label(f"Quantity of {APRON}", exact=True).fill("2")
    rep.keyboard.press("Enter")
    expect(rep.locator(".rep-sum")).to_contain_text("100.00")
    take(rep, "guest-order")
    rep.get_by_role("link", name="Review order").click()
    rep.get_by_role("button", name="Place order, 100.00").click()
    expect(rep.locator(".page-head")).to_contain_text("Guests welcome")
    take(rep, "guest-order-placed")
    rep.locator(".page-head").get_by_role("link", name="Guests welcome").click()
    row = rep.get_by_role("row", name="Gideon Marsh")
    expect(row).to_contain_text("100.00")
    row.get_by_role("link").click()
    expect(rep.locator("h1")).to_contain_text("Order")


# --- picking -----------------------------------------------------------------------------------------


@spec("IF-34", "SP-6", "SP-7", "SP-11", "SP-13", "IF-38")
def test_a_rep_picks_by_keyboard_support_posts_and_the_rest_is_on_the_hosts_credit_account(
    page: Page, rep: Page, server: Server, signed_in: SignedIn
) -> None:
    hosted(page, server, "Keira Keys")
    open_party(rep, "Keira’s party", "Host rewards")
    stay(rep)
    find(rep, APRON)
    card(rep, APRON).get_by_role("button", name="Choose").press("Enter")
    # The button that is focused now is the one more of the same card.
    expect(rep.get_by_role("button", name=f"One more {APRON}")).to_be_focused()
    find(rep, CANDLE)
    card(rep, CANDLE).get_by_role("button", name="Choose").press("Enter")
    units = rep.get_by_label(f"Quantity of {CANDLE}")
    units.focus()
    for _ in range(2):
        rep.keyboard.press("ArrowUp")
    expect(units).to_have_value("3")
    # The award pays for two: what is missing stands beside the product, and what was typed stays.
    expect(card(rep, CANDLE)).to_contain_text("4.00 missing for one more; remove 1.")
    expect(units).to_have_value("3")
    expect(units).to_be_focused()
    expect(rep.get_by_role("button", name="Place host reward order")).to_be_disabled()
    take(rep, "picker-refused")
    rep.keyboard.press("ArrowDown")
    expect(order_card(rep)).to_contain_text("14.00 is left. It goes to Keira’s credit account")
    assert has_stayed(rep)
    place(rep)
    expect(order_card(rep).locator(".badge")).to_have_text("Placed")
    expect(order_card(rep)).to_contain_text("It waits to be posted")
    take(rep, "reward-placed")

    office = signed_in("approver")
    open_party(office, "Keira’s party", "Host rewards")
    order_card(office).get_by_role("link", name="Post order").click()
    expect(office.locator("#question")).to_contain_text(
        "14.00 USD goes to the credit account of Keira Keys."
    )
    office.locator("#question").get_by_role("button", name="Not yet").click()
    expect(office.locator("#question")).to_be_hidden()
    posts(office)
    take(office, "reward-posted")
    order_card(office).get_by_role("link", name="14.00").click()
    expect(office.locator("tbody tr").first).to_contain_text("+14.00")


def posts(office: Page) -> None:
    """Post the host reward order, by somebody who may."""
    order_card(office).get_by_role("link", name="Post order").click()
    answers(office, "The award is frozen then", "Post order")
    said(office, "is posted.")
    expect(office.locator(".note-good")).to_contain_text("Posted, and frozen.")


@spec("IF-34", "SP-7", "SP-12", "IF-38")
def test_where_more_may_be_paid_the_difference_is_due_and_a_return_places_anew(
    page: Page, rep: Page, server: Server, signed_in: SignedIn
) -> None:
    path = hosted(page, server, "Oona Overdue", "--over")
    open_party(rep, "Oona’s party", "Host rewards")
    find(rep, APRON)
    card(rep, APRON).get_by_role("button", name="Choose").click()
    more = rep.get_by_role("button", name=f"One more {APRON}")
    expect(more).to_be_visible()
    more.dblclick()
    expect(rep.get_by_label(f"Quantity of {APRON}")).to_have_value("3")
    expect(sums(rep)).to_contain_text("50.00 beyond it is to pay")
    expect(card(rep, APRON)).to_contain_text("Nothing is left: one more costs 50.00")
    expect(order_card(rep).locator(".due")).to_contain_text("50.00")
    take(rep, "picker-over")
    place(rep)

    # A guest's return before posting lowers the award: it is said with both, and placed anew.
    sprees.give_back(server, path, 1)
    office = signed_in("support")
    open_party(office, "Oona’s party", "Host rewards")
    changed = office.locator(".note-warn")
    expect(changed).to_contain_text("It is 75.00 now, not 100.00; 75.00 would be due, not 50.00.")
    expect(order_card(office).get_by_role("link", name="Post order")).to_have_count(0)
    take(office, "award-changed")
    order_card(office).get_by_role("button", name="Place anew at 75.00").click()
    said(office, "is placed.")
    expect(order_card(office).locator(".due")).to_contain_text("75.00")
    posts(office)


@spec("IF-34", "SP-12", "SP-13", "IF-38")
def test_a_return_after_posting_makes_a_correction_that_is_charged(
    page: Page, rep: Page, server: Server, signed_in: SignedIn
) -> None:
    path = hosted(page, server, "Cora Corrected")
    open_party(rep, "Cora’s party", "Host rewards")
    find(rep, APRON)
    card(rep, APRON).get_by_role("button", name="Choose").click()
    expect(order_card(rep)).to_contain_text("50.00 is left")
    place(rep)
    office = signed_in("approver")
    open_party(office, "Cora’s party", "Host rewards")
    posts(office)

    sprees.give_back(server, path, 2)
    open_party(office, "Cora’s party", "Host rewards")
    expect(sums(office)).to_contain_text("100.00")
    office.locator(".note-good").get_by_role("link", name="50.00 is to be settled").click()
    row = office.get_by_role("row", name="Given back")
    expect(row).to_contain_text("50.00")
    row.get_by_role("link", name="Charge to the host’s credit").press("Enter")
    dialog = office.locator("#question")
    expect(dialog).to_contain_text("Charge 50.00 USD to Cora Corrected?")
    take(office, "correction-question")
    dialog.get_by_label("Reason").fill("The order came back")
    dialog.get_by_role("button", name="Charge it").click()
    said(office, "50.00 USD charged to the credit account of Cora Corrected.")
    expect(row).to_contain_text("Charged")
    expect(row).to_contain_text("Dana Whitfield: The order came back")
    take(office, "correction-charged")
    go(office, "Host rewards")
    order_card(office).get_by_role("link", name="50.00").click()
    expect(office.locator(".tiles")).to_contain_text("0.00")
    expect(office.locator("tbody tr").first).to_contain_text("50.00")

    rep.goto(f"{LIST}?q=Cora")
    rep.get_by_role("link", name="Cora’s party").click()
    go(rep, "Corrections")
    expect(rep.get_by_role("row", name="Given back")).to_contain_text("Charged")


@spec("IF-34", "SP-6", "IF-38")
def test_two_who_choose_at_once_lose_nothing_and_quick_presses_all_count(
    page: Page, rep: Page, server: Server, signed_in: SignedIn
) -> None:
    hosted(page, server, "Tilda Twice")
    office = signed_in("support")
    open_party(rep, "Tilda’s party", "Host rewards")
    open_party(office, "Tilda’s party", "Host rewards")
    find(rep, CANDLE)
    find(office, MUG)
    card(rep, CANDLE).get_by_role("button", name="Choose").click()
    card(office, MUG).get_by_role("button", name="Choose").click()
    # Which of them is answered first is open; once both are, both see all.
    expect(order_card(rep)).to_contain_text(f"1 {CANDLE}")
    expect(order_card(office)).to_contain_text(f"1 {MUG}")
    office.reload()
    expect(order_card(office)).to_contain_text(f"1 {CANDLE}")
    expect(order_card(office)).to_contain_text(f"1 {MUG}")

    # Presses on several cards, faster than answers come.
    rep.goto(f"{rep.url.split('?')[0]}?show=chosen")
    more_mugs = rep.get_by_role("button", name=f"One more {MUG}")
    more_candles = rep.get_by_role("button", name=f"One more {CANDLE}")
    more_mugs.click()
    more_candles.click()
    more_mugs.click()
    more_candles.click()
    expect(order_card(rep)).to_contain_text(f"3 {CANDLE}")
    expect(order_card(rep)).to_contain_text(f"3 {MUG}")
    rep.reload()
    expect(rep.get_by_label(f"Quantity of {MUG}")).to_have_value("3")
    expect(rep.get_by_label(f"Quantity of {CANDLE}")).to_have_value("3")


@spec("IF-34", "SP-6", "IF-38")
def test_the_picker_works_without_scripts(
    page: Page, rep: Page, browser: Browser, server: Server
) -> None:
    hosted(page, server, "Nadja Noscript")
    open_party(rep, "Nadja’s party", "Host rewards")
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    context.add_cookies(cookies_of(rep, server))
    plain = context.new_page()
    plain.goto(rep.url)
    plain.get_by_label("Search the reward list").fill(CANDLE)
    plain.keyboard.press("Enter")
    card(plain, CANDLE).get_by_role("button", name="Choose").click()
    plain.get_by_role("button", name=f"One more {CANDLE}").click()
    units = plain.get_by_label(f"Quantity of {CANDLE}")
    expect(units).to_have_value("2")
    units.fill("many")
    plain.keyboard.press("Enter")
    expect(card(plain, CANDLE)).to_contain_text("Enter a whole number, such as 2.")
    expect(units).to_have_value("many")
    plain.get_by_role("button", name=f"One fewer {CANDLE}").click()
    expect(units).to_have_value("many")
    units.fill("1")
    plain.keyboard.press("Enter")
    plain.get_by_role("button", name="Place host reward order").click()
    expect(plain.locator("aside .card .badge")).to_have_text("Placed")
    context.close()


@spec("IF-34", "IF-38")
def test_the_report_is_printed_and_taken_away(rep: Page) -> None:
    open_party(rep, "Candles at Samir’s")
    rep.get_by_role("link", name="Party report").click()
    expect(rep.locator("h1")).to_have_text("Party report")
    take(rep, "party-report")
    with rep.expect_download() as taken:
        rep.get_by_role("link", name="xlsx").click()
    assert taken.value.suggested_filename.startswith("party-P-")
    rep.evaluate("window.print = () => { window.printed = true }")
    rep.get_by_role("button", name="Print").click()
    assert rep.evaluate("window.printed === true")


# --- how it looks ------------------------------------------------------------------------------------


@spec("IF-38")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 834])
def test_every_page_of_a_party_fits_its_window(
    rep: Page, server: Server, theme: str, width: int
) -> None:
    rep.context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
    rep.set_viewport_size({"width": width, "height": 900})
    for title in ("Hannah Osei’s party", "Candles at Samir’s"):
        open_party(rep, title)
        for tab in ("Guest orders", "Totals", "Host rewards", "Corrections", "History"):
            go(rep, tab)
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not rep.evaluate(wide), (title, tab)
            take(rep, f"{title.split()[0].lower()}-{tab.split()[0].lower()}-{width}-{theme}")
