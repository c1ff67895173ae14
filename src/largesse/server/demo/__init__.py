"""Alder & Finch: a business that does not exist, with everything that Largesse can do in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.db import transaction

from largesse.business.values import calendar
from largesse.server.demo import credit, offers, parties, shelves, trade
from largesse.server.demo.staff import make_staff
from largesse.server.demo.year import Year
from largesse.server.starting import SignIn

Step = Callable[[str, int, int], None]
"""Told what is being made, how much of it is done, and of how much."""


def build(*, seed: int, orders: int, now: datetime, step: Step) -> list[SignIn]:
    """Make the business in an empty database, up to an instant; who can sign in.

    The same seed and instant give the same business, but for keys, passwords and order numbers.
    """
    chance = Random(seed)
    # All or nothing: what is left after a Ctrl-C would be a business that nobody can sign in to.
    with transaction.atomic():
        shelves.make_business()
        today = calendar().day_of(now)
        shelves.make_stores()
        shelves.make_products(chance)
        step("Shelves", 1, 2)
        shelves.make_people(chance, today)
        trade.make_wholesalers(today)
        sign_ins = make_staff()
        step("Shelves", 2, 2)
        held = offers.make(chance, now, today, lambda done, of: step("Offers", done, of))
        year = Year(chance, now, held)
        parties.plan(year, today)
        year.run(orders, lambda done: step("A year of orders", done, orders))
        credit.make(now)
        shelves.count_stock(seed, now)
    return sign_ins
