"""The command prices carts with shopping sprees, and says what they give."""

from pathlib import Path

import pytest

from tests.cli.command import run

spec = pytest.mark.spec

DOCUMENT = """\
format: 1
products:
  - {sku: BOARD, name: Board, price: "50.00"}
  - {sku: MUG, name: Mug, price: "14.50"}
product_groups:
  - {code: mugs, products: [MUG]}
customers: [{id: anna}]
promotions:
  - code: TENTH
    title: A tenth to spend
    actions:
      - kind: shopping_spree
        description: A tenth of the order
        starts: 2026-11-01
        ends: 2026-11-30
        calculation: percentage
        percent: 10
        maximum: "30.00"
        include: mugs
        carry_over: credit
carts:
  - at: 2026-11-21T10:30:00Z
    customer: anna
    lines: [{sku: BOARD, quantity: 4}]
    sprees:
      - {promotion: TENTH, sku: MUG}
      - {promotion: TENTH, sku: BOARD}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "sprees.yaml"
    found.write_text(DOCUMENT)
    return found


@spec("IF-10", "EX-3", "SP-6")
def test_a_receipt_tells_what_is_chosen_and_what_does_not_fit(file):
    answer = run("price", file)

    assert answer.exit_code == 0
    assert "1 × Mug (chosen)                                           14.50" in answer.output
    assert "A tenth to spend: spree, 14.50 spent, 5.50 left            20.00" in answer.output
    assert "A tenth to spend: credit for the buyer                      5.50" in answer.output
    assert "BOARD is not on the reward list of A tenth to spend; remove it." in answer.output


@spec("IF-10", "EX-1", "SP-3")
def test_a_spree_is_explained(file):
    answer = run("explain", file, "TENTH")

    assert answer.output.splitlines() == [
        "cart 1: TENTH",
        "  took 14.50 off line TENTH+MUG (1 unit, reward stage)",
        "  credits 5.50 to anna once the order is posted",
        "  gives 20.00 to spend, 10 % of 200.00, at most 30.00; 14.50 is spent",
    ]


@spec("IF-10", "BI-1")
def test_what_is_wrong_with_a_choice_is_told_where_it_stands(file):
    file.write_text(DOCUMENT.replace("sku: BOARD}\n", "sku: MUG, units: 0}\n"))
    answer = run("price", file)

    assert answer.exit_code == 2
    assert "sprees.yaml:27: carts[0].sprees[1].units: is a whole number from 1" in answer.stderr


@spec("IF-10", "BI-1")
def test_a_product_that_is_chosen_twice_is_told_where_it_stands(file):
    file.write_text(DOCUMENT.replace("sku: BOARD}\n", "sku: MUG}\n"))
    answer = run("price", file)

    assert answer.exit_code == 2
    assert "sprees.yaml:27: carts[0].sprees[1].sku: 'MUG' is chosen twice" in answer.stderr
