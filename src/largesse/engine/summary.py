"""A promotion in plain words, as a merchandiser would tell it to a colleague."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from largesse.engine.facts import Limit
from largesse.engine.money import Currency
from largesse.engine.offers.promotion import Promotion, Suggest, Target
from largesse.engine.offers.words import listed, where_and_when, whether_it_counts
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


def summary(promotion: Promotion, currency: Currency, calendar: Calendar) -> str:
    """What a promotion gives to whom, when, and how much of it there is: whole sentences."""
    return " ".join(_sentences(promotion, currency, calendar))


def _sentences(promotion: Promotion, currency: Currency, calendar: Calendar) -> Iterator[str]:
    yield _what(promotion, currency)
    if promotion.cumulative:
        yield "It is given as often as that is met."
    for action in promotion.actions:
        yield from action.said_more(currency, calendar)
    if promotion.stage is PromotionStage.POST:
        yield "It looks at what the standard promotions left."
    if promotion.suggest in _ASKS:
        yield _ASKS[promotion.suggest]
    yield from where_and_when(promotion, calendar)
    if promotion.limits:
        limits = listed([_limit(limit, most, currency) for limit, most in promotion.limits], "and")
        yield f"It is limited to {limits}."
    yield from whether_it_counts(promotion)


def _what(promotion: Promotion, currency: Currency) -> str:
    buyer = _BUYERS[promotion.target]
    if promotion.promo_code is not None:
        buyer += f" who enters the code {promotion.promo_code}"
    elif promotion.single_use_codes:
        buyer += " with one of its single-use codes"
    gives = listed([action.said(currency) for action in promotion.actions], "and")
    asks = listed([condition.said(currency) for condition in promotion.conditions], "and")
    return f"{buyer} gets {gives} if {asks}." if asks else f"{buyer} gets {gives}."


def _limit(limit: Limit, most: int, currency: Currency) -> str:
    if limit == "budget":
        return f"{currency.format(most)} {currency.code} in all"
    orders = "1 order" if most == 1 else f"{most:,} orders"
    of = {"uses": "in all", "uses_per_customer": "of each customer", "uses_per_day": "a day"}
    return f"{orders} {of[limit]}"
