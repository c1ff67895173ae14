"""The link of a party: made with it, signed, revocable, and every visit logged (SP-1, AL-6)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.signing import BadSignature, Signer

from largesse.offers import allotment_links, link_keys
from largesse.offers.links import VISITS_MAX, Outcome
from largesse.offers.models import Allotment, LinkKey, LinkVisit
from largesse.orders.models import Party, PartyLink, PartyVisit
from largesse.orders.parties import links, making
from tests.orders.parties import closes, done_with, on_spree, party, people, reopens, rewarded
from tests.orders.store import AT, deed
from tests.tampering import changed
from tests.words import spec


@pytest.fixture(autouse=True)
def guests(store: None) -> None:
    people()


def token_of(one: Party) -> str:
    """The end of the address of a party's link."""
    path = links.path_of(one)
    assert path is not None
    return path.removeprefix("/party/")


def holds(token: str, **at: Any) -> bool:
    return links.told(token, **{"at": AT, **at}).holding is not None


# --- making ----------------------------------------------------------------------------------------


@spec("SP-1")
def test_a_party_is_made_with_its_link_once_for_the_key_of_the_deed() -> None:
    said = {"title": "Hanna’s", "held_on": date(2026, 5, 30), "host": party().host}
    once = deed()
    before = PartyLink.objects.count()

    for _ in range(2):
        done_with(making.make(Party(**said), once))

    link = PartyLink.objects.latest("id")
    assert PartyLink.objects.count() == before + 1
    assert (link.party.title, link.made_at, link.made_by) == ("Hanna’s", once.at, once.actor)
    assert links.told(token_of(link.party), at=AT).link == link


@spec("SP-1")
def test_a_party_from_before_has_a_link_once_it_is_asked_for_and_looking_makes_none() -> None:
    one = party()
    one.links.all().delete()
    LinkKey.objects.all().delete()

    assert links.path_of(one) is None
    assert not PartyLink.objects.exists()
    assert not LinkKey.objects.exists()

    path = links.ensured_path(one, at=AT, by="ines")
    assert links.path_of(one) == path == links.ensured_path(one, at=AT, by="ben")
    assert PartyLink.objects.get().made_by == "ines"


@spec("SP-1", "QU-40")
def test_an_address_tells_nothing_of_the_party_or_its_host() -> None:
    one = party(title="Hanna’s")

    assert re.fullmatch(
        r"/party/[0-9a-z]{15}\.[0-9A-Za-z_-]{42}[0-9A-Za-z]", links.path_of(one) or ""
    )
    assert not any(said in token_of(one) for said in (one.number, "hanna", one.public_id[4:]))


# --- opening ---------------------------------------------------------------------------------------


@spec("SP-1", "QU-42")
def test_no_change_of_one_character_of_a_link_is_accepted() -> None:
    token = token_of(party())

    assert holds(token)
    assert [each for each in {*changed(token)} - {token} if holds(each)] == []


def test_a_signature_of_which_a_part_is_compared_is_caught_by_that_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = token_of(party())
    monkeypatch.setattr(Signer, "unsign", _loosely_told)

    assert [each for each in {*changed(token)} - {token} if holds(each)] != []


def _loosely_told(signer: Signer, text: str) -> str:
    value, _, given = text.rpartition(".")
    if given[:40] != signer.signature(value)[:40]:
        raise BadSignature
    return value


@spec("SP-1", "QU-42")
def test_a_link_is_of_its_own_party_and_no_allotments() -> None:
    name, _, signature = token_of(party()).partition(".")
    other = token_of(party())
    pots = allotment_links.path_of(Allotment.objects.get()) or ""
    of_allotment = pots.removeprefix("/register/")

    for false in (name, f"{name}.", f"{other.partition('.')[0]}.{signature}", "", of_allotment):
        assert not holds(false)
    assert not holds(of_allotment.rpartition("/")[2])
    for sku, token in (("POT", other), ("", other), ("party", other)):
        assert allotment_links.opened(sku, token, at=AT).allotment is None


@spec("SP-1")
def test_a_link_outlasts_edits_and_the_closing_of_its_party() -> None:
    on_spree()
    one = party()
    token = token_of(one)
    one.title = "In the garden"
    making.change(one, by="ines")
    for step in (closes, reopens, closes, rewarded):
        step(one)
        found = links.told(token, at=AT)
        assert (found.outcome, found.link and found.link.party.state) == (Outcome.OPENED, one.state)
    assert token_of(one) == token


@spec("SP-1")
def test_a_new_link_ends_the_one_that_is_out() -> None:
    one = party()
    old = token_of(one)

    new = links.renew(one, at=AT, by="hanna")

    assert links.path_of(one) == new != f"/party/{old}"
    assert links.told(old, at=AT).outcome is Outcome.REVOKED
    assert holds(token_of(one))
    assert PartyLink.objects.get(revoked_at=AT).revoked_by == "hanna"


@spec("SP-1", "AL-6")
def test_a_rotated_key_tells_a_link_until_the_retention_time_is_over(settings: Any) -> None:
    settings.LINK_RETENTION = timedelta(days=30)
    one = party()
    old = token_of(one)

    link_keys.rotate(at=AT, by="ada")

    over = AT + timedelta(days=30)
    assert token_of(one) != old
    assert holds(old, at=over - timedelta(microseconds=1))
    assert links.told(old, at=over).outcome is Outcome.OUTDATED
    assert holds(token_of(one), at=over)


# --- the log ---------------------------------------------------------------------------------------


@spec("SP-1", "AL-6")
def test_every_visit_is_logged_and_a_changed_link_with_the_party_that_its_name_tells() -> None:
    one = party()
    token = token_of(one)

    links.opened(token, at=AT, address="192.0.2.7")
    links.opened(f"{token}x", at=AT, address="2001:db8::1")
    links.opened(token[1:], at=AT)
    links.renew(one, at=AT, by="ines")
    links.opened(token, at=AT)
    links.told(token, at=AT)

    visits = PartyVisit.objects.order_by("id").values_list("outcome", "party", "address", "at")
    assert list(visits) == [
        ("opened", one.pk, "192.0.2.7", AT),
        ("altered", one.pk, "2001:db8::1", AT),
        ("altered", None, None, AT),
        ("revoked", one.pk, None, AT),
    ]


@spec("QU-41")
def test_one_address_cannot_flood_the_log_and_allotments_visits_are_counted_apart() -> None:
    token = token_of(party())

    for n in range(VISITS_MAX + 20):
        links.opened(f"{token}{n}", at=AT, address="192.0.2.7")
    links.opened(token, at=AT, address="192.0.2.7")
    allotment_links.opened("POT", "x", at=AT, address="192.0.2.7")

    assert PartyVisit.objects.filter(outcome="altered").count() == VISITS_MAX
    assert PartyVisit.objects.filter(outcome="opened").count() == 1
    assert LinkVisit.objects.count() == 1
