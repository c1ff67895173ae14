"""What happens though nobody asks: books of vouchers are finished, wrong codes and left carts
forgotten.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from largesse.crm.models import Customer
from largesse.offers import guessing
from largesse.offers.guessing import Entrant
from largesse.offers.models import FailedEntry
from largesse.offers.vouchers import books
from largesse.orders.left_carts import KEPT
from largesse.orders.models import Cart, Party
from largesse.server import housekeeping
from largesse.server.housekeeping import Housekeeping
from tests.words import spec

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)


@spec("VO-13")
def test_a_book_whose_page_was_closed_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "SLICE", 30)
    monkeypatch.setattr(housekeeping, "BREATH", 0)
    begun = [books.begin_random(100, at=NOW, by="ines") for _ in range(2)]
    books.make_rest(begun[0], slices=1)

    Housekeeping()._make_vouchers()

    for book in begun:
        book.refresh_from_db()
        assert book.vouchers.count() == book.made == 100
    assert list(books.unfinished()) == []


@spec("VO-13")
def test_a_server_that_stops_leaves_a_book_for_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(books, "SLICE", 30)
    keeper = Housekeeping()
    book = books.begin_random(100, at=NOW, by="ines")
    keeper._stop.set()

    keeper._make_vouchers()

    assert list(books.unfinished()) == [book]


@spec("QU-41")
def test_wrong_codes_of_yesterday_are_forgotten() -> None:
    guessing.charge(Entrant("shop", "192.0.2.1"), ["OLD"], NOW - 2 * guessing.KEPT)
    guessing.charge(Entrant("shop", "192.0.2.1"), ["NEW"], NOW)

    housekeeping._forget_codes()

    assert not FailedEntry.objects.filter(span__lt=NOW - timedelta(days=1, hours=1)).exists()
    assert FailedEntry.objects.filter(code="").count() == 2


def test_carts_that_guests_left_are_forgotten_and_no_others() -> None:
    anna = Customer.objects.create(number="C-1", name="Anna")
    long_ago = NOW - KEPT - timedelta(days=1)
    party = Party.objects.create(
        number="P-1", title="Anna’s", host=anna, held_on=NOW.date(), made_at=NOW
    )
    left, own, fresh = (
        Cart.objects.create(channel="shop", customer=whose, changed_at=when)
        for whose, when in ((None, long_ago), (anna, long_ago), (None, NOW - timedelta(days=1)))
    )
    Cart.objects.create(channel="shop", party=party, changed_at=long_ago)

    housekeeping._forget_carts()

    assert set(Cart.objects.values_list("pk", flat=True)) == {own.pk, fresh.pk}
    assert left.pk not in Cart.objects.values_list("pk", flat=True)
