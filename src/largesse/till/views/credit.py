"""A customer's credit pays a part or all of the sale, until it is taken back (SP-13)."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from largesse.till.pricing import Work
from largesse.till.ringing import Rings
from largesse.till.views.page import Visit, at_a_till, changed
from largesse.till.views.showing import show


@require_POST
@at_a_till
def pay(visit: Visit) -> HttpResponse:
    """Let an account pay what is left to pay, as far as it can. Nothing is taken before the sale is."""
    account = visit.request.POST.get("account", "")

    def paying(work: Work) -> Rings | None:
        more = min(work.credit_left.get(account, 0), work.left_to_pay)
        if more <= 0:
            visit.told(said="Nothing is left on the account, or to pay.")
            return None
        most = work.credit_paid.get(account, 0) + more
        return replace(work.kept, credit={**work.kept.credit, account: most})

    return show(visit, changed(visit, paying))


@require_POST
@at_a_till
def take_back(visit: Visit) -> HttpResponse:
    """An account pays nothing of the sale."""
    account = visit.request.POST.get("account", "")

    def without(work: Work) -> Rings:
        kept = {name: most for name, most in work.kept.credit.items() if name != account}
        return replace(work.kept, credit=kept)

    return show(visit, changed(visit, without))
