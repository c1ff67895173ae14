"""What is decided becomes lots and adjustments; each says where it was cut (MO-5)."""

from __future__ import annotations

from collections.abc import Sequence

from largesse.engine.choice.line_by_line import Lots
from largesse.engine.qualification import Qualification
from largesse.engine.quoted import Adjustment
from largesse.engine.settlement import Given
from largesse.engine.stages.pricing_state import Pricing


def keep(
    pricing: Pricing,
    lots: Sequence[Lots],
    given: Sequence[Given],
    qualification: Qualification,
) -> None:
    """Set the lots of the lines, and write the adjustments."""
    for line, after in zip(pricing.lines, lots, strict=True):
        if after is not line.lots:
            line.hold(after)
    for one in given:
        if one.amount:
            cut = None
            if one.award.gives_amounts or one.line.floor or one.award.promotion.budget is not None:
                cut = _cut_from(one, given, qualification)
            pricing.adjustments.append(adjustment(one, cut))


def _cut_from(one: Given, given: Sequence[Given], qualification: Qualification) -> int | None:
    """What an award would have given a line, or all its lines together, had there been room (MO-5)."""
    award, line, units, net, amount, wanted = one
    scene = qualification.scene
    ours = [g for g in given if g.award is award]
    whole = award.action.spreads(sum(g.net for g in ours), qualification.times(award), scene)
    if whole is not None:
        return whole if sum(g.amount for g in ours) < whole else None
    terms = award.terms(scene)
    if terms is not None:
        wanted = terms.wanted(line, net, units, qualification.half_even)
    return wanted if wanted > amount else None


def adjustment(given: Given, cut_from: int | None = None) -> Adjustment:
    """The adjustment of what an award gives a line."""
    award, line, units, _, amount, _ = given
    stage, offer, revision, title, kind, multipliers, separate = award.quoted
    return Adjustment(
        stage, offer, revision, line.id, units, amount, title, kind, multipliers, cut_from, separate
    )
