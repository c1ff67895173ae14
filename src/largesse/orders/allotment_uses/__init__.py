"""What became of allotments: who used their units, what came back, and what they gave."""

from largesse.orders.allotment_uses.listing import Buyer, State, Use, Uses, every_use, uses
from largesse.orders.allotment_uses.report import Figures, OfOrganization, OfProduct, Usage, usage
from largesse.orders.allotment_uses.summary import Summary, given, summary

__all__ = [
    "Buyer", "Figures", "OfOrganization", "OfProduct", "State", "Summary", "Usage", "Use", "Uses",
    "every_use", "given", "summary", "usage", "uses",
]  # fmt: skip
