"""Orders keep to the model, whatever is done in whatever order (QU-23)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils.module_loading import import_string
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import committed_database
from tests.words import soak, spec

__all__ = ["committed_database"]

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = 50


@pytest.fixture
def business(committed_database: str) -> Iterator[None]:
    """The machine's business in a database where a commit is one."""
    from largesse.offers.current import forget
    from tests.machine import machine, partying

    forget()
    machine.set_up()
    partying.set_up()
    yield
    forget()


def run(examples: int, name: str = "referring.ReferringMachine", **more: Any) -> int:
    """Let a machine run so often; how many operations that were."""
    from tests.machine.machine import Machine

    before = Machine.operations
    run_state_machine_as_test(
        import_string(f"tests.machine.{name}"),
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )
    return Machine.operations - before


def check_books() -> None:
    from largesse.ledger.checking import check as check_ledger
    from largesse.orders.checking.orders import check as check_orders

    assert check_ledger() == ()
    assert check_orders() == ()


PARTIES = "partying.PartyMachine"


@spec("QU-23", "QU-28", "OR-1", "OR-6")
def test_some_hundred_operations_keep_to_the_model(business: None) -> None:
    assert run(6, derandomize=True) > 200
    check_books()


@spec("QU-23", "QU-28", "SP-1", "SP-12")
def test_parties_and_their_hosts_keep_to_the_model(business: None) -> None:
    assert run(6, PARTIES, derandomize=True) > 200
    check_books()


@soak
@spec("QU-23", "QU-28")
def test_a_million_operations_keep_to_the_model(
    business: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """MACHINE_OPERATIONS says how many, where a million is too long."""
    wanted = int(os.environ.get("MACHINE_OPERATIONS", "1000000"))
    done, began = 0, time.monotonic()
    while done < wanted:
        some = min(50, -(-(wanted - done) // STEPS))
        done += run(some) + run(some, PARTIES)
        rate = done / (time.monotonic() - began)
        with capsys.disabled():
            print(f"\r{done:,} operations, {rate:.0f} a second", end="", flush=True)
    check_books()


# --- controls: with a bug planted, the machine finds it --------------------------------------------


def refund_has_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("largesse.orders.refunding._refusal", lambda *_: None)


def refund_keeps_free_units(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders.returning.giving_back import Returned

    monkeypatch.setattr(Returned, "_free_units", lambda *_: 0)


def cancelling_keeps_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    from msgspec.structs import replace

    from largesse.orders import cancelling

    real = cancelling.given_back

    def given_back(*said: Any, **more: Any) -> Any:
        return replace(real(*said, **more), movements=())

    monkeypatch.setattr(cancelling, "given_back", given_back)


def key_is_not_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.ledger import writing
    from tests.concurrency.bugs import with_another_key

    real = writing.carry_out
    monkeypatch.setattr(writing, "carry_out", lambda plan: real(with_another_key(plan)))


def price_is_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    from msgspec.structs import replace

    from largesse.orders import placing

    real = placing.sell

    def sell(cart: Any, deed: Any, sale: Any) -> Any:
        return real(cart, deed, replace(sale, confirmed_due=None))

    monkeypatch.setattr(placing, "sell", sell)


def decides_about_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders import deciding

    real = deciding.not_to_decide

    def not_to_decide(deed: Any, order: Any) -> Any:
        found = real(deed, order)
        return None if found is not None and found.code == "own_referral" else found

    monkeypatch.setattr(deciding, "not_to_decide", not_to_decide)


def declining_keeps_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders import deciding

    monkeypatch.setattr(deciding, "holds_given_up", lambda *_: ())


def posting_does_not_look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("largesse.orders.parties.rewarding.award_changed", lambda *_: None)


def returns_are_not_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders.parties.consequences import NOTHING

    monkeypatch.setattr("largesse.orders.parties.correcting._of_guest", lambda *_: NOTHING)


def reversing_keeps_charges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("largesse.orders.parties.reversing._charges_back", lambda _: ())


def guests_order_when_they_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("largesse.orders.parties.admitting._no_guest", lambda _: None)


PARTY_BUGS: list[Any] = [
    returns_are_not_corrected,
    # What these take comes together once in a thousand steps.
    pytest.param(guests_order_when_they_like, marks=soak),
    pytest.param(posting_does_not_look_again, marks=soak),
    pytest.param(reversing_keeps_charges, marks=soak),
]


@pytest.mark.parametrize("plant", PARTY_BUGS)
def test_control_the_machine_of_parties_finds_a_planted_bug(
    business: None, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run(1000, PARTIES, derandomize=True, print_blob=False)


BUGS: list[Any] = [
    cancelling_keeps_everything,
    decides_about_its_own,
    declining_keeps_everything,
    key_is_not_claimed,
    price_is_not_confirmed,
    # What these take comes together once in a thousand steps.
    pytest.param(refund_has_no_bound, marks=soak),
    pytest.param(refund_keeps_free_units, marks=soak),
]


@pytest.mark.parametrize("plant", BUGS)
def test_control_the_machine_finds_a_planted_bug(
    business: None, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError)):
        run(100, derandomize=True, print_blob=False)
