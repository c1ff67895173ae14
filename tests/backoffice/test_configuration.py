"""Settings → Configuration (AL-2)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from largesse.business import configuration
from largesse.business.configuration import HIDE_ALLOTMENTS_TAB
from tests.words import spec

NAME = "hide_organization_allotments_tab"
TITLE = "Hide organization allotments tab"


@spec("AL-2")
@pytest.mark.django_db
def test_the_tab_is_not_hidden_until_somebody_hides_it():
    assert configuration.get(NAME) is False
    assert configuration.change(HIDE_ALLOTMENTS_TAB, True)
    assert configuration.get(NAME) is True
    assert not configuration.change(HIDE_ALLOTMENTS_TAB, True)


@pytest.mark.django_db
def test_a_setting_is_one_look_up(django_assert_num_queries):
    with django_assert_num_queries(1):
        configuration.value(HIDE_ALLOTMENTS_TAB)


@pytest.mark.django_db
def test_a_name_that_no_setting_has_is_a_mistake():
    with pytest.raises(KeyError):
        configuration.get("unknown")


@spec("AL-2")
def test_searching_allotment_finds_the_setting(owner: Client):
    url = reverse("admin:configuration")
    assert TITLE in owner.get(url).content.decode()
    assert TITLE in owner.get(url, {"q": "ALLOT tab"}).content.decode()
    found = owner.get(url, {"q": "printer"}).content.decode()
    assert TITLE not in found
    assert "No such setting" in found


@spec("AL-2")
def test_the_page_says_who_changed_a_setting(owner: Client):
    url = reverse("admin:configuration")
    owner.post(url, {"name": NAME, "value": "on"})
    assert configuration.get(NAME)
    text = owner.get(url).content.decode()
    assert "on since" in text
    assert "by owner" in text
    owner.post(url, {"name": NAME})
    assert not configuration.get(NAME)
