"""`largesse explain` says what an offer did to a cart, or why it did nothing (EX-1)."""

import json

import pytest

from tests.cli.command import run
from tests.formats.documents import SMALL

spec = pytest.mark.spec


@spec("EX-1", "IF-10")
def test_an_offer_that_was_applied_tells_what_it_took(small):
    answer = run("explain", small, "SUMMER-10")

    assert answer.exit_code == 0
    title, first, second = answer.output.splitlines()
    assert title == "first: SUMMER-10"
    assert "1.25 off line 1" in first
    assert "4.00 off line 2" in second


@spec("EX-1", "IF-10")
def test_an_offer_that_was_refused_tells_why(small):
    small.write_text(SMALL.replace("quantity: 4", "quantity: 2"), "utf-8")
    answer = run("explain", small, "MUGS-3-FOR-2")

    assert answer.exit_code == 0
    assert answer.output == (
        "first: MUGS-3-FOR-2\n  not applied (too_few_units): Needs 3 units of mugs, found 2.\n"
    )


@spec("EX-1")
def test_an_offer_that_is_over_tells_when_it_ended(small):
    small.write_text(SMALL.replace("2026-06-01T10:00:00Z", "2026-09-01T10:00:00Z"), "utf-8")
    answer = run("explain", small, "SUMMER-10")

    assert "not applied (ended)" in answer.output
    assert "2026" in answer.output


@spec("EX-1", "IF-10")
def test_json_has_the_code_and_the_numbers_compared(small):
    small.write_text(SMALL.replace("quantity: 4", "quantity: 2"), "utf-8")
    told = json.loads(run("explain", small, "MUGS-3-FOR-2", "--json").output)

    assert told["cart"] == "first"
    assert told["adjustments"] == []
    assert told["refusal"]["code"] == "too_few_units"
    assert (told["refusal"]["needed"], told["refusal"]["found"]) == (3, 2)


@spec("EX-1", "IF-10")
def test_json_has_amounts_as_the_quote_has_them(small):
    quote = json.loads(run("price", small, "--json").stdout)
    told = json.loads(run("explain", small, "SUMMER-10", "--json").stdout)

    assert told["currency"] == quote["currency"]
    assert told["adjustments"] == [
        each for each in quote["adjustments"] if each["offer"] == "SUMMER-10"
    ]
    assert all(isinstance(each["amount"], str) for each in told["adjustments"])
    assert told["refusal"] is None


@spec("EX-1", "IF-10")
def test_json_of_a_refusal_has_amounts_as_the_quote_has_them(shop):
    quotes = json.loads(run("price", shop, "--json").stdout)
    compared = 0
    for quote in quotes:
        for refusal in quote["refusals"]:
            of = ("--cart", quote["cart"]["id"], "--json")
            told = json.loads(run("explain", shop, refusal["offer"], *of).stdout)
            if told["refusal"] is not None:
                assert told["refusal"] == refusal
                compared += 1
    assert compared


@spec("IF-10")
def test_an_offer_that_is_not_there_names_those_that_are(small):
    answer = run("explain", small, "SUMMER-20")

    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1
    assert "no offer 'SUMMER-20'" in answer.stderr
    assert "SUMMER-10" in answer.stderr


@spec("EX-1")
def test_a_voucher_that_pays_says_so(shop):
    answer = run("explain", shop, "V2", "--cart", "c2")

    assert answer.exit_code == 0
    assert "pays" in answer.output
    told = json.loads(run("explain", shop, "V2", "--cart", "c2", "--json").stdout)
    quote = json.loads(run("price", shop, "--cart", "c2", "--json").stdout)
    assert told["payments"] == [each for each in quote["payments"] if each["code"] == "V2"] != []


@spec("BI-2", "EX-1")
def test_a_code_that_nobody_knows_is_explained(shop):
    answer = run("explain", shop, "NOPE", "--cart", "c1")

    assert "not applied (unknown_code)" in answer.output
