"""The JSON Schema of the file format, derived from the value types (IF-3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from msgspec import NODEFAULT, Struct

from largesse.engine.cart import Customer
from largesse.engine.catalog import ProductGroup
from largesse.engine.formats.document import SECTIONS
from largesse.engine.formats.reader import KINDS, SHARED
from largesse.engine.formats.shape import docs_of, fields_of, summary, unit_of, without_none
from largesse.engine.formats.writer import plain
from largesse.engine.money import Currency
from largesse.engine.window import WEEKDAYS, Window

AMOUNT = {
    "description": 'An exact decimal amount, as in "12.34".',
    "anyOf": [{"type": "string", "pattern": r"^\d+(\.\d+)?$"}, {"type": "number", "minimum": 0}],
}
PERCENTAGE = {
    "description": 'A percentage with up to 4 decimals, as in "12.5".',
    "anyOf": [
        {"type": "string", "pattern": r"^\d+(\.\d{1,4})?$"},
        {"type": "number", "minimum": 0},
    ],
}
INSTANT = {
    "description": "A day, or an instant; without an offset it is in the business's time zone.",
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$",
}
DAY = {
    "description": "A day.",
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}$",
}
# An unquoted 4711 is a number to JSON and YAML.
TEXT: dict[str, Any] = {"type": ["string", "integer"]}
QUANTITY = {
    "description": "Whole units, or up to 3 decimals for a weighed product.",
    "anyOf": [{"type": "string", "pattern": r"^\d+(\.\d{1,3})?$"}, {"type": "number"}],
}


def document_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a document in format 1."""
    schema = _Schema()
    sections = {
        name: {"type": "array", "items": schema.of(struct, top=True)}
        for name, struct in SECTIONS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Largesse document",
        "description": "Products, offers, customers, history, parties and carts: all that is "
        "needed to price.",
        "type": "object",
        "required": ["format"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": 1},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "default": "USD"},
            "rounding": {"enum": ["half_up", "half_even"], "default": "half_up"},
            "time_zone": {"type": "string", "default": "UTC"},
            "week_starts": {"enum": list(WEEKDAYS), "default": "monday"},
            **sections,
        },
        "$defs": dict(sorted(schema.definitions.items())),
    }


class _Schema:
    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}

    def of(self, hint: Any, *, top: bool = False) -> dict[str, Any]:
        inner, optional = without_none(hint)
        if optional:
            return {"anyOf": [self.of(inner), {"type": "null"}]}
        unit = unit_of(hint)
        if unit is not None:
            return AMOUNT if unit == "money" else PERCENTAGE
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (tuple, frozenset):
            return {"type": "array", "items": self.of(arguments[0])}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if origin in (Union, UnionType) and set(arguments) == {int, Decimal}:
            return QUANTITY
        return self._of_class(hint, top=top)

    def _of_class(self, hint: type, *, top: bool) -> dict[str, Any]:
        if hint is ProductGroup and not top:
            return {**TEXT, "description": "The code of a product group."}
        if hint is Customer and not top:
            return {"anyOf": [TEXT, self._reference(Customer)]}
        if hint in KINDS:
            shared = self._kinds(hint)
            return {"oneOf": self.definitions[hint.__name__]["oneOf"][1:]} if top else shared
        if issubclass(hint, StrEnum):
            return {"enum": [member.value for member in hint]}
        if issubclass(hint, Struct):
            return self._reference(hint)
        simple = {
            str: TEXT,
            int: {"type": "integer"},
            bool: {"type": "boolean"},
            datetime: INSTANT,
            date: DAY,
        }
        return simple[hint]

    def _reference(self, struct: type[Struct]) -> dict[str, Any]:
        name = struct.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._struct(struct)
        return {"$ref": f"#/$defs/{name}"}

    def _kinds(self, base: type) -> dict[str, Any]:
        name = base.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            kinds = KINDS[base]
            for kind, struct in kinds.items():
                self.definitions[f"{name}.{kind}"] = self._struct(struct, kind)
            self.definitions[name] = {
                "oneOf": [
                    *(
                        [{"type": "string", "description": f"The name of a shared {SHARED[base]}."}]
                        if base in SHARED
                        else []
                    ),
                    *({"$ref": f"#/$defs/{name}.{kind}"} for kind in kinds),
                ]
            }
        return {"$ref": f"#/$defs/{name}"}

    def _struct(self, struct: type[Struct], kind: str | None = None) -> dict[str, Any]:
        docs = docs_of(struct)
        properties: dict[str, Any] = {} if kind is None else {"kind": {"const": kind}}
        required = [] if kind is None else ["kind"]
        for name, hint, needed, default in fields_of(struct):
            if hint is Window:
                properties |= {"starts": INSTANT, "ends": INSTANT}
                continue
            about = dict(self.of(hint))
            if name in docs:
                about["description"] = docs[name]
            if default is not NODEFAULT and isinstance(default, (str, int, bool)):
                about["default"] = plain(default, Currency("USD"), hint)
            properties[name] = about
            # A cart in a file has an id and lines with ids by their numbers.
            if needed and not (struct.__name__ == "CartLine" and name == "id"):
                required.append(name)
        return {
            "type": "object",
            "description": summary(struct),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
