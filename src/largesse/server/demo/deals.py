"""What Alder & Finch gives to shops, cafés and inns that buy by the case, through its reps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from largesse.server.demo.promotions.dates import Day, Definition, days_before

WHOLESALE: Final = "wholesale"
"""The tag of customers who buy by the case."""

FOR_TRADE: Final[Mapping[str, Any]] = {"channels": ["rep"], "tags": [WHOLESALE]}


def deals(today: date) -> Iterator[Definition]:
    """Every deal, as it stands on the demo's last day."""
    day = days_before(today)
    for each in (*_off_prices(), *_to_the_account(day), *_stock(), *_with_strings(day)):
        yield {**FOR_TRADE, **each}


def _off_prices() -> Iterator[Definition]:
    yield {
        "code": "MUGS-CASE",
        "title": "Mugs by the case",
        "description": "The more of them, in whatever glazes, the less each costs.",
        "sets": [{"products": "mugs"}],
        "tiers": [
            _tier("percentage", 12, percent="5"),
            _tier("percentage", 36, percent="8"),
            _tier("percentage", 96, percent="12"),
        ],
        "pinned": True,
    }
    yield {
        "code": "LINEN-CASE",
        "title": "Linen, 1.20 off",
        "sets": [{"products": "linens", "exclude": "last-chance"}],
        "tiers": [_tier("amount_off", 24, amount="1.20"), _tier("amount_off", 72, amount="1.80")],
    }
    yield {
        "code": "BOARDS-NET",
        "title": "Boards at 33.00",
        "description": "Walnut and oak, from 300.00 at list price.",
        "sets": [{"products": "autumn"}],
        "tiers": [{"min_value": "300.00", "benefit": {"kind": "fixed_price", "price": "33.00"}}],
    }
    yield {
        "code": "GLASS-EACH",
        "title": "12 of one glass",
        "description": "Each glass reaches it by itself: a dozen of one kind.",
        "sets": [{"products": "glass"}],
        "tiers": [_tier("percentage", 12, percent="10")],
        "assorted": False,
    }


def _to_the_account(day: Day) -> Iterator[Definition]:
    yield {
        "code": "TABLE-CREDIT",
        "title": "Table, credit back",
        "sets": [{"products": "table"}],
        "tiers": [
            {"min_value": "500.00", "benefit": {"kind": "rebate", "percent": "4"}},
            {"min_value": "1500.00", "benefit": {"kind": "rebate", "percent": "6"}},
        ],
    }
    yield {
        "code": "FIRST-CANDLES",
        "title": "Your first candles",
        "description": "For who never sold our candles: 25.00 to the account.",
        "starts": day(120),
        "sets": [{"products": "candles"}],
        "tiers": [{"min_value": "150.00", "benefit": {"kind": "rebate", "amount": "25.00"}}],
        "not_bought_before": "candles",
        "priority": 5,
        "pinned": True,
    }


def _stock() -> Iterator[Definition]:
    # The two worked examples of trade deals: 10 for 1, and a minimum of 10 that gives 50.00.
    yield {
        "code": "CANDLES-10-1",
        "title": "Soy candles 10 + 1",
        "description": "For every ten candles the value of one, to be chosen from the range.",
        "sets": [{"products": "soy-candles"}],
        "tiers": [_tier("bonus_stock", 10, every=10, units=1)],
        "selection": "soy-candles",
        "referable": True,
        "pinned": True,
    }
    yield {
        "code": "APRONS-50",
        "title": "10 aprons, 50 free",
        "description": "From ten aprons on 50.00 to choose linen with.",
        "sets": [{"products": "aprons"}],
        "tiers": [_tier("free_stock", 10, amount="50.00")],
        "selection": "linens",
        "referable": True,
    }
    yield {
        "code": "SOAP-SAMPLES",
        "title": "Soap samples",
        "description": "From two dozen of the bath on, two soaps for the counter.",
        "sets": [{"products": "bath"}],
        "tiers": [_tier("free_stock", 24, amount="17.00")],
        "gives": ["SO-401", "SO-402"],
    }


def _with_strings(day: Day) -> Iterator[Definition]:
    yield {
        "code": "WITH-CASSEROLE",
        "title": "With a casserole",
        "description": "Who takes an enamel casserole gets the rest of the kitchen for less.",
        "sets": [{"products": "tools"}, {"products": "bakeware"}],
        "tiers": [_tier("percentage", 20, percent="10")],
        "required": ["KN-511"],
    }
    yield {
        "code": "JARS-NOW",
        "title": "Jars this month",
        "description": "The warehouse needs the room: before any other deal.",
        "starts": day(20),
        "ends": day(-10),
        "sets": [{"products": "storage"}],
        "tiers": [_tier("percentage", 18, percent="15")],
        "high_priority": True,
    }
    yield {
        "code": "LAST-CHANCE-30",
        "title": "Last chance, 30 %",
        "description": "Reps decide who gets the last pieces.",
        "sets": [{"products": "last-chance"}],
        "tiers": [_tier("percentage", 6, percent="30")],
        "manual": True,
    }
    yield {
        "code": "INN-TABLE",
        "title": "A table for an inn",
        "description": "Agreed with two inns, besides what all of the trade gets.",
        "sets": [
            {"products": "stoneware", "min_units": 24},
            {"products": "flatware", "min_units": 12},
        ],
        "tiers": [_tier("percentage", 48, percent="9")],
        "tags": [],
        "customers": ["W-203", "W-206"],
        "locations": ["online"],
    }
    yield {
        "code": "PAPER-AGAIN",
        "title": "Paper again",
        "description": "For who sold our paper before; it starts with the spring.",
        "starts": day(-60),
        "sets": [{"products": "paper"}],
        "tiers": [_tier("percentage", 30, percent="7")],
        "bought_before": "paper",
    }


def _tier(kind: str, minimum: int, **benefit: Any) -> dict[str, Any]:
    return {"min_units": minimum, "benefit": {"kind": kind, **benefit}}
