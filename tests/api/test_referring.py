"""Orders are sent for approval, approved and declined over HTTP (DE-8, DE-14)."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.api import keys
from largesse.api.scopes import Scope
from largesse.orders.models import Order
from tests.api.callers import Program, cart, usd
from tests.orders.referrals import on_offer, people
from tests.words import spec


def program(name: str, *scopes: Scope) -> Program:
    """A program with a key of this name: who asks and who approves are told apart by it."""
    from datetime import UTC, datetime

    _, secret = keys.create(
        name, scopes or tuple(Scope), datetime.now(UTC), requests_per_minute=100_000
    )
    return Program(secret)


@pytest.fixture
def rep(store: None) -> Program:
    on_offer()
    people()
    return program("Reps", Scope.ORDERS_READ, Scope.ORDERS_WRITE)


@pytest.fixture
def boss(rep: Program) -> Program:
    return program("Sales management")


def asking(credit: str = "30.00", *, mugs: int = 0, **fields: Any) -> dict[str, Any]:
    """A pot on a deal that asks for three, with the credit asked for and mugs to be given away."""
    gifts = [{"deal": "OPENING", "sku": "MUG", "units": mugs}] if mugs else []
    wanted = cart("1 POT", referred={"OPENING": usd(credit)}, giveaways=gifts, **fields)
    wanted["lines"][0]["deal"] = "OPENING"
    return wanted


def referred(rep: Program, credit: str = "30.00", **fields: Any) -> str:
    told = rep.do("/orders", asking(credit, refer={"note": "second shop"}, **fields))
    assert (told.status, told.json["state"]) == (201, "referred"), told.body
    return str(told.json["id"])


@spec("DE-8", "IF-20")
def test_an_order_is_referred_approved_by_another_key_and_placed(rep: Program, boss: Program):
    order = referred(rep)
    assert rep.do(f"/orders/{order}/place").code == "wrong_state"
    approved = boss.do(f"/orders/{order}/approve", {"note": "once"})
    assert (approved.status, approved.json["state"]) == (200, "pending")
    placed = rep.do(f"/orders/{order}/place", {"payment": {"method": "card"}})
    assert (placed.status, placed.json["state"]) == (200, "placed")
    told = rep.get(f"/orders/{order}?expand[]=events").json
    assert [(e["kind"], e["actor"], e["reason"]) for e in told["events"]] == [
        ("order.referred", "API key Reps", "second shop"),
        ("order.approved", "API key Sales management", "once"),
        ("order.placed", "API key Reps", ""),
    ]
    assert (told["requested_by"], told["approver"], told["replaces"]) == (
        "API key Reps",
        None,
        None,
    )


@spec("DE-8")
def test_without_refer_such_a_cart_is_not_ordered(rep: Program):
    assert rep.do("/orders", asking()).code == "referral_needed"
    assert rep.do("/orders", asking(hold_minutes=5)).code == "referral_needed"
    assert rep.do("/orders", cart("1 POT", refer={})).code == "approval_not_needed"
    by_hand = rep.do("/orders", cart("1 POT", refer={"by_user": True}))
    assert by_hand.json["state"] == "referred_by_user"


@spec("DE-8")
def test_the_requester_does_not_decide_whatever_the_scopes(boss: Program):
    order = referred(boss)
    for verb in ("approve", "decline"):
        told = boss.do(f"/orders/{order}/{verb}", {"note": "mine"})
        assert (told.status, told.code) == (403, "own_referral")


@spec("DE-8", "QU-40")
def test_who_decides_needs_a_scope_of_its_own(rep: Program):
    order = referred(rep)
    assert rep.do(f"/orders/{order}/approve").code == "scope_missing"


@spec("DE-8")
def test_a_declined_order_is_edited_and_sent_again(rep: Program, boss: Program):
    order = referred(rep)
    assert boss.do(f"/orders/{order}/decline", {"note": " "}).code == "note_needed"
    assert boss.do(f"/orders/{order}/decline").code == "malformed_request"
    declined = boss.do(f"/orders/{order}/decline", {"note": "Ask for less."})
    assert declined.json["state"] == "declined"
    again = referred(rep, "20.00", replaces=order)
    told = rep.get(f"/orders/{again}").json
    assert told["replaces"] == order
    states = {each["id"]: each["state"] for each in rep.get("/orders").json["data"]}
    assert states == {order: "cancelled", again: "referred"}
    assert [each["id"] for each in rep.get("/orders?state=referred").json["data"]] == [again]
    assert rep.do("/orders", asking(refer={}, replaces=order)).code == "wrong_state"
    assert rep.do("/orders", asking(refer={}, replaces="ord_x")).code == "not_found"


@spec("DE-14")
def test_less_credit_makes_another_order_and_says_what_was_cut(rep: Program, boss: Program):
    order = referred(rep, mugs=2)
    raised = boss.do(f"/orders/{order}/approve", {"credits": {"OPENING": usd("30.01")}})
    assert (raised.status, raised.code) == (422, "credit_raised")
    assert raised.fields == ["credits.OPENING"]
    euros = {"amount": "10.00", "currency": "EUR"}
    wrong = boss.do(f"/orders/{order}/approve", {"credits": {"OPENING": euros}})
    assert (wrong.code, wrong.fields) == ("invalid_request", ["credits.OPENING.currency"])
    body = {"note": "half", "credits": {"OPENING": usd("15.00")}}
    told = boss.post(f"/orders/{order}/approve", body, "k")
    assert (told.status, told.json["state"]) == (200, "pending")
    assert told.json["id"] != order
    assert told.json["note"] == (
        "Credit for Opening order 15.00 instead of 30.00. Given away no longer: 1 × Mug."
    )
    assert rep.get(f"/orders/{told.json['id']}").json["replaces"] == order
    again = boss.post(f"/orders/{order}/approve", body, "k")
    assert (again.body, again.headers["Idempotent-Replayed"]) == (told.body, "true")


@spec("DE-8", "IF-21")
def test_what_does_not_go_together_is_told_all_at_once(rep: Program):
    due = usd("1.00")
    told = rep.do("/orders", asking(refer={}, confirmed_due=due, payment={"method": "card"}))
    assert (told.status, told.fields) == (422, ["confirmed_due", "payment"])
    told = rep.do("/orders", cart("1 POT", refer={}, replaces="x", hold_minutes=5))
    assert told.fields == ["refer", "replaces"]
    nobody = rep.do("/orders", asking(refer={"approver": "nobody"}))
    assert (nobody.status, nobody.code, nobody.fields) == (422, "approver_unknown", ["approver"])
    over = rep.do("/orders", asking("15.00", mugs=2, refer={}))
    assert (over.code, over.fields) == ("giveaway_over_credit", ["giveaways[0]"])
    assert not Order.objects.exists()
