"""However a document is bent, it is read or refused with faults; nothing else comes of it (BI-1)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from largesse import Document, Faults, price
from largesse.engine.formats.document import document_of
from largesse.engine.formats.stored import price_again
from tests.formats.documents import SHOP, Place, places, read_plain, replaced, without

spec = pytest.mark.spec

PLACES = sorted(places(SHOP), key=str)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**40), 10**40),
    st.decimals(),
    st.text(max_size=8),
    st.sampled_from(["", " ", "MUG", "mugs", "all", "DV1", "12.50", "1e10", "2026-01-01"]),
    st.dates().map(str),
    st.dates(),
    st.datetimes(),
    st.just([]),
    st.just({}),
    st.just(b"bytes"),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=5,
    ),
)


@st.composite
def bent(draw: st.DrawFn, data: Any) -> Any:
    """The data with up to three values deleted or replaced."""
    for _ in range(draw(st.integers(1, 3))):
        place: Place = draw(st.sampled_from(PLACES))
        try:
            data = (
                replaced(data, place, draw(VALUES)) if draw(st.booleans()) else without(data, place)
            )
        except (KeyError, IndexError, TypeError):
            # An earlier change took the place away.
            continue
    return data


def document_or_faults(data: Any) -> Document | None:
    """The document; None if it was refused, with faults that can be told."""
    try:
        return document_of(data)
    except Faults as found:
        faults = found
    assert faults.faults
    assert str(faults).encode()
    return None


@spec("BI-1")
@settings(max_examples=300, deadline=None, derandomize=True)
@given(bent(SHOP))
def test_a_bent_document_is_priced_or_refused(data):
    document = document_or_faults(data)
    if document is None:
        return
    for cart in document.carts:
        quote = price(document.book, cart, document.facts(cart))
        assert quote.total >= 0
        quote.receipt()
        quote.receipt_html()
        stored = quote.to_json()
        assert price_again(stored, document.book).to_json() == stored


VALUES_ANYWHERE: tuple[Any, ...] = (
    None, True, -1, 10**30, Decimal("-0.001"), Decimal("NaN"), Decimal("1e40"), "", "x", "\ud800",
    [], {}, [None], {"a": 1}, date(2026, 1, 1), datetime(2026, 1, 1), b"x", "9999-12-31",
)  # fmt: skip


@spec("BI-1")
@pytest.mark.parametrize("section", SHOP)
def test_no_value_in_any_place_is_an_accident(section):
    for place in PLACES:
        for value in VALUES_ANYWHERE if place[0] == section else ():
            document = document_or_faults(replaced(SHOP, place, value))
            if document is None:
                continue
            for cart in document.carts:
                price(document.book, cart, document.facts(cart)).to_json()


def test_what_is_bent_here_is_sound_before():
    assert read_plain(SHOP).carts
