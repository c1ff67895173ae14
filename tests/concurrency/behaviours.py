"""What one client does. Amounts are dollars as text; nothing of the program is loaded here."""

from __future__ import annotations

import random
import time
from typing import Any, NamedTuple
from uuid import uuid4

from tests.concurrency.clients import Answer, Client, Page

POT = 100
"""What a pot costs, in dollars; tax at the main street is 10 %."""


def cart(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"lines": list(lines), "customer": "anna", "location": "main", **more}


def line(sku: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, **more}


def dollars(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def buys_with_voucher(client: Client, number: int, voucher: str) -> Answer:
    """Buys a pot for 88.00, the price with the voucher, and not for more."""
    wanted = cart(line("POT"), codes=[voucher], confirmed_due=dollars("88.00"))
    return client.post("/orders", wanted)


def draws(client: Client, number: int, book: str, persons: int) -> Answer:
    """Draws a number of a book, as one of so many persons."""
    return client.post(f"/voucher-books/{book}/draw", {"person": f"@person{number % persons}"})


def guesses(client: Client, number: int, customer: str) -> Answer:
    """Enters a wrong code, another one than every other client."""
    return client.post("/quotes", cart(line("POT"), codes=[f"GUESS{number}"], customer=customer))


def buys_with_code(client: Client, number: int, code: str, confirmed: str) -> Answer:
    """Buys a pot with a code: every second client for what is confirmed, the others at any price."""
    wanted = cart(line("POT"), codes=[code])
    if number % 2:
        wanted["confirmed_due"] = dollars(confirmed)
    return client.post("/orders", wanted)


def buys_with_credit(
    client: Client, number: int, account: str, most: str, confirmed: str
) -> Answer:
    """Buys a pot with credit: every second client for what is confirmed, the others at any price.

    Orders that pay from one account wait for each other: who waited too long for a connection to the
    database is told to come again, and does.
    """
    wanted = cart(line("POT"), credit={account: dollars(most)})
    if number % 2:
        wanted["confirmed_due"] = dollars(confirmed)
    return client.until_answered("/orders", wanted, uuid4().hex, time.time() + 30)[-1]


PASSWORD = "nine green apples"

Deed = tuple[str, dict[str, str]]
"""A path of the shop, and the form that is sent there."""


def enters(client: Client, number: int) -> dict[str, str]:
    """Opens the shop in a new browser; its cookies."""
    return client.browse("/", {}).cookies


def registers(client: Client, number: int, cookies: dict[str, str], email: str) -> dict[str, str]:
    """Opens an account; the cookies of the browser then."""
    said = {"name": "Ines Roth", "email": email, "password": PASSWORD}
    return client.browse("/account/register", cookies, said).cookies


def is_a_tab(client: Client, number: int, cookies: dict[str, str], deeds: list[Deed]) -> Page:
    """Does one of these things to the cart of a browser that has many tabs."""
    path, form = deeds[number % len(deeds)]
    return client.browse(path, cookies, form)


def sends(client: Client, number: int, path: str, body: Any, key: str) -> Answer:
    return client.post(path, body, key)


def decides(client: Client, number: int, order: str) -> Answer:
    """Approves an order, approves it with half the credit, or declines it."""
    match number % 3:
        case 0:
            return client.post(f"/orders/{order}/approve", {"note": "once"})
        case 1:
            half = {"note": "half", "credits": {"OPENING": dollars("15.00")}}
            return client.post(f"/orders/{order}/approve", half)
        case _:
            return client.post(f"/orders/{order}/decline", {"note": "no"})


def edits(client: Client, number: int, order: str, voucher: str) -> Answer:
    """Sends another form of an order for approval, or, with the trigger met, places it."""
    pots = line("POT", 3 if number % 2 else 1, deal="OPENING")
    wanted = cart(
        pots,
        codes=[voucher],
        referred={"OPENING": dollars("20.00")},
        replaces=order,
        channel="shop",
    )
    return client.post("/orders", wanted if number % 2 else {**wanted, "refer": {}})


def decides_edits_or_cancels(client: Client, number: int, order: str, voucher: str) -> Answer:
    """All that can be done to a referred order, by many at once."""
    match number % 4:
        case 0 | 1:
            return decides(client, number // 4, order)
        case 2:
            return edits(client, number // 4, order, voucher)
        case _:
            return client.post(f"/orders/{order}/cancel", {})


def takes_uses(
    client: Client, number: int, code: str, rounds: int, deeds: list[str]
) -> tuple[int, list[Answer]]:
    """Buys pots for 100.00 with a promotion's code, and keeps, cancels or refunds them.

    The orders that it has in the end, and all answers.
    """
    wanted = cart(line("POT"), codes=[code], confirmed_due=dollars("100.00"))
    return _takes(client, number, wanted, rounds, deeds)


def takes_free_units(
    client: Client, number: int, allotment: str, rounds: int, deeds: list[str]
) -> tuple[int, list[Answer]]:
    """Takes free pots, and keeps, cancels or refunds them, the last two by three tries each.

    The free units that it has in the end, and all answers.
    """
    wanted = cart(line("POT", allotment=allotment), confirmed_due=dollars("0.00"))
    return _takes(client, number, wanted, rounds, deeds)


def buys_as_told(
    client: Client, number: int, allotment: str, units: int
) -> tuple[str, list[Answer]]:
    """Buys pots that are to be free, and where they are not, for what the answer says that they cost.

    What was confirmed last, in dollars, and all answers.
    """
    confirmed = "0.00"
    answers: list[Answer] = []
    while not answers or answers[-1].code == "price_changed":
        wanted = cart(line("POT", units, allotment=allotment), confirmed_due=dollars(confirmed))
        answers.append(client.post("/orders", wanted))
        if answers[-1].code == "price_changed":
            confirmed = answers[-1].json["quote"]["due"]["amount"]
    return confirmed, answers


def _takes(
    client: Client, number: int, wanted: dict[str, Any], rounds: int, deeds: list[str]
) -> tuple[int, list[Answer]]:
    chance = random.Random(number)
    answers: list[Answer] = []
    kept = 0
    for _ in range(rounds):
        placed = client.post("/orders", wanted)
        answers.append(placed)
        if placed.status != 201:
            continue
        kept += 1
        order = f"/orders/{placed.json['id']}"
        deed = chance.choice(deeds)
        if deed == "refund":
            answers.append(client.post(f"{order}/post", {}))
        if deed in ("cancel", "refund"):
            key = uuid4().hex
            # By one key, as after a lost answer; then by another, as by a second till.
            tries = [client.post(f"{order}/{deed}", {}, k) for k in (key, key, uuid4().hex)]
            answers += tries
            kept -= any(one.status == 200 for one in tries)
    return kept, answers


class Bought(NamedTuple):
    """A request, and all that it was answered until the server was there."""

    key: str
    answers: list[Answer]


def keeps_buying(client: Client, number: int, until: float, patience: float) -> list[Bought]:
    """Buys one thing after the other; what is not answered is sent again under the same key."""
    bought: list[Bought] = []
    while time.time() < until:
        key = uuid4().hex
        wanted = cart(line("POT", allotment="PLENTY"), line("MUG"))
        answers = client.until_answered("/orders", wanted, key, until + patience)
        bought.append(Bought(key, answers))
    return bought
