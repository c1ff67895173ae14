"""The lines of a kept cart: each change of them makes new ones. An option stands beneath the line that
it goes with, and there is never more of it (AL-12).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal, InvalidOperation

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from largesse.engine.cart import UNITS_MAX


class Wanted(Struct, frozen=True, omit_defaults=True):
    """A line of a kept cart: a product and how much of it. An `allotment` came with a `link`, which is
    named so that revoking it is noticed (AL-6). `option_of` is the line that it is an option of.
    """

    id: str
    sku: str
    quantity: int | Decimal = 1
    allotment: str | None = None
    link: str = ""
    option_of: str | None = None

    @property
    def units(self) -> int:
        """How many pieces it is; what is weighed is one."""
        return pieces(self.quantity)

    @property
    def is_bought(self) -> bool:
        """Whether it is there for itself: neither by a link nor as an option."""
        return self.allotment is None and self.option_of is None


# Met once, at import: two threads that first met the type at once would crash.
msgspec.convert([], tuple[Wanted, ...])


class NotAQuantity(ValueError):
    """What was typed is no quantity of the product; the message says what is."""


class LineGone(LookupError):
    """What was to be changed is in the cart no more."""


def quantity_of(text: str, decimals: int) -> int | Decimal:
    """The quantity that a shopper typed, 0 or more. Raises `NotAQuantity`.

    >>> quantity_of(" 3 ", 0), quantity_of("0.250", 3)
    (3, Decimal('0.250'))
    """
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise NotAQuantity("Enter a number, such as 2.") from None
    if not value.is_finite() or value < 0:
        raise NotAQuantity("Enter a number, such as 2.")
    if value > UNITS_MAX:
        raise NotAQuantity(f"Enter {UNITS_MAX:,} or less.")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > decimals and value != round(value, decimals):
        kind = f"with at most {decimals} decimals" if decimals else "without decimals"
        raise NotAQuantity(f"Enter a number {kind}.")
    return round(value, decimals) if decimals else int(value)


def pieces(quantity: int | Decimal) -> int:
    """How many pieces a quantity is; any weight is one.

    >>> pieces(3), pieces(Decimal("0.250")), pieces(0)
    (3, 1, 0)
    """
    return quantity if isinstance(quantity, int) else int(quantity > 0)


def line_of(lines: Sequence[Wanted], line_id: str) -> Wanted:
    """The line with an id. Raises `LineGone`."""
    for line in lines:
        if line.id == line_id:
            return line
    raise LineGone


# --- products ----------------------------------------------------------------------------------------


def with_added(
    lines: Sequence[Wanted], sku: str, quantity: int | Decimal, options: Iterable[str] = ()
) -> tuple[Wanted, ...]:
    """The lines with more of a product: on the line that has it, else on a new one; and with each of
    the options for what is added.

    A line that came with a link stays as it is: who adds a product buys it (AL-5).
    """
    line = next((each for each in lines if each.sku == sku and each.is_bought), None)
    if line is None:
        line = Wanted(_fresh_id(lines), sku, min(UNITS_MAX, quantity))
        found: tuple[Wanted, ...] = (*lines, line)
    else:
        found = with_quantity(lines, line.id, min(UNITS_MAX, line.quantity + quantity))
    for option in options:
        found = _with_option(found, line.id, option, pieces(quantity))
    return found


def with_allotted(
    lines: Sequence[Wanted], sku: str, allotment: str, link: str, quantity: int | Decimal = 1
) -> tuple[Wanted, ...]:
    """The lines with a product that came with a link, once however often it is opened (AL-5): of two
    quantities the larger holds, of two links the later.
    """
    for line in lines:
        if (line.sku, line.allotment) == (sku, allotment):
            most = max(line.quantity, quantity)
            held = replace(line, quantity=most, link=link)
            return tuple(held if each is line else each for each in lines)
    return (*lines, Wanted(_fresh_id(lines), sku, quantity, allotment, link))


def with_quantity(
    lines: Sequence[Wanted], line_id: str, quantity: int | Decimal
) -> tuple[Wanted, ...]:
    """The lines with another quantity on one, and no more of its options; 0 takes them out.

    Raises `NotAQuantity` for more of an option than of its line, `LineGone` where there is none.
    """
    line, most = line_of(lines, line_id), pieces(quantity)
    if line.option_of is not None and quantity > (has := line_of(lines, line.option_of).units):
        raise NotAQuantity(f"Enter {has:,} or less: there {_are(has)} of what it goes with.")
    changed = (
        replace(each, quantity=quantity)
        if each.id == line_id
        else replace(each, quantity=min(each.quantity, most))
        if each.option_of == line_id
        else each
        for each in lines
    )
    return tuple(each for each in changed if each.quantity)


def _are(units: int) -> str:
    return "is 1" if units == 1 else f"are {units:,}"


# --- options -----------------------------------------------------------------------------------------


def with_options(
    lines: Sequence[Wanted], line_id: str, skus: Collection[str]
) -> tuple[Wanted, ...]:
    """The lines with these options on one, and no others: what is new for as many as the line has.

    Raises `LineGone` where there is no such line, or it is itself an option.
    """
    line = line_of(lines, line_id)
    if line.option_of is not None:
        raise LineGone
    found = tuple(each for each in lines if each.option_of != line_id or each.sku in skus)
    has = {each.sku for each in found if each.option_of == line_id}
    for sku in skus:
        if sku not in has:
            found = _with_option(found, line_id, sku, line.units)
    return found


def _with_option(
    lines: Sequence[Wanted], line_id: str, sku: str, units: int | Decimal
) -> tuple[Wanted, ...]:
    """The lines with more of an option, but no more than of its line."""
    most = line_of(lines, line_id).units
    for each in lines:
        if (each.option_of, each.sku) == (line_id, sku):
            return with_quantity(lines, each.id, min(most, each.quantity + units))
    option = Wanted(_fresh_id(lines), sku, min(most, units), option_of=line_id)
    return _in_order((*lines, option))


def _in_order(lines: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Each line with its options beneath it."""
    options: dict[str, list[Wanted]] = {}
    mains: list[Wanted] = []
    for line in lines:
        own = mains if line.option_of is None else options.setdefault(line.option_of, [])
        own.append(line)
    return tuple(each for line in mains for each in (line, *options.get(line.id, ())))


