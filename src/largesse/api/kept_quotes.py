"""The parts of a quote that an order keeps in the file format become what they were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from msgspec import Struct

from largesse.engine.formats.shape import fields_of, unit_of, without_none
from largesse.engine.money import Currency, percent
from largesse.engine.refusals import Refusal
from largesse.engine.window import Window

Part = TypeVar("Part", bound=Struct)

_COMPARED: Final = ("needed", "found")


def part_of(struct: type[Part], item: Mapping[str, Any], currency: Currency) -> Part:
    """A part of a quote as it was before it was written down."""
    found: dict[str, Any] = {}
    for name, hint, _, _ in fields_of(struct):
        if hint is Window:
            found[name] = Window(*(_instant(item.get(edge)) for edge in ("from", "until")))
        elif name in item:
            found[name] = _number(unit_of(without_none(hint)[0]), item[name], currency)
    if struct is Refusal and item.get("unit") == "money":
        found |= {name: currency.parse(found[name]) for name in _COMPARED if name in found}
    if isinstance(found.get("quantity"), str):
        found["quantity"] = Decimal(found["quantity"])
    return struct(**found)


def _number(unit: str | None, said: Any, currency: Currency) -> Any:
    """What was written down, in minor units or millionths where it is money or a percentage."""
    match unit:
        case "money":
            return currency.parse(said)
        case "percent":
            return percent(said)
        case _:
            return said


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
