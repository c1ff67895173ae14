"""Links of allotments are signed: a changed one gives nothing, a rotated key holds for its time."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module
from urllib.parse import unquote

import pytest
import structlog
from django.apps import apps
from django.core.signing import BadSignature, Signer
from django.db import connection
from structlog.testing import LogCapture

from largesse.crm.models import Organization
from largesse.offers import allotment_links, allotments, guessing, link_keys, links
from largesse.offers.allotment_links import Outcome
from largesse.offers.models import AllotmentLink, LinkKey, LinkVisit
from tests.offers.store import AT, group, product
from tests.tampering import changed
from tests.words import spec

pytestmark = pytest.mark.django_db

MOMENT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def kept_for(settings):
    settings.LINK_RETENTION = timedelta(days=30)
    return settings.LINK_RETENTION


def granted(sku="POT", **fields):
    pot = product(sku, 10_000)
    school, _ = Organization.objects.get_or_create(code="school", defaults={"name": "School"})
    pots = group(f"group-{pot.pk}", pot)
    given = {"at": AT, "by": "ines", "product_group": pots, **fields}
    return allotments.grant(school, pot, given.pop("quantity", 3), "Pots", **given)


def link_of(allotment):
    """The SKU and the token of an allotment's link, as its address says them."""
    path = allotment_links.path_of(allotment)
    assert path is not None
    sku, _, token = unquote(path.removeprefix("/register/")).rpartition("/")
    return sku, token


def opened(sku, token, *, at=AT, address=None):
    return allotment_links.opened(sku, token, at=at, address=address)


def any_accepted(sku, token):
    """A change of one character that a link survives, if there is one."""
    for other in {*changed(sku)} - {sku}:
        if opened(other, token).allotment is not None:
            return other, token
    for other in {*changed(token)} - {token}:
        if opened(sku, other).allotment is not None:
            return sku, other
    return None


# --- changed links -----------------------------------------------------------------------------------


SKUS = ("POT", "mug-4/b", "Größe 7", "A.B")


@spec("AL-6", "QU-42")
def test_no_change_of_one_character_of_a_hundred_links_has_a_true_signature():
    made = [granted(f"{SKUS[n % 4]}{n}") for n in range(100)]

    for allotment in made:
        text = "/".join(link_of(allotment))
        key = link_keys.signed_by(text)
        assert key is not None
        true = [each for each in changed(text) if link_keys.is_signed(each, key)]
        assert set(true) == {text}  # where the change changed nothing


@spec("AL-6", "QU-42")
@pytest.mark.parametrize("sku", ["POT", "Größe 7/b"])
def test_no_change_of_one_character_of_a_link_is_accepted(sku, monkeypatch):
    monkeypatch.setattr(links, "_log", lambda *_: None)
    allotment = granted(sku)
    sku, token = link_of(allotment)

    assert opened(sku, token).allotment == allotment
    assert any_accepted(sku, token) is None


def test_a_signature_of_which_a_part_is_compared_is_caught_by_that_check(monkeypatch):
    monkeypatch.setattr(links, "_log", lambda *_: None)
    monkeypatch.setattr(Signer, "unsign", _loosely_told)

    assert any_accepted(*link_of(granted())) is not None


def _loosely_told(signer, text):
    value, _, given = text.rpartition(".")
    if given[:40] != signer.signature(value)[:40]:
        raise BadSignature
    return value


@spec("AL-6")
def test_a_link_is_for_its_own_product_and_name():
    pot, mug = granted("POT"), granted("MUG")
    (of_pot, pot_token), (of_mug, mug_token) = link_of(pot), link_of(mug)

    assert opened(of_mug, pot_token).outcome is Outcome.ALTERED
    name, _, signature = mug_token.partition(".")
    assert opened(of_pot, f"{pot_token.partition('.')[0]}.{signature}").allotment is None
    assert opened(of_pot, name).allotment is None


@spec("AL-6")
def test_a_changed_link_still_tells_the_product_by_the_part_that_is_intact():
    pot = granted().product
    sku, token = link_of(pot.allotments.get())
    name, signature = token.split(".")

    assert opened("P0T", token) == (Outcome.ALTERED, None, pot)
    assert opened(sku, f"x{name}.{signature}") == (Outcome.ALTERED, None, pot)
    assert opened(f"{sku}/{name[:5]}", f"{name[5:]}.{signature}").product == pot
    assert opened(f"P0T-{name}.{signature}", "") == (Outcome.ALTERED, None, pot)
    assert opened("P0T", f"x{token}").product == pot
    assert opened("P0T", "") == (Outcome.ALTERED, None, None)
    assert opened("P\0T", "\0") == (Outcome.ALTERED, None, None)


