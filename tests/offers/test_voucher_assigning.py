"""Numbers are assigned, assigned anew, made void, expire; each with what refuses it (VO-1, VO-17)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from largesse.crm.models import Partner
from largesse.engine.faults import Faults
from largesse.offers import vouchers
from largesse.offers.models import BookEvent, Voucher, VoucherBook, VoucherRange
from largesse.offers.vouchers import assigning, books, ending
from largesse.offers.vouchers.stretches import stretch, whole
from tests.offers.holding import hold
from tests.offers.store import AT
from tests.words import spec

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=1)


@pytest.fixture
def cafe(db: None) -> Partner:
    return Partner.objects.create(code="cafe", name="Café")


@pytest.fixture
def gym(db: None) -> Partner:
    return Partner.objects.create(code="gym", name="Gym")


@pytest.fixture
def printed(db: None) -> VoucherBook:
    """Ten random numbers without a percentage."""
    return random_book()


def random_book(count: int = 10, **fields) -> VoucherBook:
    book = books.begin_random(count, at=AT, by="ines", **fields)
    books.make_rest(book)
    return book


def numbers(book: VoucherBook) -> list[str]:
    return list(book.vouchers.order_by("position").values_list("number", flat=True))


def assign(book: VoucherBook, partner: Partner, first: int, count: int, **fields):
    listed = numbers(book)
    last = listed[min(first + count, len(listed)) - 1]
    said = {"at": LATER, "by": "ines", "last": last, "percent": 200_000, **fields}
    return assigning.assign(listed[first], count, partner, **said)


def ranges() -> list[tuple[int, int, str]]:
    found = VoucherRange.objects.order_by("first_position")
    return [(r.first_position, r.last_position, r.partner.code) for r in found]


@spec("VO-17", "VO-1", "VO-14")
def test_a_stretch_is_assigned_by_its_first_number_and_how_many_in_file_order(printed, cafe):
    found = assign(printed, cafe, 2, 3)

    listed = numbers(printed)
    assert (found.first, found.last, found.size) == (listed[2], listed[4], 3)
    values = vouchers.voucher_values(listed)
    assert [values[n].status.value for n in listed] == [
        *["created"] * 2, *["assigned"] * 3, *["created"] * 5,
    ]  # fmt: skip
    assert (values[listed[2]].partner, values[listed[2]].percent) == ("cafe", 200_000)
    assert ranges() == [(3, 5, "cafe")]
    event = BookEvent.objects.filter(kind="assigned").get()
    assert (event.by, event.at, event.count) == ("ines", LATER, 3)


@spec("VO-17")
def test_the_last_number_is_shown_first_and_must_be_confirmed(printed, cafe):
    listed = numbers(printed)
    assert stretch(listed[0].lower(), 4).last == listed[3]

    with pytest.raises(Faults, match=f"is not the last of 4 from {listed[0]} on: that is"):
        assign(printed, cafe, 0, 4, last=listed[4])

    assert not VoucherRange.objects.exists()
    assert assign(printed, cafe, 0, 4, last=f" {listed[3].lower()} ").size == 4


@spec("VO-14")
def test_a_percentage_set_at_creation_stays(cafe):
    book = random_book(percent=100_000)

    with pytest.raises(Faults, match="was set when the numbers were made"):
        assign(book, cafe, 0, 2, percent=200_000)

    assign(book, cafe, 0, 2, percent=None)
    assert vouchers.voucher_values([book.first])[book.first].percent == 100_000


@spec("VO-14")
def test_different_partners_may_have_different_percentages_of_one_book(printed, cafe, gym):
    assign(printed, cafe, 0, 5, percent=100_000)
    assign(printed, gym, 5, 5, percent=250_000)

    found = vouchers.voucher_values([printed.first, printed.last])
    assert [v.percent for v in found.values()].count(250_000) == 1
    assert found[printed.first].percent == 100_000


@spec("VO-14")
def test_without_a_percentage_in_either_place_assigning_is_refused(printed, cafe):
    with pytest.raises(Faults, match="set neither on the numbers nor here"):
        assign(printed, cafe, 0, 2, percent=None)

    assert not VoucherRange.objects.exists()
    assert set(printed.vouchers.values_list("state", flat=True)) == {"created"}


@spec("VO-1")
def test_what_can_t_be_assigned_is_refused_whole_with_its_reason(printed, cafe, gym):
    listed = numbers(printed)
    assign(printed, cafe, 4, 2)
    cases = {
        "DV9": "is not known",
        listed[9]: "is at most 1",
        listed[3]: "is assigned to Café already",
    }
    for first, why in cases.items():
        with pytest.raises(Faults, match=why):
            assigning.assign(first, 2, gym, last=listed[4], at=AT, by="ines", percent=1)
    gym.active = False
    with pytest.raises(Faults, match="not active"):
        assign(printed, gym, 0, 2)
    vouchers.create(["ALONE"], at=AT, by="ines", value=100)
    with pytest.raises(Faults, match="in no book"):
        assigning.assign("ALONE", 1, cafe, last="ALONE", at=AT, by="ines")
    assert ranges() == [(5, 6, "cafe")]


@spec("VO-13")
def test_numbers_that_are_still_being_made_wait(cafe, monkeypatch):
    monkeypatch.setattr(books, "SLICE", 5)
    book = books.begin_random(10, at=AT, by="ines", percent=1)
    books.make_rest(book, slices=1)
    book.refresh_from_db()

    with pytest.raises(Faults, match="still being made"):
        assigning.assign(book.first, 6, cafe, last="x", at=AT, by="ines")


# --- assigning anew ----------------------------------------------------------------------------------


@spec("VO-17")
def test_unused_numbers_go_from_one_partner_to_another_and_the_ends_stay(printed, cafe, gym):
    assign(printed, cafe, 0, 9, percent=100_000)

    assign(printed, gym, 3, 2, anew=True, percent=None)

    assert ranges() == [(1, 3, "cafe"), (4, 5, "gym"), (6, 9, "cafe")]
    found = vouchers.voucher_values([numbers(printed)[3]]).popitem()[1]
    assert (found.partner, found.percent) == ("gym", 100_000)
    assert VoucherRange.objects.get(first_position=6).first == numbers(printed)[5]
    assert BookEvent.objects.filter(kind="reassigned").get().count == 2


@spec("VO-17", "VO-4")
def test_used_numbers_stay_with_their_partner_and_the_first_is_named(printed, cafe, gym):
    assign(printed, cafe, 0, 10)
    hold(numbers(printed)[6])

    with pytest.raises(Faults, match=f"leads to {numbers(printed)[6]}, which is used"):
        assign(printed, gym, 5, 4, anew=True)

    assert ranges() == [(1, 10, "cafe")]


def test_what_nobody_has_is_not_assigned_anew(printed, gym):
    with pytest.raises(Faults, match="assigned to nobody yet"):
        assign(printed, gym, 0, 2, anew=True)


@spec("VO-1")
def test_void_numbers_stay_void(printed, cafe):
    ending.void_one(printed.vouchers.get(position=2), at=AT, by="ines", reason="torn")

    assign(printed, cafe, 0, 3)

    states = printed.vouchers.order_by("position").values_list("state", flat=True)
    assert list(states)[:3] == ["assigned", "void", "assigned"]
    ending.void(stretch(numbers(printed)[3], 2), at=AT, by="ines", reason="")
    with pytest.raises(Faults, match="is void, and so are all"):
        assign(printed, cafe, 3, 2)


# --- void and expiry ---------------------------------------------------------------------------------


@spec("VO-1")
def test_a_book_is_made_void_but_for_what_is_used(printed, cafe):
    assign(printed, cafe, 0, 10)
    used = numbers(printed)[4]
    hold(used)

    assert ending.void(whole(printed), at=LATER, by="ines", reason="lost in the mail") == 9

    found = vouchers.voucher_values(numbers(printed))
    assert found.pop(used).status == "redeemed"
    assert {v.status for v in found.values()} == {"void"}
    event = BookEvent.objects.filter(kind="voided").get()
    assert (event.count, "lost in the mail" in event.note) == (9, True)
    with pytest.raises(Faults, match="nothing after it that is unused"):
        ending.void(whole(printed), at=LATER, by="ines", reason="")


@spec("VO-13")
def test_a_book_that_is_made_void_gets_no_more_numbers(monkeypatch):
    monkeypatch.setattr(books, "SLICE", 5)
    book = books.begin_random(10, at=AT, by="ines", percent=1)
    books.make_rest(book, slices=1)
    book.refresh_from_db()

    ending.void(whole(book), at=LATER, by="ines", reason="")
    books.make_rest(book)

    assert list(books.unfinished()) == []
    assert list(book.vouchers.values_list("state", flat=True)) == ["void"] * 5


@spec("VO-1")
def test_one_voucher_is_made_void_once_and_not_when_it_is_used(printed, cafe):
    assign(printed, cafe, 0, 10)
    one, two = printed.vouchers.order_by("position")[:2]
    hold(two.number)

    ending.void_one(one, at=LATER, by="ines", reason="")

    for voucher, why in ((one, "is void already"), (two, "is used")):
        with pytest.raises(Faults, match=why):
            ending.void_one(voucher, at=LATER, by="ines", reason="")


@spec("VO-1")
def test_a_book_expires_when_it_is_told_to_and_a_voucher_s_own_day_stays(printed, cafe):
    assign(printed, cafe, 0, 10)
    own = printed.vouchers.get(position=2)
    ending.set_expiry_of_one(own, LATER, at=AT, by="ines")

    ending.set_expiry(printed, AT, at=AT, by="ines")

    found = vouchers.voucher_values([printed.first, own.number])
    assert (found[printed.first].expires, found[own.number].expires) == (AT, LATER)
    assert BookEvent.objects.filter(kind="expiry_set").exists()
    ending.set_expiry(printed, None, at=AT, by="ines")
    assert vouchers.voucher_values([printed.first])[printed.first].expires is None


@spec("VO-1")
def test_a_voucher_by_itself_is_handed_out_while_it_is_unused(cafe):
    vouchers.create(["A", "B", "C"], at=AT, by="ines", value=100, state=Voucher.State.CREATED)
    a, b, c = Voucher.objects.order_by("number")
    hold("B")
    ending.void_one(c, at=AT, by="ines", reason="")

    assigning.assign_one(a, cafe, at=AT, by="ines")

    assert vouchers.voucher_values(["A"])["A"].partner == "cafe"
    for voucher, why in ((b, "is used"), (c, "is void")):
        with pytest.raises(Faults, match=why):
            assigning.assign_one(voucher, cafe, at=AT, by="ines")
