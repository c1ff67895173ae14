"""Orders and deals that compete for their lines: the same seed gives the same problem on every machine.

A structure says how they are drawn; every draw below is in an order that must not change. Amounts are
minor units. `python -m bench.deals rep 7 [LINES DEALS]` prints a problem as JSON.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Mapping, Sequence

from bench.deal_terms import (
    Deal,
    Line,
    ProductSet,
    Tier,
    bonus_stock,
    credit,
    percentage,
    problem_of,
)
from bench.shelf import drawn_deals, drawn_shelf
from largesse.engine.assignment.problem import Problem

CASES = (3, 6, 6, 12, 12, 24, 36, 48)
"""Units that a rep orders."""


# --- structures --------------------------------------------------------------------------------------


def plain(seed: int, lines: int, deals: int) -> Problem:
    """Unstructured: each deal has 2 to 10 lines at random and needs 30 to 90 % of what they hold."""
    rng = random.Random(f"plain/{seed}/{lines}/{deals}")
    order = [_unreduced(rng.randint(1, 12), rng.randint(100, 5000)) for _ in range(lines)]
    return problem_of(order, [_plain_deal(rng, f"P{j:04d}", order) for j in range(deals)])


def cart(seed: int) -> Problem:
    """A shopper's cart: 5 to 30 lines of a few units, up to 30 deals over brands and categories."""
    rng = random.Random(f"cart/{seed}")
    shelf = drawn_shelf(rng, rng.randint(5, 30), 6, 5, (1, 1, 1, 2, 2, 3, 4, 6))
    return problem_of(shelf.lines, drawn_deals(rng, shelf, rng.randint(3, 30), (2, 30), 0.3))


