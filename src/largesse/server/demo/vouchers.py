"""Alder & Finch's vouchers: printed books that partners have parts of, a campaign, and gift cards."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from largesse.crm.models import Customer, Partner
from largesse.offers import vouchers
from largesse.offers.models import Voucher
from largesse.offers.vouchers import assigning, books, drawing, ending, importing
from largesse.offers.vouchers.numbers import DIGITS, PREFIX
from largesse.offers.vouchers.stretches import stretch
from largesse.sheets.writing import csv_lines

MAKER: Final = "Ines Kowal"

CAMPAIGN: Final = "gift-cards"

OPEN_BOOK: Final = (
    # partner, percent, how many of one printed book that has no percentage on it
    ("pearl-yoga", 10, 60),
    ("library", 15, 80),
)


def make(chance: Random, first: datetime, now: datetime) -> dict[str, list[str]]:
    """All vouchers, made on a first day; by partner the random numbers that buyers hold."""
    held = {
        "harbor-cu": _printed_with_its_percentage(chance, first, now),
        **_printed_without(chance, first, now),
    }
    _pre_printed(first, now)
    _campaign(now)
    _gift_cards(chance, first, now)
    _single_ones(chance, first, now)
    return held


def _random_book(
    chance: Random, count: int, label: str, *, at: datetime, percent: int | None, expires: datetime
) -> list[str]:
    """The numbers of a random book, drawn by the demo's own chance."""
    book = books.begin_random(count, at=at, by=MAKER, label=label, percent=percent, expires=expires)
    books.make_rest(book, draw=lambda many: _numbers(chance, PREFIX, many, DIGITS))
    rows = Voucher.objects.filter(book=book).order_by("position")
    return list(rows.values_list("number", flat=True))


def _printed_with_its_percentage(chance: Random, first: datetime, now: datetime) -> list[str]:
    """Two in three are handed out, and a box of the rest was lost."""
    numbers = _random_book(
        chance, 300, "Harbor members, 20 %", at=first, percent=200_000,
        expires=now + timedelta(days=120),
    )  # fmt: skip
    partner = Partner.objects.get(code="harbor-cu")
    assigning.assign(
        numbers[0], 200, partner, last=numbers[199], at=first + timedelta(days=2), by=MAKER
    )
    lost = stretch(numbers[250], 25)
    ending.void(lost, at=first + timedelta(days=40), by=MAKER, reason="a box lost on the way")
    return numbers[:200]


def _printed_without(chance: Random, first: datetime, now: datetime) -> dict[str, list[str]]:
    """One book for several partners, each with a percentage of its own."""
    numbers = _random_book(
        chance, 200, "Handouts without a percentage", at=first, percent=None,
        expires=now + timedelta(days=120),
    )  # fmt: skip
    held, place = {}, 0
    for code, percent, many in OPEN_BOOK:
        some = numbers[place : place + many]
        assigning.assign(
            some[0],
            many,
            Partner.objects.get(code=code),
            last=some[-1],
            percent=percent * 10_000,
            at=first + timedelta(days=5),
            by=MAKER,
        )
        held[code] = some
        place += many
    return held


def _pre_printed(first: datetime, now: datetime) -> None:
    """A printer's book of tickets on a café's counter: taken at the till, from members."""
    books.make_run(
        "CL1",
        50,
        at=first + timedelta(days=30),
        by="Tomas Brandt",
        label="Copper Lane counter book",
        percent=100_000,
        partner=Partner.objects.get(code="copper-lane"),
        expires=now + timedelta(days=60),
        preprinted=True,
    )


def _campaign(now: datetime) -> None:
    """Followers ask for a number, and each gets one."""
    book = books.make_run(
        "SM1",
        120,
        at=now - timedelta(days=9),
        by=MAKER,
        label="Followers, November",
        percent=150_000,
        partner=Partner.objects.get(code="library"),
    )
    for hours, person in enumerate(("@reads.with.tea", "@mira_knits", "@northside_dad"), start=1):
        drawing.draw(book, person, at=now - timedelta(days=8, hours=-hours), by="Priya Nair")


def _gift_cards(chance: Random, first: datetime, now: datetime) -> None:
    """A sheet of gift cards, as the printer of the cards sends it."""
    last = (now + timedelta(days=200)).date().isoformat()
    rows = [
        *((number, "10.00", "", last, CAMPAIGN) for number in _numbers(chance, "GV", 40, 12)),
        *((number, "25.00", "75.00", last, CAMPAIGN) for number in _numbers(chance, "GV", 20, 12)),
    ]
    titles = ("Number", "Value", "Minimum", "Expires", "Partner")
    content = "".join(csv_lines(titles, rows)).encode()
    kept = importing.upload("gift-cards.csv", content, at=first, by=MAKER)
    importing.write(kept, at=first, by=MAKER, label="Gift cards")


def _single_ones(chance: Random, first: datetime, now: datetime) -> None:
    """Some that have expired, some not handed out yet, one bound to a customer."""
    soon = now + timedelta(days=200)
    campaign = Partner.objects.get(code=CAMPAIGN)
    for count, value, expires, state in (
        (5, 1000, now - timedelta(days=30), Voucher.State.ASSIGNED),
        (25, 5000, soon, Voucher.State.CREATED),
    ):
        numbers = _numbers(chance, "GV", count, 12)
        partner = campaign if state == Voucher.State.ASSIGNED else None
        vouchers.create(
            numbers, at=first, by=MAKER, value=value, expires=expires, state=state, partner=partner
        )
    vouchers.create(
        _numbers(chance, "GV", 1, 12),
        at=now - timedelta(days=3),
        by="Priya Nair",
        value=1500,
        partner=campaign,
        customer=Customer.objects.order_by("number")[0],
        expires=soon,
        reason="a mug arrived broken",
    )


def _numbers(chance: Random, prefix: str, many: int, digits: int) -> list[str]:
    """So many different numbers."""
    found: dict[str, None] = {}
    while len(found) < many:
        found[f"{prefix}{chance.randrange(10**digits):0{digits}d}"] = None
    return list(found)
