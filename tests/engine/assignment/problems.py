"""Random orders with deals that compete: the same seed gives the same problem everywhere.

Every kind of trigger and benefit occurs: tiers that rise and that get worse, minimums of units, of
value and of both, needs, fixed credits, all three remainders of a bonus, held lines.
"""

from __future__ import annotations

import random

from largesse.engine.assignment.problem import (
    Bonus,
    Candidate,
    Need,
    OrderLine,
    Problem,
    Remainder,
    Tier,
)


def small_problem(seed: int, lines_max: int = 8, deals_max: int = 6) -> Problem:
    """At most 8 lines and 6 deals, unless more are asked for."""
    rng = random.Random(f"assignment/{seed}")
    lines = tuple(_line(rng) for _ in range(rng.randint(1, lines_max)))
    deals = tuple(_deal(rng, j, lines) for j in range(rng.randint(1, deals_max)))
    offered = sorted({i for deal in deals for i in deal.lines})
    held = (
        rng.sample(offered, min(len(offered), rng.choice((1, 1, 2)))) if rng.random() < 0.3 else []
    )
    return Problem(lines, deals, frozenset(held), half_even=rng.random() < 0.3)


def _line(rng: random.Random) -> OrderLine:
    units = rng.choice((1, 1, 2, 3, 4, 6))
    # Few different values, so that ties are common.
    return OrderLine(units, units * rng.choice((100, 100, 150, 200, 999)))


def _deal(rng: random.Random, j: int, lines: tuple[OrderLine, ...]) -> Candidate:
    members = sorted(rng.sample(range(len(lines)), rng.randint(1, len(lines))))
    units = sum(lines[i].units for i in members)
    value = sum(lines[i].value for i in members)
    asks_units, asks_value = rng.choice(((1, 0), (1, 0), (0, 1), (1, 1), (0, 0)))
    tiers = []
    for step in range(rng.choice((1, 1, 2, 3))):
        share = rng.uniform(0.1, 0.6) * (1 + step)
        tiers.append(
            Tier(
                _gives(rng, [lines[i] for i in members]),
                min_units=asks_units * max(1, int(units * share)),
                min_value=asks_value * max(1, int(value * share)),
                once=rng.choice((0, 0, 0, 20, 50)),
                bonus=_bonus(rng) if rng.random() < 0.35 else None,
            )
        )
    # Sometimes they get worse as they rise.
    if rng.random() < 0.7:
        tiers.sort(key=lambda tier: (tier.min_units, tier.min_value))
        tiers = [
            tier._replace(gives=gives)
            for tier, gives in zip(tiers, sorted(each.gives for each in tiers), strict=True)
        ]
    needs: tuple[Need, ...] = ()
    if rng.random() < 0.2:
        some = rng.sample(members, rng.randint(1, len(members)))
        needs = (Need(frozenset(some), rng.randint(1, sum(lines[i].units for i in some))),)
    return Candidate(f"D{j}", tuple(members), tuple(tiers), needs)


def _gives(rng: random.Random, lines: list[OrderLine]) -> tuple[int, ...]:
    kind = rng.choice(("nothing", "percent", "percent", "percent", "amount", "random"))
    if kind == "nothing":
        return (0,) * len(lines)
    if kind == "percent":
        rate = rng.choice((5, 10, 10, 20))
        return tuple(line.value * rate // 100 for line in lines)
    if kind == "amount":
        return tuple(line.units * 15 for line in lines)
    return tuple(rng.randint(0, 60) for _ in lines)


def _bonus(rng: random.Random) -> Bonus:
    return Bonus(rng.randint(1, 6), rng.choice((7, 25, 50, 99)), rng.choice(list(Remainder)))
