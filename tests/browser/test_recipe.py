"""The recipe, whole: built in the back office, earned and used in the shop (AC-8)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.pictures import take
from tests.browser.test_shop import add
from tests.browser.test_suggestions import buy_the_upgrade, post, sums
from tests.words import spec

OFFERS = "/back-office/offers"
UPGRADE = "Preferred upgrade"
MUG = "Stoneware mug, chalk"

SignIn = Callable[[str], Page]


@spec("AC-8", "IF-30", "IF-38")
def test_the_recipe_is_built_and_the_second_order_costs_less_but_not_the_upgrade(
    page: Page, signed_in: SignIn
) -> None:
    office = signed_in("merchandiser")
    build_the_action(office)
    build_the_condition(office)
    build_the_promotion(office)

    register(page)
    buy_the_upgrade(page)
    number = page.locator("h1 .num").inner_text()
    add(page, MUG)
    page.goto("/cart")
    expect(sums(page)).not_to_contain_text("Upgraded")

    post(signed_in("support"), number)

    add(page, "Preferred customer upgrade")
    page.goto("/cart")
    if "Upgraded" not in sums(page).inner_text():
        page.goto("/cart/explanation")
        print(page.locator("#nos").inner_text())
        page.goto("/cart")
    expect(sums(page)).to_contain_text("Upgraded, a fifth off")
    cart_line = page.locator(".cart-line")
    upgrade = cart_line.filter(has_text="Preferred customer upgrade")
    expect(upgrade.locator(".cart-sum")).to_have_text("25.00")
    expect(cart_line.filter(has_text=MUG).locator(".cart-sum")).to_contain_text("11.60")

    # The demo is shared: what other tests see there shall be as it was.
    office.get_by_role("button", name="Archive").click()
    expect(office.locator(".page-head")).to_contain_text("Archived")


def build_the_action(office: Page) -> None:
    office.goto(f"{OFFERS}/promotion/")
    office.get_by_role("link", name="Actions", exact=True).click()
    office.get_by_role("link", name="Add action").click()
    office.fill("#name", "recipe-fifth-off")
    office.fill("#f-part-percent", "20")
    office.select_option("#f-part-exclude", label=UPGRADE)
    expect(office.locator("#words")).to_contain_text(f"20 % off every product but {UPGRADE}")
    office.get_by_role("button", name="Add action").click()
    expect(office.locator(".page-head")).to_contain_text("revision 1")


def build_the_condition(office: Page) -> None:
    office.goto(f"{OFFERS}/condition/")
    office.get_by_role("link", name="Add condition").click()
    office.fill("#name", "recipe-bought-upgrade")
    office.select_option("#f-part", label="Product count")
    office.fill("#f-part-minimum", "1")
    office.select_option("#f-part-orders", label="All orders")
    office.select_option("#f-part-period", label="Calendar year")
    office.select_option("#f-part-products", label=UPGRADE)
    expect(office.locator("#words")).to_contain_text("this calendar year")
    office.get_by_role("button", name="Add condition").click()
    expect(office.locator(".page-head")).to_contain_text("revision 1")


def build_the_promotion(office: Page) -> None:
    office.goto(f"{OFFERS}/promotion/add/")
    office.locator("#f-actions-0-card").get_by_role("button", name="Remove").click()
    expect(office.locator("#f-actions-0-card")).to_have_count(0)
    for part, name in (
        ("actions", "recipe-fifth-off"),
        ("conditions", "recipe-bought-upgrade"),
    ):
        office.locator(f"[data-menu=f-{part}-shared]").click()
        office.locator(f"#f-{part}-shared").get_by_role("button", name=name).click()
        expect(office.locator(f"#f-{part}-0-card")).to_contain_text(name)
    office.fill("#f-code", "RECIPE-20")
    office.fill("#f-title", "Upgraded, a fifth off")
    office.get_by_label("For", exact=True).select_option(label="Customers’ orders")
    office.get_by_role("checkbox", name="Shop", exact=True).check()
    expect(office.locator("#words")).to_contain_text("In the shop only.")
    take(office, "recipe")
    office.get_by_role("button", name="Add promotion").click()
    expect(office.locator(".page-head")).to_contain_text("revision 1")


def register(page: Page) -> None:
    page.goto("/account/register")
    page.fill("#id_name", "Rosa Recipe")
    page.fill("#id_email", "rosa.recipe@example.com")
    page.fill("#id_password", "nine green apples")
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator("h1")).to_contain_text("Rosa Recipe")
