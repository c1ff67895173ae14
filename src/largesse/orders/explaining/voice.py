"""In whose words a price is explained: those of staff, or of a shopper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from largesse.engine.refusals import Refusal
from largesse.engine.stage import Stage


def _own_sentence(refusal: Refusal) -> str | None:
    return refusal.sentence


class Voice(Struct, frozen=True):
    """In whose words a page speaks. `says` gives the sentence of a refusal, or None to leave the offer
    out; `codes` whether codes, revisions and hashes are shown.
    """

    stages: Mapping[Stage, str]
    says: Callable[[Refusal], str | None] = _own_sentence
    codes: bool = True


STAFF: Final = Voice(
    {
        Stage.MANUAL: "By hand",
        Stage.ALLOTMENT: "Allotment",
        Stage.DEAL: "Deals",
        Stage.STANDARD: "Standard",
        Stage.POST: "Post",
        Stage.REWARD: "Rewards",
        Stage.VOUCHER: "Voucher",
        Stage.SHIPPING: "Shipping",
        Stage.PAYMENT: "Payment",
    }
)
