"""Books of random numbers, of runs, and pre-printed ones (VO-13 to VO-16)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from largesse.crm.models import Partner
from largesse.engine.faults import Faults
from largesse.ledger.models import Event
from largesse.offers import vouchers
from largesse.offers.models import (
    BookEvent,
    CodeBatch,
    SingleUseCode,
    Voucher,
    VoucherBook,
    VoucherRange,
)
from largesse.offers.vouchers import books, numbers
from tests.offers.store import AT, revise, ten_percent
from tests.words import spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe(db: None) -> Partner:
    return Partner.objects.create(code="cafe", name="Café")


def random_book(count: int, **fields) -> VoucherBook:
    book = books.begin_random(count, **{"at": AT, "by": "ines", **fields})
    assert books.make_rest(book)
    return book


def run(first: str, count: int, **fields) -> VoucherBook:
    return books.make_run(first, count, **{"at": AT, "by": "ines", **fields})


def told(raised: pytest.ExceptionInfo[Faults]) -> list[tuple[str, str]]:
    return [(fault.place, fault.message) for fault in raised.value.faults]


# --- random numbers ----------------------------------------------------------------------------------


@spec("VO-13")
def test_a_random_number_is_dv_and_13_digits():
    found = numbers.random_numbers(20_000)

    assert len(set(found)) == 20_000
    assert all(re.fullmatch(r"DV[0-9]{13}", number) for number in found)


@spec("VO-13")
def test_all_thirteen_digits_are_drawn_each_as_likely_as_any_other():
    found = numbers.random_numbers(20_000)

    for place in range(2, 15):
        counts = [sum(n[place] == digit for n in found) for digit in "0123456789"]
        # 2,000 each; five times its standard deviation of 42 is never met by chance.
        assert max(abs(count - 2000) for count in counts) < 212


@spec("VO-13", "VO-1")
def test_a_book_has_as_many_numbers_as_asked_for_in_an_order_and_none_works_yet():
    book = random_book(2_500, percent=200_000, label="Spring mailing")

    made = Voucher.objects.filter(book=book).order_by("position")
    assert list(made.values_list("position", flat=True)) == list(range(1, 2_501))
    assert {(v.state, v.percent, v.partner) for v in made} == {("created", 200_000, None)}
    assert (book.first, book.last) == (made[0].number, made[2_499].number)


@spec("VO-13")
def test_numbers_are_made_slice_by_slice_with_progress_and_whoever_comes_goes_on(monkeypatch):
    monkeypatch.setattr(books, "SLICE", 100)
    steps: list[tuple[int, int]] = []
    book = books.begin_random(350, at=AT, by="ines")
    assert list(books.unfinished()) == [book]

    assert not books.make_rest(book, slices=2)
    assert VoucherBook.objects.get().made == 200
    assert books.make_rest(book, lambda made, of: steps.append((made, of)))

    assert steps == [(300, 350), (350, 350)]
    assert Voucher.objects.filter(book=book).count() == 350
    assert list(books.unfinished()) == []
    assert books.make_rest(book)
    assert Voucher.objects.count() == 350


@spec("VO-2", "VO-13")
def test_a_number_that_is_drawn_again_is_replaced():
    vouchers.create(["DV0000000000001"], at=AT, by="ines", percent=1)
    revise(ten_percent(promo_code="DV0000000000002"))
    promotion = revise(ten_percent("SINGLE", single_use_codes=True))
    batch = CodeBatch.objects.create(promotion=promotion, count=1, made_at=AT, made_by="ines")
    code = {"promotion": promotion, "batch": batch, "made_at": AT, "made_by": "ines"}
    SingleUseCode.objects.create(code="DV0000000000003", **code)
    drawn = iter([1, 2, 3, 4])
    book = books.begin_random(1, at=AT, by="ines")

    assert books.make_rest(book, draw=lambda _: [f"DV{next(drawn):013d}"])

    assert book.first == "DV0000000000004"
    assert Voucher.objects.filter(book=book).count() == 1


def test_what_a_book_of_random_numbers_can_t_be_is_told_at_once():
    with pytest.raises(Faults) as raised:
        books.begin_random(0, at=AT, by="ines", percent=1_000_001, label="x" * 121)

    assert [place for place, _ in told(raised)] == ["count", "label", "percent"]
    assert not VoucherBook.objects.exists()


# --- runs --------------------------------------------------------------------------------------------


@spec("VO-15")
@pytest.mark.parametrize(
    ("first", "numbers"),
    [
        ("AB1", ["AB0000001", "AB0000002"]),
        ("ab 0000099", ["AB0000099", "AB0000100"]),
        ("7", ["000000007", "000000008"]),
        ("CAFE-0099", ["CAFE-0099", "CAFE-0100"]),
        ("ABCDEFGH8", ["ABCDEFGH8", "ABCDEFGH9"]),
    ],
)
def test_a_run_has_exactly_nine_characters_with_zeros_in_front(first, numbers):
    run(first, 2)

    assert list(Voucher.objects.order_by("position").values_list("number", flat=True)) == numbers


@spec("VO-15")
@pytest.mark.parametrize(
    ("first", "count", "place"),
    [
        ("AB12345678", 1, "first"),
        ("ABCDEFGHI", 1, "first"),
        ("", 1, "first"),
        ("AB12C", 1, "first"),
        ("ÜB1", 1, "first"),
        ("=B1", 1, "first"),
        ("ABCDEFGH8", 3, "count"),
        ("999999999", 2, "count"),
        ("AB1", 0, "count"),
        ("AB1", 100_001, "count"),
    ],
)
def test_a_run_that_can_t_be_is_refused_whole(first, count, place):
    with pytest.raises(Faults) as raised:
        run(first, count)

    assert [found for found, _ in told(raised)] == [place]
    assert not Voucher.objects.exists()
    assert not VoucherBook.objects.exists()


@spec("VO-15", "VO-2")
def test_a_run_that_collides_is_refused_whole_and_the_first_collision_is_named():
    vouchers.create(["AB0000007", "AB0000005"], at=AT, by="ines", percent=1)

    with pytest.raises(Faults) as raised:
        run("AB1", 2_000)

    assert [(f.value, f.place) for f in raised.value.faults] == [("AB0000005", "first")]
    assert Voucher.objects.count() == 2
    assert not VoucherBook.objects.exists()


@spec("VO-15", "VO-2")
def test_a_run_collides_with_codes_of_promotions_too():
    revise(ten_percent(promo_code="AB0000002"))

    with pytest.raises(Faults, match=r"AB0000002.*promotion"):
        run("AB1", 3)


@spec("VO-15")
def test_a_run_made_with_a_partner_is_ready_to_use(cafe: Partner):
    run("AB1", 3, partner=cafe, percent=150_000)

    found = vouchers.voucher_values(["ab1", "AB0000002"])["AB0000002"]
    assert (found.status, found.partner, found.percent) == ("assigned", "cafe", 150_000)
    assert [(r.first, r.last, r.count) for r in VoucherRange.objects.all()] == [
        ("AB0000001", "AB0000003", 3)
    ]


@spec("VO-14")
def test_a_run_for_a_partner_needs_a_percentage(cafe: Partner):
    with pytest.raises(Faults, match=r"percent.*nothing can be assigned"):
        run("AB1", 3, partner=cafe)
    cafe.active = False
    with pytest.raises(Faults, match="not active"):
        run("AB1", 3, partner=cafe, percent=1)


@spec("VO-16")
def test_a_pre_printed_book_is_made_when_it_is_handed_out(cafe: Partner):
    assert not vouchers.voucher_values(["PR0000001"])
    with pytest.raises(Faults, match="partner"):
        run("PR1", 50, preprinted=True, percent=100_000)

    book = run("PR1", 50, preprinted=True, percent=100_000, partner=cafe)

    assert book.kind == "preprinted"
    assert vouchers.voucher_values(["PR0000050"])["PR0000050"].status == "assigned"


@spec("QU-41")
def test_numbers_that_anybody_can_count_on_from_are_marked_and_random_ones_are_not(cafe: Partner):
    run("AB1", 1, partner=cafe, percent=1)
    run("PR1", 1, partner=cafe, percent=1, preprinted=True)
    book = random_book(1)

    found = vouchers.voucher_values(["AB0000001", "PR0000001", book.first])

    assert [v.till_only for v in found.values()].count(True) == 2
    assert not found[book.first].till_only


# --- what a book keeps -------------------------------------------------------------------------------


@spec("VO-13")
def test_a_book_says_who_made_it_and_so_does_the_journal():
    random_book(10, label="Spring mailing")

    made = BookEvent.objects.get()
    assert (made.kind, made.by, made.at, made.count) == ("made", "ines", AT, 10)
    event = Event.objects.get()
    assert (event.kind, event.actor, event.reason) == (
        "vouchers_made",
        "ines",
        "Spring mailing, 10",
    )


def test_a_book_s_day_of_expiry_holds_for_its_numbers():
    book = random_book(1, expires=AT + timedelta(days=3), percent=100_000)

    assert vouchers.voucher_values([book.first])[book.first].expires == AT + timedelta(days=3)
