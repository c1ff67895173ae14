"""`largesse price` prints a receipt of each cart, or every fault of the file."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from largesse import Document, price, read_document
from tests.cli.command import run
from tests.formats.documents import SMALL, read

spec = pytest.mark.spec

RECEIPT = """\
first
4 × Coffee mug                                             50.00
  Three mugs for two, 3 of 4                              -12.50
  Summer sale, 1 of 4                                      -1.25
                                                           36.25
1 × Straw hat                                              40.00
  Summer sale                                              -4.00
                                                           36.00
Before discounts                                           90.00
You save                                                  -17.75
Subtotal                                                   72.25
Total EUR                                                  72.25
"""


@spec("IF-10", "EX-3")
def test_a_receipt_shows_each_line_and_how_it_came_about(small):
    answer = run("price", small)

    assert answer.exit_code == 0
    assert answer.output == RECEIPT


@spec("IF-10")
def test_each_cart_has_its_receipt(shop):
    answer = run("price", shop)

    first, second = answer.output.split("\n\n")
    assert first.startswith("c1\n4 × Coffee mug")
    assert second.startswith("c2\n6 × Coffee mug")


@spec("IF-10")
def test_one_cart_can_be_chosen(shop):
    answer = run("price", shop, "--cart", "c2")

    assert answer.exit_code == 0
    assert answer.output.startswith("c2\n")
    assert "c1" not in answer.output


@spec("BI-1", "IF-10")
def test_a_cart_that_is_not_there_names_those_that_are(shop):
    answer = run("price", shop, "--cart", "c3")

    assert answer.exit_code == 2
    assert answer.stderr == f"{shop}: no cart 'c3'; the carts are c1, c2\n"


@spec("BI-1")
def test_a_file_without_carts_says_so(tmp_path):
    file = tmp_path / "book.yaml"
    file.write_text("format: 1\n", "utf-8")
    answer = run("price", file)

    assert (answer.exit_code, answer.stderr) == (2, f"{file}: has no carts\n")


@spec("IF-10", "EX-4")
def test_json_is_the_quote_with_what_it_was_priced_from(small):
    answer = run("price", small, "--json")
    quote = json.loads(answer.output)

    assert answer.exit_code == 0
    assert quote["total"] == "72.25"
    assert quote["book"] == read_document(small).book.content_hash
    assert quote["cart"]["lines"][0] == {"id": "1", "sku": "MUG", "quantity": 4}
    assert "facts" in quote
    assert [a["offer"] for a in quote["adjustments"]] == [
        "MUGS-3-FOR-2",
        "SUMMER-10",
        "SUMMER-10",
    ]


@spec("IF-10")
def test_json_is_the_bytes_of_the_library(shop):
    document = read_document(shop)
    cart = document.carts[1]
    quote = price(document.book, cart, document.facts(cart))

    assert run("price", shop, "--cart", "c2", "--json").stdout_bytes == quote.to_json()


@spec("BI-1")
def test_every_fault_is_a_line_with_file_row_place_and_what_is_allowed(small):
    small.write_text(
        SMALL.replace("quantity: 4", "quantity: -4").replace("percent: 10", "percent: ten"), "utf-8"
    )
    answer = run("price", small)

    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    percent, quantity = answer.stderr.splitlines()[:2]
    assert percent.startswith(f"{small}:16: promotions[1].actions[0].percent: 'ten'")
    assert quantity.startswith(f"{small}:21: carts[0].lines[0].quantity: ")
    assert "a quantity is more than 0 and at most 1,000,000" in quantity


@spec("BI-1")
@pytest.mark.parametrize("what", ["missing", "folder"])
def test_a_file_that_can_not_be_opened_is_one_line(tmp_path, what):
    path = tmp_path if what == "folder" else tmp_path / "none.yaml"
    answer = run("price", path)

    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1
    assert answer.stderr.startswith(f"{path}: ")


@spec("IF-10")
def test_without_an_argument_it_says_what_is_missing():
    assert run("price").exit_code == 2


class Tags(HTMLParser):
    """The tags of a text, and whether each is closed."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def quoted(document: Document) -> str:
    (cart,) = document.carts
    return price(document.book, cart, document.facts(cart)).receipt_html()


@spec("EX-3")
def test_the_receipt_in_html_has_the_rows_of_the_text():
    html = quoted(read(SMALL))
    tags = Tags(html)

    assert tags.open == []
    assert tags.seen.count("tr") == len(RECEIPT.splitlines()) - 1
    for figure in ("Three mugs for two, 3 of 4", "−12.50", "72.25"):
        assert figure in html


@spec("EX-3")
def test_names_in_html_are_text():
    hostile = SMALL.replace("Coffee mug", "'<script>alert(1)</script>'").replace(
        "Summer sale", "'a & b \"c\"'"
    )
    tags = Tags(quoted(read(hostile)))

    assert "script" not in tags.seen
    assert tags.open == []


def test_the_output_is_the_same_for_a_relative_path(small, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(small.parent)

    assert run("price", Path(small.name)).output == RECEIPT


@spec("IF-10")
def test_json_of_several_carts_is_one_array(shop):
    quotes = json.loads(run("price", shop, "--json").output)

    assert [quote["cart"]["id"] for quote in quotes] == ["c1", "c2"]
