"""A cart as its page shows it: lines, near misses, and a summary whose sums a shopper can follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from largesse.catalog.models import Product
from largesse.engine import explain as engine
from largesse.engine.catalog import Location
from largesse.engine.money import percent_string
from largesse.engine.offers.promotion import Promotion
from largesse.engine.quote import Quote
from largesse.engine.quoted import Payment, QuoteLine
from largesse.engine.refusals import RefusalCode
from largesse.orders.credit.purses import payment_words
from largesse.orders.explaining.explanation import cell_key
from largesse.shop.allotted import Allotted
from largesse.shop.asking import Earned, Presents, Suggested, earned, presents, suggested
from largesse.shop.options import Choice, choices
from largesse.shop.sprees import ToSpend, to_spend
from largesse.shop.sums import Rolled, Shipping, rolled, shipping


class NearMiss(Struct, frozen=True):
    """What little more would bring (EX-2): `units` more of the line's product."""

    title: str
    units: int
    saving: int
    found: int | None
    needed: int | None
    in_money: bool


class Line(Struct, frozen=True):
    """A line of the cart. `key` asks where the first amount that came off it comes from; `comes_with`
    is the title of the promotion that added the line, `spree` its code where the line was chosen.
    `goes_with` is what it is an option of, `options` what is offered with it.
    """

    id: str
    sku: str
    name: str
    icon: str
    quantity: str
    step: str
    each: int | None
    gross: int
    net: int
    off: int
    key: str
    allotted: Allotted | None
    comes_with: str
    spree: str
    goes_with: str
    options: tuple[Choice, ...]
    near: tuple[NearMiss, ...]

    @property
    def said(self) -> str:
        """What tells it from the other lines, in words."""
        return f"{self.name} with {self.goes_with}" if self.goes_with else self.name


class Tender(Struct, frozen=True):
    """What a value voucher or a credit account pays, and what of a voucher is lost because the order is
    smaller (VO-30).
    """

    words: str
    amount: int
    forfeited: int
    account: str | None = None
    """The name of the credit account; None for a voucher."""


class CartPage(Struct, frozen=True):
    """All that the cart's page shows of a quote. Amounts are minor units."""

    currency: str
    items: str
    lines: tuple[Line, ...]
    gross: int
    rolled: tuple[Rolled, ...]
    shipping: Shipping
    tax: int
    tax_included: int
    tax_rate: str
    total: int
    tenders: tuple[Tender, ...]
    due: int
    saved: int
    proven: bool
    suggested: tuple[Suggested, ...]
    presents: tuple[Presents, ...]
    earned: tuple[Earned, ...]
    to_spend: tuple[ToSpend, ...]

    @property
    def chosen(self) -> int:
        """How many units its sprees give."""
        return sum(each.units for each in self.to_spend)

    @property
    def gifts(self) -> tuple[Allotted, ...]:
        """What allotments give, by line."""
        return tuple(line.allotted for line in self.lines if line.allotted is not None)


def cart_page(
    quote: Quote,
    products: Mapping[str, Product],
    location: Location | None,
    promotions: Mapping[str, Promotion],
    gifts: Mapping[str, Allotted],
    offered: Mapping[str, Sequence[Product]],
) -> CartPage:
    """The page of a quote; `products` are the records of its lines and gifts by SKU, `gifts` what
    allotments give on its lines, by their ids, `offered` the options of its products, by SKU.
    """
    near = _near_misses(quote, promotions)
    return CartPage(
        currency=quote.currency,
        items=count_of(quote.lines),
        lines=tuple(
            _line(
                quote,
                place,
                line,
                products.get(line.sku),
                gifts.get(line.id),
                _choices(quote, line, offered),
                near.get(line.id, ()),
            )
            for place, line in enumerate(quote.lines)
        ),
        gross=quote.gross,
        rolled=rolled(quote),
        shipping=shipping(quote),
        tax=quote.tax,
        tax_included=quote.tax_included,
        tax_rate=_tax_rate(quote, products, location),
        total=quote.total,
        tenders=tuple(map(_tender, quote.payments)),
        due=quote.due,
        saved=quote.saved,
        proven=quote.proven,
        suggested=suggested(quote),
        presents=presents(quote, products),
        earned=earned(quote),
        to_spend=to_spend(quote),
    )


def _tender(payment: Payment) -> Tender:
    words = payment_words(payment.kind, payment.code)
    account = payment.code if payment.kind == "credit_account" else None
    return Tender(words, payment.amount, payment.forfeited, account)


