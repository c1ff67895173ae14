"""An offer as its definition in the file format, for those who would rather write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml
from django import forms

from largesse.backoffice.entry_pages import EntryForm
from largesse.engine.faults import Fault
from largesse.engine.formats.text import parse_text, rows_of


class DefinitionField(forms.CharField):
    """An offer in the file format; what is wrong is told by the reader of all files."""

    widget = forms.Textarea(attrs={"class": "definition", "rows": 24, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        text = (value or "").replace("\r\n", "\n")
        if not text.strip():
            return None
        try:
            found = parse_text(text)
        except ValueError as wrong:
            raise forms.ValidationError(f"It can't be read: {wrong}.") from None
        if not isinstance(found, Mapping):
            raise forms.ValidationError("An offer has fields such as code: and title:.")
        return found

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Mapping) else value


FIRST: Final = ("code", "title", "description")
LAST: Final = ("conditions", "actions", "sets", "tiers")
"""What people look for at the top of a definition, and what is long."""


def written(definition: Mapping[str, Any]) -> str:
    """A definition as people edit it: its names first, what is long last."""
    middle = [name for name in definition if name not in (*FIRST, *LAST)]
    names = [name for name in (*FIRST, *middle, *LAST) if name in definition]
    ordered = {name: definition[name] for name in names}
    text: str = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=100)
    return text


class TextForm(EntryForm):
    """A definition, why it changes, and the revision that it was made from."""

    definition = DefinitionField(label="Definition")
    reason = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="It is kept with the revision.",
    )
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def tell(self, faults: Sequence[Fault] | Any) -> None:
        """Every fault under the definition, with its line."""
        rows = rows_of(self.data.get("definition", ""), (fault.place for fault in faults))
        for fault in faults:
            row = rows.get(fault.place)
            self.add_error("definition", f"Line {row}: {fault}." if row else f"{fault}.")
