"""Files to give to the command."""

import json
from pathlib import Path

import pytest

from tests.formats.documents import SHOP, SMALL


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A file with one cart."""
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, "utf-8")
    return file


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A file that uses everything, with two carts."""
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(SHOP, indent=2), "utf-8")
    return file