def count_of(lines: Iterable[QuoteLine]) -> str:
    """How much is in a cart, how much offers added to it, and how much was chosen against sprees: a
    weighed line counts as one item.
    """
    found = tuple(lines)
    count = sum(line.units for line in found if line.added_by is None)
    added = sum(line.units for line in found if line.added_by is not None and not line.spree)
    chosen = sum(line.units for line in found if line.spree)
    is_bought = count > 0 or not (added or chosen)
    parts = [
        ("1 item" if count == 1 else f"{count:,} items") if is_bought else "",
        f"{added:,} added" if added else "",
        f"{chosen:,} chosen" if chosen else "",
    ]
    return ", ".join(part for part in parts if part)


def _line(
    quote: Quote,
    place: int,
    line: QuoteLine,
    product: Product | None,
    gift: Allotted | None,
    options: tuple[Choice, ...],
    near: tuple[NearMiss, ...],
) -> Line:
    ours = [a for a in quote.adjustments if a.line == line.id]
    whole, rest = divmod(line.gross, line.units)
    decimals = product.quantity_decimals if product is not None else 0
    goes_with = quote.goes_with.get(line.id)
    return Line(
        id=line.id,
        sku=line.sku,
        name=line.name or line.sku,
        icon=product.icon if product is not None else "package",
        quantity=f"{line.quantity:f}" if decimals else str(line.quantity),
        step=f"0.{'0' * (decimals - 1)}1" if decimals else "1",
        each=product.price if decimals and product else None if rest else whole,
        gross=line.gross,
        net=line.net,
        off=line.gross - line.net,
        key=cell_key(place, ours[0].stage) if ours else "",
        allotted=gift,
        comes_with=quote.book.name_of(line.added_by) if line.added_by else "",
        spree=line.added_by or "" if line.spree else "",
        goes_with=goes_with.name or goes_with.sku if goes_with is not None else "",
        options=options,
        near=near,
    )


def _choices(
    quote: Quote, line: QuoteLine, offered: Mapping[str, Sequence[Product]]
) -> tuple[Choice, ...]:
    """What may go with a line; nothing with what offers added, or with an option."""
    if line.added_by is not None or line.id in quote.goes_with:
        return ()
    ticked = [each.sku for each in quote.cart.lines if each.option_of == line.id]
    return choices(offered.get(line.sku, ()), ticked)


def _near_misses(
    quote: Quote, promotions: Mapping[str, Promotion]
) -> dict[str, tuple[NearMiss, ...]]:
    """Under each line the near miss that asks for the fewest units more (EX-2); then the one that saves
    most. What isn't half reached yet is far, and left out.
    """
    gifts = {line.id for line in quote.cart.lines if line.allotment}
    # What is added stands on the ordinary line of a product, where there is one.
    bought = [
        line for line in quote.lines if line.added_by is None and line.id not in quote.goes_with
    ]
    lines: dict[str, str] = {}
    for line in sorted(bought, key=lambda line: line.id in gifts):
        lines.setdefault(line.sku, line.id)
    best: dict[str, NearMiss] = {}
    for miss in quote.near_misses:
        line_id = lines.get(miss.sku)
        # What is given after posting comes off nothing now: the saving is not its own.
        promotion = promotions.get(miss.offer)
        is_later = promotion is not None and all(a.acts_on == "order" for a in promotion.actions)
        if line_id is None or is_later or (line_id in best and best[line_id].units <= miss.units):
            continue
        found = _near_miss(quote, miss, quote.book.name_of(miss.offer))
        if found is not None:
            best[line_id] = found
    return {line_id: (miss,) for line_id, miss in best.items()}


def _near_miss(quote: Quote, miss: engine.NearMiss, title: str) -> NearMiss | None:
    refusal = quote.explain(miss.offer).refusal
    if refusal is None or refusal.code not in (
        RefusalCode.TOO_FEW_UNITS,
        RefusalCode.SUBTOTAL_TOO_LOW,
    ):
        return NearMiss(title, miss.units, miss.saving, None, None, False)
    needed, found = refusal.needed or 0, refusal.found or 0
    if found * 2 < needed:
        return None
    return NearMiss(title, miss.units, miss.saving, found, needed, refusal.unit == "money")


def _tax_rate(quote: Quote, products: Mapping[str, Product], location: Location | None) -> str:
    """The rate that all lines have, written out; empty where they differ."""
    if location is None:
        return ""
    classes = {products[line.sku].tax_class for line in quote.lines if line.sku in products}
    rates = {location.tax.get(each, 0) for each in classes}
    return f"{percent_string(rates.pop())} %" if len(rates) == 1 else ""
