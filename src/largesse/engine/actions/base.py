"""An action says what a promotion takes off which units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from largesse.engine.cart import Cart
from largesse.engine.catalog import UNSCALED, Multipliers, ProductGroup
from largesse.engine.discount import Discount
from largesse.engine.money import ONE, Currency, Money, first_units, share_out
from largesse.engine.refusals import Shortfall
from largesse.engine.running import Line
from largesse.engine.window import Calendar, Window

if TYPE_CHECKING:
    from largesse.engine.facts import Ask
    from largesse.engine.scene import Scene


class Stacking(StrEnum):
    """Which promotions' already discounted units an action may also take; both must agree (AC-4)."""

    NONE = "none"
    STANDARD = "standard"
    POST = "post"
    BOTH = "both"


class Display(StrEnum):
    """How the cart shows what an action takes off (AC-3)."""

    ROLLUP = "rollup"
    """One line with the sum of all discounts of the same kind of action."""
    SEPARATE = "separate"
    """One line for each promotion."""


class Offered(NamedTuple):
    """Lots that an action may take from, column by column: by unit price, the dearest first.

    Ties keep the order of lines. A room is what may come off a lot: its net, or less with a floor.
    """

    lines: Sequence[Line]
    units: Sequence[int]
    nets: Sequence[int]
    rooms: Sequence[int]

    def part(self, i: int, units: int) -> tuple[int, int]:
        """The net and the room of the first `units` of a lot."""
        net, room = self.nets[i], self.rooms[i]
        if units == self.units[i]:
            return net, room
        part = first_units(net, self.units[i], units)
        return part, (part if room == net else max(0, part - self.lines[i].floor * units))


class Sale(NamedTuple):
    """What an order came to, for actions that give something once it is posted."""

    cart: Cart
    net: int
    """The lines after all discounts, in minor units."""
    measure: Callable[[str], int]
    """A measure of all lines as the discounts scaled it."""
    calendar: Calendar
    half_even: bool


class Owed(NamedTuple):
    """What an action gives once the order is posted: an amount of credit, or a right to a promotion."""

    owner: str
    """The customer that it is given to."""
    to: Literal["buyer", "sponsor", "referrer"] = "buyer"
    account: str = ""
    """Which of the business's credit accounts."""
    amount: int = 0
    promotion: str | None = None
    """The promotion that it is a right to; empty is credit."""
    window: Window | None = None


Take: TypeAlias = tuple[int, int, int]
"""The place of an offered lot, the units that an action takes of it, what it takes off them."""


