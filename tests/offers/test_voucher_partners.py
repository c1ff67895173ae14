"""Partners are global; a location adds one only where that is ticked (VO-18)."""

from __future__ import annotations

import pytest

from largesse.catalog.models import Location
from largesse.crm.models import Partner
from largesse.engine.faults import Faults
from largesse.offers.vouchers import partners
from tests.words import spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def vienna(db: None) -> Location:
    return Location.objects.create(code="vienna", title="Vienna", promotional_partner=True)


@pytest.fixture
def graz(db: None) -> Location:
    return Location.objects.create(code="graz", title="Graz")


@spec("VO-18")
def test_a_location_adds_partners_only_where_that_is_ticked(vienna, graz):
    partner = partners.add("Café  Luna", vienna, by="ines")
    assert (partner.name, partner.code, partner.added_in) == ("Café Luna", "cafe-luna", "vienna")
    assert list(partners.adding_locations()) == [vienna]

    with pytest.raises(Faults, match="Graz adds no partners; tick promotional partner"):
        partners.add("Gym", graz, by="ines")
    vienna.active = False
    with pytest.raises(Faults, match="Vienna adds no partners"):
        partners.add("Gym", vienna, by="ines")
    assert Partner.objects.count() == 1


@spec("VO-18")
def test_a_partner_of_one_location_is_found_from_every_location(vienna, graz):
    partners.add("Café Luna", vienna, by="ines")

    assert [p.name for p in partners.search("luna caf")] == ["Café Luna"]
    assert partners.search("gym") == []


def test_the_same_business_is_not_added_twice(vienna):
    partners.add("Café Luna", vienna, by="ines")

    with pytest.raises(Faults, match="is a partner already, with the code cafe-luna"):
        partners.add("café luna", vienna, by="ines")
    assert partners.add("Cafe Luna!", vienna, by="ines").code == "cafe-luna-2"
    with pytest.raises(Faults, match="the code of another"):
        partners.add("Gym", vienna, code="cafe-luna", by="ines")
    with pytest.raises(Faults, match="1 to 160"):
        partners.add(" ", vienna, by="ines")
