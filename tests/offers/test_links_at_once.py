"""An allotment has one link and links have one key, whoever is quicker (AL-6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from largesse.crm.models import Organization
from largesse.offers import allotment_links, link_keys
from largesse.offers.models import Allotment, AllotmentLink, LinkKey, LinkVisit
from tests.databases import at_once
from tests.offers.store import AT, group, product
from tests.words import spec

TIMES = 8


@pytest.fixture
def allotment(committed: None) -> Iterator[Allotment]:
    owner = Organization.objects.create(code="at-once", name="At once")
    pot = product("POT")
    made = Allotment.objects.create(
        code="POTS",
        title="Pots",
        organization=owner,
        product=pot,
        product_group=group("pots", pot),
    )
    yield made
    LinkVisit.objects.all().delete()
    AllotmentLink.objects.all().delete()
    made.delete()
    owner.delete()
    Organization.history.all().delete()


@spec("AL-6")
def test_the_first_who_ask_for_a_link_get_the_same_one(allotment):
    paths = at_once(
        TIMES, lambda nth: allotment_links.ensured_path(allotment, at=AT, by=f"clerk {nth}")
    )

    assert len(set(paths)) == 1
    assert (AllotmentLink.objects.count(), LinkKey.objects.count()) == (1, 1)


@spec("AL-6")
def test_whoever_revokes_at_once_leaves_one_link_that_holds(allotment):
    old = allotment_links.ensured_path(allotment, at=AT, by="ines")

    at_once(TIMES, lambda nth: allotment_links.revoke(allotment, at=AT, by=f"clerk {nth}"))

    assert AllotmentLink.objects.filter(revoked_at=None).count() == 1
    assert allotment_links.path_of(allotment) != old


@spec("AL-6")
def test_whoever_rotates_at_once_leaves_one_key_in_use(allotment):
    old = allotment_links.ensured_path(allotment, at=AT, by="ines")

    keys = at_once(TIMES, lambda nth: link_keys.rotate(at=AT, by=f"clerk {nth}"))

    assert link_keys.in_use(at=AT, by="ines") in keys
    assert LinkKey.objects.filter(retired_at=None).count() == 1
    _, _, sku, token = old.split("/")
    assert allotment_links.opened(sku, token, at=AT).allotment == allotment
