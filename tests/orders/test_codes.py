"""Single-use codes: made in bulk, each for one order (PR-6)."""

from __future__ import annotations

import string
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from largesse.crm.models import Customer
from largesse.engine.faults import Faults
from largesse.engine.refusals import RefusalCode
from largesse.ledger.models import Event
from largesse.offers import codes, promotions, vouchers
from largesse.offers.codes import KeyTaken
from largesse.offers.models import CodeBatch, Promotion, SingleUseCode
from largesse.orders.cancelling import cancel
from largesse.orders.placing import place
from largesse.orders.quoting import quote
from tests.orders.offers import bought, buys, gives_back, on_offer, saved
from tests.orders.store import AT, cart, deed, done, later, order_of
from tests.words import soak, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def spring(store: None) -> Promotion:
    return on_offer(single_use_codes=True)


def made(promotion: Promotion, count: int = 1, **more: Any) -> list[str]:
    """The codes of a new batch."""
    batch, _ = codes.generate(promotion, count, at=AT, by="ines", **more)
    return sorted(batch.codes.values_list("code", flat=True))


def refusal(code: str, who: str | None = "anna", at: datetime = AT) -> RefusalCode:
    """Why a code gives nothing."""
    (found,) = quote(cart("1 POT", codes=(code,), buyer=who, at=at)).refusals
    return found.code


def faults(of: Callable[..., Any], *said: Any, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Faults) as raised:
        of(*said, **more)
    return [(fault.place, fault.message) for fault in raised.value.faults]


# --- one code --------------------------------------------------------------------------------------


@spec("PR-6")
def test_the_promotion_is_given_with_one_of_its_codes_and_not_without(spring: Promotion) -> None:
    (code,) = made(spring)
    assert quote(cart("1 POT")).discount == 0
    assert quote(cart("1 POT", codes=(code,))).discount == 1000


@spec("PR-6")
def test_a_code_is_used_once_and_two_codes_twice(spring: Promotion) -> None:
    one, two = made(spring, 2)
    found = [saved(buys("1 POT", codes=(code,))) for code in (one, one, two)]
    assert found == [1000, 0, 1000]
    assert refusal(one) is RefusalCode.CODE_USED


@spec("PR-6")
def test_a_code_is_read_without_case_and_white_space(spring: Promotion) -> None:
    (code,) = made(spring, prefix="may-")
    assert code.startswith("MAY-")
    spoken = f" {code[:6].lower()} {code[6:]} "
    assert saved(buys("1 POT", codes=(spoken,))) == 1000
    assert saved(buys("1 POT", codes=(code,))) == 0


@spec("PR-6", "OR-5")
def test_a_code_comes_back_when_its_order_is_cancelled_or_its_units_are_given_back(
    spring: Promotion,
) -> None:
    (code,) = made(spring)
    done(cancel(buys("1 POT", codes=(code,)), deed()))
    order_id = bought("2 POT", "1 HAT", codes=(code,))
    gives_back(order_id, "1: 1")
    assert refusal(code) is RefusalCode.CODE_USED
    gives_back(order_id, "1: 1")
    assert saved(buys("1 POT", codes=(code,))) == 1000


@spec("PR-6", "BI-2")
def test_a_code_holds_in_its_window(spring: Promotion) -> None:
    (code,) = made(spring, starts=later(days=1), ends=later(days=2))
    assert refusal(code) is RefusalCode.NOT_STARTED
    assert refusal(code, at=later(days=2)) is RefusalCode.ENDED
    assert saved(buys("1 POT", codes=(code,), at=later(days=1))) == 1000


@spec("PR-6", "BI-2")
def test_a_customers_code_is_for_that_customer(spring: Promotion) -> None:
    (code,) = made(spring)
    SingleUseCode.objects.update(customer=Customer.objects.get(number="anna"))
    assert refusal(code, "dora") is RefusalCode.OTHER_CUSTOMER
    assert refusal(code, None) is RefusalCode.OTHER_CUSTOMER
    assert saved(buys("1 POT", codes=(code,))) == 1000


@spec("PR-6")
def test_a_void_code_is_not_known_and_one_that_was_used_stays_used(spring: Promotion) -> None:
    unused, used = made(spring, 2)
    order_id = buys("1 POT", codes=(used,))
    assert codes.void(SingleUseCode.objects.all(), at=AT, by="ines") == 2
    assert codes.void(SingleUseCode.objects.all(), at=AT, by="ines") == 0
    assert refusal(unused) is RefusalCode.UNKNOWN_CODE
    assert saved(order_id) == 1000
    done(cancel(order_id, deed()))
    assert refusal(used) is RefusalCode.UNKNOWN_CODE


