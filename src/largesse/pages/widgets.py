"""Django's widgets, dressed as this design's controls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString


class PagesRenderer(DjangoTemplates):
    """The FORM_RENDERER: `{{ form }}` and `{{ field.as_field_group }}` come out in this design."""

    form_template_name = "pages/forms/form.html"
    field_template_name = "pages/forms/field.html"


class Switch(forms.CheckboxInput):
    """A check box whose effect is on at once."""


def kind(bound: BoundField) -> str:
    """Which layout a field takes: `check`, `switch`, `choices` or `control`."""
    match bound.field.widget:
        case Switch():
            return "switch"
        case forms.CheckboxInput():
            return "check"
        case forms.RadioSelect() | forms.CheckboxSelectMultiple():
            return "choices"
        case _:
            return "control"


def control(bound: BoundField) -> SafeString:
    """The widget's HTML with the classes that its kind needs; its own classes are kept."""
    own = bound.field.widget.attrs.get("class", "")
    classes = " ".join(part for part in (_base_class(bound.field.widget), own) if part)
    attrs: dict[str, Any] = {"class": classes} if classes else {}
    return bound.as_widget(attrs=attrs)


def _base_class(widget: forms.Widget) -> str:
    match widget:
        case forms.CheckboxInput():
            return ""
        case forms.SelectMultiple():
            return "input"
        case forms.Select():
            return "select"
        case forms.NumberInput():
            return "input money"
        case _:
            return "input"
