"""The compiled book: everything on offer, indexed by what it can discount, and hashed by its
content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from msgspec import Struct, field

from largesse.engine.asking import facts_needed
from largesse.engine.cart import Cart, normal_code
from largesse.engine.catalog import Location, Product, ProductGroup
from largesse.engine.content_hash import Digests, digests_of, hash_of
from largesse.engine.deals.index import DealIndex
from largesse.engine.facts import FactsNeeded
from largesse.engine.faults import Faults
from largesse.engine.index import StageIndex, awards_of
from largesse.engine.money import Currency
from largesse.engine.naming import (
    products_added,
    products_of_deal,
    promotions_named,
    regrouped,
)
from largesse.engine.offer_checks import deal_faults, offer_faults
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import ExclusionGroup, Promotion
from largesse.engine.special import special
from largesse.engine.stage import PromotionStage
from largesse.engine.window import Calendar

Coded = TypeVar("Coded", Promotion, ExclusionGroup, Allotment, Deal)
Grouped = TypeVar("Grouped", Promotion, Deal)
T = TypeVar("T")


class Catalog(Struct, frozen=True):
    """What the business sells, where, in which currency, on which calendar."""

    currency: Currency = Currency("USD")
    calendar: Calendar = Calendar()
    products: Mapping[str, Product] = field(default_factory=dict)
    groups: Mapping[str, ProductGroup] = field(default_factory=dict)
    locations: Mapping[str, Location] = field(default_factory=dict)


class Changes(Struct, frozen=True, kw_only=True):
    """Things of a book by what identifies them, as they are to be; None takes one out."""

    products: Mapping[str, Product | None] = field(default_factory=dict)
    groups: Mapping[str, ProductGroup | None] = field(default_factory=dict)
    locations: Mapping[str, Location | None] = field(default_factory=dict)
    exclusion_groups: Mapping[str, ExclusionGroup | None] = field(default_factory=dict)
    promotions: Mapping[str, Promotion | None] = field(default_factory=dict)
    allotments: Mapping[str, Allotment | None] = field(default_factory=dict)
    deals: Mapping[str, Deal | None] = field(default_factory=dict)


_DERIVED = frozenset({"content_hash", "_digests", "_promo_codes", "_by_promo_code"})


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
        deals: Iterable[Deal] = (),
        *,
        checked: bool = False,
    ):
        """Raises `Faults` for offers that aren't as they must be; `checked` says that they are."""
        # Copies, so that nothing that the caller changes later changes the book.
        self.catalog = Catalog(
            catalog.currency,
            catalog.calendar,
            dict(catalog.products),
            dict(catalog.groups),
            dict(catalog.locations),
        )
        self.promotions: Mapping[str, Promotion] = _by_code(promotions)
        self.exclusion_groups: Mapping[str, ExclusionGroup] = _by_code(exclusion_groups)
        self.allotments: Mapping[str, Allotment] = _by_code(allotments)
        self.deals: Mapping[str, Deal] = _by_code(deals)
        if not checked:
            products, known = catalog.products, self.promotions
            faults = (
                *offer_faults(known.values(), self.exclusion_groups, products, known),
                *deal_faults(self.deals.values(), products, known),
            )
            if faults:
                raise Faults(faults)
        self.deal_index = DealIndex(self.deals.values())
        awards = [a for p in self.promotions.values() for a in awards_of(p)]
        self.stages: Mapping[PromotionStage, StageIndex] = {
            stage: StageIndex(a for a in awards if a.stage is stage) for stage in PromotionStage
        }
        self.special = special(self.promotions.values(), catalog.calendar)

    def with_promotion(self, promotion: Promotion) -> OfferBook:
        """This book with one promotion added, or changed where it has the code already (QU-6)."""
        return self.with_changes(Changes(promotions={promotion.code: promotion}))

    def with_changes(self, changes: Changes) -> OfferBook:
        """This book with things added, changed or taken out, without compiling the rest again (QU-6).

        Promotions that name a product group which changes go over to the new one; those that are
        changed themselves name the new one already. Raises `Faults` where a promotion that changes, or
        any when something is taken out, is not as it must be.
        """
        book = object.__new__(OfferBook)
        book.__dict__.update({k: v for k, v in self.__dict__.items() if k not in _DERIVED})
        old = self.catalog
        book.catalog = Catalog(
            old.currency,
            old.calendar,
            _changed(old.products, changes.products),
            _changed(old.groups, changes.groups),
            _changed(old.locations, changes.locations),
        )
        book.exclusion_groups = _changed(self.exclusion_groups, changes.exclusion_groups)
        book.allotments = _changed(self.allotments, changes.allotments)
        deals = {**_regrouped(self.deals, changes.groups), **changes.deals}
        book.deals = _changed(self.deals, deals)
        promotions = {**_regrouped(self.promotions, changes.groups), **changes.promotions}
        book.promotions = _changed(self.promotions, promotions)
        self._check(book, changes, promotions, deals)
        if deals:
            before = [d for code in deals if (d := self.deals.get(code)) is not None]
            after = [d for d in deals.values() if d is not None]
            book.deal_index = self.deal_index.changed(before, after)
        gone = [p for code in promotions if (p := self.promotions.get(code)) is not None]
        coming = [p for p in promotions.values() if p is not None]
        if promotions:
            added = [a for p in coming for a in awards_of(p)]
            book.stages = {
                stage: index.changed(
                    [p for p in gone if p.stage is stage], [a for a in added if a.stage is stage]
                )
                for stage, index in self.stages.items()
            }
        book.special = self.special.changed(promotions, special(coming, old.calendar))
        if "_digests" in self.__dict__:
            new = {**_sections(changes), "promotions": promotions, "deals": deals}
            book.__dict__["_digests"] = {
                name: _changed(digests, digests_of(new[name], self.currency))
                for name, digests in self._digests.items()
            }
        return book

    def _check(
        self,
        book: OfferBook,
        changes: Changes,
        promotions: Mapping[str, Promotion | None],
        deals: Mapping[str, Deal | None],
    ) -> None:
        looked_at = [p for p in promotions.values() if p is not None]
        gone = {c for c, thing in changes.products.items() if thing is None}
        gone_groups = {c for c, thing in changes.exclusion_groups.items() if thing is None}
        coded = {c for c, p in promotions.items() if p is not None and p.single_use_codes}
        # A right is to a promotion that has single-use codes.
        lost = self.special.coded & promotions.keys() - coded
        if gone or gone_groups or lost:
            looked_at += [
                p
                for p in book.promotions.values()
                if p.exclusion_group in gone_groups
                or not gone.isdisjoint(products_added(p))
                or not lost.isdisjoint(promotions_named(p))
            ]
        products = book.catalog.products
        new = [d for code, d in book.deals.items() if code in deals or gone & products_of_deal(d)]
        # A promotion may have come with the code of a deal.
        new += [book.deals[code] for code in promotions.keys() & book.deals.keys() - deals.keys()]
        faults = (
            *offer_faults(looked_at, book.exclusion_groups, products, book.promotions),
            *deal_faults(new, products, book.promotions),
        )
        if faults:
            raise Faults(faults)

    @property
    def currency(self) -> Currency:
        return self.catalog.currency

    def facts_needed(self, cart: Cart) -> FactsNeeded:
        """What `price` will look up for this cart, to be fetched by the caller first."""
        return facts_needed(self, cart)

    @property
    def suggested(self) -> list[Promotion]:
        """The promotions that shoppers are asked about (PR-3)."""
        return [self.promotions[code] for code in self.special.suggested]

    def name_of(self, code: str) -> str:
        """What people call the promotion or the deal of a code. KeyError if there is no such offer."""
        return (self.deals.get(code) or self.promotions[code]).name

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
        return hash_of(self.currency, self.catalog.calendar, self._digests)

    @cached_property
    def _digests(self) -> Mapping[str, Digests]:
        """SHA-256 of each thing by its section and what identifies it."""
        currency = self.currency
        return {
            name: {c: d for c, d in digests_of(things, currency).items() if d is not None}
            for name, things in _sections(self).items()
        }


