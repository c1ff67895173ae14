"""What a return leaves unearned of deals, and credit that lapses, told over HTTP (DE-13, DE-16)."""

from __future__ import annotations

from largesse.business.configuration import CHARGE_BACK_UNEARNED, change
from tests.api.callers import Program, cart, usd
from tests.orders.deals import CHOSEN, on_deal, tier
from tests.words import spec


@spec("DE-13", "DE-16", "IF-20")
def test_a_refund_tells_what_it_leaves_unearned_and_charges_back(api: Program) -> None:
    change(CHARGE_BACK_UNEARNED, True)
    on_deal(tier("bonus_stock", every=10), **CHOSEN)
    gifts = [{"deal": "DEAL", "sku": "MUG", "units": 3}]
    placed = api.do("/orders", cart("40 MUG", giveaways=gifts))
    assert placed.status == 201, placed.body
    assert placed.json["lapsed_credit"] == usd("12.50")
    order = placed.json["id"]
    api.do(f"/orders/{order}/post")
    told = api.do(f"/orders/{order}/refund", {"lines": [{"id": "1", "units": 15}]})
    (deal,) = told.json["unearned"]
    assert (deal["deal"], deal["reaches"], deal["giveaways"]) == ("DEAL", "same", usd("12.50"))
    assert [(each["sku"], each["units"], each["value"]) for each in deal["units"]] == [
        ("MUG", 1, usd("12.50"))
    ]
    assert told.json["charged_back"] == usd("12.50")
    whole = api.do(f"/orders/{order}/refund")
    assert not {"unearned", "charged_back"} & set(whole.json)


@spec("DE-16", "IF-20")
def test_an_order_without_deals_says_nothing_of_them(api: Program) -> None:
    placed = api.do("/orders", cart("1 HAT"))
    assert not {"unearned", "charged_back", "lapsed_credit"} & set(placed.json)
