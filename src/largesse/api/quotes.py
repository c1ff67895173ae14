"""A quote as programs read it: what comes off, why, what is due, what it would consume."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from largesse.api.amounts import Amounts, Money, amounts_of
from largesse.api.carts import CartIn, Code
from largesse.engine.explain import NearMiss
from largesse.engine.money import Currency
from largesse.engine.quote import Adjustment, Consumption, Payment, Quote, QuoteLine
from largesse.engine.refusals import Refusal


class QuoteIn(CartIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cart to be priced, and what the answer shall tell beside the price."""

    expand: Annotated[
        list[Literal["near_misses"]],
        Meta(description="near_misses: what little more would bring, each of them priced."),
    ] = msgspec.field(default_factory=list)
    explain: Annotated[
        list[Code],
        Meta(max_length=50, description="Codes of offers: why each of them was applied or not."),
    ] = msgspec.field(default_factory=list)


class LineOut(Struct, frozen=True, omit_defaults=True):
    """A line: gross less its adjustments is net; tax is added to it, tax_included is within it."""

    id: str
    sku: str
    name: str
    quantity: Annotated[int | str, Meta(description="Whole units, or a weight as a decimal text.")]
    units: Annotated[int, Meta(description="Units that can be given back; 1 for a weighed line.")]
    gross: Money
    net: Money
    tax: Money
    tax_included: Money
    added_by: Annotated[str | None, Meta(description="The promotion that added the line.")] = None


class AdjustmentOut(Struct, frozen=True, omit_defaults=True):
    """One amount that one offer took off some units of one line, or off the shipping charge."""

    stage: str
    offer: str
    revision: int
    line: Annotated[str | None, Meta(description="Null for the shipping charge.")]
    units: int
    amount: Money
    title: str = ""
    cut_from: Annotated[
        Money | UnsetType, Meta(description="What it would have given, had there been more left.")
    ] = UNSET


class PaymentOut(Struct, frozen=True):
    """A value voucher that pays a part; what it can't use is forfeited."""

    kind: str
    code: str
    amount: Money
    forfeited: Money


class RefusalOut(Struct, frozen=True, omit_defaults=True):
    """An offer that was asked for and not applied, with the numbers that were compared."""

    offer: str
    code: Annotated[str, Meta(description="A stable code; the reference lists them.")]
    sentence: str
    needed: int | Money | UnsetType = UNSET
    found: int | Money | UnsetType = UNSET


class NearMissOut(Struct, frozen=True):
    """What little more would bring."""

    offer: str
    sku: str
    units: int
    saving: Money
    sentence: str


class ConsumptionOut(Struct, frozen=True):
    """What placing the order would use up."""

    kind: str
    code: str
    units: int


class ExplanationOut(Struct, frozen=True, omit_defaults=True):
    """What an offer gave, or why it gave nothing."""

    offer: str
    applied: bool
    amount: Money
    refusal: RefusalOut | None = None


class BookOut(Struct, frozen=True, omit_defaults=True):
    """What it was priced with: the content hash of the book, and its version."""

    hash: str
    version: int | UnsetType = UNSET


class QuoteOut(Struct, frozen=True, kw_only=True):
    """The full answer for a cart."""

    object: Literal["quote"] = "quote"
    currency: str
    lines: list[LineOut]
    gross: Money
    discount: Money
    net: Money
    shipping: Money
    tax: Money
    tax_included: Money
    total: Money
    payments: list[PaymentOut]
    due: Money
    adjustments: list[AdjustmentOut]
    refusals: list[RefusalOut]
    consumptions: list[ConsumptionOut]
    proven: Annotated[
        bool, Meta(description="Whether it is proven that no other choice of offers saves more.")
    ]
    gap: Annotated[Money, Meta(description="No choice of offers saves more than this beyond it.")]
    book: BookOut
    near_misses: list[NearMissOut] | UnsetType = UNSET
    explanations: list[ExplanationOut] | UnsetType = UNSET


def quote_out(
    quote: Quote,
    version: int,
    *,
    near_misses: bool = False,
    explain: list[str] | None = None,
) -> QuoteOut:
    """The answer for a cart. KeyError for an offer to be explained that the book does not have."""
    money = amounts_of(quote.book.currency)
    return QuoteOut(
        currency=quote.currency,
        lines=[_line(line, money) for line in quote.lines],
        gross=money[quote.gross],
        discount=money[quote.discount],
        net=money[quote.net],
        shipping=money[quote.shipping],
        tax=money[quote.tax],
        tax_included=money[quote.tax_included],
        total=money[quote.total],
        payments=[_payment(payment, money) for payment in quote.payments],
        due=money[quote.due],
        adjustments=[_adjustment(adjustment, money) for adjustment in quote.adjustments],
        refusals=[_refusal(refusal, money) for refusal in quote.refusals],
        consumptions=[_consumption(consumption) for consumption in quote.consumptions],
        proven=quote.proven,
        gap=money[quote.gap],
        book=BookOut(quote.book_hash, version),
        near_misses=[_near_miss(n, money) for n in quote.near_misses] if near_misses else UNSET,
        explanations=[_explained(quote, code, money) for code in explain] if explain else UNSET,
    )


