"""A quote explains itself: what was refused and why, what little more would bring, line by line."""

import re
from html.parser import HTMLParser

import pytest

import largesse as lg
from largesse.engine.formats.stored import price_again
from largesse.engine.refusals import MEANINGS
from tests.words import (
    allotment,
    book,
    bought,
    buy,
    cart,
    customer,
    off,
    order_off,
    priced,
    product,
    promotion,
    reason,
    refused,
    spec,
    usd,
    voucher,
    worth,
)  # fmt: skip

# --- EX-1: refusals --------------------------------------------------------------------------------


@spec("EX-1")
def test_a_refusal_is_a_stable_code_the_numbers_compared_and_a_sentence():
    quote = priced(cart("7 mug @ 10.00"), promotion(off("10%"), bought(10)))

    refusal = refused(quote, "PROMO")
    assert refusal.code == "too_few_units"
    assert (refusal.needed, refusal.found, refusal.unit) == (10, 7, "units")
    assert refusal.sentence == "Needs 10 units, found 7."


@spec("EX-1")
def test_an_offer_that_was_applied_is_explained_by_its_adjustments():
    quote = priced(cart("1 mug @ 10.00", "1 hat @ 20.00"), promotion(off("10%")))

    explanation = quote.explain("PROMO")
    assert explanation.refusal is None
    assert [a.amount for a in explanation.adjustments] == [100, 200]


@spec("EX-1")
def test_an_offer_that_lost_to_another_is_told_what_both_save():
    quote = priced(
        cart("1 mug @ 50.00"), promotion(off("10%"), code="A"), promotion(off("6.00"), code="B")
    )

    refusal = refused(quote, "A")
    assert refusal.code == "units_taken"
    assert (refusal.found, refusal.needed) == (usd("5.00"), usd("6.00"))


@spec("EX-1")
@pytest.mark.parametrize(
    ("action", "code"),
    [
        (off("10%", on="hat"), "no_units"),
        (off("= 50.00"), "nothing_to_give"),
        (buy(2), "too_few_units"),
    ],
)
def test_an_offer_with_nothing_to_act_on_says_so(action, code):
    assert reason(priced(cart("1 mug @ 50.00"), promotion(action))) == code


@spec("EX-1")
def test_an_offer_that_the_book_does_not_have_cannot_be_asked_about():
    with pytest.raises(KeyError):
        priced(cart("1 mug @ 50.00")).explain("NOBODY")


@spec("EX-1")
def test_every_code_is_documented_in_one_table():
    assert set(MEANINGS) == set(lg.RefusalCode)
    assert all(meaning.endswith(".") for meaning in MEANINGS.values())


# --- EX-2: near misses -----------------------------------------------------------------------------


@spec("EX-2")
def test_a_near_miss_says_what_to_add_and_what_it_saves():
    quote = priced(
        cart("4 mug"),
        promotion(off("20%"), bought(6), title="20 % off"),
        products=[product("mug", "10.00", name="Mug")],
    )

    (miss,) = quote.near_misses
    assert (miss.offer, miss.sku, miss.units, miss.saving) == ("PROMO", "mug", 2, usd("12.00"))
    assert miss.sentence == "Add 2 units of Mug: 20 % off (saves 12.00)."


@spec("EX-2")
def test_near_misses_come_by_saving_the_largest_first():
    quote = priced(
        cart("1 mug @ 10.00", "1 hat @ 30.00"),
        promotion(off("50%", on="mug"), bought(2, of="mug"), code="MUGS"),
        promotion(order_off("9.00"), worth("41.00"), code="ORDER"),
        promotion(buy(1, on="hat"), code="HATS"),
        promotion(off("1%"), bought(9, of="pen"), code="PENS"),
    )

    assert quote.near_misses[0].offer == "HATS"
    assert [m.saving for m in quote.near_misses] == sorted(
        (m.saving for m in quote.near_misses), reverse=True
    )
    assert {m.offer for m in quote.near_misses} == {"HATS", "MUGS", "ORDER"}


@spec("EX-2")
def test_a_near_miss_keeps_its_promise():
    offer = promotion(off("20%"), bought(6))
    before = priced(cart("4 mug @ 10.00"), offer)
    (miss,) = before.near_misses

    after = priced(cart(f"{4 + miss.units} mug @ 10.00"), offer)

    assert after.discount - before.discount == miss.saving


@spec("EX-2", "AL-7")
def test_what_is_added_beside_units_of_an_allotment_is_bought():
    offer, free = promotion(off("20%"), bought(6)), allotment(9, "mug")
    before = priced(cart("1 mug @ 10.00 by CLUB", "4 mug @ 10.00"), offer, free)
    (miss,) = before.near_misses

    after = priced(cart("1 mug @ 10.00 by CLUB", f"{4 + miss.units} mug @ 10.00"), offer, free)

    assert after.discount - before.discount == miss.saving


