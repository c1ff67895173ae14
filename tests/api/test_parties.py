"""Parties, their sprees and their corrections over HTTP (SP-1, SP-7, SP-10, SP-12)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from largesse.api.scopes import Scope
from largesse.api.telling import quote_out, stored_quote_out
from largesse.orders.models import Order, Party, PartyLink
from largesse.orders.parties import links
from largesse.orders.quoting import priced
from tests.api.callers import Program, Told, cart, program, usd
from tests.orders import parties as said
from tests.words import spec

PARTY: dict[str, Any] = {"title": "Hanna’s party", "host": "hanna", "held_on": "2026-05-30"}


@pytest.fixture(autouse=True)
def hosts(store: None) -> None:
    said.people()
    said.on_spree()


@pytest.fixture
def party(api: Program) -> str:
    """The number of Hanna's party."""
    made = api.do("/parties", {**PARTY, "rep": "rita"})
    assert made.status == 201
    return str(made.json["number"])


def guest(party: str, *lines: str, **fields: Any) -> dict[str, Any]:
    return cart(*lines, customer="gwen", location=None, party=party, **fields)


def bought(api: Program, party: str, *lines: str, **fields: Any) -> Told:
    """A guest order that is placed and posted."""
    placed = api.do("/orders", guest(party, *lines, **fields))
    assert placed.status == 201, placed.json
    return api.do(f"/orders/{placed.json['id']}/post")


def reward(party: str, *chosen: str, **fields: Any) -> dict[str, Any]:
    pairs = (each.split() for each in chosen)
    sprees = [{"promotion": "HOST", "sku": sku, "units": int(units)} for units, sku in pairs]
    about = {"customer": "hanna", "location": None, "party": party, "host_reward": True}
    return cart(**{**about, "sprees": sprees, **fields})


# --- the party -------------------------------------------------------------------------------------


@spec("IF-20", "SP-1")
def test_a_party_is_made_read_changed_closed_and_opened_again(api: Program) -> None:
    made = api.do("/parties", {**PARTY, "rep": "rita", "location": "main"})
    assert (made.status, made.json["state"]) == (201, "open")
    assert made.headers["Location"] == f"/v1/parties/{made.json['id']}"
    one = api.get(f"/parties/{made.json['number']}")
    assert one.json == {
        "object": "party",
        "id": made.json["id"],
        "number": made.json["number"],
        "title": "Hanna’s party",
        "state": "open",
        "host": "hanna",
        "rep": "rita",
        "held_on": "2026-05-30",
        "location": "main",
        "booked_at": None,
        "link": one.json["link"],
        "closed_at": None,
        "made_at": one.json["made_at"],
    }
    path = f"/parties/{made.json['id']}"
    changed = api.call("PATCH", path, {"title": "In the garden"}, If_Match=one.headers["ETag"])
    assert (changed.status, changed.json["title"]) == (200, "In the garden")
    late = api.call("PATCH", path, {"title": "Late"}, If_Match=one.headers["ETag"])
    assert late.code == "changed_meanwhile"
    assert api.get(path, If_None_Match=changed.headers["ETag"]).status == 304
    assert api.do(f"{path}/close").json["state"] == "closed"
    assert api.do(f"{path}/close").code == "wrong_party_state"
    assert api.do(f"{path}/reopen", {"reason": "A guest was late."}).json["state"] == "open"


