"""What the units of a line bear adds up to the line, in whatever portions it is given back."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from largesse.orders.returning.shares import Share, SoldLine, SoldPart, share_of, units_of_part
from tests.words import spec


@st.composite
def sold_lines(draw: st.DrawFn) -> SoldLine:
    units = draw(st.integers(1, 12))
    free = draw(st.integers(0, units))
    amounts = st.integers(0, 5_000)
    charged = units - free
    parts = [SoldPart(0, charged or units, n) for n in draw(st.lists(amounts, max_size=3))]
    if free:
        parts.append(SoldPart(charged, free, draw(amounts)))
    net = draw(amounts) if charged else 0
    return SoldLine(units, free, net, draw(amounts), draw(st.integers(0, net)), tuple(parts))


def figures(share: Share) -> tuple[int, ...]:
    return (share.net, share.tax, share.tax_included, *share.parts)


@spec("MO-4", "OR-5")
@given(sold_lines(), st.data())
def test_units_given_back_in_portions_bear_what_they_bear_at_once(
    line: SoldLine, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, line.units))) | {0, line.units})
    portions = [figures(share_of(line, a, b)) for a, b in pairwise(cuts)]
    assert tuple(map(sum, zip(*portions, strict=True))) == figures(share_of(line, 0, line.units))


@spec("MO-4")
@given(sold_lines())
def test_all_units_together_bear_the_whole_line(line: SoldLine) -> None:
    whole = share_of(line, 0, line.units)
    assert figures(whole) == (
        line.net, line.tax, line.tax_included, *(part.amount for part in line.parts)
    )  # fmt: skip


@spec("MO-4")
@given(sold_lines())
def test_no_unit_bears_less_than_nothing(line: SoldLine) -> None:
    for unit in range(line.units):
        assert min(figures(share_of(line, unit, unit + 1))) >= 0


@spec("MO-4")
def test_the_odd_cents_of_a_discount_are_the_earlier_units() -> None:
    line = SoldLine(3, 0, 2000, 0, 0, (SoldPart(0, 3, 1000),))
    assert [share_of(line, n, n + 1).parts for n in range(3)] == [(334,), (333,), (333,)]
    assert [share_of(line, n, n + 1).net for n in range(3)] == [667, 667, 666]


@spec("AL-10")
def test_charged_units_go_back_before_those_that_an_allotment_made_free() -> None:
    line = SoldLine(4, 3, 1450, 0, 0, (SoldPart(1, 3, 4350),))
    assert share_of(line, 0, 1).net == 1450
    assert share_of(line, 1, 4).net == 0
    assert units_of_part(line.parts[0], 0, 1) == 0
    assert units_of_part(line.parts[0], 0, 3) == 2
