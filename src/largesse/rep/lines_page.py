"""The Products tab: what is ordered, on which deal, for how much; what may be given away with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import urlencode

import msgspec
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import slugify
from msgspec import Struct

from largesse.catalog.models import Product
from largesse.engine.quoted import QuoteLine
from largesse.orders.explaining.explanation import cell_key
from largesse.orders.stock import on_hand
from largesse.rep import catalog
from largesse.rep.giving import SHOWN_AT_FIRST, Gift, gift_field, gifts
from largesse.rep.line_deals import LineDeal, line_deals, list_value
from largesse.rep.work import Work

Show = Literal["order", "all", "bonus"]

SHOWS: Final[tuple[Show, ...]] = ("order", "all", "bonus")


class Look(Struct, frozen=True):
    """What of the products is looked at: which of them, the words searched for, the deal whose products
    they are, the page.
    """

    show: Show = "order"
    words: str = ""
    deal: str = ""
    page: str = ""

    @classmethod
    def of(cls, said: QueryDict) -> Look:
        words = said.get("q", "").strip()[:100]
        show = said.get("show", "")
        known: Show = next((each for each in SHOWS if each == show), "order")
        deal = said.get("deal", "")[:64]
        # Who searches looks for something to add.
        return cls("all" if words or deal else known, words, deal, said.get("page", "")[:6])

    @property
    def query(self) -> str:
        """As the query of an address; empty for what is looked at first."""
        show = "" if self.show == "order" or self.words or self.deal else self.show
        said = {"q": self.words, "deal": self.deal, "show": show, "page": self.page}
        return urlencode({name: value for name, value in said.items() if value})


class Bonus(Struct, frozen=True):
    """What of a product is given away, or may be, against the credit of one deal: the Bonus column."""

    key: str
    field: str
    title: str
    units: int
    text: str
    value: int
    missing: int
    over: int
    automatic: bool
    error: str


class Row(Struct, frozen=True):
    """A product: how much of it is ordered, and what comes of it. Amounts are minor units; those of a
    product that is not ordered are None. `is_short` says that more is ordered than there is. `field` is
    what its field is called; it is empty where the quantity is not the rep's. `cell` is the key of the
    explanation of what came off.
    """

    key: str
    field: str
    line: str
    sku: str
    name: str
    stock: int | None
    is_short: bool
    list_price: int
    price: int | None
    quantity: str
    typed: str
    value: int | None
    off: int
    net: int | None
    cell: str
    deal: LineDeal | None
    error: str
    bonus: Bonus | None
    comes_with: str = ""


class Sums(Struct, frozen=True):
    """The foot of the table."""

    lines: int
    units: int
    value: int
    off: int
    net: int
    bonus_units: int


class LinesPage(Struct, frozen=True):
    """What the Products tab shows."""

    look: Look
    rows: tuple[Row, ...]
    bonus: tuple[Row, ...]
    bonus_left_out: int
    sums: Sums
    counts: Mapping[str, int]
    page: Any


def lines_page(
    work: Work, look: Look, typed: Mapping[str, str], errors: Mapping[str, str]
) -> LinesPage:
    """The page; `typed` is what stands in fields that are wrong, by SKU, and `errors` why."""
    given = gifts(work.quote, work.draft)
    rows_of = _Rows(work, typed, errors, given)
    page: Page[Any] | None = None
    if look.show == "all":
        page = Paginator(_found(work, look), catalog.PAGE).get_page(look.page)
        rows = rows_of.rows([product.sku for product in page], with_bonus=True)
    else:
        ordered = [line.sku for line in work.draft.lines]
        rows = rows_of.rows(ordered, with_bonus=False) + rows_of.added()
    shown = _at_first(given)
    if look.show == "bonus":
        page = Paginator(given, catalog.PAGE).get_page(look.page)
        shown = tuple(page)
    return LinesPage(
        look,
        rows if look.show != "bonus" else (),
        rows_of.bonus_rows(shown) if look.show != "all" else (),
        0 if look.show == "bonus" else len(given) - len(shown),
        _sums(work),
        {
            "order": len(work.draft.lines),
            "all": Product.objects.filter(active=True).count(),
            "bonus": len(given),
        },
        page,
    )


def _found(work: Work, look: Look) -> QuerySet[Product]:
    found = catalog.found(look.words)
    deal = work.book.deals.get(look.deal)
    return found if deal is None else found.filter(sku__in=deal.skus)


def _at_first(given: Sequence[Gift]) -> tuple[Gift, ...]:
    """What is given already, and a few more of each deal."""
    found, shown = [], dict.fromkeys((gift.deal for gift in given), 0)
    for gift in given:
        if gift.units or gift.over or shown[gift.deal] < SHOWN_AT_FIRST:
            found.append(gift)
            shown[gift.deal] += 1
    return tuple(found)


def _sums(work: Work) -> Sums:
    found = work.quote
    ordered = [line for line in found.lines if not line.bonus]
    return Sums(
        len(work.draft.lines),
        sum(line.units for line in ordered if line.added_by is None),
        sum(list_value(found, line) for line in ordered),
        sum(line.gross - line.net for line in ordered),
        found.net,
        sum(line.units for line in found.lines if line.bonus),
    )


class _Rows:
    """Rows of products, with what a quote says of those that are ordered."""

    def __init__(
        self,
        work: Work,
        typed: Mapping[str, str],
        errors: Mapping[str, str],
        given: Sequence[Gift],
    ):
        self.work, self.typed, self.errors = work, typed, errors
        self.quote = work.quote
        self.deals = line_deals(self.quote, work.draft)
        self.given = {gift.sku: gift for gift in reversed(given)}
        ids = {line.id for line in work.draft.lines}
        self.places = {
            line.sku: (place, line) for place, line in enumerate(self.quote.lines) if line.id in ids
        }

    def rows(self, skus: Sequence[str], *, with_bonus: bool) -> tuple[Row, ...]:
        """A row of each product; its Bonus column is filled where no row of its own has it."""
        products, stock = catalog.by_sku(skus), on_hand(skus)
        return tuple(
            self._row(
                products[sku],
                stock.get(sku),
                self.given.get(sku) if with_bonus else None,
                f"q.{sku}",
            )
            for sku in skus
            if sku in products
        )

    def bonus_rows(self, given: Sequence[Gift]) -> tuple[Row, ...]:
        """A row of each product that may be given away."""
        skus = [gift.sku for gift in given]
        products, stock = catalog.by_sku(skus), on_hand(skus)
        return tuple(
            self._row(products[gift.sku], stock.get(gift.sku), gift, "")
            for gift in given
            if gift.sku in products
        )

    def added(self) -> tuple[Row, ...]:
        """The lines that promotions added."""
        lines = [line for line in self.quote.lines if line.added_by is not None and not line.bonus]
        products, stock = self.work.products, on_hand([line.sku for line in lines])
        promotions = self.quote.book.promotions
        return tuple(
            msgspec.structs.replace(
                self._row(products[line.sku], stock.get(line.sku), None, ""),
                key=f"a{number}",
                line=line.id,
                quantity=_written(line),
                value=list_value(self.quote, line),
                off=line.gross - line.net,
                net=line.net,
                deal=None,
                comes_with=promotions[line.added_by or ""].name,
            )
            for number, line in enumerate(lines)
            if line.added_by in promotions and line.sku in products
        )

    def _row(self, product: Product, stock: int | None, gift: Gift | None, field: str) -> Row:
        place, line = self.places.get(product.sku, (0, None))
        listed = product.price if product.list_price is None else product.list_price
        quantity = "0" if line is None else _written(line)
        return Row(
            product.id.hex,
            field,
            "" if line is None else line.id,
            product.sku,
            product.name or product.sku,
            stock,
            stock is not None and (stock < line.units if line is not None else stock <= 0),
            listed,
            product.price if product.price != listed else None,
            quantity,
            self.typed.get(field, quantity),
            None if line is None else list_value(self.quote, line),
            0 if line is None else line.gross - line.net,
            None if line is None else line.net,
            self._cell(place, line),
            self.deals.get(line.id) if line is not None else None,
            self.errors.get(field, ""),
            None if gift is None else self._bonus(gift, product),
        )

    def _bonus(self, gift: Gift, product: Product) -> Bonus:
        field = gift_field(gift.deal, gift.sku)
        asked = gift.units + gift.over
        return Bonus(
            f"b{product.id.hex}-{slugify(gift.deal)}",
            field,
            self.quote.book.deals[gift.deal].name,
            asked,
            self.typed.get(field, str(asked)),
            gift.value,
            gift.missing,
            gift.over,
            gift.automatic,
            self.errors.get(field, ""),
        )

    def _cell(self, place: int, line: QuoteLine | None) -> str:
        """The key by which the explanation shows where the first amount off a line comes from."""
        if line is None:
            return ""
        first = next((a for a in self.quote.adjustments if a.line == line.id), None)
        return cell_key(place, first.stage) if first is not None else ""


def _written(line: QuoteLine) -> str:
    """A quantity as it is typed."""
    return str(line.quantity) if isinstance(line.quantity, int) else f"{line.quantity:f}"
