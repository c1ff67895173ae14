"""The book of the example is realistic, valid, and the same for a seed."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from largesse.files import read_document
from largesse.lab.complete_journey import find_source, import_complete_journey

SCRIPT = Path(__file__).parents[2] / "examples/complete_journey/make_book.py"


def made(history: Path, out: Path, *options: str) -> bytes:
    subprocess.run([sys.executable, SCRIPT, history, out, *options], check=True)
    return out.read_bytes()


@pytest.mark.soak
@pytest.mark.spec("QU-4")
def test_a_seed_gives_one_book_of_offers_of_every_sort(tmp_path):
    history = tmp_path / "history"
    import_complete_journey(find_source(), history)
    book = tmp_path / "book.json"

    assert made(history, book) == made(history, tmp_path / "again.json")
    assert made(history, book) != made(history, tmp_path / "other.json", "--seed", "7")
    offers = read_document(book).book.promotions.values()
    assert len(offers) == 1000
    assert {action.kind for offer in offers for action in offer.actions} == {
        "discount_order_line", "discount_order", "buy_x_get_y", "quantity_tiers",
    }  # fmt: skip
    assert {condition.kind for offer in offers for condition in offer.conditions} == {
        "any", "customer_tags", "product_count", "product_value",
    }  # fmt: skip
    assert Counter(offer.stage.value for offer in offers) == {"standard": 876, "post": 124}


def test_without_a_history_it_says_so_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, SCRIPT, tmp_path, tmp_path / "book.json"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
    assert done.stderr == f"make_book: {tmp_path}: is no history; it has no history.json to read\n"
    assert list(tmp_path.iterdir()) == []
