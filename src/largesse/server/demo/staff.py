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
    """A user of each role, called as it, and a customer who can sign in to the shop."""
    # Hashed once where all are the same, for hashing is slow on purpose.
    same = said("DEMO_PASSWORD")
    hashed = make_password(same) if same else ""
    made = [_user(role, name, same, hashed) for role, name in PEOPLE]
    shopper = _user("Customer", REGULARS[0], same, hashed)
    Customer.objects.filter(name=REGULARS[0]).update(
        user=User.objects.get(username=shopper.username)
    )
    return [*made, shopper]


def _user(role: str, name: str, same: str, hashed: str) -> SignIn:
    username = role.lower()
    password = same or secrets.token_urlsafe(9)
    first, _, last = name.partition(" ")
    user = User.objects.create(
        username=username,
        password=hashed or make_password(password),
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
