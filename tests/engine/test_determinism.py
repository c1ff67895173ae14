"""The same book, cart and facts give the same bytes in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

import largesse
from tests.engine.worlds import Plain, documents, spree_documents
from tests.words import spec

PRICE_ALL = """
import json, sys
import largesse as lg
from largesse.engine.formats.document import document_of
for data in json.load(sys.stdin):
    document = document_of(data)
    for cart in document.carts:
        quote = lg.price(document.book, cart, document.facts(cart), steps=20)
        sys.stdout.buffer.write(quote.to_json())
"""


def some_documents(count: int, of: SearchStrategy[Plain]) -> list[Plain]:
    found: list[Plain] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(of)
    def collect(data: Plain) -> None:
        found.append(data)

    collect()
    return found


def priced_with(seed: str, data: list[Plain]) -> bytes:
    """All quotes of documents, by a process with a hash seed of its own."""
    source = Path(largesse.__file__).parents[1]
    answer = subprocess.run(
        [sys.executable, "-c", PRICE_ALL],
        input=json.dumps(data).encode(),
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(source)},
        check=False,
    )
    assert answer.returncode == 0, answer.stderr.decode()
    return answer.stdout


@spec("QU-25")
@pytest.mark.parametrize(
    "count", [80, pytest.param(2000, marks=pytest.mark.soak)], ids=["some", "many"]
)
def test_other_hash_seeds_give_the_same_bytes(count):
    data = [
        *some_documents(count * 3 // 4, documents()),
        *some_documents(count // 4, spree_documents()),
    ]
    first = priced_with("0", data)

    assert first.count(b'"adjustments"') == count
    for seed in ("1", "2", "4711"):
        assert priced_with(seed, data) == first


GOLDEN = Path(__file__).parent / "golden"
"""Documents and the digest of their quotes, written once: every Python must come to the same bytes.

`python -m tests.engine.test_determinism` writes both anew, when quotes are meant to change; with the
name of one of the documents, only those.
"""
WORLDS = {"documents": documents(), "sprees": spree_documents()}


def golden_quotes(name: str) -> str:
    data = json.loads((GOLDEN / f"{name}.json").read_text())
    return sha256(priced_with("0", data)).hexdigest()


@spec("QU-25")
@pytest.mark.parametrize("name", WORLDS)
def test_every_python_gives_the_bytes_that_were_written_once(name):
    assert golden_quotes(name) == (GOLDEN / f"{name}.sha256").read_text().strip()


if __name__ == "__main__":
    for name in sys.argv[1:] or WORLDS:
        GOLDEN.joinpath(f"{name}.json").write_text(json.dumps(some_documents(25, WORLDS[name])))
        GOLDEN.joinpath(f"{name}.sha256").write_text(golden_quotes(name) + "\n")
