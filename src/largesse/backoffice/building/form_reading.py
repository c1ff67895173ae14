"""A form that was sent becomes a definition in the file format; what can't be read stays as typed, so
that the reader of all files tells what is wrong and nothing is lost.

A control is named by the place that it is of, as faults tell it: `conditions[0].of[1].minimum`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import QueryDict
from msgspec import NODEFAULT

from largesse.backoffice.building.kind_forms import Input, Widget, inputs_of
from largesse.engine.formats.reader import KINDS
from largesse.engine.formats.writer import plain
from largesse.engine.money import Currency, percent_string
from largesse.records import AmountFormField, RateFormField

OMITTED: Final[Any] = object()
"""Stands for a field that the definition needn't say."""


class FormReader:
    """Reads what a browser sent, knowing the business's currency."""

    def __init__(self, sent: QueryDict, currency: Currency):
        self.sent = sent
        self.currency = currency
        self.amounts = AmountFormField(required=False)
        self.amounts.known = currency
        self.rates = RateFormField(required=False)

    def fields(self, inputs: Sequence[Input], place: str) -> dict[str, Any]:
        """The fields that the definition has to say."""
        found = {i.name: self.field(i, f"{place}.{i.name}" if place else i.name) for i in inputs}
        return {name: value for name, value in found.items() if value is not OMITTED}

    def field(self, asked: Input, name: str) -> Any:
        """The value of one field, or OMITTED where nothing differs from its default."""
        value = self._value(asked, name)
        if value is None:
            no_default = asked.default in (None, NODEFAULT)
            return OMITTED if no_default or not asked.nullable else None
        if value is OMITTED or self._is_default(asked, value):
            return OMITTED
        return value

    def _value(self, asked: Input, name: str) -> Any:
        match asked.widget:
            case Widget.CHECK:
                return name in self.sent
            case Widget.SEVERAL:
                return _if_any(_in_order(self.sent.getlist(name), asked), asked)
            case Widget.LINES:
                return _if_any(self._lines(asked, name), asked)
            case Widget.PAIRS:
                return _if_any(self._pairs(asked, name), asked)
            case Widget.STRUCT:
                return _if_any(self.fields(asked.inputs, name), asked)
            case Widget.ROWS:
                return _if_any(self._rows(asked, name), asked)
            case Widget.PARTS:
                return _if_any(self.parts(asked.of, name), asked)
            case Widget.PART:
                return self.part(asked.of, name)
            case _:
                return self._typed(asked.widget, self._text(name))

    def _text(self, name: str) -> str:
        return (self.sent.get(name) or "").replace("\r\n", "\n").strip()

    def _typed(self, widget: Widget, text: str) -> Any:
        if not text:
            return None
        if widget is Widget.WHOLE:
            return _whole(text)
        if widget is Widget.AMOUNT:
            return self._decimal(self.amounts, text)
        if widget is Widget.PERCENT:
            return self._decimal(self.rates, text)
        if widget is Widget.QUANTITY:
            return _whole(text)
        return text

    def _decimal(self, field: AmountFormField | RateFormField, text: str) -> str:
        try:
            units = field.to_python(text)
        except ValidationError:
            return text
        assert units is not None
        is_amount = isinstance(field, AmountFormField)
        return self.currency.format(units) if is_amount else percent_string(units)

    def _lines(self, asked: Input, name: str) -> list[Any]:
        several = self.sent.getlist(name)
        texts = [each.strip() for text in several for each in text.splitlines()]
        found = [_whole(text) if asked.of is int else text for text in texts if text]
        return _in_order(found, asked)

    def _pairs(self, asked: Input, name: str) -> dict[str, Any]:
        found = {}
        for line in self._text(name).splitlines():
            key, _, text = line.partition(":")
            if key.strip():
                found[key.strip()] = _whole(text.strip()) if asked.of is int else text.strip()
        return found

    def _rows(self, asked: Input, name: str) -> list[dict[str, Any]]:
        return [self.fields(asked.inputs, each) for each in self._entries(name)]

    def parts(self, base: type, name: str) -> list[Any]:
        """The conditions or actions of a list."""
        return [self.part(base, each) for each in self._entries(name)]

    def _entries(self, name: str) -> list[str]:
        found: list[str] = []
        while f"{name}[{len(found)}].was" in self.sent:
            found.append(f"{name}[{len(found)}]")
        return found

    def part(self, base: type, place: str) -> Any:
        """One condition or action: the name of a shared one, or a kind with its fields.

        `was` is the kind whose fields the form showed. Where another was chosen since, what both
        kinds ask for stays.
        """
        used = self._text(f"{place}.use")
        if used:
            return used
        was, kind = self._text(f"{place}.was"), self._text(f"{place}.kind")
        shown = KINDS[base].get(was)
        given = self.fields(inputs_of(shown), place) if shown is not None else {}
        wanted = KINDS[base].get(kind)
        if kind != was and shown is not None and wanted is not None:
            types = {each.name: each.type for each in inputs_of(shown)}
            same = {i.name for i in inputs_of(wanted) if types.get(i.name) == i.type}
            given = {name: value for name, value in given.items() if name in same}
        return {"kind": kind, **given} if kind else OMITTED

    def _is_default(self, asked: Input, value: Any) -> bool:
        default = asked.default
        if default is NODEFAULT:
            return False
        return bool(plain(default, self.currency, asked.type) == value)


def _if_any(found: Any, asked: Input) -> Any:
    return found if found or asked.required else OMITTED


def _in_order(found: list[Any], asked: Input) -> list[Any]:
    return sorted(set(found), key=str) if asked.is_set else found


_WHOLE: Final = re.compile(r"-?\d{1,20}", re.ASCII)


def _whole(text: str) -> Any:
    """A whole number, or the text that is none."""
    plain_text = text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", text) else text
    return int(plain_text) if _WHOLE.fullmatch(plain_text) else text
