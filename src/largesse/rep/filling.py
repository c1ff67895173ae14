"""What a deal lacks is filled with more of a product that is on the order already (EX-2)."""

from __future__ import annotations

from typing import NamedTuple

from largesse.engine.deals.progress import DealProgress
from largesse.engine.offers.deal import Deal
from largesse.rep.drafts import Draft, Ordered, with_quantity
from largesse.rep.line_deals import to_add
from largesse.rep.work import Work


class Fill(NamedTuple):
    """So many units more on a line."""

    line: Ordered
    units: int

    def filled(self, draft: Draft) -> Draft:
        """A draft with these units more."""
        return with_quantity(draft, self.line.sku, self.line.quantity + self.units)


def fill_of(work: Work, deal: Deal, progress: DealProgress) -> Fill | None:
    """More of the product on the order that most is ordered of, then of the first; None where no
    product on the order fills what lacks.
    """
    lacks, products = progress.lacks, work.book.catalog.products
    if lacks is None:
        return None
    fitting = [
        line
        for line in work.draft.lines
        if deal.covers(line.sku)
        and (lacks.add_from is None or line.sku in lacks.add_from)
        and not products[line.sku].quantity_decimals
    ]
    if not fitting:
        return None
    line = max(fitting, key=lambda each: each.quantity)
    units = to_add(progress, products[line.sku])
    return Fill(line, units) if units else None
