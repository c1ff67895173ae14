"""The link of a party as programs make it anew (SP-1)."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from largesse.api import parties
from largesse.api.calling import now
from largesse.api.parties import party_of
from largesse.api.party_shapes import PartyLinkOut
from largesse.api.routing import Call, Route, operation
from largesse.api.scopes import Scope
from largesse.orders.parties import links

router: Final = parties.router
"""The same as of the parties, whose addresses they have."""


@operation(
    router,
    Route(
        method="POST",
        path="/parties/{id}/link/revoke",
        tag="parties",
        scope=Scope.PARTIES_WRITE,
        name="revoke_party_link",
        answer=PartyLinkOut,
        problems=("not_found",),
    ),
)
def revoke_party_link(request: Call, id: str) -> Struct:
    """Let the link that is out bring nobody any more; the answer is the new one. A party that has none
    yet is given its first.
    """
    party = party_of(request, id)
    path = links.renew(party, at=now(), by=request.caller.actor)
    return PartyLinkOut(party=party.number, path=path, url=request.build_absolute_uri(path))
