"""The words that tests of the engine are written in: carts, offers and prices as people say them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

import largesse as lg

spec = pytest.mark.spec
soak = pytest.mark.soak

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
"""A Saturday."""

STEPS = 10_000
"""Solver steps that no small cart uses up."""


# --- amounts ---------------------------------------------------------------------------------------


def money(text: str, currency: str = "USD") -> int:
    """Minor units of an amount: money("1.234", "KWD") is 1234."""
    return lg.Currency.of(currency).parse(text)


def usd(text: str) -> int:
    return money(text, "USD")


def minor(amount: str | int | None) -> int | None:
    """Minor units of dollars as text; a number is minor units already, of whatever currency."""
    return usd(amount) if isinstance(amount, str) else amount


# --- what is sold, and to whom ---------------------------------------------------------------------


def product(sku: str, price: str | int, **fields: Any) -> lg.Product:
    """A product; `floor` and `list_price` may be dollars as text."""
    for name in ("floor", "list_price"):
        if name in fields:
            fields[name] = minor(fields[name])
    at = minor(price)
    assert at is not None
    return lg.Product(sku, at, **fields)


def group(*skus: str, code: str = "", title: str = "") -> lg.ProductGroup:
    return lg.ProductGroup(code or "+".join(skus), frozenset(skus), title)


def _group(said: lg.ProductGroup | str | Iterable[str] | None) -> lg.ProductGroup | None:
    if said is None or isinstance(said, lg.ProductGroup):
        return said
    return group(said) if isinstance(said, str) else group(*said)


def customer(id: str = "anna", *tags: str, **fields: Any) -> lg.Customer:
    return lg.Customer(id, tags=frozenset(tags), **fields)


def distributor(id: str = "dora", *tags: str, **fields: Any) -> lg.Customer:
    return customer(id, *tags, type=lg.CustomerType.DISTRIBUTOR, **fields)


LINE = re.compile(
    r"(?P<quantity>[\d.]+) (?P<sku>\S+)"
    r"(?: @ (?P<price>[\d.]+))?(?: for (?P<gross>[\d.]+))?"
    r"(?: less (?P<less>[\d.]+))?(?: by (?P<allotment>\S+))?(?: with (?P<option_of>\S+))?"
)


def line(text: str, id: str, currency: str = "USD") -> lg.CartLine:
    """A line as people say it.

    "2 mug @ 50.00 less 25.00" are two mugs at 50.00 each, 25.00 taken off the line by hand;
    "3 egg for 1.00" cost 1.00 together; "4 mug by CLUB" came by the link of the allotment CLUB;
    "1 wrap with 2" is an option of line 2.
    """
    said = LINE.fullmatch(text)
    assert said, f"not a line: {text!r}"
    quantity = said["quantity"]

    def amount(name: str) -> int | None:
        return None if said[name] is None else money(said[name], currency)

    return lg.CartLine(
        id,
        said["sku"],
        Decimal(quantity) if "." in quantity else int(quantity),
        unit_price=amount("price"),
        gross=amount("gross"),
        less=amount("less") or 0,
        allotment=said["allotment"],
        option_of=said["option_of"],
    )


def cart(*lines: str | lg.CartLine, currency: str = "USD", **fields: Any) -> lg.Cart:
    """A cart of lines as people say them; their ids are their numbers, from 1."""
    fields = {"at": NOW, "currency": currency, "codes": (), **fields}
    fields["codes"] = tuple(fields["codes"])
    fields["shipping"] = minor(fields.get("shipping", 0))
    if isinstance(fields["at"], str):
        fields["at"] = datetime.fromisoformat(fields["at"])
    said = (
        line(each, str(number), currency) if isinstance(each, str) else each
        for number, each in enumerate(lines, start=1)
    )
    return lg.Cart(tuple(said), **fields)


# --- actions ---------------------------------------------------------------------------------------


def _discount(said: str | int) -> dict[str, Any]:
    """ "10%" is a percentage, "5.00" an amount, "= 4.00" a price."""
    if isinstance(said, int):
        return {"amount": said}
    if said.endswith("%"):
        return {"percent": lg.percent(said[:-1])}
    return {"price": usd(said[2:])} if said.startswith("= ") else {"amount": usd(said)}


Skus = lg.ProductGroup | str | Iterable[str] | None


def off(
    said: str | int,
    on: Skus = None,
    *,
    but: Skus = None,
    units: int | None = None,
    lowest_first: bool = False,
    **fields: Any,
) -> lg.DiscountOrderLine:
    """Off order lines: "10%", "5.00" off each unit, or "= 4.00", a unit price; `on` some products."""
    if lowest_first:
        fields["apply_to"] = lg.ApplyTo.LOWEST_PRICE_FIRST
    return lg.DiscountOrderLine(
        **_discount(said), include=_group(on), exclude=_group(but), quantity=units, **fields
    )


def new_item(said: str, sku: str, units: int | None = None, **fields: Any) -> lg.DiscountOrderLine:
    """A product is added to the order, discounted."""
    return lg.DiscountOrderLine(
        **_discount(said), apply_to=lg.ApplyTo.NEW_ITEM, product=sku, quantity=units, **fields
    )


def order_off(
    said: str | int, on: Skus = None, *, but: Skus = None, **fields: Any
) -> lg.DiscountOrder:
    """A percentage or an amount off the order."""
    return lg.DiscountOrder(**_discount(said), include=_group(on), exclude=_group(but), **fields)


def buy(
    count: int,
    *,
    get: int = 1,
    at: str = "100%",
    on: Skus = None,
    but: Skus = None,
    **fields: Any,
) -> lg.BuyXGetY:
    """Of every count + get units, `get` are `at` off: buy(2, get=1) is "3 for 2"."""
    return lg.BuyXGetY(
        buy=count, get=get, **_discount(at), products=_group(on), exclude=_group(but), **fields
    )


def tiers(
    steps: Mapping[int, str], on: Skus = None, *, but: Skus = None, **fields: Any
) -> lg.QuantityTiers:
    """tiers({3: "10%", 6: "20%"}): from 3 units on 10 % off all, from 6 on 20 %."""
    made = tuple(lg.QuantityTier(minimum=n, **_discount(said)) for n, said in steps.items())
    return lg.QuantityTiers(tiers=made, include=_group(on), exclude=_group(but), **fields)


def order_tiers(steps: Mapping[str, str], on: Skus = None, **fields: Any) -> lg.DiscountOrder:
    """order_tiers({"50.00": "5%"}): from a subtotal of 50.00 on 5 % off the order."""
    made = tuple(lg.OrderTier(minimum=usd(n), **_discount(said)) for n, said in steps.items())
    return lg.DiscountOrder(tiers=made, include=_group(on), **fields)


def bundle(price: str, *parts: str | tuple[int, Skus], **fields: Any) -> lg.BundlePrice:
    """bundle("12.00", "mug", (2, "hat")): a mug and two hats together for 12.00."""
    made = ((1, part) if isinstance(part, str) else part for part in parts)
    return lg.BundlePrice(
        parts=tuple(lg.BundlePart(products=_some(on), units=units) for units, on in made),
        price=usd(price),
        **fields,
    )


def _some(said: Skus) -> lg.ProductGroup:
    found = _group(said)
    assert found is not None
    return found


def shipping_off(said: str, **fields: Any) -> lg.ShippingDiscount:
    """Off the shipping charge: "10%", "5.00", or "= 4.90", what it shall be."""
    return lg.ShippingDiscount(**_discount(said), **fields)


def gift(sku: str, units: int = 1, **fields: Any) -> lg.Gift:
    return lg.Gift(product=sku, quantity=units, **fields)


def gift_of(*skus: str, units: int = 1, **fields: Any) -> lg.ChoiceOfGift:
    """One of these as a gift."""
    return lg.ChoiceOfGift(products=skus, quantity=units, **fields)


def credit(said: str, account: str = "POINTS", **fields: Any) -> lg.AwardCredit:
    """Credit: "5.00", or "10%" of the order."""
    return lg.AwardCredit(**_discount(said), account=account, **fields)


def later(code: str, *, after: int = 0, days: int = 30) -> lg.DelayedPromotion:
    """A right to a promotion, `after` so many days, for so many `days`."""
    return lg.DelayedPromotion(promotion=code, opens_after=after, holds_for=days)


SPREE = re.compile(r"(?P<worth>[\d.]+%?)(?: of the (?P<of>party))?(?: up to (?P<most>[\d.]+))?")


def spree(said: str, on: Skus = None, *, but: Skus = None, **fields: Any) -> lg.ShoppingSpree:
    """A shopping spree: "50.00", "10%" of the subtotal, "10% of the party up to 150.00"."""
    found = SPREE.fullmatch(said)
    assert found, f"not a spree: {said!r}"
    worth = _discount(found["worth"])
    return lg.ShoppingSpree(
        **{
            "description": "Spree",
            "calculation": "percentage" if "percent" in worth else "flat",
            "of": "party_total" if found["of"] else "subtotal",
            "maximum": minor(found["most"]),
            **worth,
            **fields,
        },
        include=_group(on),
        exclude=_group(but),
    )


def chosen(*wanted: str, of: str = "PROMO") -> tuple[lg.SpreeChoice, ...]:
    """chosen("2 candle"): two candles against the spree of the promotion PROMO."""
    said = (each.split() for each in wanted)
    return tuple(lg.SpreeChoice(of, sku, int(units)) for units, sku in said)


# --- conditions ------------------------------------------------------------------------------------


def bought(
    minimum: int = 1, maximum: int | None = None, *, of: Skus = None, **fields: Any
) -> lg.ProductCount:
    """At least `minimum` units are bought, and at most `maximum`."""
    return lg.ProductCount(minimum=minimum, maximum=maximum, products=_group(of), **fields)


def worth(
    minimum: str = "0.00",
    maximum: str | None = None,
    *,
    of: Skus = None,
    but: Skus = None,
    **fields: Any,
) -> lg.Subtotal | lg.ProductValue:
    """A subtotal of at least `minimum` and at most `maximum` dollars, of some products or of all."""
    fields = {"minimum": usd(minimum), "maximum": minor(maximum), **fields}
    if of is None and but is None:
        return lg.Subtotal(**fields)
    return lg.ProductValue(products=_group(of), exclude=_group(but), **fields)


def tagged(*tags: str, match: Any = "any") -> lg.CustomerTags:
    return lg.CustomerTags(tags=frozenset(tags), match=match)


def both(*conditions: lg.Condition) -> lg.All:
    return lg.All(of=conditions)


def either(*conditions: lg.Condition) -> lg.Any:
    return lg.Any(of=conditions)


def no(condition: lg.Condition) -> lg.Not:
    return lg.Not(condition=condition)


# --- offers ----------------------------------------------------------------------------------------


def promotion(*parts: lg.Action | lg.Condition, code: str = "PROMO", **fields: Any) -> lg.Promotion:
    """A promotion of these actions and conditions."""
    return lg.Promotion(
        code=code,
        actions=tuple(part for part in parts if isinstance(part, lg.Action)),
        conditions=tuple(part for part in parts if isinstance(part, lg.Condition)),
        **fields,
    )


def post(*parts: lg.Action | lg.Condition, **fields: Any) -> lg.Promotion:
    """A promotion of the post stage."""
    return promotion(*parts, stage=lg.PromotionStage.POST, **fields)


def exclusion(code: str, mode: str = "best", order: int = 0) -> lg.ExclusionGroup:
    return lg.ExclusionGroup(code, lg.GroupMode(mode), order)


def voucher(worth: str, number: str = "DV1", *, minimum: str = "0.00", **fields: Any) -> lg.Voucher:
    """voucher("20%") is a percentage voucher, voucher("20.00") a value voucher."""
    kind: dict[str, Any] = (
        {"percent": lg.percent(worth[:-1])} if worth.endswith("%") else {"value": usd(worth)}
    )
    return lg.Voucher(number=number, minimum=usd(minimum), **kind, **fields)


class Allotted(NamedTuple):
    """An allotment and how many units of it are left."""

    allotment: lg.Allotment
    left: int


def allotment(left: int, sku: str, code: str = "CLUB", **fields: Any) -> Allotted:
    fields = {"organization": "club", **fields}
    return Allotted(lg.Allotment(code=code, product=sku, **fields), left)


def window(starts: str | None = None, until: str | None = None) -> lg.Window:
    """Half-open: from one day or instant until another, in UTC."""

    def instant(text: str | None) -> datetime | None:
        if text is None:
            return None
        said = datetime.fromisoformat(text)
        return said if said.tzinfo else said.replace(tzinfo=UTC)

    return lg.Window(instant(starts), instant(until))


# --- deals -----------------------------------------------------------------------------------------


def benefit(said: str | lg.Benefit) -> lg.Benefit:
    """A benefit as people say it.

    "8%" and "5.00" off each unit, "= 42.00" each, "8% rebate", "10.00 rebate", "50.00 free stock",
    "10+1" bonus stock, "10+1 proportional", "10+1 whole multiples", "10+1 at 4.00".
    """
    if isinstance(said, lg.Benefit):
        return said
    if bonus := BONUS.fullmatch(said):
        return lg.BonusStock(
            every=int(bonus["every"]),
            units=int(bonus["units"]),
            remainder=lg.Remainder((bonus["rule"] or "floor").strip().replace(" ", "_")),
            value=usd(bonus["value"]) if bonus["value"] else None,
        )
    if said.endswith(" free stock"):
        return lg.FreeStock(amount=usd(said.removesuffix(" free stock")))
    if said.endswith(" rebate"):
        return lg.Rebate(**_discount(said.removesuffix(" rebate")))
    match _discount(said):
        case {"percent": rate}:
            return lg.Percentage(percent=rate)
        case {"amount": amount}:
            return lg.AmountOff(amount=amount)
        case {"price": price}:
            return lg.FixedPrice(price=price)
        case unknown:
            raise AssertionError(unknown)


BONUS = re.compile(
    r"(?P<every>\d+)\+(?P<units>\d+)(?P<rule> proportional| whole multiples)?"
    r"(?: at (?P<value>[\d.]+))?"
)


def product_set(said: Skus, units: int = 0, *, but: Skus = None) -> lg.ProductSet:
    """Products that a deal covers, and the units that it needs of them."""
    return lg.ProductSet(products=_some(said), exclude=_group(but), min_units=units)


def tier(said: str | lg.Benefit, *, units: int = 0, value: str = "0.00") -> lg.DealTier:
    return lg.DealTier(benefit=benefit(said), min_units=units, min_value=usd(value))


def deal(
    said: str | lg.Benefit | Iterable[lg.DealTier],
    on: lg.ProductGroup | str | Sequence[str] | Sequence[lg.ProductSet],
    *,
    units: int = 0,
    value: str = "0.00",
    code: str = "DEAL",
    select: Skus = None,
    **fields: Any,
) -> lg.Deal:
    """A deal of one benefit from so many units, or of such a value at list price, or of tiers."""
    if isinstance(said, (str, lg.Benefit)):
        tiers: tuple[lg.DealTier, ...] = (tier(said, units=units, value=value),)
    else:
        tiers = tuple(said)
    if isinstance(on, (str, lg.ProductGroup)):
        sets = [product_set(on)]
    else:
        sets = [each for each in on if isinstance(each, lg.ProductSet)]
        sets = sets or [product_set([each for each in on if isinstance(each, str)])]
    return lg.Deal(
        code=code,
        tiers=tiers,
        sets=tuple(sets),
        selection=_group(select),
        **fields,
    )


Offer = lg.Promotion | lg.Deal | lg.Voucher | lg.ExclusionGroup | Allotted


# --- pricing ---------------------------------------------------------------------------------------


def book(
    *offers: Offer,
    products: Iterable[lg.Product] = (),
    currency: lg.Currency | str = "USD",
    locations: Iterable[lg.Location] = (),
    **catalog: Any,
) -> lg.OfferBook:
    """A book of these offers. Groups that the offers name need not be listed."""
    return lg.OfferBook(
        lg.Catalog(
            lg.Currency.of(currency) if isinstance(currency, str) else currency,
            products={each.sku: each for each in products},
            locations={each.code: each for each in locations},
            **catalog,
        ),
        [offer for offer in offers if isinstance(offer, lg.Promotion)],
        [offer for offer in offers if isinstance(offer, lg.ExclusionGroup)],
        [offer.allotment for offer in offers if isinstance(offer, Allotted)],
        [offer for offer in offers if isinstance(offer, lg.Deal)],
    )


def priced(
    cart: lg.Cart,
    *offers: Offer,
    products: Iterable[lg.Product] = (),
    location: lg.Location | None = None,
    currency: lg.Currency | str | None = None,
    history: Mapping[lg.HistoryQuery, int] | None = None,
    used: Mapping[lg.LimitQuery, int] | None = None,
    single_use: Iterable[lg.SingleUseCode] = (),
    referred: int = 0,
    party: lg.PartyTotals | None = None,
    steps: int = STEPS,
    **catalog: Any,
) -> lg.Quote:
    """The quote of a cart. Products that are not given are made from the lines that name a price.

    A voucher among the offers is entered on the cart, a location is where the cart is.
    """
    listed = {each.sku: each for each in products}
    for each in cart.lines:
        if each.sku not in listed:
            listed[each.sku] = lg.Product(each.sku, each.unit_price or 0)
    vouchers = {offer.number: offer for offer in offers if isinstance(offer, lg.Voucher)}
    entered = (*cart.codes, *(number for number in vouchers if number not in cart.codes))
    fields = {name: getattr(cart, name) for name in cart.__struct_fields__}
    fields["codes"] = entered
    if location is not None:
        fields["location"] = location.code
    whole = book(
        *offers,
        products=listed.values(),
        currency=cart.currency if currency is None else currency,
        locations=() if location is None else [location],
        **catalog,
    )
    facts = lg.Facts(
        history=history or {},
        vouchers=vouchers,
        allotments_left={
            offer.allotment.code: offer.left for offer in offers if isinstance(offer, Allotted)
        },
        used=used or {},
        single_use_codes={each.code: each for each in single_use},
        referred_customers=referred,
        party=party,
    )
    return lg.price(whole, lg.Cart(**fields), facts, steps=steps)


# --- reading a quote -------------------------------------------------------------------------------


def nets(quote: lg.Quote) -> list[str]:
    """The net of each line, in dollars (or the cart's currency)."""
    return [quote.format(each.net) for each in quote.lines]


def discounts(quote: lg.Quote) -> list[str]:
    """What came off each line."""
    return [quote.format(each.gross - each.net) for each in quote.lines]


def saved(quote: lg.Quote) -> str:
    return quote.format(quote.discount)


def by_offer(quote: lg.Quote) -> dict[str, str]:
    """What each offer took off, in the order in which they applied."""
    return {offer: quote.format(amount) for offer, amount in quote.discount_by_offer().items()}


def on_deals(quote: lg.Quote) -> list[str]:
    """The deal of each line of the cart, or "-"."""
    return [each.deal or "-" for each in quote.lines if not each.bonus]


def refused(quote: lg.Quote, offer: str) -> lg.Refusal:
    """The refusal of an offer."""
    refusal = quote.explain(offer).refusal
    assert refusal is not None, f"{offer} was applied"
    return refusal


def reason(quote: lg.Quote, offer: str = "PROMO") -> str:
    """The code of an offer's refusal."""
    return refused(quote, offer).code.value


def taxes(quote: lg.Quote) -> list[str]:
    return [quote.format(each.tax) for each in quote.lines]


def shares(quote: lg.Quote, offer: str) -> Sequence[tuple[str | None, int, int]]:
    """What an offer did: line, units, amount."""
    return [(a.line, a.units, a.amount) for a in quote.adjustments if a.offer == offer]
