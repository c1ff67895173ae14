"""Largesse decides every discount that a business gives, and explains it to the cent.

`price(book, cart, facts)` is the one function; everything else here is what it takes and gives.
"""

from largesse.engine.actions.base import Action, Stacking
from largesse.engine.actions.buy_x_get_y import BuyXGetY
from largesse.engine.actions.discount_order import DiscountOrder
from largesse.engine.actions.discount_order_line import ApplyTo, DiscountOrderLine
from largesse.engine.actions.quantity_tiers import QuantityTier, QuantityTiers
from largesse.engine.book import Catalog, OfferBook
from largesse.engine.cart import Cart, CartLine, Channel, Customer, CustomerType
from largesse.engine.catalog import Location, Measures, Multipliers, Product, ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.conditions.compound import All, Any, Not
from largesse.engine.conditions.customer_tags import CustomerTags
from largesse.engine.conditions.customer_type import CustomerTypeIs
from largesse.engine.conditions.product_count import ApplicableOrders, ProductCount
from largesse.engine.conditions.promo_code import PromoCode
from largesse.engine.conditions.subtotal import Subtotal
from largesse.engine.explain import Explanation, NearMiss
from largesse.engine.facts import Facts, FactsNeeded, HistoryQuery, KitCounting, PastLine, PastOrder
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.document import Document
from largesse.engine.money import Currency, percent
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.promotion import ExclusionGroup, GroupMode, Promotion
from largesse.engine.offers.voucher import Voucher, VoucherStatus
from largesse.engine.pricing import price
from largesse.engine.quote import Adjustment, Consumption, Payment, Quote, QuoteLine
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stage import PromotionStage, Stage
from largesse.engine.window import Calendar, Period, Window
from largesse.files import read_document

__all__ = [
    "Action", "Adjustment", "All", "Allotment", "Any", "ApplicableOrders", "ApplyTo", "BuyXGetY",
    "Calendar", "Cart", "CartLine", "Catalog", "Channel", "Condition", "Consumption", "Currency",
    "Customer", "CustomerTags", "CustomerType", "CustomerTypeIs", "DiscountOrder",
    "DiscountOrderLine", "Document", "ExclusionGroup", "Explanation", "Facts", "FactsNeeded", "Fault",
    "Faults", "GroupMode", "HistoryQuery", "KitCounting", "Location", "Measures", "Multipliers",
    "NearMiss", "Not", "OfferBook", "PastLine", "PastOrder", "Payment", "Period", "Product",
    "ProductCount", "ProductGroup", "PromoCode", "Promotion", "PromotionStage", "QuantityTier",
    "QuantityTiers", "Quote", "QuoteLine", "Refusal", "RefusalCode", "Stacking", "Stage", "Subtotal",
    "Voucher", "VoucherStatus", "Window", "percent", "price", "read_document",
]  # fmt: skip