def _line(line: QuoteLine, money: Amounts) -> LineOut:
    quantity = line.quantity
    return LineOut(
        line.id,
        line.sku,
        line.name,
        quantity if type(quantity) is int else _decimal(quantity),
        line.units,
        money[line.gross],
        money[line.net],
        money[line.tax],
        money[line.tax_included],
        line.added_by,
    )


def _decimal(quantity: int | Decimal) -> int | str:
    whole = quantity == int(quantity)
    return int(quantity) if whole else format(Decimal(quantity).normalize(), "f")


def _adjustment(adjustment: Adjustment, money: Amounts) -> AdjustmentOut:
    cut = adjustment.cut_from
    return AdjustmentOut(
        adjustment.stage,
        adjustment.offer,
        adjustment.revision,
        adjustment.line,
        adjustment.units,
        money[adjustment.amount],
        adjustment.title,
        UNSET if cut is None else money[cut],
    )


def _payment(payment: Payment, money: Amounts) -> PaymentOut:
    return PaymentOut(payment.kind, payment.code, money[payment.amount], money[payment.forfeited])


def _refusal(refusal: Refusal, money: Amounts) -> RefusalOut:
    def compared(number: int | None) -> int | Raw | UnsetType:
        if number is None:
            return UNSET
        return money[number] if refusal.unit == "money" else number

    return RefusalOut(
        refusal.offer,
        refusal.code,
        refusal.sentence,
        compared(refusal.needed),
        compared(refusal.found),
    )


def _near_miss(miss: NearMiss, money: Amounts) -> NearMissOut:
    return NearMissOut(miss.offer, miss.sku, miss.units, money[miss.saving], miss.sentence)


def _consumption(consumption: Consumption) -> ConsumptionOut:
    return ConsumptionOut(consumption.kind, consumption.code, consumption.units)


def _explained(quote: Quote, code: str, money: Amounts) -> ExplanationOut:
    explanation = quote.explain(code)
    refusal = explanation.refusal
    return ExplanationOut(
        code,
        refusal is None,
        money[sum(adjustment.amount for adjustment in explanation.adjustments)],
        None if refusal is None else _refusal(refusal, money),
    )


def stored_quote_out(data: Mapping[str, Any], version: int | None = None) -> QuoteOut:
    """The same answer from a quote in the file format, as orders keep it."""
    currency = Currency.of(data["currency"])
    texts = amounts_of(currency)

    def money(item: Mapping[str, Any], name: str) -> Raw:
        return texts[currency.parse(item.get(name, "0"))]

    def refusal(item: Mapping[str, Any]) -> RefusalOut:
        of_money = item.get("unit") == "money"
        compared: list[int | Raw | UnsetType] = [
            UNSET if name not in item else money(item, name) if of_money else item[name]
            for name in ("needed", "found")
        ]
        return RefusalOut(item["offer"], item["code"], item["sentence"], *compared)

    return QuoteOut(
        currency=currency.code,
        lines=[
            LineOut(
                line["id"],
                line["sku"],
                line["name"],
                line["quantity"],
                line["units"],
                money(line, "gross"),
                money(line, "net"),
                money(line, "tax"),
                money(line, "tax_included"),
                line.get("added_by"),
            )
            for line in data["lines"]
        ],
        gross=money(data, "gross"),
        discount=money(data, "discount"),
        net=money(data, "net"),
        shipping=money(data, "shipping"),
        tax=money(data, "tax"),
        tax_included=money(data, "tax_included"),
        total=money(data, "total"),
        payments=[
            PaymentOut(p["kind"], p["code"], money(p, "amount"), money(p, "forfeited"))
            for p in data["payments"]
        ],
        due=money(data, "due"),
        adjustments=[
            AdjustmentOut(
                a["stage"],
                a["offer"],
                a["revision"],
                a.get("line"),
                a["units"],
                money(a, "amount"),
                a.get("title", ""),
                money(a, "cut_from") if "cut_from" in a else UNSET,
            )
            for a in data["adjustments"]
        ],
        refusals=[refusal(item) for item in data["refusals"]],
        consumptions=[
            ConsumptionOut(c["kind"], c["code"], c.get("units", 1)) for c in data["consumptions"]
        ],
        proven=data["proven"],
        gap=money(data, "gap"),
        book=BookOut(data["book"], UNSET if version is None else version),
    )
