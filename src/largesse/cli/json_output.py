"""What a command answers programs is one JSON document on the standard output, and nothing else there.

Amounts are exact decimal strings and instants ISO 8601 with their zone. Where the API tells the same
thing, the document is what the API tells. Messages go to the standard error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from msgspec import Struct

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def print_json(value: Any) -> None:
    """Print a value of structs and plain data as one document, indented for people who look."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_json_rows(values: Iterable[Any]) -> None:
    """Print an array as its values come, a line each: it may be too long to be held at once."""
    import msgspec

    opening = "["
    for each in values:
        typer.echo(f"{opening}\n{msgspec.json.encode(each).decode()}", nl=False)
        opening = ","
    typer.echo("[]" if opening == "[" else "\n]")


def only(values: Sequence[Any]) -> Any:
    """What there is one of by itself, or all of them."""
    return values[0] if len(values) == 1 else values


def with_fields(told: Struct, **fields: Any) -> dict[str, Any]:
    """What the API tells of something, and what the command says beside it."""
    from msgspec import UNSET, structs

    said = {name: value for name, value in structs.asdict(told).items() if value is not UNSET}
    return {**said, **fields}
