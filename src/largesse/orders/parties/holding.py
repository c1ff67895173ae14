"""A rep works on the parties that they hold; who may see all customers may see all parties (SP-1)."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from largesse.business.models import User
from largesse.crm.models import Customer
from largesse.orders.models import Party

SEES_ALL: Final = "crm.view_customer"
"""The permission of those who see the parties of every rep."""


def sees_all(user: User) -> bool:
    """Whether somebody sees the parties that others hold."""
    return user.has_perm(SEES_ALL)


def rep_of(user: User) -> Customer | None:
    """The distributor who somebody is, by the account that the customer's record names."""
    return Customer.objects.filter(user=user, type=Customer.Type.DISTRIBUTOR).first()


def visible_to(user: User) -> QuerySet[Party]:
    """The parties that somebody may see and work on: all, or those held by the rep who they are."""
    parties = Party.objects.all()
    if sees_all(user):
        return parties
    return parties.filter(rep__user=user, rep__type=Customer.Type.DISTRIBUTOR)
