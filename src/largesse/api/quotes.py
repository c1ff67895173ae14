"""A quote as programs read it: what comes off, why, what is due, what it would consume."""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from largesse.api.amounts import Money
from largesse.api.cart_lines import Code
from largesse.api.carts import CartIn
from largesse.api.instants import Instant
from largesse.api.quoted_deals import AppliedDealOut, AssignmentOut, DealProgressOut, RestrictionOut
from largesse.api.quoted_sprees import AppliedSpreeOut
from largesse.engine.facts import Limit
from largesse.engine.quoted import CreditedBy

Expansion = Literal["near_misses", "suggestions", "deal_progress", "restrictions", "assignment"]
EXPANSIONS: Final[tuple[Expansion, ...]] = get_args(Expansion)


class QuoteIn(CartIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cart to be priced, and what the answer shall tell beside the price."""

    expand: Annotated[
        list[Expansion],
        Meta(
            description="near_misses: what little more would bring. suggestions: the promotions that "
            "the shopper is asked about. deal_progress: how far the cart is with each deal. "
            "restrictions: what rules cost against the best without them. assignment: the proof that "
            "no other assignment of lines to deals brings more. They cost more than the price, so ask "
            "when you show them."
        ),
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
    added_by: Annotated[
        str | None, Meta(description="The promotion or the deal that added the line.")
    ] = None
    deal: Annotated[str | None, Meta(description="The deal that the line is on.")] = None
    bonus: Annotated[
        bool, Meta(description="Whether it is given away against the credit of a deal.")
    ] = False
    spree: Annotated[
        bool, Meta(description="Whether it was chosen against the spree of what added it.")
    ] = False


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
    """A value voucher or a credit account that pays a part; what a voucher can't use is forfeited."""

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


class ConsumptionOut(Struct, frozen=True, omit_defaults=True):
    """What placing the order would use up: a voucher, a single-use code, a part of a limit, credit."""

    kind: Literal["voucher", "allotment", "single_use_code", "credit"] | Limit
    code: Annotated[
        str,
        Meta(
            description="The voucher, code, allotment or credit account, or the promotion that has the "
            "limit."
        ),
    ]
    units: Annotated[int | Money, Meta(description="How many; of a budget or credit an amount.")]
    of: Annotated[
        str,
        Meta(
            description="The customer or the day that the limit is for, or whose credit it is; of the "
            "rest nothing."
        ),
    ] = ""
    limit: Annotated[int | Money | UnsetType, Meta(description="What it is limited to.")] = UNSET


class DiscountOut(Struct, frozen=True):
    """A discount as a cart shows it: of one offer, or of all that roll up in one sum."""

    title: str
    amount: Money
    offers: Annotated[list[str], Meta(description="The codes of the offers that are in it.")]


class SuggestionOut(Struct, frozen=True):
    """A promotion that the shopper is asked about; `answers` in the cart takes the answer."""

    offer: str
    title: str
    description: str
    accepted: Annotated[bool, Meta(description="Whether it applies now.")]
    saving: Annotated[Money, Meta(description="What it takes off in all, or would.")]


class GiftOut(Struct, frozen=True):
    """A gift that the buyer may choose; `gifts` in the cart takes the choice."""

    offer: str
    title: str
    products: Annotated[list[str], Meta(description="The SKUs, of which one is chosen.")]
    units: Annotated[int, Meta(description="How many units of it are given.")]
    chosen: str | None


class CreditOut(Struct, frozen=True, omit_defaults=True):
    """An amount for a credit account, given once the order is posted."""

    offer: str
    revision: int
    title: str
    account: Annotated[str, Meta(description="Which of the business's credit accounts.")]
    owner: Annotated[str, Meta(description="The number of the customer who gets it.")]
    to: Literal["buyer", "sponsor", "referrer"]
    amount: Money
    cut_from: Annotated[
        Money | UnsetType, Meta(description="What it would be, had its budget more left.")
    ] = UNSET
    by: Annotated[
        CreditedBy,
        Meta(
            description="What gives it: a promotion's action, a deal, or what is left of a promotion's "
            "shopping spree."
        ),
    ] = "promotion"
    lines: Annotated[
        list[str], Meta(description="The lines that it is for; none is all of the order.")
    ] = msgspec.field(default_factory=list)


class RightOut(Struct, frozen=True):
    """A right to a promotion on a later order, given once the order is posted."""

    offer: str
    revision: int
    title: str
    promotion: str
    customer: Annotated[str, Meta(description="The number of the customer who gets it.")]
    starts: Instant | None
    ends: Annotated[Instant | None, Meta(description="The first instant after it.")]


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
    discounts: list[DiscountOut]
    refusals: list[RefusalOut]
    consumptions: list[ConsumptionOut]
    gifts: list[GiftOut]
    credits: list[CreditOut]
    rights: list[RightOut]
    deals: Annotated[
        list[AppliedDealOut], Meta(description="The deals that lines are on, by rank.")
    ]
    sprees: Annotated[
        list[AppliedSpreeOut], Meta(description="The shopping sprees that it has, by rank.")
    ]
    proven: Annotated[
        bool, Meta(description="Whether it is proven that no other choice of offers saves more.")
    ]
    gap: Annotated[Money, Meta(description="No choice of offers saves more than this beyond it.")]
    book: BookOut
    near_misses: list[NearMissOut] | UnsetType = UNSET
    suggestions: list[SuggestionOut] | UnsetType = UNSET
    deal_progress: list[DealProgressOut] | UnsetType = UNSET
    restrictions: list[RestrictionOut] | UnsetType = UNSET
    assignment: AssignmentOut | UnsetType = UNSET
    explanations: list[ExplanationOut] | UnsetType = UNSET
