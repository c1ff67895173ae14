"""The stages in which a cart is priced, in their order (ST-1)."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Each stage sees what the ones before it left."""

    MANUAL = "manual"
    """What staff took off a line by hand, before any offer."""
    ALLOTMENT = "allotment"
    DEAL = "deal"
    STANDARD = "standard"
    POST = "post"
    REWARD = "reward"
    VOUCHER = "voucher"
    SHIPPING = "shipping"
    PAYMENT = "payment"


class PromotionStage(StrEnum):
    """The two stages that promotions have."""

    STANDARD = "standard"
    POST = "post"