@spec("AL-6")
def test_it_tells_nothing_of_the_organization_or_the_count():
    few, many = granted("POT", quantity=3), granted("MUG", quantity=4_711)
    tokens = [link_of(each)[1] for each in (few, many)]

    assert len({len(token) for token in tokens}) == 1
    for token in tokens:
        assert not any(word in token for word in ("school", "4711", few.code, many.code))
        assert re.fullmatch(r"[0-9a-z]{15}\.[0-9A-Za-z_-]{42}[0-9A-Za-z]", token)


# --- what links survive, and what not -----------------------------------------------------------------


@spec("AL-6")
def test_editing_title_quantity_and_window_does_not_break_a_link():
    allotment = granted()
    link = link_of(allotment)

    allotments.set_quantity(allotment, 9, at=AT, by="ines")
    allotment.title, allotment.starts = "Pans", AT + timedelta(days=9)
    allotment.save()

    assert link_of(allotment) == link
    assert opened(*link).allotment == allotment


@spec("AL-6")
def test_a_link_of_a_closed_allotment_is_opened_for_the_cart_to_say_why_it_is_not_free():
    allotment = granted()
    link = link_of(allotment)
    allotments.close(allotment)

    assert opened(*link).outcome is Outcome.OPENED


@spec("AL-6")
def test_revoking_ends_the_link_that_is_out_and_makes_a_new_one():
    allotment = granted()
    old = link_of(allotment)

    allotment_links.revoke(allotment, at=AT, by="ben")

    new = link_of(allotment)
    assert opened(*old) == (Outcome.REVOKED, None, allotment.product)
    assert opened(*new).allotment == allotment
    revoked = AllotmentLink.objects.get(revoked_at=AT)
    assert (revoked.made_by, revoked.revoked_by) == ("ines", "ben")


def test_an_allotment_has_one_link_from_when_it_is_granted(django_assert_num_queries):
    made = [granted(f"POT{n}") for n in range(5)]
    assert AllotmentLink.objects.count() == 5

    with django_assert_num_queries(2):
        paths = allotment_links.paths_of(made)
    for each in made:
        assert allotment_links.path_of(each) == paths[each.pk]
        assert allotment_links.ensured_path(each, at=AT, by="ada") == paths[each.pk]


def test_an_older_allotment_without_a_link_is_given_one_by_the_migration():
    old, new = granted("OLD"), granted("NEW")
    kept = allotment_links.path_of(new)
    old.links.all().delete()
    assert allotment_links.path_of(old) is None

    migration = import_module("largesse.offers.migrations.0006_links_of_all_allotments")
    migration.make_links(apps, connection.schema_editor())
    assert opened(*link_of(old)).allotment == old
    assert allotment_links.path_of(new) == kept

    AllotmentLink.objects.all().delete()
    LinkKey.objects.all().delete()
    migration.make_links(apps, connection.schema_editor())
    assert [opened(*link_of(each)).allotment for each in (old, new)] == [old, new]


def test_an_sku_of_any_characters_survives_the_address():
    for sku in ("A/B", "Größe 7", "50%", "x?y#z", "."):
        allotment = granted(sku)
        assert opened(*link_of(allotment)).allotment == allotment


# --- keys -------------------------------------------------------------------------------------------


@spec("AL-6", "QU-42")
def test_a_rotated_key_tells_its_links_until_the_retention_time_is_over_and_not_at_that_instant(
    kept_for,
):
    allotment = granted()
    old = link_of(allotment)
    retired = AT + timedelta(days=3)
    over = retired + kept_for

    link_keys.rotate(at=retired, by="ada")

    holding = [retired - MOMENT, retired, retired + MOMENT, over - MOMENT]
    assert [opened(*old, at=at).outcome for at in holding] == [Outcome.OPENED] * 4
    assert opened(*old, at=over) == (Outcome.OUTDATED, None, allotment.product)
    assert opened(*old, at=over + MOMENT).outcome is Outcome.OUTDATED


def test_a_key_that_holds_an_instant_too_long_is_caught_by_that_check(kept_for, monkeypatch):
    old = link_of(granted())
    link_keys.rotate(at=AT, by="ada")
    monkeypatch.setattr(link_keys, "holds", lambda key, at: at <= key.retired_at + kept_for)

    assert opened(*old, at=AT + kept_for).outcome is Outcome.OPENED


