"""The compiled book: everything on offer, indexed by what it can discount, and hashed by its
content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

from msgspec import Struct, field

from largesse.engine.award import Award
from largesse.engine.cart import Cart, normal_code
from largesse.engine.catalog import Location, Product, ProductGroup
from largesse.engine.facts import FactsNeeded
from largesse.engine.faults import Faults
from largesse.engine.money import Currency
from largesse.engine.offer_checks import offer_faults
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.promotion import ExclusionGroup, Promotion
from largesse.engine.posting import NO_POSTINGS, Postings
from largesse.engine.stage import PromotionStage
from largesse.engine.window import Calendar

Coded = TypeVar("Coded", Promotion, ExclusionGroup, Allotment)


class Catalog(Struct, frozen=True):
    """What the business sells, where, in which currency, on which calendar."""

    currency: Currency = Currency("USD")
    calendar: Calendar = Calendar()
    products: Mapping[str, Product] = field(default_factory=dict)
    groups: Mapping[str, ProductGroup] = field(default_factory=dict)
    locations: Mapping[str, Location] = field(default_factory=dict)


class StageIndex:
    """The awards of one stage, found by what a cart has."""

    __slots__ = ("by_code", "by_need", "by_sku", "everywhere")

    def __init__(self, awards: Iterable[Award] = ()):
        by_sku: dict[str, list[Award]] = defaultdict(list)
        by_need: dict[str, list[Award]] = defaultdict(list)
        by_code: dict[str, list[Award]] = defaultdict(list)
        everywhere: list[Award] = []
        for award in awards:
            place, keys = place_of(award)
            match place:
                case "sku":
                    for key in keys:
                        by_sku[key].append(award)
                case "need":
                    for key in keys:
                        by_need[key].append(award)
                case "code":
                    for key in keys:
                        by_code[key].append(award)
                case _:
                    everywhere.append(award)
        self.by_sku = {key: Postings(found) for key, found in by_sku.items()}
        self.by_need = {key: Postings(found) for key, found in by_need.items()}
        self.by_code = {key: Postings(found) for key, found in by_code.items()}
        self.everywhere = Postings(everywhere)

    def changed(self, removed: Iterable[Award], added: Iterable[Award]) -> StageIndex:
        """This index without some awards and with others; postings they don't touch are shared."""
        index = StageIndex()
        index.by_sku, index.by_need, index.by_code = (
            dict(self.by_sku),
            dict(self.by_need),
            dict(self.by_code),
        )
        index.everywhere = self.everywhere
        gone = set(removed)
        fresh = tuple(added)
        for award in (*gone, *fresh):
            place, keys = place_of(award)
            table = {"sku": index.by_sku, "need": index.by_need, "code": index.by_code}.get(place)
            if table is None:
                index.everywhere = _replaced(index.everywhere, gone, award)
                continue
            for key in keys:
                table[key] = _replaced(table.get(key, NO_POSTINGS), gone, award)
        return index

    def __bool__(self) -> bool:
        return bool(self.by_sku or self.by_need or self.by_code or self.everywhere.awards)


def _replaced(postings: Postings, gone: set[Award], award: Award) -> Postings:
    kept = [a for a in postings.awards if a not in gone]
    return Postings(kept if award in gone else [*kept, award])


def place_of(award: Award) -> tuple[str, Iterable[str]]:
    """Where an award is indexed: by the narrowest thing that a cart must have for it to give
    anything.
    """
    if award.promotion.promo_code is not None:
        return "code", (normal_code(award.promotion.promo_code),)
    if award.adds is None and award.include is not None:
        return "sku", sorted(award.include - (award.exclude or frozenset()))
    needed = award.condition.products_needed() if award.condition is not None else None
    return ("everywhere", ()) if needed is None else ("need", sorted(needed))


_DERIVED = frozenset({"content_hash", "_promo_codes", "_by_promo_code"})


