"""Why an offer was not applied: a stable code, the numbers compared, a sentence (EX-1)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from largesse.engine.catalog import ProductGroup
from largesse.engine.money import Currency

if TYPE_CHECKING:
    from largesse.engine.facts import Limit


class RefusalCode(StrEnum):
    """Codes are stable: integrators compare them. `MEANINGS` documents each."""

    UNKNOWN_CODE = "unknown_code"
    INACTIVE = "inactive"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    OTHER_CHANNEL = "other_channel"
    OTHER_LOCATION = "other_location"
    OTHER_CUSTOMER_TYPE = "other_customer_type"
    OTHER_CUSTOMER = "other_customer"
    CUSTOMER_NEEDED = "customer_needed"
    CODE_NEEDED = "code_needed"
    TAG_NEEDED = "tag_needed"
    TOO_FEW_UNITS = "too_few_units"
    TOO_MANY_UNITS = "too_many_units"
    SUBTOTAL_TOO_LOW = "subtotal_too_low"
    SUBTOTAL_TOO_HIGH = "subtotal_too_high"
    CONDITION_EXCLUDES = "condition_excludes"
    NO_UNITS = "no_units"
    UNITS_TAKEN = "units_taken"
    GROUP_CHOSE_ANOTHER = "group_chose_another"
    NOTHING_TO_GIVE = "nothing_to_give"
    VOUCHER_NOT_ASSIGNED = "voucher_not_assigned"
    VOUCHER_REDEEMED = "voucher_redeemed"
    VOUCHER_VOID = "voucher_void"
    VOUCHER_EXPIRED = "voucher_expired"
    ONE_VOUCHER_PER_ORDER = "one_voucher_per_order"
    TILL_ONLY = "till_only"
    MINIMUM_NOT_REACHED = "minimum_not_reached"
    MEMBERS_ONLY = "members_only"
    USED_UP = "used_up"
    DECLINED = "declined"
    NOT_ACCEPTED = "not_accepted"
    CODE_USED = "code_used"
    VOLUME_TOO_LOW = "volume_too_low"
    VOLUME_TOO_HIGH = "volume_too_high"
    TOO_FEW_PRODUCTS = "too_few_products"
    TOO_MANY_PRODUCTS = "too_many_products"
    NOT_FIRST_ORDER = "not_first_order"
    JOIN_DATE_UNKNOWN = "join_date_unknown"
    JOINED_TOO_EARLY = "joined_too_early"
    JOINED_TOO_LATE = "joined_too_late"
    BIRTHDAY_UNKNOWN = "birthday_unknown"
    NOT_BIRTHDAY = "not_birthday"
    OTHER_COUNTRY = "other_country"
    OTHER_CURRENCY = "other_currency"
    OTHER_SHIPPING_METHOD = "other_shipping_method"
    OUTSIDE_HOURS = "outside_hours"
    NOT_EARNED_BEFORE = "not_earned_before"
    EARNED_BEFORE = "earned_before"
    TOO_FEW_REFERRED = "too_few_referred"
    TOO_MANY_REFERRED = "too_many_referred"
    PARTY_NEEDED = "party_needed"
    PARTY_TOO_SMALL = "party_too_small"
    PARTY_TOO_LARGE = "party_too_large"
    EXPRESSION_FALSE = "expression_false"
    EXPRESSION_FAILED = "expression_failed"
    GIFT_NOT_CHOSEN = "gift_not_chosen"
    PRODUCT_MISSING = "product_missing"
    NOT_BOUGHT_BEFORE = "not_bought_before"
    BOUGHT_BEFORE = "bought_before"
    NOT_PICKED = "not_picked"
    PICK_NOT_VALID = "pick_not_valid"
    NOT_REFERABLE = "not_referable"
    NO_CREDIT = "no_credit"
    NOT_TO_GIVE = "not_to_give"
    CREDIT_TOO_SMALL = "credit_too_small"
    NO_CREDIT_LEFT = "no_credit_left"
    OTHER_ORDER_TYPE = "other_order_type"
    NO_SPREE = "no_spree"
    NOT_IN_SPREE = "not_in_spree"
    SPREE_EXCEEDED = "spree_exceeded"


MEANINGS: dict[RefusalCode, str] = {
    RefusalCode.UNKNOWN_CODE: "No promotion, voucher or allotment has this code.",
    RefusalCode.INACTIVE: "The offer is switched off or archived.",
    RefusalCode.NOT_STARTED: "The offer starts later.",
    RefusalCode.ENDED: "The offer is over.",
    RefusalCode.OTHER_CHANNEL: "The offer holds in other channels.",
    RefusalCode.OTHER_LOCATION: "The offer holds at other locations.",
    RefusalCode.OTHER_CUSTOMER_TYPE: "The offer is for the other type of customer.",
    RefusalCode.OTHER_CUSTOMER: "The voucher belongs to another customer.",
    RefusalCode.CUSTOMER_NEEDED: "The offer needs to know who the customer is.",
    RefusalCode.CODE_NEEDED: "The offer needs a promo code that the cart does not carry.",
    RefusalCode.TAG_NEEDED: "The customer lacks a tag that the offer asks for.",
    RefusalCode.TOO_FEW_UNITS: "Fewer units than the least that the offer asks for.",
    RefusalCode.TOO_MANY_UNITS: "More units than the most that the offer allows.",
    RefusalCode.SUBTOTAL_TOO_LOW: "A subtotal below the least that the offer asks for.",
    RefusalCode.SUBTOTAL_TOO_HIGH: "A subtotal above the most that the offer allows.",
    RefusalCode.CONDITION_EXCLUDES: "A condition that must not hold does hold.",
    RefusalCode.NO_UNITS: "The cart has no units that the offer discounts.",
    RefusalCode.UNITS_TAKEN: "Other offers took the units, because together they save more.",
    RefusalCode.GROUP_CHOSE_ANOTHER: "The exclusion group applied another of its promotions.",
    RefusalCode.NOTHING_TO_GIVE: "The prices are at the floor, or at what the offer gives, already.",
    RefusalCode.VOUCHER_NOT_ASSIGNED: "The voucher has not been assigned to a partner yet.",
    RefusalCode.VOUCHER_REDEEMED: "The voucher has been used.",
    RefusalCode.VOUCHER_VOID: "The voucher has been made void.",
    RefusalCode.VOUCHER_EXPIRED: "The voucher has expired.",
    RefusalCode.ONE_VOUCHER_PER_ORDER: "Another voucher is on the order already.",
    RefusalCode.TILL_ONLY: "The voucher's numbers run on from one another: it is taken at a till only.",
    RefusalCode.MINIMUM_NOT_REACHED: "The payable total is below the voucher's minimum.",
    RefusalCode.MEMBERS_ONLY: "The allotment or offer is for members of an organization.",
    RefusalCode.USED_UP: "Nothing is left of what was limited.",
    RefusalCode.DECLINED: "The shopper was asked and declined.",
    RefusalCode.NOT_ACCEPTED: "The shopper is asked first and has not accepted.",
    RefusalCode.CODE_USED: "The single-use code has been used.",
    RefusalCode.VOLUME_TOO_LOW: "A volume below the least that the offer asks for.",
    RefusalCode.VOLUME_TOO_HIGH: "A volume above the most that the offer allows.",
    RefusalCode.TOO_FEW_PRODUCTS: "Fewer different products than the offer asks for.",
    RefusalCode.TOO_MANY_PRODUCTS: "More different products than the offer allows.",
    RefusalCode.NOT_FIRST_ORDER: "The customer has ordered before.",
    RefusalCode.JOIN_DATE_UNKNOWN: "When the customer joined is not known.",
    RefusalCode.JOINED_TOO_EARLY: "The customer joined before the days that the offer is for.",
    RefusalCode.JOINED_TOO_LATE: "The customer joined after the days that the offer is for.",
    RefusalCode.BIRTHDAY_UNKNOWN: "The customer's birthday is not known.",
    RefusalCode.NOT_BIRTHDAY: "It is not the customer's birthday, or the week or month of it.",
    RefusalCode.OTHER_COUNTRY: "The offer is for orders to other countries.",
    RefusalCode.OTHER_CURRENCY: "The offer is for orders in other currencies.",
    RefusalCode.OTHER_SHIPPING_METHOD: "The offer is for other shipping methods.",
    RefusalCode.OUTSIDE_HOURS: "The offer holds on other days of the week, or at other hours.",
    RefusalCode.NOT_EARNED_BEFORE: "Earlier orders did not earn the promotion, or not often enough.",
    RefusalCode.EARNED_BEFORE: "Earlier orders earned a promotion that they must not have earned.",
    RefusalCode.TOO_FEW_REFERRED: "The customer referred fewer others than the offer asks for.",
    RefusalCode.TOO_MANY_REFERRED: "The customer referred more others than the offer allows.",
    RefusalCode.PARTY_NEEDED: "The offer is for orders of a party.",
    RefusalCode.PARTY_TOO_SMALL: "The party came to less than the offer asks for.",
    RefusalCode.PARTY_TOO_LARGE: "The party came to more than the offer allows.",
    RefusalCode.EXPRESSION_FALSE: "The offer's expression does not hold for the cart.",
    RefusalCode.EXPRESSION_FAILED: "The offer's expression came to no answer for the cart.",
    RefusalCode.GIFT_NOT_CHOSEN: "The shopper may choose a gift and has not yet.",
    RefusalCode.PRODUCT_MISSING: "The order lacks a product that the deal asks for.",
    RefusalCode.NOT_BOUGHT_BEFORE: "The deal is for buyers who bought certain products before.",
    RefusalCode.BOUGHT_BEFORE: "The deal is for buyers who never bought certain products.",
    RefusalCode.NOT_PICKED: "Lines go on the deal only when somebody picks it.",
    RefusalCode.PICK_NOT_VALID: "The deal that was picked for a line does not hold for it any more.",
    RefusalCode.NOT_REFERABLE: "The deal may not be applied without its trigger.",
    RefusalCode.NO_CREDIT: "The deal gives no credit on this order for what is given away.",
    RefusalCode.NOT_TO_GIVE: "The product is not among what the deal gives away.",
    RefusalCode.CREDIT_TOO_SMALL: "The credit does not pay for all that is given away.",
    RefusalCode.NO_CREDIT_LEFT: "Nothing is left on the customer's credit account.",
    RefusalCode.OTHER_ORDER_TYPE: "The shopping spree is for orders of another type.",
    RefusalCode.NO_SPREE: "The promotion gives no shopping spree on this order.",
    RefusalCode.NOT_IN_SPREE: "The product is not on the reward list of the shopping spree.",
    RefusalCode.SPREE_EXCEEDED: "The shopping spree does not pay for all that is chosen.",
}


class Shortfall(Struct, frozen=True):
    """Why a condition or an action gives nothing on a cart.

    `needed` and `found` are the numbers compared, in `unit`. Where more of some products would
    help, `add_units` of `add_from` (None is any product) close the gap, or `add_amount` minor units
    of them.
    """

    code: RefusalCode
    sentence: str
    needed: int | None = None
    found: int | None = None
    unit: Literal["units", "money"] = "units"
    add_units: int = 0
    add_amount: int = 0
    add_from: ProductGroup | None = None


class Refusal(Struct, frozen=True):
    """An offer that was looked at and not applied; `needed` and `found` in units or minor units."""

    offer: str
    code: RefusalCode
    sentence: str
    needed: int | None = None
    found: int | None = None
    unit: Literal["units", "money"] = "units"


def units_of(count: int) -> str:
    """A count in words.

    >>> units_of(1), units_of(3)
    ('1 unit', '3 units')
    """
    return f"{count:,} unit" if count == 1 else f"{count:,} units"


def too_few_units(
    needed: int, found: int, products: ProductGroup | None, *, can_add: bool = True
) -> Shortfall:
    """Fewer units of some products than are asked for; `can_add` says whether more of them help."""
    what = f" of {products.title or products.code}" if products else ""
    return Shortfall(
        RefusalCode.TOO_FEW_UNITS,
        f"Needs {units_of(needed)}{what}, found {found:,}.",
        needed,
        found,
        add_units=needed - found if can_add else 0,
        add_from=products,
    )


def used_up(limit: Limit, most: int, currency: Currency) -> Shortfall:
    """Nothing is left of a promotion's limit."""
    if limit == "budget":
        told = f"Its budget of {currency.format(most)} is used up."
        return Shortfall(RefusalCode.USED_UP, told, None, 0, "money")
    orders = "1 order" if most == 1 else f"{most:,} orders"
    of = {"uses": "", "uses_per_customer": " of a customer", "uses_per_day": " a day"}[limit]
    return Shortfall(RefusalCode.USED_UP, f"For {orders}{of}, which it was given to.", most, most)
