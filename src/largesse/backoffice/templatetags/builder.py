"""Buttons of the promotion builder: each says what it does to the draft."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from largesse.pages.templatetags.pages import icon as drawn

register = template.Library()


@register.simple_tag(takes_context=True)
def deed(
    context: Context,
    name: str,
    place: str,
    *,
    word: str = "",
    icon: str = "",
    words: str = "",
    label: str = "",
    id: str = "",
    look: str = "",
) -> SafeString:
    """A button that does something to the draft at a place, with words, or an icon and its label."""
    value = " ".join(part for part in (name, place, word) if part)
    classes = f"btn btn-sm {look}" if words else "btn btn-bare btn-icon btn-sm"
    attributes: list[tuple[str, Any]] = [("id", id), ("aria-label", label), ("title", label)]
    shown = format_html("{}{}", drawn(icon) if icon else "", words)
    focus = mark_safe(" autofocus") if id and context.get("focus") == id else ""
    return format_html(
        '<button class="{}" name="do" value="{}" hx-post="{}" hx-target="#cards"{}{}>{}</button>',
        classes.strip(),
        value,
        context.get("address", ""),
        _written(attributes),
        focus,
        shown,
    )


def _written(attributes: list[tuple[str, Any]]) -> SafeString:
    parts = [format_html(' {}="{}"', name, value) for name, value in attributes if value]
    return mark_safe("".join(parts))


@register.filter
def split(text: str) -> list[str]:
    """`{% for word in "all any none"|split %}`"""
    return text.split()
