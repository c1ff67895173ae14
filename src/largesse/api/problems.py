"""What goes wrong is told as a problem (RFC 9457) with a stable code and every faulty field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from largesse.api.awards import AwardOut
from largesse.engine.faults import CUT, Fault

CONTENT_TYPE: Final = "application/problem+json"


class Kind(Struct, frozen=True):
    """A sort of problem: the HTTP status, what it is called, and what to do about it."""

    status: int
    title: str
    meaning: str


KINDS: Final[Mapping[str, Kind]] = {
    "malformed_request": Kind(
        400, "Malformed request", "The body is not JSON. Send a JSON object."
    ),
    "idempotency_key_missing": Kind(
        400,
        "Idempotency key missing",
        "The request changes an order. Send an Idempotency-Key of 1 to 200 visible characters, the "
        "same one whenever you repeat the request.",
    ),
    "unauthenticated": Kind(
        401,
        "No valid API key",
        "Send `Authorization: Bearer lgs_live_…` with a key that is not revoked.",
    ),
    "scope_missing": Kind(
        403, "Scope missing", "The key lacks the scope that the sentence names. Use another key."
    ),
    "location_not_allowed": Kind(
        403,
        "Location not allowed",
        "The key holds at some locations only. Name one of them in the request.",
    ),
    "not_found": Kind(404, "Not found", "There is nothing with this id that the key may see."),
    "method_not_allowed": Kind(
        405, "Method not allowed", "The address has other methods; the Allow header lists them."
    ),
    "price_changed": Kind(
        409,
        "The price has changed",
        "The cart costs more than was confirmed, and nothing was placed. Show the new `quote` to the "
        "buyer, and place the order with its `due` as `confirmed_due` and a new idempotency key.",
    ),
    "order_unknown": Kind(404, "No such order", "There is no order with this id."),
    "wrong_state": Kind(
        409, "Wrong state", "The order's state does not allow it. Read the order again."
    ),
    "hold_lapsed": Kind(
        409, "The hold has lapsed", "The order was held for a time that is over. Place a new one."
    ),
    "tenders_differ": Kind(
        409,
        "The tenders differ from what is due",
        "Tenders come to exactly the order's `due`, and nothing was placed. Read the quote again.",
    ),
    "cannot_refund": Kind(
        409, "Cannot be refunded", "More was asked for than is left, or a line that is not there."
    ),
    "referral_needed": Kind(
        409,
        "Approval needed",
        "A deal is applied without its trigger, so the order can only be referred: send it with "
        "`refer` and a new idempotency key.",
    ),
    "approval_not_needed": Kind(
        409,
        "No approval needed",
        "No deal is applied without its trigger. Place the order, or set `by_user` to refer it by "
        "hand.",
    ),
    "referral_not_allowed": Kind(
        403, "Referral not allowed", "The business has switched off that orders are referred."
    ),
    "own_referral": Kind(
        403, "Referred by yourself", "Who referred an order does not approve or decline it."
    ),
    "approver_unknown": Kind(
        422,
        "No such approver",
        "`approver` is the username of somebody else who may approve orders.",
    ),
    "note_needed": Kind(422, "Note needed", "Say in `note` why the order is declined."),
    "credit_raised": Kind(
        422, "Credit raised", "An approver gives the credit that was asked for, or less."
    ),
    "deals_refused": Kind(
        409,
        "Deals refused",
        "A pick or a referred deal does not hold, and would be lost on the way to the approver; "
        "`errors` lists them.",
    ),
    "giveaway_over_credit": Kind(
        409,
        "More given away than there is credit for",
        "`errors` lists the giveaways that do not fit, with what to remove.",
    ),
    "sprees_refused": Kind(
        409,
        "Sprees do not pay for what was chosen",
        "`errors` lists the choices that do not fit, with what is missing or what to remove.",
    ),
    "party_needed": Kind(422, "Party needed", "An order of the channel party names its `party`."),
    "party_not_open": Kind(
        409, "The party is not open", "Guests order while their party is open. Open it again first."
    ),
    "party_not_closed": Kind(
        409,
        "The party is not closed",
        "A host reward order is placed and posted while its party is closed. Close it first.",
    ),
    "host_rewarded": Kind(
        409,
        "There is a host reward order",
        "A party has one. Cancel the one that there is, or name it in `replaces`.",
    ),
    "not_the_host": Kind(
        409, "Not the host", "The customer of a host reward order is the host of its party."
    ),
    "other_party": Kind(
        409,
        "Another party",
        "A host reward order is replaced by a host reward order of the same party.",
    ),
    "award_changed": Kind(
        409,
        "The award has changed",
        "The party's guests have bought or given back since the host reward order was placed, and it "
        "was not posted. `award` compares; show the new `quote` to the host, and place the order anew "
        "with the old one in `replaces`, or cancel it.",
    ),
    "credit_taken_back": Kind(
        409,
        "Credit was taken back",
        "Credit that pays for the order was taken back since it was placed, and it was not posted. "
        "`errors` has what is missing on each account. Give it, place the order anew with the old one "
        "in `replaces`, or cancel it.",
    ),
    "other_customer": Kind(
        409,
        "Another customer",
        "An order whose credit was taken back is replaced by an order of the same customer.",
    ),
    "party_unknown": Kind(404, "No such party", "There is no party with this id."),
    "wrong_party_state": Kind(
        409, "Wrong state of the party", "The party's state does not allow it. Read it again."
    ),
    "credit_too_small": Kind(
        409,
        "Less credit than that",
        "The account can pay less than was to be taken off, and nothing was. Take less, or set "
        "`below_zero` with a new idempotency key.",
    ),
    "correction_unknown": Kind(404, "No such correction", "There is no correction with this id."),
    "correction_settled": Kind(
        409, "Settled already", "A correction is charged or waived once. Read it again."
    ),
    "reason_needed": Kind(422, "Reason needed", "Say in `reason` why it is done."),
    "already_exists": Kind(
        409, "Already exists", "Another record has the code, SKU, number or barcode already."
    ),
    "conflict": Kind(409, "Conflict", "It can't be done as things are, as the sentence says."),
    "changed_meanwhile": Kind(
        412,
        "Changed meanwhile",
        "The If-Match header names an older version. Read the record again and repeat your change.",
    ),
    "body_too_large": Kind(413, "Body too large", "A body has at most 1 MiB. Send less at once."),
    "unsupported_media_type": Kind(
        415, "Unsupported media type", "Send JSON with `Content-Type: application/json`."
    ),
    "invalid_request": Kind(
        422, "Invalid request", "`errors` lists every field that is wrong, with what is allowed."
    ),
    "idempotency_key_reused": Kind(
        422,
        "Idempotency key reused",
        "The key came with another request before. Take a new key for a new request.",
    ),
    "if_match_missing": Kind(
        428, "If-Match missing", "Send the ETag of the version that you change as If-Match."
    ),
    "rate_limited": Kind(
        429, "Too many requests", "Wait for as many seconds as the Retry-After header says."
    ),
    "too_many_wrong_codes": Kind(
        429,
        "Too many wrong codes",
        "Too many codes that are not valid were entered, so none is looked at for a while. Wait for as "
        "many seconds as the Retry-After header says, or send the cart without codes.",
    ),
    "busy": Kind(
        503,
        "Busy",
        "Others kept changing what the request needs, and nothing was done. Repeat the request, with "
        "the same key, after as many seconds as the Retry-After header says.",
    ),
    "internal_error": Kind(
        500, "Internal error", "A fault of ours. Repeat the request later, with the same key."
    ),
    "unavailable": Kind(
        503,
        "Not available",
        "The database does not answer. Repeat the request, with the same key, after as many seconds "
        "as the Retry-After header says.",
    ),
}
"""Every problem there is. Codes are stable: integrators compare them."""


class FieldFault(Struct, frozen=True):
    """One field that is wrong, and what is allowed there."""

    field: str
    """The path to the field, as in `lines[2].quantity`."""
    value: msgspec.Raw
    """What was sent; null where it is missing, long or not a single value."""
    message: str
    """What is allowed."""


class Problem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A problem as it is sent (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[FieldFault, ...] = ()
    quote: msgspec.Raw | None = None
    """The new quote, where the price or the award has changed."""
    award: AwardOut | None = None
    """What a host reward order came to, and would come to now, where the award has changed."""


class Trouble(Exception):
    """A request that ends in a problem."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        faults: Iterable[Fault] = (),
        quote: msgspec.Raw | None = None,
        award: AwardOut | None = None,
        headers: Mapping[str, str] | None = None,
    ):
        kind = KINDS[code]
        super().__init__(detail or kind.meaning)
        self.status = kind.status
        self.headers = headers or {}
        self.problem = Problem(
            type=problem_type(code),
            title=kind.title,
            status=kind.status,
            detail=detail or kind.meaning,
            code=code,
            errors=tuple(map(_field_fault, faults)),
            quote=quote,
            award=award,
        )

    def body(self) -> bytes:
        """The problem as bytes. It has nothing that differs when the same request is repeated."""
        return msgspec.json.encode(self.problem)


def problem_type(code: str) -> str:
    """What names a kind of problem, and says where it is explained."""
    return f"/docs/codes#{code}"


def invalid(faults: Iterable[Fault]) -> Trouble:
    """All that is wrong with the fields of a request."""
    told = tuple(faults)
    first = f"{told[0].place} {told[0].message}" if told[0].place else told[0].message
    more = "" if len(told) == 1 else f"; and {len(told) - 1} more, see errors"
    return Trouble("invalid_request", f"{first}{more}.", faults=told)


def _field_fault(fault: Fault) -> FieldFault:
    return FieldFault(
        fault.place, msgspec.Raw(msgspec.json.encode(_plain(fault.value))), fault.message
    )


def _plain(value: Any) -> Any:
    """A single value as it was sent; nothing for a long one, and for objects and lists."""
    if isinstance(value, str):
        return value if len(value) <= CUT else value[:CUT]
    if isinstance(value, int) and value.bit_length() > 63:
        return None
    return value if isinstance(value, (int, float, bool)) else None
