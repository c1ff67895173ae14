"""Allotments: units that an organization has free are free, as many as are left; the rest are
charged (AL-7).
"""

from __future__ import annotations

from largesse.engine.offers.allotment import Allotment
from largesse.engine.quoted import Adjustment, Consumption
from largesse.engine.refusals import Refusal, RefusalCode, units_of
from largesse.engine.running import Line, Lot
from largesse.engine.stage import Stage
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    left = dict(pricing.facts.allotments_left)
    for line, wanted in zip(pricing.lines, pricing.cart.lines, strict=True):
        if wanted.allotment is None:
            continue
        allotment = pricing.book.allotments.get(wanted.allotment)
        refusal = _refusal(pricing, wanted.allotment, allotment, line, left)
        if refusal is not None:
            pricing.refusals.append(refusal)
            continue
        assert allotment is not None
        units = min(line.units, left[allotment.code])
        left[allotment.code] -= units
        _make_free(pricing, line, allotment, units)
        if units < line.units:
            pricing.refusals.append(
                Refusal(
                    allotment.code,
                    RefusalCode.USED_UP,
                    f"{units_of(units)} free, the other {units_of(line.units - units)} charged.",
                    line.units,
                    units,
                )
            )


def _make_free(pricing: Pricing, line: Line, allotment: Allotment, units: int) -> None:
    (lot,) = line.lots
    covered, charged = (lot, None) if units == lot.units else lot.split(units)
    free = Lot(covered.units, covered.gross, 0, covered.marks, True)
    line.hold((free,) if charged is None else (free, charged))
    pricing.adjustments.append(
        Adjustment(
            Stage.ALLOTMENT,
            allotment.code,
            allotment.revision,
            line.id,
            units,
            covered.net,
            allotment.title or allotment.code,
            "allotment",
        )
    )
    pricing.consumptions.append(Consumption("allotment", allotment.code, units))


def _refusal(
    pricing: Pricing, code: str, allotment: Allotment | None, line: Line, left: dict[str, int]
) -> Refusal | None:
    if allotment is None:
        return Refusal(code, RefusalCode.UNKNOWN_CODE, "No such allotment.")
    if allotment.window.start is not None and pricing.cart.at < allotment.window.start:
        return Refusal(code, RefusalCode.NOT_STARTED, "The allotment starts later.")
    if pricing.cart.at not in allotment.window:
        return Refusal(code, RefusalCode.ENDED, "The allotment is over.")
    if allotment.product != line.sku:
        return Refusal(
            code, RefusalCode.NO_UNITS, f"The allotment is for {allotment.product}, not {line.sku}."
        )
    if allotment.members_only:
        buyer = pricing.cart.customer
        if buyer is None or allotment.organization not in buyer.organizations:
            return Refusal(
                code, RefusalCode.MEMBERS_ONLY, f"For members of {allotment.organization} only."
            )
    if left.get(code, 0) <= 0:
        return Refusal(code, RefusalCode.USED_UP, "Every free unit has been used.", line.units, 0)
    return None