@spec("OR-3", "SP-1")
def test_the_same_key_makes_one_party_also_when_it_could_not_be_made_any_more(api: Program) -> None:
    from largesse.crm.models import Customer

    body = {**PARTY, "rep": "rita"}
    first = api.post("/parties", body, "make")
    Customer.objects.filter(number="rita").update(type="customer")
    again = api.post("/parties", body, "make")
    assert (again.status, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.post("/parties", PARTY, "make").code == "idempotency_key_reused"
    assert Party.objects.count() == 1


@spec("SP-1")
def test_a_party_has_its_link_and_a_new_one_ends_it(api: Program, party: str) -> None:
    before = api.get(f"/parties/{party}")
    old = before.json["link"]
    assert old == f"http://testserver{links.path_of(Party.objects.get())}"
    assert [each["link"] for each in api.get("/parties").json["data"]] == [old]
    assert api.get(f"/parties/{party}/report").json["party"]["link"] == old

    made = api.post(f"/parties/{party}/link/revoke").json

    assert made == {
        "object": "party_link",
        "party": party,
        "path": links.path_of(Party.objects.get()),
        "url": api.get(f"/parties/{party}").json["link"],
    }
    for link, outcome in ((old, "revoked"), (made["url"], "opened")):
        token = link.rpartition("/")[2]
        assert links.told(token, at=datetime.now(UTC)).outcome == outcome
    assert PartyLink.objects.get(revoked_at__isnull=False).revoked_by == "API key Test"
    # It is no other version of the party.
    assert api.get(f"/parties/{party}").headers["ETag"] == before.headers["ETag"]


@spec("SP-1", "QU-40")
def test_who_may_not_write_parties_sees_no_link(api: Program, party: str) -> None:
    reader = program(Scope.PARTIES_READ)
    assert reader.get(f"/parties/{party}").json["link"] is None
    assert reader.get("/parties").json["data"][0]["link"] is None
    assert reader.post(f"/parties/{party}/link/revoke").code == "scope_missing"
    assert api.post("/parties/P-1/link/revoke").status == 404


@spec("SP-1")
def test_a_party_from_before_has_no_link_until_one_is_made(api: Program, party: str) -> None:
    PartyLink.objects.all().delete()
    assert api.get(f"/parties/{party}").json["link"] is None
    assert not PartyLink.objects.exists()
    made = api.post(f"/parties/{party}/link/revoke").json
    assert api.get(f"/parties/{party}").json["link"] == made["url"]


@spec("BI-1", "IF-21")
def test_all_that_is_wrong_with_a_party_is_told_at_once(api: Program) -> None:
    told = api.do("/parties", {"title": "", "host": 3, "held_on": "May", "colour": "red"})
    assert told.status == 422
    assert set(told.fields) == {"title", "host", "held_on", "colour"}
    told = api.do("/parties", {**PARTY, "host": "nobody", "booked_at": "P-1"})
    assert set(told.fields) == {"host", "booked_at"}
    assert api.do("/parties", {**PARTY, "rep": "gwen"}).fields == ["rep"]


@spec("IF-20")
def test_parties_are_listed_by_state_host_rep_and_day(api: Program, party: str) -> None:
    other = api.do(
        "/parties", {**PARTY, "title": "Gwen’s", "host": "gwen", "held_on": "2026-06-02"}
    )

    def numbers(query: str) -> list[str]:
        return [each["number"] for each in api.get(f"/parties?{query}").json["data"]]

    assert numbers("") == [other.json["number"], party]
    assert numbers("host=gwen") == numbers("q=gwen") == [other.json["number"]]
    assert numbers("rep=rita") == numbers("held_until=2026-06-01") == [party]
    assert numbers("held_from=2026-06-01") == [other.json["number"]]
    assert numbers("state=closed") == []


@spec("QU-42", "SP-1")
def test_a_key_of_one_location_sees_its_parties_only(api: Program, party: str) -> None:
    here = program(locations=["main"])
    assert here.get(f"/parties/{party}").code == "not_found"
    assert here.do("/parties", PARTY).code == "location_not_allowed"
    made = here.do("/parties", {**PARTY, "location": "main"})
    assert [each["id"] for each in here.get("/parties").json["data"]] == [made.json["id"]]
    path = f"/parties/{made.json['number']}"
    etag = here.get(path).headers["ETag"]
    moved = here.call("PATCH", path, {"location": "vienna"}, If_Match=etag)
    assert moved.code == "location_not_allowed"


@spec("QU-42")
def test_reading_writing_and_settling_are_rights_of_their_own(party: str) -> None:
    reads, writes = program(Scope.PARTIES_READ), program(Scope.PARTIES_WRITE)
    assert reads.get(f"/parties/{party}").status == 200
    assert reads.do(f"/parties/{party}/close").code == "scope_missing"
    assert writes.do(f"/parties/{party}/close").status == 200
    assert writes.get(f"/parties/{party}").code == "scope_missing"
    settling = {"how": "waive", "reason": "No."}
    assert writes.do("/corrections/cor_1/settle", settling).code == "scope_missing"


# --- its orders ------------------------------------------------------------------------------------


@spec("IF-20", "SP-1")
def test_guest_orders_name_their_party_and_are_listed_by_it(api: Program, party: str) -> None:
    first = bought(api, party, "2 POT")
    api.do("/orders", cart("1 MUG"))
    (listed,) = api.get(f"/orders?party={party}").json["data"]
    assert (listed["id"], listed["party"], listed["host_reward"]) == (
        first.json["id"],
        party,
        False,
    )
    totals = api.get(f"/parties/{party}/totals").json
    assert (totals["total"], totals["orders"], totals["bookings"]) == (usd("200.00"), 1, 0)
    assert api.get("/orders?host_reward=true").json["data"] == []


@spec("SP-1")
def test_why_a_party_takes_an_order_or_not_is_told(api: Program, party: str) -> None:
    assert api.do("/orders", guest("P-1", "1 MUG")).fields == ["party"]
    assert api.do("/orders", cart("1 MUG", channel="party")).code == "party_needed"
    assert api.do("/orders", cart("1 MUG", host_reward=True)).fields == ["host_reward"]
    assert api.do("/orders", reward(party)).code == "party_not_closed"
    api.do(f"/parties/{party}/close")
    assert api.do("/orders", guest(party, "1 MUG")).code == "party_not_open"
    assert api.do("/orders", reward(party, customer="gwen")).code == "not_the_host"
    api.do("/orders", reward(party))
    assert api.do("/orders", reward(party)).code == "host_rewarded"


@spec("IF-20", "SP-7", "SP-9")
def test_a_quote_tells_of_the_spree_and_of_what_is_chosen(api: Program, party: str) -> None:
    said.on_spree(rep_income="percentage", rep_income_percent="50")
    bought(api, party, "10 POT")
    told = api.post("/quotes", reward(party, "2 HAT")).json
    (spree,) = told["sprees"]
    assert spree == {
        "offer": "HOST",
        "revision": 2,
        "title": "HOST",
        "description": "Host reward",
        "award": usd("100.00"),
        "selected": usd("80.00"),
        "given": usd("80.00"),
        "due": usd("0.00"),
        "excess": usd("20.00"),
        "lines": [told["lines"][0]["id"]],
        "over_purchase": False,
        "carry_over": "credit",
        "retained_earnings": False,
        "base": usd("1000.00"),
        "percent": "10",
        "maximum": usd("150.00"),
        "rep": "rita",
        "rep_income": usd("40.00"),
    }
    assert told["lines"][0]["spree"]
    assert [(each["by"], each["amount"]) for each in told["credits"]] == [("spree", usd("20.00"))]


@spec("IF-20", "EX-4", "SP-7")
def test_an_order_tells_the_same_of_its_sprees_as_its_quote_did(api: Program, party: str) -> None:
    bought(api, party, "10 POT")
    found = priced(said.reward_cart(Party.objects.get(number=party), "2 HAT"))
    live = msgspec.json.encode(quote_out(found.quote, found.book_version))
    data = msgspec.json.decode(found.quote.to_json())
    assert msgspec.json.encode(stored_quote_out(data, found.book_version)) == live


@spec("IF-21", "SP-7")
def test_what_exceeds_an_award_is_refused_under_its_field(api: Program, party: str) -> None:
    bought(api, party, "10 POT")
    api.do(f"/parties/{party}/close")
    told = api.do("/orders", reward(party, "2 HAT", "1 POT"))
    assert (told.status, told.code, told.fields) == (409, "sprees_refused", ["sprees[1]"])


@spec("IF-21", "SP-12")
def test_an_award_that_changed_is_told_in_numbers_with_the_new_quote(
    api: Program, party: str
) -> None:
    late = bought(api, party, "10 POT")
    api.do(f"/parties/{party}/close")
    placed = api.do("/orders", reward(party, "2 HAT")).json
    refund = {"lines": [{"id": "1", "units": 5}]}
    api.do(f"/orders/{late.json['id']}/refund", refund)
    told = api.post(f"/orders/{placed['id']}/post", None, "post")
    assert (told.status, told.code) == (409, "award_changed")
    assert told.json["award"] == {
        "placed": {"award": usd("100.00"), "given": usd("80.00"), "due": usd("0.00")},
        "today": {"award": usd("50.00"), "given": usd("40.00"), "due": usd("0.00")},
    }
    assert told.json["quote"]["sprees"][0]["award"] == usd("50.00")
    assert api.post(f"/orders/{placed['id']}/post", None, "post").body == told.body
    anew = api.do("/orders", reward(party, "1 HAT", replaces=placed["id"])).json
    assert api.get(f"/orders/{placed['id']}").json["state"] == "cancelled"
    assert api.do(f"/orders/{anew['id']}/post").json["state"] == "posted"
    assert api.get(f"/parties/{party}").json["state"] == "rewarded"


# --- corrections and the report --------------------------------------------------------------------


@pytest.fixture
def returned(api: Program, party: str) -> Told:
    """A guest gives five pots back after the host was rewarded with 100.00; the answer."""
    late = bought(api, party, "10 POT")
    api.do(f"/parties/{party}/close")
    placed = api.do("/orders", reward(party, "2 HAT")).json
    assert api.do(f"/orders/{placed['id']}/post").status == 200
    return api.do(f"/orders/{late.json['id']}/refund", {"lines": [{"id": "1", "units": 5}]})


@spec("IF-20", "SP-12")
def test_a_correction_is_told_by_the_refund_listed_and_settled_once(
    api: Program, party: str, returned: Told
) -> None:
    made = returned.json["correction"]
    assert (made["before"], made["after"]) == (usd("100.00"), usd("50.00"))
    (listed,) = api.get(f"/corrections?party={party}&state=open").json["data"]
    assert listed == api.get(f"/corrections/{made['id']}").json
    assert (listed["id"], listed["amount"], listed["party"]) == (made["id"], usd("50.00"), party)
    assert listed["order"] == returned.json["id"]

    path = f"/corrections/{made['id']}/settle"
    body = {"how": "charge", "reason": "Agreed with the host."}
    assert api.do(path, {"how": "charge", "reason": ""}).code == "reason_needed"
    assert api.do(path, {"how": "forget", "reason": "No."}).fields == ["how"]
    first = api.post(path, body, "settle")
    number = Order.objects.get(host_reward=True).number
    assert (first.status, first.json["number"], first.json["correction"]) == (200, number, made)
    assert api.post(path, body, "settle").body == first.body
    assert api.do(path, body).code == "correction_settled"
    settled = api.get(f"/corrections/{made['id']}").json
    assert (settled["state"], settled["reason"]) == ("charged", "Agreed with the host.")
    assert said.owed_to_host() == 2000 - 5000


@spec("IF-20", "SP-12")
def test_giving_the_reward_back_tells_what_lapsed(api: Program, returned: Told) -> None:
    order = Order.objects.get(host_reward=True)
    told = api.do(f"/orders/{order.public_id}/refund")
    assert told.json["waived"] == [returned.json["correction"]["id"]]


@spec("IF-20", "SP-10")
def test_the_report_tells_of_a_whole_party(api: Program, party: str, returned: Told) -> None:
    told = api.get(f"/parties/{party}/report").json
    assert told["party"] == api.get(f"/parties/{party}").json
    assert told["totals"] == api.get(f"/parties/{party}/totals").json
    (order,) = told["orders"]
    assert (order["state"], order["merchandise"], order["counts"]) == (
        "partly_refunded",
        usd("500.00"),
        True,
    )
    (award,) = told["awards"]
    assert {name: award[name] for name in ("award", "spent", "left", "carried_over")} == {
        "award": usd("100.00"),
        "spent": usd("80.00"),
        "left": usd("20.00"),
        "carried_over": usd("20.00"),
    }
    assert told["frozen"]
    assert [each["amount"] for each in told["corrections"]] == [usd("50.00")]
    assert told["settled"] == {name: usd("50.00" if name == "open" else "0.00") for name in
                               ("open", "charged", "waived")}  # fmt: skip
    # 500.00 were kept; the hats were paid with nothing, and the spree gave 80.00 for them.
    assert told["retained_earnings"] == {
        "as_set": usd("500.00"),
        "with_all": usd("420.00"),
        "without_any": usd("500.00"),
    }
