"""No two offers get one code, whoever is quicker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from largesse.engine.faults import Faults
from largesse.offers import checking
from largesse.offers.current import current
from largesse.offers.models import Deal, Promotion
from tests.offers.store import group, off_group, product, revise, revise_deal, ten_percent
from tests.words import spec


@spec("DE-1", "QU-10")
def test_of_a_deal_and_a_promotion_that_take_one_code_at_once_one_comes_to_be(committed):
    group("mugs", product("MUG", 1000))
    current(fresh=True)
    start = threading.Barrier(2)

    def attempt(make: Callable[[], object]) -> str:
        start.wait()
        try:
            make()
        except Faults as found:
            return found.faults[0].message
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        deal = pool.submit(attempt, lambda: revise_deal(off_group("SAME", "mugs")))
        promotion = pool.submit(attempt, lambda: revise(ten_percent("SAME")))
        told = (deal.result(), promotion.result())

    assert told in (("made", "is the code of a deal"), ("is the code of a promotion", "made"))
    assert Deal.objects.count() + Promotion.objects.count() == 1
    assert checking.check() == ()
