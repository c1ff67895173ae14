"""`largesse schema` prints the JSON Schema of the file format."""

import json

import pytest

from largesse.engine.formats.schema import document_schema
from tests.cli.command import run


@pytest.mark.spec("IF-3", "IF-10")
def test_it_prints_the_schema():
    answer = run("schema")

    assert answer.exit_code == 0
    assert json.loads(answer.output) == document_schema()
