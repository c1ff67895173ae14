"""A quote becomes an answer: one that was just priced, or one that an order keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from msgspec import UNSET, Raw, Struct, UnsetType

from largesse.api.amounts import Amounts, amounts_of
from largesse.api.kept_quotes import part_of
from largesse.api.quoted_deals import (
    applied_deal,
    assignment,
    deal_progress,
    number_told,
    restriction,
)
from largesse.api.quoted_sprees import applied_spree
from largesse.api.quotes import (
    AdjustmentOut,
    BookOut,
    ConsumptionOut,
    CreditOut,
    DiscountOut,
    ExplanationOut,
    GiftOut,
    LineOut,
    NearMissOut,
    PaymentOut,
    QuoteOut,
    RefusalOut,
    RightOut,
    SuggestionOut,
)
from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.display import discounts
from largesse.engine.explain import NearMiss
from largesse.engine.money import Currency
from largesse.engine.quote import Quote
from largesse.engine.quoted import (
    Adjustment,
    AppliedDeal,
    Consumption,
    Credit,
    Discount,
    GiftChoice,
    Payment,
    QuoteLine,
    Right,
    Suggestion,
)
from largesse.engine.refusals import Refusal
from largesse.offers.guessing import alike, failed_codes, untold, untold_kept

Item = TypeVar("Item", bound=Struct)


def quote_out(
    quote: Quote,
    version: int,
    *,
    expand: Collection[str] = (),
    explain: list[str] | None = None,
    tells_apart: bool = True,
) -> QuoteOut:
    """The answer for a cart. KeyError for an offer to be explained that the book does not have.

    Without `tells_apart`, codes that were entered in vain are all alike (QU-41).
    """
    money = amounts_of(quote.book.currency)
    refusals = quote.refusals if tells_apart else untold(quote)
    failed = () if tells_apart else failed_codes(quote)
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
        discounts=[_discount(discount, money) for discount in quote.discounts],
        refusals=[_refusal(refusal, money) for refusal in refusals],
        consumptions=[_consumption(consumption, money) for consumption in quote.consumptions],
        gifts=[_gift(gift) for gift in quote.gifts],
        credits=[_credit(credit, money) for credit in quote.credits],
        rights=[_right(right) for right in quote.rights],
        deals=[applied_deal(deal, money) for deal in quote.deals],
        sprees=[applied_spree(spree, money) for spree in quote.sprees],
        proven=quote.proven,
        gap=money[quote.gap],
        book=BookOut(quote.book_hash, version),
        near_misses=[_near_miss(n, money) for n in quote.near_misses]
        if "near_misses" in expand
        else UNSET,
        suggestions=[_suggestion(s, money) for s in quote.suggestions]
        if "suggestions" in expand
        else UNSET,
        deal_progress=[deal_progress(p, money) for p in quote.deal_progress]
        if "deal_progress" in expand
        else UNSET,
        restrictions=[restriction(r, money) for r in quote.restrictions]
        if "restrictions" in expand
        else UNSET,
        assignment=assignment(quote.assignment, money) if "assignment" in expand else UNSET,
        explanations=[_explained(quote, code, money, failed) for code in explain]
        if explain
        else UNSET,
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
        line.deal,
        line.bonus,
        line.spree,
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
    return RefusalOut(
        refusal.offer,
        refusal.code,
        refusal.sentence,
        number_told(refusal.needed, refusal.unit, money),
        number_told(refusal.found, refusal.unit, money),
    )


def _near_miss(miss: NearMiss, money: Amounts) -> NearMissOut:
    return NearMissOut(miss.offer, miss.sku, miss.units, money[miss.saving], miss.sentence)


def _consumption(consumption: Consumption, money: Amounts) -> ConsumptionOut:
    units: int | Raw = consumption.units
    limit: int | Raw | UnsetType = UNSET if consumption.limit is None else consumption.limit
    if consumption.kind in ("budget", "credit"):
        units = money[consumption.units]
        limit = limit if consumption.limit is None else money[consumption.limit]
    return ConsumptionOut(consumption.kind, consumption.code, units, consumption.of, limit)


def _discount(discount: Discount, money: Amounts) -> DiscountOut:
    return DiscountOut(discount.title, money[discount.amount], list(discount.offers))


def _suggestion(asked: Suggestion, money: Amounts) -> SuggestionOut:
    saving = money[asked.saving]
    return SuggestionOut(asked.offer, asked.title, asked.description, asked.accepted, saving)


def _gift(gift: GiftChoice) -> GiftOut:
    return GiftOut(gift.offer, gift.title, list(gift.products), gift.units, gift.chosen)


def _credit(credit: Credit, money: Amounts) -> CreditOut:
    return CreditOut(
        credit.offer,
        credit.revision,
        credit.title,
        credit.account,
        credit.owner,
        credit.to,
        money[credit.amount],
        UNSET if credit.cut_from is None else money[credit.cut_from],
        credit.by,
        list(credit.lines),
    )


def _right(right: Right) -> RightOut:
    return RightOut(
        right.offer,
        right.revision,
        right.title,
        right.promotion,
        right.customer,
        right.window.start,
        right.window.end,
    )


def _explained(quote: Quote, code: str, money: Amounts, failed: Collection[str]) -> ExplanationOut:
    explanation = quote.explain(code)
    refusal = alike(code) if code in failed else explanation.refusal
    return ExplanationOut(
        code,
        refusal is None,
        money[sum(adjustment.amount for adjustment in explanation.adjustments)],
        None if refusal is None else _refusal(refusal, money),
    )


# --- what an order keeps ---------------------------------------------------------------------------


class _Adjusted(NamedTuple):
    """What a kept quote took off, of which its discounts are made."""

    adjustments: tuple[Adjustment, ...]


def stored_quote_out(
    data: Mapping[str, Any], version: int | None = None, *, tells_apart: bool = True
) -> QuoteOut:
    """The same answer from a quote in the file format, as orders keep it."""
    if not tells_apart:
        data = {**data, "refusals": untold_kept(data)}
    currency = Currency.of(data["currency"])
    texts = amounts_of(currency)

    def money(name: str) -> Raw:
        return texts[currency.parse(data[name])]

    def each(struct: type[Item], section: str) -> list[Item]:
        return [part_of(struct, item, currency) for item in data.get(section, ())]

    adjustments = each(Adjustment, "adjustments")
    return QuoteOut(
        currency=currency.code,
        lines=[_line(line, texts) for line in each(QuoteLine, "lines")],
        gross=money("gross"),
        discount=money("discount"),
        net=money("net"),
        shipping=money("shipping"),
        tax=money("tax"),
        tax_included=money("tax_included"),
        total=money("total"),
        payments=[_payment(payment, texts) for payment in each(Payment, "payments")],
        due=money("due"),
        adjustments=[_adjustment(adjustment, texts) for adjustment in adjustments],
        discounts=[_discount(d, texts) for d in discounts(_Adjusted(tuple(adjustments)))],
        refusals=[_refusal(refusal, texts) for refusal in each(Refusal, "refusals")],
        consumptions=[_consumption(c, texts) for c in each(Consumption, "consumptions")],
        gifts=[_gift(gift) for gift in each(GiftChoice, "gifts")],
        credits=[_credit(credit, texts) for credit in each(Credit, "credits")],
        rights=[_right(right) for right in each(Right, "rights")],
        deals=[applied_deal(deal, texts) for deal in each(AppliedDeal, "deals")],
        sprees=[applied_spree(spree, texts) for spree in each(AppliedSpree, "sprees")],
        proven=data["proven"],
        gap=money("gap"),
        book=BookOut(data["book"], UNSET if version is None else version),
    )
