"""Voucher books as programs make them, hand them out, draw from them and end them (VO-13 to VO-19)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from django.db.models import QuerySet
from msgspec import Meta, Struct
from ninja import Field, Query, Router, Schema

from largesse.api.calling import now
from largesse.api.finding import found
from largesse.api.headers import IdempotencyKey
from largesse.api.instants import Instant
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import Trouble
from largesse.api.reading import read
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.api.vouchers import (
    Code,
    Number,
    Percent,
    Reason,
    VoucherOut,
    customer_of,
    partner_of,
    rate,
    voucher_of,
    voucher_out,
)
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import percent_string
from largesse.offers.models import VoucherBook
from largesse.offers.vouchers import assigning, books, drawing, ending
from largesse.offers.vouchers.journaling import Asked, KeyTaken
from largesse.offers.vouchers.stretches import Stretch, stretch, whole

router: Final = Router(tags=["voucher-books"])

SLICES_AT_ONCE: Final = 5
"""So many slices of random numbers are made before the answer; the server makes the rest."""

Kind = Literal["random", "sequential", "preprinted", "sheet"]
Count = Annotated[int, Meta(ge=1, le=books.RANDOM_MAX)]


class VoucherRangeOut(Struct, frozen=True, kw_only=True):
    """What a partner has of a book."""

    partner: Annotated[str, Meta(description="The partner's code.")]
    first: str
    last: str
    count: int
    percent: Percent | None
    assigned_at: Instant
    assigned_by: str


class VoucherBookOut(Struct, frozen=True, kw_only=True):
    """Vouchers that were made together."""

    object: Literal["voucher_book"] = "voucher_book"
    id: str
    kind: Kind
    label: str
    percent: Annotated[
        Percent | None, Meta(description="What was set when the numbers were made; it stays.")
    ]
    count: Annotated[int, Meta(description="How many vouchers it shall have.")]
    made: Annotated[int, Meta(description="How many are made yet.")]
    first: str | None
    last: str | None
    expires: Annotated[Instant | None, Meta(description="The first instant after it.")]
    made_at: Instant
    made_by: str
    stopped_at: Annotated[
        Instant | None, Meta(description="When it was made void, or its sheet undone.")
    ]
    ranges: Annotated[
        list[VoucherRangeOut], Meta(description="What partners have of it, in its order.")
    ]


class VoucherBookIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A book to be made. Random numbers need how many; a run its first number too."""

    kind: Literal["random", "sequential", "preprinted"]
    count: Count
    first: Annotated[
        Annotated[str, Meta(min_length=1, max_length=9)] | None,
        Meta(description="Of a run: 9 characters, with or without the zeros."),
    ] = None
    label: Annotated[str, Meta(max_length=120, description="What staff call it.")] = ""
    percent: Percent | None = None
    expires: Annotated[Instant | None, Meta(description="The first instant after it.")] = None
    partner: Annotated[
        Code | None, Meta(description="Of a run: who gets it. A pre-printed one needs it.")
    ] = None


class AssignVouchersIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a book for a partner; `last` confirms it, as the printed book has it."""

    first: Number
    count: Count
    last: Annotated[Number, Meta(description="The last number of them.")]
    partner: Code
    percent: Annotated[
        Percent | None, Meta(description="Not where it was set when the numbers were made.")
    ] = None
    anew: Annotated[
        bool, Meta(description="Whether unused numbers that another partner has go to this one.")
    ] = False


class VoidVouchersIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which numbers are made void; without `first` the whole book."""

    first: Number | None = None
    count: Count | None = None
    reason: Reason = ""


class DrawVoucherIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The person who gets the next number."""

    person: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=drawing.PERSON_MAX,
            description="What the campaign knows them by, such as a handle or an address.",
        ),
    ]
    customer: Annotated[
        Code | None, Meta(description="The number of a customer who alone may use it.")
    ] = None


class BookFilters(Schema):
    """Which books are listed."""

    kind: Kind | None = None
    label: str | None = Field(None, max_length=120, description="A part of the label.")


@operation(
    router,
    Route(
        method="GET",
        path="/voucher-books",
        tag="voucher-books",
        scope=Scope.VOUCHERS_READ,
        name="list_voucher_books",
        answer=Listed[VoucherBookOut],
    ),
)
def list_voucher_books(request: Call, page: Query[Page], filters: Query[BookFilters]) -> Struct:
    """Voucher books, the newest first."""
    rows = _rows()
    if filters.kind is not None:
        rows = rows.filter(kind=filters.kind)
    if filters.label is not None:
        rows = rows.filter(label__icontains=filters.label)
    records, more, following = page_of(rows, page, VoucherBook.prefix)
    return Listed(data=[book_out(each) for each in records], has_more=more, next=following)


@operation(
    router,
    Route(
        method="GET",
        path="/voucher-books/{id}",
        tag="voucher-books",
        scope=Scope.VOUCHERS_READ,
        name="get_voucher_book",
        answer=VoucherBookOut,
        problems=("not_found",),
    ),
)
def get_voucher_book(request: Call, id: str) -> Struct:
    """One book. Its vouchers are the list of vouchers with `book`."""
    return book_out(found(_rows(), id))


def _rows() -> QuerySet[VoucherBook]:
    return VoucherBook.objects.prefetch_related("ranges__partner")


@operation(
    router,
    Route(
        method="POST",
        path="/voucher-books",
        tag="voucher-books",
        scope=Scope.VOUCHERS_WRITE,
        name="create_voucher_book",
        answer=VoucherBookOut,
        status=201,
        body=VoucherBookIn,
        problems=("idempotency_key_missing", "idempotency_key_reused"),
        headers=("Location",),
        example={"kind": "random", "count": 10000, "label": "Spring mailing", "percent": "20"},
    ),
)
def create_voucher_book(request: Call, key: IdempotencyKey) -> Reply:
    """Make a book, once for its key. A run is made whole or refused with its first collision; a large
    book of random numbers is answered while it is made: read it again until `made` is `count`.
    """
    asked = read(VoucherBookIn, request.body)
    body = f"{request.method} {request.path_info}\n".encode() + request.body
    try:
        book = _made(request, asked, Asked(f"api:{key}", body))
    except KeyTaken:
        raise Trouble("idempotency_key_reused") from None
    made = book_out(_rows().get(pk=book.pk))
    return Reply(made, 201, {"Location": f"/v1/voucher-books/{made.id}"})


def _made(request: Call, said: VoucherBookIn, asked: Asked) -> VoucherBook:
    common = {
        "at": now(),
        "by": request.caller.actor,
        "label": said.label,
        "percent": rate(said.percent),
        "expires": said.expires,
        "asked": asked,
    }
    if said.kind == "random":
        wrong = [Fault(n, None, "is not for random numbers") for n in ("first", "partner")
                 if getattr(said, n) is not None]  # fmt: skip
        if wrong:
            raise Faults(wrong)
        book = books.begin_random(said.count, **common)  # type: ignore[arg-type]
        books.make_rest(book, slices=SLICES_AT_ONCE)
        return book
    if said.first is None:
        raise Faults([Fault("first", None, "is missing: a run begins with it")])
    return books.make_run(
        said.first,
        said.count,
        partner=partner_of(said.partner),
        preprinted=said.kind == "preprinted",
        **common,  # type: ignore[arg-type]
    )


@operation(
    router,
    Route(
        method="POST",
        path="/voucher-books/{id}/assign",
        tag="voucher-books",
        scope=Scope.VOUCHERS_WRITE,
        name="assign_vouchers",
        answer=VoucherBookOut,
        body=AssignVouchersIn,
        problems=("not_found",),
        example={
            "first": "DV0123456789012",
            "count": 500,
            "last": "DV9876543210987",
            "partner": "riverside",
            "percent": "20",
        },
    ),
)
def assign_vouchers(request: Call, id: str) -> Struct:
    """Assign numbers of a book to a partner, in the order in which they were made: from then on they
    work.
    """
    asked = read(AssignVouchersIn, request.body)
    book = found(_rows(), id)
    _check_in(book, asked.first, asked.count)
    partner = partner_of(asked.partner)
    assert partner is not None
    assigning.assign(
        asked.first,
        asked.count,
        partner,
        last=asked.last,
        percent=rate(asked.percent),
        anew=asked.anew,
        at=now(),
        by=request.caller.actor,
    )
    return book_out(_rows().get(pk=book.pk))


@operation(
    router,
    Route(
        method="POST",
        path="/voucher-books/{id}/void",
        tag="voucher-books",
        scope=Scope.VOUCHERS_WRITE,
        name="void_vouchers",
        answer=VoucherBookOut,
        body=VoidVouchersIn,
        body_required=False,
        problems=("not_found",),
        example={"reason": "Lost in the mail."},
    ),
)
def void_vouchers(request: Call, id: str) -> Struct:
    """Let nobody use what is unused of a book, or of some numbers of it. It can't be undone."""
    asked = read(VoidVouchersIn, request.body or b"{}")
    book = found(_rows(), id)
    if asked.first is None and asked.count is not None:
        raise Faults([Fault("first", None, "is missing: the number that the count begins with")])
    chosen = whole(book)
    if asked.first is not None:
        chosen = _check_in(book, asked.first, asked.count or 1)
    ending.void(chosen, at=now(), by=request.caller.actor, reason=asked.reason)
    return book_out(_rows().get(pk=book.pk))


@operation(
    router,
    Route(
        method="POST",
        path="/voucher-books/{id}/draw",
        tag="voucher-books",
        scope=Scope.VOUCHERS_WRITE,
        name="draw_voucher",
        answer=VoucherOut,
        body=DrawVoucherIn,
        problems=("not_found",),
        headers=("Idempotent-Replayed",),
        example={"person": "@anna"},
    ),
)
def draw_voucher(request: Call, id: str) -> Reply:
    """The next unused number of a book for a person. Whoever asks again gets the same one."""
    asked = read(DrawVoucherIn, request.body)
    book = found(_rows(), id)
    drawn = drawing.draw(
        book,
        asked.person,
        customer=customer_of(asked.customer),
        at=now(),
        by=request.caller.actor,
    )
    headers = {"Idempotent-Replayed": "true"} if drawn.repeated else {}
    return Reply(voucher_out(voucher_of(drawn.voucher.number)), None, headers)


def _check_in(book: VoucherBook, first: str, count: int) -> Stretch:
    """The stretch of this book. Raises `Faults` for a number of another one."""
    chosen = stretch(first, count)
    if chosen.book.pk != book.pk:
        raise Faults([Fault("first", first, "is in another book")])
    return chosen


def book_out(book: VoucherBook) -> VoucherBookOut:
    """A book, with what partners have of it."""
    return VoucherBookOut(
        id=book.public_id,
        kind=book.kind,  # type: ignore[arg-type]
        label=book.label,
        percent=None if book.percent is None else percent_string(book.percent),
        count=book.count,
        made=book.made,
        first=book.first or None,
        last=book.last or None,
        expires=book.expires,
        made_at=book.made_at,
        made_by=book.made_by,
        stopped_at=book.stopped_at,
        ranges=[
            VoucherRangeOut(
                partner=part.partner.code,
                first=part.first,
                last=part.last,
                count=part.count,
                percent=None if part.percent is None else percent_string(part.percent),
                assigned_at=part.at,
                assigned_by=part.by,
            )
            for part in book.ranges.all()
        ],
    )
