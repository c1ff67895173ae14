"""The states that things pass through, each with its word, its colour and its mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Badge:
    """How a state looks: `tone` is good, warn, bad, info, given, hollow or, for none, empty.

    Hollow: not begun. With a tick: nothing will change it any more, and that is good.
    """

    word: str
    tone: str = ""
    icon: str = ""


def _done(word: str) -> Badge:
    return Badge(word, "good", "check")


BADGES: Final = {
    # orders
    "draft": Badge("Draft", "hollow"),
    "held": Badge("Held", "warn"),
    "placed": Badge("Placed", "info"),
    "posted": _done("Posted"),
    "cancelled": Badge("Cancelled"),
    "partly_refunded": Badge("Partly refunded", "warn"),
    "refunded": Badge("Refunded"),
    "pending": Badge("Pending", "info"),
    "referred": Badge("Held, referred", "warn"),
    "referred_by_user": Badge("Held, referred by user", "warn"),
    "declined": Badge("Held, refer declined", "bad"),
    "approved": _done("Approved"),
    # vouchers and other single uses
    "created": Badge("Created", "hollow"),
    "assigned": Badge("Assigned", "info"),
    "redeemed": _done("Redeemed"),
    "free": Badge("Free", "hollow"),
    "used": _done("Used"),
    "expired": Badge("Expired"),
    "void": Badge("Void", "bad"),
    "released": Badge("Released"),
    # offers
    "active": Badge("Active", "good"),
    "planned": Badge("Planned", "info"),
    "paused": Badge("Paused", "warn"),
    "ended": Badge("Ended"),
    "archived": Badge("Archived"),
    "used_up": Badge("Used up"),
    # an offer on a cart
    "qualifies": Badge("Qualifies", "given"),
    "not_met": Badge("Not met", "hollow"),
    "applied": _done("Applied"),
    # work that runs
    "running": Badge("Running", "info"),
    "done": _done("Done"),
    "failed": Badge("Failed", "bad"),
}


def badge_of(state: str, word: str = "") -> Badge:
    """The badge of a state; one that is not in the table is plain and reads as it is written.

    >>> badge_of("posted").tone, badge_of("partly_refunded").word, badge_of("at_rest").word
    ('good', 'Partly refunded', 'At rest')
    """
    known = BADGES.get(state) or Badge(state.replace("_", " ").capitalize())
    return Badge(word, known.tone, known.icon) if word else known
