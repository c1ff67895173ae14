"""How amounts, rates, counts and instants are written for readers, everywhere alike."""

from __future__ import annotations

import datetime as dt
import re

from largesse.engine.money import Currency, percent_string

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
NARROW = "\N{NO-BREAK SPACE}"

_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+(?:\.|$))")


def amount_text(amount: int, currency: Currency | str) -> str:
    """Minor units as people read them, without the currency's code.

    >>> amount_text(123450, "USD"), amount_text(-5, "USD"), amount_text(1200, "JPY")
    ('1,234.50', '−0.05', '1,200')
    """
    known = Currency.of(currency) if isinstance(currency, str) else currency
    whole, point, decimals = known.format(abs(amount)).partition(".")
    return f"{MINUS if amount < 0 else ''}{_THOUSANDS.sub(',', whole)}{point}{decimals}"


def count_text(count: int) -> str:
    """A count with its thousands set apart.

    >>> count_text(8214)
    '8,214'
    """
    return f"{count:,}".replace("-", MINUS)


def units_text(count: int, noun: str) -> str:
    """A count of something; an irregular plural follows a comma.

    >>> units_text(1, "mug"), units_text(3, "mug"), units_text(2, "box,boxes")
    ('1 mug', '3 mugs', '2 boxes')
    """
    one, _, many = noun.partition(",")
    return f"{count_text(count)} {one if count == 1 else many or one + 's'}"


def percent_text(rate: int) -> str:
    """A rate in millionths as a percentage.

    >>> percent_text(102_500), percent_text(-4_000)
    ('10.25\\xa0%', '−0.4\\xa0%')
    """
    return f"{percent_string(rate).replace('-', MINUS)}{NARROW}%"


def day_text(day: dt.date) -> str:
    """
    >>> day_text(dt.date(2026, 11, 2))
    '2 Nov 2026'
    """
    return f"{day.day} {day:%b} {day.year}"


def moment_text(moment: dt.datetime, *, seconds: bool = False) -> str:
    """Day and time of the zone that `moment` is in.

    >>> moment_text(dt.datetime(2026, 11, 21, 11, 42, 9), seconds=True)
    '21 Nov 2026, 11:42:09'
    """
    return f"{day_text(moment)}, {moment:{'%H:%M:%S' if seconds else '%H:%M'}}"


def age_text(then: dt.datetime, now: dt.datetime) -> str:
    """How long ago something was; days are those of the zone that `now` is in.

    >>> now = dt.datetime(2026, 11, 21, 14, 31, tzinfo=dt.UTC)
    >>> [age_text(now - dt.timedelta(minutes=n), now) for n in (0, 12, 125, 900, 4000)]
    ['just now', '12 min', '2 h', 'yesterday', '3 days']
    """
    minutes = (now - then) // dt.timedelta(minutes=1)
    days = (now.date() - then.astimezone(now.tzinfo).date()).days
    if days > 0 and minutes >= 60:
        return "yesterday" if days == 1 else f"{days} days"
    if minutes < 1:
        return "just now"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"


def initials(name: str) -> str:
    """One or two letters for a disc beside a name.

    >>> initials("Fennel & Rye Provisions"), initials("Olive"), initials("")
    ('FP', 'O', '')
    """
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
