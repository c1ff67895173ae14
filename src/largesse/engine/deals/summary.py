"""A deal in plain words, as a merchandiser would tell it to a rep."""

from __future__ import annotations

from collections.abc import Iterator

from largesse.engine.catalog import ProductGroup
from largesse.engine.money import Currency
from largesse.engine.offers.deal import Deal, DealTier, ProductSet
from largesse.engine.offers.words import listed, where_and_when, whether_it_counts
from largesse.engine.refusals import units_of
from largesse.engine.window import Calendar


def summary(deal: Deal, currency: Currency, calendar: Calendar) -> str:
    """What a deal gives to whom, from which quantities on, and how lines go on it: whole sentences."""
    return " ".join(_sentences(deal, currency, calendar))


def _sentences(deal: Deal, currency: Currency, calendar: Calendar) -> Iterator[str]:
    products = listed([_set(each) for each in deal.sets], "and")
    tiers = [_tier(tier, products, currency) for tier in deal.tiers]
    yield f"{_buyer(deal)} gets {listed(tiers, 'or')}."
    if len(deal.tiers) > 1:
        yield "The highest of these that is reached holds."
    yield from _trigger(deal)
    yield from _stock(deal)
    yield from _assignment(deal)
    yield from where_and_when(deal, calendar)
    yield from whether_it_counts(deal)


def _buyer(deal: Deal) -> str:
    """ "A customer tagged trade who never bought Candles"."""
    who = []
    if deal.tags:
        who.append(f"a customer tagged {listed(sorted(deal.tags), 'or')}")
    if deal.customers:
        count = len(deal.customers)
        named = sorted(deal.customers)
        who.append(f"one of {count:,} named customers" if count > 1 else f"customer {named[0]}")
    buyer = listed(who, "or") or "every buyer"
    history = []
    if deal.bought_before is not None:
        history.append(f"bought {_name(deal.bought_before)} before")
    if deal.not_bought_before is not None:
        history.append(f"never bought {_name(deal.not_bought_before)}")
    asked = f" who {listed(history, 'and')}" if history else ""
    return f"{buyer[0].upper()}{buyer[1:]}{asked}"


def _set(products: ProductSet) -> str:
    return (
        products.name
        if products.exclude is None
        else (f"{products.name} except {_name(products.exclude)}")
    )


def _name(group: ProductGroup) -> str:
    return group.title or group.code


def _tier(tier: DealTier, products: str, currency: Currency) -> str:
    """ "8 % off Tea towels from 24 units on"."""
    asks = []
    if tier.needs_units:
        asks.append(units_of(tier.needs_units))
    if tier.min_value:
        asks.append(f"{currency.format(tier.min_value)} at list price")
    gives = tier.benefit.said(products, currency)
    return f"{gives} from {' and '.join(asks)} on" if asks else gives


def _trigger(deal: Deal) -> Iterator[str]:
    asks_something = any(tier.needs_units or tier.min_value for tier in deal.tiers)
    if not deal.assorted:
        yield "Each line must reach that by itself."
    elif asks_something:
        yield "All its lines count together."
    needs = [f"{units_of(s.min_units)} of {s.name}" for s in deal.sets if s.min_units]
    if needs:
        yield f"It needs {listed(needs, 'and')} in any case."
    if deal.required:
        yield f"The order must have {listed(deal.required, 'and')}."


def _stock(deal: Deal) -> Iterator[str]:
    if deal.gives:
        yield f"{listed(deal.gives, 'then')} is given away by itself."
    if deal.selection is not None:
        yield f"What is given away is chosen from {_name(deal.selection)}."


def _assignment(deal: Deal) -> Iterator[str]:
    if deal.high_priority:
        yield "It goes before the best choice of deals."
    if deal.manual:
        yield "Lines go on it only when it is picked."
    if deal.referable:
        yield "It may be referred, to be approved without its trigger."