@spec("EX-2")
def test_what_was_applied_is_no_near_miss():
    assert priced(cart("6 mug @ 10.00"), promotion(off("20%"), bought(6))).near_misses == ()


@spec("EX-2")
def test_what_needs_a_code_is_no_near_miss():
    hidden = promotion(off("20%"), bought(6), promo_code="SECRET")

    assert priced(cart("4 mug @ 10.00"), hidden).near_misses == ()


# --- EX-3: receipts --------------------------------------------------------------------------------

FULL = (
    cart(
        "3 mug @ 10.00",
        "1 hat @ 50.00 less 5.00",
        customer=customer(),
        shipping="4.00",
        codes=["GIFT"],
    ),
    promotion(off("10%", on="mug"), title="Mug <days> & more"),
    promotion(off("50%", on="pen"), bought(9, of="pen"), code="OTHER"),
    voucher("20.00", "GIFT"),
)
VAT = lg.Location("shop", tax={"standard": lg.percent("10")})


@spec("EX-3")
def test_a_receipt_shows_every_line_discount_and_sum():
    receipt = priced(*FULL, location=VAT).receipt()

    rows = [re.split(r"\s{2,}", row.strip()) for row in receipt.splitlines()]
    assert rows == [
        ["3 × mug", "30.00"],
        ["Mug <days> & more", "-3.00"],
        ["27.00"],
        ["1 × hat", "50.00"],
        ["Line discount", "-5.00"],
        ["45.00"],
        ["Before discounts", "80.00"],
        ["You save", "-8.00"],
        ["Subtotal", "72.00"],
        ["Shipping", "4.00"],
        ["Tax", "7.50"],
        ["Total USD", "83.50"],
        ["Value voucher GIFT", "-20.00"],
        ["Due USD", "63.50"],
    ]


class Cells(HTMLParser):
    """The text of the header cells and cells of a page, and its tags."""

    def __init__(self, page: str):
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag in ("th", "td"):
            self.texts.append("")

    def handle_data(self, text):
        if self.tags[-1] in ("th", "td") and text.strip():
            self.texts[-1] += text


@spec("EX-3")
def test_the_html_receipt_says_the_same_as_the_text():
    quote = priced(*FULL, location=VAT)
    page = Cells(quote.receipt_html())

    labels, amounts = page.texts[::2], page.texts[1::2]
    said = [
        " ".join([label, amount.replace("−", "-")]).split()
        for label, amount in zip(labels, amounts, strict=True)
    ]
    assert said == [row.split() for row in quote.receipt().splitlines()]


@spec("EX-3")
def test_titles_cannot_write_html():
    quote = priced(
        cart("1 mug @ 10.00"), promotion(off("10%"), title="<script>alert('1')</script>")
    )

    assert "script" not in Cells(quote.receipt_html()).tags


# --- EX-4: a stored quote --------------------------------------------------------------------------


@spec("EX-4")
def test_a_stored_quote_priced_again_gives_the_same_bytes():
    the_book = book(
        promotion(off("10%"), bought(3, orders=lg.ApplicableOrders.ALL), code="A"),
        allotment(2, "mug"),
        products=[product("mug", "9.99")],
        locations=[VAT],
    )
    basket = cart("4 mug by CLUB", customer=customer("anna", "vip"), codes=["dv1"], location="shop")
    (query,) = the_book.facts_needed(basket).history
    facts = lg.Facts({query: 2}, {"DV1": voucher("12.5%")}, {"CLUB": 2})

    stored = lg.price(the_book, basket, facts).to_json()

    assert price_again(stored, the_book).to_json() == stored


@spec("EX-4")
def test_the_quote_carries_the_hash_of_the_book():
    one = priced(cart("1 mug @ 10.00"), promotion(off("10%")))
    same = priced(cart("1 mug @ 10.00"), promotion(off("10%")))
    other = priced(cart("1 mug @ 10.00"), promotion(off("11%")))

    assert one.book_hash == same.book_hash != other.book_hash
    assert one.book_hash.encode() in one.to_json()


@spec("EX-4")
def test_another_book_is_refused():
    stored = priced(cart("1 mug @ 10.00"), promotion(off("10%"))).to_json()

    with pytest.raises(ValueError, match="was priced with the book"):
        price_again(stored, book(promotion(off("11%"))))


@spec("EX-4")
@pytest.mark.parametrize("stored", [b"", b"[]", b"{}", b'{"book": 1}', b"\xff"])
def test_what_is_no_quote_is_refused(stored):
    with pytest.raises(ValueError, match="is not a quote"):
        price_again(stored, book())
