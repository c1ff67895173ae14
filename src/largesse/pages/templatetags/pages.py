"""`{% load pages %}`: figures, icons, states, and the parts that pages are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from largesse.engine.money import Currency
from largesse.pages import figures, icons, states, widgets
from largesse.pages.navigation import NavEntry, ShownGroup, shown
from largesse.pages.toasts import undo_of

register = template.Library()

NOTE_ICONS = {
    "given": "gift",
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-alert",
    "info": "info",
    "": "info",
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "search" %}`; `size` is sm (14 px) or lg (20 px), otherwise 16 px."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" icon-{size}" if size else "",
        static(icons.SHEET),
        icons.checked(name),
    )


# ── figures ──────────────────────────────────────────────────────────────────────────────────────


@register.filter(name="money")
def money_filter(amount: int | None, currency: Currency | str) -> str:
    """`{{ line.net|money:currency }}`: 1,234.50; nothing at all for None."""
    return "" if amount is None else figures.amount_text(amount, currency)


@register.filter
def money_or_dash(amount: int | None, currency: Currency | str) -> str:
    """As `money`, with a dash where nothing happened."""
    return figures.amount_text(amount, currency) if amount else figures.NOTHING


@register.filter
def money_or_free(amount: int, currency: Currency | str) -> str:
    """As `money`, for buyers: they read "Free", never 0.00."""
    return figures.amount_text(amount, currency) if amount else "Free"


@register.filter
def given(amount: int | None, currency: Currency | str) -> SafeString:
    """What a customer is given, a positive amount, as −25.00 in claret; a dash for nothing."""
    if not amount:
        return format_html('<span class="num faint">{}</span>', figures.NOTHING)
    return format_html('<span class="given num">{}</span>', figures.amount_text(-amount, currency))


@register.simple_tag
def money(
    amount: int | None,
    currency: Currency | str,
    *,
    zero: str = "amount",
    gives: bool = False,
    why: str = "",
    code: bool = False,
    opens: str = "",
) -> SafeString:
    """An amount with all that can be about it.

    `zero` says what stands for nothing: `amount` (0.00), `dash` or `free`. With `gives` the amount
    is what a customer is given. `why` is the address of its explanation; `opens` the id of a drawer
    that holds it. `code` puts the currency before it.
    """
    text = _amount_or_zero(amount or 0, currency, zero, gives)
    kind = "num given" if gives and (amount or zero == "free") else "num"
    unit = currency if isinstance(currency, str) else currency.code
    before = format_html('<span class="cur">{}</span>', unit) if code else ""
    if opens and amount:
        return format_html(
            '{}<button type="button" class="why {}" data-open="{}">{}</button>',
            before,
            kind,
            opens,
            text,
        )
    if why and amount:
        return format_html('{}<a class="why {}" href="{}">{}</a>', before, kind, why, text)
    return format_html('{}<span class="{}">{}</span>', before, kind, text)


def _amount_or_zero(amount: int, currency: Currency | str, zero: str, gives: bool) -> str:
    if not amount and zero != "amount":
        return {"dash": figures.NOTHING, "free": "Free"}[zero]
    return figures.amount_text(-amount if gives else amount, currency)


@register.filter
def percent(rate: int) -> str:
    """A rate in millionths: 10.25 %."""
    return figures.percent_text(rate)


@register.filter
def units(count: int, noun: str = "") -> str:
    """`{{ 3|units:"mug" }}`: 3 mugs; without a noun the count alone. `"box,boxes"` where s won't do."""
    return figures.units_text(count, noun) if noun else figures.count_text(count)


@register.filter
def day(value: dt.date | None, none: str = figures.NOTHING) -> SafeString | str:
    """21 Nov 2026, in the business's time zone, which the request has made the current one."""
    if value is None:
        return none
    local = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    return format_html(
        '<time datetime="{}" class="nowrap">{}</time>', value.isoformat(), figures.day_text(local)
    )


@register.filter
def moment(value: dt.datetime | None, precision: str = "minutes") -> SafeString | str:
    """21 Nov 2026, 11:42; with `moment:"seconds"` 11:42:09."""
    if value is None:
        return figures.NOTHING
    text = figures.moment_text(timezone.localtime(value), seconds=precision == "seconds")
    return format_html('<time datetime="{}" class="num nowrap">{}</time>', value.isoformat(), text)


@register.simple_tag
def badge(state: str, word: str = "") -> SafeString:
    """The state of a thing: `{% badge order.state %}`. `word` replaces the word, not the look."""
    look = states.badge_of(str(state), word)
    return format_html(
        '<span class="badge{}">{}{}</span>',
        f" badge-{look.tone}" if look.tone else "",
        icon(look.icon) if look.icon else "",
        look.word,
    )


# ── parts ────────────────────────────────────────────────────────────────────────────────────────


@register.inclusion_tag("pages/parts/ladder.html")
def ladder(rungs: Iterable[Any], currency: Currency | str) -> dict[str, Any]:
    """How a price came down, stage by stage: a row of `parts.Rung`."""
    return {"rungs": rungs, "currency": currency}


