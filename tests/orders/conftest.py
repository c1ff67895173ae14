"""The small business, in the records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def store(db: None) -> Iterator[None]:
    """The small business; when a test is over, its books must balance."""
    from largesse.ledger import checking as journal
    from largesse.orders.checking import orders as checking
    from tests.orders.store import set_up

    set_up()
    yield
    assert journal.check() == ()
    assert checking.check() == ()
