"""The wholesale business, in the records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rep.store import OnOrder, Rep, set_up


@pytest.fixture
def wholesale(db: None) -> Iterator[None]:
    """The wholesale business; when a test is over, its books must balance."""
    from largesse.ledger import checking as journal
    from largesse.orders.checking import orders as checking

    set_up()
    yield
    assert journal.check() == ()
    assert checking.check() == ()


@pytest.fixture
def rep(wholesale: None) -> Rep:
    return Rep()


@pytest.fixture
def order(rep: Rep) -> OnOrder:
    """An empty order for Olive Provisions."""
    return OnOrder(rep)
