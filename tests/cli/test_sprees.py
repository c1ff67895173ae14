"""The command prices carts with shopping sprees, and says what they give."""

import json
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


# --- host rewards ----------------------------------------------------------------------------------

PARTIES = Path(__file__).parents[2] / "examples" / "host_rewards.yaml"
"""Parties, and what their hosts choose."""


@spec("IF-3", "IF-10", "SP-3", "SP-4", "SP-5", "SP-7", "SP-11")
def test_the_example_of_host_rewards_is_priced_as_it_was_once():
    golden = Path(__file__).parent / "golden" / "host_rewards.txt"

    assert run("price", PARTIES).output == golden.read_text("utf-8")


@spec("IF-10", "SP-2", "SP-3", "SP-4")
def test_a_host_reward_is_explained_by_what_the_party_came_to():
    told = run("explain", PARTIES, "HOST-TENTH").output.splitlines()

    assert told[3:] == [
        "  gives 128.46 to spend, 10 % of 1284.60, at most 150.00; 128.00 is spent",
        "ben: HOST-TENTH",
        "  took 144.00 off line HOST-TENTH+BOARD (3 units, reward stage)",
        "  credits 6.00 to ben once the order is posted",
        "  gives 150.00 to spend, 10 % of 2150.00, at most 150.00; 144.00 is spent",
        "clara: HOST-TENTH",
        "  not applied (nothing_to_give): "
        "Its shopping spree is 10 % of the party total, 0.00: nothing to spend.",
        "guest: HOST-TENTH",
        "  not applied (other_order_type): "
        "Its shopping spree is for host reward orders; this is a guest order.",
    ]


@spec("EX-4", "BE-20", "SP-3")
def test_a_quote_of_a_host_reward_carries_the_party_total_and_is_priced_again(tmp_path):
    stored = tmp_path / "quote.json"
    stored.write_text(run("price", PARTIES, "--cart", "anna", "--json").output, "utf-8")

    assert json.loads(stored.read_text("utf-8"))["facts"]["party"]["total"] == 128_460
    answer = run("reprice", stored, PARTIES)
    assert (answer.exit_code, "the same to the byte" in answer.output) == (0, True)


@spec("IF-10", "BI-1", "SP-3")
@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "party: P-2214",
            "party: P-22144",
            "carts[0].party: no party 'P-22144'; did you mean 'P-2214'?",
        ),
        (
            "bookings: 2}",
            "bookings: -2}",
            "parties[0].bookings: is 0 or more",
        ),
        (
            'total: "1284.60"',
            'total: "-1.00"',
            "parties[0].total: -1.00 is negative; amounts are 0 or more",
        ),
        ("number: P-2216", "number: P-2215", "parties[2].number: is used twice"),
    ],
)
def test_what_is_wrong_with_a_party_is_told_where_it_stands(tmp_path, right, wrong, said):
    file = tmp_path / "parties.yaml"
    file.write_text(PARTIES.read_text("utf-8").replace(right, wrong, 1), "utf-8")
    answer = run("price", file)

    assert answer.exit_code == 2
    assert said in answer.stderr


@spec("SP-1", "SP-3")
def test_a_party_of_which_a_file_tells_nothing_came_to_nothing(tmp_path):
    file = tmp_path / "parties.yaml"
    before, _, carts = PARTIES.read_text("utf-8").partition("# What each party came to")
    file.write_text(before + carts[carts.index("carts:") :], "utf-8")
    told = run("explain", file, "HOST-TENTH", "--cart", "anna").output

    assert "Its shopping spree is 10 % of the party total, 0.00: nothing to spend." in told
