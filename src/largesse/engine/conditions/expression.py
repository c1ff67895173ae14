"""Expression: a rule in CEL over cart, customer and facts, for what no other kind asks (CO-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.expressions import Kind, Language, Outcome
from largesse.engine.facts import VOLUMES, Ask, HistoryQuery, Measure, PartyTotals
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.window import WEEKDAYS, Calendar, Period

if TYPE_CHECKING:
    from largesse.engine.cart import Customer
    from largesse.engine.scene import Scene

NOBODY: Final = PartyTotals()


def _measure(name: str, scene: Scene) -> int:
    return scene.measure(name)


_OF_CART: Final[Mapping[str, tuple[Kind, Callable[[Scene], Any]]]] = {
    "subtotal": ("int", lambda scene: scene.amount()),
    "original_subtotal": ("int", lambda scene: scene.amount(original=True)),
    "units": ("int", lambda scene: scene.units(None)),
    "skus": ("list<string>", lambda scene: list(dict.fromkeys(line.sku for line in scene.lines))),
    "units_of": ("map<string, int>", lambda scene: _by_sku(scene, amounts=False)),
    "amount_of": ("map<string, int>", lambda scene: _by_sku(scene, amounts=True)),
    **{name: ("int", partial(_measure, name)) for name in VOLUMES},
    "shipping": ("int", lambda scene: scene.cart.shipping),
    "currency": ("string", lambda scene: scene.cart.currency),
    "channel": ("string", lambda scene: scene.cart.channel.value),
    "location": ("string", lambda scene: scene.cart.location or ""),
    "country": ("string", lambda scene: (scene.cart.country or "").upper()),
    "shipping_method": ("string", lambda scene: scene.cart.shipping_method or ""),
    "party": ("string", lambda scene: scene.cart.party or ""),
    "codes": ("list<string>", lambda scene: sorted(scene.codes)),
    "day": ("string", lambda scene: scene.today.isoformat()),
    "month": ("int", lambda scene: scene.today.month),
    "weekday": ("string", lambda scene: WEEKDAYS[scene.today.weekday()]),
    "hour": ("int", lambda scene: scene.at.astimezone(scene.calendar.zone).hour),
}
_OF_CUSTOMER: Final[Mapping[str, tuple[Kind, Any, Callable[[Customer, date], Any]]]] = {
    "known": ("bool", False, lambda buyer, today: True),
    "id": ("string", "", lambda buyer, today: buyer.id),
    "type": ("string", "", lambda buyer, today: buyer.type.value),
    "tags": ("list<string>", [], lambda buyer, today: sorted(buyer.tags)),
    "organizations": ("list<string>", [], lambda buyer, today: sorted(buyer.organizations)),
    "joined": ("string", "", lambda buyer, today: _iso(buyer.joined)),
    "days_since_joining": (
        "int",
        -1,
        lambda buyer, today: -1 if buyer.joined is None else (today - buyer.joined).days,
    ),
    "birthday": ("string", "", lambda buyer, today: _iso(buyer.birthday)),
    "sponsor": ("string", "", lambda buyer, today: buyer.sponsor or ""),
    "referrer": ("string", "", lambda buyer, today: buyer.referrer or ""),
}
_OF_PARTY: Final[Mapping[str, Callable[[PartyTotals], int]]] = {
    "facts.party_total": lambda party: party.total,
    "facts.party_orders": lambda party: party.orders,
    "facts.party_bookings": lambda party: party.bookings,
}
_REFERRED: Final = "facts.referred_customers"
_SUMS: Final[Mapping[str, Measure]] = {"orders": "orders", "units": "units", "spent": "amount"}
_BOUGHT: Final[Mapping[str, tuple[Measure, Period | None]]] = {
    f"facts.{name}.{period.value if period else 'ever'}": (measure, period)
    for name, measure in _SUMS.items()
    for period in (*Period, None)
}
"""What this buyer's prior orders came to, by the name of the variable."""

