"""Largesse decides every discount that a business gives, and explains it to the cent.

`price(book, cart, facts)` is the one function; everything else here is what it takes and gives.
"""

from largesse.engine.actions.award_credit import AwardCredit
from largesse.engine.actions.base import Action, Display, Stacking
from largesse.engine.actions.bundle_price import BundlePart, BundlePrice
from largesse.engine.actions.buy_x_get_y import BuyXGetY
from largesse.engine.actions.delayed_promotion import DelayedPromotion
from largesse.engine.actions.discount_order import DiscountOrder, OrderTier
from largesse.engine.actions.discount_order_line import ApplyTo, DiscountOrderLine
from largesse.engine.actions.gift import Gift
from largesse.engine.actions.gift_choice import ChoiceOfGift
from largesse.engine.actions.quantity_tiers import QuantityTier, QuantityTiers
from largesse.engine.actions.shipping_discount import ShippingDiscount
from largesse.engine.actions.shopping_spree import ShoppingSpree
from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.assignment.problem import Remainder
from largesse.engine.benefits.amount_off import AmountOff
from largesse.engine.benefits.base import Benefit
from largesse.engine.benefits.bonus_stock import BonusStock
from largesse.engine.benefits.fixed_price import FixedPrice
from largesse.engine.benefits.free_stock import FreeStock
from largesse.engine.benefits.percentage import Percentage
from largesse.engine.benefits.rebate import Rebate
from largesse.engine.book import Catalog, OfferBook
from largesse.engine.cart import (
    Cart,
    CartLine,
    Channel,
    Customer,
    CustomerType,
    Giveaway,
    OrderType,
    SpreeChoice,
)
from largesse.engine.catalog import Location, Measures, Multipliers, Product, ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.conditions.birthday import Birthday
from largesse.engine.conditions.channel import ThroughChannel
from largesse.engine.conditions.compound import All, Any, Not
from largesse.engine.conditions.country import InCountry
from largesse.engine.conditions.currency import InCurrency
from largesse.engine.conditions.customer_tags import CustomerTags
from largesse.engine.conditions.customer_type import CustomerTypeIs
from largesse.engine.conditions.distinct_products import DistinctProducts
from largesse.engine.conditions.expression import Expression
from largesse.engine.conditions.first_order import FirstOrder
from largesse.engine.conditions.join_date import JoinDate
from largesse.engine.conditions.location import AtLocation
from largesse.engine.conditions.organization_membership import OrganizationMembership
from largesse.engine.conditions.party_bookings import PartyBookings
from largesse.engine.conditions.party_order_count import PartyOrderCount
from largesse.engine.conditions.party_total import PartyTotal
from largesse.engine.conditions.past_promotion import PastPromotion
from largesse.engine.conditions.product_count import ApplicableOrders, ProductCount
from largesse.engine.conditions.product_value import ProductValue
from largesse.engine.conditions.promo_code import PromoCode
from largesse.engine.conditions.referred_customers import ReferredCustomers
from largesse.engine.conditions.shipping_method import ByShippingMethod
from largesse.engine.conditions.subtotal import Subtotal
from largesse.engine.conditions.time_of_week import TimeOfWeek
from largesse.engine.conditions.time_since_joining import TimeSinceJoining
from largesse.engine.conditions.volume import Volume
from largesse.engine.deals.progress import DealProgress
from largesse.engine.deals.proof import Assignment
from largesse.engine.explain import Explanation, NearMiss
from largesse.engine.facts import (
    CreditBalance,
    Facts,
    FactsNeeded,
    HistoryQuery,
    KitCounting,
    LimitQuery,
    PartyTotals,
    PastLine,
    PastOrder,
    SingleUseCode,
)
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.document import Document
from largesse.engine.money import Currency, percent
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.deal import Deal, DealTier, ProductSet
from largesse.engine.offers.promotion import ExclusionGroup, GroupMode, Promotion, Suggest
from largesse.engine.offers.voucher import Voucher, VoucherStatus
from largesse.engine.pricing import price
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
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.restrictions import Restriction
from largesse.engine.stage import PromotionStage, Stage
from largesse.engine.window import Calendar, Period, Window
from largesse.files import read_document

__all__ = [
    "Action", "Adjustment", "All", "Allotment", "AmountOff", "Any", "ApplicableOrders",
    "AppliedDeal", "AppliedSpree", "ApplyTo", "Assignment", "AtLocation", "AwardCredit", "Benefit",
    "Birthday", "BonusStock", "BundlePart", "BundlePrice", "BuyXGetY", "ByShippingMethod",
    "Calendar", "Cart", "CartLine", "Catalog", "Channel", "ChoiceOfGift", "Condition",
    "Consumption", "Credit", "CreditBalance", "Currency", "Customer", "CustomerTags",
    "CustomerType", "CustomerTypeIs", "Deal", "DealProgress", "DealTier", "DelayedPromotion",
    "Discount", "DiscountOrder", "DiscountOrderLine", "Display", "DistinctProducts", "Document",
    "ExclusionGroup", "Explanation", "Expression", "Facts", "FactsNeeded", "Fault", "Faults",
    "FirstOrder", "FixedPrice", "FreeStock", "Gift", "GiftChoice", "Giveaway", "GroupMode",
    "HistoryQuery", "InCountry", "InCurrency", "JoinDate", "KitCounting", "LimitQuery", "Location",
    "Measures", "Multipliers", "NearMiss", "Not", "OfferBook", "OrderTier", "OrderType",
    "OrganizationMembership", "PartyBookings", "PartyOrderCount", "PartyTotal", "PartyTotals",
    "PastLine", "PastOrder", "PastPromotion", "Payment", "Percentage", "Period", "Product",
    "ProductCount", "ProductGroup", "ProductSet", "ProductValue", "PromoCode", "Promotion",
    "PromotionStage", "QuantityTier", "QuantityTiers", "Quote", "QuoteLine", "Rebate",
    "ReferredCustomers", "Refusal", "RefusalCode", "Remainder", "Restriction", "Right",
    "ShippingDiscount", "ShoppingSpree", "SingleUseCode", "SpreeChoice", "Stacking", "Stage",
    "Subtotal", "Suggest", "Suggestion", "ThroughChannel", "TimeOfWeek", "TimeSinceJoining",
    "Volume", "Voucher", "VoucherStatus", "Window", "percent", "price", "read_document",
]  # fmt: skip
