"""`{% load backoffice %}`: what the list pages of records are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import template
from django.contrib.admin import ListFilter
from django.contrib.admin.utils import flatten
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Page
from django.db.models.options import Options
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from largesse.backoffice import journal
from largesse.backoffice.amounts import shown
from largesse.backoffice.day_filter import DaysBetween
from largesse.backoffice.subjects import SECTIONS
from largesse.orders.models import Order, OrderLine
from largesse.pages.states import badge_of
from largesse.pages.templatetags.pages import icon

register = template.Library()


class ShownFilter(NamedTuple):
    """A filter of a list: its title, what is chosen in it, and the addresses of all choices.

    `without` is the address that takes the filter away; empty where nothing is chosen. `days` is the
    filter where days are entered instead of chosen from some.
    """

    title: str
    chosen: str
    without: str
    choices: list[dict[str, Any]]
    days: DaysBetween | None = None


@register.simple_tag
def filters_of(cl: ChangeList) -> list[ShownFilter]:
    """The filters of a list with their choices."""
    return [_shown(cl, spec) for spec in cl.filter_specs]


def _shown(cl: ChangeList, spec: ListFilter) -> ShownFilter:
    choices: list[Any] = list(spec.choices(cl))
    every, *rest = choices
    chosen = next((str(choice["display"]) for choice in rest if choice["selected"]), "")
    return ShownFilter(
        str(spec.title).capitalize(),
        chosen,
        every["query_string"] if chosen else "",
        rest,
        spec if isinstance(spec, DaysBetween) else None,
    )


@register.simple_tag
def page_of(cl: ChangeList) -> Page[Any]:
    """Which page of a list is shown."""
    return Page([], cl.page_num, cl.paginator)


@register.simple_tag
def page_address(cl: ChangeList, number: int) -> str:
    """The address of another page of the same list."""
    return cl.get_query_string({PAGE_VAR: number})


@register.simple_tag
def address_without(cl: ChangeList, *names: str) -> str:
    """The address of the same list without some of what it is asked for."""
    return cl.get_query_string(remove=list(names))


@register.filter
def is_filtered(cl: ChangeList) -> bool:
    """Whether anything keeps rows off a list."""
    return bool(cl.query or cl.has_active_filters or cl.params)


@register.filter
def cell(html: str) -> SafeString:
    """A cell of Django's as our tables know it: check boxes are `.pick`, flags our own icons."""
    picked = html.replace('class="action-checkbox"', 'class="pick"')
    return mark_safe(_FLAG.sub(lambda found: _FLAGS[found.group(1)], picked))


_FLAG = re.compile(r'<img src="[^"]*" alt="(True|False|None)">')
_FLAGS = {
    "True": f'<span class="good">{icon("check")}<span class="sr">Yes</span></span>',
    "False": '<span class="faint">–<span class="sr">No</span></span>',
    "None": '<span class="faint">–</span>',
}


@register.filter
def section_of(opts: Options[Any]) -> str:
    """The section of the settings that a kind of record belongs to; empty for the others."""
    view = f"admin:{opts.app_label}_{opts.model_name}_changelist"
    return next((title for title, found in SECTIONS if view in [s.view for s in found]), "")


@register.filter
def has_errors(fieldset: Any) -> bool:
    """Whether a field of a part of a form is wrong, so that the part has to be open."""
    errors = fieldset.form.errors
    return any(name in errors for name in flatten(fieldset.fields))


@register.filter
def marked(name: str, words: str) -> SafeString:
    """A name in which the words that were searched for stand out, where it has them as they are."""
    at = name.casefold().find(words.casefold()) if words else -1
    if at < 0:
        return format_html("{}", name)
    end = at + len(words)
    return format_html('{}<b class="mid">{}</b>{}', name[:at], name[at:end], name[end:])


# ── orders ───────────────────────────────────────────────────────────────────────────────────────


@register.filter
def event_words(kind: str) -> str:
    """What happened, in a word or two."""
    return journal.event_words(kind)


@register.filter
def state_words(state: str) -> str:
    """A state of an order, in the words of its badge."""
    return badge_of(state).word


@register.filter
def person(actor: str, names: Mapping[str, str]) -> str:
    """Who did something, as people read it."""
    return names.get(actor, actor)


@register.filter
def channel_words(channel: str) -> str:
    return channel.replace("_", " ").capitalize()


@register.filter
def given_of(line: OrderLine) -> Any:
    """What all offers took off a line."""
    return line.gross - line.net


@register.filter
def tax_of(line: OrderLine) -> Any:
    """The tax of a line, whether it is part of its price or comes on top."""
    return line.tax or line.tax_included


@register.filter
def order_tax(order: Order) -> Any:
    return order.tax or order.tax_included


@register.filter
def tax_words(_: object, order: Order) -> str:
    """What the total says of its tax."""
    if order.tax_included:
        return f"tax {shown(order.tax_included, order.currency)} included"
    return f"with tax {shown(order.tax, order.currency)}" if order.tax else "no tax"


@register.filter
def paid_words(order: Order) -> str:
    """What value vouchers and credit pay of the total."""
    sums = {"value_voucher": 0, "credit_account": 0}
    for payment in order.payments:
        sums[payment["kind"]] += payment["amount"]
    words = {"vouchers pay": sums["value_voucher"], "credit pays": sums["credit_account"]}
    return ", ".join(f"{who} {shown(n, order.currency)}" for who, n in words.items() if n)
