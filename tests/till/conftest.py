"""The small store with a till, in the records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import committed_database
from tests.till.store import Till, set_up

__all__ = ["committed_database"]


@pytest.fixture
def store(db: None) -> Iterator[None]:
    """The store; when a test is over, its books must balance."""
    from largesse.ledger import checking as journal
    from largesse.orders.checking import orders as checking

    set_up()
    yield
    assert journal.check() == ()
    assert checking.check() == ()


@pytest.fixture
def till(store: None) -> Till:
    """A cashier at till 1 of Pearl Street."""
    return Till()
