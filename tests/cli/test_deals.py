"""The command prices carts with deals, says what rules cost, and checks the proof."""

import json
from pathlib import Path

import pytest

from tests.cli.command import run

spec = pytest.mark.spec

DOCUMENT = """\
format: 1
products:
  - {sku: CEDAR, name: "Candle, cedar", price: "18.00"}
  - {sku: MUG, name: Mug, price: "14.50"}
  - {sku: BOARD, name: Board, price: "50.00"}
  - {sku: TAPER, name: Taper, price: "12.00"}
product_groups:
  - {code: candles, products: [CEDAR]}
  - {code: mugs, products: [MUG]}
  - {code: kitchen, products: [BOARD, MUG]}
  - {code: gifts, products: [TAPER]}
customers: [{id: anna}]
deals:
  - code: CANDLE 10+1
    title: Candle bonus
    sets: [{products: candles}]
    tiers: [{benefit: {kind: bonus_stock, every: 10}}]
    selection: gifts
  - code: MUGS
    sets: [{products: mugs}]
    tiers: [{min_units: 36, benefit: {kind: percentage, percent: 8}}]
  - code: KITCHEN
    sets: [{products: kitchen}]
    tiers: [{min_units: 28, benefit: {kind: rebate, percent: 14}}]
carts:
  - at: 2026-11-21T10:30:00Z
    customer: anna
    lines:
      - {sku: CEDAR, quantity: 40}
      - {sku: MUG, quantity: 36}
      - {sku: BOARD, quantity: 4, deal: ""}
    giveaways: [{deal: CANDLE 10+1, sku: TAPER, units: 2}]
"""


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    file = tmp_path / "deals.yaml"
    file.write_text(DOCUMENT)
    return file


@spec("IF-10", "DE-9", "DE-13", "EX-3")
def test_a_receipt_tells_what_is_given_away_and_what_is_left_of_the_credit(deals):
    answer = run("price", deals)

    assert answer.exit_code == 0
    assert "2 × Taper (added)                                          24.00" in answer.output
    assert "Candle bonus: credit for stock, 24.00 used, 48.00 left" in answer.output
    assert "KITCHEN: credit for the buyer" in answer.output


@spec("IF-10", "BE-2")
def test_what_rules_cost_is_told_when_asked_for(deals):
    answer = run("price", deals, "--rules")

    # On KITCHEN the board would bring 14 % of 200.00; the mugs on both deals 8 % of 522.00 more.
    assert "costs 28.00: the pick for line 3" in answer.output
    assert "costs 41.76: one deal a line" in answer.output
    assert "costs 0.00: lines are not split" in answer.output


@spec("IF-10", "BE-1")
def test_the_proof_is_checked_when_asked_for(deals):
    answer = run("price", deals, "--check")

    assert answer.exit_code == 0
    # 72.00 of credit, 14 % of 522.00 as a rebate.
    told = "cart 1: deals bring 145.08, and no plan brings more than 145.08: checked"
    assert answer.output.endswith(f"{told}\n")


@spec("IF-10", "EX-1")
def test_a_deal_is_explained(deals):
    bonus = run("explain", deals, "CANDLE 10+1").output
    assert "  is on line 1\n" in bonus
    assert "  gives 72.00 to give stock away, of which 24.00 is used" in bonus
    assert (
        "  credits 73.08 to anna once the order is posted"
        in run("explain", deals, "KITCHEN").output
    )
    lost = run("explain", deals, "MUGS").output
    assert "not applied (units_taken): With all of its lines it would bring 41.76" in lost
    assert "the offers are CANDLE 10+1, KITCHEN, MUGS" in run("explain", deals, "NONE").stderr


@spec("IF-10", "BE-1", "BE-2")
def test_with_json_rules_and_the_proof_are_told_beside_the_quote(deals):
    plain = run("price", deals, "--json")
    answer = run("price", deals, "--json", "--rules", "--check")

    assert answer.stdout == plain.stdout
    assert plain.stderr == ""
    assert "costs 28.00: the pick for line 3" in answer.stderr
    assert answer.stderr.endswith("no plan brings more than 145.08: checked\n")


@spec("IF-10", "EX-1")
def test_json_of_a_deal_has_what_it_brings(deals):
    quote = json.loads(run("price", deals, "--json").stdout)
    told = json.loads(run("explain", deals, "CANDLE 10+1", "--json").stdout)

    assert (told["deal"]["credit"], told["deal"]["used"]) == ("72.00", "24.00")
    assert told["deal"] in quote["deals"]
