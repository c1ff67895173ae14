"""What came off, as a summary shows it: rolled up by kind of action, or one line each (AC-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from largesse.engine.actions.shopping_spree import ShoppingSpree
from largesse.engine.display import discounted
from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment, Discount
from largesse.engine.stage import Stage


class Off(Struct, frozen=True):
    """What one offer took off one line, or, without an amount, the title above such rows."""

    label: str
    amount: int | None


class Rolled(Struct, frozen=True):
    """A discount as the cart shows it, and what it is made of (AC-3)."""

    title: str
    amount: int
    parts: tuple[Off, ...]


class Shipping(Struct, frozen=True):
    """The shipping charge before and after its discounts, and what each took off."""

    before: int
    after: int
    parts: tuple[Off, ...]

    @property
    def is_less(self) -> bool:
        return self.after < self.before


def rolled(quote: Quote) -> tuple[Rolled, ...]:
    """What came off the lines, in the order of application; shipping stands by itself."""
    names = {line.id: line.name or line.sku for line in quote.lines}
    return tuple(
        Rolled(_title(discount, found[0]), discount.amount, _parts(found, names))
        for discount, found in zip(quote.discounts, discounted(quote), strict=True)
        if found[0].stage is not Stage.SHIPPING
    )


def _title(discount: Discount, first: Adjustment) -> str:
    """A spree's title is that of what is chosen; the sum says what pays for it."""
    is_spree = first.kind == ShoppingSpree.kind and len(discount.offers) == 1
    return ShoppingSpree.label if is_spree else discount.title


def shipping(quote: Quote) -> Shipping:
    """The shipping charge, which the summary shows with its own discounts."""
    parts = [
        Off(adjustment.title or adjustment.offer, adjustment.amount)
        for adjustment in quote.adjustments
        if adjustment.stage is Stage.SHIPPING
    ]
    return Shipping(quote.cart.shipping, quote.shipping, tuple(parts))


def _parts(found: Sequence[Adjustment], names: Mapping[str, str]) -> tuple[Off, ...]:
    """The lines that something came off, under the title of each offer where there are several."""
    by_offer: dict[str, list[Adjustment]] = {}
    for adjustment in found:
        by_offer.setdefault(adjustment.title or adjustment.offer, []).append(adjustment)
    parts: list[Off] = []
    for title, ours in by_offer.items():
        if len(by_offer) > 1:
            parts.append(Off(title, None))
        parts += [Off(names[a.line], a.amount) for a in ours if a.line is not None]
    return tuple(parts)