def _sections(of: OfferBook | Changes) -> dict[str, Mapping[str, Any]]:
    catalog = of.catalog if isinstance(of, OfferBook) else of
    return {
        "products": catalog.products,
        "groups": catalog.groups,
        "locations": catalog.locations,
        "exclusion_groups": of.exclusion_groups,
        "promotions": of.promotions,
        "allotments": of.allotments,
        "deals": of.deals,
    }


def _regrouped(
    things: Mapping[str, Grouped], groups: Mapping[str, ProductGroup | None]
) -> dict[str, Grouped]:
    """The things that name a product group which changes, naming the new one."""
    if not groups:
        return {}
    pairs = ((code, thing, regrouped(thing, groups)) for code, thing in things.items())
    return {code: now for code, before, now in pairs if now is not before}


def _changed(things: Mapping[str, T], changes: Mapping[str, T | None]) -> Mapping[str, T]:
    """Things by code with some changed; the same object where none is."""
    if not changes:
        return things
    now = dict(things)
    for code, thing in changes.items():
        if thing is None:
            now.pop(code, None)
        else:
            now[code] = thing
    return now


def _by_code(things: Iterable[Coded]) -> dict[str, Coded]:
    found: dict[str, Coded] = {}
    for thing in things:
        if thing.code in found:
            raise ValueError(
                f"the code {thing.code!r} is used twice; codes are unique within a book"
            )
        found[thing.code] = thing
    return found
