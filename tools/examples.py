"""An example of each kind of condition, action and benefit, found from its fields: what it needs, and
what its own faults ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal, get_args, get_origin

from msgspec import Struct

from largesse.engine.actions.base import Action
from largesse.engine.benefits.base import Benefit
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.reader import FAULTY, DocumentReader
from largesse.engine.formats.shape import Shape, fields_of, unit_of, without_none
from largesse.engine.money import Currency
from largesse.engine.window import Calendar

CURRENCY: Final = Currency("USD")

GROUP: Final = "mugs"

WORDS: Final[Mapping[str, Any]] = {
    "account": "bonus",
    "description": "Host reward",
    "promotion": "WELCOME",
    "product": "MUG",
    "products": ["MUG", "HAT"],
    "codes": ["HELLO"],
    "countries": ["AT", "DE"],
    "currencies": ["EUR"],
    "expression": "cart.units >= 3",
    "locations": ["vienna"],
    "methods": ["express"],
    "organizations": ["school"],
    "tags": ["club"],
}
"""What fields of these names are often; where it is no value of the field, its type says what is."""

TELLING: Final = ("include", "products", "minimum", "percent", "days", "earliest")
"""Fields that need not be given, and without which an example says little."""


CONDITIONS: Final = ({"kind": "first_order"}, {"kind": "customer_tags", "tags": ["club"]})
"""What conditions are made of."""


def reader() -> DocumentReader:
    """A reader that knows what the examples name."""
    made = DocumentReader(CURRENCY, Calendar())
    made.groups = {GROUP: ProductGroup(GROUP, frozenset({"MUG"}), "Mugs")}
    return made


def words_of(value: Condition | Action | Benefit) -> str:
    """An example in words; a benefit is said of some products."""
    return value.said("Mugs", CURRENCY) if isinstance(value, Benefit) else value.said(CURRENCY)


def example(base: type, kind: str, struct: type[Struct]) -> dict[str, Any]:
    """What a file may say of a kind. Raises LookupError where nothing that is sound was found."""
    shapes = {shape.name: shape for shape in fields_of(struct)}
    found: dict[str, Any] = {"kind": kind}
    found |= {name: _sample(shape) for name, shape in shapes.items() if shape.required}
    for name in (name for name in TELLING if name in shapes and name not in found):
        if name != "percent" or shapes[name].default is None:
            more = {**found, name: _sample(shapes[name])}
            found = more if _faulty(base, more) is None else found
    tried = {*found}
    while (faulty := _faulty(base, found)) is not None:
        if faulty not in shapes or faulty in tried:
            raise LookupError(f"no example of {kind}: {faulty or 'it'} is wrong in {found}")
        tried.add(faulty)
        found[faulty] = _sample(shapes[faulty])
    return found


def _faulty(base: type, said: Mapping[str, Any]) -> str | None:
    """The first field that is wrong; None where all is sound."""
    here = reader()
    value = here.read(base, said, ())
    if value is not FAULTY and not here.faults:
        return None
    return here.faults[0].place.partition(".")[0].partition("[")[0]


def _sample(shape: Shape) -> Any:
    inner, _ = without_none(shape.type)
    if shape.name in WORDS and _is_words(inner):
        return WORDS[shape.name]
    return _of_type(inner)


def _is_words(hint: Any) -> bool:
    return hint is str or (get_origin(hint) in (tuple, frozenset) and get_args(hint)[0] is str)


def _of_type(hint: Any) -> Any:
    unit = unit_of(hint)
    if unit is not None:
        return "50.00" if unit == "money" else 10
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return arguments[0]
    if origin in (tuple, frozenset):
        return list(CONDITIONS) if arguments[0] is Condition else [_of_type(arguments[0])]
    samples: dict[type, Any] = {
        int: 2,
        bool: True,
        date: "2026-06-01",
        ProductGroup: GROUP,
        Condition: CONDITIONS[0],
    }
    if hint in samples:
        return samples[hint]
    if issubclass(hint, Struct):
        return {s.name: _sample(s) for s in fields_of(hint) if s.required or s.name == "percent"}
    return next(iter(hint)).value