def rep(seed: int, lines: int, deals: int) -> Problem:
    """A rep's order: cases of units, large sets of brands and categories, rising tiers, bonus stock."""
    rng = random.Random(f"rep/{seed}/{lines}/{deals}")
    brands = max(4, lines // 18)
    shelf = drawn_shelf(rng, lines, brands, max(3, brands // 2), CASES)
    # Orders of a few hundred lines meet deals over 20 to 100 of them.
    sizes = (20, 100) if lines >= 300 and deals <= 100 else (3, 40)
    return problem_of(shelf.lines, drawn_deals(rng, shelf, deals, sizes, 0.6))


def light(seed: int, lines: int, deals: int) -> Problem:
    """A rep's order whose lines are on offer in one or two deals each, as in most merchants' books."""
    rng = random.Random(f"light/{seed}/{lines}/{deals}")
    brands = max(4, deals // 2)
    shelf = drawn_shelf(rng, lines, brands, max(3, brands // 2), CASES)
    sizes = (3, max(4, 3 * lines // deals))
    return problem_of(shelf.lines, drawn_deals(rng, shelf, deals, sizes, 0.6))


def any_of(seed: int, needed: int = 6, products: int = 20, rivals: int = 12) -> Problem:
    """Any 6 of 20 products (38,760 ways to choose) three times over, beside deals on a few."""
    rng = random.Random(f"any/{seed}/{needed}/{products}/{rivals}")
    order = [_unreduced(rng.choice((1, 1, 1, 2)), rng.randint(300, 4000)) for _ in range(products)]
    average = sum(line.net for line in order) // sum(line.units for line in order)
    benefits = {
        "ANY-CREDIT": credit(needed * average * 18 // 100),
        "ANY-PERCENT": percentage(rng.randint(8, 14) * 10_000),
        "ANY-BONUS": bonus_stock(needed, 1, average),
    }
    everything = ProductSet(tuple(range(products)))
    deals = [Deal(code, (everything,), (Tier(needed, 0, b),)) for code, b in benefits.items()]
    for j in range(rivals):
        members = tuple(sorted(rng.sample(range(products), rng.randint(1, 4))))
        tier = Tier(len(members), 0, percentage(rng.randint(5, 22) * 10_000))
        deals.append(Deal(f"R{j:03d}", (ProductSet(members),), (tier,)))
    return problem_of(order, deals)


def tiny(seed: int) -> Problem:
    """At most 8 lines and 6 deals with every trigger and benefit: small enough to try every plan."""
    return problem_of(*_tiny(seed))


def odd(seed: int) -> Problem:
    """As tiny, but tiers may get worse as they rise; the highest met one still holds (DE-2)."""
    lines, deals = _tiny(seed)
    rng = random.Random(f"odd/{seed}")
    return problem_of(lines, [_shuffled(rng, deal) for deal in deals])


def edge(seed: int, lines: int = 24, deals: int = 12) -> Problem:
    """Made to be hard: large sets, value triggers that few choices reach exactly, like benefits."""
    rng = random.Random(f"edge/{seed}/{lines}/{deals}")
    order = []
    for _ in range(lines):
        value = rng.randint(1000, 2000)
        order.append(Line(rng.randint(1, 9), value, value))
    offers = []
    for j in range(deals):
        members = tuple(sorted(rng.sample(range(lines), max(2, lines // 2))))
        needed = sum(order[i].value for i in members) * rng.randint(40, 70) // 100
        if j % 2:
            benefit = credit(needed * rng.randint(9, 11) // 100)
        else:
            benefit = percentage(rng.randint(90, 110) * 1_000)
        offers.append(Deal(f"K{j:03d}", (ProductSet(members),), (Tier(0, needed, benefit),)))
    return problem_of(order, offers)


STRUCTURES: Mapping[str, Callable[[int, int, int], Problem]] = {
    "plain": plain,
    "cart": lambda seed, lines, deals: cart(seed),
    "rep": rep,
    "light": light,
    "any": lambda seed, lines, deals: any_of(seed),
    "tiny": lambda seed, lines, deals: tiny(seed),
    "odd": lambda seed, lines, deals: odd(seed),
    "edge": edge,
}
"""What makes a problem of a seed and, where the structure leaves them open, of lines and deals."""


# --- their parts -----------------------------------------------------------------------------------


def _unreduced(units: int, price: int) -> Line:
    return Line(units, units * price, units * price)


def _plain_deal(rng: random.Random, code: str, order: Sequence[Line]) -> Deal:
    members = sorted(rng.sample(range(len(order)), min(len(order), rng.randint(2, 10))))
    by_units = rng.random() < 0.5
    held = sum(order[i].units if by_units else order[i].value for i in members)
    needed = max(1, int(held * rng.uniform(0.3, 0.9)))
    if rng.random() < 0.2:
        benefit = credit(int(sum(order[i].net for i in members) * rng.uniform(0.03, 0.12)))
    else:
        benefit = percentage(rng.randint(3, 30) * 10_000)
    tier = Tier(needed, 0, benefit) if by_units else Tier(0, needed, benefit)
    return Deal(code, (ProductSet(tuple(members)),), (tier,))


def _tiny(seed: int) -> tuple[list[Line], list[Deal]]:
    rng = random.Random(f"tiny/{seed}")
    shelf = drawn_shelf(rng, rng.randint(1, 8), 2, 2, (1, 2, 3, 4, 6))
    return shelf.lines, drawn_deals(rng, shelf, rng.randint(1, 6), (1, 8), 0.5)


def _shuffled(rng: random.Random, deal: Deal) -> Deal:
    """The deal with its benefits dealt out to its tiers anew."""
    benefits = [tier.benefit for tier in deal.tiers]
    rng.shuffle(benefits)
    tiers = [t._replace(benefit=b) for t, b in zip(deal.tiers, benefits, strict=True)]
    return deal._replace(tiers=tuple(tiers))


def main(structure: str, seed: str, lines: str = "50", deals: str = "50") -> None:
    drawn = STRUCTURES[structure](int(seed), int(lines), int(deals))
    print(json.dumps(drawn, default=sorted))


if __name__ == "__main__":
    main(*sys.argv[1:])
