"""The books can be checked while the shop is at work (QU-28)."""

from __future__ import annotations

import time

from tests.concurrency.behaviours import takes_free_units
from tests.concurrency.clients import MOMENT
from tests.concurrency.shop import Shop
from tests.words import spec

CHECKS = 5


@spec("QU-28", "JO-4")
def test_a_check_finds_nothing_in_a_shop_whose_orders_change_meanwhile(shop: Shop) -> None:
    deeds = ["cancel", "refund"]
    wait = shop.crowd.begin(shop.address, 8, takes_free_units, "PLENTY", 4, deeds)
    time.sleep(MOMENT)
    found = [shop.office.check() for _ in range(CHECKS)]
    wait()
    assert found == [[]] * CHECKS
