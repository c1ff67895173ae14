"""The small store of the orders' tests, and someone of each role who is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from largesse.business.models import User
from tests.orders.store import set_up

ClientOf = Callable[[str], Client]


@pytest.fixture
def store(db: None) -> None:
    """Mugs, hats and pots, two buyers, two promotions, two vouchers, one allotment."""
    set_up()


@pytest.fixture
def client_of(db: None) -> ClientOf:
    """`client_of("Cashier")` is signed in as someone of that role; "Owner" may do everything."""

    def sign_in(role: str) -> Client:
        name = role.lower()
        user = User.objects.filter(username=name).first() or User.objects.create(
            username=name, is_staff=True, is_superuser=role == "Owner"
        )
        if role != "Owner":
            user.groups.set([Group.objects.get(name=role)])
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def owner(client_of: ClientOf) -> Client:
    return client_of("Owner")
