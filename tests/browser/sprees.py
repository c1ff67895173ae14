"""Shopping sprees in the records of a running server: `python -m tests.browser.sprees treats --database
URL` lets whoever enters the code TREATS spend 30.00 on candles, and `… party hanna@example.com` makes a
party of that customer, whose guests bought for 200.00 and who may spend half of it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.conftest import Server

CODE = "TREATS"
"""What brings in the spree of an ordinary cart: so it changes no other test's cart."""

GUESTS = ("Gwen Ada Miller", "Gus Olander")
"""Who buys two aprons at 50.00."""


def treats(server: Server, *options: str) -> None:
    """Put the spree of an ordinary cart on offer, in the records of a running server."""
    _made(server, "treats", *options)


def hosted(server: Server, email: str, *options: str) -> str:
    """The path of a party's page that is made for a customer; `--over` lets the host pay for more."""
    return _made(server, "party", email, *options)


def close(server: Server, path: str) -> None:
    """Whoever holds a party closes it."""
    _made(server, "close", path.rpartition("/")[2])


def give_back(server: Server, path: str, units: int) -> None:
    """The first guest of a party gives back so many aprons."""
    _made(server, "give-back", path.rpartition("/")[2], str(units))


def _made(server: Server, *said: str) -> str:
    command = [sys.executable, "-m", "tests.browser.sprees", *said, *server.records]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    return made.stdout.strip()


# --- in the records --------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["treats", "party", "close", "give-back"])
    parser.add_argument("of", nargs="*")
    parser.add_argument("--over", action="store_true")
    parser.add_argument("--credit", action="store_true")
    parser.add_argument("--database")
    parser.add_argument("--schema")
    said = parser.parse_args()
    from largesse.cli.records import wake

    wake(said.database, said.schema)
    if said.what == "treats":
        _treats(over=said.over, credit=said.credit)
    elif said.what == "party":
        print(_party(said.of[0], over=said.over))
    elif said.what == "close":
        _close(said.of[0])
    else:
        _give_back(said.of[0], int(said.of[1]))


def _deed(what: str) -> Any:
    from largesse.ids import uuid7
    from largesse.orders.answers import Deed

    return Deed(key=f"test:{what}:{uuid7()}", body=b"", at=datetime.now(UTC), actor="rep")


def _spree(**fields: Any) -> dict[str, Any]:
    return {"kind": "shopping_spree", "carry_over": "credit", **fields}


def _treats(*, over: bool, credit: bool) -> None:
    from largesse.offers import promotions

    action = _spree(
        description="Light for the long evenings",
        order_types=["order"],
        amount="30.00",
        include="candles",
        over_purchase=over,
        carry_over="credit" if credit else "ignore",
    )
    definition = {
        "code": "CANDLE-TREATS",
        "title": "Candlelight treats",
        "promo_code": CODE,
        "conditions": [{"kind": "subtotal", "minimum": "40.00"}],
        "actions": [action],
    }
    promotions.revise(definition, by=None, at=datetime.now(UTC))


def _party(email: str, *, over: bool) -> str:
    from largesse.crm.models import Customer, Tag
    from largesse.offers import promotions
    from largesse.orders.models import Party
    from largesse.orders.parties import making

    host = Customer.objects.get(email=email)
    tag, _ = Tag.objects.get_or_create(name=f"host-{host.number}".lower())
    host.tags.add(tag)
    action = _spree(
        description="Half of the party",
        order_types=["host_reward"],
        calculation="percentage",
        percent=50,
        of="party_total",
        maximum="150.00",
        exclude="last-chance",
        over_purchase=over,
    )
    definition = {
        "code": f"HOST-{host.number}",
        "title": f"For {host.name.split()[0]}, who hosts",
        "conditions": [{"kind": "customer_tags", "tags": [tag.name]}],
        "actions": [action],
    }
    now = datetime.now(UTC)
    promotions.revise(definition, by=None, at=now)
    party = Party(
        title=f"{host.name.split()[0]}’s party",
        host=host,
        rep=Customer.objects.filter(type=Customer.Type.DISTRIBUTOR).order_by("number").first(),
        held_on=(now - timedelta(days=3)).date(),
    )
    making.make(party, _deed("make"))
    for number, name in enumerate(GUESTS, start=1):
        _guest_order(party, f"{party.number}-{number}", name)
    return f"/account/parties/{party.public_id}"


def _guest_order(party: Any, number: str, name: str) -> None:
    from largesse.crm.models import Customer
    from largesse.crm.values import customer_value
    from largesse.engine.cart import Cart, CartLine, Channel
    from largesse.orders.answers import Done
    from largesse.orders.models import Order
    from largesse.orders.placing import place
    from largesse.orders.posting import post

    guest = Customer.objects.create(number=number, name=name)
    cart = Cart(
        (CartLine("1", "AP-2041", 2),),
        at=datetime.now(UTC),
        customer=customer_value(guest),
        channel=Channel.PARTY,
        party=party.number,
    )
    placed = place(cart, _deed("guest")).answer
    assert isinstance(placed, Done), placed
    post(Order.by_public_id(placed.order).id, _deed("post"))


def _close(shown_id: str) -> None:
    from largesse.orders.models import Party
    from largesse.orders.parties import making

    making.close(Party.by_public_id(shown_id).id, _deed("close"))


def _give_back(shown_id: str, units: int) -> None:
    from largesse.orders.models import Order, Party
    from largesse.orders.refunding import refund

    party = Party.by_public_id(shown_id)
    order = Order.objects.filter(party=party, host_reward=False).order_by("id").first()
    assert order is not None
    refund(order.id, _deed("refund"), {"1": units})


if __name__ == "__main__":
    main()
