"""The JSON Schema of the file format."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of the file format."""
    from largesse.engine.formats.schema import document_schema

    typer.echo(json.dumps(document_schema(), indent=2, ensure_ascii=False))
