"""Plain data becomes values; every fault is collected with its place, none stops the reading
(BI-1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from msgspec import Struct

from largesse.engine.actions import ACTIONS
from largesse.engine.actions.base import Action
from largesse.engine.benefits import BENEFITS
from largesse.engine.benefits.base import Benefit
from largesse.engine.cart import UNITS_MAX, Customer
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions import CONDITIONS
from largesse.engine.conditions.base import Condition
from largesse.engine.faults import Fault, shown
from largesse.engine.formats.shape import fields_of, unit_of, without_none
from largesse.engine.formats.wording import Place, article, did_you_mean, path_of
from largesse.engine.money import AMOUNT_MAX, Currency, exact_decimal, is_huge, percent
from largesse.engine.window import ALWAYS, Calendar, Window

KINDS: Mapping[type, Mapping[str, type]] = {
    Condition: CONDITIONS,
    Action: ACTIONS,
    Benefit: BENEFITS,
}
SHARED: Mapping[type, str] = {Condition: "condition", Action: "action"}
"""What promotions may share, and name instead of saying it."""

Reader = Callable[[Any, Place], Any]

FAULTY: Any = object()
"""Stands for a value that could not be read; its fault is told."""

YEARS = range(1900, 9999)
"""Instants lie in these years, so that a day or a period earlier or later is still a date."""


class _Plan(NamedTuple):
    """How a value type is read: a reader for each field, and the name of its window, if it has one."""

    readers: Mapping[str, Reader]
    required: frozenset[str]
    window: str


class DocumentReader:
    """Reads values of one document: it knows the document's currency, calendar, groups and
    customers.
    """

    def __init__(self, currency: Currency, calendar: Calendar):
        self.currency = currency
        self.calendar = calendar
        self.groups: dict[str, ProductGroup] = {}
        self.customers: dict[str, Customer] = {}
        self.shared: dict[type, dict[str, Any]] = {base: {} for base in SHARED}
        self.faults: list[Fault] = []
        self._readers: dict[Any, Reader] = {}
        self._plans: dict[type[Struct], _Plan] = {}
        self._sound = True
        self._rates: dict[str, int] = {}

    def read(self, hint: Any, value: Any, place: Place) -> Any:
        """The value of a type, or FAULTY when a fault was told."""
        return self._reader_for(hint)(value, place)

    def _reader_for(self, hint: Any) -> Reader:
        reader = self._readers.get(hint)
        if reader is None:
            reader = self._readers[hint] = self._reader(hint)
        return reader

    def take_faults(self) -> list[Fault]:
        """The faults so far, which are forgotten."""
        faults, self.faults, self._sound = self.faults, [], True
        return faults

    def fault(self, place: Place, value: Any, message: str) -> Any:
        self.faults.append(Fault(path_of(place), value, message))
        return FAULTY

    def _reader(self, hint: Any) -> Reader:
        inner, optional = without_none(hint)
        if optional:
            given = self._reader_for(inner)
            return lambda value, place: None if value is None else given(value, place)
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
            return lambda value, place: self._kind(hint, value, place)
        if issubclass(hint, StrEnum):
            names = tuple(member.value for member in hint)
            return lambda value, place: self._choice(value, place, names, hint)
        if issubclass(hint, Struct):
            return lambda value, place: self.struct(hint, value, place)
        simple: dict[type, Reader] = {
            str: self._text, int: self._whole, bool: self._flag, datetime: self._instant,
            date: self._day,
        }  # fmt: skip
        return simple[hint]

    def struct(self, struct: type[Struct], value: Any, place: Place, *, skip: str = "") -> Any:
        """A value type from its fields by name; what it has of a window is `starts` and `ends`."""
        if not isinstance(value, Mapping):
            return self.fault(place, value, f"is an object with fields, not {article(value)}")
        if self._sound and (quick := self._sound_struct(struct, value, place, skip)) is not FAULTY:
            return quick
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
                self.fault(
                    (*place, name), value[name], f"is not a field here{did_you_mean(name, known)}"
                )
        if any(item is FAULTY for item in found.values()):
            return FAULTY
        made = struct(**found)
        if len(self.faults) == told:
            for name, message in _own_faults(made):
                self.fault((*place, name), value.get(name), message)
        return made

    def _sound_struct(
        self, struct: type[Struct], value: Mapping[str, Any], place: Place, skip: str
    ) -> Any:
        """The value, looking only at the fields that are given, as long as nothing is wrong.

        From the first fault on, everything is looked at in its order and told: FAULTY says so.
        """
        plan = self._plans.get(struct)
        if plan is None:
            plan = self._plans[struct] = self._plan(struct)
        told = len(self.faults)
        found: dict[str, Any] = {}
        for name, given in value.items():
            reader = plan.readers.get(name)
            if reader is not None:
                found[name] = reader(given, (*place, name))
            elif name != skip and not (plan.window and name in ("starts", "ends")):
                self._sound = False
                return FAULTY
        if plan.window:
            is_open = "starts" not in value and "ends" not in value
            found[plan.window] = ALWAYS if is_open else self._window(value, place)
        if self._sound and len(self.faults) == told and plan.required <= found.keys():
            made = struct(**found)
            if not _own_faults(made):
                return made
        self._sound = False
        del self.faults[told:]
        return FAULTY

    def _plan(self, struct: type[Struct]) -> _Plan:
        fields = fields_of(struct)
        return _Plan(
            {f.name: self._reader_for(f.type) for f in fields if f.type is not Window},
            frozenset(f.name for f in fields if f.required),
            next((f.name for f in fields if f.type is Window), ""),
        )

    def _kind(self, base: type, value: Any, place: Place) -> Any:
        """A condition, an action or a benefit: an object with its kind, or the name of a shared one."""
        kinds = KINDS[base]
        if isinstance(value, str) and base in SHARED:
            word, known = SHARED[base], self.shared[base]
            return known[value] if self.named(value, known, word, place) else FAULTY
        if not isinstance(value, Mapping) or "kind" not in value:
            return self.fault((*place, "kind"), None, f"is missing; one of {', '.join(kinds)}")
        kind = value["kind"]
        if not isinstance(kind, str) or kind not in kinds:
            return self.fault(
                (*place, "kind"),
                kind,
                f"{shown(kind)} is no kind{did_you_mean(kind, kinds)}; one of {', '.join(kinds)}",
            )
        return self.struct(kinds[kind], value, place, skip="kind")

    def _list(self, hint: Any, value: Any, place: Place) -> Any:
        if not isinstance(value, (list, tuple)):
            return self.fault(place, value, f"is a list, not {article(value)}")
        items = [self.read(hint, item, (*place, i)) for i, item in enumerate(value)]
        return FAULTY if any(item is FAULTY for item in items) else tuple(items)

    def _set(self, hint: Any, value: Any, place: Place) -> Any:
        items = self._list(hint, value, place)
        return FAULTY if items is FAULTY else frozenset(items)

    def _mapping(self, hint: Any, value: Any, place: Place) -> Any:
        if not isinstance(value, Mapping):
            return self.fault(place, value, f"is an object, not {article(value)}")
        items = {
            self._text(key, place): self.read(hint, item, (*place, key))
            for key, item in value.items()
        }
        faulty = FAULTY in items or any(item is FAULTY for item in items.values())
        return FAULTY if faulty else items

    def _choice(
        self, value: Any, place: Place, names: tuple[str, ...], make: Callable[[str], Any]
    ) -> Any:
        if not isinstance(value, str) or value not in names:
            choice = f"{', '.join(names)}{did_you_mean(value, names)}"
            return self.fault(place, value, f"{shown(value)} is not one of {choice}")
        return make(value)

    def _group(self, value: Any, place: Place) -> Any:
        if self.named(value, self.groups, "product group", place):
            return self.groups[str(value)]
        return FAULTY

    def _customer(self, value: Any, place: Place) -> Any:
        if isinstance(value, Mapping):
            return self.struct(Customer, value, place)
        if self.named(value, self.customers, "customer", place):
            return self.customers[str(value)]
        return FAULTY

    def named(self, value: Any, known: Collection[str], what: str, place: Place) -> bool:
        """Whether a name is one of those that the document has; if not, that is told."""
        name = str(value) if type(value) is int else value
        if isinstance(name, str) and name in known:
            return True
        self.fault(place, value, f"no {what} {shown(value)}{did_you_mean(value, known)}")
        return False

    def _text(self, value: Any, place: Place) -> Any:
        if isinstance(value, str):
            if not value.isascii() and _SURROGATE.search(value):
                return self.fault(place, value, "has half of a character, which no file can hold")
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            # An unquoted 4711 is a number to JSON and YAML.
            return str(value)
        return self.fault(place, value, f"is text, not {article(value)}")

    def _whole(self, value: Any, place: Place) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return self.fault(place, value, f"{shown(value)} is not a whole number")
        if abs(value) > AMOUNT_MAX:
            return self.fault(place, value, f"{shown(value)} is too large")
        return value

    def _flag(self, value: Any, place: Place) -> Any:
        if not isinstance(value, bool):
            return self.fault(place, value, f"is true or false, not {shown(value)}")
        return value

    def _quantity(self, value: Any, place: Place) -> Any:
        number = exact_decimal(value)
        if number is None:
            return self.fault(
                place, value, f"{shown(value)} is not a quantity; write it like 3 or 1.250"
            )
        if is_huge(number) or not 0 < number <= UNITS_MAX:
            return self.fault(place, value, f"a quantity is more than 0 and at most {UNITS_MAX:,}")
        return int(number) if number == number.to_integral_value() else number

    def _money(self, value: Any, place: Place) -> Any:
        try:
            amount = self.currency.parse(value)
        except ValueError as wrong:
            return self.fault(place, value, str(wrong))
        if amount < 0:
            return self.fault(place, value, f"{value} is negative; amounts are 0 or more")
        return amount

    def _percent(self, value: Any, place: Place) -> Any:
        known = self._rates.get(value) if type(value) is str else None
        if known is not None:
            return known
        try:
            rate = percent(value)
        except ValueError as wrong:
            return self.fault(place, value, str(wrong))
        if rate < 0:
            return self.fault(place, value, f"{value} is negative; percentages are 0 or more")
        if type(value) is str:
            self._rates[value] = rate
        return rate

    def _instant(self, value: Any, place: Place) -> Any:
        try:
            instant = _parsed(value)
        except ValueError:
            return self.fault(
                place, value, f"{shown(value)} is not a time; write it like 2026-11-21T10:30:00Z"
            )
        if instant.year not in YEARS:
            years = f"{YEARS[0]} to {YEARS[-1]}"
            return self.fault(place, value, f"{shown(value)} is not in the years {years}")
        if not isinstance(instant, datetime):
            return self.calendar.midnight(instant)
        return instant if instant.tzinfo else instant.replace(tzinfo=self.calendar.zone)

    def _day(self, value: Any, place: Place) -> Any:
        try:
            day = _parsed(value)
        except ValueError:
            day = None
        if day is None or isinstance(day, datetime) or day.year not in YEARS:
            return self.fault(
                place, value, f"{shown(value)} is not a day; write it like 2026-11-21"
            )
        return day

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


_SURROGATE = re.compile("[\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _parsed(value: Any) -> date | datetime:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.match(value):
        raise ValueError(value)
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


def _own_faults(made: Struct) -> list[tuple[str, str]]:
    check = getattr(made, "faults", None)
    return list(check()) if check is not None else []