# --- lines of two carts ------------------------------------------------------------------------------


def with_put_back(
    lines: Sequence[Wanted], removed: Sequence[Wanted], place: int
) -> tuple[Wanted, ...]:
    """The lines with one that was removed, where it was, and the options that went with it; added to
    its like, where that is there. An option whose line is gone stays away.
    """
    line, *options = removed
    if line.option_of is not None:
        has_line = any(each.id == line.option_of for each in lines)
        back = _with_option(lines, line.option_of, line.sku, line.quantity) if has_line else lines
        return tuple(back)
    if _like(lines, line):
        return merged(lines, removed)
    if any(each.id == line.id for each in lines):
        line = replace(line, id=_fresh_id(lines))
    found = _in_order((*lines[:place], line, *lines[place:]))
    for option in options:
        found = _with_option(found, line.id, option.sku, option.quantity)
    return found


def merged(lines: Sequence[Wanted], others: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """The lines of two carts in one."""
    found = tuple(lines)
    ids: dict[str, str] = {}
    for line in others:
        if line.option_of is not None:
            # It stands beneath its line, so that one has been met.
            found = _with_option(found, ids[line.option_of], line.sku, line.quantity)
            continue
        if line.allotment is None:
            found = with_added(found, line.sku, line.quantity)
        else:
            found = with_allotted(found, line.sku, line.allotment, line.link, line.quantity)
        ids[line.id] = _like(found, line)[0].id
    return found


def _like(lines: Iterable[Wanted], line: Wanted) -> list[Wanted]:
    """The line, itself no option, that has the same product and came as this one did; or none."""
    came = (line.sku, line.allotment, None)
    return [each for each in lines if (each.sku, each.allotment, each.option_of) == came]


def _fresh_id(lines: Sequence[Wanted]) -> str:
    numbers = [int(line.id) for line in lines if line.id.isdecimal()]
    return str(max(numbers, default=0) + 1)
