"""Links of allotments as programs pass them on and revoke them (AL-5, AL-6)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from largesse.api import allotments
from largesse.api.allotments import allotment_of
from largesse.api.calling import now
from largesse.api.problems import Trouble
from largesse.api.routing import Call, Route, operation
from largesse.api.scopes import Scope
from largesse.offers import allotment_links
from largesse.offers.models import Allotment

router: Final = allotments.router
"""The same as of the allotments, whose addresses they have."""


class AllotmentLinkOut(Struct, frozen=True, kw_only=True):
    """What is passed on so that an allotment is used: whoever holds it may."""

    object: Literal["allotment_link"] = "allotment_link"
    allotment: Annotated[str, Meta(description="The id of the allotment.")]
    path: Annotated[str, Meta(description="The path of the link on the shop's server.")]
    url: Annotated[str, Meta(description="The same with the host that this request named.")]


@operation(
    router,
    Route(
        method="GET",
        path="/allotments/{id}/link",
        tag="allotments",
        scope=Scope.ALLOTMENTS_READ,
        name="get_allotment_link",
        answer=AllotmentLinkOut,
        problems=("not_found",),
    ),
)
def get_allotment_link(request: Call, id: str) -> Struct:
    """The link of an allotment, to be passed on. It stays the same until it is revoked; after the keys
    were rotated it is signed anew, and the old address holds for the retention time.
    """
    record = allotment_of(id)
    path = allotment_links.path_of(record)
    if path is None:
        raise Trouble("not_found", f"The allotment {record.code} has no link; revoking makes one.")
    return _link(request, record, path)


@operation(
    router,
    Route(
        method="POST",
        path="/allotments/{id}/link/revoke",
        tag="allotments",
        scope=Scope.ALLOTMENTS_WRITE,
        name="revoke_allotment_link",
        answer=AllotmentLinkOut,
        problems=("not_found",),
    ),
)
def revoke_allotment_link(request: Call, id: str) -> Struct:
    """Let the link that is out give nothing any more; the answer is the new one."""
    record = allotment_of(id)
    path = allotment_links.revoke(record, at=now(), by=request.caller.actor)
    return _link(request, record, path)


def _link(call: Call, record: Allotment, path: str) -> AllotmentLinkOut:
    return AllotmentLinkOut(
        allotment=record.public_id, path=path, url=call.build_absolute_uri(path)
    )
