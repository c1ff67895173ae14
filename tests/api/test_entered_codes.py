"""Codes that programs enter: wrong ones have a budget, and are told apart to some (QU-41)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from largesse.api import entered
from largesse.api.scopes import Scope
from largesse.offers import guessing, vouchers
from largesse.offers.models import Voucher
from tests.api.callers import Program, Told, cart, program
from tests.words import spec

SHOP = (Scope.QUOTES_WRITE, Scope.ORDERS_WRITE, Scope.ORDERS_READ)
NOW = datetime.now(UTC)


@pytest.fixture
def shop(store: None) -> Program:
    """A web shop: its key can't read vouchers."""
    return program(*SHOP)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "OF_PROGRAM", 5)


def asks(caller: Program, *codes: str, shopper: str = "", **fields: Any) -> Told:
    body = cart("1 POT", codes=list(codes), **fields)
    return caller.post("/quotes", body, **({entered.SHOPPER: shopper} if shopper else {}))


@spec("QU-41")
def test_a_shopper_is_told_of_so_many_wrong_codes_and_then_of_none(shop: Program) -> None:
    answers = [asks(shop, f"GUESS{n}", shopper="192.0.2.1").status for n in range(23)]

    assert answers == [200] * guessing.OF_SOURCE + [429] * 3
    told = asks(shop, "DV1", shopper="192.0.2.1")
    assert (told.status, told.code) == (429, "too_many_wrong_codes")
    assert 0 < int(told.headers["Retry-After"]) <= 601
    assert asks(shop, "DV1", shopper="192.0.2.2").status == 200
    assert asks(shop, shopper="192.0.2.1").status == 200


@spec("QU-41")
def test_without_a_shopper_wrong_codes_count_for_the_customer_or_for_the_program(
    shop: Program,
) -> None:
    for n in range(21):
        asks(shop, f"GUESS{n}")
    assert asks(shop, "DV1").code == "too_many_wrong_codes"
    assert asks(shop, "DV1", customer="dora").status == 200
    for n in range(6):
        asks(shop, f"GUESS{n}", customer=None)
    assert asks(shop, "DV1", customer=None).code == "too_many_wrong_codes"
    assert asks(program(*SHOP), "DV1").status == 200


@spec("QU-41")
def test_orders_count_too_and_one_that_was_answered_is_answered_again(shop: Program) -> None:
    usd = {"amount": "0.01", "currency": "USD"}
    bodies = [cart("1 POT", codes=[f"GUESS{n}"], confirmed_due=usd) for n in range(21)]
    codes = [shop.do("/orders", body).code for body in bodies]
    assert codes == ["price_changed"] * 20 + ["too_many_wrong_codes"]
    blocked = shop.post("/orders", cart("1 POT", codes=["DV1"]), "key-of-mine")
    assert blocked.code == "too_many_wrong_codes"
    placed = shop.post("/orders", cart("1 POT", codes=["DV1"], customer="dora"), "key-of-mine")
    assert placed.status == 201


@spec("QU-41")
def test_an_order_that_was_placed_with_a_wrong_code_counts(shop: Program) -> None:
    for n in range(5):
        body = cart("1 POT", codes=[f"GUESS{n}"], customer=None)
        assert shop.do("/orders", body).status == 201
    assert asks(shop, "GUESS5", customer=None).status == 429


@spec("QU-41", "VO-1")
def test_why_a_code_is_nothing_is_told_to_keys_that_may_read_vouchers_only(shop: Program) -> None:
    state = Voucher.State
    made: dict[str, dict[str, Any]] = {
        "NEW": {"state": state.CREATED},
        "VOID": {"state": state.VOID},
        "OLD": {"expires": NOW - timedelta(days=1)},
    }
    for number, fields in made.items():
        vouchers.create([number], at=NOW, by="office", percent=100_000, **fields)
    codes = ("NEW", "VOID", "OLD", "NOTHING")

    for caller, told in (
        (shop, {"unknown_code"}),
        (
            program(),
            {"voucher_not_assigned", "voucher_void", "voucher_expired", "unknown_code"},
        ),
    ):
        quote = caller.post("/quotes", cart("1 POT", codes=list(codes), explain=list(codes))).json
        refusals = [r for r in quote["refusals"] if r["offer"] in codes]
        assert {r["code"] for r in refusals} == told
        assert {e["refusal"]["code"] for e in quote["explanations"]} == told
        if caller is shop:
            assert {r["sentence"] for r in refusals} == {
                f"The code {code} is not valid." for code in codes
            }
            # No number or amount beside it tells one from another either.
            assert {frozenset(r) for r in refusals} == {frozenset({"offer", "code", "sentence"})}


@spec("QU-41")
def test_an_order_tells_of_its_codes_as_its_quote_did(shop: Program) -> None:
    vouchers.create(["VOID"], at=NOW, by="office", percent=1, state=Voucher.State.VOID)
    placed = shop.do("/orders", cart("1 POT", codes=["VOID"])).json["id"]
    path = f"/orders/{placed}?expand[]=quote"

    assert refusals(shop.get(path)) == {"VOID": "unknown_code"}
    assert refusals(program().get(path)) == {"VOID": "voucher_void"}
    usd = {"amount": "0.01", "currency": "USD"}
    body = cart("1 POT", codes=["VOID"], confirmed_due=usd)
    assert refusals(shop.do("/orders", body)) == {"VOID": "unknown_code"}


def refusals(told: Told) -> dict[str, str]:
    return {r["offer"]: r["code"] for r in told.json["quote"]["refusals"] if r["offer"] == "VOID"}
