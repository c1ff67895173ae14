"""The running cart: lines as lots of units that share one history, while the stages work on them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from largesse.engine.cart import CartLine
from largesse.engine.catalog import Location, Product
from largesse.engine.money import first_units, part_of, round_div

if TYPE_CHECKING:
    from largesse.engine.award import Award


class Lot(Struct, frozen=True, eq=False, gc=False):
    """Units of one line that have the same history. A weighed line is one lot of one piece.

    `gross` and `net` are for all its units, in minor units; `marks` are the awards that took them,
    and `free` says that an allotment or a reward made them free, or as much so as it pays for, so that
    no later stage takes them (ST-2). `deal` says that their line is on a deal: only promotions that
    say so take them (ST-3).
    """

    units: int
    gross: int
    net: int
    marks: tuple[Award, ...] = ()
    free: bool = False
    deal: bool = False

    @property
    def unit_price(self) -> int:
        """What one unit costs now, in 10^-12 minor units: fine enough to order any two lots
        exactly.
        """
        return self.net * 10**12 // self.units

    def split(self, units: int) -> tuple[Lot, Lot]:
        """The first `units` of the lot, and the rest; the odd minor units go to the first."""
        gross = first_units(self.gross, self.units, units)
        net = first_units(self.net, self.units, units)
        return (
            Lot(units, gross, net, self.marks, self.free, self.deal),
            Lot(
                self.units - units,
                self.gross - gross,
                self.net - net,
                self.marks,
                self.free,
                self.deal,
            ),
        )

    def less(self, amount: int) -> Lot:
        return Lot(self.units, self.gross, self.net - amount, self.marks, self.free, self.deal)

    def marked(self, *awards: Award) -> Lot:
        return Lot(self.units, self.gross, self.net, self.marks + awards, self.free, self.deal)

    def on_deal(self, amount: int) -> Lot:
        """On a deal that takes so much off it."""
        return Lot(self.units, self.gross, self.net - amount, self.marks, self.free, True)


def unit_price(net: int, units: int) -> int:
    """What one unit costs, in 10^-12 minor units: fine enough to tell any two lots apart."""
    return net * 10**12 // units


class Line:
    """A cart line under way. Stages split and discount its lots: `hold` replaces them, and `net`."""

    __slots__ = (
        "floor", "gross", "id", "index", "lots", "net", "product", "quantity", "sku", "units",
        "weighed",
    )  # fmt: skip

    def __init__(
        self,
        index: int,
        line: CartLine,
        product: Product,
        location: Location | None,
        half_even: bool = False,
    ):
        quantity, gross, floor = line.quantity, line.gross, product.floor
        weighed = product.quantity_decimals > 0
        if gross is None:
            price = product.price if line.unit_price is None else line.unit_price
            gross = times_quantity(price, quantity, half_even=half_even)
        if location is not None and location.floor_margin:
            floor = max(floor, part_of(product.price, location.floor_margin, half_even=half_even))
        if floor and weighed:
            floor = times_quantity(floor, quantity, half_even=half_even)
        self.index = index
        self.id = line.id
        self.sku = line.sku
        self.product = product
        self.quantity = quantity
        self.weighed = weighed
        self.units = units = 1 if weighed else int(quantity)
        self.gross = self.net = gross
        self.floor = floor
        self.lots: tuple[Lot, ...] = (Lot(units, gross, gross),)

    def hold(self, lots: tuple[Lot, ...]) -> None:
        """Make these the lots of the line."""
        self.lots = lots
        self.net = lots[0].net if len(lots) == 1 else sum([lot.net for lot in lots])

    def per_unit(self, amount: int, units: int) -> int:
        """`amount` a unit for a number of units; of a weighed line, for its whole quantity."""
        return times_quantity(amount, self.quantity) if self.weighed else amount * units

    def room(self, lot: Lot) -> int:
        """What may still be taken off a lot before its units reach their floor (FL-1)."""
        return max(0, lot.net - self.floor * lot.units) if self.floor else lot.net


def times_quantity(amount: int, quantity: int | Decimal, *, half_even: bool = False) -> int:
    """A unit amount for a quantity, rounded once."""
    if type(quantity) is int:
        return amount * quantity
    numerator, denominator = quantity.as_integer_ratio()
    return round_div(amount * numerator, denominator, half_even=half_even)