class Action(Struct, frozen=True, kw_only=True, eq=False):
    """One kind of action: its fields, its decision, its sentences. `kind` names it in files.

    An action either decides each line by itself (`by_line`): then `terms` says what each gets; or
    its award ties units together, as an amount over several lines does: then `take` says which
    units it takes of those offered, and what off each.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    """What people call the kind."""
    shown: ClassVar[str]
    """What shoppers read where discounts of the kind are shown in one sum (AC-3)."""

    name: str = ""
    """What promotions that share the action call it by; empty is an action of one promotion alone."""
    display: Display = Display.ROLLUP
    """How the cart shows what it takes off: in one sum with its kind, or by itself."""
    stacking: Stacking = Stacking.NONE
    """Which promotions' already discounted units it may also take."""
    multipliers: Multipliers = UNSCALED
    """How it scales each measure of the units that it discounts, in percent."""
    recompute_tax: bool = True
    """On: tax is computed on the scaled taxable amount; off: tax stays what it was before."""
    below_floor: bool = False
    """Whether it may take units below their floor price."""

    def said(self, currency: Currency) -> str:
        """What it gives, in words that follow "gets": "15 % off every product but Upgrades"."""
        raise NotImplementedError

    def said_more(self, currency: Currency, calendar: Calendar) -> Iterable[str]:
        """What else is to be said of it, in whole sentences."""
        return ()

    def targets(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        """The product groups whose units it may take: included, excluded."""
        return None, None

    @property
    def acts_on(self) -> Literal["lines", "new_item", "shipping", "order", "reward"]:
        """What it changes: units on the order, the items of the order, the shipping charge, nothing
        now but what somebody is owed once the order is posted, or what there is to choose rewards with.
        """
        return "lines"

    @property
    def by_line(self) -> bool:
        return False

    @property
    def rate_bound(self) -> int:
        """The largest share of the value of the units that it takes that can come off, in
        millionths.

        It must never be too small: the choice between offers skips what this says can't win.
        """
        return ONE

    @property
    def fixed_terms(self) -> Discount | None:
        """The discount of every unit, where it is the same for every cart."""
        return None

    @property
    def gives_amounts(self) -> bool:
        """Whether it gives amounts, which may be more than there is to take them off (MO-5)."""
        return False

    @property
    def adds(self) -> str | None:
        """The product that it puts on the order as a new line, if it adds one (AC-2)."""
        return None

    @property
    def choices(self) -> tuple[str, ...]:
        """The products of which the buyer chooses one to be added (AC-7); empty asks nothing."""
        return ()

    @property
    def is_gift(self) -> bool:
        """Whether what it adds costs the buyer nothing: a budget cuts it by whole units."""
        return False

    @property
    def right_to(self) -> str | None:
        """The code of the promotion that it gives a right to, if to one (AC-7)."""
        return None

    def units_added(self, times: int) -> int:
        """How many units of the product it adds, when it is awarded so often."""
        return 0

    def terms(self, scene: Scene) -> Discount | None:
        """The discount of every unit that it takes; None where units get none, or not all the same."""
        return None

    def take(self, offered: Offered, times: int, scene: Scene) -> Sequence[Take]:
        """Which of the offered units it takes, for an action that ties units together."""
        raise NotImplementedError

    def off_shipping(self, charge: Money, times: int, *, half_even: bool) -> Money:
        """What an action on the shipping charge takes off it; it may be more than the charge."""
        return 0

    def owes(self, sale: Sale, times: int) -> Iterable[Owed]:
        """What an action gives once the order is posted."""
        return ()

    def most(self, times: int) -> int | None:
        """No award takes more off than this, in minor units; None where `rate_bound` says it all."""
        return None

    def spreads(self, net: int, times: int, scene: Scene) -> int | None:
        """What it spreads over units that cost `net` together, if there is room for it (MO-5); None if
        it spreads nothing.
        """
        return None

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        return ()

    def asks(self) -> tuple[Ask, ...]:
        """What else it must be told about the world."""
        return ()

    def shortfall(self, scene: Scene) -> Shortfall | None:
        """What the action itself asks for and the cart lacks; None if nothing."""
        return None


def spread(total: int, offered: Offered) -> list[Take]:
    """Take all offered units and spread an amount over them by net value (MO-4, FL-1).

    Ties go to the earlier line, wherever it stands among the offered.
    """
    order = sorted(range(len(offered.lines)), key=lambda i: offered.lines[i].index)
    nets = [offered.nets[i] for i in order]
    shares = share_out(total, nets, [offered.rooms[i] for i in order])
    return [(i, offered.units[i], share) for i, share in zip(order, shares, strict=True)]


def products_said(include: ProductGroup | None, exclude: ProductGroup | None = None) -> str:
    """The products that two groups choose, in words: "every product but Upgrades".

    >>> products_said(ProductGroup("MUGS", frozenset(), "Mugs")), products_said(None)
    ('Mugs', 'every product')
    """
    of = "every product" if include is None else include.title or include.code
    return of if exclude is None else f"{of} but {exclude.title or exclude.code}"


def limited_said(times: int | None) -> str:
    """The end of a sentence about what is given a number of times at most; nothing without one."""
    if times is None:
        return ""
    return ", once" if times == 1 else f", at most {times:,} times"
