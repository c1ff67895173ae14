"""What the tabs of one browser do to its cart at once is all in it, and held as it is (OR-4)."""

from __future__ import annotations

from typing import Any

from tests.concurrency import bugs
from tests.concurrency.behaviours import PASSWORD, Deed, enters, is_a_tab, registers
from tests.concurrency.clients import Page
from tests.concurrency.shop import Shop
from tests.words import spec

TABS = 24


def entered(shop: Shop) -> dict[str, str]:
    """The cookies of a new browser, which has no cart yet."""
    cookies: dict[str, str] = shop.all_at_once(1, enters)[0]
    return cookies


def tabs(shop: Shop, cookies: dict[str, str], *deeds: Deed, count: int = TABS) -> list[Page]:
    """What so many tabs are answered that do these things, one each, at the same moment."""
    pages: list[Page] = shop.all_at_once(count, is_a_tab, cookies, list(deeds))
    assert {page.status for page in pages} == {302}
    return pages


def cart_of(shop: Shop, cookies: dict[str, str]) -> Any:
    return shop.office.in_cart(cart=cookies["cart"].partition(":")[0])


def adds(sku: str) -> Deed:
    return "/cart/add", {"sku": sku, "quantity": "1"}


def enters_code(code: str) -> Deed:
    return "/cart/codes", {"code": code}


MORE: Deed = ("/cart/lines/1", {"quantity": "1", "was": "1", "step": "1"})
"""One more of what is on the first line, as the page shows it."""


@spec("IF-33")
def test_two_tabs_that_first_put_something_into_a_cart_make_one_with_both(shop: Shop) -> None:
    cookies, before = entered(shop), shop.office.carts()
    pages = tabs(shop, cookies, adds("POT"), adds("HAT"))

    assert shop.office.carts() == before + 1
    assert {page.cookies["cart"].partition(":")[0] for page in pages} == {
        cookies["cart"].partition(":")[0]
    }
    assert cart_of(shop, cookies)["units"] == {"POT": TABS // 2, "HAT": TABS // 2}


@spec("IF-33")
def test_lines_steps_and_codes_of_many_tabs_are_all_in_the_cart(shop: Shop) -> None:
    cookies = entered(shop)
    tabs(shop, cookies, adds("POT"), count=1)
    tabs(shop, cookies, MORE, adds("HAT"), enters_code("DV1"), enters_code("GV1"))

    assert cart_of(shop, cookies) == {
        "units": {"POT": 1 + TABS // 4, "HAT": TABS // 4},
        "codes": ["DV1", "GV1"],
        "held": None,
    }


@spec("IF-33")
def test_two_tabs_of_a_customer_without_a_cart_make_one_with_both(shop: Shop) -> None:
    said = "ines@example.com"
    (cookies,) = shop.all_at_once(1, registers, entered(shop), said)
    tabs(shop, cookies, adds("POT"), adds("HAT"))

    assert shop.office.units_in_carts(customer=said) == [{"POT": TABS // 2, "HAT": TABS // 2}]


@spec("IF-33")
def test_who_signs_in_by_many_presses_brings_what_was_in_the_cart_once(shop: Shop) -> None:
    said = "rosa@example.com"
    (cookies,) = shop.all_at_once(1, registers, entered(shop), said)
    tabs(shop, cookies, adds("POT"), count=1)
    guest = entered(shop)
    tabs(shop, guest, adds("POT"), adds("HAT"), count=2)
    tabs(shop, guest, ("/account/sign-in", {"username": said, "password": PASSWORD}), count=4)

    assert shop.office.units_in_carts(customer=said) == [{"POT": 2, "HAT": 1}]


@spec("IF-33", "OR-4")
def test_what_is_held_for_a_cart_is_what_is_in_it(shop: Shop) -> None:
    for _ in range(8):
        cookies = entered(shop)
        tabs(shop, cookies, adds("POT"), count=1)
        check_out: Deed = ("/checkout/start", {"due": "1000000"})
        tabs(shop, cookies, check_out, adds("HAT"), count=4)

        cart = cart_of(shop, cookies)
        assert cart["units"] == {"POT": 1, "HAT": 2}
        assert cart["held"] in (None, cart["units"])


# --- a control: with a bug planted, these figures are wrong -----------------------------------------


def test_control_without_the_lock_what_other_tabs_do_is_lost(rigged: Shop) -> None:
    assert rigged.planted is not None
    cookies = entered(rigged)
    tabs(rigged, cookies, adds("POT"), count=1)
    with rigged.planted.bugs(bugs.UNLOCKED):
        tabs(rigged, cookies, adds("POT"), adds("HAT"))
    assert sum(cart_of(rigged, cookies)["units"].values()) < 1 + TABS
