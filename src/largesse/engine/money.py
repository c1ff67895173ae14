"""Money is whole minor units of one currency; rates are whole parts per million, so both are exact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final

from msgspec import Struct

from largesse.engine.faults import shown

ONE: Final = 1_000_000
"""The rate of 100 %: a percentage of up to four decimals is a whole number of millionths (MO-2)."""

Money = Annotated[int, "money"]
"""An amount in minor units; a decimal string such as "12.34" in files."""

Rate = Annotated[int, "percent"]
"""A rate in millionths; a percentage such as "12.5" in files."""

AMOUNT_MAX: Final = 10**15
"""No amount is larger, in minor units (MO-6)."""

RATE_MAX: Final = 10**9
"""No rate is larger, in millionths: 100,000 %."""

# ISO 4217 minor units; every currency that is not named here has two.
EXPONENTS: Final = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


class Currency(Struct, frozen=True):
    """A currency and how it rounds.

    `exponent` is the number of decimals of its minor unit. Halves go away from zero, or to the even
    neighbour where `half_even` is set (MO-3).
    """

    code: str
    exponent: int = 2
    half_even: bool = False

    @classmethod
    def of(cls, code: str, *, half_even: bool = False) -> Currency:
        """The ISO 4217 currency with its own exponent.

        >>> Currency.of("JPY").exponent, Currency.of("KWD").exponent
        (0, 3)
        """
        return cls(code, EXPONENTS.get(code, 2), half_even)

    def parse(self, text: str | int | Decimal) -> int:
        """Minor units of a decimal string; ValueError names what is wrong with it.

        >>> Currency.of("USD").parse("12.34")
        1234
        """
        value = exact_decimal(text)
        if value is None:
            raise ValueError(f'{shown(text)} is not an amount; write it like "{self.format(1234)}"')
        minor = None if is_huge(value) else shifted(value, self.exponent)
        if is_huge(value) or (minor is not None and abs(minor) > AMOUNT_MAX):
            raise ValueError(
                f"{shown(text)} is beyond the largest amount, {self.format(AMOUNT_MAX)}"
            )
        if minor is None:
            raise ValueError(f"{shown(text)} has more than {self.exponent} decimals of {self.code}")
        return minor

    def format(self, amount: int) -> str:
        """An exact decimal string.

        >>> Currency.of("USD").format(-5), Currency.of("JPY").format(1200)
        ('-0.05', '1200')
        """
        return decimal_string(amount, self.exponent)


def decimal_string(value: int, exponent: int) -> str:
    """`value` × 10^-exponent, written out with all its decimals.

    >>> decimal_string(123456, 4)
    '12.3456'
    """
    if not exponent:
        return str(value)
    digits = str(abs(value)).rjust(exponent + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-exponent]}.{digits[-exponent:]}"


_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def is_huge(value: Decimal) -> bool:
    """Whether a number is beyond every bound: asked before anything is computed with it, because
    1e999999999 has a billion digits.

    >>> is_huge(Decimal("1e999999999")), is_huge(Decimal("0e999999999"))
    (True, False)
    """
    return bool(value) and value.adjusted() > 18


def exact_decimal(text: object) -> Decimal | None:
    """The number that a text names in plain digits, or that an int or a Decimal is; else None.

    >>> exact_decimal("1.250"), exact_decimal("0x10"), exact_decimal("1e5")
    (Decimal('1.250'), None, None)
    """
    if isinstance(text, str):
        return Decimal(text) if _DECIMAL.fullmatch(text) else None
    if isinstance(text, bool) or not isinstance(text, (int, Decimal)):
        return None
    value = Decimal(text)
    return value if value.is_finite() else None


def shifted(value: Decimal, places: int) -> int | None:
    """value × 10^places, exactly; None where that is no whole number (MO-2).

    `value` is not huge; behind the point it may have any number of digits.

    >>> shifted(Decimal("12.3456"), 4), shifted(Decimal("12.34567"), 4)
    (123456, None)
    """
    if not value:
        return 0
    if value.adjusted() < -places:
        return None
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    whole = len(digits) + exponent + places
    if any(digits[whole:]):
        return None
    minor = int("".join(map(str, digits[:whole])) + "0" * (whole - len(digits)))
    return -minor if sign else minor


def percent(text: str | int | Decimal) -> int:
    """The rate that a percentage names, in millionths; ValueError beyond four decimals (MO-2).

    >>> percent("12.3456"), percent(20)
    (123456, 200000)
    """
    value = exact_decimal(text)
    if value is None:
        raise ValueError(f"{shown(text)} is not a percentage; write it like 12.5")
    rate = None if is_huge(value) else shifted(value, 4)
    if is_huge(value) or (rate is not None and abs(rate) > RATE_MAX):
        raise ValueError(
            f"{shown(text)} is beyond the largest percentage, {percent_string(RATE_MAX)}"
        )
    if rate is None:
        raise ValueError(f"{shown(text)} has more than 4 decimals; write it like 12.3456")
    return rate


def percent_string(rate: int) -> str:
    """How people write the rate, without needless zeros.

    >>> percent_string(123456), percent_string(200000)
    ('12.3456', '20')
    """
    text = decimal_string(rate, 4).rstrip("0")
    return text.removesuffix(".")


def round_div(numerator: int, denominator: int, *, half_even: bool = False) -> int:
    """The nearest whole quotient; halves go away from zero, or to even (MO-3). `denominator` > 0.

    >>> round_div(5, 2), round_div(-5, 2), round_div(5, 2, half_even=True)
    (3, -3, 2)
    """
    if half_even:
        quotient, rest = divmod(numerator, denominator)
        return quotient + (2 * rest > denominator or (2 * rest == denominator and quotient & 1))
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def part_of(amount: int, rate: int, *, half_even: bool = False) -> int:
    """A rate of an amount, rounded once (MO-2, MO-3).

    >>> part_of(1_000_000, 123_456)
    123456
    """
    if half_even or amount < 0:
        return round_div(amount * rate, ONE, half_even=half_even)
    return (2 * amount * rate + ONE) // (2 * ONE)


def share_out(
    total: int, weights: Sequence[int], caps: Sequence[int] | None = None
) -> tuple[int, ...]:
    """Split `total` in proportion to `weights` by largest remainder; ties go to the earlier part
    (MO-4).

    The shares always sum to `total`, unless every part is at its cap: then each part is its cap.
    What a capped part cannot take goes to the others in proportion (FL-1). Amounts are not
    negative.

    >>> share_out(100, [1, 1, 1])
    (34, 33, 33)
    >>> share_out(2500, [5000, 2000, 2000, 2000], caps=[500, 2000, 2000, 2000])
    (500, 667, 667, 666)
    """
    if caps is None:
        return _largest_remainder(total, weights)
    shares = [0] * len(weights)
    open_parts = [i for i, cap in enumerate(caps) if cap > 0 and weights[i] > 0]
    left = total
    while open_parts and left > 0:
        tried = _largest_remainder(left, [weights[i] for i in open_parts])
        full = [i for i, share in zip(open_parts, tried, strict=True) if share > caps[i]]
        if not full:
            for i, share in zip(open_parts, tried, strict=True):
                shares[i] = share
            break
        for i in full:
            shares[i] = caps[i]
            left -= caps[i]
        open_parts = [i for i in open_parts if i not in full]
    return tuple(shares)


def _largest_remainder(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    whole = sum(weights)
    if whole <= 0:
        return (0,) * len(weights)
    shares = [total * weight // whole for weight in weights]
    short = total - sum(shares)
    if short:
        # A stable sort, so that equal remainders favour the earlier part.
        by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
        for i in by_remainder[:short]:
            shares[i] += 1
    return tuple(shares)


def first_units(total: int, units: int, count: int) -> int:
    """What the first `count` of `units` units share of `total`: the odd minor units are the earlier
    ones'.

    >>> [first_units(100, 3, n) for n in range(4)]
    [0, 34, 67, 100]
    """
    each, odd = divmod(total, units)
    return each * count + min(count, odd)