@register.inclusion_tag("pages/parts/tile.html")
def tile(
    name: str, figure: object, *, note: str = "", url: str = "", unit: str = "", trend: str = ""
) -> dict[str, Any]:
    """One figure of `.tiles`. `trend` (up or down) is good or bad news: the note's colour."""
    return {
        "name": name,
        "figure": figure,
        "note": note,
        "url": url,
        "unit": unit,
        "trend": trend,
    }


@register.inclusion_tag("pages/parts/receipt_row.html")
def receipt_row(
    label: str,
    amount: int | None,
    currency: Currency | str,
    kind: str = "",
    *,
    why: str = "",
    code: bool = False,
) -> dict[str, Any]:
    """A row of `.receipt`. `kind` is any of lead, sub, given, sum, due: a given amount is positive
    and shown with its minus. Without an amount the label stands alone.
    """
    return {
        "label": label,
        "amount": amount,
        "currency": currency,
        "kind": kind,
        "gives": "given" in kind.split(),
        "why": why,
        "code": code,
    }


@register.inclusion_tag("pages/parts/chip.html")
def chip(label: str, *, value: str = "", url: str = "", menu: str = "") -> dict[str, Any]:
    """A filter: dashed while unset (`menu` is the id of its menu), filled with its `value` when set
    (`url` is the address without it).
    """
    return {"label": label, "value": value, "url": url, "menu": menu}


@register.inclusion_tag("pages/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Where one is in a list, with the way on; every other parameter of the address is kept."""
    return {"page": page, "request": context.get("request")}


@register.inclusion_tag("pages/parts/tab.html", takes_context=True)
def tab(context: Context, label: str, url: str, count: int | None = None) -> dict[str, Any]:
    """A tab that is a page of its own; the current one is marked."""
    request = context.get("request")
    here = request is not None and request.path == url.partition("?")[0]
    return {"label": label, "url": url, "count": count, "here": here}


@register.simple_block_tag
def note(content: SafeString, tone: str = "", *, title: str = "", symbol: str = "") -> SafeString:
    """Advice: `{% note "warn" title="18.00 is left." %}It lapses …{% endnote %}`. A tone of given,
    good, warn, bad or info; `symbol` replaces the tone's icon.
    """
    return format_html(
        '<div class="note{}"{}>{}<div>{}{}</div></div>',
        f" note-{tone}" if tone else "",
        SafeString(' role="alert"') if tone == "bad" else "",
        icon(symbol or NOTE_ICONS[tone]),
        format_html("<b>{}</b> ", title) if title else "",
        content,
    )


@register.simple_block_tag
def nothing(content: SafeString, symbol: str, title: str, text: str) -> SafeString:
    """An empty state: what this is for in a sentence, and one button (the content)."""
    return format_html(
        '<div class="empty"><span class="disc">{}</span><h3>{}</h3><p>{}</p>'
        '<div class="bar">{}</div></div>',
        icon(symbol, "lg"),
        title,
        text,
        content,
    )


@register.simple_block_tag
def near_miss(
    content: SafeString,
    missing: str,
    effect: str,
    found: int,
    needed: int,
    *,
    saves: int = 0,
    currency: Currency | str = "USD",
) -> SafeString:
    """What is missing for an offer, how far one is, and (the content) the button that closes the
    gap: `{% near_miss "2 more tea towels" "give 10 % off all six." 4 6 saves=540 currency=c %}`.
    """
    return format_html(
        '<div class="nearmiss"><div class="rest"><p><b>{}</b> {}{}</p>'
        '<progress class="thin" max="{}" value="{}" aria-label="{} of {}"></progress></div>'
        '<span class="small faint num">{} of {}</span>{}</div>',
        missing,
        effect,
        format_html(' <span class="given">Saves {}</span>', figures.amount_text(saves, currency))
        if saves
        else "",
        *(needed, found, found, needed, found, needed),
        content,
    )


# ── forms ────────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def widget(bound: BoundField) -> SafeString:
    """A field's control with this design's classes."""
    return widgets.control(bound)


@register.inclusion_tag("pages/forms/field.html")
def field(
    bound: BoundField, *, unit: str = "", before: str = "", find: bool = False
) -> dict[str, Any]:
    """A field with its label, its hint and its error under it. `unit` stands behind the figure,
    `before` in front of it; `find` puts a magnifying glass there.
    """
    return {"field": bound, "unit": unit, "before": before, "find": find}


@register.filter
def widget_kind(bound: BoundField) -> str:
    """`check`, `switch`, `choices`, `tokens`, or `control`: which layout field.html gives it."""
    return widgets.kind(bound)


@register.inclusion_tag("pages/forms/errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with a form as a whole, above it."""
    return {"form": form}


# ── shells ───────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def groups_of(context: Context, entries: Iterable[NavEntry]) -> tuple[ShownGroup, ...]:
    """Navigation entries by group, with the current one marked."""
    request = context.get("request")
    return shown(entries, request.get_full_path() if request is not None else "")


@register.filter
def undo_address(extra_tags: str | None) -> str:
    """Where a toast's Undo posts to; empty where it has none."""
    return undo_of(extra_tags)