LANGUAGE: Final = Language(
    {
        **{f"cart.{name}": kind for name, (kind, _) in _OF_CART.items()},
        **{f"customer.{name}": kind for name, (kind, _, _) in _OF_CUSTOMER.items()},
        **dict.fromkeys([*_OF_PARTY, _REFERRED, *_BOUGHT], "int"),
    }
)


class Expression(Condition, frozen=True, kw_only=True, eq=False):
    """An expression in CEL (Common Expression Language) is true: `cart.subtotal >= 8000`.

    Amounts are minor units; a text is empty where nothing is known. Of the cart: `subtotal`,
    `original_subtotal`, `units`, `skus`, `units_of` and `amount_of` by SKU, `volume_1` to `volume_4`,
    `shipping`, `currency`, `channel`, `location`, `country`, `shipping_method`, `party`, `codes`, and
    by the business's clock `day` (2026-11-21), `month`, `weekday` (saturday) and `hour`. Of the
    customer: `known`, `id`, `type`, `tags`, `organizations`, `joined`, `days_since_joining` (-1 if
    unknown), `birthday`, `sponsor` and `referrer`. Of the facts: `referred_customers`, `party_total`,
    `party_orders`, `party_bookings`, and of this buyer's prior orders `orders`, `units` and `spent`,
    each with `ever`, `year`, `calendar_year`, `calendar_month`, `week` or `day`: `facts.spent.year`.
    """

    kind: ClassVar[str] = "expression"
    label: ClassVar[str] = "Expression"

    expression: str
    """The expression, in CEL; it comes to true or false."""
    meaning: str = ""
    """What it asks for, in words that follow "if", for those who don't read CEL."""

    def times(self, scene: Scene) -> int:
        return UNBOUNDED if self._outcome(scene).holds else 0

    def _outcome(self, scene: Scene) -> Outcome:
        names = LANGUAGE.used(self.expression)
        return LANGUAGE.evaluate(self.expression, {name: _value(name, scene) for name in names})

    def shortfall(self, scene: Scene) -> Shortfall:
        failure = self._outcome(scene).failure
        if failure:
            told = f"Its expression came to no answer: {failure}."
            return Shortfall(RefusalCode.EXPRESSION_FAILED, told)
        told = f"Holds if {self.meaning or self.expression}; it is not so."
        return Shortfall(RefusalCode.EXPRESSION_FALSE, told)

    def faults(self) -> Iterable[tuple[str, str]]:
        return [("expression", told) for told in LANGUAGE.faults(self.expression)]

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        used = LANGUAGE.used(self.expression)
        return [_query(name, at, calendar) for name in used if name in _BOUGHT]

    def asks(self) -> Iterable[Ask]:
        used = LANGUAGE.used(self.expression)
        if _REFERRED in used:
            yield "referred_customers"
        if not _OF_PARTY.keys().isdisjoint(used):
            yield "party"

    def said(self, currency: Currency) -> str:
        return self.meaning or f"the expression holds: {self.expression}"


def _value(name: str, scene: Scene) -> Any:
    """The value of a variable."""
    about, _, rest = name.partition(".")
    if about == "cart":
        return _OF_CART[rest][1](scene)
    if about == "customer":
        _, unknown, of = _OF_CUSTOMER[rest]
        return unknown if scene.customer is None else of(scene.customer, scene.today)
    if name in _OF_PARTY:
        return _OF_PARTY[name](scene.facts.party or NOBODY)
    if name in _BOUGHT:
        return scene.bought(_query(name, scene.at, scene.calendar))
    return scene.facts.referred_customers


def _query(name: str, at: datetime, calendar: Calendar) -> HistoryQuery:
    measure, period = _BOUGHT[name]
    since = None if period is None else calendar.since(period, at)
    return HistoryQuery(None, since, measure=measure)


def _by_sku(scene: Scene, *, amounts: bool) -> dict[str, int]:
    found: dict[str, int] = {}
    for line, lots in zip(scene.lines, scene.lots, strict=True):
        number = sum([lot.net for lot in lots]) if amounts else line.units
        found[line.sku] = found.get(line.sku, 0) + number
    return found


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
