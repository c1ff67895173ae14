"""Figures, states and parts are written alike on every page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone

from largesse.engine.money import Currency
from largesse.pages.navigation import NavEntry, current_url, shown
from largesse.pages.parts import Rung

USD = Currency.of("USD")
AT = dt.datetime(2026, 11, 21, 19, 42, 9, tzinfo=dt.UTC)


def shows(source: str, request: HttpRequest | None = None, **values: object) -> str:
    context = Context({"c": USD, "request": request, **values})
    return Template("{% load pages %}" + source).render(context).strip()


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (123450, "USD", "1,234.50"),
        (-5, "USD", "−0.05"),
        (100000000, "USD", "1,000,000.00"),
        (1200, "JPY", "1,200"),
        (1234567, "KWD", "1,234.567"),
        (0, "USD", "0.00"),
    ],
)
def test_an_amount_has_the_places_of_its_currency_and_a_true_minus(amount, currency, text):
    assert shows("{{ a|money:k }}", a=amount, k=currency) == text


def test_nothing_is_a_dash_free_or_a_zero_as_the_page_says():
    assert shows("{{ 0|money_or_dash:c }}") == "–"
    assert shows("{{ 0|money_or_free:c }}") == "Free"
    assert ">0.00<" in shows("{% money 0 c gives=True %}")
    assert "given" not in shows("{% money 0 c gives=True %}")


def test_what_is_given_is_claret_and_below_zero():
    assert shows("{{ 2500|given:c }}") == '<span class="given num">−25.00</span>'


def test_an_amount_links_to_its_explanation_or_opens_it():
    linked = shows("{% money 2500 c gives=True why=url %}", url="/why/?a=1&b=2")
    assert linked == '<a class="why num given" href="/why/?a=1&amp;b=2">−25.00</a>'
    assert 'data-open="cent"' in shows('{% money 2500 c opens="cent" %}')


def test_the_currency_stands_before_a_total():
    total = shows("{% money 6000 c code=True %}")
    assert total == '<span class="cur">USD</span><span class="num">60.00</span>'


def test_rates_and_counts():
    assert shows("{{ 102500|percent }}") == "10.25\xa0%"
    assert shows('{{ 1|units:"mug" }}, {{ 3|units:"box,boxes" }}, {{ 8214|units }}') == (
        "1 mug, 3 boxes, 8,214"
    )


def test_instants_are_shown_in_the_current_zone():
    with timezone.override("America/Los_Angeles"):
        assert ">21 Nov 2026, 11:42<" in shows("{{ at|moment }}", at=AT)
        assert ">21 Nov 2026, 11:42:09<" in shows('{{ at|moment:"seconds" }}', at=AT)
    with timezone.override("Asia/Tokyo"):
        assert ">22 Nov 2026<" in shows("{{ at|day }}", at=AT)


def test_a_day_without_end_says_so():
    assert shows('{{ at|day:"no end" }}', at=None) == "no end"


def test_a_state_has_its_word_its_colour_and_its_mark():
    posted = shows("{% badge state %}", state="posted")
    assert "badge-good" in posted
    assert "#i-check" in posted
    assert posted.endswith("Posted</span>")
    assert shows('{% badge "held" "Held, referred" %}') == (
        '<span class="badge badge-warn">Held, referred</span>'
    )


def test_an_icon_that_the_sheet_lacks_is_a_mistake_that_names_its_neighbours():
    with pytest.raises(LookupError, match="shopping-bag"):
        shows('{% icon "shoping-bag" %}')


def test_a_ladder_tells_what_gave_nothing_from_what_did_not_run():
    ladder = shows(
        "{% ladder rungs c %}",
        rungs=[Rung("Gross", 100_00), Rung("Deals", 100_00, 0), Rung("Total", 75_00, 25_00)],
    )
    assert '<span class="off off-none">&nbsp;</span>' in ladder
    assert '<span class="off off-none">0.00</span>' in ladder
    assert "−25.00" in ladder


def test_a_pager_keeps_the_other_parameters():
    request = RequestFactory().get("/", {"state": "active", "page": "2"})
    page = Paginator(range(64), 5).page(2)
    pager = shows("{% pager page %}", request, page=page)
    assert "6 to 10 of 64" in pager
    assert 'rel="next" href="?state=active&amp;page=3"' in pager


def test_what_a_page_says_is_escaped():
    note = shows('{% note "bad" title=t %}{{ t }}{% endnote %}', t="<b>")
    assert "<b>&lt;b&gt;</b> &lt;b&gt;" in note
    assert 'role="alert"' in note


def test_a_near_miss_says_what_closes_the_gap():
    shown_miss = shows(
        '{% near_miss "2 more towels" "give 10 % off." 4 6 saves=540 currency=c %}'
        "<button>Add 2</button>{% endnear_miss %}"
    )
    assert '<progress class="thin" max="6" value="4" aria-label="4 of 6">' in shown_miss
    assert "Saves 5.40" in shown_miss
    assert "<button>Add 2</button>" in shown_miss


def test_a_block_of_nothing_does_not_end_a_loop():
    with pytest.raises(TemplateSyntaxError):
        shows('{% nothing "ticket" "None" "Text" %}')
    assert shows(
        '{% for x in "ab" %}{% nothing "ticket" "None" "T" %}{{ x }}{% endnothing %}{% endfor %}'
    )


ENTRIES = (
    NavEntry("Dashboard", "layout-dashboard", "/office/"),
    NavEntry("Deals", "handshake", "/office/deals/", "Offers"),
    NavEntry("Orders", "receipt-text", "/office/orders/", badge=3),
)


def test_the_entry_with_the_longest_address_is_where_one_is():
    assert current_url(ENTRIES, "/office/deals/7/") == "/office/deals/"
    assert current_url(ENTRIES, "/office/elsewhere/") == "/office/"
    assert current_url(ENTRIES, "/shop/") is None


def test_entries_stand_in_their_groups():
    groups = shown(ENTRIES, "/office/orders/")
    assert [(g.name, [s.entry.label for s in g.entries]) for g in groups] == [
        ("", ["Dashboard", "Orders"]),
        ("Offers", ["Deals"]),
    ]
    assert [s.entry.label for g in groups for s in g.entries if s.here] == ["Orders"]
