"""The records of what is given: offers and what they share, rights to them, and the log of the book."""

from largesse.offers.models.book import BookEntry, BookVersion
from largesse.offers.models.links import AllotmentLink, Link, LinkKey, LinkVisit, Visit
from largesse.offers.models.offers import (
    OFFERS,
    Deal,
    DealRevision,
    ExclusionGroup,
    Offer,
    Promotion,
    PromotionRevision,
    Revision,
)
from largesse.offers.models.parts import Action, Condition, Mention, Part, PartRevision
from largesse.offers.models.rights import Allotment, CodeBatch, SingleUseCode
from largesse.offers.models.vouchers import (
    BookEvent,
    FailedEntry,
    SheetPreset,
    SheetUpload,
    Voucher,
    VoucherBook,
    VoucherDraw,
    VoucherRange,
)

__all__ = [
    "OFFERS", "Action", "Allotment", "AllotmentLink", "BookEntry", "BookEvent", "BookVersion",
    "CodeBatch", "Condition", "Deal", "DealRevision", "ExclusionGroup", "FailedEntry", "Link",
    "LinkKey", "LinkVisit", "Mention", "Offer", "Part", "PartRevision", "Promotion",
    "PromotionRevision", "Revision", "SheetPreset", "SheetUpload", "SingleUseCode", "Visit",
    "Voucher", "VoucherBook", "VoucherDraw", "VoucherRange",
]  # fmt: skip
