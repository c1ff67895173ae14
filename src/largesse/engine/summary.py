"""A promotion in plain words, as a merchandiser would tell it to a colleague."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from largesse.engine.cart import Channel
from largesse.engine.facts import Limit
from largesse.engine.money import Currency
from largesse.engine.offers.promotion import Promotion, Suggest, Target
from largesse.engine.stage import PromotionStage
from largesse.engine.window import Calendar

_BUYERS: Final[dict[Target, str]] = {
    "both": "Every buyer",
    "customer": "A customer",
    "distributor": "A distributor",
}
_ASKS: Final = {
    Suggest.CHECKED: "The shopper is asked, and it applies unless they decline.",
    Suggest.UNCHECKED: "The shopper is asked, and it applies once they accept.",
}
_CHANNELS: Final = {
    Channel.SHOP: "in the shop",
    Channel.TILL: "at the till",
    Channel.REP: "through a rep",
    Channel.BACK_OFFICE: "in the back office",
    Channel.API: "through the API",
    Channel.PARTY: "at a party",
}


def summary(promotion: Promotion, currency: Currency, calendar: Calendar) -> str:
    """What a promotion gives to whom, when, and how much of it there is: whole sentences."""
    return " ".join(_sentences(promotion, currency, calendar))


def _sentences(promotion: Promotion, currency: Currency, calendar: Calendar) -> Iterator[str]:
    yield _what(promotion, currency)
    if promotion.cumulative:
        yield "It is given as often as that is met."
    if promotion.stage is PromotionStage.POST:
        yield "It looks at what the standard promotions left."
    if promotion.suggest in _ASKS:
        yield _ASKS[promotion.suggest]
    if promotion.channels or promotion.locations:
        channels = [words for channel, words in _CHANNELS.items() if channel in promotion.channels]
        places = [f"at {each}" for each in sorted(promotion.locations)]
        where = " and ".join(filter(None, (_listed(channels, "or"), _listed(places, "or"))))
        yield f"{where[0].upper()}{where[1:]} only."
    span = _span(promotion, calendar)
    if span:
        yield f"It holds {span}."
    if promotion.limits:
        limits = _listed([_limit(limit, most, currency) for limit, most in promotion.limits], "and")
        yield f"It is limited to {limits}."
    if promotion.archived:
        yield "It is archived."
    elif not promotion.active:
        yield "It is switched off."


def _what(promotion: Promotion, currency: Currency) -> str:
    buyer = _BUYERS[promotion.target]
    if promotion.promo_code is not None:
        buyer += f" who enters the code {promotion.promo_code}"
    elif promotion.single_use_codes:
        buyer += " with one of its single-use codes"
    gives = _listed([action.said(currency) for action in promotion.actions], "and")
    asks = _listed([condition.said(currency) for condition in promotion.conditions], "and")
    return f"{buyer} gets {gives} if {asks}." if asks else f"{buyer} gets {gives}."


def _span(promotion: Promotion, calendar: Calendar) -> str:
    start, end = promotion.window.start, promotion.window.end
    parts = []
    if start is not None:
        first = calendar.day_of(start)
        parts.append(f"from {first.day} {first:%B %Y}")
    if end is not None:
        last = calendar.day_of(end - timedelta(microseconds=1))
        parts.append(f"until {last.day} {last:%B %Y}")
    return " ".join(parts)


def _limit(limit: Limit, most: int, currency: Currency) -> str:
    if limit == "budget":
        return f"{currency.format(most)} {currency.code} in all"
    orders = "1 order" if most == 1 else f"{most:,} orders"
    of = {"uses": "in all", "uses_per_customer": "of each customer", "uses_per_day": "a day"}
    return f"{orders} {of[limit]}"


def _listed(parts: Iterable[str], word: str) -> str:
    """Parts as people list them: "a, b and c"."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} {word} {last}" if first else last
