"""One number of a book for one person, once (VO-19)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from largesse.crm.models import Customer, Partner
from largesse.engine.faults import Faults
from largesse.offers import vouchers
from largesse.offers.models import VoucherBook, VoucherDraw
from largesse.offers.vouchers import books, ending
from largesse.offers.vouchers.drawing import draw
from tests.offers.holding import hold
from tests.offers.store import AT
from tests.words import spec


@pytest.fixture
def campaign(db: None) -> VoucherBook:
    """Four numbers that a partner for social media has."""
    return make()


def make(count: int = 4) -> VoucherBook:
    social = Partner.objects.create(code="social", name="Social media")
    return books.make_run("SM1", count, at=AT, by="ines", partner=social, percent=100_000)


def drawn(book: VoucherBook, person: str, **fields) -> str:
    return draw(book, person, at=AT, by="ines", **fields).voucher.number


@spec("VO-19")
def test_each_person_gets_the_next_number_and_the_same_one_when_they_ask_again(campaign):
    assert drawn(campaign, "@anna") == "SM0000001"
    assert drawn(campaign, "ben@example.org") == "SM0000002"
    assert drawn(campaign, "  @ANNA ") == "SM0000001"

    assert draw(campaign, "@anna", at=AT, by="ines").repeated
    assert VoucherDraw.objects.count() == 2


@spec("VO-19")
def test_numbers_that_are_used_void_or_somebody_s_are_passed_over(campaign):
    anna = Customer.objects.create(number="anna", name="Anna")
    hold("SM0000001")
    ending.void_one(campaign.vouchers.get(position=2), at=AT, by="ines", reason="")
    campaign.vouchers.filter(position=3).update(customer=anna)

    assert drawn(campaign, "@ben") == "SM0000004"
    with pytest.raises(Faults, match="no number left"):
        drawn(campaign, "@clara")


@spec("VO-19")
def test_with_a_customer_the_number_is_theirs_alone(campaign):
    anna = Customer.objects.create(number="anna", name="Anna")

    number = drawn(campaign, "@anna", customer=anna)

    assert vouchers.voucher_values([number])[number].customer == "anna"


@spec("VO-19")
@pytest.mark.parametrize("person", ["", "  ", "x" * 201])
def test_a_person_has_a_name_to_be_known_by(campaign, person):
    with pytest.raises(Faults, match="1 to 200 letters"):
        drawn(campaign, person)


def test_what_has_expired_or_is_not_assigned_is_not_drawn(campaign):
    ending.set_expiry(campaign, AT - timedelta(days=1), at=AT, by="ines")
    with pytest.raises(Faults, match="has expired"):
        drawn(campaign, "@anna")
    book = books.make_run("NO1", 2, at=AT, by="ines", percent=1)
    with pytest.raises(Faults, match="no number left"):
        drawn(book, "@anna")
