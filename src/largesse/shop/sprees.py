"""What a cart's shopping sprees give to spend, what is chosen against them, and what of that an order
would leave out (SP-6, SP-7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from largesse.catalog.models import Product
from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.cart import SpreeChoice
from largesse.engine.quote import Quote
from largesse.engine.sprees import spree_of
from largesse.pages.figures import amount_text
from largesse.pages.spree.picker import Head, head
from largesse.pages.spree.reading import Picked
from largesse.pages.spree.receipt import Row
from largesse.shop.wording import says


class ToSpend(Struct, frozen=True):
    """A shopping spree as the cart shows it. `asks_sign_in` is whether what is left would be credit, if
    only its buyer were known (SP-11).
    """

    promotion: str
    title: str
    description: str
    head: Head
    units: int
    asks_sign_in: bool


class LeftOut(Struct, frozen=True):
    """Units that were chosen and are on no line of the order; `keep` units of the product are."""

    promotion: str
    sku: str
    name: str
    units: int
    keep: int
    why: str

    @property
    def heading(self) -> str:
        """What is left out, as its note begins."""
        are = "is" if self.units == 1 else "are"
        return f"{self.units:,} {self.name} {are} not in your order."

    @property
    def instead(self) -> str:
        """What a shopper may do about it."""
        return "Take it out" if self.units == 1 else "Take them out"


def to_spend(quote: Quote) -> tuple[ToSpend, ...]:
    """The sprees of a quote, by rank."""
    units: Counter[str] = Counter()
    for (promotion, _), count in given_units(quote).items():
        units[promotion] += count
    return tuple(_to_spend(quote, spree, units[spree.offer]) for spree in quote.sprees)


def _to_spend(quote: Quote, spree: AppliedSpree, units: int) -> ToSpend:
    has_buyer = quote.cart.customer is not None
    return ToSpend(
        spree.offer,
        _heading(quote, spree),
        spree.description or spree.title,
        as_told(spree, head(spree, units, quote.book.currency), quote),
        units,
        spree.carry_over == "credit" and spree.excess > 0 and not has_buyer,
    )


def _heading(quote: Quote, spree: AppliedSpree) -> str:
    """What there is to spend: "12.00 to spend on Candles"."""
    award = amount_text(spree.award, quote.currency)
    action = spree_of(quote.book.promotions[spree.offer])
    group = action.include if action is not None else None
    return f"{award} to spend on {group.title or group.code}" if group else f"{award} to spend"


def as_told(spree: AppliedSpree, head: Head, quote: Quote) -> Head:
    """The sums of a spree, with what becomes of the rest in the words of the shop."""
    if spree.due or not spree.excess:
        return head
    if spree.carry_over == "ignore":
        return head._replace(left_said="can be spent on this order only")
    if quote.cart.customer is None:
        return head._replace(left_said="becomes credit if you sign in first")
    return head._replace(left_said="becomes credit once your order is completed")


class Chosen(Struct, frozen=True):
    """What is chosen against one spree: `selected` is what it costs, `given` what the spree pays of it,
    `due` what comes on top of the order, with the tax that is added.
    """

    lines: tuple[Row, ...]
    selected: int
    given: int
    tax: int
    due: int


def chosen(quote: Quote, promotion: str) -> Chosen:
    """What is chosen against a spree that a quote has."""
    spree = next(each for each in quote.sprees if each.offer == promotion)
    lines = [line for line in quote.lines if line.id in spree.lines]
    rows = tuple(Row(line.units, line.name or line.sku, line.gross) for line in lines)
    tax = sum(line.tax for line in lines)
    return Chosen(rows, spree.selected, spree.given, tax, spree.due + tax)


def icons_of(skus: Collection[str]) -> Mapping[str, str]:
    """The names of the icons of products, by SKU."""
    return dict(Product.objects.filter(sku__in=skus).values_list("sku", "icon"))


# --- what is given ---------------------------------------------------------------------------------


def given_units(quote: Quote) -> Counter[tuple[str, str]]:
    """How many units are on the lines of a quote's sprees, by promotion and SKU."""
    found: Counter[tuple[str, str]] = Counter()
    for line in quote.lines:
        if line.spree and line.added_by is not None:
            found[line.added_by, line.sku] += line.units
    return found


def may_choose(quote: Quote, choices: Sequence[SpreeChoice], asked: Picked) -> bool:
    """Whether a choice can be kept: fewer units always, more of what a spree of the quote rewards."""
    if _units(asked.chosen_in(choices), asked) <= _units(choices, asked):
        return True
    product = quote.book.catalog.products.get(asked.sku)
    if product is None or all(spree.offer != asked.promotion for spree in quote.sprees):
        return False
    action = spree_of(quote.book.promotions[asked.promotion])
    return action is not None and action.rewards(product)


def is_new(choices: Iterable[SpreeChoice], asked: Picked) -> bool:
    """Whether nothing of the product is chosen yet."""
    return not _units(choices, asked)


def _units(choices: Iterable[SpreeChoice], asked: Picked) -> int:
    mine = (asked.promotion, asked.sku)
    return sum(each.units for each in choices if (each.promotion, each.sku) == mine)


def given(quote: Quote, choices: Iterable[SpreeChoice]) -> tuple[SpreeChoice, ...]:
    """The choices, without what the quote does not give: so they are ordered."""
    units = given_units(quote)
    kept = ((each, units[each.promotion, each.sku]) for each in choices)
    return tuple(SpreeChoice(each.promotion, each.sku, count) for each, count in kept if count)


def left_out(quote: Quote, choices: Sequence[SpreeChoice]) -> tuple[LeftOut, ...]:
    """What of the choices is not on the lines of a quote, whether it was priced with them or without;
    in the order of choosing.
    """
    return tuple(_left_out(quote, choices))


def _left_out(quote: Quote, choices: Iterable[SpreeChoice]) -> Iterator[LeftOut]:
    units = given_units(quote)
    for each in choices:
        keep = units[each.promotion, each.sku]
        if keep < each.units:
            known = quote.book.catalog.products.get(each.sku)
            name = known.name if known is not None and known.name else each.sku
            why = _why(quote, each, keep)
            yield LeftOut(each.promotion, each.sku, name, each.units - keep, keep, why)


def _why(quote: Quote, choice: SpreeChoice, keep: int) -> str:
    spree = next((each for each in quote.sprees if each.offer == choice.promotion), None)
    if spree is None:
        return _no_spree(quote, choice.promotion)
    product = quote.book.catalog.products.get(choice.sku)
    action = spree_of(quote.book.promotions[choice.promotion])
    if product is None or action is None or not action.rewards(product):
        return f"{spree.title}: it can’t be chosen any more."
    missing = amount_text(product.price - (spree.award - spree.selected), quote.currency)
    return f"{spree.title}: {missing} is missing for {'one more' if keep else 'one'}."


def _no_spree(quote: Quote, promotion: str) -> str:
    """Why an order does not have the spree that something was chosen for: it had it before."""
    if promotion not in quote.book.promotions:
        return "What it was chosen for is over."
    name = quote.book.name_of(promotion)
    refusal = quote.explain(promotion).refusal
    told = says(refusal) if refusal is not None else None
    return f"{name}: {told or 'your cart doesn’t qualify for it as it is.'}"
