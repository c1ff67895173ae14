"""The shop that many clients use at once, and its twin with bugs in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.concurrency.shop import Shop, shops


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They run on both databases, and one after the other: each wants the whole machine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.django_db(databases=[]))
            item.add_marker(pytest.mark.xdist_group("shop"))


@pytest.fixture
def shop(pytestconfig: pytest.Config) -> Iterator[Shop]:
    """A shop as its owner runs it; after each test its books must balance (QU-28)."""
    one = shops(pytestconfig).plain
    yield one
    assert one.office.check() == []


@pytest.fixture
def rigged(pytestconfig: pytest.Config) -> Shop:
    """A shop with bugs that can be switched on."""
    return shops(pytestconfig).rigged
