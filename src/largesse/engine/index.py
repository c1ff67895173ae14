"""The index of a stage: which awards a cart may get, found by what it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from largesse.engine.award import Award
from largesse.engine.cart import normal_code
from largesse.engine.offers.promotion import Promotion
from largesse.engine.posting import NO_POSTINGS, Postings


class StageIndex:
    """The awards of one stage, found by what a cart has."""

    __slots__ = ("by_code", "by_need", "by_sku", "everywhere")

    def __init__(self, awards: Iterable[Award] = ()):
        by_sku: dict[str, list[Award]] = defaultdict(list)
        by_need: dict[str, list[Award]] = defaultdict(list)
        by_code: dict[str, list[Award]] = defaultdict(list)
        everywhere: list[Award] = []
        for award in sorted(awards, key=lambda a: a.rank):
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
        self.by_sku = {key: Postings(found, by_rank=True) for key, found in by_sku.items()}
        self.by_need = {key: Postings(found, by_rank=True) for key, found in by_need.items()}
        self.by_code = {key: Postings(found, by_rank=True) for key, found in by_code.items()}
        self.everywhere = Postings(everywhere, by_rank=True)

    def changed(self, gone: Collection[Promotion], added: Iterable[Award]) -> StageIndex:
        """This index without the awards of some promotions and with others; postings that they don't
        touch are shared.
        """
        index = StageIndex()
        index.by_sku, index.by_need, index.by_code = (
            dict(self.by_sku),
            dict(self.by_need),
            dict(self.by_code),
        )
        index.everywhere = self.everywhere
        touched: dict[tuple[str, str], list[Award]] = defaultdict(list)
        for award in (a for promotion in gone for a in awards_of(promotion)):
            place, keys = place_of(award)
            for key in keys:
                touched[place, key].clear()
        for award in added:
            place, keys = place_of(award)
            for key in keys:
                touched[place, key].append(award)
        ids = {id(promotion) for promotion in gone}
        tables = {"sku": index.by_sku, "need": index.by_need, "code": index.by_code}
        for (place, key), fresh in touched.items():
            table = tables.get(place)
            before = index.everywhere if table is None else table.get(key, NO_POSTINGS)
            after = Postings([*(a for a in before.awards if id(a.promotion) not in ids), *fresh])
            if table is None:
                index.everywhere = after
            elif after.awards:
                table[key] = after
            else:
                table.pop(key, None)
        return index

    def __bool__(self) -> bool:
        return bool(self.by_sku or self.by_need or self.by_code or self.everywhere.awards)


def place_of(award: Award) -> tuple[str, Iterable[str]]:
    """Where an award is indexed: by the narrowest thing that a cart must have for it to give
    anything.
    """
    if award.promotion.promo_code is not None:
        return "code", (normal_code(award.promotion.promo_code),)
    if award.promotion.single_use_codes:
        return "code", (any_code_of(award.promotion.code),)
    if award.acts_on == "lines" and award.include is not None:
        return "sku", award.include - award.exclude if award.exclude else award.include
    needed = award.condition.products_needed() if award.condition is not None else None
    return ("everywhere", ("",)) if needed is None else ("need", needed)


def any_code_of(promotion: str) -> str:
    """Where a promotion is found by any of its single-use codes: no code in normal form is such."""
    return f"any code of {promotion}"


def awards_of(promotion: Promotion) -> list[Award]:
    """The compiled actions of a promotion; none while it is switched off or archived."""
    if not promotion.active or promotion.archived:
        return []
    return [Award(promotion, number) for number in range(len(promotion.actions))]
