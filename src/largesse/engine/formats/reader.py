"""Plain data becomes values; every fault is collected with its place, none stops the reading
(BI-1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from msgspec import Struct

from largesse.engine.actions import ACTIONS
from largesse.engine.actions.base import Action
from largesse.engine.cart import Customer
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions import CONDITIONS
from largesse.engine.conditions.base import Condition
from largesse.engine.faults import Fault
from largesse.engine.formats.shape import fields_of, unit_of, without_none
from largesse.engine.money import AMOUNT_MAX, Currency, percent
from largesse.engine.window import ALWAYS, Calendar, Window

KINDS: Mapping[type, Mapping[str, type]] = {Condition: CONDITIONS, Action: ACTIONS}

Place = tuple[Any, ...]
Reader = Callable[[Any, Place], Any]

FAULTY: Any = object()
"""Stands for a value that could not be read; its fault is told."""


class DocumentReader:
    """Reads values of one document: it knows the document's currency, calendar, groups and
    customers.
    """

    def __init__(self, currency: Currency, calendar: Calendar):
        self.currency = currency
        self.calendar = calendar
        self.groups: dict[str, ProductGroup] = {}
        self.customers: dict[str, Customer] = {}
        self.faults: list[Fault] = []
        self._readers: dict[Any, Reader] = {}

    def read(self, hint: Any, value: Any, place: Place) -> Any:
        """The value of a type, or FAULTY when a fault was told."""
        reader = self._readers.get(hint)
        if reader is None:
            reader = self._readers[hint] = self._reader(hint)
        return reader(value, place)

    def fault(self, place: Place, value: Any, message: str) -> Any:
        self.faults.append(Fault(path_of(place), value, message))
        return FAULTY

    def _reader(self, hint: Any) -> Reader:
        inner, optional = without_none(hint)
        if optional:
            return lambda value, place: None if value is None else self.read(inner, value, place)
        unit = unit_of(hint)
        if unit is not None:
            return self._money if unit == "money" else self._percent
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return lambda value, place: self._choice(value, place, arguments, str)
        if origin is tuple:
            return lambda value, place: self._list(arguments[0], value, place)
        if origin is frozenset:
            return lambda value, place: self._set(arguments[0], value, place)
        if origin is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping)):
            return lambda value, place: self._mapping(arguments[1], value, place)
        if origin in (Union, UnionType) and set(arguments) == {int, Decimal}:
            return self._quantity
        if isinstance(hint, type):
            return self._reader_of_class(hint)
        raise TypeError(f"no way to read {hint}")

    def _reader_of_class(self, hint: type) -> Reader:
        if hint is ProductGroup:
            return self._group
        if hint is Customer:
            return self._customer
        if hint in KINDS:
            return lambda value, place: self._kind(KINDS[hint], value, place)
        if issubclass(hint, StrEnum):
            names = tuple(member.value for member in hint)
            return lambda value, place: self._choice(value, place, names, hint)
        if issubclass(hint, Struct):
            return lambda value, place: self.struct(hint, value, place)
        simple: dict[type, Reader] = {
            str: self._text, int: self._whole, bool: self._flag, datetime: self._instant
        }  # fmt: skip
        return simple[hint]

    def struct(self, struct: type[Struct], value: Any, place: Place, *, skip: str = "") -> Any:
        """A value type from its fields by name; what it has of a window is `starts` and `ends`."""
        if not isinstance(value, Mapping):
            return self.fault(place, value, f"is an object with fields, not {_article(value)}")
        found: dict[str, Any] = {}
        known = {skip} if skip else set()
        told = len(self.faults)
        for name, hint, required, default in fields_of(struct):
            if hint is Window:
                known |= {"starts", "ends"}
                found[name] = self._window(value, place)
                continue
            known.add(name)
            if name in value:
                item = self.read(hint, value[name], (*place, name))
            elif required:
                item = self.fault((*place, name), None, "is missing")
            else:
                item = default
            # With its default in the place of what is wrong, the rest can still be looked at.
            found[name] = default if item is FAULTY and not required else item
        for name in value:
            if name not in known:
                self.fault((*place, name), value[name], f"is not a field here{_hint(name, known)}")
        if any(item is FAULTY for item in found.values()):
            return FAULTY
        made = struct(**found)
        if len(self.faults) == told:
            for name, message in _own_faults(made):
                self.fault((*place, name), value.get(name), message)
        return made

    def _kind(self, kinds: Mapping[str, type], value: Any, place: Place) -> Any:
        if not isinstance(value, Mapping) or "kind" not in value:
            return self.fault((*place, "kind"), None, f"is missing; one of {', '.join(kinds)}")
        kind = value["kind"]
        if not isinstance(kind, str) or kind not in kinds:
            return self.fault(
                (*place, "kind"),
                kind,
                f"{kind!r} is no kind{_hint(kind, kinds)}; one of {', '.join(kinds)}",
            )
        return self.struct(kinds[kind], value, place, skip="kind")

    def _list(self, hint: Any, value: Any, place: Place) -> Any:
        if not isinstance(value, (list, tuple)):
            return self.fault(place, value, f"is a list, not {_article(value)}")
        items = [self.read(hint, item, (*place, i)) for i, item in enumerate(value)]
        return FAULTY if any(item is FAULTY for item in items) else tuple(items)

    def _set(self, hint: Any, value: Any, place: Place) -> Any:
        items = self._list(hint, value, place)
        return FAULTY if items is FAULTY else frozenset(items)

    def _mapping(self, hint: Any, value: Any, place: Place) -> Any:
        if not isinstance(value, Mapping):
            return self.fault(place, value, f"is an object, not {_article(value)}")
        items = {str(key): self.read(hint, item, (*place, key)) for key, item in value.items()}
        return FAULTY if any(item is FAULTY for item in items.values()) else items

    def _choice(
        self, value: Any, place: Place, names: tuple[str, ...], make: Callable[[str], Any]
    ) -> Any:
        if value not in names:
            return self.fault(
                place, value, f"{value!r} is not one of {', '.join(names)}{_hint(value, names)}"
            )
        return make(value)

    def _group(self, value: Any, place: Place) -> Any:
        if not isinstance(value, str) or value not in self.groups:
            return self.fault(
                place, value, f"no product group {value!r}{_hint(value, self.groups)}"
            )
        return self.groups[value]

    def _customer(self, value: Any, place: Place) -> Any:
        if isinstance(value, Mapping):
            return self.struct(Customer, value, place)
        if not isinstance(value, str) or value not in self.customers:
            return self.fault(place, value, f"no customer {value!r}{_hint(value, self.customers)}")
        return self.customers[value]

    def _text(self, value: Any, place: Place) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            # YAML reads an unquoted 4711 as a number.
            return str(value)
        return self.fault(place, value, f"is text, not {_article(value)}")

    def _whole(self, value: Any, place: Place) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return self.fault(place, value, f"{_shown(value)} is not a whole number")
        if abs(value) > AMOUNT_MAX:
            return self.fault(place, value, f"{value} is too large")
        return value

    def _flag(self, value: Any, place: Place) -> Any:
        if not isinstance(value, bool):
            return self.fault(place, value, f"is true or false, not {_shown(value)}")
        return value

    def _quantity(self, value: Any, place: Place) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
            return self.fault(
                place, value, f"{_shown(value)} is not a quantity; write it like 3 or 1.250"
            )
        try:
            number = Decimal(value)
        except ArithmeticError:
            return self.fault(
                place, value, f"{value!r} is not a quantity; write it like 3 or 1.250"
            )
        if not number.is_finite():
            return self.fault(
                place, value, f"{value!r} is not a quantity; write it like 3 or 1.250"
            )
        return int(number) if isinstance(value, int) or number == int(number) else number

    def _money(self, value: Any, place: Place) -> Any:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            return self.fault(
                place, value, f'{_shown(value)} is not an amount; write it like "12.34"'
            )
        try:
            amount = self.currency.parse(str(value))
        except ValueError as wrong:
            return self.fault(place, value, str(wrong))
        if amount < 0:
            return self.fault(place, value, f"{value} is negative; amounts are 0 or more")
        return amount

    def _percent(self, value: Any, place: Place) -> Any:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            return self.fault(
                place, value, f"{_shown(value)} is not a percentage; write it like 12.5"
            )
        try:
            rate = percent(str(value))
        except ValueError as wrong:
            return self.fault(place, value, str(wrong))
        if not 0 <= rate <= 10**9:
            return self.fault(place, value, f"{value} is not a percentage from 0 on")
        return rate

    def _instant(self, value: Any, place: Place) -> Any:
        try:
            instant = _parsed(value)
        except ValueError:
            return self.fault(
                place, value, f"{_shown(value)} is not a time; write it like 2026-11-21T10:30:00Z"
            )
        if not isinstance(instant, datetime):
            return self.calendar.midnight(instant)
        return instant if instant.tzinfo else instant.replace(tzinfo=self.calendar.zone)

    def _window(self, value: Mapping[str, Any], place: Place) -> Any:
        """`starts` and `ends`, both inclusive, in the business's time zone (PR-1)."""
        edges: list[datetime | None] = []
        for name in ("starts", "ends"):
            given = value.get(name)
            if given is None:
                edges.append(None)
                continue
            read = self._instant(given, (*place, name))
            if read is FAULTY:
                return ALWAYS
            if name == "ends":
                whole_day = not isinstance(_parsed(given), datetime)
                read = (
                    self.calendar.midnight(_parsed(given) + timedelta(days=1))
                    if whole_day
                    else read + timedelta(microseconds=1)
                )
            edges.append(read)
        start, end = edges
        if start is not None and end is not None and end <= start:
            self.fault((*place, "ends"), value["ends"], f"ends before it starts, {value['starts']}")
            return ALWAYS
        return Window(start, end)


def _parsed(value: Any) -> date | datetime:
    if isinstance(value, (date, datetime)):
        return value
    if not isinstance(value, str):
        raise ValueError(value)
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


def path_of(place: Place) -> str:
    """A place as people write it.

    >>> path_of(("carts", 0, "lines", 2, "quantity"))
    'carts[0].lines[2].quantity'
    """
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def _own_faults(made: Struct) -> list[tuple[str, str]]:
    check = getattr(made, "faults", None)
    return list(check()) if check is not None else []


def _hint(word: Any, known: Any) -> str:
    if not isinstance(word, str) or len(known) > 5000:
        return ""
    close = get_close_matches(word, [str(k) for k in known], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _article(value: Any) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true or false",
        type(None): "nothing",
    }
    return names.get(type(value), "a number")


def _shown(value: Any) -> str:
    return repr(str(value)) if isinstance(value, (str, Decimal)) else str(value)