@spec("PR-6", "OR-2")
def test_a_code_that_is_made_void_while_an_order_is_placed_is_not_taken(
    spring: Promotion, monkeypatch: pytest.MonkeyPatch
) -> None:
    from largesse.orders import placing

    (code,) = made(spring)
    real: Callable[..., Any] = placing.priced  # type: ignore[attr-defined]

    def priced(asked: Any) -> Any:
        found = real(asked)
        codes.void(SingleUseCode.objects.all(), at=AT, by="ines")
        return found

    monkeypatch.setattr(placing, "priced", priced)
    assert order_of(place(cart("1 POT", codes=(code,)), deed())).discount == 0


@spec("PR-6")
def test_codes_are_looked_up_in_one_query(
    spring: Promotion, django_assert_num_queries: Callable[[int], Any]
) -> None:
    known = made(spring, 5)
    buys("1 POT", codes=(known[0],))
    with django_assert_num_queries(1):
        found = codes.code_values([*known, "NONE"], "anna", automatic=True)
    assert {code: value.used for code, value in found.items()} == {
        code: code == known[0] for code in known
    }


# --- many ------------------------------------------------------------------------------------------


@spec("PR-6")
def test_codes_are_different_and_have_no_letters_that_look_alike(spring: Promotion) -> None:
    found = made(spring, 1000, length=8)
    assert len(set(found)) == 1000
    letters = set("".join(found))
    assert letters <= {*string.ascii_uppercase, *string.digits} - {*"ILOU"}
    assert len(letters) == 32


@spec("PR-6")
def test_a_code_that_anybody_could_guess_is_not_made(spring: Promotion) -> None:
    told = faults(codes.generate, spring, 1000, at=AT, by="ines", length=5)
    assert told == [("length", "is 6 to 20")]
    told = faults(codes.generate, spring, 1100, at=AT, by="ines", length=6)
    assert told == [("length", "is 7 or more for so many codes, or one is guessed")]


@spec("PR-6")
def test_all_that_is_wrong_with_a_batch_is_told_at_once() -> None:
    promotion = on_offer()
    wrong = {"prefix": "é", "label": "x" * 121, "starts": AT, "ends": AT}
    told = faults(codes.generate, promotion, 0, at=AT, by="ines", **wrong)
    assert [place for place, _ in told] == ["promotion", "count", "prefix", "label", "ends"]
    assert "takes no single-use codes" in told[0][1]


@spec("PR-6")
def test_a_new_code_is_none_that_there_is_already(
    spring: Promotion, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_offer(code="GENERIC", promo_code="GEN")
    (taken,) = made(spring)
    drawn = iter([[taken, "DV1", "GEN", "NEW1"], ["NEW1", "NEW2", "NEW3"], ["NEW4"]])
    monkeypatch.setattr(codes, "new_codes", lambda *_: next(drawn))
    assert made(spring, 4) == ["NEW1", "NEW2", "NEW3", "NEW4"]


@spec("PR-6", "VO-1")
def test_a_voucher_and_a_generic_code_are_no_code_that_there_is(spring: Promotion) -> None:
    (taken,) = made(spring)
    told = faults(vouchers.create, [taken], percent=100_000, at=AT, by="ines")
    assert told == [("numbers", "is a single-use code")]


@spec("PR-6", "OR-3")
def test_the_same_key_makes_one_batch_and_another_request_under_it_is_refused(
    spring: Promotion,
) -> None:
    asked: dict[str, Any] = {"at": AT, "by": "ines", "key": "k", "body": b"3"}
    first, repeated = codes.generate(spring, 3, **asked)
    again, repeated_then = codes.generate(spring, 3, **asked)
    assert (first, repeated, repeated_then) == (again, False, True)
    assert SingleUseCode.objects.count() == 3
    with pytest.raises(KeyTaken):
        codes.generate(spring, 4, **{**asked, "body": b"4"})


@spec("PR-6", "JO-1")
def test_the_journal_says_who_made_codes_and_who_made_them_void(spring: Promotion) -> None:
    made(spring, 2, label="The fair")
    codes.void(SingleUseCode.objects.all(), at=AT, by="tom", reason="printed twice")
    told = Event.objects.filter(kind__startswith="codes").order_by("id")
    assert list(told.values_list("kind", "actor", "reason")) == [
        ("codes_generated", "ines", "2 for SPRING"),
        ("codes_voided", "tom", "printed twice"),
    ]
    batch = CodeBatch.objects.get()
    assert (batch.label, batch.count, batch.made_by) == ("The fair", 2, "ines")


@spec("PR-6")
def test_an_archived_promotion_gets_no_codes(spring: Promotion) -> None:
    archived = promotions.archive(spring, by=None, at=AT)
    told = faults(codes.generate, archived, 1, at=AT, by="ines")
    assert told == [("promotion", "is archived; restore it first")]


@soak
@spec("PR-6")
def test_a_hundred_thousand_codes_are_made_within_seconds(spring: Promotion) -> None:
    began = time.monotonic()
    batch, _ = codes.generate(spring, 100_000, at=AT, by="ines")
    assert time.monotonic() - began < 20
    assert batch.codes.count() == 100_000
