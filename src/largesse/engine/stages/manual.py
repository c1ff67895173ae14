"""What staff took off lines by hand comes before any offer."""

from __future__ import annotations

from largesse.engine.quoted import Adjustment
from largesse.engine.running import Lot
from largesse.engine.stage import Stage
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    for line, wanted in zip(pricing.lines, pricing.cart.lines, strict=True):
        if wanted.less:
            line.hold((Lot(line.units, line.gross, line.gross - wanted.less),))
            pricing.adjustments.append(
                Adjustment(
                    Stage.MANUAL, "", 0, line.id, line.units, wanted.less, "Line discount", "manual"
                )
            )
