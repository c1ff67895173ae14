"""The small shop, in the records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.shop.store import Shopper, set_up


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Real hashing is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def shop(db: None) -> Iterator[None]:
    """The small shop; when a test is over, its books must balance."""
    from largesse.ledger import checking as journal
    from largesse.orders.checking import orders as checking

    set_up()
    yield
    assert journal.check() == ()
    assert checking.check() == ()


@pytest.fixture
def shopper(shop: None) -> Shopper:
    """A guest."""
    return Shopper()
