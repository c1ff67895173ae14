"""The shop that is killed under load, and its twin with bugs in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.concurrency.conftest import rigged, shop

__all__ = ["rigged", "shop"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They run on both databases, and in the process that has made the shop."""
    for item in items:
        in_here = Path(__file__).parent in item.path.parents
        if in_here and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(databases=[]))
            item.add_marker(pytest.mark.xdist_group("shop"))
