"""Who can sign in to the demo: one person for each role, and one who shops."""

from __future__ import annotations

import secrets
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from largesse.business.models import User
from largesse.crm.models import Customer
from largesse.server.demo.people import REGULARS
from largesse.server.environment import said
from largesse.server.starting import SignIn

PEOPLE: Final = (
    ("Administrator", "Noor Bakker"),
    ("Merchandiser", "Ines Kowal"),
    ("Approver", "Dana Whitfield"),
    ("Cashier", "Tomas Brandt"),
    ("Rep", "Jonas Reed"),
    ("Support", "Priya Nair"),
    ("Auditor", "Wendell Price"),
)


def make_staff() -> list[SignIn]:
    """A user of each role, called as it, and a customer who can sign in to the shop.

    They share a password: who looks round signs in as one after the other.
    """
    password = said("DEMO_PASSWORD") or secrets.token_urlsafe(9)
    hashed = make_password(password)
    made = [_user(role, name, password, hashed) for role, name in PEOPLE]
    shopper = _user("Customer", REGULARS[0], password, hashed)
    Customer.objects.filter(name=REGULARS[0]).update(
        user=User.objects.get(username=shopper.username)
    )
    return [*made, shopper]


def _user(role: str, name: str, password: str, hashed: str) -> SignIn:
    username = role.lower()
    first, _, last = name.partition(" ")
    user = User.objects.create(
        username=username,
        password=hashed,
        first_name=first,
        last_name=last,
        email=f"{username}@example.com",
        is_staff=role != "Customer",
        is_superuser=role == "Administrator",
    )
    if role != "Customer":
        group, _made = Group.objects.get_or_create(name=role)
        user.groups.add(group)
    return SignIn(username, username, password)
