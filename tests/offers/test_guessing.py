"""Wrong codes have a budget, for each source and for each channel (QU-41)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import largesse as lg
from largesse.offers import guessing
from largesse.offers.guessing import Entrant
from largesse.offers.models import FailedEntry
from tests.words import cart, customer, off, priced, promotion, spec, voucher, window

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 1, 12, 3, tzinfo=UTC)
ME = Entrant("shop", "192.0.2.7")


def enter(*codes: str, who: Entrant = ME, at: datetime = AT) -> bool:
    return guessing.charge(who, codes, at)


@spec("QU-41")
def test_a_source_is_answered_as_many_wrong_codes_as_its_budget_has_and_no_more():
    answered = [enter(f"GUESS{n}") for n in range(25)]

    assert answered == [True] * guessing.OF_SOURCE + [False] * 5
    assert guessing.is_blocked(ME, AT)


@spec("QU-41")
def test_once_it_is_spent_right_codes_are_told_nothing_either():
    for n in range(21):
        enter(f"GUESS{n}")

    assert not enter()
    assert enter(who=Entrant("shop", "192.0.2.8"))
    assert enter(who=Entrant("api", "192.0.2.7"))


@spec("QU-41")
def test_the_next_span_begins_anew():
    for n in range(21):
        enter(f"GUESS{n}")
    later = guessing.open_again(AT)

    assert (later - AT) <= guessing.SPAN
    assert not enter("ANOTHER", at=later - timedelta(seconds=1))
    assert enter("ANOTHER", at=later)


@spec("QU-41")
def test_the_same_wrong_code_counts_once_however_often_its_cart_is_priced():
    assert all(enter("EXPIRED", "TYPO") for _ in range(100))

    counts = FailedEntry.objects.filter(code="").values_list("source", "failures")
    assert dict(counts) == {"192.0.2.7": 2, "": 2}


@spec("QU-41")
def test_many_sources_together_have_a_budget_for_each_channel(monkeypatch):
    monkeypatch.setattr(guessing, "OF_CHANNEL", 5)
    sources = [Entrant("shop", f"192.0.2.{n}") for n in range(7)]

    assert [enter("GUESS", who=who) for who in sources] == [True] * 5 + [False] * 2
    assert guessing.is_blocked(Entrant("shop", "198.51.100.1"), AT)
    assert not guessing.is_blocked(Entrant("till", "counter 1"), AT)


@spec("QU-41")
def test_no_code_is_kept_as_it_was_entered_and_all_is_forgotten_after_a_day():
    enter("SECRET-TYPO")

    assert not FailedEntry.objects.filter(code__contains="SECRET").exists()
    assert guessing.forget(AT) == 3
    assert not FailedEntry.objects.exists()


def asked_of_a_cart():
    return priced(
        cart("1 mug @ 50.00", customer=customer("anna"), codes=["nothing", "spring"]),
        voucher("20%", "DV1", status=lg.VoucherStatus.REDEEMED),
        voucher("20%", "DV2", customer="ben"),
        voucher("10.00", "DV3", minimum="100.00"),
        promotion(
            off("1.00"), code="FAIR", promo_code="SPRING", window=window("2020-01-01", "2020-02-01")
        ),
    )


@spec("QU-41")
def test_what_failed_is_what_its_holder_could_do_nothing_about():
    quote = asked_of_a_cart()

    assert set(guessing.failed_codes(quote)) == {"NOTHING", "SPRING", "DV1", "DV2"}
    assert set(guessing.failed_in(quote.to_json())) == {"NOTHING", "FAIR", "DV1", "DV2"}


@spec("QU-41")
def test_unknown_expired_and_foreign_codes_are_told_apart_to_staff_only():
    quote = asked_of_a_cart()

    assert {r.code.value for r in quote.refusals} == {
        "unknown_code", "ended", "voucher_redeemed", "other_customer", "minimum_not_reached",
    }  # fmt: skip
    told = {r.offer: (r.code.value, r.sentence) for r in guessing.untold(quote)}
    assert told.pop("DV3")[0] == "minimum_not_reached"
    assert told == {
        code: ("unknown_code", f"The code {code} is not valid.")
        for code in ("NOTHING", "SPRING", "DV1", "DV2")
    }