class OfferBook:
    """The immutable, compiled set of everything on offer.

    Build one with `OfferBook(catalog, promotions, ...)`; `with_promotion` makes the next one
    without compiling the rest again. `content_hash` names its content whatever the order of its
    parts.
    """

    def __init__(
        self,
        catalog: Catalog,
        promotions: Iterable[Promotion] = (),
        exclusion_groups: Iterable[ExclusionGroup] = (),
        allotments: Iterable[Allotment] = (),
    ):
        # Copies, so that nothing that the caller changes later changes the book.
        self.catalog = Catalog(
            catalog.currency,
            catalog.calendar,
            dict(catalog.products),
            dict(catalog.groups),
            dict(catalog.locations),
        )
        self.promotions = _by_code(promotions)
        self.exclusion_groups = _by_code(exclusion_groups)
        self.allotments = _by_code(allotments)
        faults = tuple(
            offer_faults(self.promotions.values(), self.exclusion_groups, catalog.products)
        )
        if faults:
            raise Faults(faults)
        awards = [a for p in self.promotions.values() for a in awards_of(p)]
        self.stages: Mapping[PromotionStage, StageIndex] = {
            stage: StageIndex(a for a in awards if a.stage is stage) for stage in PromotionStage
        }
        self._asks_history = frozenset(
            code for code, p in self.promotions.items() if _asks_history(p, catalog.calendar)
        )

    def with_promotion(self, promotion: Promotion) -> OfferBook:
        """This book with one promotion added, or changed where it has the code already (QU-6)."""
        book = object.__new__(OfferBook)
        book.__dict__.update({k: v for k, v in self.__dict__.items() if k not in _DERIVED})
        faults = tuple(offer_faults((promotion,), self.exclusion_groups, self.catalog.products))
        if faults:
            raise Faults(faults)
        before = self.promotions.get(promotion.code)
        book.promotions = {**self.promotions, promotion.code: promotion}
        removed = [a for s in self.stages.values() for a in _find(s, before)]
        added = awards_of(promotion)
        book.stages = {
            stage: index.changed(
                [a for a in removed if a.stage is stage], [a for a in added if a.stage is stage]
            )
            for stage, index in self.stages.items()
        }
        asks = {promotion.code} if _asks_history(promotion, self.catalog.calendar) else set()
        book._asks_history = (self._asks_history - {promotion.code}) | asks
        return book

    @property
    def currency(self) -> Currency:
        return self.catalog.currency

    def facts_needed(self, cart: Cart) -> FactsNeeded:
        """What `price` will look up for this cart, to be fetched by the caller first."""
        calendar = self.catalog.calendar
        queries = {
            query
            for code in self._asks_history
            for condition in self.promotions[code].conditions
            if cart.at in self.promotions[code].window
            for query in condition.history(cart.at, calendar)
        }
        codes = dict.fromkeys(normal_code(code) for code in cart.codes)
        return FactsNeeded(
            history=tuple(
                sorted(queries, key=lambda q: (q.since, q.products or "", q.whose, q.kit_counting))
            ),
            voucher_numbers=tuple(code for code in codes if not self.is_promo_code(code)),
            allotments=tuple(
                dict.fromkeys(line.allotment for line in cart.lines if line.allotment)
            ),
        )

    def is_promo_code(self, code: str) -> bool:
        """Whether a promotion answers to the code (in its normal form)."""
        return code in self._promo_codes

    def promotions_of_code(self, code: str) -> tuple[Promotion, ...]:
        """The promotions that a promo code (in its normal form) brings in, live or not, by rank."""
        return self._by_promo_code.get(code, ())

    @cached_property
    def _by_promo_code(self) -> Mapping[str, tuple[Promotion, ...]]:
        found: dict[str, list[Promotion]] = defaultdict(list)
        for promotion in sorted(self.promotions.values(), key=lambda p: (-p.priority, p.code)):
            if promotion.promo_code is not None:
                found[normal_code(promotion.promo_code)].append(promotion)
        return {code: tuple(promotions) for code, promotions in found.items()}

    @cached_property
    def _promo_codes(self) -> frozenset[str]:
        own = {p.promo_code for p in self.promotions.values() if p.promo_code is not None}
        asked = {
            code for p in self.promotions.values() for c in p.conditions for code in c.promo_codes()
        }
        return frozenset(normal_code(code) for code in own | asked)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the content, the same for the same content in whatever order (EX-4)."""
        from largesse.engine.formats.writer import canonical_parts

        digest = sha256()
        for part in canonical_parts(self):
            digest.update(part)
        return digest.hexdigest()


def awards_of(promotion: Promotion) -> list[Award]:
    """The compiled actions of a promotion; none while it is switched off or archived."""
    if not promotion.active or promotion.archived:
        return []
    return [Award(promotion, number) for number in range(len(promotion.actions))]


def _find(index: StageIndex, promotion: Promotion | None) -> set[Award]:
    if promotion is None:
        return set()
    found: set[Award] = set()
    for sample in awards_of(promotion):
        place, keys = place_of(sample)
        tables = {"sku": index.by_sku, "need": index.by_need, "code": index.by_code}
        key = next(iter(keys), None)
        postings = index.everywhere if place == "everywhere" else tables[place].get(key or "")
        if postings is not None:
            found.update(a for a in postings.awards if a.promotion is promotion)
    return found


def _asks_history(promotion: Promotion, calendar: Calendar) -> bool:
    sample = datetime(2000, 1, 3, tzinfo=UTC)
    return any(any(True for _ in c.history(sample, calendar)) for c in promotion.conditions)


def _by_code(things: Iterable[Coded]) -> dict[str, Coded]:
    found: dict[str, Coded] = {}
    for thing in things:
        if thing.code in found:
            raise ValueError(
                f"the code {thing.code!r} is used twice; codes are unique within a book"
            )
        found[thing.code] = thing
    return found
