"""The link by which guests come to a party is copied, and made anew once it was asked (SP-1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from largesse.backoffice.parties.frame import CHANGE, address, around, of_party
from largesse.backoffice.questions import Question, asked
from largesse.backoffice.site import staff
from largesse.orders.answers import Refused
from largesse.orders.models import Party
from largesse.orders.parties import links


def may_invite(request: HttpRequest, party: Party) -> bool:
    """Whether the reader may pass on the link of a party: whoever holds it can order there."""
    return party.state == Party.State.OPEN and request.user.has_perm(CHANGE)


def link_of(request: HttpRequest, party: Party) -> str:
    """The link of a party, whole; empty where it has none yet, or the reader may not pass it on."""
    path = links.path_of(party) if may_invite(request, party) else None
    return request.build_absolute_uri(path) if path is not None else ""


@of_party(needs=CHANGE)
def renew(request: HttpRequest, party: Party) -> HttpResponse:
    """Let the link that is out bring nobody any more, and make a new one; or make the first."""
    is_first = links.path_of(party) is None
    question = Question(
        f"Make a link for {party}?" if is_first else f"Make a new link for {party}?",
        "Whoever opens it shops at the party, and what they order counts there."
        if is_first
        else "The link that is out brings nobody to the party any more, also where it is in an e-mail "
        "already. A new one is made, for you or the host to pass on. Whoever shops there stays.",
        "Make a link" if is_first else "Make a new link",
        "Not yet" if is_first else "Keep the link",
        is_grave=not is_first,
    )

    def do() -> str | Refused:
        links.renew(party, at=timezone.now(), by=staff(request).get_username())
        return f"{party} has a {'' if is_first else 'new '}link."

    around_it = around(party, title=question.title)
    return asked(request, question, do, back=address(party), around=around_it)