@spec("AL-6", "QU-42")
def test_a_link_has_a_new_signature_after_a_rotation_and_holds_under_both(kept_for):
    allotment = granted()
    old = link_of(allotment)
    first, second = AT + timedelta(days=1), AT + timedelta(days=2)

    link_keys.rotate(at=first, by="ada")
    middle = link_of(allotment)
    link_keys.rotate(at=second, by="ada")
    new = link_of(allotment)

    assert len({old, middle, new}) == 3
    assert [opened(*each, at=second).allotment for each in (old, middle, new)] == [allotment] * 3
    late = first + kept_for
    told = [opened(*each, at=late).outcome for each in (old, middle, new)]
    assert told == [Outcome.OUTDATED, Outcome.OPENED, Outcome.OPENED]


def test_one_key_is_in_use_and_the_retired_ones_keep_when_they_were_retired():
    link_of(granted())
    new = link_keys.rotate(at=AT + timedelta(days=1), by="ada")

    assert link_keys.in_use(at=AT, by="ines") == new
    assert LinkKey.objects.get(retired_at=AT + timedelta(days=1)).made_by == "ines"
    assert new.made_by == "ada"


@spec("AL-6")
def test_the_servers_secret_changes_without_breaking_links(settings):
    allotment = granted()
    old = link_of(allotment)
    settings.SECRET_KEY, before = "another secret" * 5, settings.SECRET_KEY

    assert opened(*old).outcome is Outcome.ALTERED

    settings.SECRET_KEY_FALLBACKS = [before]
    assert opened(*old).allotment == allotment
    assert link_of(allotment) != old


@spec("AL-6")
def test_signatures_are_compared_in_constant_time(monkeypatch):
    from django.core import signing

    compared = []

    def compare(given, expected):
        compared.append(given)
        return given == expected

    monkeypatch.setattr(signing, "constant_time_compare", compare)
    sku, token = link_of(granted())
    opened(sku, token)

    assert compared == [token.partition(".")[2]]


# --- the log ------------------------------------------------------------------------------------------


@spec("AL-6")
def test_every_visit_is_logged_and_a_changed_link_with_the_allotment_that_its_name_tells():
    allotment = granted()
    sku, token = link_of(allotment)

    opened(sku, token, address="192.0.2.7")
    opened("P0T", token, address="2001:db8::1")
    opened(sku, token[1:])

    visits = LinkVisit.objects.order_by("id").values_list("outcome", "allotment", "address", "at")
    assert list(visits) == [
        ("opened", allotment.pk, "192.0.2.7", AT),
        ("altered", allotment.pk, "2001:db8::1", AT),
        ("altered", None, None, AT),
    ]


@spec("AL-6")
def test_the_log_of_the_server_tells_a_visit_and_never_the_token(monkeypatch):
    # Not `capture_logs`: a logger that has been used keeps its processors.
    captured = LogCapture()
    monkeypatch.setattr(links, "log", structlog.wrap_logger(None, processors=[captured]))
    lines = captured.entries
    allotment = granted()
    sku, token = link_of(allotment)
    opened(sku, token, address="192.0.2.7")
    opened(sku, token + "x")

    assert [(each["outcome"], each["log_level"]) for each in lines] == [
        ("opened", "info"),
        ("altered", "warning"),
    ]
    assert {each["allotment"] for each in lines} == {allotment.code}
    assert token.partition(".")[0] not in str(lines)


@spec("QU-41")
def test_one_address_cannot_flood_the_log_and_is_answered_alike():
    allotment = granted()
    sku, token = link_of(allotment)

    for n in range(links.VISITS_MAX + 20):
        assert opened(sku, f"{token}{n}", address="192.0.2.7").product == allotment.product

    assert LinkVisit.objects.count() == links.VISITS_MAX
    opened(sku, token, address="192.0.2.7")
    opened(sku, token + "x", address="192.0.2.8")
    opened(sku, token + "x", address="192.0.2.7", at=AT + timedelta(minutes=10))
    assert LinkVisit.objects.count() == links.VISITS_MAX + 3


@spec("QU-41")
def test_false_links_from_everywhere_do_not_push_the_true_ones_out_of_the_log(monkeypatch):
    monkeypatch.setattr(guessing, "OF_CHANNEL", 5)
    sku, token = link_of(granted())

    for n in range(9):
        opened(sku, f"{token}{n}", address=f"192.0.2.{n}")
    opened(sku, token, address="192.0.2.1")

    visits = LinkVisit.objects.order_by("id").values_list("outcome", flat=True)
    assert list(visits) == ["altered"] * 5 + ["opened"]


@pytest.mark.parametrize("told", ["", "unix:", "192.0.2.7:4711", "fe80::1%eth0", "x" * 300])
def test_what_is_no_address_is_not_kept_as_one(told):
    opened(*link_of(granted()), address=told)

    assert LinkVisit.objects.get().address in (None, "fe80::1")
