"""`{% load shop %}`: what only the shop's pages say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.utils.safestring import SafeString

from largesse.orders.credit import purses as credit_purses
from largesse.pages import icons
from largesse.pages.templatetags import pages

register = template.Library()

BUYERS_WORDS: Final = {"held": "Awaiting payment", "placed": "Ordered", "posted": "Completed"}
"""States whose words are the business's own; the others read alike to buyers."""


@register.simple_tag
def product_icon(name: str) -> SafeString:
    """The icon that staff chose for a product; a parcel where the sheet has no such icon."""
    return pages.icon(name if name in icons.names() else "package")


@register.simple_tag
def order_badge(state: str) -> SafeString:
    """The state of an order in a buyer's words."""
    return pages.badge(state, BUYERS_WORDS.get(state, ""))


@register.filter
def payment_words(payment: Mapping[str, str]) -> str:
    """What pays a part of an order."""
    return credit_purses.payment_words(payment["kind"], payment["code"])


@register.filter
def at(mapping: Mapping[str, Any], key: str) -> Any:
    """What a mapping has at a key, or nothing."""
    return mapping.get(key, "")
