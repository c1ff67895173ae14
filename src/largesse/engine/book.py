"""The compiled book: everything on offer, indexed by what it can discount, and hashed by its
content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import Any, TypeVar

from msgspec import Struct, field

from largesse.engine.cart import Cart, normal_code
from largesse.engine.catalog import Location, Product, ProductGroup
from largesse.engine.deals.eligibility import history_asked
from largesse.engine.deals.index import DealIndex
from largesse.engine.facts import Ask, FactsNeeded, HistoryQuery, LimitQuery, limit_query
from largesse.engine.faults import Faults
from largesse.engine.index import StageIndex, any_code_of, awards_of
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
from largesse.engine.offers.promotion import ExclusionGroup, Promotion, Suggest
from largesse.engine.stage import PromotionStage
from largesse.engine.window import Calendar, micros

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
        special = _special(self.promotions.values(), catalog.calendar)
        self._asking, self._acting, self._limited, self._coded, self._suggested = special

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
        special = (self._asking, self._acting, self._limited, self._coded, self._suggested)
        book._asking, book._acting, book._limited, book._coded, book._suggested = (
            (codes - promotions.keys()) | found
            for codes, found in zip(special, _special(coming, old.calendar), strict=True)
        )
        if "_digests" in self.__dict__:
            new = {**_sections(changes), "promotions": promotions, "deals": deals}
            book.__dict__["_digests"] = {
                name: _changed(digests, _digests(new[name], self.currency))
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
        lost = self._coded & promotions.keys() - coded
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
        calendar = self.catalog.calendar
        asking = [p for code in self._asking if cart.at in (p := self.promotions[code]).window]
        queries = {
            query
            for promotion in asking
            for condition in promotion.conditions
            for query in condition.history(cart.at, calendar)
        }
        codes = dict.fromkeys(normal_code(code) for code in cart.codes)
        return FactsNeeded(
            history=tuple(sorted(queries | self._asked_by_deals(cart), key=lambda q: q.rank)),
            voucher_numbers=tuple(code for code in codes if not self.is_promo_code(code)),
            allotments=tuple(
                dict.fromkeys(line.allotment for line in cart.lines if line.allotment)
            ),
            limits=self._limits_met(cart, codes) if self._limited else (),
            automatic_codes=cart.customer is not None and bool(self._coded),
            asks=frozenset(
                ask for p in asking for condition in p.conditions for ask in condition.asks()
            ).union(*(self._asked_by_actions(code, cart) for code in self._acting)),
            credit=() if cart.customer is None else tuple(sorted(cart.credit)),
        )

    def _asked_by_actions(self, code: str, cart: Cart) -> set[Ask]:
        promotion = self.promotions[code]
        if cart.at not in promotion.window:
            return set()
        return {ask for action in promotion.actions for ask in action.asks()}

    def _asked_by_deals(self, cart: Cart) -> set[HistoryQuery]:
        if not self.deal_index:
            return set()
        touching = self.deal_index.touching({line.sku for line in cart.lines}, micros(cart.at))
        return {query for deal in touching for query in history_asked(deal)}

    def _limits_met(self, cart: Cart, codes: Iterable[str]) -> tuple[LimitQuery, ...]:
        """The limits of live promotions that the cart may bring in."""
        at = micros(cart.at)
        skus = {line.sku for line in cart.lines}
        # Which promotions single-use codes are of is a fact.
        named = {*codes, *(any_code_of(code) for code in self._coded & self._limited)}
        found: dict[str, Promotion] = {}
        for index in self.stages.values():
            sources = [index.everywhere, *(index.by_code[c] for c in named if c in index.by_code)]
            for table in (index.by_sku, index.by_need):
                sources += [table[sku] for sku in skus if sku in table]
            for postings in sources:
                found.update((p.code, p) for p in postings.live(at).limited)
        return tuple(
            sorted(
                limit_query(promotion.code, limit, cart, self.catalog.calendar)
                for promotion in found.values()
                for limit, _ in promotion.limits
                if limit != "uses_per_customer" or cart.customer is not None
            )
        )

    @property
    def suggested(self) -> list[Promotion]:
        """The promotions that shoppers are asked about (PR-3)."""
        return [self.promotions[code] for code in self._suggested]

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
        """SHA-256 of the content, the same for the same content in whatever order (EX-4).

        It is made of a digest of each thing, so that after a change only what changed is looked at.
        """
        from largesse.engine.formats.writer import canonical_head

        digest = sha256(canonical_head(self.currency, self.catalog.calendar))
        for name in sorted(self._digests):
            digests = self._digests[name]
            if not digests and name in _LATER:
                continue
            digest.update(f"{name} {len(digests)}\n".encode())
            digest.update(b"".join([digests[code] for code in sorted(digests)]))
        return digest.hexdigest()

    @cached_property
    def _digests(self) -> Mapping[str, Mapping[str, bytes]]:
        """SHA-256 of each thing by its section and what identifies it."""
        currency = self.currency
        return {
            name: {c: d for c, d in _digests(things, currency).items() if d is not None}
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


_LATER = frozenset({"deals"})
"""Sections that books did not always have: empty, they leave the hash what it was without them."""


def _regrouped(
    things: Mapping[str, Grouped], groups: Mapping[str, ProductGroup | None]
) -> dict[str, Grouped]:
    """The things that name a product group which changes, naming the new one."""
    if not groups:
        return {}
    pairs = ((code, thing, regrouped(thing, groups)) for code, thing in things.items())
    return {code: now for code, before, now in pairs if now is not before}


def _digests(things: Mapping[str, Struct | None], currency: Currency) -> dict[str, bytes | None]:
    from largesse.engine.formats.writer import canonical_part

    return {
        code: None if thing is None else sha256(canonical_part(thing, currency)).digest()
        for code, thing in things.items()
    }


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


def _special(
    promotions: Iterable[Promotion], calendar: Calendar
) -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """The promotions whose conditions ask about the world, those whose actions do, those that are
    limited, have single-use codes, are suggested.
    """
    asking, acting = set[str](), set[str]()
    limited, coded, suggested = set[str](), set[str](), set[str]()
    for promotion in promotions:
        if promotion.conditions and _asks(promotion, calendar):
            asking.add(promotion.code)
        if _is_live(promotion) and any([action.asks() for action in promotion.actions]):
            acting.add(promotion.code)
        if promotion.limits:
            limited.add(promotion.code)
        if promotion.single_use_codes:
            coded.add(promotion.code)
        if promotion.suggest is not Suggest.NO:
            suggested.add(promotion.code)
    return (
        frozenset(asking),
        frozenset(acting),
        frozenset(limited),
        frozenset(coded),
        frozenset(suggested),
    )


def _asks(promotion: Promotion, calendar: Calendar) -> bool:
    """Whether a promotion's conditions must be told something about the world."""
    if not _is_live(promotion):
        return False
    sample = datetime(2000, 1, 3, tzinfo=UTC)
    return any(
        any(True for _ in chain(c.history(sample, calendar), c.asks()))
        for c in promotion.conditions
    )


def _is_live(promotion: Promotion) -> bool:
    return promotion.active and not promotion.archived


def _by_code(things: Iterable[Coded]) -> dict[str, Coded]:
    found: dict[str, Coded] = {}
    for thing in things:
        if thing.code in found:
            raise ValueError(
                f"the code {thing.code!r} is used twice; codes are unique within a book"
            )
        found[thing.code] = thing
    return found
