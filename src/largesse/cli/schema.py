"""The JSON Schema of the file format."""

from __future__ import annotations

from largesse.cli.json_output import AsJson, print_json


def schema(as_json: AsJson = False) -> None:
    """Print the JSON Schema of the file format: JSON in any case."""
    from largesse.engine.formats.schema import document_schema

    print_json(document_schema())
