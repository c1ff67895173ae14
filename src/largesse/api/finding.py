"""A record is named in an address by its id, or by its code, SKU or number."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import QuerySet

from largesse.api.problems import Trouble
from largesse.ids import parse_id
from largesse.records import Record

Kept = TypeVar("Kept", bound=Record)


def found(rows: QuerySet[Kept], said: str, natural: str | None = None) -> Kept:
    """The record that is meant. Raises `Trouble` where there is none."""
    model = rows.model
    record = None
    try:
        record = rows.filter(id=parse_id(model.prefix, said)).first()
    except ValueError:
        if natural is not None and "\0" not in said:
            record = rows.filter(**{natural: said}).first()
    if record is None:
        noun = str(model._meta.verbose_name)
        raise Trouble("not_found", f"There is no {noun} {said[:80]!r} that the key may see.")
    return record
