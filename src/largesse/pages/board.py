"""The board: every part of the design on one page, made with the same tags as the product's pages."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from largesse.engine.money import Currency
from largesse.pages.parts import Rung
from largesse.pages.widgets import Switch

COLOURS = (
    ("canvas", "page"),
    ("surface", "card, control"),
    ("sunken", "heads, feet"),
    ("hover", "row under the pointer"),
    ("line", "dividers"),
    ("edge", "edges of controls, 3:1"),
    ("ink", "text"),
    ("ink-2", "second voice"),
    ("ink-3", "hints, heads"),
    ("accent", "fills"),
    ("accent-mark", "bars, tabs"),
    ("accent-soft", "selected, gifts"),
    ("good", "posted, proven"),
    ("warn", "held, nearly used"),
    ("bad", "error, declined"),
    ("info", "planned, new"),
    ("plot-1", "promotions"),
    ("plot-2", "deals"),
    ("plot-3", "partner vouchers"),
    ("plot-4", "allotments"),
    ("plot-5", "sprees"),
    ("plot-6", "giveaways, rest"),
    ("plot-7", "by hand"),
)
TYPES = (
    ("40", "60.00", "amount due at the till"),
    ("28", "Your cart", "titles in the shop"),
    ("22", "Preferred customers, 15 % off", "page titles, figures of tiles"),
    ("18", "Apply Kitchen mix?", "dialogs, the till's body"),
    ("16", "Line by line", "the shop's body, sections"),
    ("14", "Applied without asking, once a year.", "the back office's body"),
    ("13", "CN-110, 140 in stock", "tables, second voice"),
    ("12", "Needed 10, found 7", "heads, hints, badges"),
)
STATES = (
    ("draft", "referred", "declined", "pending", "placed", "posted", "cancelled"),
    ("partly_refunded", "refunded", "created", "assigned", "redeemed", "expired", "void"),
    ("active", "planned", "paused", "ended", "qualifies", "not_met", "applied"),
)
LADDER = (
    Rung("Gross", 100_00),
    Rung("Allotments", 100_00, 0),
    Rung("Deals", 100_00, 0),
    Rung("Promotions", 75_00, 25_00, "#promotions"),
    Rung("Voucher 20 %", 60_00, 15_00, "#voucher"),
    Rung("Total", 60_00),
)
DEALS = (
    ("Apron net price", "APRON 42", "active", dt.date(2026, 12, 31), 41, 1968_00),
    ("Boards 5 off", "BOARD-5", "active", None, 28, 620_00),
    ("Candle bonus", "CANDLE 10+1", "active", dt.date(2026, 12, 31), 611, 9204_00),
    ("Glassware any 6", "GLASS 6", "planned", dt.date(2027, 2, 28), 0, 0),
    ("Mug assortment", "MUGS", "active", None, 96, 2640_40),
)


class BoardForm(forms.Form):
    """One field of each kind, two of them wrong."""

    title = forms.CharField()
    quantity = forms.IntegerField(
        min_value=117, error_messages={"min_value": "117 are used already. Enter 117 or more."}
    )
    group = forms.ChoiceField(
        label="Product group",
        help_text="86 products",
        choices=[("spirit", "Spirit wear (default)"), ("kitchen", "Kitchen")],
    )
    budget = forms.DecimalField(required=False)
    find = forms.CharField(required=False)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    starts = forms.DateField(
        label="Starts on",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a day, such as 2026-12-01."},
    )
    chosen = forms.ChoiceField(
        label="If several qualify",
        choices=[("best", "Best wins"), ("all", "All together")],
        widget=forms.RadioSelect,
    )
    members = forms.BooleanField(
        label="Members only", required=False, help_text="Others pay the ordinary price"
    )
    referred = forms.BooleanField(label="May be referred", required=False, widget=Switch)


def board_form() -> BoardForm:
    """The form as a reader would see it after sending it once."""
    form = BoardForm(
        {
            "title": "Field trip T-shirts",
            "quantity": "110",
            "group": "spirit",
            "budget": "5000.00",
            "starts": "soon",
            "chosen": "best",
            "members": "on",
            "referred": "on",
        }
    )
    form.is_valid()
    return form


def board(request: HttpRequest) -> HttpResponse:
    """The page at /design/."""
    context = {
        "colours": COLOURS,
        "types": TYPES,
        "states": STATES,
        "rungs": LADDER,
        "deals": DEALS,
        "form": board_form(),
        "page": Paginator(range(64), 5).get_page(request.GET.get("page")),
        "currency": Currency.of("USD"),
        "at": dt.datetime(2026, 11, 21, 14, 31, tzinfo=dt.UTC),
    }
    return render(request, "pages/board.html", context)
