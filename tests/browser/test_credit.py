"""Credit in a real browser: support gives it, its customer pays with it, staff and customer read on."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.pictures import take
from tests.browser.test_shop import ADDRESS, MUG, add, total
from tests.words import spec

SignedIn = Callable[[str], Page]
LIST = "/back-office/backoffice/creditaccount/"


def gives(page: Page, amount: str, reason: str) -> None:
    """Find Marta, and give her credit on the main account."""
    page.goto(f"{LIST}give/")
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("Marta Ilves")
    page.locator(".select2-results__option", has_text="Marta Ilves").click()
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Give credit").click()
    expect(page.locator(".toast")).to_contain_text("given to Marta Ilves, main account.")


@spec("SP-13", "IF-30", "IF-33", "IF-38")
def test_support_gives_credit_and_its_customer_pays_a_part_then_all_of_an_order(
    signed_in: SignedIn,
) -> None:
    office = signed_in("support")
    gives(office, "40.00", "The parcel came late")
    expect(office.get_by_role("heading", level=1)).to_have_text("Main account")
    expect(office.locator("tbody tr").first).to_contain_text("Given by hand")

    shop = signed_in("customer")
    add(shop, MUG)
    shop.goto("/cart")
    shop.get_by_role("button", name="Check out").click()
    purse = shop.locator("form.credit", has_text="Main account")
    expect(purse).to_contain_text("40.00 on it")

    # More than there is stands beside its field, and what was typed stays.
    purse.get_by_label("Amount of credit").fill("40.01")
    purse.get_by_role("button", name="Use it").click()
    expect(purse.locator(".error")).to_have_text("Only 40.00 is on this account.")
    take(shop, "credit-refused")

    shop.fill("#id_street", "1 Pine Street")
    purse.get_by_label("Amount of credit").fill("5")
    purse.get_by_role("button", name="Use it").click()
    expect(purse).to_contain_text("5.00 of your credit pays")
    expect(shop.locator("#order-side")).to_contain_text("Credit, main account")
    # The address that was being typed is still there: only what changed was swapped.
    expect(shop.locator("#id_street")).to_have_value("1 Pine Street")
    take(shop, "credit-used")

    # All of it: no card is asked for any more.
    purse.get_by_label("Amount of credit").fill("40")
    purse.get_by_role("button", name="Change").click()
    expect(shop.locator("#id_card")).to_be_hidden()
    for name, said in ADDRESS.items():
        shop.fill(f"#id_{name}", said)
    shop.get_by_role("button", name="Order", exact=True).click()
    expect(shop.locator(".badge").first).to_have_text("Ordered")
    expect(total(shop)).to_be_visible()
    expect(shop.locator(".shop-summary")).to_contain_text(re.compile(r"Paid by you\s*0\.00"))

    shop.goto("/account")
    credit = shop.locator("section", has_text="Your credit")
    expect(credit).to_contain_text("Main account")
    take(shop, "credit-account")
    credit.get_by_role("link", name="Main account").click()
    expect(shop.locator("tbody tr").first).to_contain_text("The parcel came late")
    expect(shop.locator(".shop-summary")).to_contain_text("Held for your orders")
    take(shop, "credit-statement-shop")


@spec("SP-12", "SP-13", "IF-30", "IF-38")
def test_staff_find_an_account_below_zero_and_read_and_save_its_statement(
    signed_in: SignedIn,
) -> None:
    page = signed_in("administrator")
    page.goto(LIST)
    page.get_by_role("link", name="Rewards").first.click()
    page.get_by_role("link", name="Take credit off").click()
    page.get_by_label("Amount").fill("90000")
    page.get_by_label("Reason").fill("Given to the wrong one")
    page.get_by_role("button", name="Take credit off").click()
    expect(page.locator(".error").first).to_contain_text("The account can pay")
    page.get_by_label("It may go below zero").check()
    page.get_by_role("button", name="Take credit off").click()
    expect(page.locator(".badge-bad")).to_have_text("Below zero")
    take(page, "credit-statement")

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.startswith("statement-")

    page.get_by_role("link", name="Credit accounts").last.click()
    page.get_by_role("button", name="Balance").click()
    page.get_by_role("link", name="Below zero").click()
    expect(page.locator("#result_list tbody tr", has_text="Ada Nwosu")).to_have_count(1)
    row = page.locator("#result_list tbody tr", has_text="Rewards")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("−")
    take(page, "credit-accounts")
    # Given back, so that other tests find it as it was.
    row.get_by_role("link", name="Rewards").click()
    page.get_by_role("link", name="Give credit").click()
    page.get_by_label("Amount").fill("90000")
    page.get_by_label("Reason").fill("It was the right one")
    page.get_by_role("button", name="Give credit").click()
    expect(page.locator(".badge-bad")).to_have_count(0)


@spec("SP-13", "IF-32", "IF-38")
def test_a_rep_lets_the_customers_credit_pay(signed_in: SignedIn) -> None:
    gives(signed_in("support"), "7.00", "For the fair")
    page = signed_in("rep")
    page.goto("/rep/new?q=Marta+Ilves")
    page.get_by_role("button", name="Choose Marta Ilves").click()
    page.goto(f"{page.url.split('?')[0]}?show=all")
    quantity = page.locator("input[name^='q.']").first
    quantity.fill("2")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        quantity.press("Enter")
    page.get_by_role("link", name="Summary").click()
    purse = page.locator("form.credit", has_text="Main account")
    purse.get_by_label(re.compile("Pay with credit")).fill("7")
    purse.get_by_role("button", name="Use it").click()
    expect(page.locator(".receipt").first).to_contain_text("Credit, main account")
    take(page, "credit-rep")
    page.get_by_role("button", name=re.compile("^Place order")).click()
    expect(page.locator(".toast")).to_contain_text("is placed")
    expect(page.locator(".receipt").first).to_contain_text("To pay")
